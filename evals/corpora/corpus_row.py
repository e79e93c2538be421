"""Scores one conversation of a corpus: a pure function from an input row to an output line."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from bot.calls import Call
from bot.calls.read import call_of_text, call_of_turns
from bot.engine import fallback_reader
from bot.errors import AskwellError, TranscriptError
from bot.reader import EncoderReader, Reader, RulesReader, default_reader
from bot.scoring.score import RUBRIC, coded, judged
from bot.scoring.scorecard import Scorecard
from bot.settings import settings
from bot.talk.transcript import Transcript, clean_text

from .corpus_in import MOST_LINE_BYTES, TOO_LONG, CallRow

READERS = ("linear", "rules", "model")
MOST_ID = 200
"""Maximum characters of an id."""
_NAME = "row"
_REASONS = tuple(
    (re.compile(sign), reason)
    for sign, reason in (
        (r"not valid JSON", "not valid JSON"),
        (r"turns: must be a list of turns", "no list of turns, and no text"),
        (r"no one speaks; each|no (entry|row) says who speaks", "a turn without speaker or text"),
        (r"no list of turns", "no list of turns, and no text"),
        (r".* looks like a speaker we can't read", "a speaker's name that can't be read"),
        (r"the captions don't say who speaks", "words without a speaker"),
        (r"needs a column with the speaker", "no columns of speaker and text"),
        (r"no speaker; write", "words without a speaker"),
        (r"no one speaks; write", "no one speaks"),
        (r"only .* speaks; a conversation needs", "only one person speaks"),
        (r"\d+ people speak \(", "more than two people speak"),
        (r".* doesn't speak; choose", "the named manager doesn't speak"),
    )
)
"""Patterns of transcript errors, and the reason to count: one per kind, without words of the conversation."""


@dataclass(frozen=True, slots=True)
class How:
    """How to score rows: the reader's name, the manager (default: the first speaker), and whether to quote."""

    reader: str = "linear"
    manager: str | None = None
    quotes: bool = False


class _Unscored(Exception):
    """A row that can't be scored, with the reason."""


def score_chunk(rows: Sequence[CallRow], how: How) -> list[str]:
    """The JSON lines of some rows, in order. Units are embedded together, which doesn't change the results."""
    return [json.dumps(line, ensure_ascii=False) for line in _scored(rows, how)]


@lru_cache(maxsize=3)
def reader_of(name: str) -> Reader:
    """The reader with this name, made once per process.

    Raises AskwellError for an unknown name, and ModelError for `model` where none is configured.
    """
    if name not in READERS:
        raise AskwellError(f"--reader: there is no reader {name!r}; choose one of {', '.join(READERS)}")
    if name == "model":
        return fallback_reader(settings())
    return RulesReader() if name == "rules" else default_reader()


def _scored(rows: Sequence[CallRow], how: How) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = []
    ready: dict[int, Transcript] = {}
    passed: dict[int, int] = {}
    for place, row in enumerate(rows):
        lines.append({"id": None, "source": clean_text(row.source) if isinstance(row.source, str) else row.source})
        try:
            found, content, form = _opened(row)
            lines[place]["id"] = _id(found)
            call = _call(content, form)
            ready[place], passed[place] = _transcript(call, how.manager), call.passed_over
        except _Unscored as reason:
            lines[place]["error"] = str(reason)
    for place, transcript in zip(ready, _coded(list(ready.values()), reader_of(how.reader)), strict=True):
        lines[place]["scorecard"] = as_row(judged(transcript.turns, cited=how.quotes), how.quotes)
        if passed[place]:
            lines[place]["passed_over"] = passed[place]
    return lines


def as_row(card: Scorecard, quotes: bool) -> dict[str, Any]:
    """A scorecard without feedback. Without quotes, it contains no words of the conversation."""
    told = card.as_json()
    criteria = [
        {key: value for key, value in criterion.items() if quotes or key != "evidence"}
        for criterion in told["criteria"]
    ]
    return {
        "measures": told["measures"],
        "criteria": criteria,
        "overall": told["overall"],
        "provenance": told["provenance"],
    }


def row_provenance(how: How) -> dict[str, str]:
    """The inputs that another run must share to give the same lines."""
    return {"reader": reader_of(how.reader).id, "rubric": RUBRIC}


def _coded(transcripts: list[Transcript], reader: Reader) -> list[Transcript]:
    """The transcripts with their manager turns coded; all together for the linear reader."""
    if not isinstance(reader, EncoderReader):
        return [replace(transcript, turns=coded(transcript, reader)) for transcript in transcripts]
    asked = [pair for transcript in transcripts for pair in _manager_turns(transcript)]
    read = iter(reader.read_all(asked))
    return [
        replace(
            transcript,
            turns=tuple(
                replace(turn, units=next(read), reader=reader.id) if turn.is_manager else turn for turn in transcript
            ),
        )
        for transcript in transcripts
    ]


def _manager_turns(transcript: Transcript) -> list[tuple[str, str]]:
    """Every manager turn with the rep's turn before it."""
    pairs, context = [], ""
    for turn in transcript:
        if turn.is_manager:
            pairs.append((turn.text, context))
        else:
            context = turn.text
    return pairs


def _opened(row: CallRow) -> tuple[Any, Any, str]:
    """The id, the content and its form, `turns` or `text`. Raises _Unscored."""
    if row.form == "unread":
        raise _Unscored(row.content)
    if row.form not in ("file", "line"):
        return row.id, row.content, row.form
    try:
        text = row.content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _Unscored("not UTF-8 text") from None
    if "\x00" in text:
        raise _Unscored("not text: it contains a zero byte")
    if row.form == "file":
        return row.id, text.replace("\r\n", "\n").replace("\r", "\n"), "text"
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise _Unscored("not valid JSON") from None
    if not isinstance(data, dict):
        raise _Unscored("a line that isn't an object")
    form = "turns" if "turns" in data else "text"
    return data.get("id"), data.get(form), form


def _id(found: Any) -> str | int | None:
    if found is None or (isinstance(found, int) and not isinstance(found, bool)):
        return found
    if not isinstance(found, str) or len(found) > MOST_ID:
        raise _Unscored(f"an id that isn't a whole number or text of at most {MOST_ID} characters")
    return clean_text(found)


def _call(content: Any, form: str) -> Call:
    try:
        if form == "turns":
            return call_of_turns(content, _NAME)
        if not isinstance(content, str):
            raise _Unscored("no list of turns, and no text")
        return call_of_text(content, _NAME)
    except TranscriptError as error:
        raise _Unscored(reason_of(str(error))) from None


def _transcript(call: Call, manager: str | None) -> Transcript:
    try:
        found = call.transcript((manager,) if manager else ())
    except TranscriptError as error:
        raise _Unscored(reason_of(str(error))) from None
    if sum(len(turn.text) for turn in found) > MOST_LINE_BYTES:
        raise _Unscored(TOO_LONG)
    return found


def reason_of(problem: str) -> str:
    """The reason to count for an error of bot.calls, without the names in it."""
    said = problem.partition(": ")[2]
    return next((reason for sign, reason in _REASONS if sign.match(said)), "can't be read")
