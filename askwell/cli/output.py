"""Prints JSON for programs and plain text for people, and reads input files."""

from __future__ import annotations

import json
import sys
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from bot.errors import TranscriptError

if TYPE_CHECKING:
    from bot.scoring.moments import Highlights
    from bot.talk.transcript import Transcript, Turn
    from bot.writeup.cited import Made
    from bot.writeup.judge import Dimension
    from bot.writeup.write import WriteUp


def print_json(data: Any) -> None:
    """Print one JSON document, keys in documented order, non-ASCII characters unescaped."""
    print(json.dumps(data, ensure_ascii=False, indent=2))


def print_line(data: Any) -> None:
    """Print one JSON object on one line."""
    print(json.dumps(data, ensure_ascii=False))


def read_bytes(path: Path, most: int | None = None) -> bytes:
    """The bytes of a file, or of standard input for `-`, but no more than one above `most`.

    Raises TranscriptError with the file's name.
    """
    limit = -1 if most is None else most + 1
    try:
        if str(path) == "-":
            return sys.stdin.buffer.read(limit)
        with path.open("rb") as file:
            return file.read(limit)
    except FileNotFoundError:
        raise TranscriptError(f"{path}: no such file") from None
    except IsADirectoryError:
        raise TranscriptError(f"{path}: this is a directory; give one file") from None
    except OSError as error:
        raise TranscriptError(f"{path}: can't be read: {error.strerror}") from None


def read_text(path: Path) -> str:
    """The text of a UTF-8 file, or of standard input for `-`. Raises TranscriptError with the file's name."""
    data = read_bytes(path)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TranscriptError(f"{path}: not UTF-8 text (byte {error.start})") from None
    if "\x00" in text:
        raise TranscriptError(f"{path}: not text: it contains a zero byte")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def lines_of(text: str) -> list[tuple[int, str]]:
    """(line number from 1, line) of every non-blank line. Only a line feed ends a line."""
    # str.splitlines also splits at U+2028 and the like, which a JSON line or a turn may contain.
    return [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]


def local_time(at: datetime, zone: tzinfo | None = None) -> str:
    """When something was, to the minute, in a time zone (default: this machine's) that stands beside it."""
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M %Z")


def print_stand_in(turn: Turn) -> None:
    """Under a reply, say why a scripted line stood in for the model's words, if one did. Dim in a terminal."""
    if turn.said is not None and turn.said.note:
        typer.secho(f"  (scripted line: {turn.said.note})", dim=True)


def print_highlights(found: Highlights, transcript: Transcript) -> None:
    """Print a debrief's sentence and reasons, then what worked and what to do differently, with their words."""
    print("\n".join((found.headline, *found.reasons)))
    for title, moment in (("What worked", found.worked), ("What to do differently", found.turning)):
        if moment is None:
            continue
        print(f'\n{title}\n  {transcript.manager}: "{_one_line(moment.quote)}"')
        if moment.reply_quote:
            print(f'  {transcript.rep}: "{_one_line(moment.reply_quote)}"')
        print(f"  {moment.effect}")
        if moment.instead:
            print(f"  You could ask: {moment.instead}")
        if moment.why:
            print(f"  {moment.why}")
    print()


def still_draft(scenario_id: str) -> str:
    """Why a scenario gets no badge yet, and what to do."""
    return f"{scenario_id} is still a draft: read its draft.md, mend the files, then delete draft.md"


def print_write_up(written: WriteUp) -> None:
    """Print what a model wrote about a conversation: the narrative, what to ask instead, the plan, its ratings."""
    told, plan = written.narrative, written.narrative.plan
    print(f"\nWritten by {_by(told.made)}")
    for paragraph in told.paragraphs:
        print()
        for claim in paragraph:
            print(claim.said)
            print(f'    turn {claim.turn}: "{_one_line(claim.quote)}"; {claim.about} {_figure(claim.value)}')
    if told.rewrites:
        print("\nAsk this instead")
    for rewrite in told.rewrites:
        print(f'  turn {rewrite.turn}: instead of "{_one_line(rewrite.quote)}" ask: {rewrite.question}')
    parts = [
        ("open", [plan.opening]),
        ("ask", plan.questions),
        ("listen for", plan.listen_for),
        ("close", [plan.close]),
    ]
    if any(any(said) for _, said in parts):
        print("\nA plan for the real conversation")
    for name, said in parts:
        for words in filter(None, said):
            print(f"  {name:<11} {words}")
    if told.left_out:
        print()
    for line in told.left_out:
        print(f"({line})")
    print(f"\nA model's opinion, not part of the score, by {_by(written.judgement.made)}")
    for dimension in written.judgement.dimensions:
        print(f"  {dimension.id:<11} {_rated(dimension)}")


def _by(made: Made) -> str:
    return f"{made.model}, prompt {made.prompt} {made.version}"


def _rated(dimension: Dimension) -> str:
    run = dimension.typical
    if run is None:
        return f"not scored: {dimension.not_scored}"
    runs = f"{len(dimension.runs)} of {dimension.times} runs, spread {dimension.spread}"
    return f'{dimension.median:g} of 5 ({runs})  {run.reason} Turn {run.turn}: "{_one_line(run.quote)}"'


def _figure(value: float | int | None) -> str:
    return "not scored" if value is None else f"{value:g}"


def _one_line(words: str) -> str:
    return " ".join(words.split())
