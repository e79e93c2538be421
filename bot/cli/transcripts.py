"""`askwell score` and `askwell code`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from ..errors import TranscriptError
from .output import lines_of, print_json, print_line, read_text


def score(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="JSON or plain 'Name: words' text; - for standard input.")
    ],
    manager: Annotated[
        str | None, typer.Option(metavar="NAME", help="Who the manager is; else the first to speak.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Score a transcript."""
    from ..scoring import score as score_transcript
    from ..transcript import Transcript

    card = score_transcript(Transcript.parse(read_text(file), manager, str(file)))
    if as_json:
        print_json({"scorecard": card.as_json()})
        return
    print(card.sentence + (f" ({card.score} of 100)" if card.score is not None else ""))
    for criterion in card.criteria:
        print(f"  {criterion.id:<15} {criterion.level:<11} {criterion.why}")
    for suggestion in card.feedback:
        print(f'Turn {suggestion.turn}: instead of "{suggestion.quote}" try: {suggestion.try_instead}')


def code(
    text: Annotated[str | None, typer.Argument(metavar="TEXT", help="A manager's turn.")] = None,
    jsonl: Annotated[
        Path | None, typer.Option(metavar="FILE", help='Lines of {"id"?, "text", "context"?}; - for standard input.')
    ] = None,
    context: Annotated[str, typer.Option(help="What the rep said just before.")] = "",
) -> None:
    """Code what a manager's words do: one JSON object a line."""
    if (text is None) == (jsonl is None):
        raise TranscriptError("give either a TEXT or --jsonl FILE")
    from ..engine import default_engine
    from ..transcript import clean_text

    if text is not None:
        for unit in default_engine().reader.read(clean_text(text), clean_text(context)):
            print_line(unit.as_json())
    elif jsonl is not None:
        _code_lines(jsonl)


def _code_lines(jsonl: Path) -> None:
    from ..engine import default_engine
    from ..transcript import clean_text

    rows = [_row(line, number, str(jsonl)) for number, line in lines_of(read_text(jsonl))]
    reader = default_engine().reader
    for row in rows:
        said = clean_text(row["text"])
        units = [unit.as_json() for unit in reader.read(said, clean_text(row.get("context") or ""))]
        print_line({**({"id": row["id"]} if "id" in row else {}), "text": said, "units": units})


def _row(line: str, number: int, name: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise TranscriptError(f"{name}:{number}:{error.colno}: not valid JSON: {error.msg}") from None
    except (RecursionError, ValueError):
        raise TranscriptError(f"{name}:{number}: not valid JSON: nested too deeply, or a number is too long") from None
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        raise TranscriptError(f"{name}:{number}: text: a line needs an object with 'text'")
    if not isinstance(row.get("context") or "", str):
        raise TranscriptError(f"{name}:{number}: context: is not text")
    return row
