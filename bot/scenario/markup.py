"""The lines of a scenario's plain files: what stands on each, and the tags of what the rep says."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ..errors import ScenarioError
from .schema import Form, Mood, PlanTag

_REFUSED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_TAGS = re.compile(r"\[([a-z0-9_, -]*)\][ \t]*")
_FORMS = frozenset(Form)
_MOODS = frozenset(Mood)
_PLANS = frozenset(PlanTag)
_NEEDS = "needs "
_MOST_PROBLEMS = 100
_MOST_LINES = 20_000
"""The longest bundled file has about 10,000."""


def read_lines(text: str, name: str, take: Callable[[str, int], None]) -> None:
    """Give `take` each line and its number, from 1, but for blank ones and comments (`# `).

    `take` raises ScenarioError for a line that is wrong. Raises ScenarioError with one `name:line:1: problem` per
    problem, at most a hundred, and for a file of more than 20,000 lines.
    """
    problems: list[str] = []
    refused = _REFUSED.search(text) is not None
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        try:
            if number > _MOST_LINES:
                raise ScenarioError(f"the file has more than {_MOST_LINES:,} lines; shorten it")
            if refused and _REFUSED.search(line):
                raise ScenarioError("control characters are not allowed")
            if (words := line.rstrip()) and words != "#" and not words.startswith("# "):
                take(words, number)
        except ScenarioError as error:
            problems.append(f"{name}:{number}:1: {error}")
            if len(problems) == _MOST_PROBLEMS or number > _MOST_LINES:
                break
    if problems:
        raise ScenarioError("\n".join(problems))


def rep_line(words: str, verbs: bool = False) -> Any:
    """What the rep says as plain data: the words, with the tags in square brackets before them.

    A tag is a form, a mood, `plan` or `promise`, or `needs` and a fact's id. With `verbs`, a mood comes first and the
    rest are verbs. An empty bracket says that a bracket after it is meant as words. Raises ScenarioError for a tag that
    is none of these.
    """
    tagged = _TAGS.match(words)
    if tagged is None:
        return words
    line: dict[str, Any] = {"text": words[tagged.end() :]}
    for place, tag in enumerate(filter(None, map(str.strip, tagged[1].split(",")))):
        if tag.startswith(_NEEDS):
            line.setdefault("needs", []).append(tag.removeprefix(_NEEDS).strip())
        elif tag in _MOODS and not (verbs and place):
            line["mood"] = tag
        elif verbs:
            line.setdefault("verbs", []).append(tag)
        elif tag in _FORMS:
            line["form"] = tag
        elif tag in _PLANS:
            line["plan"] = tag
        else:
            known = ", ".join([*Form, *Mood, *PlanTag])
            raise ScenarioError(f"the tag {tag!r} is not one of {known}, or 'needs' and a fact's id")
    return line
