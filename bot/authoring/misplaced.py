"""Finds facts whose asks belong to another fact, or to none: the rep would answer something else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..scenario import Scenario
from ..text.masking import mask
from ..vectors.embedding import Embedder, cached_vectors
from .finding import Finding, Weight
from .nearness import Nearness, tellings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

NEARER = 0.05
"""How much nearer to another fact than to their own the asks must be. Nearness is the mean over asks of the highest
cosine to anything said of a fact. In five scenarios it is .03 at most, and from .08 on where asks were swapped."""
UNRELATED = 0.245
"""Below this nearness, the asks have nothing to do with their fact. There, own asks are at .26 at least, small talk
at .23 at most."""
SAMPLE = 15
"""How many asks of a fact to read, taken evenly."""


class Misplaced:
    """Compares the asks of each fact with what all facts are about. Variants share vectors."""

    def __init__(self, nearness: Nearness, embedder: Embedder, vectors: Path | None) -> None:
        self._nearness = nearness
        self._embedder = embedder
        self._vectors = vectors
        self._known: dict[tuple[str, ...], Floats] = {}

    def judge(self, scenario: Scenario) -> Iterator[Finding]:
        """Facts whose asks are about another fact, or about nothing here."""
        told = {
            fact.id: self._nearness.vectors(scenario, (fact.topic, fact.question, *tellings(fact)))
            for fact in scenario.facts
        }
        for i, fact in enumerate(scenario.facts):
            asks = self._of(fact.asks[:: max(1, len(fact.asks) // SAMPLE)], scenario)
            near = {about: float((asks @ rows.T).max(axis=1).mean()) for about, rows in told.items()}
            other = max((about for about in near if about != fact.id), key=near.__getitem__, default=fact.id)
            if near[other] > near[fact.id] + NEARER:
                said = f"are about {other!r} rather than {fact.id!r}; are they under the wrong fact?"
            elif near[fact.id] < UNRELATED:
                said = f"have little to do with what {fact.id!r} is about; ask about that"
            else:
                continue
            yield Finding(("facts", i, "asks"), said, Weight.ADVICE)

    def _of(self, texts: Sequence[str], scenario: Scenario) -> Floats:
        import numpy as np

        masked = tuple(mask(text, scenario.aliases) for text in texts)
        if masked not in self._known:
            self._known[masked] = np.stack(list(cached_vectors(self._embedder, masked, self._vectors)))
        return self._known[masked]
