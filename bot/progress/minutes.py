"""Weeks and minutes, as the manager's own calendar has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import pairwise
from math import ceil

LONGEST_PAUSE = timedelta(minutes=5)
"""A longer pause between two turns counts as this long: somebody went away and came back."""
HALF_HOUR_SOURCE = "CSO Insights, 2017 Sales Manager Enablement Report, a vendor’s survey"
"""Who says that 47.1% of sales managers give the coaching of skills half an hour a week or less."""


def week_of(moment: datetime, zone: tzinfo | None) -> tuple[datetime, datetime]:
    """The Monday 00:00 before a moment and the next one, in a time zone (None: this machine's), in UTC.

    A week in which the clocks change has an hour less or more.
    """
    day = moment.astimezone(zone).date()
    monday = day - timedelta(days=day.weekday())
    return _midnight(monday, zone), _midnight(monday + timedelta(days=7), zone)


def minutes_spoken(times: Mapping[str, Sequence[datetime]], begins: datetime, ends: datetime) -> int:
    """Minutes in talk between two moments, rounded up, from when things were said in each session.

    Pauses count up to five minutes, and a clock that was set back counts for nothing. What was said first counts from
    its own moment.
    """
    spent = timedelta()
    for said in times.values():
        inside = [moment for moment in said if begins <= moment < ends]
        for before, after in pairwise(inside):
            spent += min(max(after - before, timedelta()), LONGEST_PAUSE)
    return ceil(spent.total_seconds() / 60)


def _midnight(day: date, zone: tzinfo | None) -> datetime:
    local = datetime.combine(day, time(), tzinfo=zone) if zone else datetime.combine(day, time()).astimezone()
    return local.astimezone(UTC)
