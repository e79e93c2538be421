"""One thing that is wrong with a scenario, or that could be better, and the lines that it may be wrong with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from ..knowledge.retrieval import spoken_lines
from ..scenario import Line, Scenario
from ..scenario.strictyaml import Path
from .words import marks_in


class Weight(StrEnum):
    """An error keeps the check from passing; advice is told."""

    ERROR = "error"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True)
class Finding:
    """The path of the field, what is wrong with it and what to do, and how much it weighs."""

    path: Path
    said: str
    weight: Weight = Weight.ERROR


@dataclass(frozen=True, slots=True)
class Placed:
    """A line that the rep may say: where it stands, its pool, and the facts that are on the table whenever he does.

    `brought` are names and numbers that the manager has just used himself, in news or in proposing a step.
    """

    path: Path
    pool: str
    line: Line
    known: frozenset[str]
    brought: frozenset[str] = frozenset()

    @property
    def hints_at(self) -> str | None:
        """The fact whose hint this is."""
        kind, _, rest = self.pool.partition("/")
        return rest.removesuffix("/hints") if kind == "fact" and rest.endswith("/hints") else None

    @property
    def answers(self) -> str | None:
        """The fact whose short answer this is."""
        kind, _, rest = self.pool.partition("/")
        fact, _, part = rest.partition("/")
        return fact if kind == "fact" and part.startswith("closed") else None


def placed_lines(scenario: Scenario) -> list[Placed]:
    """Every line that the rep may say, with its path and what is known by then."""
    brought = {f"news/{news.id}/acknowledge": _marks((news.title, *news.says)) for news in scenario.news}
    brought |= {f"step/{step.id}/told": _marks((step.title, *step.proposals)) for step in scenario.steps}
    return [
        Placed(
            _path(scenario, spoken.id),
            spoken.pool,
            spoken.line,
            _known(scenario, spoken.pool, spoken.line),
            brought.get(spoken.pool, frozenset()),
        )
        for spoken in spoken_lines(scenario)
    ]


def _marks(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(mark for text in texts for mark in marks_in(text, everywhere=True))


def _path(scenario: Scenario, spoken_id: str) -> Path:
    """`fact/budget/closed0/1` as `facts[0].closed[0].answer[1]`."""
    pool, _, index = spoken_id.rpartition("/")
    kind, entry, *part = pool.split("/")
    if kind == "reply":
        return ("replies", entry, int(index))
    field = {"fact": "facts", "insight": "insights", "step": "steps", "news": "news"}[kind]
    place = [item.id for item in getattr(scenario, field)].index(entry)
    if part[0].startswith("closed"):
        return (field, place, "closed", int(part[0].removeprefix("closed")), "answer", int(index))
    return (field, place, part[0], int(index))


def _known(scenario: Scenario, pool: str, line: Line) -> frozenset[str]:
    """What the line's own needs say, and the facts behind an insight that its step waits for."""
    known = set(line.needs)
    kind, entry, *part = pool.split("/")
    if kind == "step" and part != ["told"]:
        waits_for = set(scenario.step(entry).needs)
        for insight in scenario.insights:
            if insight.id in waits_for:
                known.update(insight.needs, insight.gives)
    return frozenset(known)
