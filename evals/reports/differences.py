"""Decides, over pairs of conversations, whether a figure differs between two runs and whether that is a regression.

Intervals are wide enough that all figures together raise a false alarm in at most one comparison in twenty
(Bonferroni). Results that depend only on code are identical in equal runs, so any difference there is real.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from ..qualify import RANK
from ..records import Record
from .definitions import BY_NAME, CLOCK, DEFINITIONS, DISCRIMINATION, Better, Definition, Fraction
from .expectations import ConversationFault, Expectations, deciding, fault_text
from .figures import blocks, shares
from .statistics import Interval, interval_of_difference, sign_test

_LEVELS = {"not_scored": 0, "below": 0, "basic": 1, "proficient": 2}
_OF_LEVELS = frozenset(
    {ConversationFault.TOO_HIGH, ConversationFault.TOO_LOW, ConversationFault.OPENED, ConversationFault.MISSED}
)


@dataclass(frozen=True)
class Pairs:
    """The conversations that both runs have, in order of their keys."""

    before: tuple[Record, ...]
    after: tuple[Record, ...]

    @cached_property
    def expected(self) -> Expectations:
        """The expectations for either run."""
        return Expectations((*self.before, *self.after))

    @cached_property
    def written(self) -> bool:
        """Whether all words were scripted. Equal runs then give equal records, so any difference is a real change."""
        return all(record.voice == record.manager_voice == "lines" for record in self.before)

    @property
    def both(self) -> Iterable[tuple[Record, Record]]:
        """The pairs, one at a time."""
        return zip(self.before, self.after, strict=True)


@dataclass(frozen=True, slots=True)
class Moves:
    """Conversations that got worse and why, the number that got better, and the total."""

    worse: tuple[str, ...]
    better: int
    of: int


@dataclass(frozen=True, slots=True)
class PairFigure:
    """A figure that needs pairs. With `any_counts`, a single change for the worse matters if all lines are scripted."""

    name: str
    title: str
    says: str
    moves: Callable[[Pairs], Moves]
    any_counts: bool


Change = tuple[str, list[str], bool]
"""A conversation's key, what got worse in it, and whether anything got better."""


def _moves(changes: Sequence[Change]) -> Moves:
    """A conversation that got both better and worse counts as worse."""
    worse = tuple(f"{key}: {', '.join(down)}" for key, down, _ in changes if down)
    return Moves(worse, sum(up and not down for _, down, up in changes), len(changes))


def unmet(pairs: Pairs) -> Moves:
    """Conversations whose level or facts no longer meet the target, compared with those that now do."""
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
    """Non-coaches' conversations that rose in level or in a criterion, compared with those that fell."""
    return _moves([_risen(*pair) for pair in pairs.both if _both(*pair) and pairs.expected.fails(pair[0])])


def coaches(pairs: Pairs) -> Moves:
    """Coaches' conversations that fell in level, compared with those that rose."""
    return _moves([_fallen(*pair) for pair in pairs.both if _both(*pair) and pairs.expected.coaches(pair[0])])


def _both(before: Record, after: Record) -> bool:
    return not (before.error or after.error)


def _risen(before: Record, after: Record) -> Change:
    """What rose: the level, or a criterion that decides or caps it."""
    steps = [("level", before.level, after.level, RANK[after.level] - RANK[before.level])]
    old, new = _criteria(before), _criteria(after)
    steps += [(name, old[name], new[name], _LEVELS[new[name]] - _LEVELS[old[name]]) for name in old if name in new]
    risen = [_arrow(*step[:3]) for step in steps if step[3] > 0]
    return after.key, risen, any(step[3] < 0 for step in steps)


def _fallen(before: Record, after: Record) -> Change:
    step = RANK[after.level] - RANK[before.level]
    return after.key, [_arrow("level", before.level, after.level)] if step < 0 else [], step > 0


def _arrow(name: str, old: str, new: str) -> str:
    return f"{fault_text(name)} {fault_text(old)} -> {fault_text(new)}"


