"""Says in plain words what is wrong in a YAML file, where its author can mend it.

libyaml and its Python twin name the same mistakes in different words, and often a line late. Here both say the same,
at the place where the mistake is; and characters that look right but aren't, as Word pastes them, are named.
"""

from __future__ import annotations

import re
from typing import Any

_SPACES = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
"""Spaces that YAML doesn't take for any."""
_QUOTES = "“”„«»‘’‚"
_OPENING = ("“", "„", "«", "‘")
_SPACE_SLIP = re.compile(rf"^[ ]*(?:- +)*(-?)([{_SPACES}])|^[^'\"#:{_SPACES}]*[^\s:]:([{_SPACES}])")
_QUOTE_SLIP = re.compile(rf"^(?:[ ]*- )*[ ]*(?:[^\s:#'\"][^:#'\"]*: +)?([{_QUOTES}])")
_KEY_SLIP = re.compile(rf"^[{_SPACES}]|:[{_SPACES}]")

_NEAR = 40
"""How many lines back from where the parser stopped to look for a slip."""

Problem = tuple[int, int, str]
"""Line and column from 1, and what to do."""

_NO_FIELD = "a line needs 'field: value' here, with a space after the colon"
_PLAIN = (
    ("could not find expected ':'", _NO_FIELD, True),
    ("mapping values are not allowed", "a second ': ' in one value, or a wrong indent; put the text in quotes", False),
    ("found unexpected end of stream", "the quotation mark that opens here is never closed", True),
    ("',' or ']'", "the [ that opens here isn't closed, or lacks a comma; text with commas needs quotes", True),
    ("',' or '}'", "the { that opens here isn't closed, or lacks a comma; text with commas needs quotes", True),
    ("node content", "a value is missing here, or a bracket above isn't closed", False),
    ("unknown escape", "a \\ in double quotes has a meaning of its own; use single quotes", True),
    ("expected <block end>", "this doesn't belong here; check the indent, and quotes that end before the text", False),
    (
        "did not find expected key",
        "this doesn't belong here; check the indent, and quotes that end before the text",
        False,
    ),
    ("'-' indicator", "this doesn't belong here; check the indent, and quotes that end before the text", False),
)
"""A part of what either parser says, what we say, and whether the mistake is where the parser began to read."""


def yaml_problem(error: Any, text: str) -> Problem:
    """What a marked error of either parser means, and where."""
    problem = str(error.problem or error.context)
    found, began = error.problem_mark or error.context_mark, error.context_mark or error.problem_mark
    if found is None:
        return 1, 1, f"not valid YAML: {problem}"
    lines = text.split("\n")
    slipped = _slip_before(lines, found.line)
    if slipped is not None:
        return slipped
    if "cannot start any token" in problem:
        return found.line + 1, found.column + 1, _cannot_begin(lines[found.line][found.column : found.column + 1])
    if "block scalar" in str(error.context):
        return found.line + 1, found.column + 1, "not valid YAML: | and > end their line; the text goes below, indented"
    if "mapping values are not allowed" in problem and (fieldless := _fieldless_before(lines, found.line)):
        return *fieldless, f"not valid YAML: {_NO_FIELD}"
    for part, said, at_start in _PLAIN:
        if part in problem:
            mark = began if at_start else found
            return mark.line + 1, mark.column + 1, f"not valid YAML: {said}"
    return found.line + 1, found.column + 1, f"not valid YAML: {problem}"


def key_problem(key: str) -> str | None:
    """What is wrong with a key that has swallowed a space or quotation mark of Word's; None if nothing is."""
    found = _KEY_SLIP.search(key)
    if found is not None:
        return _about_space(found[0][-1])
    return _about_quote(key[0]) if key[:1] in _OPENING else None


def _slip_before(lines: list[str], last: int) -> Problem | None:
    """The nearest line, at or before the one where the parser stopped, with a character that only looks right."""
    for number in range(min(last, len(lines) - 1), max(-1, last - _NEAR), -1):
        space = _SPACE_SLIP.match(lines[number])
        if space:
            column = (space.start(2) if space[2] else space.start(3)) + 1
            return number + 1, column, _about_space(space[2] or space[3])
        quote = _QUOTE_SLIP.match(lines[number]) if number == last else None
        if quote:
            return number + 1, quote.start(1) + 1, _about_quote(quote[1])
    return None


def _fieldless_before(lines: list[str], number: int) -> tuple[int, int] | None:
    """The place of the line before, if it is level with this one and no field: both were read as one long key."""
    indent = len(lines[number]) - len(lines[number].lstrip(" "))
    before = next((at for at in range(number - 1, -1, -1) if lines[at].strip()), None)
    if before is None or len(lines[before]) - len(lines[before].lstrip(" ")) != indent:
        return None
    return None if re.search(r":(?:\s|$)|^\s*#", lines[before]) else (before + 1, indent + 1)


def _about_space(space: str) -> str:
    name = "a non-breaking space" if space in "\u00a0\u202f" else f"a space of another kind (U+{ord(space):04X})"
    return f"not valid YAML: {name}, as Word and web pages write it; type an ordinary space instead"


def _about_quote(quote: str) -> str:
    return f"not valid YAML: {quote} is not a quotation mark in YAML; put the text in straight quotes: \"...\" or '...'"


def _cannot_begin(char: str) -> str:
    if char == "\t":
        return "not valid YAML: a tab can't indent a line; use spaces"
    return f"not valid YAML: a value can't begin with {char!r}; put it in quotes"
