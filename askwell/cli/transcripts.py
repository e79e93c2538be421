"""`askwell score` and `askwell code`."""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.errors import TranscriptError

from .output import lines_of, print_json, print_line, print_write_up, read_bytes, read_text

if TYPE_CHECKING:
    from bot.reader import Reader
    from bot.scoring.scorecard import Scorecard
    from bot.talk.transcript import Transcript
    from bot.writeup.write import WriteUp


def score(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="A transcript from any common tool (see docs/calls.md); - for stdin."),
    ],
    manager: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="The manager's name. Default: who speaks first.")
    ] = None,
    rep: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="The rep's name. Repeat it for a second label.")
    ] = None,
    ignore: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Someone whose words don't count. Repeat as needed.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
    coach: Annotated[bool, typer.Option("--coach", help="Add a write-up and ratings by the configured model.")] = False,
) -> None:
    """Score a transcript of a real conversation, as its tool exported it."""
    from bot.calls import read_call

    call = read_call(_call_bytes(file), str(file))
    roles = call.roles(manager or (), rep or (), ignore or ())
    transcript = call.transcript(manager or (), rep or (), ignore or ())

    from bot.engine import default_engine  # slow to load, so only for a file that we can read
    from bot.reader.fallback import FallbackReader
    from bot.scoring.score import coded
    from bot.scoring.score import score as score_transcript

    engine = default_engine()
    transcript = replace(transcript, turns=coded(transcript, engine.reader))
    card = score_transcript(transcript)
    written = _written_up(transcript, card, engine.packaged().reader) if coach else None
    if as_json:
        speakers = {"manager": transcript.manager, "rep": transcript.rep, "why": roles.why}
        print_json(
            {
                "scorecard": card.as_json(),
                "speakers": speakers,
                "remarks": list(call.remarks),
                **({"coach": written.as_json()} if written else {}),
            }
        )
        return
    guessed = f' The other way round? Add --manager "{transcript.rep}".' if roles.why == "speaks first" else ""
    print(f"{roles.sentence}{guessed}")
    for remark in call.remarks:
        print(f"Note: {remark}")
    _print_card(card)
    if isinstance(engine.reader, FallbackReader) and engine.reader.problem:
        print(f"The model could not read the last turn: {engine.reader.problem}", file=sys.stderr)
    for suggestion in card.feedback:
        print(f'Turn {suggestion.turn}: instead of "{suggestion.quote}" try: {suggestion.try_instead}')
    if written:
        print_write_up(written)


def _call_bytes(file: Path) -> bytes:
    """The bytes of a call's file. Refuses a large one by its size, before reading it."""
    from bot.calls.read import MOST_CALL_BYTES, too_large

    size = file.stat().st_size if file.is_file() else 0
    if problem := too_large(str(file), size):
        raise problem
    return read_bytes(file, MOST_CALL_BYTES)


def _print_card(card: Scorecard) -> None:
    print(card.sentence + (f" ({card.score} of 100)" if card.score is not None else ""))
    for criterion in card.criteria:
        print(f"  {criterion.id:<15} {criterion.level:<11} {criterion.why}")
    print(f"Coded by {card.coded_by}." if card.coded_by else "Nothing to code.")


def _written_up(transcript: Transcript, card: Scorecard, reader: Reader) -> WriteUp:
    from bot.writeup.narrative import Scored
    from bot.writeup.write import write_up

    return write_up(Scored(transcript, card), reader)


def code(
    text: Annotated[str | None, typer.Argument(metavar="TEXT", help="A manager's turn.")] = None,
    jsonl: Annotated[
        Path | None, typer.Option(metavar="FILE", help='Lines of {"id"?, "text", "context"?}; - for standard input.')
    ] = None,
    context: Annotated[str, typer.Option(help="What the rep said just before.")] = "",
    compare: Annotated[bool, typer.Option("--compare", help="Compare with the configured model's codes.")] = False,
) -> None:
    """Code each unit of a manager's words. Prints one JSON object per line."""
    if (text is None) == (jsonl is None):
        raise TranscriptError("give either a TEXT or --jsonl FILE")
    rows = [{"text": text, "context": context}] if jsonl is None else _rows(jsonl)
    if compare:
        _compare(rows)
        return
    from bot.engine import default_engine

    reader = default_engine().packaged().reader
    for row in rows:
        said, before = _said(row)
        units = [unit.as_json() for unit in reader.read(said, before)]
        if jsonl is None:
            for unit in units:
                print_line(unit)
        else:
            print_line({**_id(row), "text": said, "units": units})


def _compare(rows: list[dict[str, Any]]) -> None:
    """Print each line with both codings, and their agreement on standard error."""
    from bot.engine import default_engine, model_reader

    ours, other = default_engine().packaged().reader, model_reader()
    differing: Counter[tuple[str, str]] = Counter()
    agreed = total = 0
    for row in rows:
        said, before = _said(row)
        units, model_units = ours.read(said, before), other.read(said, before)
        pairs = list(zip(units, model_units, strict=True))  # both use the same splitter
        differs = [number for number, (a, b) in enumerate(pairs) if a.code is not b.code]
        agreed, total = agreed + len(pairs) - len(differs), total + len(pairs)
        differing.update((str(pairs[number][0].code), str(pairs[number][1].code)) for number in differs)
        print_line(
            {
                **_id(row),
                "text": said,
                "units": [unit.as_json() for unit in units],
                "model_units": [unit.as_json() for unit in model_units],
                "differs": differs,
            }
        )
    print(f"{ours.id} and {other.id} agree on {agreed} of {total} units", file=sys.stderr)
    for (a, b), count in differing.most_common(10):
        print(f"  {a} against {b}: {count}", file=sys.stderr)


def _rows(jsonl: Path) -> list[dict[str, Any]]:
    return [_row(line, number, str(jsonl)) for number, line in lines_of(read_text(jsonl))]


def _said(row: dict[str, Any]) -> tuple[str, str]:
    from bot.talk.transcript import clean_text

    return clean_text(row["text"]), clean_text(row.get("context") or "")


def _id(row: dict[str, Any]) -> dict[str, Any]:
    return {"id": row["id"]} if "id" in row else {}


def _row(line: str, number: int, name: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise TranscriptError(f"{name}:{number}:{error.colno}: not valid JSON: {error.msg}") from None
    except (RecursionError, ValueError):
        raise TranscriptError(f"{name}:{number}: not valid JSON: nested too deeply, or a number too long") from None
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        raise TranscriptError(f"{name}:{number}: text: each line must be an object with 'text'")
    if not isinstance(row.get("context") or "", str):
        raise TranscriptError(f"{name}:{number}: context: must be text")
    return row
