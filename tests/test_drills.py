"""Drills: what they are made of, how an answer is graded, and which come in a round."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.drills import ROUND, DrillItem, DrillKind, DrillMoment, Grade, choose_round
from bot.drills.grading import GradedAnswer, Why, graded_choice, graded_words, opened
from bot.drills.library import NEAR_CODES, drill_problems, known_drills, library_items
from bot.drills.own import own_items
from bot.drills.rounds import next_round
from bot.engine import Engine
from bot.errors import AskwellError, MissingError, TranscriptError
from bot.practice import Practice
from bot.scenario.library import Library
from bot.store import Challenge, Session, Store
from bot.talk.codebook import Code

LIBRARY = library_items(Library().files("knowledge/drills", "*.yaml"))
WRITTEN = [item for item in LIBRARY if item.example]
TOLD = [item for item in LIBRARY if item.kind is DrillKind.ASK_INSTEAD]
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BACK = next(item for item in LIBRARY if item.id == "moments:said-two-minds")
JONES = next(item for item in LIBRARY if item.id == "moments:telling-contract-silence")


def no_talk(session: str) -> Session:
    raise MissingError(f"no session {session}")


def put(item: DrillItem, words: str, engine: Engine) -> GradedAnswer:
    return graded_words(item, words, engine, no_talk)


# What there is


def test_every_code_can_be_named_and_every_kind_fills_a_round_of_its_own():
    named = [item for item in LIBRARY if item.kind is DrillKind.NAME_THE_MOVE]

    assert {item.code for item in named} == set(Code)
    assert len({item.id for item in LIBRARY}) == len(LIBRARY)
    assert all(sum(item.kind is kind for item in LIBRARY) > ROUND for kind in DrillKind)
    assert all(item.code in item.choices and len(item.choices) == 4 and item.reason for item in named)
    assert all(code not in near for code, near in NEAR_CODES.items())


@pytest.mark.slow
@pytest.mark.parametrize("item", WRITTEN, ids=[item.id for item in WRITTEN])
def test_what_a_drill_shows_as_an_example_does_what_it_asks_for(engine: Engine, item: DrillItem):
    assert put(item, item.example, engine).grade is Grade.RIGHT


@pytest.mark.slow
@pytest.mark.parametrize("item", TOLD, ids=[item.id for item in TOLD])
def test_the_line_that_told_opens_nothing(engine: Engine, item: DrillItem):
    verdict = put(item, item.words, engine)

    assert verdict.grade is not Grade.RIGHT
    assert verdict.heard is not None
    assert not opened(verdict.heard)


def test_a_drill_file_with_a_mistake_is_told_with_its_place(tmp_path: Path):
    (tmp_path / "mine.yaml").write_text("id: mine\nmoves:\n  - id: a\n    words: Go on.\n    code: nudge\n", "utf-8")

    with pytest.raises(AskwellError) as told:
        library_items([tmp_path / "mine.yaml"])

    assert str(told.value).startswith("mine.yaml:5:5: moves[0].code: 'nudge' is not one of ")
    assert "moves[0].reason: is missing" in str(told.value)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (
            "hints:\n  - {id: a, scenario: jones-dael, fact: who-else, says: Hm., example: Who?}",
            "mine.yaml:3:13: hints[0].scenario: there is no scenario 'jones-dael'; did you mean 'jones-deal'?",
        ),
        (
            "hints:\n  - {id: a, scenario: jones-deal, fact: who-esle, says: Hm., example: Who?}",
            "mine.yaml:3:35: hints[0].fact: there is no fact 'who-esle'; did you mean 'who-else'?",
        ),
        (
            "steps:\n  - {id: a, scenario: jones-deal, step: ask-enginer, says: Hm., example: When?}",
            "mine.yaml:3:35: steps[0].step: there is no step 'ask-enginer'; did you mean 'ask-engineer'?",
        ),
        (
            "said:\n  - {id: a, rep: Mike, says: Hm., example: Hm.}\n  - {id: a, rep: Mike, says: Hm., example: Hm.}",
            "mine.yaml:4:6: said[1].id: 'a' is used twice in this file",
        ),
        (
            "saids: []",
            "mine.yaml:2:1: saids: is not a field here; the fields are id, moves, tellings, hints, said, steps",
        ),
    ],
)
@pytest.mark.slow
def test_what_a_drill_file_names_is_checked_and_a_broken_one_hides_no_other(tmp_path: Path, written: str, told: str):
    folder = tmp_path / "knowledge" / "drills"
    folder.mkdir(parents=True)
    (folder / "mine.yaml").write_text(f"id: mine\n{written}\n", "utf-8")

    assert drill_problems(Library(tmp_path)) == [told]
    assert {item.id for item in known_drills(Library(tmp_path)).items} >= {item.id for item in LIBRARY}


def test_nothing_is_wrong_in_the_bundled_drills():
    assert drill_problems(Library()) == []


# Grading


def test_a_code_is_named_or_not():
    item = next(item for item in LIBRARY if item.code is Code.TAKEOVER)

    assert graded_choice(item, Code.TAKEOVER) == GradedAnswer(Grade.RIGHT, Why.NAMED)
    assert graded_choice(item, Code.DIRECTIVE) == GradedAnswer(Grade.WRONG, Why.MISNAMED)


@pytest.mark.parametrize(
    ("words", "grade", "why"),
    [
        ("What do you make of what has come back on it?", Grade.RIGHT, Why.OPENS),
        ("What do you do with your weekends?", Grade.PARTLY, Why.STAYS_SHUT),
        ("What has come back on it, and who would know more?", Grade.PARTLY, Why.TWO_QUESTIONS),
        ("Get me the agreement by Friday.", Grade.WRONG, Why.PUSHES),
        ("Don't you think it's stuck?", Grade.WRONG, Why.PUSHES),
    ],
)
def test_asking_instead_is_read_and_put_to_the_rep(engine: Engine, words: str, grade: Grade, why: Why):
    verdict = put(JONES, words, engine)

    assert (verdict.grade, verdict.why) == (grade, why)
    assert verdict.heard is not None
    assert verdict.heard.scenario.rep.name == "Mike"


def test_two_questions_are_not_one(engine: Engine):
    item = next(item for item in LIBRARY if item.id == "moments:hint-order")

    verdict = put(item, "How do you decide which account comes next? And who taught you that?", engine)

    assert (verdict.grade, verdict.why) == (Grade.PARTLY, Why.TWO_QUESTIONS)


@pytest.mark.parametrize(
    ("words", "grade", "why"),
    [
        ("You want to ring him, and you're afraid he'll close up.", Grade.RIGHT, Why.REFLECTS),
        ("You should ring him today.", Grade.WRONG, Why.PUSHES),
        ("What would you say to him?", Grade.WRONG, Why.NO_REFLECTION),
    ],
)
def test_handing_back_takes_a_reflection_of_what_was_said(engine: Engine, words: str, grade: Grade, why: Why):
    verdict = put(BACK, words, engine)

    assert (verdict.grade, verdict.why) == (grade, why)


def test_a_day_makes_a_step_his_and_an_order_does_not(engine: Engine):
    step = next(item for item in LIBRARY if item.id == "moments:day-ask-engineer")

    assert put(step, "Which day could you ring her?", engine).why is Why.DATED
    assert put(step, "Ring her on Tuesday and report to me.", engine).why is Why.PUSHES
    assert put(step, "How would you go about it?", engine).why is Why.UNDATED


def test_words_that_the_reader_is_not_sure_of_count_for_neither_side(engine: Engine):
    verdict = put(JONES, "So the agreement, that, well, hm, it may or what.", engine)

    assert (verdict.grade, verdict.why) == (Grade.UNSURE, Why.NOT_SURE)


@pytest.mark.parametrize("words", ["", "   ", "x" * 20_000])
def test_what_nobody_would_say_is_refused_in_one_line(engine: Engine, words: str):
    with pytest.raises(TranscriptError):
        put(JONES, words, engine)


def test_a_scenario_that_is_gone_leaves_the_reading(engine: Engine):
    lost = replace(JONES, moment=DrillMoment("no-such-deal", fact="contract-silence"))

    verdict = put(lost, "What do you make of it so far?", engine)

    assert (verdict.grade, verdict.why, verdict.heard) == (Grade.RIGHT, Why.ASKS, None)


# One's own talks


def played(engine: Engine, store: Store, *words: str) -> Session:
    practice = Practice.start("jones-deal", engine=engine, store=store, clock=lambda: NOW, new_id=lambda: "abc123")
    for one in words:
        practice.say(one)
        "".join(practice.reply())
    practice.finish()
    return store.load("abc123")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(f"sqlite:///{tmp_path / 'askwell.db'}")


@pytest.mark.slow
def test_what_was_told_in_a_talk_comes_back_to_be_asked_of_the_same_rep(engine: Engine, store: Store):
    saved = played(engine, store, "Hi Mike. How is Jones looking?", "You need to ring Warren today.")

    items = own_items([saved])
    told = next(item for item in items if item.kind is DrillKind.ASK_INSTEAD)

    assert (told.id, told.words, told.rep) == ("own:abc123:2:0", "You need to ring Warren today.", "Mike")
    assert told.says == saved.turns[1].text
    verdict = graded_words(told, "How do you read what has come back on the agreement?", engine, store.load)
    assert (verdict.grade, verdict.why) == (Grade.RIGHT, Why.OPENS)


def test_a_code_that_the_manager_corrected_is_no_telling(engine: Engine, store: Store):
    saved = played(engine, store, "You need to ring Warren today.")
    unit = saved.turns[0].units[0]
    store.challenge(saved.id, Challenge(0, unit.start, unit.end, unit.code, None, NOW))

    assert [item.kind for item in own_items([store.load(saved.id)])] == []


def test_a_talk_that_goes_on_and_a_retry_give_nothing(engine: Engine, store: Store):
    saved = played(engine, store, "You need to ring Warren today.")

    assert own_items([replace(saved, ended_at=None), replace(saved, parent="first")]) == ()


# Rounds


def item(name: str, kind: DrillKind = DrillKind.HAND_IT_BACK, session: str | None = None) -> DrillItem:
    moment = DrillMoment("jones-deal", session=session) if session else None
    return DrillItem(name, kind, f"He says {name}.", moment=moment)


def test_a_first_round_has_every_kind_and_begins_with_what_needs_no_reader():
    chosen = choose_round(LIBRARY, {}, NOW)

    assert chosen[0].kind is DrillKind.NAME_THE_MOVE
    assert {one.kind for one in chosen} == set(DrillKind)


def test_what_is_due_comes_first_and_ones_own_before_the_library():
    items = [item("own", session="s1"), *(item(f"new{n}") for n in range(6)), item("old"), item("older")]
    due = {"old": NOW - timedelta(days=1), "older": NOW - timedelta(days=9), "new5": NOW + timedelta(days=1)}

    assert [one.id for one in choose_round(items, due, NOW)] == ["older", "old", "own", "new0", "new1"]


def test_a_round_of_one_kind_holds_no_other():
    chosen = choose_round(LIBRARY, {}, NOW, DrillKind.WHEN)

    assert [one.kind for one in chosen] == [DrillKind.WHEN] * ROUND


def test_when_nothing_is_due_there_is_no_round_but_one_may_practise_ahead():
    items = [item("a"), item("b")]
    due = {"a": NOW + timedelta(days=3), "b": NOW + timedelta(days=2)}

    assert choose_round(items, due, NOW) == ()
    assert [one.id for one in next_round(items, due)] == ["b", "a"]
