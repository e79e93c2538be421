"""The line on what a turn did: read from the coding, the director's decision and the rep's state, over real turns."""

from __future__ import annotations

import pytest

from bot.director import trace
from bot.engine import Engine
from bot.practice import Practice
from ui.effect import what_it_did


def lines(engine: Engine, *said: str) -> list[str]:
    """What each turn of a conversation about Jones did."""
    practice = Practice.start("jones-deal", engine=engine)
    for words in said:
        practice.say(words)
        "".join(practice.reply())
    turns = practice.transcript.turns
    fresh = Practice.start("jones-deal", engine=engine).state
    states = [fresh, *trace(practice.scenario, turns)]
    return [
        what_it_did(practice.scenario, turns[at], direction, states[at], states[at + 2])
        for at in range(0, len(turns), 2)
        if (direction := turns[at + 1].direction) is not None
    ]


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (
            "Call Warren tomorrow and get me a number.",
            "You told Mike what to do. Mike agreed, and said no more. Mike closed up a little.",
        ),
        ("I'll call Warren myself.", "You took it over. Mike stepped back and let you. Mike closed up a little."),
        ("How is the Jones deal going?", "You checked up. Mike gave you the good news. Mike closed up a little."),
        ("Hi Mike, it's Sam here.", "You neither asked nor told. Mike said hello."),
    ],
)
def test_one_turn(engine: Engine, words: str, line: str):
    assert lines(engine, words) == [line]


def test_a_question_that_opens_something(engine: Engine):
    (line,) = lines(engine, "What worries you about Jones?")

    assert line.startswith("You asked an open question. Mike told you something new: how the agreement is ")
    assert line.endswith(" Mike opened up a little.")


def test_a_reflection_and_a_question_in_one_turn(engine: Engine):
    found = lines(engine, "What worries you about Jones?", "Three weeks and no comments. What do you make of that?")

    assert found[1].startswith("You said back what you heard and asked an open question. Mike ")
    assert found[1].endswith(" Mike opened up a little.")


@pytest.mark.slow
def test_asking_and_telling_are_never_called_the_same(engine: Engine):
    asked, told = lines(engine, "What have you noticed at the plant lately?", "You should ring Priya about it today.")

    assert "opened up" in asked
    assert "closed up" in told
    assert "something new" not in told
