"""An author's notes or a transcript as plain text, and whether words that a model quotes are in it."""

from __future__ import annotations

import html
import re
from enum import StrEnum

from ..errors import ScenarioError
from ..writeup.cited import SHORTEST_QUOTE, folded

MOST_CHARS = 60_000
"""The longest notes, in characters: an hour of conversation. Each request carries all of them."""

_SUBTITLES = (".vtt", ".srt")
_TIMES = re.compile(r"^\s*[\d:.,]+\s+-->\s")
_NO_WORDS = re.compile(r"^(?:WEBVTT|NOTE|STYLE|REGION)\b")
_VOICE = re.compile(r"<v(?:\.[\w.]+)?\s+([^>]+)>")
_TAG = re.compile(r"</?(?:[cibuv]|ruby|rt|lang|font)(?:[.\s][^>]*)?>|<[\d:.]+>")
_NAMED = re.compile(r"[^\W\d_][\w .'’-]{0,39}:\s")


class QuoteFound(StrEnum):
    """Whether a quote is in the notes."""

    YES = "found"
    NO = "*not in your notes*"
    SHORT = "*too short to tell*"


def read_notes(text: str, name: str) -> str:
    """The words of notes, of a plain transcript, or of WebVTT or SubRip subtitles, by the ending of the file's name.

    Subtitles lose their times, numbers, styles and comments, and what one person says in a row is joined. Raises
    ScenarioError if there are no words or more than 60,000 characters.
    """
    words = _spoken(text) if name.lower().endswith(_SUBTITLES) else text
    words = words.removeprefix("\ufeff").strip()
    if not words:
        raise ScenarioError(f"{name}: has no words to draft from")
    if len(words) > MOST_CHARS:
        raise ScenarioError(
            f"{name}: {len(words):,} characters is too long; the limit is {MOST_CHARS:,}. Keep what the scenario needs"
        )
    return words


def quote_found(quote: str, notes: str) -> QuoteFound:
    """Whether the notes contain a quote. Ignores spaces, line ends and the kind of quotation marks."""
    wanted = _even(quote)
    if len(wanted.split()) < SHORTEST_QUOTE:
        return QuoteFound.SHORT if wanted else QuoteFound.NO
    return QuoteFound.YES if wanted in _even(notes) else QuoteFound.NO


def _even(words: str) -> str:
    return " ".join(folded(words).split())


def _spoken(text: str) -> str:
    """The words of subtitles, a line for each time that a person speaks."""
    said: list[str] = []
    for block in re.split(r"\n\s*\n", text.removeprefix("\ufeff")):
        lines = block.strip("\n").split("\n")
        timed = next((place for place, line in enumerate(lines) if _TIMES.match(line)), None)
        if timed is None and _NO_WORDS.match(lines[0]):
            continue
        for line in lines if timed is None else lines[timed + 1 :]:
            words = html.unescape(_TAG.sub("", _VOICE.sub(r"\1: ", line))).strip()
            who = _NAMED.match(words)
            if said and words and (who is None or said[-1].startswith(who[0])):
                said[-1] += f" {words[who.end() if who else 0 :].strip()}"
            elif words:
                said.append(words)
    return "\n".join(said)
