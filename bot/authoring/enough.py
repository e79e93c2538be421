"""Checks for pools that run out, duplicate lines, and questions that belong to two facts."""

from __future__ import annotations

from collections.abc import Iterator

from ..scenario import Scenario
from ..scenario.strictyaml import Path
from .finding import Finding, Placed, Weight

# How often 25 turns drew on each pool. For facts, insights, steps and news, the schema sets the minimum.
FLOORS = {"agree": 10, "comply": 10, "unknown": 8, "nod": 8, "affirmed": 8}
_FLOOR = 4


def enough(scenario: Scenario, lines: list[Placed]) -> Iterator[Finding]:
    """Pools that run out, and duplicate lines and questions."""
    for act, pool in scenario.replies.items():
        floor = FLOORS.get(act, _FLOOR)
        if len(pool) < floor:
            said = f"has {len(pool)}; write {floor - len(pool)} more, or the rep will repeat lines"
            yield Finding(("replies", act), said, Weight.ADVICE)
    yield from _twice([(placed.path, placed.pool, placed.line.text) for placed in lines])
    yield from _under_two_facts(scenario)


def _twice(lines: list[tuple[Path, str, str]]) -> Iterator[Finding]:
    first: dict[str, str] = {}
    for path, pool, text in lines:
        key = same(text)
        if key in first:
            where = "in this list" if first[key] == pool else f"under {first[key]}"
            yield Finding(path, f"{_shown(text)} is already {where}; write another", Weight.ADVICE)
        first.setdefault(key, pool)


def _under_two_facts(scenario: Scenario) -> Iterator[Finding]:
    first: dict[str, str] = {}
    for i, fact in enumerate(scenario.facts):
        for j, ask in enumerate(fact.asks):
            owner = first.setdefault(same(ask), fact.id)
            if owner != fact.id:
                said = f"{_shown(ask)} is also under {owner!r}, so it opens neither; keep it under one"
                yield Finding(("facts", i, "asks", j), said)


def same(text: str) -> str:
    """Text normalised to find duplicates: lower case, without punctuation."""
    return " ".join("".join(letter if letter.isalnum() else " " for letter in text.casefold()).split())


def _shown(text: str) -> str:
    return repr(text if len(text) <= 50 else f"{text[:49]}…")
