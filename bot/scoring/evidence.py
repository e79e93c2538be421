"""The quotes behind each criterion: the manager's own words that were counted for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Any

from ..talk.codebook import Code, Flag, Focus, Unit
from ..talk.direction import Source
from ..talk.transcript import Turn
from .spoken import steps_of_call

MAX_EVIDENCE = 6
REP_STEP = "rep_step"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A quote, exactly as it stands in the turn, with the code of its unit: `rep_step` for a next step of the rep's."""

    turn: int
    quote: str
    code: str

    def as_json(self) -> dict[str, Any]:
        """turn, quote, code."""
        return {"turn": self.turn, "quote": self.quote, "code": self.code}


def evidence_of(criterion: str, turns: Sequence[Turn]) -> tuple[Evidence, ...]:
    """The first words that count for a criterion, exactly as they stand: the manager's, and the rep's own steps."""
    if criterion == "ownership":
        return tuple(islice(_steps(turns), MAX_EVIDENCE))
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


def _steps(turns: Sequence[Turn]) -> Iterator[Evidence]:
    """The next steps, the rep's own first: in a practice the lines that name one, in a call what the rep says."""
    if any(turn.direction is not None for turn in turns):
        own = [(turn.index, turn.text) for turn in turns if turn.direction is not None and turn.direction.step]
        given = [
            Evidence(turn.index, unit.text, str(unit.code))
            for turn in turns
            for unit in turn.claimed
            if unit.code in (Code.DIRECTIVE, Code.TAKEOVER)
        ]
    else:
        steps = list(steps_of_call(turns))
        own = [(one.turn, one.words) for one in steps if one.by_rep]
        given = [Evidence(one.turn, one.words, str(one.code)) for one in steps if one.code is not None]
    yield from (Evidence(turn, words, REP_STEP) for turn, words in own)
    yield from given


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
