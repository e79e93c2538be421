"""The labelled examples of a scenario: what a manager's words can ask for or do, each as people type it.

A label is `fact:ID`, `entry:ID`, `insight:ID` (a conclusion asked for), `told:ID` (a step that the manager proposes),
`news:ID` or `intent:NAME`.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

from ..scenario import Fact, Scenario
from ..scenario.strictyaml import parse
from ..talk.direction import Intent

TALK_INTENTS = {
    "talk-need": Intent.HELP,
    "talk-wrap": Intent.CLOSING,
    "talk-bye": Intent.CLOSING,
    "talk-summary": Intent.CHECK_UNDERSTANDING,
    "talk-how-are-you": Intent.SMALL_TALK,
    "talk-time": Intent.OPENING,
    "talk-simulation": Intent.BREAK_PLAY,
    "talk-missed": Intent.WHAT_ELSE,
    "talk-feel-now": Intent.FEELINGS,
}
"""Entries about the talk that also count as a general intent."""
_REPLACED = {
    Intent.HELP: "talk-need",
    Intent.CLOSING: "talk-wrap",
    Intent.CHECK_UNDERSTANDING: "talk-summary",
}
"""Intents whose examples belong to an entry."""


@lru_cache(maxsize=1)
def generic_intents() -> tuple[tuple[str, str], ...]:
    """The bundled examples of generic intents: (intent, example), in order."""
    name = "intents.yaml"
    data, _ = parse(resources.files("bot").joinpath("data", name).read_text(encoding="utf-8"), name)
    return tuple((str(Intent(intent)), example) for intent, examples in data["intents"].items() for example in examples)


def labelled_examples(scenario: Scenario) -> list[tuple[str, str]]:
    """(label, text) of every example, in a fixed order."""
    found = [(f"fact:{fact.id}", ask) for fact in scenario.facts for ask in _asks(fact)]
    found += [(f"entry:{entry.id}", ask) for entry in scenario.entries for ask in (entry.about, *entry.asked)]
    for intent, example in generic_intents():
        entry = _REPLACED.get(Intent(intent))
        found.append((f"entry:{entry}" if entry else f"intent:{intent}", example))
    found += [(f"intent:{Intent.OFF_TOPIC}", example) for example in scenario.not_held]
    found += [(f"told:{step.id}", words) for step in scenario.steps for words in step.proposals]
    found += [(f"news:{news.id}", words) for news in scenario.news for words in news.says]
    found += [(f"insight:{insight.id}", insight.topic) for insight in scenario.insights]
    return found


def _asks(fact: Fact) -> tuple[str, ...]:
    # Nudges name the topic, so managers will use its words.
    return (fact.question, fact.topic, *fact.asks, *(ask for closed in fact.closed for ask in closed.asks))
