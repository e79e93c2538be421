"""What a rep would answer: `scenario ask` says on which entry, and why more is held back."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from bot.authoring.asked import ask
from bot.authoring.held import held_back, why_shut
from bot.director import direct, hear, start
from bot.director.moment import may_open
from bot.director.state import State
from bot.errors import ScenarioError
from bot.scenario import AskKind, Fact, Scenario, load_files
from bot.scenario.folder import in_folder
from bot.scenario.schema import Opens
from bot.talk.codebook import Code, Focus, Unit
from bot.talk.direction import Intent, TopicMatch
from bot.testing import manager_turn, small_engine, small_files, small_scenario

NEWS = (Code.OPEN_QUESTION, Focus.STATUS)
OPEN = (Code.OPEN_QUESTION, Focus.EXPLORE)
KNOWS = """\
## berit: who Berit is
- Berit runs the plant.
? who is berit

## stairs: what was said on the stairs
after: budget
- He said it between two floors.
? what was said on the stairs

## next-job: the job she would like
level: hidden
- I'd like to run a plant.
~ I think about what comes next.
? what would you like to do next
"""


def held(scenario: Scenario, text: str, code: tuple[Code, Focus], touch: TopicMatch, **now: object) -> dict[str, str]:
    turn = replace(manager_turn(0, (text, code)), touches=(touch,))
    state = hear(replace(start(scenario), **now), turn)  # type: ignore[arg-type]
    return dict(held_back(scenario, state, turn, direct(scenario, state, turn)))


def about(fact: str, sure: bool = True) -> TopicMatch:
    return TopicMatch(0, Intent.ABOUT, fact, 0.9, sure, names_topic=True)


@pytest.mark.parametrize(
    ("code", "touch", "now", "said"),
    [
        (OPEN, about("budget"), {}, {}),
        (OPEN, about("rival"), {"openness": 0.1}, {"rival": "it needs openness 0.30, and it is 0.19"}),
        (NEWS, about("budget"), {}, {}),  # who asks openly for this very thing is told, status or not
        (OPEN, about("budget", sure=False), {},
         {"budget": "the match isn't clear enough to give a fact away; add questions like this one to its asks"}),
        (OPEN, about("tired"), {},
         {"tired": "it never comes in the first two turns; it needs a reflection or specific praise just before, or "
                   "openness 0.70 (it is 0.46)"}),
        (OPEN, about("tired"), {"openness": 0.8, "manager_turns": 4}, {}),
    ],
)  # fmt: skip
def test_what_holds_a_fact_back_is_told(
    code: tuple[Code, Focus], touch: TopicMatch, now: dict[str, object], said: dict[str, str]
):
    assert held(small_scenario(), "What about it", code, touch, **now) == said


def test_what_holds_an_entry_back_is_told():
    scenario = load_files(in_folder("small-deal", {**dict(small_files().files), "knows.md": KNOWS}))

    def asked(entry: str, **now: object) -> dict[str, str]:
        return held(scenario, "What about it", OPEN, TopicMatch(0, Intent.ABOUT, None, 0.9, True, entry=entry), **now)

    assert asked("berit") == {}
    assert asked("stairs") == {"stairs": "it comes only after 'budget'"}
    assert asked("next-job") == {
        "next-job": "it never comes in the first two turns; it needs a reflection or specific praise just before; "
        "it needs openness 0.65, and it is 0.43"
    }
    assert asked("next-job", openness=0.8, manager_turns=4, feelings_until=9) == {}


@pytest.mark.slow
def test_a_detail_is_told_once_the_facts_named_are_out(tmp_path: Path):
    scenario = load_files(in_folder("small-deal", {**dict(small_files().files), "knows.md": KNOWS}))
    engine = small_engine(tmp_path, {"what was said on the stairs": OPEN})

    before = ask(engine, scenario, "what was said on the stairs").at_first
    after = ask(engine, scenario, "what was said on the stairs", out=["budget"]).at_first

    assert ("entry/stairs/says" in before.pools, before.held) == (False, (("stairs", "it comes only after 'budget'"),))
    assert (after.pools, after.words, after.held) == (("entry/stairs/says",), "He said it between two floors.", ())


def test_a_fact_that_is_not_here_cannot_be_out(tmp_path: Path):
    with pytest.raises(ScenarioError, match=r"^--out: 'bugdet' is not a fact here; choose from budget, rival, tired$"):
        ask(small_engine(tmp_path), small_scenario(), "what about it", out=["budget", "bugdet"])


def test_a_statement_that_counts_as_told_is_named(tmp_path: Path):
    stated = "their budget was cut in half"
    engine = small_engine(tmp_path, {stated: Code.INFORMATION})

    assert ask(engine, small_scenario(), stated).as_json()["states"] == [{"id": "budget", "closeness": 1.0}]
    assert ask(engine, small_scenario(), stated, out=["budget"]).states == ()


def test_a_reason_is_given_exactly_when_a_question_does_not_open_a_fact():
    facts = [
        small_scenario().facts[0].model_copy(update={"feeling": feeling, "opens": Opens(ask=ask, openness=0.6)})
        for ask, feeling in product(AskKind, (False, True))
    ]
    states = [
        State(openness, 0.5, manager_turns=turns, feelings_until=until)
        for openness, turns, until in product((0.3, 0.55, 0.65, 1.0), (1, 4), (-1, 9))
    ]
    units = [
        Unit(text, 0, len(text), code, focus)
        for text, code, focus in product(
            ("who is it", "is it so"), (Code.OPEN_QUESTION, Code.CLOSED_QUESTION), (Focus.STATUS, Focus.EXPLORE)
        )
    ]

    def agrees(state: State, fact: Fact, unit: Unit) -> bool:
        return may_open(state, fact, unit) is not any(why_shut(state, fact, unit))

    assert [case for case in product(states, facts, units) if not agrees(*case)] == []
