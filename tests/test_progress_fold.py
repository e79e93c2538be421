"""Progress as a fold over stored sessions: last time and this time, trends, habits, and what may go wrong beneath."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kept_talks import ASKS, HIDDEN, MIXES, ORDER, START, TELLS, Diary

from bot.practice import Practice
from bot.progress.habits import Habit, HabitCourse, habits
from bot.progress.overview import Progress, as_they_ended, overview
from bot.progress.talks import EndedTalk, TalkBook
from bot.progress.trend import Way, direction, median_slope, trend
from bot.store import Challenge
from bot.talk.codebook import Code
from ui.progressed import differences_line, habit_line, progress_sentence, trend_line


@pytest.fixture
def diary(tmp_path: Path) -> Iterator[Diary]:
    diary = Diary(tmp_path)
    yield diary
    diary.store.close()


@pytest.fixture
def book(diary: Diary) -> TalkBook:
    return TalkBook(diary.store, diary.library)


def talks(book: TalkBook) -> tuple[EndedTalk, ...]:
    return as_they_ended(book.talks(book.store.heads()))


def progress(book: TalkBook) -> Progress:
    return overview(talks(book), {card.id: str(card.area) for card in book.library.cards()})


def said(book: TalkBook) -> str:
    found = progress(book)
    return progress_sentence(found.scored, found.compared, len(found.firsts))


# What is said, from nothing to five talks


def test_of_nothing_nothing_is_said(book: TalkBook):
    found = progress(book)

    assert (found.firsts, found.compared, said(book)) == ((), None, "")
    assert found.scores.way is Way.TOO_FEW


def test_one_talk_says_where_you_are(diary: Diary, book: TalkBook):
    diary.talk(TELLS)

    assert said(book) == "Your first talk was telling: asking openly and listening made up none of what counted."
    assert trend_line(progress(book)) == "One more first go shows a direction. A trend takes three or more."


def test_two_talks_show_a_direction_and_no_trend(diary: Diary, book: TalkBook):
    diary.talk(TELLS)
    diary.talk(MIXES)
    found = progress(book)

    assert said(book).startswith(
        "You went from telling to mixed: asking openly and listening made up about three quarters of"
    )
    assert said(book).endswith(", after none of it last time.")
    assert (found.compared and found.compared.way, found.scores.way) == (Way.UP, Way.TOO_FEW)
    assert trend_line(found).endswith("That’s a direction. A trend takes three talks.")


@pytest.mark.slow
def test_three_talks_that_rise_are_a_trend_that_is_not_sure(diary: Diary, book: TalkBook):
    for lines in (TELLS, MIXES, ASKS):
        diary.talk(lines)
    found = progress(book)

    assert (found.scores.way, found.scores.sure, found.scores.interval) == (Way.UP, False, None)
    assert trend_line(found) == (
        "Over your last three first goes your score rose each time. Too few to say whether that lasts."
    )


def test_a_relapse_is_no_trend(diary: Diary, book: TalkBook):
    for lines in (TELLS, ASKS, TELLS):
        diary.talk(lines)
    found = progress(book)

    assert found.scores.way is Way.TOO_FEW
    assert trend_line(found) == "Over your last three first goes your score goes up and down, without a direction."
    assert said(book).startswith("You went from ")


@pytest.mark.parametrize(
    ("values", "way", "sure"),
    [
        ((), Way.TOO_FEW, False),
        ((10, 90), Way.TOO_FEW, False),
        ((10, 20, 30), Way.UP, False),
        ((10, 30, 20), Way.TOO_FEW, False),
        ((40, 30, 20, 10), Way.DOWN, False),
        ((10, 20, 30, 40, 50), Way.UP, True),
        ((10, 50, 20, 40, 30), Way.UNCLEAR, False),
        ((50, 40, 30, 20, 10, 5), Way.DOWN, True),
        ((40, 40, 40, 40, 40), Way.SAME, False),
        ((40, 40, 40), Way.SAME, False),
    ],
)
def test_a_trend_is_never_said_of_thinner_data(values: tuple[int, ...], way: Way, sure: bool):
    found = trend(values)

    assert (found.way, found.sure) == (way, sure)
    assert (found.interval is None) == (len(values) < 5)


@given(st.lists(st.integers(0, 100), min_size=5, max_size=12))
def test_the_median_slope_and_its_interval_are_those_of_scipy(values: list[int]):
    from scipy.stats import theilslopes

    slope, _, low, high = theilslopes(values, alpha=0.95)

    assert median_slope(values) == pytest.approx((slope, low, high))


def test_a_small_step_is_no_direction():
    assert [direction(50, after, 5) for after in (54, 55, 44)] == [Way.SAME, Way.UP, Way.DOWN]


# What counts


def test_a_retake_and_a_retry_stay_apart(diary: Diary, book: TalkBook):
    first = diary.talk(TELLS, variant="base")
    retake = diary.talk(ASKS, variant="base")
    retry = Practice.retry(first, 2, diary.store, engine=diary.engine)
    retry.say(ASKS[0])
    retry.finish()
    found = progress(book)

    assert [talk.id for talk in found.firsts] == [first]
    assert [talk.id for talk in found.retakes] == [retake]
    assert len(talks(book)) == 3


def test_an_unfinished_talk_does_not_count(diary: Diary, book: TalkBook):
    diary.talk(ASKS, ended=False)

    assert talks(book) == ()


def test_a_talk_that_was_too_short_uses_up_its_variant_and_is_no_score(diary: Diary, book: TalkBook):
    diary.talk(ASKS[:1], variant="base")
    diary.talk(ASKS, variant="base")
    found = progress(book)

    assert (len(found.firsts), found.scored, len(found.retakes)) == (1, (), 1)
    assert said(book) == "What you’ve said so far was too short to score. Three turns of yours are enough."


def test_a_session_deleted_in_the_middle_is_gone_from_the_trend(diary: Diary, book: TalkBook):
    ids = [diary.talk(lines) for lines in (TELLS, ASKS, MIXES, ASKS)]
    assert len(progress(book).scores.values) == 4
    diary.store.delete(ids[1])
    found = progress(book)

    assert [talk.id for talk in found.firsts] == [ids[0], ids[2], ids[3]]
    assert found.scores.way is Way.UP


def test_a_correction_is_counted_as_the_debrief_counts_it_and_can_be_taken_back(diary: Diary, book: TalkBook):
    name = diary.talk(MIXES, variant="base")
    before = talks(book)[0]
    turn = next(turn for turn in diary.store.load(name).turns if turn.text == ORDER)
    unit = turn.units[0]
    diary.store.challenge(
        name, Challenge(turn.index, unit.start, unit.end, unit.code, Code.OPEN_QUESTION, START + timedelta(days=2))
    )
    after = talks(book)[0]
    card = Practice.resume(name, diary.store, engine=diary.engine).debrief().scorecard

    assert (after.score, after.ask_share) == (card.score, card.measures.ask_share)
    assert (before.ask_share, after.ask_share, after.corrected) == (0.75, 1.0, True)
    assert habits((after,), book.turns([name])) == ()
    diary.store.unchallenge(name, turn.index, unit.start)
    assert talks(book) == (before,)


def test_a_correction_where_the_scenario_is_gone_is_told(diary: Diary, book: TalkBook):
    name = diary.talk(MIXES, scenario="gone")
    unit = diary.store.load(name).turns[0].units[0]
    diary.store.challenge(name, Challenge(0, unit.start, unit.end, unit.code, None, START + timedelta(days=2)))
    found = progress(book)

    assert found.firsts[0].as_it_was
    assert "your corrections could not be counted again" in differences_line(found)
    assert [(one.area, one.talks) for one in found.areas if one.talks] == [("", 1)]


@pytest.mark.slow
def test_a_damaged_scorecard_hides_only_itself(diary: Diary, book: TalkBook, tmp_path: Path):
    ids = [diary.talk(lines) for lines in (TELLS, MIXES, ASKS)]
    with closing(sqlite3.connect(tmp_path / "kept.db")) as database, database:
        database.execute("UPDATE sessions SET scorecard = '{\"overall\":' WHERE id = ?", (ids[0],))
        database.execute('UPDATE sessions SET scorecard = \'{"overall":{"level":"mixed"}}\' WHERE id = ?', (ids[1],))
        database.execute("UPDATE turns SET units = 'x' WHERE session_id = ? AND turn_index = 0", (ids[1],))

    assert [talk.id for talk in talks(book)] == [ids[2]]
    assert list(book.turns(ids)) == [ids[0], ids[2]]


def test_other_readers_in_a_trend_are_told(diary: Diary, book: TalkBook, tmp_path: Path):
    ids = [diary.talk(lines) for lines in (TELLS, MIXES)]
    assert differences_line(progress(book)) == ""
    with closing(sqlite3.connect(tmp_path / "kept.db")) as database, database:
        database.execute(
            "UPDATE sessions SET scorecard = replace(scorecard, 'fake-reader-1', 'rules-2') WHERE id = ?", (ids[0],)
        )

    assert differences_line(progress(TalkBook(diary.store, diary.library))).startswith("Different readers made these")


def test_a_clock_that_was_set_back_changes_the_order_and_nothing_else(diary: Diary, book: TalkBook):
    first = diary.talk(TELLS, day=400)
    diary.talk(ASKS, day=3)
    found = progress(book)

    assert found.compared is not None
    assert found.compared.now.id == first
    assert len(found.scored) == 2


def test_a_rating_that_came_later_is_seen(diary: Diary, book: TalkBook):
    name = diary.talk()
    assert talks(book)[0].head.self_rating is None
    diary.store.rate(name, 4)

    assert talks(book)[0].head.self_rating == 4


# Habits


def looked(book: TalkBook) -> dict[Habit, HabitCourse]:
    found = talks(book)
    return {one.habit: one.course for one in habits(found, book.turns(talk.id for talk in found))}


def test_a_habit_that_comes_back_is_named_with_its_quote(diary: Diary, book: TalkBook):
    diary.talk(TELLS)
    diary.talk(ASKS)
    last = diary.talk((ASKS[0], HIDDEN, ASKS[3]))
    found = talks(book)
    seen = habits(found, book.turns(talk.id for talk in found))

    assert (seen[0].habit, seen[0].course) == (Habit.HIDDEN_ADVICE, HabitCourse.RETURNED)
    assert (seen[0].last.talk.id, seen[0].last.quote) == (last, HIDDEN)
    assert habit_line(seen[0]).startswith("It came back")
    assert {one.course for one in seen[1:]} == {HabitCourse.GONE}


def test_a_habit_that_never_left_did_not_come_back(diary: Diary, book: TalkBook):
    diary.talk((ORDER, ASKS[0]))
    assert looked(book) == {Habit.ORDERS: HabitCourse.THERE}
    diary.talk((ORDER, ASKS[0]))
    assert looked(book) == {Habit.ORDERS: HabitCourse.THERE}
    diary.talk(ASKS)
    assert looked(book) == {Habit.ORDERS: HabitCourse.GONE}


def test_a_habit_seen_for_the_first_time_is_new(diary: Diary, book: TalkBook):
    diary.talk(ASKS)
    diary.talk((ORDER, ASKS[0]))

    assert looked(book) == {Habit.ORDERS: HabitCourse.ONCE}


def test_the_book_reads_each_session_once(diary: Diary, book: TalkBook, monkeypatch: pytest.MonkeyPatch):
    for _ in range(3):
        diary.talk()
    asked: list[int] = []
    scorecards = diary.store.many.scorecards
    monkeypatch.setattr(diary.store.many, "scorecards", lambda ids: asked.append(len(ids)) or scorecards(ids))
    assert len(talks(book)) == 3
    diary.talk()
    assert len(talks(book)) == 4

    assert asked == [3, 1]
