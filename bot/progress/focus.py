"""One focus: what a manager works on, whether it held in each talk since, and when it has held for long enough.

What is kept is the choice. Whether it held is counted from the talks each time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from ..errors import StoreError
from ..scoring.score import thresholds
from ..scoring.scorecard import BASIC, BELOW, NOT_SCORED, PROFICIENT
from ..store import KeptRecord, RecordKind, Store
from ..talk.transcript import Turn
from .habits import Habit, shown_in
from .talks import EndedTalk, Mark

HELD_FOR = 2
"""Unseen variants, one after the other, in which a focus must hold before it is retired."""
LOOK_AGAIN = timedelta(weeks=2)
_ORDER = (BELOW, BASIC, PROFICIENT)
_COSTS = ("inspection", "balance", "one_at_a_time", "no_takeover")
"""Criteria that quote what went wrong; the others quote what was good."""


class FocusOutcome(StrEnum):
    """Whether a focus held in one talk."""

    HELD = "held"
    SLIPPED = "slipped"
    TOO_LITTLE = "too_little"


@dataclass(frozen=True, slots=True)
class ChosenFocus:
    """What a manager chose to work on: a criterion's id or a habit's name.

    `goal` is the level that a criterion must reach to hold; empty for a habit, which holds where it isn't there.
    `session` is the talk whose debrief it was chosen from. `closed_at` is set once the manager gave it up or chose
    another; `looked_at` once a retired one was looked at again.
    """

    id: str
    about: str
    goal: str
    session: str
    at: datetime
    closed_at: datetime | None = None
    looked_at: datetime | None = None

    @property
    def habit(self) -> Habit | None:
        """The habit that it is about, if it is about one."""
        return Habit(self.about) if self.about in set(Habit) else None


@dataclass(frozen=True, slots=True)
class Went:
    """How a focus went in one talk: the outcome, and the words that show it where there are any, in turn `turn`."""

    outcome: FocusOutcome
    turn: int | None = None
    quote: str = ""


class Stage(StrEnum):
    """Where a focus is."""

    OPEN = "open"
    RETIRED = "retired"
    LOOK_AGAIN = "look_again"


@dataclass(frozen=True, slots=True)
class FocusCourse:
    """A focus with how it went in each talk since, from the oldest on, and since when it is retired.

    `firsts` are those of the talks that were first goes at a variant.
    """

    focus: ChosenFocus
    stage: Stage
    went: tuple[tuple[EndedTalk, Went], ...]
    firsts: frozenset[str]
    retired_at: datetime | None = None

    @property
    def since(self) -> tuple[Went, ...]:
        """How it went after it was retired, where there was enough to say; empty for one that isn't."""
        if self.retired_at is None:
            return ()
        later = [went for talk, went in self.went if talk.ended_at > self.retired_at]
        return tuple(went for went in later if went.outcome is not FocusOutcome.TOO_LITTLE)

    @property
    def slips(self) -> int:
        """In how many talks it slipped after it was retired."""
        return sum(went.outcome is FocusOutcome.SLIPPED for went in self.since)

    @property
    def worked_on(self) -> bool:
        """Whether it is still to be worked on: it is open, or has slipped since it was retired."""
        return self.stage is Stage.OPEN or (self.stage is Stage.RETIRED and self.slips > 0)


def can_be_focus(about: str) -> bool:
    """Whether a focus can be about this criterion or habit."""
    return about in set(Habit) or about in {entry.id for entry in thresholds().criteria}


def goal_from(about: str, level: str) -> str:
    """The level to reach, one above the one that a criterion has now; empty for a habit."""
    if about in set(Habit):
        return ""
    return PROFICIENT if level in (BASIC, PROFICIENT) else BASIC


def choose_focus(store: Store, focus: ChosenFocus) -> None:
    """Keep a focus, in place of the one that is open. Raises StoreError, also for one about nothing we know."""
    if not can_be_focus(focus.about):
        raise StoreError(f"{focus.about!r} is nothing to work on that Askwell knows")
    for other in kept_foci(store):
        if other.closed_at is None and other.id != focus.id:
            keep_focus(store, replace(other, closed_at=focus.at))
    keep_focus(store, focus)


