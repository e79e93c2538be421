"""The progress page, the focus on the other pages, one's own view, and everything of mine in the settings."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from kept_talks import ASKS, HIDDEN, MIXES, START, TELLS, Diary
from pages import WORDS, at, finished, opened, say, shown, started, store
from streamlit.testing.v1 import AppTest

from bot.progress.focus import ChosenFocus, choose_focus, kept_foci
from bot.progress.rhythm import Rhythm, kept_rhythm
from bot.progress.selfcheck import kept_answers
from bot.settings import settings
from bot.store import KeptRecord, RecordKind

pytestmark = pytest.mark.slow

PUSH = "You should call the plant manager today."


@pytest.fixture
def diary(app: AppTest, tmp_path: Path) -> Diary:
    """What the app keeps, to put talks into."""
    diary = Diary(tmp_path / "diary")
    diary.store.close()
    diary.store = store()
    return diary


def test_without_a_talk_the_page_says_what_to_do(app: AppTest) -> None:
    page = shown(at(app, "progress"))
    assert "Your progress appears here once you’ve had a talk" in page
    assert "You have none yet. Your first debrief suggests one." in page
    assert "No minutes in conversation this week." in page
    assert "vendor’s survey" in page
    assert 'class="glance"' not in shown(at(app, ""))


def test_an_unfinished_talk_is_offered_and_not_counted(app: AppTest) -> None:
    started(app)
    say(app, "What do you know about the budget?")
    assert "Your progress appears here" in shown(at(app, "progress"))


def test_three_talks_make_a_sentence_a_table_and_habits(diary: Diary, app: AppTest) -> None:
    for lines in (TELLS, ASKS, MIXES):
        diary.talk(lines)
    page = shown(at(app, "progress"))
    assert (
        "Mixed again: asking openly and listening made up about three quarters of what counted, after all of it" in page
    )
    assert "Over your last three first goes your score goes up and down, without a direction." in page
    assert page.count("<caption>") >= 3
    assert "It came back" in page
    assert "Send me the numbers today." in page
    assert "Mixed again: " in shown(at(app, "")), "the front page says it too"


def test_a_focus_goes_from_a_debrief_to_the_next_brief_and_the_next_debrief(app: AppTest) -> None:
    session = finished(app)
    page = opened("debrief", session)
    button = next(one for one in page.button if one.key and one.key.startswith("focus-"))
    button.click().run()
    (focus,) = kept_foci(store())
    assert (focus.session, focus.closed_at) == (session, None)
    assert "Your focus: " in shown(opened("debrief", session))
    assert 'class="focus"' in shown(opened("progress"))

    at(app, "scenarios")
    app.button(key="start-small-deal").click().run()
    assert "Your focus: " in shown(app)
    app.button(key="call").click().run()
    for words in WORDS:
        say(app, words)
    app.button(key="end").click().run()
    app.button(key="end").click()
    app.button(key="really-end").click().run()
    assert "Your focus, " in shown(app)
    assert ": </span>not yet. " in shown(app)


def test_a_habit_becomes_the_focus_and_its_slip_is_quoted(diary: Diary, app: AppTest) -> None:
    diary.talk((ASKS[0], HIDDEN, ASKS[3]))
    page = opened("progress")
    page.button(key="focus-hidden_advice").click().run()
    assert "No hidden advice" in shown(page)
    assert "This is your focus." in shown(page)
    diary.talk((ASKS[0], HIDDEN, ASKS[3]), day=4000)  # after now: the clock was set back
    again = shown(opened("progress"))
    assert "It slipped in" in again
    assert HIDDEN in again
    page.button(key="focus-close").click().run()
    assert kept_foci(store())[0].closed_at is not None


def test_a_retired_focus_is_put_away_or_taken_up_again(diary: Diary, app: AppTest) -> None:
    choose_focus(diary.store, ChosenFocus("f", "orders", "", "", START))
    for _ in range(2):
        diary.talk(ASKS)
    page = opened("progress")
    assert "You retired it two weeks ago or more" in shown(page)
    page.button(key="focus-again").click().run()
    first, second = kept_foci(store())
    assert (first.closed_at is not None, second.about, second.closed_at) == (True, "orders", None)


def test_a_rhythm_is_kept_and_comes_with_a_calendar_file(app: AppTest) -> None:
    page = at(app, "progress")
    page.number_input(key="rhythm-practices").set_value(2)
    page.selectbox(key="rhythm-day").set_value(3)
    next(one for one in page.button if one.label == "Keep this rhythm").click().run()
    assert kept_rhythm(store()) == Rhythm(2, 1, 3)
    assert "Two practices and one drill a week, on Thursday at 09:00." in shown(page)
    assert "This week: 0 of 2 practices, 0 of 1 drill." in shown(page)


def test_answers_about_oneself_are_kept_and_shown_side_by_side(app: AppTest) -> None:
    page = opened("selfcheck")
    page.radio(key="step-asking").set_value("one")
    page.text_input(key="example-asking").set_value("<b>Tuesday</b>, with Dana")
    page.radio(key="maturity").set_value("informal")
    next(one for one in page.button if one.label == "Keep my answers").click().run()
    (answers,) = kept_answers(store())
    assert (answers.steps, answers.level) == ({"asking": "one"}, "informal")
    assert "<b>Tuesday</b>, with Dana" in shown(page), "as text"
    assert "Informal" in shown(page)
    assert "It’s time." not in shown(opened("progress"))


def test_a_check_without_an_answer_is_not_kept(app: AppTest) -> None:
    page = opened("selfcheck")
    next(one for one in page.button if one.label == "Keep my answers").click().run()
    assert kept_answers(store()) == ()
    assert "Choose at least one answer." in shown(page)


def test_one_thing_and_one_kind_can_be_deleted(diary: Diary, app: AppTest) -> None:
    for number in range(3):
        diary.store.records.keep(KeptRecord(RecordKind.PLAN, f"p{number}", START + timedelta(days=number), {}))
    diary.talk()
    page = at(app, "settings")
    assert "You keep 1 session and 3 other things" in shown(page)
    page.selectbox(key="mine-one-plan").set_value("p1")
    next(one for one in page.button if one.label == "Delete it").click().run()
    assert [record.id for record in store().records.all(RecordKind.PLAN)] == ["p0", "p2"]
    page.button(key="delete-kind-plan").click().run()
    page.button(key="delete-kind-plan").click()
    page.button(key="really-delete-kind").click().run()
    assert store().records.counts() == {}
    page.button(key="delete-sessions").click().run()
    page.button(key="delete-sessions").click()
    page.button(key="really-delete-sessions").click().run()
    assert store().heads() == ()
    assert "Nothing is kept yet." in shown(page)


def test_a_damaged_record_leaves_every_page_standing(diary: Diary, app: AppTest) -> None:
    for kind in RecordKind:
        diary.store.records.keep(KeptRecord(kind, "x", START, {"about": 7}))
    diary.talk()
    for address in ("progress", "", "settings"):
        assert "Something went wrong" not in shown(at(app, address))
        assert 'class="notice problem"' not in shown(app)
    assert "Something went wrong" not in shown(opened("selfcheck"))
    assert settings().home.exists()
