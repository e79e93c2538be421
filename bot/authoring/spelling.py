"""Finds likely misspellings of names: similar to a known name, and used only once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ..scenario import Scenario
from ..scenario.strictyaml import Path
from ..text.names import name_words
from .finding import Finding, Placed, Weight
from .words import edits, lower_case_words

LONG = 7
"""Names this long may differ by two letters and still match, shorter ones by one."""
_SHORTEST = 4


def spelling(scenario: Scenario, lines: list[Placed]) -> Iterator[Finding]:
    """Capitalised words within a sentence that are one or two letters away from a name and occur only once."""
    texts = [*_texts(scenario), *((placed.path, placed.line.text) for placed in lines)]
    people = _people(scenario)
    counts = Counter(name for _, text in texts for name in name_words(text, everywhere=True))
    known = {name for name in people | _written(scenario) if name in people or counts[name] > 1}
    plain = lower_case_words(text for _, text in texts)
    for path, text in texts:
        for name in dict.fromkeys(name_words(text)):
            if counts[name] != 1 or name in known or name.lower() in plain or len(name) < _SHORTEST:
                continue
            meant = _nearest(name, known)
            if meant:
                yield Finding(path, f"{name!r} appears only once; did you mean {meant!r}?", Weight.ADVICE)


def _nearest(name: str, known: set[str]) -> str | None:
    found = []
    for other in sorted(known):
        if len(other) < _SHORTEST or name[0] != other[0]:  # the first letter is rarely mistyped; Bev is not Kev
            continue
        most = 1 if min(len(name), len(other)) < LONG else 2
        away = edits(name.lower(), other.lower(), most)
        # A plural, or a possessive without its apostrophe, is the same name.
        if away <= most and name.lower() not in (f"{other.lower()}s", f"{other.lower()}es"):
            found.append((away, other))
    return min(found)[1] if found else None


def _people(scenario: Scenario) -> set[str]:
    texts = (scenario.rep.name, scenario.manager.name, *scenario.aliases)
    return {name for text in texts for name in name_words(text, everywhere=True)}


def _written(scenario: Scenario) -> set[str]:
    """Capitalised words within the sentences of the brief, the card and the facts."""
    shown = [scenario.brief, scenario.scene, scenario.summary, *(fact.text for fact in scenario.facts)]
    cards = [f"x {value}" for value in scenario.crm.values()]  # so that a value doesn't start a sentence
    return {name for text in (*shown, *cards) for name in name_words(text)}


def _texts(scenario: Scenario) -> Iterator[tuple[Path, str]]:
    """Text about people outside the rep's lines."""
    for field in ("summary", "scene", "brief"):
        yield (field,), getattr(scenario, field)
    for label, value in scenario.crm.items():
        yield ("crm", label), f"x {value}"
    for field in ("style", "goals", "strengths"):
        value = getattr(scenario.rep, field)
        for i, text in enumerate((value,) if isinstance(value, str) else value):
            yield ("rep", field, *((i,) if not isinstance(value, str) else ())), text
    for i, fact in enumerate(scenario.facts):
        for field in ("topic", "text", "question"):
            yield ("facts", i, field), getattr(fact, field)
        for field in ("asks", "states"):
            for j, text in enumerate(getattr(fact, field)):
                yield ("facts", i, field, j), text
    for i, step in enumerate(scenario.steps):
        yield ("steps", i, "title"), step.title
        if step.afterwards:
            yield ("steps", i, "afterwards"), step.afterwards
        for j, text in enumerate(step.proposals):
            yield ("steps", i, "proposals", j), text
    for i, epilogue in enumerate(scenario.epilogues):
        yield ("epilogues", i, "text"), epilogue.text
        for j, part in enumerate(epilogue.parts):
            yield ("epilogues", i, "parts", j, "text"), part.text
