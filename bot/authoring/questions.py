"""Checks that the reader codes a fact's questions as intended."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..reader import LinearReader
from ..scenario import AskKind, Fact, Scenario
from ..talk.codebook import ASKING, Code
from ..vectors.embedding import Embedder, cached_vectors
from .finding import Finding, Weight

if TYPE_CHECKING:
    from ..vectors.embedding import Vectors

MOSTLY = 0.6
"""Minimum share of a fact's asks that must read as questions. People also type half sentences."""


class _Kept:
    """An embedder that caches vectors between runs."""

    def __init__(self, embedder: Embedder, vectors: Path | None) -> None:
        self.name = embedder.name
        self._embedder = embedder
        self._vectors = vectors

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors of shape (len(texts), 384), float32, each of length 1."""
        return cached_vectors(self._embedder, texts, self._vectors)


class Questions:
    """Checks the questions of facts, each set once for all variants."""

    def __init__(self, embedder: Embedder, vectors: Path | None) -> None:
        self._reader = LinearReader(_Kept(embedder, vectors))
        self._judged: dict[tuple[str, ...], list[Code]] = {}

    def judge(self, scenario: Scenario) -> Iterator[Finding]:
        """Questions that don't read as open, and facts whose asks mostly don't read as questions."""
        for i, fact in enumerate(scenario.facts):
            first = self._codes((fact.question,))[0]
            if first is not Code.OPEN_QUESTION and not (first in ASKING and _closed_will_do(fact)):
                said = f"reads as {_plain(first)}, not an open question; start with what, how or who, and ask just one"
                yield Finding(("facts", i, "question"), said)
            wanted = math.ceil(MOSTLY * len(fact.asks))
            if self._asking(fact.asks[: wanted + len(fact.asks) // 8]) >= wanted:
                continue  # no need to read the rest
            asking = self._asking(fact.asks)
            if asking < wanted:
                others = len(fact.asks) - asking
                said = f"{others} of {len(fact.asks)} don't read as questions; write more the way people ask"
                yield Finding(("facts", i, "asks"), said, Weight.ADVICE)

    def _asking(self, asks: tuple[str, ...]) -> int:
        return sum(code in ASKING for code in self._codes(asks))

    def _codes(self, texts: tuple[str, ...]) -> list[Code]:
        if texts not in self._judged:
            self._judged[texts] = [code for code, _ in self._reader.judge([(text, "") for text in texts])]
        return self._judged[texts]


def _closed_will_do(fact: Fact) -> bool:
    """Whether a closed question opens the fact, so that the suggested question may be closed."""
    return not fact.feeling and fact.opens.ask in (AskKind.CLOSED, AskKind.ANY)


def _plain(code: Code) -> str:
    words = str(code).replace("_", " ")
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}" if code in ASKING else words
