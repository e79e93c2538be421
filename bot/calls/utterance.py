"""What every reader of a file returns: utterances of speech with the label that stood beside them."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import TranscriptError
from .label import SpeakerLabel


@dataclass(frozen=True, slots=True)
class Utterance:
    """Words under one label, as the file has them: a line, a cue or an entry.

    `start` is in seconds, None where the file gives no usable time. `place` says where in the file: "12" for a line,
    "sentences[3]" for an entry.
    """

    label: SpeakerLabel
    text: str
    start: float | None = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class Utterances:
    """What a reader found: the utterances in the file's order, and what it passed over.

    `remarks` say that to people and may quote words of the call; `passed` is the number of entries or lines.
    """

    found: tuple[Utterance, ...]
    remarks: tuple[str, ...] = ()
    passed: int = 0


class NobodyNamedError(TranscriptError):
    """The file has words, but nothing says who spoke them."""


def count_of(number: int, thing: str) -> str:
    """ "1 line", "3 lines", "2 entries"."""
    if number == 1:
        return f"1 {thing}"
    return f"{number:,} {thing[:-1]}ies" if thing.endswith("y") else f"{number:,} {thing}s"


def passed_over(number: int, thing: str, why: str, example: str = "") -> tuple[str, ...]:
    """One remark that so many things were passed over, and why; none for none."""
    if not number:
        return ()
    shown = f': "{opening_words(example)}"' if example else ""
    return (f"{count_of(number, thing)} passed over ({why}{shown}).",)


def opening_words(text: str, most: int = 50) -> str:
    """The first words of a text on one line, at most `most` characters."""
    flat = " ".join(text.split())
    if len(flat) <= most:
        return flat
    return f"{flat[:most].rsplit(' ', 1)[0]}..."
