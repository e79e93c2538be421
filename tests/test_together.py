"""Several questions in one turn: what is answered together, in which order, and what is told by itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.director import direct, start
from bot.scenario.library import Library
from bot.talk.codebook import Code, Focus
from bot.talk.direction import Direction, Intent, Source, TopicMatch
from bot.testing import Label, manager_turn

JONES = Library().scenario("jones-deal")
OPEN: Label = (Code.OPEN_QUESTION, Focus.EXPLORE)
CLOSED: Label = (Code.CLOSED_QUESTION, Focus.EXPLORE)
LOG = "visitor-log"


def asked(text: str, entry: str, code: Label = CLOSED, score: float = 0.8) -> tuple[str, Label, TopicMatch]:
    return text, code, TopicMatch(0, Intent.ABOUT, score=score, entry=entry)


WARREN = asked("Who's the buyer?", "card-buyer")
PAT = asked("Who's Pat?", "who-assistant")
WEEKEND = asked("How was the weekend?", "self-weekend", OPEN)
ABOVE = asked("And who's above Warren?", "more-warren-above")
OPENS = ("What did you see at the desk?", OPEN, TopicMatch(0, Intent.ABOUT, LOG, 0.8, True, names_topic=True))


def answered(*parts: tuple[str, Label, TopicMatch], openness: float = 0.6) -> Direction:
    turn = manager_turn(0, *((text, label) for text, label, _ in parts))
    turn = replace(turn, touches=tuple(replace(touch, unit=number) for number, (_, _, touch) in enumerate(parts)))
    return direct(JONES, replace(start(JONES), openness=openness, manager_turns=3), turn)


def pools(direction: Direction) -> list[str]:
    return [part.pool for part in direction.parts]


def test_questions_are_answered_in_the_order_asked_three_at_most():
    assert pools(answered(WARREN, PAT)) == ["entry/card-buyer/says", "entry/who-assistant/says"]
    assert pools(answered(PAT, WARREN)) == ["entry/who-assistant/says", "entry/card-buyer/says"]

    everything = answered(WEEKEND, WARREN, PAT, ABOVE)
    assert pools(everything) == ["entry/self-weekend/says", "entry/card-buyer/says", "entry/more-warren-above/says"]
    assert everything.entry == "more-warren-above"


def test_the_same_answer_is_given_once():
    assert pools(answered(WARREN, asked("The buyer, who is it?", "card-buyer"))) == ["entry/card-buyer/says"]


def test_what_is_let_out_stands_beside_an_answer_and_is_the_only_thing_let_out():
    both = answered(WARREN, OPENS)

    assert pools(both) == ["entry/card-buyer/says", f"fact/{LOG}/lines"]
    assert both.releases == ((LOG, Source.ELICITED),)
    assert pools(answered(OPENS, WARREN)) == ["entry/card-buyer/says"]


@pytest.mark.parametrize(
    "beside",
    [
        asked("Who's Pat?", "who-assistant", score=0.35),
        asked("Pat.", "who-assistant", Code.OTHER, score=0.95),
        asked("Thanks, Mike?", "talk-thanks"),
    ],
    ids=["unsure", "no question", "about the talk"],
)
def test_a_second_answer_needs_a_question_about_the_world_and_the_rep_to_be_sure(beside: tuple[str, Label, TopicMatch]):
    assert pools(answered(beside, WARREN)) == ["entry/card-buyer/says"]
