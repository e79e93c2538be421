"""The same conversations of two runs beside each other: what went up, what went down, what was the same.

Some changes hide in a mean and still matter: one more leak, one teller who is credited. They are counted pair by pair.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from .expectations import Expectations, Fault, deciding
from .qualify import RANK
from .records import Record

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

    @property
    def written(self) -> bool:
        """Whether written lines spoke throughout: equal runs then give equal records; a difference is a change."""
        return all(record.voice == "lines" for record in self.before)

    @property
    def both(self) -> Iterable[tuple[Record, Record]]:
        """The pairs, one at a time."""
        return zip(self.before, self.after, strict=True)


@dataclass(frozen=True, slots=True)
class Moves:
    """How many conversations changed for the worse and for the better, and how many there were to look at."""

    worse: int
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


def _moves(changes: Sequence[tuple[bool, bool]]) -> Moves:
    """Of (for the worse, for the better) a pair; one that did both counts as worse."""
    worse = sum(down for down, _ in changes)
    return Moves(worse, sum(up and not down for down, up in changes), len(changes))


def unmet(pairs: Pairs) -> Moves:
    """Conversations whose level or facts are no longer as expected, against those that now are."""
    failed = [
        {one.key for one in pairs.expected.unmet(records) if one.fault in _OF_LEVELS}
        for records in (pairs.before, pairs.after)
    ]
    changes = [
        (after.key in failed[1] - failed[0], after.key in failed[0] - failed[1])
        for before, after in pairs.both
        if not (before.error or after.error)
    ]
    return _moves(changes)


def credited(pairs: Pairs) -> Moves:
    """Conversations without coaching that got a higher level or reached more in a criterion, against the reverse."""
    return _moves([_rose(*pair) for pair in pairs.both if _both(pair) and pairs.expected.fails(pair[0])])


def coaches(pairs: Pairs) -> Moves:
    """Conversations of coaches that got a lower level, against those that got a higher one."""
    levels = [
        (RANK[before.level], RANK[after.level])
        for before, after in pairs.both
        if _both((before, after)) and pairs.expected.coaches(before)
    ]
    return _moves([(after < before, after > before) for before, after in levels])


def _both(pair: tuple[Record, Record]) -> bool:
    return not (pair[0].error or pair[1].error)


def _rose(before: Record, after: Record) -> tuple[bool, bool]:
    """Whether a level or a criterion is higher, and whether one is lower."""
    steps = [RANK[after.level] - RANK[before.level]]
    old, new = _criteria(before), _criteria(after)
    steps += [_LEVELS[new[name]] - _LEVELS[old[name]] for name in old.keys() & new.keys()]
    return any(step > 0 for step in steps), any(step < 0 for step in steps)


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
