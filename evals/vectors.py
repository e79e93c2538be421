"""`python -m evals.vectors`: writes bot/data/vectors.npz, the vectors of every text that ships, anew."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot.engine import Engine
from bot.scenario.library import Library
from bot.vectors.embedding import DIMENSIONS, MiniLM
from bot.vectors.shipped import NAME, packed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

TARGET = Path(__file__).parents[1] / "bot" / "data" / NAME


class _Listener:
    """Stands in for the embedding model and notes what it is asked for."""

    name = "none: it only listens"

    def __init__(self) -> None:
        self.texts: set[str] = set()

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        import numpy as np

        self.texts.update(texts)
        vectors = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        vectors[:, 0] = 1.0
        return vectors


def bundled_texts() -> list[str]:
    """Every text that a practice in a bundled scenario, in any variant, or the guidance has embedded, sorted."""
    listener = _Listener()
    engine = Engine(Library(), listener)
    for scenario_id in engine.library.scenario_ids():
        for variant in engine.library.scenario(scenario_id).variant_ids:
            scenario = engine.library.scenario(scenario_id, variant)
            engine.matcher(scenario)
            engine.knowledge.ensure(scenario)
    engine.knowledge.ready_guides()
    engine.knowledge.question_for("You should call him today.", "any")  # the question bank is embedded when first used
    listener.texts.discard("You should call him today.")
    return sorted(listener.texts)


def main() -> None:
    """Write the file."""
    texts, embedder = bundled_texts(), MiniLM()
    TARGET.write_bytes(packed(embedder.name, texts, embedder.embed(texts)))
    print(f"{len(texts):,} texts, {TARGET.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
