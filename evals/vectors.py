"""`python -m evals.vectors` rewrites bot/data/vectors.npz, the vectors of all bundled texts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot.knowledge import Knowledge
from bot.knowledge.retrieval import spoken_lines
from bot.scenario.library import Library
from bot.topics.match import compared_texts
from bot.vectors.embedding import DIMENSIONS, MiniLM
from bot.vectors.shipped import VECTORS_FILE, packed

from .turns.data import bundled_variants

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_TARGET = Path(__file__).parents[1] / "bot" / "data" / VECTORS_FILE


class _Listener:
    """Replaces the embedding model and records the texts it is given."""

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
    """Every text embedded by the guidance or by a practice in any variant of a bundled scenario, sorted."""
    listener = _Listener()
    knowledge = Knowledge(Library(), listener)
    knowledge.ready_guides()
    knowledge.question_for("You should call him today.", "any")  # embeds the question bank
    listener.texts.discard("You should call him today.")
    for scenario in bundled_variants():
        listener.texts.update(compared_texts(scenario))
        listener.texts.update(spoken.line.text for spoken in spoken_lines(scenario))
    return sorted(listener.texts)


def main() -> None:
    """Write the file."""
    texts, embedder = bundled_texts(), MiniLM()
    _TARGET.write_bytes(packed(embedder.name, texts, embedder.embed(texts)))
    print(f"{len(texts):,} texts, {_TARGET.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
