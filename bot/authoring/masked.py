"""Finds aliases that questions ask about: aliases are masked, so such questions can't be told apart."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..scenario import Scenario
from .finding import Finding, Weight


def masked_subjects(scenario: Scenario) -> Iterator[Finding]:
    """The aliases, but for the rep's and the manager's names, that an entry or a fact's topic is about."""
    known = f" {scenario.rep.name} {scenario.manager.name} "
    named = [alias for alias in scenario.aliases if f" {alias} " not in known and _is_subject(scenario, alias)]
    if named:
        said = (
            f"{', '.join(map(repr, named))}: an entry or a topic is about this name, but questions are matched without "
            "aliases; remove it, unless it is the customer's firm or the product"
        )
        yield Finding(("aliases",), said, Weight.ADVICE)


def _is_subject(scenario: Scenario, alias: str) -> bool:
    name = re.escape(alias)
    entry_id = f"who-{alias.lower().replace(' ', '-')}"
    heading = re.compile(rf"(?:who )?(?:the )?{name}(?: is| was)?", re.IGNORECASE)
    topic = re.compile(rf"(?:(?:who|what|how|why|where|when|whether) )?{name}(?!\w)", re.IGNORECASE)
    return any(entry.id == entry_id or heading.fullmatch(entry.about) for entry in scenario.entries) or any(
        topic.match(fact.topic) for fact in scenario.facts
    )
