"""`python -m evals.turns.heads` rewrites heads.npz, examples.npz and turns.npz in bot/data, which tell turns apart."""

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
from bot.vectors.nearest import EXAMPLES_FILE, packed_examples
from bot.vectors.shipped import TURNS_FILE, packed
from bot.vectors.turns import turn_encoder

from .data import TurnExample, authored, in_context

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

_TARGET = Path(__file__).parents[2] / "bot" / "data"


def fitted(examples: Sequence[TurnExample], vectors: Floats) -> Linear:
    """A head over all labels of the examples, from the vector of each."""
    import numpy as np

    classes = tuple(sorted({label for example in examples for label in example.labels}))
    place = {label: number for number, label in enumerate(classes)}
    targets = np.zeros((len(examples), len(classes)), dtype=np.float32)
    for row, example in enumerate(examples):
        for label, weight in zip(example.labels, example.weights, strict=True):
            targets[row, place[label]] += weight
    return fit_head(classes, vectors, targets)


def scenario_examples(variants: Sequence[Scenario], development: bool = True) -> list[TurnExample]:
    """The examples of a scenario over its variants, each once."""
    own = {(example.text, example.labels): example for variant in variants for example in authored(variant)}
    return [*own.values(), *in_context(variants[0], development)]


def heads_of(
    encoder: Embedder, variants: Sequence[Scenario], examples: Sequence[TurnExample], vectors: Floats
) -> dict[str, NDArray[np.generic]]:
    """The packed head of each variant by its key, with the names of its classes."""
    import numpy as np

    head = fitted(examples, vectors)
    rows = packed_head(head)
    held: dict[str, NDArray[np.generic]] = {}
    for variant in variants:
        own = labelled_examples(variant)
        labels = [label for label, _ in own]
        key = head_key(encoder.name, labels, [mask(text, variant.aliases) for _, text in own])
        kept = [place for place, name in enumerate(head.classes) if name in {*labels, "told:order"}]
        held[key] = rows[kept]
        held[f"{key}:classes"] = np.array([head.classes[place] for place in kept])
    return held


def each_label(examples: Sequence[TurnExample], vectors: Floats) -> tuple[list[str], Floats]:
    """The examples once for every label that people would accept, with the vector of each."""
    pairs = [(label, row) for row, example in enumerate(examples) for label in example.labels]
    return [label for label, _ in pairs], vectors[[row for _, row in pairs]]


def common_texts() -> list[str]:
    """What every scenario's head is fitted on besides its own questions."""
    asks = [ask for entry in talk_entries() for ask in (entry.about, *entry.asked)]
    return sorted({mask(text, ()) for text in (*asks, *(example for _, example in generic_intents()))})


def main() -> None:
    """Write the three files."""
    library, encoder = Library(), turn_encoder()
    held: dict[str, NDArray[np.generic]] = {}
    nearest: dict[str, tuple[Sequence[str], Floats]] = {}
    keys: dict[str, str] = {}
    for scenario_id in library.scenario_ids():
        names = library.scenario(scenario_id).variant_ids
        variants = [library.scenario(scenario_id, name) for name in names]
        examples = scenario_examples(variants)
        vectors = encoder.embed([example.text for example in examples])
        heads = heads_of(encoder, variants, examples, vectors)
        held |= heads
        keys |= {key: scenario_id for key in heads if ":" not in key}
        nearest[scenario_id] = each_label(examples, vectors)
        print(scenario_id, flush=True)
    _write(HEADS_FILE, held)
    _write(EXAMPLES_FILE, packed_examples(nearest, keys))
    texts = common_texts()
    (_TARGET / TURNS_FILE).write_bytes(packed(encoder.name, texts, encoder.embed(texts)))
    print(f"{len(held) // 2} heads, {len(texts):,} texts")


def _write(name: str, held: dict[str, NDArray[np.generic]]) -> None:
    import numpy as np

    file = io.BytesIO()
    np.savez(file, **held)  # type: ignore[arg-type]  # names of arrays
    (_TARGET / name).write_bytes(file.getvalue())


if __name__ == "__main__":
    main()
