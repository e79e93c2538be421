"""Nudges: they point on from where the two stand, never name what is hidden, and never say the same twice."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from bundled import VARIANTS

from bot.director import State, start
from bot.director.state import StepState
from bot.scenario import Scenario
from bot.scenario.library import Library
from bot.scoring.nudges import NO_MORE, NUDGES_AT_ONCE, nudge
from bot.talk.direction import Source
from bot.testing import small_scenario

SMALL = small_scenario()
BEGUN = start(SMALL)
ALL = {"budget": Source.ELICITED, "rival": Source.TOLD, "tired": Source.ELICITED}
STATES_EACH = 40
NAME = re.compile(r"[A-Z][a-z]+")
NAMED = re.compile(rf"(?<=[a-z,] ){NAME.pattern}")


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (BEGUN, "There's something Ada hasn't told you."),
        (replace(BEGUN, openness=0.1), "Ada is still guarded. Say back what she just said in your own words"),
        (replace(BEGUN, hinted=("rival",)), "Ada let something slip about who else is quoting."),
        (
            replace(BEGUN, facts={"budget": Source.ELICITED, "rival": Source.DONATED}),
            "You haven't heard how Ada feels about all this. First say what you hear in her voice, then ask.",
        ),
        (replace(BEGUN, facts=ALL), "Ask what Ada makes of them, or could do about them."),
        (
            replace(BEGUN, facts=ALL, steps={"ask-the-plant": StepState("rep"), "smaller-quote": StepState("rep")}),
            "Ask Ada what she will do first, and when.",
        ),
        (
            replace(BEGUN, facts=ALL, steps={"ask-the-plant": StepState("rep", True)}),
            "What's missing is what she will do, and by when.",
        ),
    ],
)
def test_a_nudge_points_on_from_where_they_stand(state: State, said: str):
    assert said in nudge(SMALL, state)


def test_nudges_at_one_point_get_plainer_and_then_there_is_no_more():
    given: list[str] = []
    for here in range(NUDGES_AT_ONCE):
        given.append(nudge(SMALL, BEGUN, given, here))

    assert len(set(given)) == NUDGES_AT_ONCE
    assert given[2].startswith("You could ask: ")
    assert given[2].endswith("?")
    assert nudge(SMALL, BEGUN, given, NUDGES_AT_ONCE) == NO_MORE


def test_what_the_card_or_the_brief_mentions_is_named_and_what_they_do_not_is_not():
    jones = Library().scenario("jones-deal")
    begun = replace(start(jones), openness=1.0)
    others = {fact.id: Source.ELICITED for fact in jones.facts}
    step = {jones.steps[0].id: StepState("rep")}

    def towards(fact: str) -> str:
        known = {name: how for name, how in others.items() if name != fact}
        return nudge(jones, replace(begun, facts=known, steps=step))

    assert "how things are with the buyer" in towards("buyer-tight-lips")
    assert "front desk" not in towards("visitor-log")


def some_states(scenario: Scenario, seed: int) -> Iterator[State]:
    """States that a talk may get into: any facts out, any hinted at, any steps."""
    draw = random.Random(seed)
    for _ in range(STATES_EACH):
        out = [fact.id for fact in scenario.facts if draw.random() < draw.random()]
        hidden = [fact.id for fact in scenario.facts if fact.id not in out]
        steps = [step.id for step in scenario.steps if draw.random() < 0.3]
        yield replace(
            start(scenario),
            facts={name: draw.choice(list(Source)) for name in out},
            hinted=tuple(name for name in hidden if draw.random() < 0.2),
            steps={name: StepState("rep", draw.random() < 0.5) for name in steps},
            topic=draw.choice([None, *out]) if out else None,
            openness=draw.random(),
        )


def walk(scenario: Scenario, seed: int) -> list[tuple[State, str]]:
    """Every nudge of a session in which one is asked for until there is no more, in state after state."""
    found: list[tuple[State, str]] = []
    for state in some_states(scenario, seed):
        for here in range(NUDGES_AT_ONCE + 1):
            text = nudge(scenario, state, [said for _, said in found], here)
            if text == NO_MORE:
                break
            found.append((state, text))
    return found


@pytest.mark.slow
@pytest.mark.parametrize(("name", "variant"), VARIANTS)
def test_no_session_gets_the_same_nudge_twice(name: str, variant: str):
    scenario = Library().scenario(name, variant)
    for seed in range(5):
        said = [text for _, text in walk(scenario, seed)]
        assert len(said) > NUDGES_AT_ONCE
        assert len(said) == len(set(said))


@pytest.mark.slow
@pytest.mark.parametrize(("name", "variant"), VARIANTS)
def test_no_nudge_quotes_what_is_hidden_or_names_anybody_new(name: str, variant: str):
    scenario = Library().scenario(name, variant)
    rep = scenario.rep
    read = [scenario.title, scenario.summary, scenario.scene, scenario.brief, scenario.manager.name, rep.name, rep.role]
    read += [rep.style, *rep.strengths, *scenario.crm, *scenario.crm.values()]
    topics = {fact.id: fact.topic for fact in scenario.facts}
    for state, text in [found for seed in range(5) for found in walk(scenario, seed)]:
        known = set(NAME.findall(" ".join((*read, *(topics[fact] for fact in state.hinted)))))
        hidden = [fact for fact in scenario.facts if fact.id not in state.facts]

        assert not any(secret in text for fact in hidden for secret in (fact.text, *(line.text for line in fact.lines)))
        assert set(NAMED.findall(text)) <= known
