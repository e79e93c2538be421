"""Lays a model's draft out as the text of a scenario's files.

The text may break the rules of a scenario, and the check says where. But nothing in it can end a line, begin another
entry or be taken for markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ..writeup.cited import written
from .drafted import (
    DraftedEntry,
    DraftedFact,
    DraftedInsight,
    DraftedOutline,
    DraftedPlan,
    DraftedStep,
    DraftedWords,
)
from .plainyaml import plain_yaml

OPENNESS = "0.35"
_GATES = {"early": "0.2", "middle": OPENNESS, "late": "0.5"}
"""The least openness by when a fact may come out. The rep starts at the middle one."""


@dataclass(frozen=True, slots=True)
class Drafts:
    """All parts of a draft; `words` are those of the facts, in the same order."""

    outline: DraftedOutline
    facts: tuple[DraftedFact, ...]
    words: tuple[DraftedWords, ...]
    entries: tuple[DraftedEntry, ...]
    plan: DraftedPlan


def plain_id(name: str) -> str:
    """An id as files have it, from what a model calls something."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:64].strip("-") or "unnamed"


def main_text(scenario_id: str, drafts: Drafts) -> str:
    """The text of `scenario.yaml`."""
    facts = [_fact(fact, words) for fact, words in zip(drafts.facts, drafts.words, strict=True)]
    ids = {fact["id"] for fact in facts}
    return plain_yaml(
        {
            "id": scenario_id,
            **_head(drafts.outline),
            "facts": facts,
            "insights": [_insight(one, ids) for one in drafts.plan.insights],
            "steps": [_step(one, rank, ids) for rank, one in enumerate(drafts.plan.steps, 1)],
            "epilogues": list(_epilogues(drafts)),
        }
    )


def knows_text(drafts: Drafts) -> str:
    """The text of `knows.md`."""
    blocks = ["# What the rep knows besides the facts.", *("\n".join(_entry(one)) for one in drafts.entries)]
    return "\n\n".join(blocks) + "\n"


def _head(outline: DraftedOutline) -> dict[str, Any]:
    return {
        "version": "1",
        "title": written(outline.title),
        "summary": written(outline.summary),
        "area": outline.area.value,
        "journey_gate": plain_id(outline.journey_gate),
        "lens": outline.lens.value,
        "difficulty": "1",
        "minutes": "10",
        "directive_ok": "false",
        "manager": {"name": written(outline.manager_name), "role": written(outline.manager_role)},
        "rep": {
            "name": written(outline.rep_name),
            "role": written(outline.rep_role),
            "pronoun": outline.rep_pronoun.value,
            "style": written(outline.rep_style),
            "goals": _texts(outline.rep_goals),
            "strengths": _texts(outline.rep_strengths),
            "openness": OPENNESS,
            "ownership": "0.6",
        },
        "scene": written(outline.scene),
        "brief": written(outline.brief),
        "crm": {written(row.label): written(row.value) for row in outline.card},
        "aliases": _texts(outline.aliases),
    }


def _fact(fact: DraftedFact, words: DraftedWords) -> dict[str, Any]:
    feeling = {"feeling": "true", "opens": {"ask": "open"}}
    gate = {"opens": {"ask": "open", "openness": _GATES[fact.opens]}, "states": _texts(words.states)}
    return {
        "id": plain_id(fact.id),
        "topic": written(fact.topic),
        "text": written(fact.text),
        **(feeling if fact.feeling else gate),
        "question": written(fact.question),
        **{name: _texts(getattr(words, name)) for name in ("asks", "lines", "hints", "more", "confirm")},
    }


def _insight(insight: DraftedInsight, facts: Iterable[str]) -> dict[str, Any]:
    needs = list(map(plain_id, insight.needs))
    return {
        "id": plain_id(insight.id),
        "topic": written(insight.topic),
        "about": [need for need in needs if need in facts],
        "needs": needs,
        "lines": _texts(insight.lines),
        "again": _texts(insight.again),
    }


def _step(step: DraftedStep, rank: int, facts: Iterable[str]) -> dict[str, Any]:
    needs = list(map(plain_id, step.needs))
    return {
        "id": plain_id(step.id),
        "title": written(step.title),
        "about": [need for need in needs if need in facts],
        "needs": needs,
        "rank": str(rank),
        "lines": _texts(step.lines),
        "commit": _texts(step.commit),
        "afterwards": written(step.afterwards),
        "proposals": _texts(step.proposals),
        "told": _texts(step.told),
    }


def _epilogues(drafts: Drafts) -> Iterator[dict[str, Any]]:
    """A plan that is kept, a talk that brought something out, and the rest."""
    facts = [plain_id(fact.id) for fact in drafts.facts if not fact.feeling]
    yield {"id": "own-plan", "when": {"committed_at_least": "1"}, "text": written(drafts.plan.kept)}
    yield {
        "id": "half-way",
        "when": {"elicited_at_least": str(max(1, len(facts) // 2))},
        "text": written(drafts.plan.half_way),
    }
    yield {"id": "as-before", "text": written(drafts.plan.as_before)}


def _entry(entry: DraftedEntry) -> Iterator[str]:
    yield f"## {plain_id(entry.id)}: {written(entry.about)}"
    yield f"level: {entry.level.value}"
    for sign, said in (("-", entry.says), ("+", entry.more), ("~", entry.hints), ("?", entry.asked)):
        for words in _texts(said):
            # An empty bracket says that the next one is words, and no tag.
            yield f"{sign} {'[] ' if words.startswith('[') and sign != '?' else ''}{words}"


def _texts(said: Iterable[str]) -> list[str]:
    """The texts that have words, each on one line."""
    return [words for words in map(written, said) if words]
