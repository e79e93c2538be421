"""One focus: chosen, held or slipped in each talk since, retired after two new variants, looked at again later."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from kept_talks import ASKS, MIXES, ORDER, START, TELLS, Diary

from bot.errors import StoreError
from bot.progress.focus import (
    ChosenFocus,
    FocusCourse,
    FocusOutcome,
    Stage,
    choose_focus,
    follow,
    goal_from,
    kept_foci,
    open_focus,
)
from bot.progress.habits import Habit
from bot.progress.overview import as_they_ended, overview
from bot.progress.talks import TalkBook
from bot.scoring.score import thresholds
from bot.store import KeptRecord, RecordKind
from ui.progressed import FOCUS_WORDS, HABIT_NAMES, focus_line

HELD, SLIPPED, TOO_LITTLE = FocusOutcome.HELD, FocusOutcome.SLIPPED, FocusOutcome.TOO_LITTLE


@pytest.fixture
def diary(tmp_path: Path) -> Iterator[Diary]:
    diary = Diary(tmp_path)
    yield diary
    diary.store.close()


def focus(about: str = Habit.ORDERS, name: str = "f1", day: float = 0, goal: str = "") -> ChosenFocus:
    return ChosenFocus(name, about, goal, "", START + timedelta(days=day))


def course(diary: Diary, of: ChosenFocus, now: datetime = START + timedelta(days=30)) -> FocusCourse:
    book = TalkBook(diary.store, diary.library)
    talks = as_they_ended(book.talks(diary.store.heads()))
    return follow(of, talks, overview(talks, {}).firsts, book.turns(talk.id for talk in talks), now)


def outcomes(found: FocusCourse) -> list[FocusOutcome]:
    return [went.outcome for _, went in found.went]


def test_choosing_one_closes_the_other(diary: Diary):
    choose_focus(diary.store, focus(name="f1"))
    choose_focus(diary.store, focus("listening", name="f2", day=1, goal="basic"))
    first, second = kept_foci(diary.store)

    assert (first.closed_at, second.closed_at) == (START + timedelta(days=1), None)
    assert open_focus(kept_foci(diary.store)) == second


def test_nothing_else_can_be_a_focus(diary: Diary):
    with pytest.raises(StoreError, match="'charm' is nothing to work on"):
        choose_focus(diary.store, focus("charm"))


def test_a_damaged_or_unknown_focus_is_left_out(diary: Diary):
    choose_focus(diary.store, focus())
    for name, body in (("f2", {}), ("f3", {"about": "charm", "goal": "", "session": ""})):
        diary.store.records.keep(KeptRecord(RecordKind.FOCUS, name, START, body))

    assert [one.id for one in kept_foci(diary.store)] == ["f1"]


@pytest.mark.parametrize(
    ("level", "goal"),
    [("below", "basic"), ("not_scored", "basic"), ("basic", "proficient"), ("proficient", "proficient")],
)
def test_the_goal_is_one_level_up(level: str, goal: str):
    assert goal_from("listening", level) == goal
    assert goal_from(Habit.BLAME, level) == ""


def test_a_habit_slips_with_the_words_that_show_it_and_holds_without(diary: Diary):
    diary.talk((*ASKS[:3], ORDER))
    diary.talk(ASKS)
    found = course(diary, focus())

    assert outcomes(found) == [SLIPPED, HELD]
    assert (found.went[0][1].quote, found.went[0][1].turn) == (ORDER, 6)
    assert focus_line(found) == "It has held once in two new variants. Once it holds in two running, it’s retired."


def test_a_criterion_holds_at_its_goal(diary: Diary):
    diary.talk(TELLS)
    diary.talk(ASKS)

    assert outcomes(course(diary, focus("balance", goal="basic"))) == [SLIPPED, HELD]


def test_a_talk_too_short_to_score_says_nothing(diary: Diary):
    diary.talk(ASKS[:1])

    assert outcomes(course(diary, focus())) == [TOO_LITTLE]


def test_talks_before_it_was_chosen_do_not_count(diary: Diary):
    diary.talk(ASKS)

    assert course(diary, focus(day=9)).went == ()


def test_it_retires_once_it_has_held_in_two_unseen_variants_running(diary: Diary):
    for lines in (ASKS, MIXES, ASKS):
        diary.talk(lines)
    assert course(diary, focus()).stage is Stage.OPEN, "it slipped in between"
    diary.talk(ASKS)
    found = course(diary, focus(), now=START + timedelta(days=5))

    assert (found.stage, found.worked_on) == (Stage.RETIRED, False)
    assert focus_line(found).startswith("It held in two new variants running, so you can retire it.")


def test_one_that_slips_after_it_was_retired_is_worked_on_again(diary: Diary):
    for lines in (ASKS, ASKS, MIXES):
        diary.talk(lines)
    found = course(diary, focus(), now=START + timedelta(days=5))

    assert (found.stage, found.slips, found.worked_on) == (Stage.RETIRED, 1, True)
    assert "then slipped. Keep it, or choose another." in focus_line(found)


def test_a_retake_holds_for_nothing(diary: Diary):
    for _ in range(3):
        diary.talk(ASKS, variant="base")

    assert course(diary, focus()).stage is Stage.OPEN


@pytest.mark.slow
def test_a_retired_focus_is_looked_at_again_after_two_weeks(diary: Diary):
    for _ in range(2):
        diary.talk(ASKS)
    soon, later = START + timedelta(days=15), START + timedelta(days=17)
    assert (course(diary, focus(), soon).stage, course(diary, focus(), later).stage) == (
        Stage.RETIRED,
        Stage.LOOK_AGAIN,
    )
    assert "haven’t practised since" in focus_line(course(diary, focus(), later))
    diary.talk((*ASKS[:3], ORDER))

    assert focus_line(course(diary, focus(), later)).endswith("and it has slipped once since.")


def test_a_deleted_talk_takes_its_holding_with_it(diary: Diary):
    ids = [diary.talk(ASKS) for _ in range(2)]
    diary.store.delete(ids[0])

    assert course(diary, focus()).stage is Stage.OPEN


def test_everything_that_can_be_a_focus_has_its_three_words():
    about = {entry.id for entry in thresholds().criteria} | set(Habit)

    assert about == set(FOCUS_WORDS)
    assert {len(words.split()) for words in FOCUS_WORDS.values()} == {3}
    assert set(HABIT_NAMES) == set(Habit)
