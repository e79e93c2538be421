"""Checks that the reader codes a fact's questions as intended."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..director.moment import DEEP_FROM, may_open
from ..director.state import State
from ..reader import EncoderReader
from ..scenario import AskKind, Fact, Scenario
from ..talk.codebook import ASKING, Code, Unit
from ..vectors.embedding import Embedder, cached_vectors
from ..vectors.units import unit_encoder
from .finding import Finding, Weight
from .held import plain_code, read_as

if TYPE_CHECKING:
    from ..vectors.embedding import Vectors

MOSTLY = 0.6
"""Minimum share of a fact's asks that must read as questions. People also type half sentences."""

OPENS = 1 / 3
"""Minimum share of a fact's questions that must meet its gate when the rep is as open as can be."""
_ASK_FOR_MORE = "ask why, how or who, or what somebody did, not for the latest news or a figure"
_TRUSTING = State(openness=1.0, ownership=1.0, feelings_until=DEEP_FROM, manager_turns=DEEP_FROM)


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

    def __init__(self, vectors: Path | None) -> None:
        self._reader = EncoderReader(_Kept(unit_encoder(), vectors))
        self._read: dict[tuple[str, ...], list[tuple[Unit, ...]]] = {}

    def judge(self, scenario: Scenario) -> Iterator[Finding]:
        """Questions that don't read as open, facts whose asks mostly don't read as questions, and gates that hardly
        any of a fact's own questions pass."""
        for i, fact in enumerate(scenario.facts):
            wanted = math.ceil(MOSTLY * len(fact.asks))
            some = self._units((fact.question, *fact.asks[: wanted + len(fact.asks) // 8]))
            yield from self._suggested(i, fact, some[0])
            least = math.ceil(OPENS * (1 + len(fact.asks)))
            if _asking(some[1:]) >= wanted and _opening(fact, some) >= least:
                continue  # no need to read the rest
            units = self._units((fact.question, *fact.asks))
            asking, opening = _asking(units[1:]), _opening(fact, units)
            if asking < wanted:
                others = len(fact.asks) - asking
                said = f"{others} of {len(fact.asks)} don't read as questions; write more the way people ask"
                yield Finding(("facts", i, "asks"), said, Weight.ADVICE)
            if opening < least:
                weight = Weight.ADVICE if opening else Weight.ERROR
                yield Finding(("facts", i, "opens", "ask"), _locked(fact, opening), weight)

    def _suggested(self, index: int, fact: Fact, units: tuple[Unit, ...]) -> Iterator[Finding]:
        """The question that the debrief suggests must be an open one, and must open the fact."""
        first = self._reader.read(fact.question)[0].code
        if first is not Code.OPEN_QUESTION and not (first in ASKING and _closed_will_do(fact)):
            said = f"reads as {plain_code(first)}, not an open question; start with what, how or who, and ask just one"
            yield Finding(("facts", index, "question"), said)
        elif not _opening(fact, [units]):
            asked = next((unit for unit in units if unit.code in ASKING), units[0])
            said = f"reads as {read_as(asked)}, which never opens this fact; {_ASK_FOR_MORE}"
            yield Finding(("facts", index, "question"), said, Weight.ADVICE)

    def _units(self, texts: tuple[str, ...]) -> list[tuple[Unit, ...]]:
        if texts not in self._read:
            self._read[texts] = self._reader.read_all([(text, "") for text in texts])
        return self._read[texts]


def _asking(asks: Sequence[tuple[Unit, ...]]) -> int:
    return sum(any(unit.code in ASKING for unit in units) for units in asks)


def _opening(fact: Fact, asks: Sequence[tuple[Unit, ...]]) -> int:
    """How many of a fact's questions open it when the rep trusts the manager."""
    return sum(any(unit.genuine and may_open(_TRUSTING, fact, unit) for unit in units) for units in asks)


def _locked(fact: Fact, opening: int) -> str:
    """What to do about a gate that hardly any of the fact's questions pass."""
    passing = f"only {opening}" if opening else "none"
    said = f"{passing} of its {1 + len(fact.asks)} questions, 'question' included, can open it, however open the rep is"
    if fact.feeling:
        return f"{said}: a feeling needs an open question; write more that start with what or how"
    easier = "" if _closed_will_do(fact) else ", or set 'ask: closed'"
    return f"{said}; write more that start with what, how, who or why{easier}"


def _closed_will_do(fact: Fact) -> bool:
    """Whether a closed question opens the fact, so that the suggested question may be closed."""
    return not fact.feeling and fact.opens.ask in (AskKind.CLOSED, AskKind.ANY)