def _criteria(record: Record) -> dict[str, str]:
    cap = {name: level for name, level in record.criteria.items() if name == "no_takeover"}
    return {**deciding(record), **cap}


PAIR_FIGURES = (
    PairFigure(
        "unmet",
        "Newly off target",
        "Conversations whose level or share of facts no longer meets its target, compared with those that now do.",
        unmet,
        True,
    ),
    PairFigure(
        "credited",
        "Credit without coaching",
        "Conversations of non-coaches that rose in level, or in a criterion that decides or caps it, compared with "
        "those that fell.",
        credited,
        True,
    ),
    PairFigure(
        "coaches_fallen",
        "Harsher on coaches",
        "Conversations of coaches that fell in level, compared with those that rose.",
        coaches,
        False,
    ),
)


FALSE_ALARM = 0.05
"""The probability that a comparison of equal runs finds a difference in any figure."""
_TRIED = [definition for definition in DEFINITIONS if not definition.counts]
LEVEL = 1 - FALSE_ALARM / (len(_TRIED) + 1 + len(PAIR_FIGURES))
FIGURE_NAMES = (*BY_NAME, *(one.name for one in PAIR_FIGURES))
"""The figures that a suite may set a tolerance for."""
_ALIKE = 1e-9
"""Smaller differences are rounding errors."""


class Trend(StrEnum):
    """The result of comparing one figure."""

    WORSE = "worse"
    BETTER = "better"
    HIGHER = "higher"
    LOWER = "lower"
    NONE = "no difference shown"


@dataclass(frozen=True, slots=True)
class FigureDifference:
    """One figure in both runs.

    `pairs` is the number of conversations behind it, `why` adds a remark, and `where` lists the conversations that got
    worse, if known. For figures that need pairs, `before` is 0 and `after` is the number of pairs that got worse.
    """

    name: str
    title: str
    unit: str
    before: float | None
    after: float | None
    interval: Interval | None
    pairs: int
    finding: Trend
    tolerance: float | None
    regression: bool
    why: str = ""
    where: tuple[str, ...] = ()

    @property
    def change(self) -> float | None:
        """After minus before."""
        return None if self.before is None or self.after is None else self.after - self.before

    def as_json(self) -> dict[str, Any]:
        """name, a, b, difference, interval, pairs, finding, tolerance, regression, why, where."""
        return {
            "name": self.name,
            "a": _rounded(self.before),
            "b": _rounded(self.after),
            "difference": _rounded(self.change),
            "interval": [round(end, 4) for end in self.interval.as_json()] if self.interval else None,
            "pairs": self.pairs,
            "finding": str(self.finding),
            "tolerance": self.tolerance,
            "regression": self.regression,
            "why": self.why,
            "where": list(self.where),
        }


def differences(pairs: Pairs, tolerance: Mapping[str, float]) -> list[FigureDifference]:
    """Every figure, starting with the counts that must not rise. `tolerance` overrides the defaults."""
    found = [_counted(one, pairs, tolerance.get(one.name, one.tolerance)) for one in DEFINITIONS if one.counts]
    found += [_moved(one, pairs, tolerance.get(one.name, 0.0)) for one in PAIR_FIGURES]
    for definition in (DISCRIMINATION, *_TRIED):
        found.append(_compared(definition, pairs, tolerance))
    return found


def _counted(definition: Definition, pairs: Pairs, allowed: float) -> FigureDifference:
    """A count that must not rise. With scripted lines, it must not rise in any single conversation either."""
    old, new = (_shares(definition, pairs, records) for records in (pairs.before, pairs.after))
    before, after = (sum(part for part, _ in one.values()) for one in (old, new))
    where = tuple(key for key in old if new[key][0] > old[key][0])
    risen = sum(new[key][0] - old[key][0] for key in where) if pairs.written else after - before
    why = ""
    if risen > 0 and after <= before:
        why = f"{risen:g} new, in conversations that had none"
    finding = Trend.WORSE if risen > 0 else Trend.BETTER if after < before else Trend.NONE
    plain = (definition.name, definition.title, "count")
    return FigureDifference(*plain, before, after, None, len(old), finding, allowed, risen > allowed, why, where)


