"""What came of a conversation for the rep, and how two goes at it differ, in words. Pure: over states, not codes."""

from __future__ import annotations

from dataclasses import dataclass

from ..director import State
from ..scenario import Scenario
from ..talk.direction import Source, TakenStep
from .saying import RepWords, count_word, number_word, sentence_case

SLIGHT, MUCH = 0.05, 0.2
"""A change of openness or ownership from which it is said at all, and from which it is "much"."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a conversation came to.

    `facts` are the ids of what the rep told, asked or unasked, first told first. `openness` and `ownership` run from 0
    to 1. `own_steps` are ids of the steps that the rep came up with; `committed` of those, anybody's, for which the rep
    named a time, and which the manager didn't take over after that. `spoken` are the rep's own that are none of the
    scenario's, in his own words.
    """

    facts: tuple[str, ...]
    openness: float
    ownership: float
    own_steps: tuple[str, ...]
    committed: tuple[str, ...]
    spoken: tuple[TakenStep, ...] = ()

    @property
    def named(self) -> int:
        """How many steps the rep came up with."""
        return len(self.own_steps) + len(self.spoken)

    @property
    def timed(self) -> int:
        """For how many steps the rep named a time."""
        return len(self.committed) + sum(step.day for step in self.spoken)


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that came out differently: a sentence, and the facts or steps that it speaks of, as authored.

    `about` is facts, steps, times, openness or ownership. `better` is None where it is neither better nor worse.
    """

    about: str
    better: bool | None
    words: str
    items: tuple[str, ...] = ()


def outcome(state: State) -> Outcome:
    """What a conversation that ends in `state` came to."""
    return Outcome(
        tuple(fact for fact, how in state.facts.items() if how is not Source.TOLD),
        state.openness,
        state.ownership,
        state.own_steps,
        tuple(name for name, step in state.steps.items() if step.committed and name not in state.taken),
        state.spoken,
    )


def compare(scenario: Scenario, before: Outcome, after: Outcome) -> tuple[Difference, ...]:
    """How `after` differs from `before`, what matters most first; empty where both came to the same.

    The sentences are about the second go, for the manager. Items tell only what came out in one of the two.
    """
    name = scenario.rep.name
    return (
        *_told(scenario, before, after),
        *_steps(scenario, before, after),
        *_times(scenario, before, after),
        *_moved("openness", after.openness - before.openness, f"{name} was", "open"),
        *_moved(
            "ownership",
            after.ownership - before.ownership,
            "The plan felt",
            f"like {RepWords.of(scenario).his} own",
        ),
    )


def _told(scenario: Scenario, before: Outcome, after: Outcome) -> list[Difference]:
    name = scenario.rep.name
    found = []
    topics = {fact.id: sentence_case(fact.topic) for fact in scenario.facts}
    if gained := [topic for fact, topic in topics.items() if fact in set(after.facts) - set(before.facts)]:
        words = f"{name} told you {count_word(len(gained), 'thing')} that you didn't hear before."
        found.append(Difference("facts", True, words, tuple(gained)))
    if lost := [topic for fact, topic in topics.items() if fact in set(before.facts) - set(after.facts)]:
        words = f"{name} didn't tell you {count_word(len(lost), 'thing')} that you heard before."
        found.append(Difference("facts", False, words, tuple(lost)))
    return found


def _steps(scenario: Scenario, before: Outcome, after: Outcome) -> list[Difference]:
    new = [step.title for step in scenario.steps if step.id in set(after.own_steps) - set(before.own_steps)]
    new += [f"“{step.words}”" for step in after.spoken if step not in before.spoken]
    now, then = after.named, before.named
    name = scenario.rep.name
    if now == then:
        return [Difference("steps", None, f"{name} came up with other steps.", tuple(new))] if new else []
    words = f"{name} came up with {_number(now)} of the steps; last time, with {_number(then)}."
    return [Difference("steps", now > then, words, tuple(new))]


def _times(scenario: Scenario, before: Outcome, after: Outcome) -> list[Difference]:
    new = [step.title for step in scenario.steps if step.id in set(after.committed) - set(before.committed)]
    new += [f"“{step.words}”" for step in after.spoken if step.day and step not in before.spoken]
    now, then = after.timed, before.timed
    name = scenario.rep.name
    if now == then:
        return []
    words = f"{name} said when for {_number(now)} of the steps; last time, for {_number(then)}."
    return [Difference("times", now > then, words, tuple(new))]


def _moved(about: str, change: float, subject: str, rest: str) -> list[Difference]:
    if abs(change) < SLIGHT:
        return []
    degree = ("much " if abs(change) >= MUCH else "") + ("more" if change > 0 else "less")
    return [Difference(about, change > 0, f"{subject} {degree} {rest}.")]


def _number(number: int) -> str:
    return number_word(number) if number else "none"
