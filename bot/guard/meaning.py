"""Compares a reply's sentence vectors with what is secret, with what was given, and with examples out of role."""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from ..scenario import Scenario
from ..text.masking import mask
from ..text.tokens import sentences_of, stems
from ..vectors.embedding import Embedder, cached_vectors
from .given import Given
from .kinds import Kind
from .lists import data
from .secrets import Kept, KeptText

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

EXAMPLE_NEAR, EXAMPLE_MARGIN = 0.38, 0.05
"""The minimum cosine to an example, and the minimum lead over anything harmless, to count as that example's kind."""
TELLS_THE_SAME = 0.5
"""One in 200 pairs of lines about different facts reaches this cosine, and 45% of pairs about the same fact."""
_LEAST_STEMS = 2
_REMEMBERED_TEXTS = 2048
_NEAREST = 3
"""This many sentences about a subject must be close on average, so that a single coincidence doesn't count."""


@dataclass(frozen=True, slots=True)
class ComparedSentence:
    """A sentence of a reply: its vector, its cosine to what was given, and to each secret subject."""

    text: str
    vector: Floats
    given: float
    secrets: dict[str, float]

    @property
    def weighs(self) -> bool:
        """Whether it has enough content to compare with a secret. Shorter ones are close to everything."""
        return len(stems(self.text)) >= _LEAST_STEMS


class Meaning:
    """The vectors of a scenario's secrets, embedded on first use. Safe to share between threads."""

    def __init__(self, scenario: Scenario, secrets: Sequence[KeptText], embedder: Embedder, cache: Path | None) -> None:
        self._aliases = scenario.aliases
        self._embedder = embedder
        self._cache = cache
        self._lock = threading.Lock()
        self._rows: Floats | None = None
        texts = dict.fromkeys(part for one in secrets for part in sentences_of(one.text))
        self._places = {text: place for place, text in enumerate(texts)}
        self._seen: dict[str, Floats] = {}

    @property
    def rows(self) -> Floats:
        """One row per sentence of a secret."""
        with self._lock:
            if self._rows is None:
                masked = [mask(text, self._aliases) for text in self._places]
                self._rows = cached_vectors(self._embedder, masked, self._cache)
            return self._rows

    def compare(self, sentences: Sequence[str], kept: Kept, given: Given) -> list[ComparedSentence]:
        """The sentences with their cosines."""
        import numpy as np

        if not sentences:
            return []
        rows = self.embedded(sentences)
        free = (rows @ self.embedded(given.sentences).T).max(axis=1) if given.sentences else np.full(len(rows), -1.0)
        cosines = rows @ self.rows.T
        subjects = {
            subject: [self._places[part] for text in texts for part in sentences_of(text)]
            for subject, texts in kept.by_subject.items()
        }
        found = []
        for text, row, near, each in zip(sentences, rows, free, cosines, strict=True):
            closest = {subject: _closest(each[places]) for subject, places in subjects.items()}
            found.append(ComparedSentence(text, row, float(near), closest))
        return found

    def conveys(self, words: str, line: str) -> bool:
        """Whether the words convey a line, in one of their sentences or as a whole."""
        told, *own = self.embedded((line, *dict.fromkeys((*sentences_of(words), words))))
        return max(float(row @ told) for row in own) >= TELLS_THE_SAME

    def embedded(self, texts: Sequence[str]) -> Floats:
        """One row per text. Texts of earlier turns are remembered."""
        import numpy as np

        masked = [mask(text, self._aliases) for text in texts]
        with self._lock:
            if len(self._seen) > _REMEMBERED_TEXTS:
                self._seen = {}
            fresh = [text for text in dict.fromkeys(masked) if text not in self._seen]
            if fresh:
                self._seen.update(zip(fresh, self._embedder.embed(fresh), strict=True))
            return np.stack([self._seen[text] for text in masked])


def _closest(cosines: Floats) -> float:
    """The mean of the three highest cosines, or of all if there are fewer."""
    import numpy as np

    return float(np.sort(cosines)[-_NEAREST:].mean())


class Examples:
    """Example sentences of a rep who steps out of role, and of one who doesn't. Safe to share between threads."""

    def __init__(self, embedder: Embedder, cache: Path | None) -> None:
        self._embedder = embedder
        self._cache = cache
        self._lock = threading.Lock()
        self._vectors: Floats | None = None
        self._texts = [(kind, text) for kind, texts in data().examples.items() for text in texts]

    @property
    def vectors(self) -> Floats:
        """One row per example."""
        with self._lock:
            if self._vectors is None:
                self._vectors = cached_vectors(self._embedder, [text for _, text in self._texts], self._cache)
            return self._vectors

    def kind_of(self, part: ComparedSentence) -> Kind | None:
        """The kind of a sentence, if its words allow that kind and nothing harmless is as close."""
        near: dict[str, float] = {}
        for (kind, _), cosine in zip(self._texts, (self.vectors @ part.vector).tolist(), strict=True):
            near[kind] = max(cosine, near.get(kind, -1.0))
        harmless = max(near.pop("fine"), part.given)
        best = max(near, key=lambda kind: near[kind])
        if near[best] < EXAMPLE_NEAR or near[best] - harmless < EXAMPLE_MARGIN:
            return None
        kind = Kind(best)
        return kind if gates()[kind].search(part.text) else None


@lru_cache(maxsize=1)
def gates() -> dict[Kind, re.Pattern[str]]:
    """For each kind, words of which at least one must occur."""
    return {kind: re.compile(gate, re.IGNORECASE) for kind, gate in data().gates.items()}
