"""The same conversations of two runs beside each other: what went up, what went down, what was the same.

Some changes hide in a mean and still matter: one more leak, one teller who is credited. They are counted pair by pair.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from ..qualify import RANK
from ..records import Record
from .expectations import Expectations, Fault, deciding, said

_LEVELS = {"not_scored": 0, "below": 0, "basic": 1, "proficient": 2}
_OF_LEVELS = frozenset({Fault.TOO_HIGH, Fault.TOO_LOW, Fault.OPENED, Fault.MISSED})


@dataclass(frozen=True)
class Pairs:
    """Conversations that both runs have, in the order of their keys."""

    before: tuple[Record, ...]
    after: tuple[Record, ...]

    @cached_property
    def expected(self) -> Expectations:
        """What is expected in either run."""
        return Expectations((*self.before, *self.after))

    @cached_property
    def written(self) -> bool:
        """Whether nobody's words were a model's: equal runs then give equal records; a difference is a change."""
        return all(record.voice == record.manager_voice == "lines" for record in self.before)

    @property
    def both(self) -> Iterable[tuple[Record, Record]]:
        """The pairs, one at a time."""
        return zip(self.before, self.after, strict=True)


@dataclass(frozen=True, slots=True)
class Moves:
    """Which conversations changed for the worse, each with what, how many for the better, of how many."""

    worse: tuple[str, ...]
    better: int
    of: int


@dataclass(frozen=True, slots=True)
class PairFigure:
    """A figure that only pairs have. `any_counts`: with written lines one change for the worse is one too many."""

    name: str
    title: str
    says: str
    moves: Callable[[Pairs], Moves]
    any_counts: bool


Change = tuple[str, list[str], bool]
"""A conversation's key, what got worse in it, and whether something got better."""


def _moves(changes: Sequence[Change]) -> Moves:
    """One that did both counts as worse."""
    worse = tuple(f"{key}: {', '.join(down)}" for key, down, _ in changes if down)
    return Moves(worse, sum(up and not down for _, down, up in changes), len(changes))


def unmet(pairs: Pairs) -> Moves:
    """Conversations whose level or facts are no longer as expected, against those that now are."""
    failed: list[dict[str, list[str]]] = []
    for records in (pairs.before, pairs.after):
        whys: dict[str, list[str]] = {}
        for one in pairs.expected.unmet(records):
            if one.fault in _OF_LEVELS:
                whys.setdefault(one.key, []).append(one.why)
        failed.append(whys)
    old, new = failed
    keys = [after.key for before, after in pairs.both if _both(before, after)]
    return _moves([(key, [] if key in old else new.get(key, []), key in old and key not in new) for key in keys])


def credited(pairs: Pairs) -> Moves:
    """Conversations without coaching that got a higher level or reached more in a criterion, against the reverse."""
    return _moves([_risen(*pair) for pair in pairs.both if _both(*pair) and pairs.expected.fails(pair[0])])


def coaches(pairs: Pairs) -> Moves:
    """Conversations of coaches that got a lower level, against those that got a higher one."""
    return _moves([_fallen(*pair) for pair in pairs.both if _both(*pair) and pairs.expected.coaches(pair[0])])


def _both(before: Record, after: Record) -> bool:
    return not (before.error or after.error)


def _risen(before: Record, after: Record) -> Change:
    """What is higher: the level and the criteria that decide or cap."""
    steps = [("level", before.level, after.level, RANK[after.level] - RANK[before.level])]
    old, new = _criteria(before), _criteria(after)
    steps += [(name, old[name], new[name], _LEVELS[new[name]] - _LEVELS[old[name]]) for name in old if name in new]
    risen = [_arrow(*step[:3]) for step in steps if step[3] > 0]
    return after.key, risen, any(step[3] < 0 for step in steps)


def _fallen(before: Record, after: Record) -> Change:
    step = RANK[after.level] - RANK[before.level]
    return after.key, [_arrow("level", before.level, after.level)] if step < 0 else [], step > 0


def _arrow(name: str, old: str, new: str) -> str:
    return f"{said(name)} {said(old)} -> {said(new)}"


def _criteria(record: Record) -> dict[str, str]:
    cap = {name: level for name, level in record.criteria.items() if name == "no_takeover"}
    return {**deciding(record), **cap}


PAIR_FIGURES = (
    PairFigure(
        "unmet",
        "Newly not as expected",
        "Conversations whose level or share of facts was as expected and no longer is; against it those that now are.",
        unmet,
        True,
    ),
    PairFigure(
        "credited",
        "Credit without coaching",
        "Conversations of managers who are not expected to coach that rose in level or in a criterion that decides or "
        "caps; against it those that fell.",
        credited,
        True,
    ),
    PairFigure(
        "coaches_fallen",
        "Harsher to coaches",
        "Conversations of managers who coach that fell in level; against it those that rose.",
        coaches,
        False,
    ),
)
