"""How the simulated coaches ask about a fact: in words of their own, never in those of the scenario's file.

A scenario that is asked in its own words proves nothing: it qualifies even if its asks are mixed up. For the bundled
scenarios the words are in `data/coaches.yaml`; for all others, and for facts that aren't there, a coach asks about the
fact's topic.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from bot.scenario import Scenario
from bot.scenario.authored import Authored, read_authored

BANK = Path(__file__).parent / "data" / "coaches.yaml"
FRAMES = (
    "Tell me more about {topic}.",
    "What have you noticed about {topic}?",
    "What can you tell me about {topic}?",
    "How do you see {topic}?",
)
"""Open questions about any topic."""


class Bank(Authored):
    """Questions by scenario, variant and fact. A variant's come instead of the base's."""

    scenarios: dict[str, dict[str, dict[str, tuple[str, ...]]]]


def wordings(scenario: Scenario, fact_id: str) -> tuple[str, ...]:
    """A coach's questions about a fact: the bank's, or if it has none, open ones about the topic."""
    held = _bank().scenarios.get(scenario.id, {})
    own = {**held.get("base", {}), **held.get(scenario.variant, {})}.get(fact_id, ())
    return own or tuple(frame.format(topic=scenario.fact(fact_id).topic) for frame in FRAMES)


def asked_about(scenario: Scenario, words: str) -> tuple[str, str] | None:
    """The fact that a coach's turn asks about, and the question; None for any other turn."""
    asked = ((fact.id, one) for fact in scenario.facts for one in wordings(scenario, fact.id))
    return next(((fact, one) for fact, one in asked if one in words), None)


@lru_cache(maxsize=1)
def _bank() -> Bank:
    return read_authored(BANK, Bank)[0]
