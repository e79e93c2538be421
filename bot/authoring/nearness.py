"""How close a line is to telling a fact: by sentence vectors and shared rare words."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..scenario import Fact, Scenario
from ..text.masking import mask
from ..vectors.embedding import Embedder, cached_vectors
from .finding import placed_lines, sentences_read
from .words import lower_tokens

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

RARE = 2.5
"""Minimum log of (texts / texts with the word) for a shared word to count."""
_DAMPING = 4.0
"""Added to the weight of a line's words, so that one rare word in a short line doesn't decide."""
_WORTH_COUNTING = 0.34
"""Below this cosine, shared words don't count."""


class Nearness:
    """Compares a scenario's texts with its facts, with names masked. Its variants share vectors."""

    def __init__(self, scenarios: Sequence[Scenario], embedder: Embedder, vectors: Path | None) -> None:
        self._at: dict[str, Floats] = {}
        self._masked: dict[tuple[str, tuple[str, ...]], str] = {}
        for aliases, group in _groups(scenarios):
            masked = [self._mask(text, aliases) for text in group]
            fresh = [text for text in dict.fromkeys(masked) if text not in self._at]
            if fresh:
                # One file per group, so that a changed line only recomputes its own group.
                self._at.update(zip(fresh, cached_vectors(embedder, fresh, vectors), strict=True))
        self._words = {text: frozenset(lower_tokens(text)) for text in self._at}
        counts = Counter(word for words in self._words.values() for word in words)
        self._weight: dict[str, float] = {}
        self._rarity = {word: math.log(len(self._at) / (1 + count)) for word, count in counts.items()}

    def of(self, scenario: Scenario, texts: Sequence[str]) -> list[dict[str, float]]:
        """For each text, by fact id: the mean cosine to the two nearest of the fact's tellings, plus the share of the
        text's words, weighted by rarity, found in any of them. About 0 to 2; from 0.97 the text tells the fact."""
        import numpy as np

        masked = [self._mask(text, scenario.aliases) for text in texts]
        rows = self.vectors(scenario, texts)
        result: list[dict[str, float]] = [{} for _ in texts]
        for fact in scenario.facts:
            told = [self._mask(text, scenario.aliases) for text in tellings(fact)]
            cosines = np.sort(rows @ self.vectors(scenario, tellings(fact)).T, axis=1)[:, -2:].mean(axis=1)
            words = frozenset().union(*(self._words[text] for text in told))
            for entry, text, cosine in zip(result, masked, cosines.tolist(), strict=True):
                entry[fact.id] = cosine + (self._shared(text, words) if cosine >= _WORTH_COUNTING else 0.0)
        return result

    def vectors(self, scenario: Scenario, texts: Sequence[str]) -> Floats:
        """The vectors of texts that are compared, of shape (len(texts), 384)."""
        import numpy as np

        return np.stack([self._at[self._mask(text, scenario.aliases)] for text in texts])

    def _mask(self, text: str, aliases: tuple[str, ...]) -> str:
        if (text, aliases) not in self._masked:
            self._masked[text, aliases] = mask(text, aliases)
        return self._masked[text, aliases]

    def _shared(self, text: str, told: frozenset[str]) -> float:
        both = math.fsum(rarity for word in self._words[text] & told if (rarity := self._rarity[word]) > RARE)
        if text not in self._weight:
            self._weight[text] = math.fsum(max(self._rarity[word], 0.0) for word in self._words[text])
        return both / (self._weight[text] + _DAMPING)


def tellings(fact: Fact) -> tuple[str, ...]:
    """What tells a fact: its text and its lines."""
    return (fact.text, *(line.text for line in fact.lines))


def _groups(scenarios: Iterable[Scenario]) -> Iterator[tuple[tuple[str, ...], list[str]]]:
    """All texts to compare, with the names to mask: one group per fact, entries by the first word of their
    ids, the rest by kind."""
    for scenario in scenarios:
        spoken: dict[str, list[str]] = {}
        for placed in placed_lines(scenario):
            kind, entry, *_ = placed.pool.split("/")
            group = {"fact": f"fact/{entry}", "entry": f"entry/{entry.partition('-')[0]}"}.get(kind, kind)
            spoken.setdefault(group, []).append(placed.line.text)
        spoken["read first"] = [text for _, text in sentences_read(scenario)]
        for fact in scenario.facts:
            spoken[f"fact/{fact.id}"] += [fact.text, fact.topic, fact.question]
        for texts in spoken.values():
            yield scenario.aliases, texts
