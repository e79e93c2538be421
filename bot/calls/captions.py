"""WebVTT, SRT and SBV as utterances: webvtt-py reads the cues, we read who speaks in them."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from io import StringIO
from typing import Any

from .exports import read_json
from .label import SpeakerLabel, given_label
from .line import TextLine, lines_of_text, read_line
from .plain import utterances_of
from .utterance import NobodyNamedError, Utterance, Utterances

_ARROW = re.compile(r"^\s*(?:\d+:)?\d{1,2}:\d{1,2}[.,]\d{1,3}\s*-->", re.MULTILINE)
_SBV = re.compile(r"^\d+:\d\d:\d\d\.\d{3},\d+:\d\d:\d\d\.\d{3}$", re.MULTILINE)
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?(?:\s+(?P<name>[^>]*))?>")
_TAG = re.compile(r"</?(?:c|i|b|u|ruby|rt|lang|v|font)(?:[.\s][^>]*)?>|<\d+:[\d:.]+>|\{\\an?\d\}", re.IGNORECASE)
_WEBEX = re.compile(r'\d+\s+"(?P<name>[^"]+)"(?:\s+\(\d+\))?')
_BLOCKS = ("NOTE", "STYLE", "REGION")
_UNKNOWN = SpeakerLabel("Unknown", "unknown")
_NOBODY = "the captions don't say who speaks; export a transcript with speaker names instead"


def caption_format(text: str) -> str | None:
    """`vtt`, `srt` or `sbv` if the text begins as one, else None."""
    head = text.lstrip()[:2000]
    if head.startswith("WEBVTT"):
        return "vtt"
    if _ARROW.search(head):
        lines = head.split("\n")
        return "srt" if lines[0].strip().isdigit() or _ARROW.match(head) else None
    return "sbv" if _SBV.match(head) else None


def read_captions(text: str, form: str, name: str) -> Utterances:
    """The utterances of captions, one a cue. Raises NobodyNamedError where no cue names anybody."""
    cues = _cues(text.lstrip(), form)
    try:
        if cues is None:
            # A damaged file: we read it as text, where times and cue numbers are no words.
            return utterances_of(lines_of_text(_TAG.sub("", _VOICE.sub(_as_label, text))), name, notes=False)
        voiced = [cue for cue in cues if _VOICE.search(cue.raw_text)]
        if voiced:
            return _of_voices(cues)
        if cues and all(cue.raw_text.lstrip().startswith("{") for cue in cues):  # Teams' metadata, as JSON
            return read_json("\n".join(" ".join(cue.raw_text.split()) for cue in cues), name)
        return utterances_of(list(_cue_lines(cues)), name, notes=False)
    except NobodyNamedError:
        raise NobodyNamedError(f"{name}: {_NOBODY}" if _any_words(text) else f"{name}: no one speaks in it") from None


def _cues(text: str, form: str) -> list[Any] | None:
    """The cues; None where the file is damaged, so that webvtt-py would leave lines out."""
    import webvtt

    try:
        cues: list[Any] = list(webvtt.from_buffer(StringIO(text), format=form).captions)
    except Exception:  # its errors, and those of times that no clock shows
        return None
    kept = {line.strip() for cue in cues for line in (*cue.raw_text.split("\n"), cue.identifier or "")}
    for block in re.split(r"\n[ \t]*\n", text):
        lines = block.strip().split("\n")
        if lines[0].startswith(("WEBVTT", *_BLOCKS)):
            continue
        for line in lines:
            bare = line.strip()
            if bare and not bare.isdigit() and not _ARROW.match(line) and not _SBV.match(bare) and bare not in kept:
                return None
    return cues


def _as_label(voice: re.Match[str]) -> str:
    return f"{voice['name'].strip()}: " if voice["name"] and voice["name"].strip() else ""


def _of_voices(cues: Iterable[Any]) -> Utterances:
    """The utterances of cues with voice tags. A cue without one is nobody's that we know."""
    found: list[Utterance] = []
    for number, cue in enumerate(cues, 1):
        start, raw = _seconds(cue), cue.raw_text
        begin, label = 0, _UNKNOWN
        for voice in [*_VOICE.finditer(raw), None]:
            words = _words(raw[begin : voice.start() if voice else len(raw)])
            if words:
                found.append(Utterance(label, words, start, f"cue {number}"))
            if voice:
                begin, label = voice.end(), given_label(html.unescape(voice["name"] or "")) or _UNKNOWN
    return Utterances(tuple(found))


def _cue_lines(cues: Iterable[Any]) -> Iterator[TextLine]:
    for number, cue in enumerate(cues, 1):
        webex = _WEBEX.fullmatch((cue.identifier or "").strip())
        if webex:
            yield read_line(f"{webex['name']}:", number, _seconds(cue))
        for at, raw in enumerate(cue.raw_text.split("\n")):
            words = html.unescape(_TAG.sub("", raw))
            yield read_line(words, number, _seconds(cue), after_blank=at == 0 and not webex)


def _words(raw: str) -> str:
    return " ".join(html.unescape(_TAG.sub("", raw)).split())


def _seconds(cue: Any) -> float | None:
    return float(cue.start_time.in_milliseconds()) / 1000


def _any_words(text: str) -> bool:
    return any(line.text for line in lines_of_text(text) if not line.text.startswith(("WEBVTT", *_BLOCKS)))
