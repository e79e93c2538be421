"""Scripts of manager turns, played line by line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.errors import TranscriptError

from .commands import Command, command_in
from .output import lines_of

if TYPE_CHECKING:
    from bot.practice import Practice


@dataclass(frozen=True, slots=True)
class Script:
    """What to say, in order, with hints to ask for between. `quits` is the line of a `/quit`, 0 without one."""

    steps: tuple[str | Command, ...]
    quits: int = 0


def read_script(text: str, name: str) -> Script:
    """One manager turn or command per line, all checked before anything runs. Raises TranscriptError with the line.

    Passes over blank lines and notes, which begin with `# `. What follows `/end` or `/quit` isn't read.
    """
    from bot.talk.transcript import check_words

    steps: list[str | Command] = []
    quits = 0
    for number, line in lines_of(text):
        typed = line.strip()
        if typed == "#" or typed.startswith("# "):
            continue
        try:
            command = command_in(typed)
        except TranscriptError as error:
            raise TranscriptError(f"{name}:{number}: {error}") from None
        if command in (Command.END, Command.QUIT):
            quits = number if command is Command.QUIT else 0
            break
        steps.append(command or check_words(typed, f"{name}:{number}"))
    if all(step is Command.NUDGE for step in steps):
        raise TranscriptError(f"{name}:1: the script is empty; write one manager turn per line")
    return Script(tuple(steps), quits)


def run_script(started: Practice, script: Script) -> list[tuple[int, str]]:
    """Say each turn and let the rep answer. Returns each hint that was asked for, with the turn that it came before."""
    hints: list[tuple[int, str]] = []
    for step in script.steps:
        if step is Command.NUDGE:
            hints.append((len(started.transcript.turns), started.hint()))
            continue
        started.say(step)
        for _ in started.reply():
            pass
    return hints
