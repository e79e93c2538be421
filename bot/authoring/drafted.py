"""What a model is asked for when it drafts a scenario: one small answer for each part."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from ..scenario import Area, EntryLevel, Lens, Pronoun


class DraftedPart(BaseModel):
    """A part of a model's draft. Unknown keys don't fit."""

    model_config = ConfigDict(extra="forbid")


class CardRow(DraftedPart):
    """A row of the CRM card."""

    label: str
    value: str


class DraftedOutline(DraftedPart):
    """Who and what: everything that the manager may know beforehand."""

    title: str
    summary: str
    area: Area
    journey_gate: str
    lens: Lens
    rep_name: str
    rep_role: str
    rep_pronoun: Pronoun
    rep_style: str
    rep_goals: list[str]
    rep_strengths: list[str]
    manager_name: str
    manager_role: str
    scene: str
    brief: str
    card: list[CardRow]
    aliases: list[str]


class DraftedFact(DraftedPart):
    """A fact and its gate, with the words of the notes that it comes from."""

    id: str
    topic: str
    text: str
    feeling: bool
    opens: Literal["early", "middle", "late"]
    question: str
    quote: str


class DraftedFacts(DraftedPart):
    """The facts."""

    facts: list[DraftedFact]


class DraftedWords(DraftedPart):
    """The questions about one fact, and what the rep says about it."""

    asks: list[str]
    states: list[str]
    lines: list[str]
    hints: list[str]
    more: list[str]
    confirm: list[str]


class DraftedEntry(DraftedPart):
    """Something else that the rep knows, with the words of the notes that it comes from."""

    id: str
    about: str
    level: EntryLevel
    quote: str
    says: list[str]
    more: list[str]
    hints: list[str]
    asked: list[str]


class DraftedEntries(DraftedPart):
    """The entries of knows.md."""

    entries: list[DraftedEntry]


class DraftedInsight(DraftedPart):
    """What the rep concludes from facts that are out."""

    id: str
    topic: str
    needs: list[str]
    lines: list[str]
    again: list[str]


class DraftedStep(DraftedPart):
    """Something that the rep could do next."""

    id: str
    title: str
    needs: list[str]
    lines: list[str]
    commit: list[str]
    afterwards: str
    proposals: list[str]
    told: list[str]


class DraftedPlan(DraftedPart):
    """Insights, steps, and how three epilogues begin."""

    insights: list[DraftedInsight]
    steps: list[DraftedStep]
    kept: str
    half_way: str
    as_before: str
