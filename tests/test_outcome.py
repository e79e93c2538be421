"""What a conversation came to, and how two goes at it differ, in sentences that a manager reads."""

from __future__ import annotations

from dataclasses import replace

from bot.director.state import State, StepState
from bot.scenario import Pronoun
from bot.scoring.outcome import Difference, Outcome, compare, outcome
from bot.talk.direction import Source
from bot.testing.doubles import small_scenario

SCENARIO = small_scenario()
NOTHING = Outcome((), 0.4, 0.5, (), ())
BUDGET = "Where the money is to come from"
RIVAL = "Who else is quoting"
ASK_THE_PLANT = SCENARIO.step("ask-the-plant").title


def words(before: Outcome, after: Outcome) -> list[str]:
    return [one.words for one in compare(SCENARIO, before, after)]


def test_an_outcome_is_what_the_rep_told_and_owns() -> None:
    state = State(
        openness=0.7,
        ownership=0.6,
        facts={"rival": Source.DONATED, "budget": Source.ELICITED, "tired": Source.TOLD},
        steps={
            "ask-the-plant": StepState("rep", committed=True),
            "smaller-quote": StepState("rep"),
            "ring": StepState("manager", committed=True),
            "taken": StepState("rep", committed=True),
        },
        taken=frozenset({"taken"}),
    )

    assert outcome(state) == Outcome(
        facts=("rival", "budget"),
        openness=0.7,
        ownership=0.6,
        own_steps=("ask-the-plant", "smaller-quote", "taken"),
        committed=("ask-the-plant", "ring"),
    )


def test_two_goes_that_came_to_the_same_do_not_differ() -> None:
    assert compare(SCENARIO, NOTHING, NOTHING) == ()
    assert compare(SCENARIO, NOTHING, replace(NOTHING, openness=0.44, ownership=0.46)) == ()
    told = replace(NOTHING, facts=("budget", "rival"))
    assert compare(SCENARIO, told, replace(told, facts=("rival", "budget"))) == ()


def test_what_was_told_only_the_second_time_comes_first() -> None:
    (gained,) = compare(SCENARIO, NOTHING, replace(NOTHING, facts=("rival", "budget")))

    assert gained == Difference("facts", True, "Ada told you two things that you didn't hear before.", (BUDGET, RIVAL))


def test_what_was_told_only_the_first_time_is_said_too() -> None:
    before, after = replace(NOTHING, facts=("budget",)), replace(NOTHING, facts=("rival",))

    assert compare(SCENARIO, before, after) == (
        Difference("facts", True, "Ada told you one thing that you didn't hear before.", (RIVAL,)),
        Difference("facts", False, "Ada didn't tell you one thing that you heard before.", (BUDGET,)),
    )


def test_steps_and_times_are_counted_and_the_new_ones_named() -> None:
    after = replace(NOTHING, own_steps=("ask-the-plant",), committed=("ask-the-plant",))

    assert compare(SCENARIO, NOTHING, after) == (
        Difference("steps", True, "Ada came up with one of the steps; last time, with none.", (ASK_THE_PLANT,)),
        Difference("times", True, "Ada said when for one of the steps; last time, for none.", (ASK_THE_PLANT,)),
    )
    assert [(one.about, one.better, one.items) for one in compare(SCENARIO, after, NOTHING)] == [
        ("steps", False, ()),
        ("times", False, ()),
    ]


def test_other_steps_are_neither_better_nor_worse() -> None:
    before, after = replace(NOTHING, own_steps=("smaller-quote",)), replace(NOTHING, own_steps=("ask-the-plant",))

    assert compare(SCENARIO, before, after) == (
        Difference("steps", None, "Ada came up with other steps.", (ASK_THE_PLANT,)),
    )


def test_openness_and_ownership_are_said_in_words_of_their_size() -> None:
    assert words(NOTHING, replace(NOTHING, openness=0.5, ownership=0.9)) == [
        "Ada was more open.",
        "The plan felt much more like her own.",
    ]
    assert words(NOTHING, replace(NOTHING, openness=0.1, ownership=0.4)) == [
        "Ada was much less open.",
        "The plan felt less like her own.",
    ]


def test_the_pronoun_is_the_reps() -> None:
    after = replace(NOTHING, ownership=0.9)

    for pronoun, own in ((Pronoun.HE, "his own"), (Pronoun.THEY, "their own")):
        rep = SCENARIO.rep.model_copy(update={"pronoun": pronoun})
        (moved,) = compare(small_scenario(rep=rep), NOTHING, after)
        assert moved.words == f"The plan felt much more like {own}."


def test_ids_that_the_scenario_has_lost_are_left_out() -> None:
    assert words(NOTHING, replace(NOTHING, facts=("gone",))) == []
