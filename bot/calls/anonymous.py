"""Takes names, firms and figures out of a call by patterns, before it is kept. What it misses, its reader takes out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from ..talk.transcript import Transcript
from ..text.names import name_words
from ..text.tokens import TOKEN

MANAGER, REP = "Manager", "Rep"
"""What both are called in a call without names."""
_NAME, _FIGURE, _ADDRESS = "[name]", "[figure]", "[address]"
_SHORT = 2
"""A word of a speaker's name shorter than this is an initial."""
_ADDRESSES = re.compile(
    r"(?:https?://|www\.)\S+|[\w.+-]+@[\w-]+\.[\w.-]+|(?<![\w.])\+?\d[\d ()/-]{7,}\d(?!\w)", re.IGNORECASE
)
_FIGURES = re.compile(
    r"[$€£¥]\s?\d(?:[\d.,]*\d)?(?:\s?(?:k|m|mn|bn|million|thousand|billion)\b)?"
    r"|\b\d(?:[\d.,]*\d)?\s?(?:%|(?:percent|per cent|k|m|bn|million|thousand|billion|dollars|euros?|pounds)\b)"
    r"|\b\d{1,3}(?:[.,]\d{3})+\b|\b\d{3,}\b",
    re.IGNORECASE,
)
_AGAIN = re.compile(rf"{re.escape(_NAME)}(?:\s+(?:&\s+|and Sons\s+)?{re.escape(_NAME)})+")


def anonymous(transcript: Transcript) -> Transcript:
    """The transcript without its codes, in which "[name]", "[figure]" and "[address]" stand for what they name.

    Names are the speakers' own and capitalised words within sentences, unless the call also has them in small letters.
    Speech recognised without capitals keeps its names: only the speakers' own are known there.
    """
    pattern = _names(transcript)
    turns = tuple(replace(turn, text=_without(turn.text, pattern), units=(), reader=None) for turn in transcript)
    return Transcript(turns, MANAGER, REP)


def _names(transcript: Transcript) -> re.Pattern[str] | None:
    small = {
        word for turn in transcript for word in TOKEN.findall(turn.text) if word.islower()
    }  # a word that is also written small is no name
    spoken = {word for turn in transcript for word in name_words(turn.text) if word.lower() not in small}
    own = {word for name in (transcript.manager, transcript.rep) for word in re.findall(r"[^\W\d_]+", name)}
    own = {word for word in own if len(word) > _SHORT and word not in (MANAGER, REP)}
    return _any_of(spoken, own)


def _any_of(spoken: Iterable[str], own: Iterable[str]) -> re.Pattern[str] | None:
    """Spoken names as they are written, the speakers' own however they are."""
    parts = [re.escape(word) for word in sorted(spoken, key=len, reverse=True)]
    parts += [f"(?i:{re.escape(word)})" for word in sorted(own, key=len, reverse=True)]
    return re.compile(rf"(?<![\w\[])(?:{'|'.join(parts)})(?!\w)") if parts else None


def _without(text: str, names: re.Pattern[str] | None) -> str:
    text = _FIGURES.sub(_FIGURE, _ADDRESSES.sub(_ADDRESS, text))
    return _AGAIN.sub(_NAME, names.sub(_NAME, text)) if names else text
