"""A week as the manager's calendar has it, minutes in talk, the rhythm with its calendar file, and one's own view."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from kept_talks import ASKS, START, TELLS, Diary

from bot.errors import KnowledgeError, StoreError
from bot.progress.minutes import minutes_spoken, week_of
from bot.progress.overview import as_they_ended
from bot.progress.rhythm import (
    Rhythm,
    ThisWeek,
    calendar_file,
    keep_rhythm,
    kept_rhythm,
    next_practice,
    this_week,
)
from bot.progress.selfcheck import (
    SelfAnswers,
    check_is_due,
    hearing_gap,
    keep_answers,
    kept_answers,
    read_self_check,
)
from bot.progress.talks import EndedTalk, TalkBook
from bot.scenario.library import Library
from bot.store import KeptRecord, RecordKind
from ui.progressed import gap_line, rhythm_line, week_line

BERLIN, HONOLULU = ZoneInfo("Europe/Berlin"), ZoneInfo("Pacific/Honolulu")


@pytest.fixture
def diary(tmp_path: Path) -> Iterator[Diary]:
    diary = Diary(tmp_path)
    yield diary
    diary.store.close()


def talks(diary: Diary) -> tuple[EndedTalk, ...]:
    return as_they_ended(TalkBook(diary.store, diary.library).talks(diary.store.heads()))


def at(day: int, hour: int = 12, minute: int = 0) -> datetime:
    return datetime(2026, 1, day, hour, minute, tzinfo=UTC)


# Weeks and minutes


def test_a_week_begins_on_monday_where_the_manager_is():
    sunday_evening = at(11, 23, 30)

    assert week_of(sunday_evening, UTC) == (at(5, 0), at(12, 0))
    assert week_of(sunday_evening, BERLIN) == (at(11, 23), at(18, 23)), "it is Monday in Berlin"
    assert week_of(sunday_evening, HONOLULU) == (at(5, 10), at(12, 10))


def test_a_week_in_which_the_clocks_change_has_an_hour_less():
    begins, ends = week_of(datetime(2026, 3, 28, tzinfo=UTC), BERLIN)

    assert ends - begins == timedelta(days=7, hours=-1)


def test_minutes_count_pauses_up_to_five_and_a_clock_set_back_for_nothing():
    times = {
        "a": (at(6, 9), at(6, 9, 2), at(6, 11), at(6, 11, 1)),
        "b": (at(7, 9), at(7, 8), at(7, 8, 4)),
        "last week": (at(4, 9), at(4, 9, 3)),
    }

    assert minutes_spoken(times, at(5, 0), at(12, 0)) == 2 + 5 + 1 + 0 + 4
    assert minutes_spoken({}, at(5, 0), at(12, 0)) == 0


def test_minutes_come_from_when_things_were_said(diary: Diary):
    from bot.practice import Practice
    from bot.testing import SMALL, ScriptedClock

    practice = Practice.start(SMALL, engine=diary.engine, store=diary.store, clock=ScriptedClock(START))
    for line in ASKS:
        practice.say(line)
        "".join(practice.reply())
    begins, ends = week_of(START, UTC)

    assert minutes_spoken(diary.store.many.spoken_at(begins), begins, ends) == 4, "eight turns, half a minute apart"
    assert diary.store.many.spoken_at(ends) == {}


# The rhythm


def test_a_rhythm_is_kept_and_the_last_one_counts(diary: Diary):
    assert kept_rhythm(diary.store) is None
    keep_rhythm(diary.store, Rhythm(), START)
    keep_rhythm(diary.store, Rhythm(2, 1, 3, time(16, 30)), START)

    assert kept_rhythm(diary.store) == Rhythm(2, 1, 3, time(16, 30))
    assert rhythm_line(Rhythm(2, 1, 3, time(16, 30))) == "Two practices and one drill a week, on Thursday at 16:30."


@pytest.mark.parametrize("wrong", [Rhythm(practices=8), Rhythm(drills=-1), Rhythm(weekday=7)])
def test_a_rhythm_that_no_week_has_room_for_is_refused(diary: Diary, wrong: Rhythm):
    with pytest.raises(StoreError, match="seven days"):
        keep_rhythm(diary.store, wrong, START)


def test_a_damaged_rhythm_is_none(diary: Diary):
    diary.store.records.keep(KeptRecord(RecordKind.RHYTHM, "mine", START, {"practices": "many"}))

    assert kept_rhythm(diary.store) is None


def test_this_week_counts_what_ended_in_it_in_either_time_zone(diary: Diary):
    diary.talk(day=0)  # Monday, 09:00 UTC
    diary.talk(day=6.6)  # Sunday, 23:24 UTC: Monday in Berlin
    diary.talk(day=-300)
    wednesday = at(7)

    assert this_week(talks(diary), [at(6), at(20)], wednesday, UTC) == ThisWeek(2, 1)
    assert this_week(talks(diary), [], wednesday, BERLIN) == ThisWeek(1, 0)
    assert week_line(Rhythm(), ThisWeek(1, 0)) == "This week: 1 of 1 practice, 0 of 1 drill."


def test_the_next_practice_is_this_week_unless_it_is_done_or_past():
    rhythm = Rhythm(weekday=2, at=time(9))  # Wednesdays
    monday, thursday = at(5), at(8)

    assert next_practice(rhythm, ThisWeek(0, 0), monday, UTC) == at(7, 9)
    assert next_practice(rhythm, ThisWeek(0, 0), monday, BERLIN) == at(7, 8)
    assert next_practice(rhythm, ThisWeek(1, 0), monday, UTC) == at(14, 9)
    assert next_practice(rhythm, ThisWeek(0, 0), thursday, UTC) == at(14, 9)


def test_the_calendar_file_is_one_event_that_any_calendar_reads():
    made = calendar_file(at(7, 9), at(5), "Practise asking", "Have one talk; <b>read</b> it.")
    event = Calendar.from_ical(made).walk("VEVENT")[0]

    assert made == calendar_file(at(7, 9), at(5), "Practise asking", "Have one talk; <b>read</b> it.")
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (at(7, 9), at(7, 9, 20))
    assert (str(event["SUMMARY"]), str(event["DESCRIPTION"])) == ("Practise asking", "Have one talk; <b>read</b> it.")
    assert b"\r\n" in made


# How I see myself


def answers(day: int, step: str = "one", level: str | None = "informal") -> SelfAnswers:
    return SelfAnswers(START + timedelta(days=day), {"asking": step}, {"asking": "Tuesday, with Dana"}, level, "A list")


def test_there_are_nine_questions_with_evidence_and_four_levels_with_the_vendors_figures():
    check = read_self_check(Library())

    assert (len(check.questions), len({one.id for one in check.questions})) == (9, 9)
    assert all(one.evidence for one in check.questions)
    assert [one.id for one in check.maturity.levels] == ["random", "informal", "formal", "dynamic"]
    assert "vendor’s survey" in check.maturity.source
    assert "21.7%" in check.maturity.levels[2].survey


def test_a_check_of_ones_own_is_read_and_a_wrong_one_told(tmp_path: Path):
    (tmp_path / "knowledge").mkdir()
    (tmp_path / "knowledge" / "self-check.yaml").write_text("source: mine\n", encoding="utf-8")

    with pytest.raises(KnowledgeError, match=r"self-check\.yaml: scale: Field required"):
        read_self_check(Library(tmp_path))


def test_answers_are_kept_and_come_back_oldest_first(diary: Diary):
    keep_answers(diary.store, answers(200, "several"), "b")
    keep_answers(diary.store, answers(0), "a")
    diary.store.records.keep(KeptRecord(RecordKind.SELF_CHECK, "c", START, {"steps": "none"}))

    assert kept_answers(diary.store) == (answers(0), answers(200, "several"))
    with pytest.raises(StoreError, match="up to 500 characters"):
        keep_answers(diary.store, SelfAnswers(START, {}, {"asking": "x" * 501}), "d")


def test_the_check_is_due_every_half_year():
    assert check_is_due((), START)
    assert not check_is_due((answers(0),), START + timedelta(days=100))
    assert check_is_due((answers(0),), START + timedelta(days=182))


def test_the_gap_between_rating_and_words_over_time(diary: Diary):
    assert gap_line(hearing_gap(talks(diary))).startswith("Rate a talk before you read")
    diary.talk(TELLS, rating=4)
    diary.talk(TELLS, rating=5)
    assert gap_line(hearing_gap(talks(diary))) == "You’ve rated two talks. Too few to say; it takes three."
    diary.talk(ASKS, rating=5)
    diary.talk(ASKS)
    gap = hearing_gap(talks(diary))

    assert [round(one, 2) for _, one in gap.gaps] == [0.75, 1.0, 0.0]
    assert gap_line(gap) == "You heard yourself well in one of three talks. On average you ask less than you think."
