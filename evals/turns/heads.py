"""`python -m evals.turns.heads` rewrites bot/data/heads.npz and turns.npz, which tell bundled turns apart."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot.scenario import Scenario
from bot.scenario.knows import talk_entries
from bot.scenario.library import Library
from bot.text.masking import mask
from bot.topics.examples import generic_intents, labelled_examples
from bot.vectors.embedding import Embedder
from bot.vectors.head import Linear
from bot.vectors.kept_head import HEADS_FILE, fit_head, head_key, packed_head
from bot.vectors.shipped import TURNS_FILE, packed
from bot.vectors.turns import turn_encoder

from .data import TurnExample, authored, in_context

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_TARGET = Path(__file__).parents[2] / "bot" / "data"


def fitted(encoder: Embedder, examples: Sequence[TurnExample]) -> Linear:
    """A head over all labels of the examples."""
    import numpy as np

    classes = tuple(sorted({label for example in examples for label in example.labels}))
    place = {label: number for number, label in enumerate(classes)}
    targets = np.zeros((len(examples), len(classes)), dtype=np.float32)
    for row, example in enumerate(examples):
        for label, weight in zip(example.labels, example.weights, strict=True):
            targets[row, place[label]] += weight
    return fit_head(classes, encoder.embed([example.text for example in examples]), targets)


def scenario_examples(variants: Sequence[Scenario], development: bool = True) -> list[TurnExample]:
    """The examples of a scenario over its variants, each once."""
    own = {(example.text, example.labels): example for variant in variants for example in authored(variant)}
    return [*own.values(), *in_context(variants[0], development)]


def heads_of(
    encoder: Embedder, variants: Sequence[Scenario], development: bool = True
) -> dict[str, NDArray[np.generic]]:
    """The packed head of each variant by its key, with the names of its classes."""
    import numpy as np

    head = fitted(encoder, scenario_examples(variants, development))
    rows = packed_head(head)
    held: dict[str, NDArray[np.generic]] = {}
    for variant in variants:
        examples = labelled_examples(variant)
        labels = [label for label, _ in examples]
        key = head_key(encoder.name, labels, [mask(text, variant.aliases) for _, text in examples])
        kept = [place for place, name in enumerate(head.classes) if name in {*labels, "told:order"}]
        held[key] = rows[kept]
        held[f"{key}:classes"] = np.array([head.classes[place] for place in kept])
    return held


def common_texts() -> list[str]:
    """What every scenario's head is fitted on besides its own questions."""
    asks = [ask for entry in talk_entries() for ask in (entry.about, *entry.asked)]
    return sorted({mask(text, ()) for text in (*asks, *(example for _, example in generic_intents()))})


def main() -> None:
    """Write both files."""
    import numpy as np

    library, encoder = Library(), turn_encoder()
    held: dict[str, NDArray[np.generic]] = {}
    for scenario_id in library.scenario_ids():
        names = library.scenario(scenario_id).variant_ids
        held |= heads_of(encoder, [library.scenario(scenario_id, name) for name in names])
        print(scenario_id, flush=True)
    file = io.BytesIO()
    np.savez(file, **held)  # type: ignore[arg-type]  # names of arrays
    (_TARGET / HEADS_FILE).write_bytes(file.getvalue())
    texts = common_texts()
    (_TARGET / TURNS_FILE).write_bytes(packed(encoder.name, texts, encoder.embed(texts)))
    print(f"{len(held) // 2} heads, {len(texts):,} texts")


if __name__ == "__main__":
    main()
