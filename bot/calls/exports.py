"""JSON of any tool as utterances: the list of entries in it that has most of the words, with a speaker each.

Fireflies, Gong, Chorus, Fathom, whisperX, Deepgram, AssemblyAI and others differ in their keys and in how deep the list
lies, so we look for the list instead of knowing each tool: speakers, words and times have few names.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from ..errors import TranscriptError
from .entries import CallEntry, utterances_of_entries
from .plain import read_plain
from .stamp import seconds_of
from .utterance import NobodyNamedError, Utterances, opening_words


def _ordered(words: str) -> tuple[str, ...]:
    return tuple(words.split())


# Each in the order in which we prefer them.
_SPEAKER = _ordered(
    """speaker_name speakername speaker speaker_label speakerlabel speaker_id speakerid speakertag speaker_tag
    participant participant_name participantname user_name username user author sender from role who voice person
    name display_name displayname channel channel_id party"""
)
_BY_ID = _ordered("speaker_id speakerid speaker_label speakertag speaker_tag channel channel_id")
_NAME = _ordered("name display_name displayname full_name fullname speaker_name speakername label title email id")
_WORDS = _ordered(
    """text spokentext transcript sentence raw_text rawtext snippet content words punctuated_word message utterance
    body caption line display said value word sentences paragraphs elements segments alternatives nbest parts tokens"""
)
_TIME = _ordered(
    """start start_time starttime start_ts start_timestamp startms start_ms offset offset_ms begin timestamp time
    snippet_time ts timestamps start_seconds"""
)
_ID = _ordered("id speakerid speaker_id partyid party_id participantid participant_id userid user_id index number")
_JSON_BEGINS = re.compile(r'\s*(?:\{\s*(?:"|\})|\[\s*(?:[\[{"\]]|null|true|false|-?\d+\s*[,\]]))')
_MOST_DEEP = 60
_MILLISECONDS = 1000.0
_MOST_SECONDS = 36_000
"""No call lasts ten hours: larger times are in milliseconds."""
_CLOSING = re.compile(r"\s+([.,!?;:…])")


@dataclass(frozen=True, slots=True)
class _List:
    """A list of entries in the JSON, with its place and the characters of its words."""

    place: str
    entries: tuple[CallEntry, ...]

    @property
    def weight(self) -> tuple[int, int]:
        """How many people it names (two or more are equal), and how many letters they say."""
        people = {entry.speaker for entry in self.entries if entry.speaker}
        return min(len(people), 2), sum(c.isalnum() for entry in self.entries if entry.speaker for c in entry.words)


def looks_like_json(text: str) -> bool:
    """Whether a text begins as JSON does. `[DANA] Morning` and `[0:04] Dana:` don't."""
    return bool(_JSON_BEGINS.match(text))


def read_json(text: str, name: str) -> Utterances:
    """The utterances of JSON, or of one JSON object a line. Raises TranscriptError that says what is needed."""
    return read_entries(_parsed(text, name), name)


def read_entries(data: Any, name: str) -> Utterances:
    """The same from parsed JSON."""
    names = dict(_names(data, 0))
    best = _best(list(_lists(data, names, "", 0)))
    if best is None or not best.weight[1]:
        if (within := _longest_text(data)) is not None:
            return read_plain(within, name)
        if best is not None:
            return utterances_of_entries(best.entries, name, "entry")
        if data == []:
            raise NobodyNamedError(f"{name}: no one speaks; write 'Name: words', one turn per line")
        if isinstance(data, list):
            raise NobodyNamedError(f"{name}: no one speaks; each entry needs a speaker and text")
        found = (
            opening_words(", ".join(map(str, list(data)[:8])), 80) if isinstance(data, dict) else type(data).__name__
        )
        raise TranscriptError(f"{name}:1: no list of turns, each with a speaker and text; found {found or 'nothing'}")
    return utterances_of_entries(best.entries, name, "entry")


