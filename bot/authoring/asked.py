"""What a rep would answer to a question: on which entry, how sure, what else was near, and why not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from ..director import direct, hear, start
from ..director.state import paired
from ..errors import ScenarioError
from ..scenario import Scenario
from ..scenario.strictyaml import shortened
from ..talk.codebook import Code
from ..talk.direction import Intent, Source
from ..talk.transcript import Speaker, Turn
from ..voice import Cue, LineVoice
from .held import held_back

if TYPE_CHECKING:
    from ..director import State
    from ..engine import Engine

TRUSTING = 0.8
"""The openness of a rep who has come to trust the manager, for the second answer."""
LIKELIEST = 5
NOTHING = f"intent:{Intent.OFF_TOPIC}"
"""The target of what nothing answers."""


@dataclass(frozen=True, slots=True)
class RepAnswer:
    """One answer: the words, the pools of lines they came from, the facts they give away, and what is held back.

    `held` has the id of each fact or entry that the question asks for and the answer doesn't tell, and why.
    """

    words: str
    act: str
    pools: tuple[str, ...]
    releases: tuple[str, ...]
    held: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class RepAnswers:
    """A question and its answers. `near` are the likeliest targets with their probabilities; `why` says what is
    wrong if nothing answers, or if two things do.

    `at_first` is the answer at the start of a talk, `trusting` that of a rep who trusts the manager. `states` are the
    facts that the words state, so that they count as told, each with its closeness from 0 to 1.
    """

    question: str
    near: tuple[tuple[str, float], ...]
    at_first: RepAnswer
    trusting: RepAnswer
    why: str
    states: tuple[tuple[str, float], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Plain data."""
        near = [{"id": name, "probability": chance} for name, chance in self.near]
        states = [{"id": name, "closeness": closeness} for name, closeness in self.states]
        return {**asdict(self), "near": near, "states": states}


def ask(
    engine: Engine, scenario: Scenario, question: str, said_before: str = "", seed: int = 0, out: Iterable[str] = ()
) -> RepAnswers:
    """Ask a rep one question. `said_before` is what the rep said just before it, for "she" and "that".

    `out` are ids of facts that are out already. Raises ScenarioError for an unknown one.
    """
    before = (Turn(0, Speaker.REP, said_before),) if said_before else ()
    fresh = replace(start(scenario), facts=dict.fromkeys(_facts(scenario, out), Source.ELICITED))
    turn = engine.coded(scenario, Turn(len(before), Speaker.MANAGER, question), before)
    matcher = engine.matcher(scenario)
    chances = matcher.chances(question, before)
    stated = [
        (touch.states, matcher.closeness(unit.text))
        for unit, touch in paired(turn)
        # A reflection only hands back.
        if touch.states and touch.states not in fresh.facts and unit.code is not Code.REFLECTION
    ]
    open_now = replace(fresh, openness=TRUSTING, manager_turns=4, feelings_until=9)
    trusting = _answer(engine, scenario, open_now, turn, seed)
    return RepAnswers(
        question,
        tuple(list(chances.items())[:LIKELIEST]),
        _answer(engine, scenario, fresh, turn, seed),
        trusting,
        _why(trusting, chances),
        tuple(stated),
    )


def _facts(scenario: Scenario, ids: Iterable[str]) -> list[str]:
    """The ids, all of facts. Raises ScenarioError for one that isn't."""
    known, wanted = [fact.id for fact in scenario.facts], list(ids)
    for name in wanted:
        if name not in known:
            raise ScenarioError(f"--out: {shortened(name)!r} is not a fact here; choose from {', '.join(known)}")
    return wanted


def _answer(engine: Engine, scenario: Scenario, state: State, turn: Turn, seed: int) -> RepAnswer:
    state = hear(state, turn)
    direction = direct(scenario, state, turn)
    released = frozenset((*state.facts, *(fact for fact, _ in direction.releases)))
    cue = Cue(scenario, direction, released, turn.text, (), seed)
    wording = LineVoice(engine.knowledge).speak(cue)
    return RepAnswer(
        wording.text,
        direction.act,
        tuple(part.pool for part in direction.parts),
        tuple(fact for fact, _ in direction.releases),
        held_back(scenario, state, turn, direction),
    )


def _why(trusting: RepAnswer, chances: dict[str, float]) -> str:
    best, chance = next(iter(chances.items()))
    if "reply/unknown" in trusting.pools and best == NOTHING:
        return "nothing in the scenario answers this"
    if "reply/unknown" in trusting.pools:
        return f"nothing answers this: the likeliest, {best}, has a probability of only {chance:.2f}"
    if trusting.act == "which":
        return "two answers are about equally likely; add this question to the one that should answer it"
    return ""
