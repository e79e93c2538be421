"""The measure of speech without punctuation: what is compared, and that a loss shows."""

from __future__ import annotations

from bot.reader import RulesReader
from bot.talk.codebook import Code
from evals.benches.speech import RecognisedTurn, Understood, spoken_turns, understood, without_marks
from evals.units.data import NATURAL, Example, held_out


def unit(number: int, text: str, code: Code) -> Example:
    return Example(f"m01-1.{number}", NATURAL, "held_out", "m01", "It's quiet.", "", text, code, None, ())


UNITS = [
    unit(1, "That's fair.", Code.OTHER),
    unit(2, "What could you ask Priya?", Code.OPEN_QUESTION),
    unit(3, "...", Code.OTHER),
]


def test_recognised_speech_is_words_in_small_letters():
    assert without_marks("Well, I'm at 10:30 - why?") == "well i'm at 10 30 why"


def test_units_of_one_turn_are_one_text_and_those_without_words_are_left_out():
    (turn,) = spoken_turns(UNITS, marks=False)

    assert turn == RecognisedTurn(
        "It's quiet.", (("that's fair", "other"), ("what could you ask priya", "open_question"))
    )
    assert next(spoken_turns(UNITS, marks=True)).text == "That's fair. What could you ask Priya?"


def test_a_turn_that_is_read_as_people_read_it_scores_one_and_a_wrong_code_less():
    turn = RecognisedTurn("", (("Thanks.", "other"), ("What could you ask Priya?", "open_question")))
    wrong = RecognisedTurn("", (("Thanks.", "open_question"), ("What could you ask Priya?", "other")))

    assert understood([turn], RulesReader()) == Understood(1.0, 1.0, 1.0)
    assert understood([wrong], RulesReader()).questions < 0
    assert (
        understood(
            [RecognisedTurn("", (("Thanks. What could", "other"), ("you ask?", "other")))], RulesReader()
        ).boundaries
        == 0
    )


def test_the_held_out_turns_hold_every_unit_with_words():
    units = held_out(NATURAL)
    turns = list(spoken_turns(units, marks=False))

    assert sum(len(turn.units) for turn in turns) == sum(any(c.isalnum() for c in one.text) for one in units)
    assert len({one.id.rpartition(".")[0] for one in units}) == len(turns)
