"""Ranks guidance passages by meaning, by how people ask for them and by their words.

A query is compared with a passage as a whole, with the nearest of its asks, and with its words. The weights were chosen
on the dev split of evals/data/queries.jsonl, where a weighted sum did better than rank fusion.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from ..vectors.embedding import Embedder, cached_vectors
from .guidance import Passage
from .index import Row
from .ranking import Words, search_stem, search_stems, words_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

_WORDS = 0.5
"""Weight of the share of query words, relative to nearness at 1."""
CANDIDATES = 30
"""How many candidates to score: the nearest by meaning, and the best by words."""


FLOOR = 0.28
"""Minimum score of an answer, unless the passage contains every word of the query.

Chosen on the dev queries; `askwell eval bench retrieval` shows its effect on the test queries.
"""


@dataclass(frozen=True, slots=True)
class Found:
    """A passage, how well it answers the query (-1 to 1), and the query words it contains."""

    passage: Passage
    score: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A passage with its score (-1 to 1) and its nearness by meaning alone (cosine)."""

    passage: Passage
    score: float
    near: float


class Guides:
    """Passages with their vectors and words."""

    def __init__(self, passages: Sequence[Passage], embedder: Embedder, cache: Path | None) -> None:
        import numpy as np

        self.passages = tuple(passages)
        groups = [list(group) for _, group in groupby(self.passages, key=lambda each: each.id.partition("#")[0])]
        # Each document's vectors are cached separately, so that a change recomputes only that document.
        alone = [group for group in groups if "#" in group[0].id]
        together = [passage for group in groups if "#" not in group[0].id for passage in group]
        made = [_vectors(group, embedder, cache) for group in (together, *alone) if group]
        empty = embedder.embed([])
        self.wholes: Floats = np.concatenate([wholes for wholes, _ in made] or [empty])
        self.asks: Floats = np.concatenate([asks for _, asks in made] or [empty])
        self._row = {passage.id: row for row, passage in enumerate(self.passages)}
        counts = [len(passage.asks) for passage in self.passages]
        self.ends = np.cumsum(counts)
        self._words = Words([_worded(passage) for passage in self.passages])

    def rows(self) -> Iterator[Row]:
        """Everything a query is compared with."""
        asked = 0
        for passage, whole in zip(self.passages, self.wholes, strict=True):
            metadata = {"passage": passage.id, "title": passage.title}
            yield Row(passage.id, f"{passage.title}. {passage.text}", whole, metadata)
            for number, ask in enumerate(passage.asks):
                yield Row(f"{passage.id}?{number}", ask, self.asks[asked], metadata)
                asked += 1

    def ranked(self, query: str, vector: Floats, near: Iterable[str], k: int) -> list[Ranked]:
        """The `k` best among the passages `near` and those with the best words, best first."""
        import numpy as np

        shares = self._words.shares(query)
        rows = {self._row[each] for each in near}
        rows |= {int(row) for row in np.argsort(-shares, kind="stable")[:CANDIDATES] if shares[row] > 0}
        if len(rows) < k:
            rows = set(range(len(self.passages)))
        found = [self._ranked(row, vector, float(shares[row])) for row in sorted(rows)]
        return sorted(found, key=lambda each: -each.score)[:k]

    def _ranked(self, row: int, vector: Floats, share: float) -> Ranked:
        near = whole = float(self.wholes[row] @ vector)
        end = int(self.ends[row])
        asks = self.asks[end - len(self.passages[row].asks) : end]
        if len(asks):
            near = (whole + float((asks @ vector).max())) / 2
        return Ranked(self.passages[row], round((near + _WORDS * share) / (1 + _WORDS), 4), round(near, 4))


class ByWords:
    """Finds passages by words alone, while the vectors aren't ready."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._passages = tuple(passages)
        self._words = Words([_worded(passage) for passage in self._passages])

    def search(self, query: str, k: int = 5) -> list[Found]:
        """Passages that share words with `query`, directly or in their asks, best first. Scores are shares of words."""
        import numpy as np

        shares, asked = self._words.shares(query), asked_words(query)
        rows = [int(row) for row in np.argsort(-shares, kind="stable")[:k] if shares[row] > 0]
        return [
            Found(self._passages[row], round(float(shares[row]), 4), held_words(asked, self._passages[row]))
            for row in rows
        ]


def asked_words(query: str) -> dict[str, str]:
    """The meaningful words of a query, with their stems."""
    return {word: search_stem(word) for word in words_of(query) if search_stems(word)}


def held_words(asked: dict[str, str], passage: Passage) -> tuple[str, ...]:
    """Which of the query words a passage contains, in any form."""
    holds = set(search_stems(f"{passage.title} {passage.text}"))
    return tuple(sorted(word for word, stemmed in asked.items() if stemmed in holds))


def _vectors(passages: Sequence[Passage], embedder: Embedder, cache: Path | None) -> tuple[Floats, Floats]:
    """Vectors per passage and per ask. A passage's includes topics and asks: the model reads only a text's start."""
    import numpy as np

    texts = [f"{passage.title}. {passage.text}" for passage in passages]
    topics = [f"{passage.title}. {', '.join(passage.topics)}." for passage in passages]
    asks = [ask for passage in passages for ask in passage.asks]
    vectors = cached_vectors(embedder, [*texts, *topics, *asks], cache)
    count = len(passages)
    wholes, asked = vectors[:count].copy(), vectors[2 * count :]
    end = 0
    for row, passage in enumerate(passages):
        if passage.topics:
            wholes[row] += vectors[count + row]
        if passage.asks:
            start, end = end, end + len(passage.asks)
            mean = asked[start:end].mean(axis=0)
            wholes[row] += mean / np.linalg.norm(mean)
    result: Floats = wholes / np.linalg.norm(wholes, axis=1, keepdims=True)
    return result, asked


def _worded(passage: Passage) -> str:
    return " . ".join((passage.title, *passage.topics, *passage.asks, passage.text))