def _moved(figure: PairFigure, pairs: Pairs, allowed: float) -> FigureDifference:
    """A count of pairs: a single one matters, or only more than chance explains."""
    moves = figure.moves(pairs)
    worse = len(moves.worse)
    certain = figure.any_counts and pairs.written
    uneven = sign_test(worse, moves.better) < FALSE_ALARM
    finding = Trend.NONE
    if worse and (certain or (uneven and worse > moves.better)):
        finding = Trend.WORSE
    elif moves.better and uneven and moves.better > worse:
        finding = Trend.BETTER
    why = f"{worse} worse, {moves.better} better" if worse or moves.better else ""
    regression = finding is Trend.WORSE and worse > allowed
    plain = (figure.name, figure.title, "count")
    return FigureDifference(*plain, 0, worse, None, moves.of, finding, allowed, regression, why, moves.worse)


def _compared(definition: Definition, pairs: Pairs, tolerance: Mapping[str, float]) -> FigureDifference:
    """A share or a mean, judged by the interval of the paired difference."""
    old, new = (_shares(definition, pairs, records) for records in (pairs.before, pairs.after))
    keys = [key for key in old if key in new]
    named = tolerance.get(definition.name)
    allowed = None if definition.name in CLOCK else definition.tolerance if named is None else named
    plain = (definition.name, definition.title, definition.unit)
    if not keys:
        return FigureDifference(*plain, None, None, None, 0, Trend.NONE, allowed, False, definition.none)
    before, after = _columns(old, keys), _columns(new, keys)
    values = [sum(parts) / sum(wholes) for parts, wholes in (before, after)]
    change = values[1] - values[0]
    interval = None if before == after else interval_of_difference(before, after, LEVEL)
    past = allowed is not None and abs(change) > allowed + _ALIKE
    # Equal scripted runs are identical, so a difference beyond its tolerance is real, whatever the interval.
    there = (pairs.written and past) or _is_shown(interval, before, after, pairs.written)
    finding = _finding(definition.better, change) if there and abs(change) > _ALIKE else Trend.NONE
    # If neither direction is better, there is a limit only if the suite sets one.
    regression = past and (finding is Trend.WORSE or (named is not None and finding in _SHIFTS))
    why = "every pair is equal" if before == after else "too few pairs, or too similar, for an interval"
    return FigureDifference(
        *plain, values[0], values[1], interval, len(keys), finding, allowed, regression, "" if interval else why
    )


_SHIFTS = (Trend.HIGHER, Trend.LOWER)
Columns = tuple[list[float], list[float]]


def _is_shown(interval: Interval | None, before: Columns, after: Columns, written: bool) -> bool:
    """Whether a difference is larger than chance explains."""
    if interval is not None:
        return interval.low > 0 or interval.high < 0
    if written:
        return True
    steps = [
        new / new_whole - old / old_whole
        for old, old_whole, new, new_whole in zip(*before, *after, strict=True)
    ]  # fmt: skip
    return sign_test(sum(step > 0 for step in steps), sum(step < 0 for step in steps)) < 1 - LEVEL


def _finding(better: Better, change: float) -> Trend:
    if better is Better.NEITHER:
        return Trend.HIGHER if change > 0 else Trend.LOWER
    return Trend.BETTER if (change > 0) is (better is Better.MORE) else Trend.WORSE


def _shares(definition: Definition, pairs: Pairs, records: Sequence[Any]) -> dict[str, Fraction]:
    if definition is DISCRIMINATION:
        return blocks(records, pairs.expected)
    return shares(definition.part, records, pairs.expected)


def _columns(found: Mapping[str, Fraction], keys: Sequence[str]) -> Columns:
    return [float(found[key][0]) for key in keys], [float(found[key][1]) for key in keys]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