def _parsed(text: str, name: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        if error.msg == "Extra data" and (rows := _rows(text)) is not None:
            return rows
        raise TranscriptError(f"{name}:{error.lineno}:{error.colno}: not valid JSON: {error.msg}") from None
    except (RecursionError, ValueError):
        raise TranscriptError(f"{name}:1: not valid JSON: nested too deeply, or a number too long") from None


def _rows(text: str) -> list[Any] | None:
    """One value a line, as in JSON Lines; None if a line is no JSON."""
    try:
        return [json.loads(line) for line in text.split("\n") if line.strip()]
    except (ValueError, RecursionError):
        return None


def _best(lists: list[_List]) -> _List | None:
    """The list with the words; of several with the same words, whole turns rather than single words."""
    heard = [one for one in lists if one.weight[1]]
    if not heard:
        return max(lists, key=lambda one: sum(len(entry.words) for entry in one.entries), default=None)
    people = max(one.weight[0] for one in heard)
    most = max(one.weight[1] for one in heard if one.weight[0] == people)
    alike = [one for one in heard if one.weight[0] == people and one.weight[1] >= most * 0.9]
    return min(alike, key=lambda one: len(one.entries))


def _lists(data: Any, names: dict[str, str], place: str, depth: int) -> Iterator[_List]:
    """Every list of entries, however deep."""
    if depth > _MOST_DEEP:
        return
    if isinstance(data, dict):
        numbered = len(data) > 1 and all(isinstance(value, dict) for value in data.values())
        if numbered and (found := _list(list(data.values()), names, place)):  # {"0": {...}, "1": {...}}
            yield found
        for key, value in data.items():
            yield from _lists(value, names, f"{place}.{key}" if place else str(key), depth + 1)
    elif isinstance(data, list):
        if found := _list(data, names, place):
            yield found
        for at, value in enumerate(data):
            if isinstance(value, dict | list):
                yield from _lists(value, names, f"{place}[{at}]", depth + 1)


def _list(data: list[Any], names: dict[str, str], place: str) -> _List | None:
    values = [(at, value) for at, value in enumerate(data) if isinstance(value, dict | list)]
    entries = [_entry(value, names, f"{place}[{at}]") for at, value in values]
    if len({entry.speaker for entry in entries if entry.speaker}) == 1:  # one name for all; ids may tell them apart
        by_id = [_entry(value, {}, f"{place}[{at}]", _BY_ID) for at, value in values]
        entries = by_id if len({entry.speaker for entry in by_id if entry.speaker}) > 1 else entries
    if not any(entry.words for entry in entries):
        return None
    if max((entry.start for entry in entries if entry.start is not None), default=0.0) > _MOST_SECONDS:
        entries = [replace(one, start=None if one.start is None else one.start / _MILLISECONDS) for one in entries]
    return _List(place, (*entries, *(CallEntry("", "", None, place) for _ in range(len(data) - len(entries)))))


def _entry(value: Any, names: dict[str, str], place: str, keys: tuple[str, ...] = _SPEAKER) -> CallEntry:
    if isinstance(value, list):  # ["Dana", "Morning."]
        pair = len(value) == 2 and all(isinstance(one, str) for one in value)
        return CallEntry(value[0], value[1], None, place) if pair else CallEntry("", "", None, place)
    lowered = {str(key).lower(): one for key, one in value.items()}
    if len(lowered) == 1 and not set(lowered) & {*_SPEAKER, *_WORDS, *_TIME, *_ID}:  # {"Dana": "Morning."}
        (who, said), *_ = value.items()
        return CallEntry(str(who), said if isinstance(said, str) else "", None, place)
    key = next((key for key in keys if _named(lowered.get(key))), "")
    speaker = _named(lowered.get(key)) if key else _within(lowered)
    words = next((said for name in _WORDS if name != key and (said := _said(lowered.get(name), 0))), "")
    return CallEntry(names.get(speaker, speaker), words, _start(lowered), place)


def _within(entry: dict[str, Any]) -> str:
    """The speaker that only the words of an entry name, as Google's and Speechmatics' results do."""
    for key in ("alternatives", "words"):
        inner = entry.get(key)
        if isinstance(inner, list) and inner and isinstance(inner[0], dict):
            lowered = {str(name).lower(): one for name, one in inner[0].items()}
            if found := next((named for name in _SPEAKER[:9] if (named := _named(lowered.get(name)))), ""):
                return found
    return ""


def _named(value: Any) -> str:
    """The speaker that a value names: a text, a number, or an object with a name."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, int) and not isinstance(value, bool):
        return f"Speaker {value}" if 0 <= value < 100 else str(value)
    if isinstance(value, dict):
        lowered = {str(key).lower(): one for key, one in value.items()}
        return next((found for key in _NAME if (found := _named(lowered.get(key)))), "")
    return ""


def _said(value: Any, depth: int) -> str:
    """The words in a value: a text, or a list of texts, sentences or words."""
    if isinstance(value, str):
        return value.strip()
    if depth > 4 or not isinstance(value, list | dict):
        return ""
    if isinstance(value, dict):
        lowered = {str(key).lower(): one for key, one in value.items()}
        return next((found for key in _WORDS if (found := _said(lowered.get(key), depth + 1))), "")
    if any(isinstance(one, dict) and "confidence" in one and "transcript" in one for one in value):
        value = value[:1]  # alternatives: the first is the best
    return _CLOSING.sub(r"\1", " ".join(filter(None, (_said(one, depth + 1) for one in value))))


def _start(entry: dict[str, Any]) -> float | None:
    for key in _TIME:
        value = entry.get(key)
        value = value[0] if isinstance(value, list) and value else value
        if isinstance(value, dict):
            value = value.get("start")
        if isinstance(value, str) and value:
            return seconds_of(value)
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e12:
            return float(value) / _MILLISECONDS if key.endswith("ms") else float(value)
    for key in ("sentences", "words", "elements"):
        inner = entry.get(key)
        if isinstance(inner, list) and inner and isinstance(inner[0], dict):
            return _start({str(name).lower(): one for name, one in inner[0].items() if not isinstance(one, list)})
    return None


def _names(data: Any, depth: int) -> Iterator[tuple[str, str]]:
    """Which name stands for which id: lists of people beside the transcript."""
    if depth > _MOST_DEEP:
        return
    if isinstance(data, list):
        for value in data:
            yield from _names(value, depth + 1)
    elif isinstance(data, dict):
        lowered = {str(key).lower(): one for key, one in data.items()}
        name = next((found for key in _NAME[:-2] if isinstance(found := lowered.get(key), str) and found.strip()), "")
        if name and not any(_said(lowered.get(key), 0) for key in ("text", "sentences", "transcript", "words")):
            for key in _ID:
                if (value := _named(lowered.get(key))) and value != name:
                    yield value, name.strip()
        for value in data.values():
            yield from _names(value, depth + 1)


def _longest_text(data: Any) -> str | None:
    """The longest text of several lines in the JSON, where a tool puts the transcript in one string."""
    longest: str | None = None
    stack = [data]
    while stack:
        value = stack.pop()
        if isinstance(value, str) and "\n" in value.strip() and len(value) > len(longest or ""):
            longest = value
        elif isinstance(value, dict):
            stack += value.values()
        elif isinstance(value, list):
            stack += value
    return longest
