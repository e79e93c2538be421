"""What a rep would answer to a question: on which entry, how sure, what else was near, and why not."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from ..director import direct, hear, start
from ..scenario import Scenario
from ..talk.direction import Direction
from ..talk.transcript import Speaker, Turn
from ..voice import Cue, LineVoice

if TYPE_CHECKING:
    from ..director import State
    from ..engine import Engine

TRUSTING = 0.8
"""The openness of a rep who has come to trust the manager, for the second answer."""
LIKELIEST = 5


@dataclass(frozen=True, slots=True)
class RepAnswer:
    """One answer: the words, the pools of lines they came from, and the facts they give away."""

    words: str
    act: str
    pools: tuple[str, ...]
    releases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RepAnswers:
    """A question and its answers. `near` are the likeliest targets with their probabilities; `why` says why not more.

    `at_first` is the answer at the start of a talk, `trusting` that of a rep who trusts the manager.
    """

    question: str
    near: tuple[tuple[str, float], ...]
    at_first: RepAnswer
    trusting: RepAnswer
    why: str

    def as_json(self) -> dict[str, Any]:
        """Plain data."""
        return {**asdict(self), "near": [{"id": name, "probability": chance} for name, chance in self.near]}


def ask(engine: Engine, scenario: Scenario, question: str, said_before: str = "", seed: int = 0) -> RepAnswers:
    """Ask a rep one question. `said_before` is what the rep said just before it, for "she" and "that"."""
    before = (Turn(0, Speaker.REP, said_before),) if said_before else ()
    turn = engine.coded(scenario, Turn(len(before), Speaker.MANAGER, question), before)
    chances = engine.matcher(scenario).chances(question, before)
    fresh = start(scenario)
    open_now = replace(fresh, openness=TRUSTING, manager_turns=4, feelings_until=9)
    first = _answer(engine, scenario, fresh, turn, seed)
    trusting = _answer(engine, scenario, open_now, turn, seed)
    return RepAnswers(
        question, tuple(list(chances.items())[:LIKELIEST]), first, trusting, _why(first, trusting, chances)
    )


def _answer(engine: Engine, scenario: Scenario, state: State, turn: Turn, seed: int) -> RepAnswer:
    state = hear(state, turn)
    direction = direct(scenario, state, turn)
    released = frozenset((*state.facts, *(fact for fact, _ in direction.releases)))
    cue = Cue(scenario, direction, released, turn.text, (), seed)
    wording = LineVoice(engine.knowledge).speak(cue)
    return RepAnswer(wording.text, direction.act, _pools(direction), tuple(fact for fact, _ in direction.releases))


def _pools(direction: Direction) -> tuple[str, ...]:
    return tuple(part.pool for part in direction.parts)


def _why(first: RepAnswer, trusting: RepAnswer, chances: dict[str, float]) -> str:
    best, chance = next(iter(chances.items()))
    if "reply/unknown" in trusting.pools:
        return f"nothing answers this: the likeliest, {best}, has a probability of only {chance:.2f}"
    if first.pools != trusting.pools and (first.act in ("hint", "evade") or "hints" in first.pools[-1]):
        return "he holds it back until he trusts the manager"
    return ""
