"""Findings about a scenario, and the lines they may concern."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from ..knowledge.retrieval import spoken_lines
from ..scenario import Line, Scenario
from ..scenario.knows import talk_entries
from ..scenario.strictyaml import Path
from ..scenario.voice import default_replies
from ..text.tokens import sentences_of
from .words import marks_in


class Weight(StrEnum):
    """An error fails the check; advice doesn't."""

    ERROR = "error"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True)
class Finding:
    """The field's path, the problem and its fix, and whether it is an error or advice."""

    path: Path
    said: str
    weight: Weight = Weight.ERROR


@dataclass(frozen=True, slots=True)
class Placed:
    """A line the rep may say: its path, its pool, and the facts that are always out by then.

    `brought` are names and numbers the manager has just used, in news or a proposal.
    """

    path: Path
    pool: str
    line: Line
    known: frozenset[str]
    brought: frozenset[str] = frozenset()

    @property
    def hints_at(self) -> str | None:
        """The fact this is a hint for, if any."""
        kind, _, rest = self.pool.partition("/")
        return rest.removesuffix("/hints") if kind == "fact" and rest.endswith("/hints") else None

    @property
    def answers(self) -> str | None:
        """The fact this is a short answer for, if any."""
        kind, _, rest = self.pool.partition("/")
        fact, _, part = rest.partition("/")
        return fact if kind == "fact" and part.startswith("closed") else None


def placed_lines(scenario: Scenario) -> list[Placed]:
    """Every line the author wrote for the rep, with its path and what is known by then."""
    askwells = _askwells(scenario)
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
        if not f"{spoken.pool}/".startswith(askwells)
    ]


def sentences_read(scenario: Scenario) -> Iterator[tuple[Path, str]]:
    """Each sentence that the manager reads before the talk, with its field."""
    for field in ("title", "summary", "scene", "brief"):
        for sentence in sentences_of(getattr(scenario, field)):
            yield (field,), sentence
    for label, value in scenario.crm.items():
        for sentence in sentences_of(value):
            yield ("crm", label), sentence


def _askwells(scenario: Scenario) -> tuple[str, ...]:
    """What the pools begin with whose lines are Askwell's own: acts and talk that the author has no words for."""
    talk = {entry.id: entry for entry in talk_entries()}
    acts = [act for act, lines in scenario.replies.items() if lines == default_replies().get(act)]
    entries = [entry.id for entry in scenario.entries if entry == talk.get(entry.id)]
    return (*(f"reply/{act}/" for act in acts), *(f"entry/{entry}/" for entry in entries))


def _marks(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(mark for text in texts for mark in marks_in(text, everywhere=True))


def _path(scenario: Scenario, spoken_id: str) -> Path:
    """`fact/budget/closed0/1` as `facts[0].closed[0].answer[1]`."""
    pool, _, index = spoken_id.rpartition("/")
    kind, entry, *part = pool.split("/")
    if kind == "reply":
        return ("replies", entry, int(index))
    if kind == "entry":
        return ("entries", entry, part[0], int(index))
    field = {"fact": "facts", "insight": "insights", "step": "steps", "news": "news"}[kind]
    place = [item.id for item in getattr(scenario, field)].index(entry)
    if part[0].startswith("closed"):
        return (field, place, "closed", int(part[0].removeprefix("closed")), "answer", int(index))
    return (field, place, part[0], int(index))


def _known(scenario: Scenario, pool: str, line: Line) -> frozenset[str]:
    """The facts a line waits for: its own needs, and those behind any insight its step needs."""
    known = set(line.needs)
    kind, entry, *part = pool.split("/")
    if kind == "step" and part != ["told"]:
        waits_for = set(scenario.step(entry).needs)
        for insight in scenario.insights:
            if insight.id in waits_for:
                known.update(insight.needs, insight.gives)
    return frozenset(known)
