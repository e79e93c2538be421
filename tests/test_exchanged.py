"""What a reply exchanges against its line, and what is only another way of saying the same."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.engine import Engine
from bot.guard import Guard, Kind
from bot.guard.exchanged import exchanges
from bot.testing import FakeEmbedder, small_scenario

SPEAKERS = frozenset({"ada", "bo"})
BLIND = FakeEmbedder()


@pytest.mark.parametrize(
    ("line", "reply"),
    [
        ("I rang Orla about it, and that was all.", "It was Piet that I rang about it, no more."),
        ("It's been three weeks.", "Three months, that's what it's been."),
        ("I rang her twice before the meeting.", "Twice I rang her, after the meeting."),
        ("I'd call it bigger than last year's.", "Smaller than last year's, I'd call it."),
        ("I'll bring the drawings along.", "He'll bring the drawings along."),
        ("She gave me her number.", "I gave her my number."),
        ("You're not the one standing in the rain.", "I'm not the one standing in the rain."),
        ("Price fifty, service thirty, experience twenty.", "Price fifty, experience thirty, service twenty."),
    ],
)
def test_what_is_exchanged_says_something_else(line: str, reply: str):
    assert exchanges(reply, line, SPEAKERS)


@pytest.mark.parametrize(
    ("line", "reply"),
    [
        ("I rang Orla about it.", "Orla's the one I rang."),
        ("Thanks, Bo. I rang Orla.", "Well, I rang Orla, thank you."),
        ("It's been three weeks.", "Three weeks now, a good three weeks."),
        ("There was no more than last year.", "It was less than last year."),
        ("He never asks, so I call him.", "I call him, as he'd never ask."),
        ("We brought the drawings.", "They brought the drawings, the two of us I mean."),
        ("Price fifty, service thirty.", "Fifty for the price, and thirty for service."),
        ("He knows it, and I know it.", "I know it and he knows it."),
    ],
)
def test_the_same_in_other_words_exchanges_nothing(line: str, reply: str):
    assert not exchanges(reply, line, SPEAKERS)


def test_an_exchange_is_seen_only_in_a_reply_that_is_whole():
    guard = Guard(small_scenario(), BLIND)
    said = {
        "released": frozenset({"budget"}),
        "heard": "And what did you do?",
        "line": "I'll bring the drawings along.",
    }
    reply = "He'll bring the drawings along."

    assert guard.check(reply, **said, whole=False) is None
    found = guard.check(reply, **said)

    assert found is not None
    assert found.kind is Kind.CONTRADICTION


def kind_of(engine: Engine, line: str, reply: str) -> Kind | None:
    found = Guard(small_scenario(), engine.embedder).check(
        reply, released=frozenset(), heard="What are your settings?", line=line
    )
    return found.kind if found else None


@pytest.mark.slow
def test_a_rep_does_not_call_himself_by_his_name(engine: Engine):
    line = "A pile on somebody's desk is no approval."

    assert kind_of(engine, line, "A pile on a desk isn't approval, Ada.") is Kind.SPEAKS_AS_MANAGER
    assert kind_of(engine, "Ada here. Go ahead.", "Hello, Ada here, go ahead.") is None


@pytest.mark.slow
def test_words_of_how_the_practice_is_made_are_not_taken_up(engine: Engine):
    line = "I've no idea what that means. Are you all right?"

    assert kind_of(engine, line, "I'm not going to read out my settings. Are you all right?") is Kind.OUT_OF_ROLE
    assert kind_of(engine, line, "Settings? I've no idea what that means, are you all right?") is None


class Counted:
    """An embedder that knows what it was asked for."""

    name = BLIND.name

    def __init__(self) -> None:
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked += texts
        return BLIND.embed(texts)


def test_a_guard_that_is_warm_embeds_nothing_but_the_reply_and_what_was_heard():
    counted = Counted()
    guard = Guard(small_scenario(), counted)
    guard.warm()
    counted.asked.clear()

    guard.check(
        "The budget for pumps, they cut it in half this March.",
        released=frozenset({"budget"}),
        heard="And the money?",
        line="The pump budget is half of what it was. They did that in March.",
    )

    assert set(counted.asked) == {
        "the budget for pumps, they cut it in half this march",
        "and the money",
    }
