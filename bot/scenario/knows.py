"""Reads `knows.md`: what a rep knows, entry by entry.

An entry is a heading `## id: about`, a few `name: value` lines, and lines that begin with a sign:

    ## priya-role: who Priya is
    level: open
    - Priya's their senior design engineer.
    - [when] She came over from the Dayton plant two springs ago.
    + She rang me about the drainage. That's how it started.
    ? who's Priya

`- ` is what the rep says, `+ ` what he adds when asked for more, `~ ` what he lets slip before he is ready, `? ` how a
manager asks. Tags in square brackets give a line's form and mood, and whether he names a next step of his own in it.
Nothing else is markup.
"""

from __future__ import annotations

import re
from functools import lru_cache, partial
from importlib import resources
from typing import Any

from ..errors import ScenarioError
from .markup import read_lines, rep_line
from .schema import Entry
from .strictyaml import Path, Position, shortened

_HEADING = re.compile(r"## ([a-z0-9][a-z0-9_-]{0,63}): (\S.*)")
_FIELD = re.compile(r"(level|fact|step|after|once|until|variants):[ \t]*(.*)")
_SIGNS = {"-": "says", "+": "more", "~": "hints", "?": "asked"}
_LISTS = ("after", "once", "until", "variants")


def parse_knows(text: str, name: str) -> tuple[list[dict[str, Any]], dict[Path, Position]]:
    """The entries of a file as plain data, and the (line, column) of every path below `entries`.

    Raises ScenarioError with one `name:line:1: problem` per problem, at most a hundred.
    """
    entries: list[dict[str, Any]] = []
    positions: dict[Path, Position] = {("entries",): (1, 1)}
    read_lines(text, name, partial(_take, entries, positions))
    return entries, positions


@lru_cache(maxsize=1)
def talk_entries() -> tuple[Entry, ...]:
    """What every rep can say about the talk itself: apologies, thanks, offers and so on. By default in these words."""
    text = resources.files("bot").joinpath("data", "talk.md").read_text(encoding="utf-8")
    return tuple(map(Entry.model_validate, parse_knows(text, "talk.md")[0]))


def with_talk(own: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """A scenario's entries, then those about the talk. Where it words one itself, the default wordings come after."""
    by_id = {entry.id: entry for entry in talk_entries()}
    return (*(_over(entry, by_id.pop(entry.id, None)) for entry in own), *by_id.values())


def _over(entry: Entry, default: Entry | None) -> Entry:
    if default is None:
        return entry
    asked, more = (*default.asked, *entry.asked), (*entry.more, *default.says)
    return entry.model_copy(update={"asked": asked, "more": more})


def _take(entries: list[dict[str, Any]], positions: dict[Path, Position], line: str, number: int) -> None:
    """Add one line to the entries. Raises ScenarioError with what is wrong with it."""
    if line.startswith("#"):
        heading = _HEADING.fullmatch(line)
        if heading is None:
            raise ScenarioError(
                "a heading must read '## id: what it is about', with an id of lower-case letters, digits and hyphens"
            )
        entries.append({"id": heading[1], "about": heading[2]})
        positions["entries", len(entries) - 1] = (number, 1)
        return
    if not entries:
        raise ScenarioError("write a heading '## id: what it is about' first")
    entry, path = entries[-1], ("entries", len(entries) - 1)
    key = _SIGNS.get(line[0], "") if line[1:2] == " " else ""
    if not key and (field := _FIELD.fullmatch(line)):
        key, value = field[1], field[2].strip()
        if key in entry:
            raise ScenarioError(f"{key} appears twice in this entry")
        entry[key] = [part.strip() for part in value.split(",")] if key in _LISTS else value
        positions[*path, key] = (number, 1)
        return
    if not key:
        raise ScenarioError(
            f"{shortened(line)!r} is not understood; a line begins with '- ', '+ ', '~ ' or '? ', or names a field"
        )
    words = line[2:].strip()
    held: list[Any] = entry.setdefault(key, [])
    positions.setdefault((*path, key), (number, 1))
    positions[*path, key, len(held)] = (number, 1)
    held.append(words if key == "asked" else rep_line(words))
