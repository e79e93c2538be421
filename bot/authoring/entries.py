"""Checks of what the rep says: names nobody explains, lines without their person, stock lines, text that was cut."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ..scenario import Scenario
from ..scenario.knows import talk_entries
from ..text.names import name_words
from .finding import Finding, Placed, Weight

_LEFT_IN = re.compile(r"\$[a-z_]\w*|\{\w+\}|\bTODO\b|\bTBD\b|\bXXX\b|\blorem ipsum\b", re.IGNORECASE)
_STOCK = re.compile(
    r"\s*(?:something like that|you have it|more or less|it depends|that's about it|i suppose so|as i said|could be|"
    r"who knows|hard to say)\W*",
    re.IGNORECASE,
)
_PERSONLESS = re.compile(r"(?:he|she|him|her|his|hers)\b", re.IGNORECASE)
_ENDS = re.compile(r"[.!?…:;\"'”’)]$")


def said_well(scenario: Scenario, lines: list[Placed]) -> Iterator[Finding]:
    """Everything that a listener would stumble over in the rep's lines."""
    yield from _unexplained(scenario, lines)
    before: Placed | None = None
    for placed in lines:
        text = placed.line.text
        if found := _LEFT_IN.search(text):
            yield Finding(placed.path, f"{found.group()!r} is left in; write what the rep says")
        if placed.pool.endswith("/says") and _PERSONLESS.match(text):
            said = f"begins with {text.split()[0]!r}, but nobody has been named; name the person"
            yield Finding(placed.path, said, Weight.ADVICE)
        if placed.pool.startswith("entry/") and _STOCK.fullmatch(text):
            yield Finding(placed.path, "would answer anything, so it answers nothing; say what this is about")
        if before is not None and before.pool == placed.pool and _continues(before.line.text, text):
            said = "looks like the second half of the line before it; put the whole line in quotes"
            yield Finding(placed.path, said, Weight.ADVICE)
        before = placed


def _continues(before: str, text: str) -> bool:
    return text[:1].islower() and not _ENDS.search(before)


def _unexplained(scenario: Scenario, lines: list[Placed]) -> Iterator[Finding]:
    """Each name that the rep may say and no entry is about or answers, once."""
    own = {entry.id for entry in talk_entries()}
    if all(entry.id in own for entry in scenario.entries):
        return  # nothing is explained yet, and knows.md is the author's next step
    known = {scenario.rep.name, scenario.manager.name, *scenario.aliases}
    explained = " ".join(
        " ".join((entry.about, *entry.asked)) for entry in scenario.entries if entry.id not in own
    ).lower()
    first: Mapping[str, Placed] = {
        name: placed for placed in reversed(lines) for name in reversed(name_words(placed.line.text))
    }
    for name, placed in first.items():
        if name.lower() not in explained and not any(name in alias for alias in known):
            said = f"names {name}, and nothing in knows.md says who or what that is; add an entry"
            yield Finding(placed.path, said, Weight.ADVICE)
