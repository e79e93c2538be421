"""The manager's word on a code counts in place of the reader's, is marked as theirs, and changes nothing said."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.engine import Engine
from bot.errors import StoreError
from bot.practice import Practice
from bot.scoring.challenges import Challenge, labelled_units, with_challenges
from bot.scoring.score import judged
from bot.store import Store
from bot.talk.codebook import Code, Flag, Focus, Group, Unit
from bot.talk.direction import Intent, TopicMatch
from bot.talk.transcript import Turn
from bot.testing.doubles import Label, ScriptedClock, manager_turn, rep_turn, small_engine

pytestmark = pytest.mark.slow

NOW = ScriptedClock()()
ASK = "What happened to the budget this year?"
PUSH = "You should have called them."
READER: dict[str, Label] = {
    ASK: Code.OPEN_QUESTION,
    PUSH: Code.DIRECTIVE,
    "What could you do?": (Code.OPEN_QUESTION, Focus.ACTION),
}


def on(turn: Turn, unit: int, says: Code | None) -> Challenge:
    """A challenge of one unit of a turn, as it was read."""
    of = turn.units[unit]
    return Challenge(turn.index, of.start, of.end, of.code, says, NOW)


def corrected(turn: Turn, says: Code | None, unit: int = 0, before: str = "", right: tuple[str, ...] = ()) -> Unit:
    """The unit of a turn after a challenge, when the rep has said `before`."""
    turns = [rep_turn(0, before), replace(turn, index=1)] if before else [turn]
    return with_challenges(turns, [on(turns[-1], unit, says)], right)[-1].units[unit]


# What a challenged unit becomes


def test_a_unit_takes_the_code_that_the_manager_names() -> None:
    unit = corrected(manager_turn(0, ("Call Dana today.", Code.DIRECTIVE)), Code.INFORMATION)

    assert (unit.code, unit.confidence, unit.focus) == (Code.INFORMATION, 1.0, None)
    assert (unit.group, Flag.YOURS in unit.flags) == (Group.TELLS, True)


def test_a_unit_that_is_only_called_wrong_is_not_counted() -> None:
    unit = corrected(manager_turn(0, ("Call Dana today.", Code.DIRECTIVE)), None)

    assert (unit.code, unit.claimed, unit.group) == (Code.DIRECTIVE, False, Group.NEUTRAL)
    assert Flag.YOURS in unit.flags


def test_an_unsure_code_that_the_manager_confirms_counts() -> None:
    turn = manager_turn(0, ("You could call Dana.", Code.ADVICE))
    unsure = replace(turn, units=(replace(turn.units[0], confidence=0.4),))

    assert not unsure.units[0].claimed
    assert corrected(unsure, Code.ADVICE).claimed


@pytest.mark.parametrize(
    ("words", "focus"),
    [
        ("What will you do next", Focus.ACTION),
        ("How many have signed", Focus.STATUS),
        ("What makes her so careful", Focus.EXPLORE),
    ],
)
def test_what_becomes_a_question_has_the_focus_of_its_words(words: str, focus: Focus) -> None:
    assert corrected(manager_turn(0, (words, Code.OTHER)), Code.OPEN_QUESTION).focus is focus


def test_a_question_keeps_its_focus_as_another_kind_of_question() -> None:
    turn = manager_turn(0, ("What about Dana?", (Code.LEADING_QUESTION, Focus.STATUS)))

    assert corrected(turn, Code.OPEN_QUESTION).focus is Focus.STATUS


def test_the_flags_are_those_of_the_new_code() -> None:
    praise = manager_turn(0, ("You kept your nerve when Dana shouted.", Code.CONFRONT))
    advice = manager_turn(0, ("I would call Dana.", Code.INFORMATION))

    assert Flag.SPECIFIC in corrected(praise, Code.AFFIRMATION).flags
    assert Flag.WITH_PERMISSION in corrected(advice, Code.ADVICE, before="What would you do?").flags
    assert corrected(advice, Code.ADVICE).pushing


def test_a_question_that_the_manager_meant_as_one_is_genuine() -> None:
    """The rules would call it rhetorical."""
    unit = corrected(manager_turn(0, ("You know?", Code.LEADING_QUESTION)), Code.CLOSED_QUESTION)

    assert unit.genuine


def test_a_second_question_stacks_and_one_that_is_none_no_longer_does() -> None:
    turn = manager_turn(0, ("What happened?", Code.OPEN_QUESTION), ("Tell me who signs.", Code.DIRECTIVE))
    assert Flag.STACKED in corrected(turn, Code.OPEN_QUESTION, unit=1).flags

    (stacked,) = with_challenges([turn], [on(turn, 1, Code.OPEN_QUESTION)])
    (alone,) = with_challenges([stacked], [on(stacked, 0, Code.INFORMATION)])
    assert Flag.STACKED not in alone.units[1].flags


def test_an_order_counts_as_right_only_if_the_manager_calls_it_one_and_the_scenario_makes_it_right() -> None:
    plain = manager_turn(0, ("The file goes in before four.", Code.INFORMATION))
    turn = replace(plain, touches=(TopicMatch(0, Intent.ABOUT, step="submit"),))

    assert Flag.INSTRUCTED in corrected(turn, Code.DIRECTIVE, right=("submit",)).flags
    assert Flag.INSTRUCTED not in corrected(turn, Code.DIRECTIVE, right=("other",)).flags
    assert Flag.INSTRUCTED not in corrected(turn, Code.OPEN_QUESTION, right=("submit",)).flags

    given = replace(turn, units=(replace(turn.units[0], code=Code.DIRECTIVE, flags=(Flag.INSTRUCTED,)),))
    assert Flag.INSTRUCTED not in corrected(given, None, right=("submit",)).flags
    assert Flag.INSTRUCTED in corrected(given, Code.DIRECTIVE, right=("submit",)).flags


def test_all_other_units_and_turns_stay_as_they_were() -> None:
    first = manager_turn(0, ("Well done.", (Code.AFFIRMATION, Flag.SPECIFIC)), ("Call Dana.", Code.DIRECTIVE))
    turns = (first, rep_turn(1, "Fine."), manager_turn(2, ("Who signs?", Code.CLOSED_QUESTION)))

    found = with_challenges(turns, [on(first, 1, Code.ADVICE)])

    assert found[0].units[0] == first.units[0]
    assert found[1:] == turns[1:]
    assert (found[0].text, found[0].reader, found[0].touches) == (first.text, first.reader, first.touches)
    assert with_challenges(turns, ()) == turns


def test_words_that_are_no_unit_cannot_be_corrected() -> None:
    turn = manager_turn(0, ("Call Dana.", Code.DIRECTIVE))

    for astray in (replace(on(turn, 0, None), turn=7), replace(on(turn, 0, None), start=3)):
        with pytest.raises(ValueError, match=rf"turn {astray.turn} has no unit at character {astray.start}"):
            with_challenges([turn], [astray])


def test_the_scorecard_says_how_many_codes_are_the_managers_own() -> None:
    turn = manager_turn(0, ("Call Dana.", Code.DIRECTIVE), ("Or Lee.", Code.ADVICE))

    marked = with_challenges([turn], [on(turn, 0, Code.INFORMATION), on(turn, 1, None)])

    assert dict(judged(marked).provenance)["challenged"] == "2"
    assert "challenged" not in dict(judged((turn,)).provenance)


# In a practice


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return small_engine(tmp_path / "data", READER)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "askwell.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{path}") as opened:
        yield opened


@pytest.fixture
def practice(engine: Engine, store: Store) -> Practice:
    """An ended conversation: turn 2 is one order."""
    practice = Practice.start("small-deal", engine=engine, store=store, clock=ScriptedClock(), new_id=lambda: "s1")
    for line in (ASK, PUSH, "What could you do?"):
        practice.say(line)
        assert "".join(practice.reply())
    practice.finish()
    return practice


def order(practice: Practice, says: Code | None, at: int = 0) -> Challenge:
    return replace(on(practice.transcript.turns[2], 0, says), at=NOW + timedelta(minutes=at))


def test_a_debrief_counts_what_the_manager_says_and_the_saved_scorecard_stays(
    engine: Engine, store: Store, practice: Practice
) -> None:
    before, saved = practice.debrief(), store.load("s1").scorecard
    store.challenge("s1", order(practice, Code.INFORMATION))

    after = Practice.resume("s1", store, engine=engine).debrief()

    assert (before.scorecard.measures.directiveness, after.scorecard.measures.directiveness) == (1 / 3, 0)
    assert [entry.turn for entry in before.scorecard.feedback] == [2]
    assert after.scorecard.feedback == ()
    assert after.transcript.turns[2].units[0].code is Code.INFORMATION
    assert dict(after.scorecard.provenance)["challenged"] == "1"
    assert after.states == before.states, "she reacted to an order"
    assert after.epilogue == before.epilogue
    assert store.load("s1").scorecard == saved == before.scorecard.as_json()


def test_ending_it_again_leaves_the_saved_scorecard_alone(engine: Engine, store: Store, practice: Practice) -> None:
    saved = store.load("s1").scorecard
    store.challenge("s1", order(practice, None))

    Practice.resume("s1", store, engine=engine).finish()

    assert store.load("s1").scorecard == saved


def test_the_transcript_of_a_practice_keeps_what_was_read(engine: Engine, store: Store, practice: Practice) -> None:
    store.challenge("s1", order(practice, Code.ADVICE))

    assert Practice.resume("s1", store, engine=engine).transcript == practice.transcript


# In the store


def test_a_later_challenge_of_the_same_unit_replaces_the_first(store: Store, practice: Practice) -> None:
    store.challenge("s1", order(practice, Code.ADVICE))
    store.challenge("s1", order(practice, None, at=1))

    assert store.load("s1").challenges == (order(practice, None, at=1),)


def test_a_challenge_that_is_taken_back_is_gone(store: Store, practice: Practice) -> None:
    before = store.load("s1")
    store.challenge("s1", order(practice, Code.ADVICE))
    store.unchallenge("s1", 2, 0)
    store.unchallenge("s1", 2, 0)

    assert store.load("s1") == before
    assert store.challenged() == ()


def test_a_session_with_challenges_is_saved_whole(store: Store, practice: Practice) -> None:
    store.challenge("s1", order(practice, Code.ADVICE))
    saved = store.load("s1")

    store.create(replace(saved, id="copy"))
    assert store.load("copy") == replace(saved, id="copy")
    with pytest.raises(StoreError, match="turn 9, characters 0 to 28: no coded words"):
        store.create(replace(saved, id="foreign", challenges=(replace(order(practice, None), turn=9),)))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"turn": 1}, "turn 1, characters 0 to 28: no coded words of the manager's are there to correct"),
        ({"turn": 99}, "turn 99, characters 0 to 28: no coded words of the manager's are there to correct"),
        ({"start": 1}, "turn 2, characters 1 to 28: no coded words of the manager's are there to correct"),
        ({"end": 9}, "turn 2, characters 0 to 9: no coded words of the manager's are there to correct"),
        ({"was": Code.ADVICE}, "turn 2, characters 0 to 28: the reader took this for directive, not advice"),
        ({"at": NOW.replace(tzinfo=None)}, "the time has no time zone"),
    ],
)
def test_a_challenge_of_something_else_is_refused(
    store: Store, practice: Practice, change: dict[str, object], said: str
) -> None:
    kept = order(practice, Code.INFORMATION)
    store.challenge("s1", kept)

    with pytest.raises(StoreError, match=said):
        store.challenge("s1", replace(order(practice, None), **change))  # type: ignore[arg-type]
    assert store.load("s1").challenges == (kept,)


def test_a_code_is_corrected_only_once_the_conversation_has_ended(engine: Engine, store: Store) -> None:
    practice = Practice.start("small-deal", engine=engine, store=store, new_id=lambda: "open")
    practice.say(PUSH)
    assert "".join(practice.reply())

    with pytest.raises(StoreError, match="session 'open' is still in progress; end it before you correct a code"):
        store.challenge("open", on(practice.transcript.turns[0], 0, None))


def test_a_session_that_is_not_there_is_named(store: Store, practice: Practice) -> None:
    for call in (lambda: store.challenge("no", order(practice, None)), lambda: store.unchallenge("no", 2, 0)):
        with pytest.raises(StoreError, match="we can't find session 'no'"):
            call()


@pytest.mark.parametrize("change", ["says = 'shout'", "was = 'advice'", "unit_start = 5", "turn = 1", "at = 'noon'"])
def test_a_damaged_challenge_is_told_and_the_session_can_be_deleted(
    store: Store, path: Path, practice: Practice, change: str
) -> None:
    store.challenge("s1", order(practice, None))
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"UPDATE challenges SET {change}")

    with pytest.raises(StoreError, match="session 's1' is damaged, or was saved by a newer version of Askwell"):
        store.load("s1")
    store.delete("s1")
    assert store.heads() == ()


def test_no_challenge_outlives_its_turn(store: Store, path: Path, practice: Practice) -> None:
    store.challenge("s1", order(practice, None))
    store.delete("s1")

    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM challenges").fetchall() == [(0,)]


# Examples for a reader


def test_examples_have_the_words_both_codes_and_where_they_come_from(store: Store, practice: Practice) -> None:
    said = practice.transcript.turns[1].text
    store.challenge("s1", order(practice, Code.ADVICE))

    (example,) = labelled_units([store.load("s1")])

    assert json.loads(json.dumps(example.as_json())) == {
        "text": PUSH,
        "context": said,
        "was": "directive",
        "says": "advice",
        "scenario": "small-deal",
        "reader": "fake-reader-1",
    }


def test_words_that_a_retry_repeats_are_one_example_as_they_were_challenged_last(
    engine: Engine, store: Store, practice: Practice
) -> None:
    store.challenge("s1", order(practice, Code.ADVICE))
    retry = Practice.retry("s1", 4, store, engine=engine, clock=ScriptedClock(), new_id=lambda: "s2")
    retry.say(PUSH)
    retry.finish()
    store.challenge("s2", on(retry.transcript.turns[4], 0, None))

    def examples() -> list[tuple[str, str | None]]:
        return [(one.text, one.says) for one in labelled_units(store.load(name) for name in store.challenged())]

    assert len(store.load("s2").challenges) == 2
    assert examples() == [(PUSH, "advice"), (PUSH, None)]
    store.challenge("s2", order(practice, Code.CONFRONT, at=5))
    assert examples() == [(PUSH, "confront"), (PUSH, None)]
    store.challenge("s1", order(practice, Code.TAKEOVER, at=9))
    assert examples() == [(PUSH, "takeover"), (PUSH, None)]
