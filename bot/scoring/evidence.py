"""The quotes behind each criterion: the manager's own words that were counted for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Any

from ..talk.codebook import Code, Flag, Focus, Unit
from ..talk.direction import Source
from ..talk.transcript import Turn

MAX_EVIDENCE = 6


@dataclass(frozen=True, slots=True)
class Evidence:
    """A quote, exactly as it stands in the turn, with the code of its unit."""

    turn: int
    quote: str
    code: str

    def as_json(self) -> dict[str, Any]:
        """turn, quote, code."""
        return {"turn": self.turn, "quote": self.quote, "code": self.code}


def evidence_of(criterion: str, turns: Sequence[Turn]) -> tuple[Evidence, ...]:
    """The manager's first words that count for a criterion, each exactly as it stands in its turn."""
    wanted = _WANTED.get(criterion)
    if wanted is None:
        return ()
    there = _brought_out(turns) if criterion == "discovery" else None
    found = (
        Evidence(turn.index, unit.text, str(unit.code))
        for turn in turns
        if turn.is_manager and (there is None or turn.index in there)
        for unit in turn.claimed
        if wanted(unit)
    )
    return tuple(islice(found, MAX_EVIDENCE))


def _brought_out(turns: Sequence[Turn]) -> set[int]:
    """The manager's turns that the rep answered with something worth knowing."""
    return {
        turn.index
        for turn, reply in pairwise(turns)
        if reply.direction is not None and any(how is Source.ELICITED for _, how in reply.direction.releases)
    }


_WANTED: Mapping[str, Callable[[Unit], bool]] = {
    "exploring": lambda unit: unit.exploring,
    "inspection": lambda unit: unit.genuine and unit.focus is Focus.STATUS,
    "ownership": lambda unit: unit.focus is Focus.ACTION or unit.code in (Code.DIRECTIVE, Code.TAKEOVER),
    "balance": lambda unit: unit.pushing,
    "discovery": lambda unit: unit.genuine or unit.code is Code.REFLECTION,
    "instruction": lambda unit: Flag.INSTRUCTED in unit.flags,
    "view_asked": lambda unit: unit.exploring,
    "debrief": lambda unit: unit.exploring,
    "one_at_a_time": lambda unit: Flag.STACKED in unit.flags,
    "no_takeover": lambda unit: unit.code is Code.TAKEOVER,
    "listening": lambda unit: unit.code is Code.REFLECTION,
    "affirming": lambda unit: unit.code is Code.AFFIRMATION and Flag.SPECIFIC in unit.flags,
    "forward": lambda unit: Flag.NEXT in unit.flags and unit.code is not Code.OTHER,
}
