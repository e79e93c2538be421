"""This week on the progress page: minutes, what was planned and done, and a calendar file for the next practice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import TYPE_CHECKING

import streamlit as st

from bot.drills import ROUND
from bot.drills.kept import drilled_items
from bot.progress.rhythm import (
    WEEKDAYS,
    Rhythm,
    ThisWeek,
    calendar_file,
    keep_rhythm,
    kept_rhythm,
    next_practice,
    this_week,
)

from . import frame, progressed, resources
from .markup import element

if TYPE_CHECKING:
    from bot.progress.talks import EndedTalk

_MOST = 3
_TOLD = "Have one talk with a simulated rep, and read its debrief. Askwell runs on your own machine."


def week_section(talks: Sequence[EndedTalk], minutes: int) -> None:
    """The minutes beside what most managers give, the rhythm and the form that changes it. Raises StoreError."""
    st.header("This week", anchor=False)
    frame.show(element("p", progressed.minutes_line(minutes)))
    frame.show(element("p", progressed.HALF_HOUR_NOTE, class_="quiet small"))
    rhythm = kept_rhythm(resources.store())
    if rhythm is not None:
        done = this_week(talks, _drilled(), frame.now(), frame.zone())
        frame.show(element("p", progressed.rhythm_line(rhythm), " ", progressed.week_line(rhythm, done)))
        _calendar(rhythm, done)
    with st.expander("Change your rhythm" if rhythm else "Set a weekly rhythm", key="rhythm"):
        _form(rhythm or Rhythm())


def _drilled() -> list[datetime]:
    """When drills were done: one for every five answers of a day, or what is left of five."""
    found = drilled_items(resources.store(), frame.now()).values()
    answers = sorted(answer.at for item in found for answer in item.answers)
    days: dict[date, list[datetime]] = {}
    for at in answers:
        days.setdefault(at.astimezone(frame.zone()).date(), []).append(at)
    return [at for day in days.values() for at in day[::ROUND]]


def _calendar(rhythm: Rhythm, done: ThisWeek) -> None:
    now, zone = frame.now(), frame.zone()
    if not rhythm.practices:
        return
    due = next_practice(rhythm, done, now, zone)
    local = due.astimezone(zone)
    st.download_button(
        f"Put the next one in your calendar: {WEEKDAYS[local.weekday()]}, {local.day} {local:%B}, {local:%H:%M}",
        lambda: calendar_file(due, now, "Practise asking, in Askwell", _TOLD),
        f"askwell-{local:%Y-%m-%d}.ics",
        "text/calendar",
        on_click="ignore",
        icon=":material/event:",
        key="calendar",
    )


def _form(now: Rhythm) -> None:
    told = "Choose what you can keep. Nobody counts streaks, and a week without practice costs you nothing."
    frame.show(element("p", told, class_="quiet"))
    with st.form("rhythm-form", border=False):
        practices = st.number_input("Practices a week", 0, _MOST, min(now.practices, _MOST), key="rhythm-practices")
        drills = st.number_input("Drills a week", 0, _MOST, min(now.drills, _MOST), key="rhythm-drills")
        day = st.selectbox("Day", range(7), now.weekday, format_func=WEEKDAYS.__getitem__, key="rhythm-day")
        at = st.time_input("Time", now.at, step=900, key="rhythm-time")
        if st.form_submit_button("Keep this rhythm"):
            chosen = Rhythm(int(practices), int(drills), int(day or 0), _to_minute(at))
            keep_rhythm(resources.store(), chosen, frame.now())
            st.rerun()


def _to_minute(at: time | datetime | None) -> time:
    return time(at.hour, at.minute) if at is not None else Rhythm().at
