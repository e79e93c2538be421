"""Reads `voice.md`: what a rep says beside what he knows, act by act.

    ## comply
    - All right, I'll do that.
    - [call, ring, phone] All right, I'll give them a call.

    ## nod
    - [guarded] I see.

A heading names an act, and each line is one reply. A bracket before the words holds the mood, `guarded` or `open`, and
in `comply` and `on_my_list` the verbs that the reply answers.
"""

from __future__ import annotations

import re
from functools import lru_cache, partial
from importlib import resources
from typing import Any

from pydantic import TypeAdapter

from ..errors import ScenarioError
from .markup import read_lines, rep_line
from .schema import Lines, Replies
from .strictyaml import Path, Position, shortened

ANSWERS_VERBS = ("comply", "on_my_list")
"""The acts whose lines name the verbs that they answer."""

_HEADING = re.compile(r"## ([a-z0-9][a-z0-9_]*)")


def parse_voice(text: str, name: str) -> tuple[dict[str, list[Any]], dict[Path, Position]]:
    """The replies of a file as plain data by act, and the (line, column) of every path below `replies`.

    Raises ScenarioError with one `name:line:1: problem` per problem, at most a hundred.
    """
    replies: dict[str, list[Any]] = {}
    positions: dict[Path, Position] = {("replies",): (1, 1)}
    read_lines(text, name, partial(_take, replies, positions))
    return replies, positions


@lru_cache(maxsize=1)
def default_voice() -> dict[str, list[Any]]:
    """What a rep says where the scenario has no words for an act, as plain data. Nothing in it answers a question."""
    text = resources.files("bot").joinpath("data", "voice.md").read_text(encoding="utf-8")
    return parse_voice(text, "voice.md")[0]


@lru_cache(maxsize=1)
def default_replies() -> dict[str, Lines]:
    """The default voice as lines by act."""
    return TypeAdapter(Replies).validate_python(default_voice())


def _take(replies: dict[str, list[Any]], positions: dict[Path, Position], line: str, number: int) -> None:
    """Add one line to the replies. Raises ScenarioError with what is wrong with it."""
    if line.startswith("#"):
        heading = _HEADING.fullmatch(line)
        if heading is None:
            raise ScenarioError("a heading must read '## act', such as '## nod'")
        if heading[1] in replies:
            raise ScenarioError(f"{heading[1]} appears twice; write its lines under one heading")
        replies[heading[1]] = []
        positions["replies", heading[1]] = (number, 1)
        return
    if not replies:
        raise ScenarioError("write a heading '## act' first, such as '## nod'")
    if not line.startswith("- "):
        raise ScenarioError(f"{shortened(line)!r} is not understood; a line begins with '- '")
    act, held = list(replies.items())[-1]
    positions["replies", act, len(held)] = (number, 1)
    held.append(rep_line(line[2:].strip(), act in ANSWERS_VERBS))
