"""Where somebody stands in a programme: a pure fold over ended sessions, drill answers and plans."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from ..drills import ROUND, DrillKind
from ..store.session import SessionHead
from .programme import Programme, ProgrammeWeek, ScenarioStep

WEEK = timedelta(days=7)


class WeekStep(StrEnum):
    """What a step of a week asks for."""

    PLAY = "play"
    DRILL = "drill"
    TALK = "talk"


@dataclass(frozen=True, slots=True)
class Done:
    """One step and whether it is done. `scenario` or `drill` says which; `gone` that its scenario isn't there any more.

    A step that is gone asks for nothing.
    """

    kind: WeekStep
    done: bool
    scenario: ScenarioStep | None = None
    drill: DrillKind | None = None
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Course:
    """A programme as it stands: `steps` for each of its weeks, and the index of the `week` to work on.

    `week` is the first that isn't done, None once all are. `opens` is when that week begins, if it hasn't yet.
    """

    programme: Programme
    steps: tuple[tuple[Done, ...], ...]
    week: int | None
    opens: datetime | None

    @property
    def current(self) -> ProgrammeWeek | None:
        """The week to work on."""
        return None if self.week is None else self.programme.weeks[self.week]

    def is_done(self, week: int) -> bool:
        """Whether nothing of a week is left to do."""
        return all(step.done or step.gone for step in self.steps[week])


def course_of(
    programme: Programme,
    joined: datetime,
    now: datetime,
    heads: Iterable[SessionHead],
    drilled: Iterable[tuple[DrillKind, datetime]],
    talked: Iterable[datetime],
    scenarios: Collection[str],
) -> Course:
    """Where somebody stands who joined at `joined`.

    `heads` are all sessions, `drilled` the kind and time of every drill answer, `talked` when somebody looked back at
    each real talk, `scenarios` the ids that the library has. Only what came after joining counts, and each session,
    answer and talk once, for the first week that asks for it. A week begins seven days after the one before it began;
    if one falls behind, the next waits. With a clock that was set back, it is the first week.
    """
    played = _played(heads, joined)
    answered = _counted(drilled, joined)
    talks = sum(1 for at in talked if at >= joined)
    steps: list[tuple[Done, ...]] = []
    for week in programme.weeks:
        found: list[Done] = []
        for one in week.scenarios:
            key = one.id, one.variant
            there = key in played
            if there:
                played.remove(key)
            found.append(Done(WeekStep.PLAY, there, scenario=one, gone=one.id not in scenarios and not there))
        for kind in week.drills:
            enough = answered.get(kind, 0) >= ROUND
            answered[kind] = answered.get(kind, 0) - ROUND if enough else 0
            found.append(Done(WeekStep.DRILL, enough, drill=kind))
        if week.real_talk:
            found.append(Done(WeekStep.TALK, talks > 0))
            talks = max(0, talks - 1)
        steps.append(tuple(found))
    first = next((n for n, some in enumerate(steps) if not all(one.done or one.gone for one in some)), None)
    begins = None if first is None else joined + first * WEEK
    return Course(programme, tuple(steps), first, begins if begins and first and begins > now else None)


def _played(heads: Iterable[SessionHead], since: datetime) -> list[tuple[str, str]]:
    """The scenario and variant of each first go that ended since then."""
    return [
        (head.scenario, head.variant)
        for head in heads
        if head.parent is None and head.ended_at is not None and head.ended_at >= since
    ]


def _counted(drilled: Iterable[tuple[DrillKind, datetime]], since: datetime) -> dict[DrillKind, int]:
    found: dict[DrillKind, int] = {}
    for kind, at in drilled:
        if at >= since:
            found[kind] = found.get(kind, 0) + 1
    return found
