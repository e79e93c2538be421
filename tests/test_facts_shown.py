"""What a debrief says of the facts: asked, said first or neither only where the words surely did so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.practice import Debrief, Practice
from bot.scoring.asked import facts_surely_asked
from bot.talk.codebook import Code
from bot.talk.direction import Intent, Source, TopicMatch
from bot.talk.transcript import Transcript, Turn
from bot.testing import SMALL, manager_turn, small_engine
from ui import figures

BUDGET = "budget"


@pytest.fixture(scope="module")
def debrief(tmp_path_factory: pytest.TempPathFactory) -> Debrief:
    practice = Practice.start(SMALL, engine=small_engine(tmp_path_factory.mktemp("data"), {"Hello.": Code.OTHER}))
    practice.say("Hello.")
    "".join(practice.reply())
    return practice.debrief()


def asked(confidence: float, *, sure: bool, code: Code = Code.OPEN_QUESTION) -> Turn:
    """A question of the manager's about the budget; `sure` says how well it fits."""
    turn = manager_turn(0, ("How is the money side of it?", code))
    units = tuple(replace(unit, confidence=confidence) for unit in turn.units)
    return replace(turn, units=units, touches=(TopicMatch(0, Intent.ABOUT, BUDGET, 0.5, sure=sure),))


def shown(debrief: Debrief, turn: Turn, **heard: Source) -> str:
    """The list of the facts, for a talk of this turn in which those named were heard."""
    state = replace(debrief.state, facts=heard)
    return str(figures.facts(replace(debrief, state=state, transcript=Transcript((turn,)))))


def test_a_fact_was_asked_about_where_a_question_surely_went_for_it(debrief: Debrief):
    page = shown(debrief, asked(1.0, sure=True))

    assert facts_surely_asked(debrief.scenario, (asked(1.0, sure=True),)) == {BUDGET: 0}
    assert f"You asked, but {debrief.scenario.rep.name} wasn’t ready to say" in page
    assert 'href="#turn-0"' in page
    assert "You came near it" not in page


@pytest.mark.parametrize(("confidence", "sure"), [(1.0, False), (0.0, True)])
def test_a_question_that_may_have_is_not_said_to_have_asked(debrief: Debrief, confidence: float, sure: bool):
    page = shown(debrief, asked(confidence, sure=sure))

    assert "You asked, but" not in page
    assert "You came near it" in page


def test_the_managers_own_question_counts_whatever_was_made_of_it(debrief: Debrief):
    question = debrief.scenario.fact(BUDGET).question
    turn = manager_turn(2, (question, Code.OTHER))

    assert facts_surely_asked(debrief.scenario, (turn,)) == {BUDGET: 2}


def test_words_that_go_near_a_fact_are_not_said_to_have_told_it(debrief: Debrief):
    told = manager_turn(0, ("The budget was cut, I hear.", Code.INFORMATION))
    told = replace(told, touches=(TopicMatch(0, Intent.ABOUT, states=BUDGET),))

    page = shown(debrief, told, budget=Source.TOLD)
    assert "You came near it" in page
    assert "You said it" not in page
