"""The example conversations with codes that nobody guessed: each was checked against the codebook, and a file keeps it.

The packaged reader isn't sure of every code. Where we show what coding means, no code may be wrong.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ..errors import TranscriptError
from ..scenario.library import bundled
from ..talk.codebook import Unit
from ..talk.transcript import Transcript, Turn

CHECKED_CALLS = ("karen-telling", "karen-coaching")
"""The calls that come with checked codes."""
CHECKED_CODES = "codes.json"
"""For each conversation the manager's units in order (turn, text, code, focus, flags) and the rep's own steps."""


@dataclass(frozen=True, slots=True)
class CheckedTalk:
    """A conversation with checked codes, and the next steps that the rep came up with, in the rep's words."""

    transcript: Transcript
    own_steps: tuple[str, ...]


def checked_talk(name: str, folder: Path | None = None) -> CheckedTalk:
    """The conversation `name` (a file's stem), bundled unless a `folder` is given, with its checked codes.

    Raises TranscriptError where the coded words aren't the conversation's.
    """
    folder = folder or bundled() / "knowledge" / "conversations"
    coded: dict[str, Any] = json.loads((folder / CHECKED_CODES).read_text(encoding="utf-8"))[name]
    said = Transcript.parse((folder / f"{name}.txt").read_text(encoding="utf-8"), name=name)
    turns = tuple(_checked(turn, [row for row in coded["units"] if row["turn"] == turn.index], name) for turn in said)
    for step in coded["own_steps"]:
        if turns[step["turn"]].is_manager or step["text"] not in turns[step["turn"]].text:
            raise TranscriptError(f"{CHECKED_CODES}: {name}, turn {step['turn']}: the rep doesn't say {step['text']!r}")
    return CheckedTalk(replace(said, turns=turns), tuple(step["text"] for step in coded["own_steps"]))


def _checked(turn: Turn, rows: list[dict[str, Any]], name: str) -> Turn:
    """The turn with its units. A manager's cover every word, and a rep's turn has none."""
    units: list[Unit] = []
    at = 0
    for row in rows:
        start = len(turn.text) - len(turn.text[at:].lstrip())
        at = start + len(row["text"])
        if turn.text[start:at] != row["text"]:
            raise TranscriptError(f"{CHECKED_CODES}: {name}, turn {turn.index}: {row['text']!r} isn't said next")
        units.append(Unit.from_json({**row, "start": start, "end": at}))
    if turn.is_manager != bool(units) or (units and turn.text[at:].strip()):
        raise TranscriptError(f"{CHECKED_CODES}: {name}, turn {turn.index}: not all words are coded")
    return replace(turn, units=tuple(units), reader="checked" if units else None)
