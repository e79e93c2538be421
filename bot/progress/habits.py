"""Habits that cost the rep the floor, each in one talk after another, with the words that showed it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ..talk.codebook import Code, Flag, Focus, Unit
from ..talk.transcript import Turn
from .talks import EndedTalk

LOOKED_AT = 12
"""The newest talks in which habits are looked for."""
CHECKS = 3
"""Checks of status from which they are a habit: some are fine."""


class Habit(StrEnum):
    """What a manager does without meaning to. The names are stored in a focus."""

    HIDDEN_ADVICE = "hidden_advice"
    ORDERS = "orders"
    TAKING_OVER = "taking_over"
    UNASKED_ADVICE = "unasked_advice"
    BLAME = "blame"
    STATUS_CHECKS = "status_checks"
    STACKING = "stacking"


_SHOWS: Mapping[Habit, Callable[[Unit], bool]] = {
    Habit.HIDDEN_ADVICE: lambda unit: unit.pushing and unit.code is Code.LEADING_QUESTION,
    Habit.ORDERS: lambda unit: unit.pushing and unit.code is Code.DIRECTIVE,
    Habit.TAKING_OVER: lambda unit: unit.pushing and unit.code is Code.TAKEOVER,
    Habit.UNASKED_ADVICE: lambda unit: unit.pushing and unit.code is Code.ADVICE,
    Habit.BLAME: lambda unit: unit.pushing and unit.code is Code.CONFRONT,
    Habit.STATUS_CHECKS: lambda unit: unit.genuine and unit.focus is Focus.STATUS,
    Habit.STACKING: lambda unit: unit.genuine and Flag.STACKED in unit.flags,
}
_LEAST = {Habit.STATUS_CHECKS: CHECKS}
"""Units in one talk from which it is a habit there; one is enough of the others."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A habit in one talk: how often, and the first words that showed it, in manager turn `turn`."""

    talk: EndedTalk
    times: int
    turn: int
    quote: str


class HabitCourse(StrEnum):
    """What has become of a habit."""

    RETURNED = "returned"
    THERE = "there"
    ONCE = "once"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Seen:
    """A habit over the newest talks: what became of it, where it was seen, and in how many talks it was looked for.

    `sightings` run from the oldest talk to the newest. It `returned` if it was there, was not in at least one talk, and
    was in the newest again.
    """

    habit: Habit
    course: HabitCourse
    sightings: tuple[Sighting, ...]
    talks: int

    @property
    def last(self) -> Sighting:
        """Where it was seen last."""
        return self.sightings[-1]


def shown_in(habit: Habit, turns: Iterable[Turn]) -> tuple[tuple[int, str], ...]:
    """The turn and the words of each claimed unit that shows a habit; empty below what makes it one."""
    shows = _SHOWS[habit]
    found = tuple((turn.index, unit.text) for turn in turns if turn.is_manager for unit in turn.claimed if shows(unit))
    return found if len(found) >= _LEAST.get(habit, 1) else ()


def habits(talks: Sequence[EndedTalk], turns: Mapping[str, Sequence[Turn]]) -> tuple[Seen, ...]:
    """The habits of the newest talks, those that came back first, then the most frequent.

    `talks` run from the oldest to the newest, `turns` are the manager's by session. Talks without turns are left out.
    """
    looked_at = [talk for talk in talks if talk.id in turns][-LOOKED_AT:]
    found = []
    for habit in Habit:
        sightings = tuple(
            Sighting(talk, len(shown), *shown[0]) for talk in looked_at if (shown := shown_in(habit, turns[talk.id]))
        )
        if sightings:
            found.append(Seen(habit, _course(sightings, looked_at), sightings, len(looked_at)))
    order = list(HabitCourse)
    return tuple(sorted(found, key=lambda seen: (order.index(seen.course), -len(seen.sightings))))


def _course(sightings: Sequence[Sighting], talks: Sequence[EndedTalk]) -> HabitCourse:
    places = [place for place, talk in enumerate(talks) if talk.id in {one.talk.id for one in sightings}]
    if places[-1] != len(talks) - 1:
        return HabitCourse.GONE
    if len(places) == 1:
        return HabitCourse.ONCE if len(talks) > 1 else HabitCourse.THERE
    return HabitCourse.RETURNED if places[-1] - places[-2] > 1 else HabitCourse.THERE
