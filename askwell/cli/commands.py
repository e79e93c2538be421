"""What a manager may type instead of words: `/nudge`, `/end`, `/quit`."""

from __future__ import annotations

import re
from enum import StrEnum

from bot.errors import TranscriptError


class Command(StrEnum):
    """A line that isn't said to the rep."""

    NUDGE = "/nudge"
    END = "/end"
    QUIT = "/quit"


EXPLAINED = "/nudge for a hint, /end for the debrief, /quit to stop and resume later"
_MEANT = {"/hint": Command.NUDGE, "/exit": Command.QUIT, "/bye": Command.QUIT, "/debrief": Command.END}
_LOOKS_LIKE_ONE = re.compile(r"/[A-Za-z?!][\w-]*(?:\s.*)?|/")


def command_in(line: str) -> Command | None:
    """The command that a typed line is, or None for words to say. More than one line is always words.

    Raises TranscriptError for what looks like a command and is none: a slip must not be said to the rep.
    """
    typed = line.strip()
    if "\n" in typed:
        return None
    known = {**{str(one): one for one in Command}, **_MEANT}
    if typed.lower() in known:
        return known[typed.lower()]
    if _LOOKS_LIKE_ONE.fullmatch(typed):
        word = typed.split()[0]
        if word.lower() in known:
            raise TranscriptError(f"{word} takes nothing after it; type {word} alone")
        raise TranscriptError(f"{word} is not a command; type {EXPLAINED}. To say it, don't begin with a slash")
    return None
