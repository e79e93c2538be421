"""Checks that the schema can't make: broken references, duplicate ids, acts without lines, missing epilogues."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from .folder import NOT_HELD
from .problems import has_ids
from .schema import FILLED_IN, REPLIES, EntryLevel, Line, Scenario, StepEnd, When
from .strictyaml import Path, shortened

_NOT_IN_VARIANTS = ("id", "version", "variants", *FILLED_IN)
_RESERVED = {"facts": (NOT_HELD,), "variants": ("base", "random")}


def semantic_problems(scenario: Scenario, variant: str) -> Iterator[tuple[Path, str]]:
    """Each problem of a scenario, as it is in a variant, with the path of its field."""
    yield from _twice(scenario)
    yield from _to_nothing(scenario, variant)
    yield from _acts(scenario)
    for i, entry in enumerate(scenario.entries):
        if entry.level is EntryLevel.HIDDEN and not (entry.fact or entry.after or entry.hints):
            yield (
                ("entries", i),
                "is hidden, but no fact and no hint leads to it; add a line that begins with '~ ', or 'fact: ID'",
            )
    if scenario.epilogues and scenario.epilogues[-1].when.model_dump(exclude_defaults=True):
        yield ("epilogues", len(scenario.epilogues) - 1), "the last epilogue must not have a 'when'"
    for i, other in enumerate(scenario.variants):
        for key in other.replaces:
            if key in _NOT_IN_VARIANTS:
                yield ("variants", i, "replaces", key), "can't be replaced"


def _acts(scenario: Scenario) -> Iterator[tuple[Path, str]]:
    for act, lines in scenario.replies.items():
        if act not in REPLIES:
            near = difflib.get_close_matches(shortened(act), REPLIES, n=1)
            meant = f"did you mean {near[0]}?" if near else f"the acts are {', '.join(REPLIES)}"
            yield ("replies", act), f"is not an act; {meant}"
        elif not lines:
            yield ("replies", act), "has no line; write one, or remove it and the rep says Askwell's"


def _twice(scenario: Scenario) -> Iterator[tuple[Path, str]]:
    # A step's `needs` may name a fact or an insight, so the two share their ids.
    lists: tuple[tuple[str, Sequence[Any], Iterable[str]], ...] = (
        ("facts", scenario.facts, _RESERVED["facts"]),
        ("insights", scenario.insights, (fact.id for fact in scenario.facts)),
        ("steps", scenario.steps, ()),
        ("news", scenario.news, ()),
        ("epilogues", scenario.epilogues, ()),
        ("entries", scenario.entries, ()),
        ("variants", scenario.variants, _RESERVED["variants"]),
    )
    for field, entries, taken in lists:
        seen = set(taken)
        for i, entry in enumerate(entries):
            if entry.id in seen:
                said = "is reserved by Askwell" if entry.id in _RESERVED.get(field, ()) else "is already taken"
                yield (field, i, "id"), f"{entry.id!r} {said}; choose another"
            seen.add(entry.id)
    for i, variant in enumerate(scenario.variants):
        for field, entries in variant.replaces.items():
            ids: set[str] = set()
            for j, entry in enumerate(entries if has_ids(entries) else ()):
                if entry["id"] in ids:
                    yield ("variants", i, "replaces", field, j, "id"), f"{entry['id']!r} appears twice"
                ids.add(entry["id"])


def _to_nothing(scenario: Scenario, variant: str) -> Iterator[tuple[Path, str]]:
    facts = {fact.id for fact in scenario.facts}
    insights = {insight.id for insight in scenario.insights}
    # What the rep doesn't know in this variant may name facts that are only in another.
    unknown = {("entries", i) for i, entry in enumerate(scenario.entries) if not entry.true_in(variant)}
    for path, wanted, known in _references(scenario, facts, insights):
        if wanted not in known and path[:2] not in unknown:
            yield path, f"{wanted!r} is not one of {', '.join(sorted(known)) or 'the ids here (there are none)'}"
    for i, entry in enumerate(scenario.entries):
        for j, wanted in enumerate(entry.variants):
            if wanted not in scenario.variant_ids:
                yield ("entries", i, "variants", j), f"{wanted!r} is not one of {', '.join(scenario.variant_ids)}"
    for i, fact in enumerate(scenario.facts):
        if fact.leads == fact.id:
            yield ("facts", i, "leads"), f"{fact.id!r} leads to itself"
    for path, line in _lines(scenario, ()):
        if line.plan and path[0] != "entries":
            yield path, f"the tag {str(line.plan)!r} belongs to lines of knows.md; take it out here"


def _references(scenario: Scenario, facts: set[str], insights: set[str]) -> Iterator[tuple[Path, str, set[str]]]:
    """Every reference: its path, the id, and the ids it may refer to."""
    for i, fact in enumerate(scenario.facts):
        if fact.leads:
            yield ("facts", i, "leads"), fact.leads, facts
        for j, closed in enumerate(fact.closed):
            if closed.gives:
                yield ("facts", i, "closed", j, "gives"), closed.gives, facts
    named: tuple[tuple[str, Sequence[Any], tuple[tuple[str, set[str]], ...]], ...] = (
        ("insights", scenario.insights, (("about", facts), ("needs", facts), ("gives", facts))),
        ("steps", scenario.steps, (("about", facts), ("needs", facts | insights), ("gives", facts))),
    )
    for field, entries, lists in named:
        for i, entry in enumerate(entries):
            for part, known in lists:
                for j, wanted in enumerate(getattr(entry, part)):
                    yield (field, i, part, j), wanted, known
    steps = {step.id for step in scenario.steps}
    for i, atom in enumerate(scenario.entries):
        for field in ("once", "until"):
            for j, wanted in enumerate(getattr(atom, field)):
                yield ("entries", i, field, j), wanted, steps
        if atom.fact:
            yield ("entries", i, "fact"), atom.fact, facts
        if atom.step:
            yield ("entries", i, "step"), atom.step, steps
        for j, wanted in enumerate(atom.after):
            yield ("entries", i, "after", j), wanted, facts
    for i, news in enumerate(scenario.news):
        if news.counts_as:
            yield ("news", i, "counts_as"), news.counts_as, facts
    conditions = (("elicited", facts), ("insights", insights), *((end, steps) for end in StepEnd))
    for path, when in conditions_of(scenario):
        for name, known in conditions:
            for j, wanted in enumerate(getattr(when, name)):
                yield (*path, name, j), wanted, known
    for path, line in _lines(scenario, ()):
        for j, wanted in enumerate(line.needs):
            yield (*path, "needs", j), wanted, facts


def conditions_of(scenario: Scenario) -> Iterator[tuple[Path, When]]:
    """The conditions of every epilogue and of its parts, with their paths."""
    for i, epilogue in enumerate(scenario.epilogues):
        yield ("epilogues", i, "when"), epilogue.when
        for j, part in enumerate(epilogue.parts):
            yield ("epilogues", i, "parts", j, "when"), part.when


def _lines(value: Any, path: Path) -> Iterator[tuple[Path, Line]]:
    """Every line of a scenario, with its path."""
    if isinstance(value, Line):
        yield path, value
    elif isinstance(value, tuple):
        if value and not isinstance(value[0], str):
            for index, entry in enumerate(value):
                yield from _lines(entry, (*path, index))
    elif isinstance(value, dict):
        for key, entry in value.items():
            yield from _lines(entry, (*path, key))
    elif hasattr(type(value), "model_fields"):
        for field in type(value).model_fields:
            if (held := getattr(value, field)) and not isinstance(held, str):
                yield from _lines(held, (*path, field))
