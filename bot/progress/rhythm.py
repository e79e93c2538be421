"""A weekly rhythm that a manager commits to, and a calendar file for the next practice. No streak is counted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo

from ..errors import StoreError
from ..store import KeptRecord, RecordKind, Store
from .minutes import week_of
from .talks import EndedTalk

RHYTHM_ID = "mine"
TAKES = timedelta(minutes=20)
MOST_A_WEEK = 7
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How many practices and drills a week, and the weekday (Monday is 0) and time of day of the practice."""

    practices: int = 1
    drills: int = 1
    weekday: int = 0
    at: time = time(9)


@dataclass(frozen=True, slots=True)
class ThisWeek:
    """What was done of it since Monday."""

    practices: int
    drills: int


def keep_rhythm(store: Store, rhythm: Rhythm, now: datetime) -> None:
    """Commit to a rhythm, in place of the one before. Raises StoreError, also for one that no week has room for."""
    if not (0 <= rhythm.practices <= MOST_A_WEEK and 0 <= rhythm.drills <= MOST_A_WEEK and 0 <= rhythm.weekday < 7):
        raise StoreError(f"a rhythm has up to {MOST_A_WEEK} practices and drills a week, on one of seven days")
    body = {
        "practices": rhythm.practices,
        "drills": rhythm.drills,
        "weekday": rhythm.weekday,
        "at": rhythm.at.strftime("%H:%M"),
    }
    store.records.keep(KeptRecord(RecordKind.RHYTHM, RHYTHM_ID, now, body))


def kept_rhythm(store: Store) -> Rhythm | None:
    """The rhythm that was committed to. None where there is none, or it cannot be read."""
    for record in store.records.sound(RecordKind.RHYTHM)[0]:
        body = record.body
        try:
            found = Rhythm(
                int(body["practices"]), int(body["drills"]), int(body["weekday"]), time.fromisoformat(body["at"])
            )
        except (KeyError, ValueError, TypeError):
            continue
        if 0 <= found.weekday < 7:
            return found
    return None


def this_week(talks: Iterable[EndedTalk], drilled: Iterable[datetime], now: datetime, zone: tzinfo | None) -> ThisWeek:
    """The practices that ended this week, retakes too, and the drills, by their times.

    Retries of a moment are part of their talk. The week is the manager's own, wherever the sessions were held.
    """
    begins, ends = week_of(now, zone)
    return ThisWeek(
        sum(begins <= talk.ended_at < ends for talk in talks if talk.head.parent is None),
        sum(begins <= moment < ends for moment in drilled),
    )


def next_practice(rhythm: Rhythm, done: ThisWeek, now: datetime, zone: tzinfo | None) -> datetime:
    """When the next practice is due, in UTC: on the day chosen, this week if it is still to come and to be done."""
    begins, _ = week_of(now, zone)
    monday = begins.astimezone(zone).date()
    for weeks in range(3):
        day = monday + timedelta(days=rhythm.weekday, weeks=weeks)
        naive = datetime.combine(day, rhythm.at)
        moment = (naive.replace(tzinfo=zone) if zone else naive.astimezone()).astimezone(UTC)
        if moment > now and not (weeks == 0 and done.practices >= rhythm.practices):
            return moment
    raise AssertionError("three weeks have a day to come")


def calendar_file(begins: datetime, now: datetime, summary: str, told: str) -> bytes:
    """An .ics file with one event of twenty minutes and a reminder. The same input gives the same bytes."""
    from icalendar import Alarm, Calendar, Event

    calendar = Calendar()
    calendar.add("prodid", "-//Askwell//Askwell//EN")
    calendar.add("version", "2.0")
    event = Event()
    event.add("uid", f"practice-{begins:%Y%m%dT%H%M}@askwell")
    event.add("dtstamp", now.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", begins)
    event.add("dtend", begins + TAKES)
    event.add("summary", summary)
    event.add("description", told)
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", summary)
    alarm.add("trigger", -timedelta(minutes=10))
    event.add_component(alarm)
    calendar.add_component(event)
    return bytes(calendar.to_ical())
