"""Turns and transcripts, both immutable, and parsers for transcript files."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ..errors import TranscriptError
from .codebook import Code, Unit
from .direction import Direction, Said, TopicMatch

MAX_TURN_CHARS = 8000
# A colon in "10:30" or "https://" doesn't end a name.
_NAMED = re.compile(
    r"^[ \t]*(?:\*\*)?(?P<name>[^\W\d_][\w .'’-]{0,39}?)(?:\*\*)?[ \t]*:(?!\d|//)(?:\*\*)?[ \t]*(?P<words>.*)$"
)
_REASON = re.compile(
    r"\b(?:because|'cause|cos|since|so that|otherwise|or else|in case|given that|the reason|that's why|"
    r"(?:as|or|before|after|and) (?:it|they|we|the \w+)(?:'s| is| are|'ll| will| won't)?)\b",
    re.IGNORECASE,
)
_UNKEPT = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


class Speaker(StrEnum):
    """The two roles in a conversation."""

    MANAGER = "manager"
    REP = "rep"


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn. Manager turns have `units` and `touches`; simulated rep turns have `direction` and `said`.

    `index` counts from 0 over the whole transcript. `reader` names the reader that coded the units.
    """

    index: int
    speaker: Speaker
    text: str
    units: tuple[Unit, ...] = ()
    touches: tuple[TopicMatch, ...] = ()
    reader: str | None = None
    direction: Direction | None = None
    said: Said | None = None

    @property
    def is_manager(self) -> bool:
        """Whether this is the manager's turn."""
        return self.speaker is Speaker.MANAGER

    @property
    def claimed(self) -> tuple[Unit, ...]:
        """The units that are sure enough to be counted, quoted or advised against."""
        return tuple(unit for unit in self.units if unit.claimed)

    @property
    def gives_reason(self) -> bool:
        """Whether the turn gives a reason: in its words, or as information along with an order."""
        return bool(_REASON.search(self.text)) or any(unit.code is Code.INFORMATION for unit in self.units)


@dataclass(frozen=True, slots=True)
class Transcript:
    """The turns of a conversation in order, with the names of the two speakers."""

    turns: tuple[Turn, ...]
    manager: str = "Manager"
    rep: str = "Rep"

    def __iter__(self) -> Iterator[Turn]:
        return iter(self.turns)

    def __len__(self) -> int:
        return len(self.turns)

    @property
    def manager_turns(self) -> tuple[Turn, ...]:
        """The manager's turns, in order."""
        return tuple(turn for turn in self.turns if turn.is_manager)

    @classmethod
    def parse(cls, text: str, manager: str | None = None, name: str = "transcript") -> Transcript:
        """Parse JSON (Askwell's, or a plain list of turns) or plain `Name: words` text, one turn per line or entry.

        For what people's tools export, use `bot.calls.read_call`: this knows neither other labels nor other shapes.

        `manager` names the manager. By default it is the speaker with "manager" in their name, else the first speaker.
        Raises TranscriptError with `name:line: problem`.
        """
        text = text.removeprefix("\ufeff")
        pairs = _from_json(text, name) if text.lstrip()[:1] in ("{", "[") else _from_text(text, name)
        return _with_roles(pairs, manager, name)

    @classmethod
    def of(cls, turns: Any, manager: str | None = None, name: str = "transcript") -> Transcript:
        """The same from parsed JSON: a list of objects with speaker and text. Raises TranscriptError."""
        return _with_roles(_pairs(turns, name), manager, name)


def check_words(text: str, where: str = "turn") -> str:
    """The words of a turn, cleaned: not blank, at most 8,000 characters.

    Raises TranscriptError.
    """
    if len(text) > MAX_TURN_CHARS:
        raise TranscriptError(f"{where}: {len(text):,} characters is too long; the limit is {MAX_TURN_CHARS:,} a turn")
    clean = clean_text(text)
    if not clean.strip():
        raise TranscriptError(f"{where}: this is blank; type what you would say to the rep")
    return clean


def clean_text(text: str) -> str:
    """`text` with U+FFFD for lone surrogates, which can't be stored, and for terminal control characters.

    Keeps its length, spaces and line ends.
    """
    return _UNKEPT.sub("\ufffd", text)


def _from_json(text: str, name: str) -> list[tuple[str, str]]:
    try:
        data: Any = json.loads(text)
    except json.JSONDecodeError as error:
        raise TranscriptError(f"{name}:{error.lineno}:{error.colno}: not valid JSON: {error.msg}") from None
    except (RecursionError, ValueError):
        raise TranscriptError(f"{name}:1: not valid JSON: nested too deeply, or a number too long") from None
    return _pairs(data.get("turns") if isinstance(data, dict) else data, name)


def _pairs(turns: Any, name: str) -> list[tuple[str, str]]:
    if not isinstance(turns, list):
        raise TranscriptError(f"{name}:1: turns: must be a list of turns, each with speaker and text")
    pairs = []
    for index, turn in enumerate(turns):
        if not isinstance(turn, dict) or not all(isinstance(turn.get(key), str) for key in ("speaker", "text")):
            raise TranscriptError(f"{name}: turns[{index}]: each turn needs speaker and text, both strings")
        speaker = clean_text(turn["speaker"]).strip()
        if not speaker:
            raise TranscriptError(f"{name}: turns[{index}].speaker: is empty; give the speaker's name")
        pairs.append((speaker, turn["text"]))
    return pairs


def _from_text(text: str, name: str) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for number, line in enumerate(clean_text(text).split("\n"), 1):
        if not line.strip():
            continue
        found = _NAMED.match(line)
        if found:
            pairs.append((found["name"].strip(), found["words"].strip()))
        elif pairs:
            speaker, words = pairs[-1]
            pairs[-1] = (speaker, f"{words} {line.strip()}".strip())
        else:
            raise TranscriptError(f"{name}:{number}: no speaker; write 'Name: words', one turn per line")
    return pairs


def _with_roles(pairs: list[tuple[str, str]], manager: str | None, name: str) -> Transcript:
    pairs = [(speaker, words) for speaker, words in pairs if words.strip()]
    speakers = list(dict.fromkeys(speaker for speaker, _ in pairs))
    if not speakers:
        raise TranscriptError(f"{name}: no one speaks; write 'Name: words', one turn per line")
    if len(speakers) == 1:
        raise TranscriptError(f"{name}: only {speakers[0]!r} speaks; a conversation needs a manager and a rep")
    if len(speakers) > 2:
        raise TranscriptError(f"{name}: {len(speakers)} people speak ({', '.join(speakers)}); there must be two")
    if manager is None:
        chosen = next((speaker for speaker in speakers if "manager" in speaker.lower()), speakers[0])
    else:
        found = next((speaker for speaker in speakers if speaker.lower() == manager.strip().lower()), None)
        if found is None:
            raise TranscriptError(f"{name}: {manager!r} doesn't speak; choose one of {', '.join(speakers)}")
        chosen = found
    other = next(speaker for speaker in speakers if speaker != chosen)
    turns = [
        Turn(index, Speaker.MANAGER if speaker == chosen else Speaker.REP, clean_text(words))
        for index, (speaker, words) in enumerate(pairs)
    ]
    return Transcript(tuple(turns), manager=chosen, rep=other)
