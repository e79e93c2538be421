"""Plans: what is kept, what questions fit, and what is printed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.engine import Engine
from bot.errors import MissingError, TranscriptError
from bot.knowledge import read_questions
from bot.plans import (
    LookBack,
    PlanLines,
    PlannedTalk,
    clean_line,
    drop_plan,
    fitted_by_meaning,
    fitted_by_words,
    keep_plan,
    plan_notes,
    plan_of,
    plans,
)
from bot.scenario.library import Library
from bot.store import KeptRecord, RecordKind, Store
from ui.planned import plan_as_pdf, plan_as_web_page, with_cues

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ON = date(2026, 3, 2)
BANK = read_questions(Library().files("knowledge/questions", "*.yaml"))
LINES = PlanLines("Dana", "Her renewal with Hartwell has been quiet for five weeks", unknown="Who decides about it")
PLAN = PlannedTalk("p1", NOW, LINES, "One open question", ("What do you make of the quiet?",))
BACK = LookBack(new="They have a new director.", keep="Wait longer")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(f"sqlite:///{tmp_path / 'askwell.db'}")


def test_a_plan_comes_back_as_it_was_kept_and_so_does_the_look_back(store: Store):
    keep_plan(store, PLAN)
    assert plan_of(store, "p1") == PLAN

    keep_plan(store, replace(PLAN, back=BACK, back_at=NOW))
    keep_plan(store, replace(PLAN, id="p2", at=NOW.replace(day=3)))
    assert [(plan.id, plan.back) for plan in plans(store)] == [("p2", None), ("p1", BACK)]

    keep_plan(store, replace(PLAN, id="p3", at=NOW.replace(day=4), day=ON))
    assert plan_of(store, "p3").day == ON

    drop_plan(store, "p1")
    with pytest.raises(MissingError):
        plan_of(store, "p1")


@pytest.mark.parametrize(
    "body",
    [{}, {"lines": "Dana", "questions": []}, {"lines": {"whom": "Dana"}, "questions": []}, {"lines": {"who": "Dana"}}],
)
def test_a_damaged_plan_hides_no_other(store: Store, body: dict[str, object]):
    keep_plan(store, PLAN)
    store.records.keep(KeptRecord(RecordKind.PLAN, "broken", NOW, body))

    assert [plan.id for plan in plans(store)] == ["p1"]
    with pytest.raises(MissingError):
        plan_of(store, "broken")


def test_a_line_is_one_line_and_no_essay():
    assert clean_line("  Dana \n <b>\x07 ") == "Dana <b>\ufffd"
    with pytest.raises(TranscriptError, match="20,000 characters is too long for a line; the limit is 400"):
        clean_line("x" * 20_000)


def test_three_questions_fit_by_meaning_two_to_explore_and_one_to_act(engine: Engine):
    found = fitted_by_meaning(LINES, engine.knowledge)

    focus = {question.text: question.focus for question in BANK}
    assert [focus[text] for text in found] == ["explore", "explore", "action"]
    assert len(set(found)) == 3
    assert "renewal" in found[0]


@pytest.mark.parametrize("matter", [LINES.matter, "xqzzt", "the and of", "<b>$x$</b> 🙂", "word " * 80])
def test_three_questions_fit_by_words_whatever_is_typed(matter: str):
    found = fitted_by_words(PlanLines("Dana", matter), BANK)

    focus = {question.text: question.focus for question in BANK}
    assert [focus[text] for text in found] == ["explore", "explore", "action"]
    assert len(set(found)) == 3


def test_a_bank_without_questions_leaves_a_plan_without_them():
    assert fitted_by_words(LINES, ()) == ()


def test_the_printed_page_has_everything_and_shows_what_was_typed_as_text():
    plan = replace(PLAN, lines=replace(LINES, heard="<img src=x>"), back=BACK, back_at=NOW)
    page = plan_as_web_page(plan, ON)

    for words in (
        "Before I talk to Dana",
        "My focus: One open question",
        "What do you make of the quiet?",
        "Wait longer",
    ):
        assert words in page
    assert "&lt;img src=x&gt;" in page
    assert "<img" not in page
    assert "default-src &#x27;none&#x27;" in page


def test_the_day_is_in_the_title_and_what_isnt_known_is_the_last_question():
    plan = replace(PLAN, day=date(2026, 3, 5))

    assert "Before I talk to Dana on Thursday, 5 March" in plan_as_web_page(plan, ON)
    assert [ask for ask, _ in with_cues(plan)] == ["What do you make of the quiet?", "Your own: Who decides about it"]
    assert len(with_cues(replace(plan, lines=PlanLines("Dana", "It is quiet")))) == 1


def test_the_pdf_is_one_page_however_long_the_lines_are_and_the_same_each_time():
    pypdf = pytest.importorskip("pypdf")
    from io import BytesIO

    long = "#let x = [*bold*] $y$ " * 18
    plan = replace(PLAN, lines=PlanLines(long, long, long, long, long), back=LookBack(long, long, long, long, long))
    sheet = plan_as_pdf(plan, ON)

    assert len(pypdf.PdfReader(BytesIO(sheet)).pages) == 1
    assert plan_as_pdf(plan, ON) == sheet
    text = " ".join(pypdf.PdfReader(BytesIO(plan_as_pdf(PLAN, ON))).pages[0].extract_text().split())
    assert "Before I talk to Dana" in text
    assert "Questions to take along" in text


def test_the_notes_for_a_scenario_hold_the_lines_alone():
    assert plan_notes(PLAN).splitlines() == [
        "Who it is: Dana",
        "What it is about: Her renewal with Hartwell has been quiet for five weeks",
        "What I don't know yet: Who decides about it",
    ]
