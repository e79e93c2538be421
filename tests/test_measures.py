"""Measures: what is counted, on turns coded by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.scoring.measures import Measures, NextStep, measure, possible_ask_share
from bot.scoring.score import Order, other_orders
from bot.talk.codebook import Code, Flag, Focus
from bot.talk.transcript import Turn
from bot.testing import Label, manager_turn, rep_turn

ASKED = (Code.OPEN_QUESTION, Focus.EXPLORE)
ACTION = (Code.OPEN_QUESTION, Focus.ACTION, Flag.NEXT)
STATUS = (Code.OPEN_QUESTION, Focus.STATUS)
CLOSED = (Code.CLOSED_QUESTION, Focus.STATUS)
RHETORICAL = (Code.OPEN_QUESTION, Flag.RHETORICAL)
PERMITTED = (Code.ADVICE, Flag.WITH_PERMISSION)
OWN = NextStep("rep", False, "call")
TOLD = NextStep("manager", False, "visit")

NOTHING = Measures(
    question_ratio=None,
    directiveness=None,
    exploring_share=None,
    status_share=None,
    ask_share=None,
    takeovers=0,
    rep_owned_steps=0,
    rep_owned_share=None,
    facts_elicited_share=None,
    stacked_share=None,
    reflection_ratio=None,
    specific_affirmations=0,
    forward_share=None,
    talk_share=None,
    longest_turn=0,
    genuine_questions=0,
    asks_and_pushes=0,
    manager_turns=0,
)


def one_turn(*labels: Label) -> list[Turn]:
    """One manager turn with one unit of one word a label."""
    return [manager_turn(0, *((f"word{number}", label) for number, label in enumerate(labels)))]


def test_of_nothing_nothing_is_counted():
    assert measure([], [], None) == NOTHING


def test_a_whole_conversation_is_counted():
    turns = [
        manager_turn(0, ("Hello Mike.", Code.OTHER), ("What worries you?", ASKED)),
        rep_turn(1, "The contract does."),
        manager_turn(2, ("So it went quiet.", Code.REFLECTION), ("When did you send it?", CLOSED)),
        rep_turn(3, "Three weeks ago, I think."),
        manager_turn(4, ("Good of you to say.", (Code.AFFIRMATION, Flag.SPECIFIC)), ("What could you do?", ACTION)),
        rep_turn(5, "I could call him."),
        manager_turn(
            6, ("Call him today.", (Code.DIRECTIVE, Flag.NEXT)), ("You never listened.", (Code.CONFRONT, Flag.PAST))
        ),
    ]

    assert measure(turns, [OWN, TOLD], (3, 8)) == Measures(
        question_ratio=3 / 7,
        directiveness=2 / 7,
        exploring_share=2 / 3,
        status_share=1 / 3,
        ask_share=4 / 6,
        takeovers=0,
        rep_owned_steps=1,
        rep_owned_share=1 / 2,
        facts_elicited_share=3 / 8,
        stacked_share=0.0,
        reflection_ratio=1 / 3,
        specific_affirmations=1,
        forward_share=2 / 3,
        talk_share=29 / 41,
        longest_turn=9,
        genuine_questions=3,
        asks_and_pushes=6,
        manager_turns=4,
    )


@pytest.mark.parametrize(
    ("labels", "name", "value"),
    [
        # Units coded `other` are not counted at all.
        ((Code.OTHER, ASKED), "question_ratio", 1.0),
        ((Code.OTHER,), "question_ratio", None),
        ((ASKED, CLOSED, Code.INFORMATION, Code.INFORMATION), "question_ratio", 1 / 2),
        # Rhetorical questions ask nothing; leading ones push.
        ((RHETORICAL, Code.INFORMATION), "question_ratio", 0.0),
        ((RHETORICAL, Code.INFORMATION), "exploring_share", None),
        ((Code.LEADING_QUESTION, ASKED), "question_ratio", 1 / 2),
        ((Code.LEADING_QUESTION, ASKED), "directiveness", 1 / 2),
        ((Code.DIRECTIVE, Code.TAKEOVER, Code.CONFRONT, Code.LEADING_QUESTION, Code.ADVICE), "directiveness", 1.0),
        ((PERMITTED, ASKED), "directiveness", 0.0),
        ((Code.INFORMATION, Code.REFLECTION, Code.AFFIRMATION, Code.COLLABORATION), "directiveness", 0.0),
        # Open questions that explore or look for action, among the genuine ones.
        ((ASKED, STATUS), "exploring_share", 1 / 2),
        ((ACTION, CLOSED), "status_share", 1 / 2),
        # Of a turn's genuine questions the first two are counted: nobody answers the third.
        ((STATUS, CLOSED, ASKED, ACTION), "status_share", 1.0),
        ((ASKED, ACTION, STATUS, CLOSED), "genuine_questions", 2),
        ((RHETORICAL, ASKED, CLOSED, Code.REFLECTION, ACTION), "reflection_ratio", 1 / 2),
        (((Code.CLOSED_QUESTION, Focus.ACTION),), "status_share", 0.0),
        # A: exploring questions, reflections, collaboration. P: what pushes. From three on.
        ((ASKED, Code.REFLECTION, Code.COLLABORATION), "ask_share", 1.0),
        ((ASKED, Code.REFLECTION), "ask_share", None),
        ((ASKED, CLOSED, STATUS, Code.AFFIRMATION, Code.INFORMATION), "ask_share", None),
        ((ASKED, Code.ADVICE, Code.DIRECTIVE, Code.TAKEOVER), "ask_share", 1 / 4),
        ((ASKED, PERMITTED, Code.REFLECTION, Code.ADVICE), "ask_share", 2 / 3),
        ((Code.TAKEOVER, Code.TAKEOVER), "takeovers", 2),
        ((Code.REFLECTION, Code.REFLECTION, ASKED), "reflection_ratio", 2.0),
        ((Code.REFLECTION,), "reflection_ratio", None),
        # Only what names a behaviour, and three at most.
        ((Code.AFFIRMATION,) * 3, "specific_affirmations", 0),
        (((Code.AFFIRMATION, Flag.SPECIFIC),) * 5, "specific_affirmations", 3),
        (((Code.INFORMATION, Flag.SPECIFIC),), "specific_affirmations", 0),
        (((Code.INFORMATION, Flag.NEXT), (Code.INFORMATION, Flag.PAST), ASKED), "forward_share", 1 / 2),
        (((Code.OTHER, Flag.NEXT),), "forward_share", None),
        ((ASKED,), "forward_share", None),
        ((ASKED, Code.OTHER), "manager_turns", 1),
        ((ASKED, Code.ADVICE, Code.INFORMATION), "asks_and_pushes", 2),
        ((ASKED, CLOSED, RHETORICAL, Code.LEADING_QUESTION), "genuine_questions", 2),
        ((), "manager_turns", 0),
    ],
)  # fmt: skip
def test_a_measure_counts_what_it_says(labels: tuple[Label, ...], name: str, value: float | int | None):
    assert getattr(measure(one_turn(*labels), [], None), name) == value


@pytest.mark.parametrize(
    ("turns", "share"),
    [
        ([one_turn(ASKED)[0]], 0.0),
        ([one_turn(ASKED, (Code.OPEN_QUESTION, Flag.STACKED))[0], one_turn(CLOSED)[0]], 1 / 2),
        ([one_turn(ASKED, (CLOSED[0], Flag.STACKED), (CLOSED[0], Flag.STACKED))[0]], 1.0),
        ([one_turn(Code.INFORMATION)[0], one_turn(RHETORICAL)[0]], None),
    ],
)
def test_stacked_turns_are_counted_among_those_that_ask(turns: list[Turn], share: float | None):
    assert measure(turns, [], None).stacked_share == share


@pytest.mark.parametrize(
    ("steps", "own", "share"),
    [
        ([], 0, None),
        ([OWN], 1, 1.0),
        ([TOLD], 0, 0.0),
        ([OWN, OWN, TOLD, TOLD], 2, 0.5),
        ([OWN, OWN, OWN, TOLD], 3, 0.75),
    ],
)
def test_steps_belong_to_whoever_voiced_them_first(steps: list[NextStep], own: int, share: float | None):
    counted = measure([], steps, None)

    assert (counted.rep_owned_steps, counted.rep_owned_share) == (own, share)


@pytest.mark.parametrize(("found", "share"), [(None, None), ((0, 8), 0.0), ((4, 8), 0.5), ((0, 0), None)])
def test_facts_are_counted_in_a_practice(found: tuple[int, int] | None, share: float | None):
    assert measure([], [], found).facts_elicited_share == share


def test_the_least_that_is_asked_for_can_be_set():
    assert measure(one_turn(ASKED, Code.ADVICE), [], None, min_asks=2).ask_share == 0.5


def test_measures_are_written_with_four_places():
    written = measure(one_turn(ASKED, ASKED, Code.ADVICE), [OWN], (1, 3)).as_json()

    assert list(written) == list(NOTHING.as_json())
    assert (written["question_ratio"], written["facts_elicited_share"], written["talk_share"]) == (0.6667, 0.3333, 1.0)
    assert (written["takeovers"], written["forward_share"]) == (0, None)


def test_what_is_pasted_many_times_was_said_once():
    once = (("What worries you?", Code.OPEN_QUESTION), ("Call him.", Code.DIRECTIVE))
    again = (("what  worries you?", Code.OPEN_QUESTION), ("What else?", Code.OPEN_QUESTION))

    assert measure([manager_turn(0, *once, *again)], (), None).genuine_questions == 2
    assert measure([manager_turn(0, *once), manager_turn(2, *again)], (), None).genuine_questions == 3


def test_what_nobody_is_sure_of_may_have_been_asking_or_telling():
    turn = manager_turn(
        0, ("What worries you?", Code.OPEN_QUESTION), ("Call him.", Code.DIRECTIVE), ("It has to stop.", Code.ADVICE)
    )
    unsure = replace(turn, units=(*turn.units[:2], replace(turn.units[2], confidence=0.4)))

    assert possible_ask_share([turn]) == (1 / 3, 1 / 3)
    assert possible_ask_share([unsure]) == (1 / 3, 2 / 3)
    assert possible_ask_share([]) == (0.0, 1.0)


def test_an_order_that_says_little_comes_with_what_stands_before_it():
    turn = manager_turn(
        0,
        ("Ask her who is in that meeting.", Code.DIRECTIVE),
        ("By Friday.", Code.DIRECTIVE),
        ("Nobody rang them.", Code.INFORMATION),
        ("Chase it.", Code.DIRECTIVE),
        ("I'll call Kessler myself.", Code.TAKEOVER),
    )

    assert other_orders([turn]) == [
        Order("Ask her who is in that meeting. By Friday.", taken=False),
        Order("Nobody rang them. Chase it.", taken=False),
        Order("I'll call Kessler myself.", taken=True),
    ]
