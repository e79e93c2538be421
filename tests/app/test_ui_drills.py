"""The pages of drills, plans and programmes, with no talks, a few, and a bad time."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pages import HOSTILE, at, finished, opened, shown, store
from streamlit.testing.v1 import AppTest

from bot.drills import DrillKind, Grade
from bot.drills.kept import drilled_items
from bot.plans import plans
from bot.programmes import joined_programme
from bot.progress.focus import ChosenFocus, choose_focus
from bot.store import KeptRecord, RecordKind
from ui import resources

pytestmark = pytest.mark.slow

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _loaded(app: AppTest) -> Iterator[None]:
    """A round has its scenarios loaded in a thread, which must not reach into the next test's settings."""
    yield
    until = time.monotonic() + 60
    while not resources.ready() and time.monotonic() < until:
        time.sleep(0.05)
    del app


def press(app: AppTest, label: str) -> AppTest:
    return next(button for button in app.button if button.label == label).click().run()


def round_of(app: AppTest, kind: DrillKind) -> AppTest:
    del app
    return opened("drills", kind=str(kind))


def test_a_newcomer_names_a_move_and_is_told_why(app: AppTest) -> None:
    page = at(app, "drills")
    assert "1 of 5 · Name the move" in shown(page)
    assert "You forget it every time." in shown(page)
    press(page, "Confronting")
    told = shown(page)
    assert "Yes." in told
    assert "It turns one slip into a habit." in told
    (kept,) = drilled_items(store(), datetime.now(UTC)).values()
    assert (kept.kind, kept.answers[0].grade) == (DrillKind.NAME_THE_MOVE, Grade.RIGHT)
    press(page, "Next")
    assert "2 of 5" in shown(page)


def test_a_wrong_name_is_not_quite_and_its_reason_is_given(app: AppTest) -> None:
    page = at(app, "drills")
    press(page, "Affirmation")
    assert "Not quite." in shown(page)
    assert "Confronting. It turns one slip into a habit." in shown(page).replace("<b>", "").replace("</b>", "")


def test_a_round_ends_with_one_sentence_and_nothing_is_due_twice(app: AppTest) -> None:
    page = round_of(app, DrillKind.NAME_THE_MOVE)
    for number in range(5):
        page.button(key=f"drill-{number}-{page.session_state['drill-round'].items[number].code}").click().run()
        page.button(key=f"drill-next-{number}").click().run()
    assert "That’s the round, and all right. These come back on " in shown(page)
    press(page, "Another round")
    assert len({item.id for item in page.session_state["drill-round"].items} & set(drilled_items(store(), NOW))) == 0


@pytest.mark.parametrize("words", [HOSTILE[1], HOSTILE[2], HOSTILE[3], "", "x" * 600])
def test_words_are_shown_as_typed_and_nothing_breaks(app: AppTest, words: str) -> None:
    page = round_of(app, DrillKind.HAND_IT_BACK)
    page.text_input(key="drill-words-0").set_value(words)
    press(page, "Say it")
    told = shown(page)
    assert (words in told) if words.strip() else ("This is blank" in told)
    assert not any("<script>alert" in entry.proto.body for entry in page.get("html"))


def test_an_unknown_kind_in_the_address_is_a_round_of_all(app: AppTest) -> None:
    assert "1 of 5 · Name the move" in shown(opened("drills", kind="juggling"))


def test_what_was_told_in_ones_own_talk_comes_first(app: AppTest) -> None:
    finished(app)
    page = round_of(app, DrillKind.ASK_INSTEAD)
    assert "From your own talk" in shown(page)
    assert "You should call the plant manager today." in shown(page)


def test_a_talk_deleted_in_the_middle_of_a_round_is_passed_over(app: AppTest) -> None:
    session = finished(app)
    page = round_of(app, DrillKind.ASK_INSTEAD)
    store().delete(session)
    page.text_input(key="drill-words-0").set_value("What do you know about it?")
    press(page, "Say it")
    assert "From your own talk" not in shown(page)


def test_a_damaged_record_leaves_the_page_whole(app: AppTest) -> None:
    store().records.keep(KeptRecord(RecordKind.DRILL, "moves:every-time", NOW, {"card": 5}))
    assert "1 of 5" in shown(at(app, "drills"))


# Plans


def planned(page: AppTest, **lines: str) -> AppTest:
    for name, words in lines.items():
        page.text_input(key=f"plan-{name}").set_value(words)
    return press(page, "Make the plan")


def test_a_plan_gets_three_questions_and_the_look_back_stands_beside_it(app: AppTest) -> None:
    choose_focus(store(), ChosenFocus("f", "exploring", "basic", "s", NOW))
    page = planned(opened("plan"), who="<b>Dana</b>", matter="A quiet renewal")
    (plan,) = plans(store())
    assert len(plan.questions) == 3
    assert "Before I talk to <b>Dana</b>" in shown(page)
    assert "Your focus: Ask openly first" in shown(page)
    assert plan.questions[0] in shown(page)
    page.text_input(key=f"back-keep-{plan.id}").set_value("Wait *longer*")
    press(page, "Keep it")
    assert "Wait *longer*" in shown(page)
    assert plans(store())[0].back_at is not None
    assert "Last time you wanted to keep: Wait *longer*" in re.sub(r"<[^>]+>", "", shown(opened("plan")))


def test_a_plan_needs_who_and_what(app: AppTest) -> None:
    assert "Say who it is and what it’s about." in shown(planned(opened("plan"), who="Dana"))
    assert plans(store()) == ()


def test_a_plan_that_is_gone_is_told_and_a_new_one_offered(app: AppTest) -> None:
    page = opened("plan", plan="nowhere")
    assert "We can’t find that plan" in shown(page)
    assert page.text_input(key="plan-who")


def test_without_a_model_nothing_is_said_of_rehearsing_a_plan(app: AppTest) -> None:
    page = planned(opened("plan"), who="Dana", matter="A quiet renewal")
    assert not page.expander


# Programmes


def test_joining_a_programme_puts_this_week_on_the_front_page(app: AppTest) -> None:
    assert "Week 1 of 6" not in shown(app.run())
    page = at(app, "programme")
    page.button(key="join-five-areas").click().run()
    assert joined_programme(store()) is not None
    front = shown(at(app, ""))
    assert "Week 1 of 6 · Five areas in six weeks" in front
    assert "A round of “Name the move”" in front
    assert app.button(key="week-play").label == "Play “The Jones deal looks safe”"


def test_a_programme_that_is_gone_can_be_left(app: AppTest) -> None:
    store().records.keep(KeptRecord(RecordKind.PROGRAMME, "old", NOW, {"title": "An <i>old</i> one"}))
    assert "Your programme “An <i>old</i> one” isn’t here any more." in shown(app.run())
    page = at(app, "programme")
    assert "What you practised is kept" in shown(page)
    page.button(key="leave-programme").click().run()
    assert joined_programme(store()) is None


def test_a_broken_programme_is_told_with_its_place(app: AppTest, data: Path) -> None:
    folder = data / "knowledge" / "programmes"
    folder.mkdir(parents=True, exist_ok=True)
    broken = folder / "broken.yaml"
    broken.write_text("id: broken\ntitle: Broken\nsummary: It is.\nweeks: []\n", encoding="utf-8")
    try:
        assert "broken.yaml:4:1: weeks: has 0; needs at least 1" in shown(at(app, "programme"))
    finally:
        broken.unlink()
