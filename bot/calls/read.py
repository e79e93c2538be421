"""Reads the file of a call, whatever tool wrote it: by what is in it first, and by its suffix where that says more."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import PurePath
from typing import Any

from ..errors import TranscriptError
from .call import Call
from .captions import caption_format, read_captions
from .decoding import text_of
from .exports import looks_like_json, read_entries, read_json
from .plain import read_plain
from .tables import looks_like_table, read_csv, read_workbook
from .utterance import Utterance, Utterances, count_of
from .who import aliases
from .word import read_word
from .zipped import office_kind

MOST_CALL_BYTES = 20 * 1024 * 1024
"""Maximum bytes of a call's file. Three hours of captions are under 1 MB, three hours of JSON by the word about 10."""

_UNREAD = (
    (b"%PDF", "a PDF; export the transcript as .docx, .txt or .vtt instead"),
    (b"{\\rtf", "rich text; save it as .docx or .txt"),
    (b"\xd0\xcf\x11\xe0", "an old Office file or one with a password; save it as .docx or .xlsx without one"),
    (b"ID3", "a recording; export its transcript"),
    (b"RIFF", "a recording; export its transcript"),
    (b"OggS", "a recording; export its transcript"),
    (b"\x1aE\xdf\xa3", "a recording; export its transcript"),
    (b"\x1f\x8b", "a compressed file; unpack it first"),
)
_MARKUP = ("<!doctype html", "<html", "<?xml", "<tt ")
_SHAPES = {"vtt": "WebVTT", "srt": "SRT", "sbv": "SBV"}
_TABLES = (".csv", ".tsv")


def too_large(name: str, size: int) -> TranscriptError | None:
    """The error for a file of so many bytes, to be asked before it is read; None if it isn't too large."""
    if size <= MOST_CALL_BYTES:
        return None
    return TranscriptError(
        f"{name}: {size / 1024**2:,.0f} MB is too large; the limit is {MOST_CALL_BYTES // 1024**2} MB. "
        f"Export the transcript alone, without audio or video"
    )


def read_call(data: bytes, name: str) -> Call:
    """The call in a file's bytes. `name` is the file's name, for messages and its suffix.

    Reads WebVTT, SRT and SBV captions, Word, Excel, CSV, JSON of transcription tools, and text with names in any
    common notation; UTF-8, UTF-16 and Windows-1252. Then `Call.transcript` says who is who. Raises TranscriptError:
    one line that says what is wrong, where, and what to do.
    """
    if problem := too_large(name, len(data)):
        raise problem
    return _call(name, *_read(data, name))


def call_of_text(text: str, name: str) -> Call:
    """The same for text that was pasted, or stands in a field of a larger file."""
    return _call(name, *_read_text(text, name))


def call_of_turns(turns: Any, name: str) -> Call:
    """The same for parsed JSON: a list of turns, each with a speaker and text. Passes over single bad ones."""
    if not isinstance(turns, list):
        raise TranscriptError(f"{name}:1: turns: must be a list of turns, each with speaker and text")
    return _call(name, "JSON", read_entries(turns, name))


def _call(name: str, shape: str, utterances: Utterances, remarks: tuple[str, ...] = ()) -> Call:
    found, crossed = _in_order(utterances.found)
    merged = aliases(utterance.label for utterance in found)
    names = {utterance.label.key: utterance.label.name for utterance in found}
    notes = (
        *remarks,
        *utterances.remarks,
        *crossed,
        *(f"{names[short]} and {names[long]} were taken for one person." for short, long in merged.items()),
    )
    return Call(name, shape, found, notes, utterances.passed)


def _read(data: bytes, name: str) -> tuple[str, Utterances, tuple[str, ...]]:
    if data[:2] == b"PK" and (kind := office_kind(data)):
        return ("Word", read_word(data, name), ()) if kind == "docx" else ("Excel", read_workbook(data, name), ())
    if data[:2] == b"PK":
        raise TranscriptError(f"{name}: a zip archive, or a damaged one; give the transcript that is in it")
    for mark, why in _UNREAD:
        if data.startswith(mark):
            raise TranscriptError(f"{name}: this is {why}")
    if data[4:8] == b"ftyp":
        raise TranscriptError(f"{name}: this is a recording; export its transcript")
    text, encoding = text_of(data, name)
    guessed = encoding not in ("utf-8", "utf-16", "utf-32")
    shown = encoding.replace("cp125", "Windows-125")
    remarks = (f"The file isn't UTF-8; it was read as {shown}.",) if guessed else ()
    shape, utterances = _read_text(text, name)
    return shape, utterances, remarks


def _read_text(text: str, name: str) -> tuple[str, Utterances]:
    suffix = PurePath(name).suffix.lower()
    if form := caption_format(text):
        return _SHAPES[form], read_captions(text, form, name)
    if text.lstrip()[:20].lower().startswith(_MARKUP):
        raise TranscriptError(f"{name}: this is a web page or XML; save the transcript as .txt, .docx or .vtt")
    if looks_like_json(text) or (suffix in (".json", ".jsonl") and text.strip()[:1] in ("{", "[")):
        return "JSON", read_json(text, name)
    if suffix in _TABLES or looks_like_table(text):
        return "CSV", read_csv(text, name)
    return "text", read_plain(text, name)


def _in_order(utterances: Sequence[Utterance]) -> tuple[tuple[Utterance, ...], tuple[str, ...]]:
    """The utterances in the order of speech, and a remark if their times didn't agree with the file's order.

    A file with one speaker's words after the other's is put in order; otherwise the file's own order stands.
    """
    times = [utterance.start for utterance in utterances]
    known = [time for time in times if time is not None]
    back = sum(later < earlier for earlier, later in pairwise(known))
    if not back:
        return tuple(utterances), ()
    blocks = 1 + sum(one.label.key != other.label.key for one, other in pairwise(utterances))
    people = len({utterance.label.key for utterance in utterances})
    if len(known) == len(times) and blocks == people and len(utterances) > 2 * people:
        ordered = sorted(utterances, key=lambda utterance: utterance.start or 0.0)
        return tuple(ordered), ("Each speaker's words stood in a block of their own; they were put in order of time.",)
    return tuple(utterances), (f"{count_of(back, 'time')} out of order; the file's own order was kept.",)