def keep_focus(store: Store, focus: ChosenFocus) -> None:
    """Save a focus as it is. Raises StoreError."""
    body = {
        "about": focus.about,
        "goal": focus.goal,
        "session": focus.session,
        "closed_at": focus.closed_at.isoformat() if focus.closed_at else None,
        "looked_at": focus.looked_at.isoformat() if focus.looked_at else None,
    }
    store.records.keep(KeptRecord(RecordKind.FOCUS, focus.id, focus.at, body))


def kept_foci(store: Store) -> tuple[ChosenFocus, ...]:
    """Every focus so far, the oldest first. What is damaged, or about something unknown, is left out."""
    found = map(_focus, store.records.sound(RecordKind.FOCUS)[0])
    return tuple(focus for focus in found if focus is not None)


def open_focus(foci: Iterable[ChosenFocus]) -> ChosenFocus | None:
    """The newest focus that was neither given up nor followed by another."""
    return next((focus for focus in reversed(tuple(foci)) if focus.closed_at is None), None)


def how_it_went(focus: ChosenFocus, marks: Mapping[str, Mark], scored: bool, turns: Iterable[Turn]) -> Went:
    """Whether a focus held in one talk, by its marks and by what the manager said, as coded.

    In a talk that was too short to score it neither held nor slipped.
    """
    spoken = tuple(turns)
    if not scored:
        return Went(FocusOutcome.TOO_LITTLE)
    if focus.habit is not None:
        shown = shown_in(focus.habit, spoken)
        return Went(FocusOutcome.SLIPPED, *shown[0]) if shown else Went(FocusOutcome.HELD)
    mark = marks.get(focus.about)
    if mark is None or mark.level == NOT_SCORED or focus.goal not in _ORDER:
        return Went(FocusOutcome.TOO_LITTLE)
    held = mark.level in _ORDER and _ORDER.index(mark.level) >= _ORDER.index(focus.goal)
    return Went(FocusOutcome.HELD if held else FocusOutcome.SLIPPED)


def follow(
    focus: ChosenFocus,
    talks: Iterable[EndedTalk],
    firsts: Iterable[EndedTalk],
    turns: Mapping[str, Sequence[Turn]],
    now: datetime,
) -> FocusCourse:
    """How a focus has gone in the talks that began after it was chosen. `talks` run from the oldest to the newest.

    It is retired once it has held in two unseen variants running, and due for another look two weeks later.
    """
    went = tuple(
        (talk, how_it_went(focus, talk.marks, talk.scored, turns.get(talk.id, ())))
        for talk in talks
        if talk.head.started_at > focus.at
    )
    first_ids = frozenset(talk.id for talk in firsts)
    running, retired_at = 0, None
    for talk, one in went:
        if talk.id not in first_ids or one.outcome is FocusOutcome.TOO_LITTLE:
            continue
        running = running + 1 if one.outcome is FocusOutcome.HELD else 0
        if running >= HELD_FOR:
            retired_at = talk.ended_at
            break
    if retired_at is None:
        stage = Stage.OPEN
    else:
        due = now - retired_at >= LOOK_AGAIN and focus.looked_at is None
        stage = Stage.LOOK_AGAIN if due else Stage.RETIRED
    return FocusCourse(focus, stage, went, first_ids, retired_at)


def quotes_faults(about: str) -> bool:
    """Whether the quotes of a criterion show what went wrong in it."""
    return about in _COSTS


def _focus(record: KeptRecord) -> ChosenFocus | None:
    body = record.body
    try:
        focus = ChosenFocus(
            record.id,
            str(body["about"]),
            str(body["goal"]),
            str(body["session"]),
            record.at,
            _moment(body.get("closed_at")),
            _moment(body.get("looked_at")),
        )
    except (KeyError, ValueError, TypeError):
        return None
    return focus if can_be_focus(focus.about) else None


def _moment(text: object) -> datetime | None:
    if text is None:
        return None
    moment = datetime.fromisoformat(str(text))
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone")
    return moment
