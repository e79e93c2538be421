"""One line of a transcript, and every way in which it may name a speaker."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum

from .label import MOST_LABEL, SpeakerLabel, read_label
from .stamp import CUE_TIMES, STAMP, seconds_of, without_leading, without_trailing


class Notation(StrEnum):
    """How a line names its speaker. Earlier ones win where two explain a file equally well."""

    COLON = "Name: words"
    SQUARE = "[Name] words"
    STAMPED = "a line of name and time"
    TIMED = "Name 0:04 words"
    DASH = "Name - words"
    BOLD = "**Name** words"
    ABOVE = "a line with the name alone"


@dataclass(frozen=True, slots=True)
class LineReading:
    """A line read in one notation: the label, and the words behind it."""

    label: SpeakerLabel
    words: str


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of the file: number from 1, words without decoration, time in seconds, and its readings by notation.

    `bare` is true for blank lines, rules, times and cue numbers: nobody says them. `after_blank` says whether a new
    paragraph begins here, `stamped` whether a time stands before the words, `heading` whether it is a Markdown heading
    or a rule.
    """

    number: int
    text: str
    start: float | None = None
    bare: bool = False
    after_blank: bool = True
    stamped: bool = False
    heading: bool = False
    readings: dict[Notation, LineReading] = field(default_factory=dict)


_UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")
_RULE = re.compile(r"(?:[-=*_~─━—–#.]\s?){3,}")
_HEADING = re.compile(r"#{1,6}\s+(?P<title>.*?)[\s#]*")
_BULLET = re.compile(r"(?:>{1,3}|[-*+•◦▪‣·–—]|\d{1,3}[.)])\s+(?=\S)")
_CUE_ID = re.compile(r"\d+|[0-9a-fA-F-]{8,}(?:[-/]\d+)*|cue[ _-]?\d+", re.IGNORECASE)
_QUOTED_ID = re.compile(r'\d+\s+"(?P<name>[^"]+)"(?:\s+\(\d+\))?')
_COLON = re.compile(r"[:：]")
_TESTIMONY = re.compile(r"([QA])\.\s+")
_SQUARE = re.compile(r"(?:\[(?P<a>[^\[\]]+)\]|<(?P<b>[^<>/!?]+)>|\((?P<c>[^()]+)\))\s*(?P<words>.*)", re.DOTALL)
_DASH = re.compile(
    r"(?P<name>[^-–—|\t]{1,60}?(?:-[^\s-]+)*)(?:\s+[-–—]+\s+|\s*\|\s*|\t+\s*|\s?>\s+|\s*(?:→|⇒|=>|->)\s*|\s+=\s+)(?P<words>\S.*)"
)
_TIMED = re.compile(rf"(?P<name>[^\d:]{{2,60}}?)\s+(?P<stamp>{STAMP})\s+(?P<words>\S.*)")
_COUNTED = re.compile(
    r"(?:(?:turn|line|entry|segment|part)\s*)?#?\d{1,5}[.):]?\s*[-–—|]?\s+(?=[^\W\d_])", re.IGNORECASE
)
_BOLD = re.compile(r"(?P<mark>\*{1,3}|_{1,3})(?P<name>[^*_]+)(?P=mark)\s*(?P<words>.*)")
_SENTENCE_ENDS = (".", "?", "!", "…", ",", ";")


def lines_of_text(text: str) -> list[TextLine]:
    """The lines of a text, each with its readings."""
    raw = [_UNSEEN.sub("", line).rstrip() for line in text.split("\n")]
    found: list[TextLine] = []
    blank = True
    for at, line in enumerate(raw):
        if _is_cue_id(raw, at, blank):
            quoted = _QUOTED_ID.fullmatch(line.strip())
            line = f"{quoted['name']}:" if quoted else ""
        read = read_line(line, at + 1, after_blank=blank)
        found.append(read)
        blank = read.bare
    return found


def read_line(raw: str, number: int, start: float | None = None, after_blank: bool = True) -> TextLine:
    """One line with its readings; `start` is the time of the cue that it lies in, if it lies in one."""
    text = raw.strip()
    times = CUE_TIMES.match(text)
    if times:
        return TextLine(number, "", seconds_of(times["stamp"]), bare=True)
    if not text or _RULE.fullmatch(text):
        return TextLine(number, "", start, bare=True, heading=bool(text))
    if _is_times(text):
        return TextLine(number, "", start, bare=True)  # times that no clock shows
    heading = _HEADING.fullmatch(text)
    text = heading["title"] if heading else text
    while bullet := _BULLET.match(text):
        text = text[bullet.end() :]
    if testimony := _TESTIMONY.match(text):
        text = f"{testimony[1]}: {text[testimony.end() :]}"
    stamp, rest = without_leading(text)
    if stamp is None and text[:1] in "*_":  # a time in bold before the name
        stamp, rest = without_leading(text.lstrip("*_"))
    if stamp is not None:
        start = seconds_of(stamp)
        while bullet := _BULLET.match(rest):
            rest = rest[bullet.end() :]
        if not rest.strip(" \t:*_"):
            return TextLine(number, "", start, bare=True)
        text = rest.strip().removeprefix(":").strip()
    readings, end = _readings(text, stamp is not None)
    return TextLine(
        number,
        text,
        start if end is None else end,
        False,
        after_blank,
        stamp is not None,
        heading is not None,
        readings,
    )


def _is_cue_id(raw: list[str], at: int, blank: bool) -> bool:
    """Whether a line names a cue: it stands at the start of a block, with the cue's times below."""
    line = raw[at].strip()
    if not line or at + 1 >= len(raw) or not _is_times(raw[at + 1].strip()):
        return False
    return bool(_CUE_ID.fullmatch(line) or _QUOTED_ID.fullmatch(line)) or (blank and _is_id_word(line))


def _is_times(line: str) -> bool:
    return bool(CUE_TIMES.match(line)) or ("-->" in line and line[:1].isdigit())


def _is_id_word(line: str) -> bool:
    return " " not in line and any(c.isdigit() for c in line)


def _readings(text: str, stamped: bool) -> tuple[dict[Notation, LineReading], float | None]:
    """Every reading of a line, and the time that stands behind the name, if one does."""
    found: dict[Notation, LineReading] = {}
    behind: float | None = None
    for notation, reader in _READERS:
        read = reader(text)
        if read is None:
            continue
        named, stamp = read
        if notation is Notation.ABOVE and (stamp is not None or stamped):
            notation = Notation.STAMPED
        found[notation] = named
        behind = behind if stamp is None else seconds_of(stamp)
    return found, behind


_Read = tuple[LineReading, str | None]


def _head(text: str) -> tuple[SpeakerLabel, str | None] | None:
    """The label before a colon or on a line of its own, and the time that stands behind the name."""
    text = text.strip()
    if len(text) > 2 * MOST_LABEL:
        return None
    stamp, name = without_trailing(text.rstrip("*_ "))
    if stamp is not None and not name.strip(" *_"):
        return None
    label = read_label(_COUNTED.sub("", name, count=1))
    return (label, stamp) if label else None


def _colon(text: str) -> _Read | None:
    for colon in _COLON.finditer(text, 0, 2 * MOST_LABEL):
        before, after = text[: colon.start()], text[colon.end() :]
        if after.startswith("//"):
            return None
        if (before[-1:].isdigit() and after[:1].isdigit()) or before.count("[") > before.count("]"):
            continue
        if before.count("(") > before.count(")"):
            continue
        read = _head(before)
        if read is None:
            return None
        label, stamp = read
        later, words = without_leading(after.strip().strip("*_").strip())
        if later is None or later[:1] not in "[(<{":
            words = after.strip()
            if text[:1] in "*_`" or before.rstrip()[-1:] in "*_`":
                words = words.lstrip("*_`").strip()
            return LineReading(label, words), stamp
        return LineReading(label, words.strip()), stamp or later
    return None


def _square(text: str) -> _Read | None:
    found = _SQUARE.match(text)
    if found is None:
        return None
    label = read_label(next(filter(None, (found["a"], found["b"], found["c"])), ""))
    stamp, words = without_leading(found["words"].strip(" :-"))
    return (LineReading(label, words.strip(" :-")), stamp) if label else None


def _dash(text: str) -> _Read | None:
    found = _DASH.fullmatch(text)
    read = _head(found["name"]) if found else None
    return (LineReading(read[0], found["words"].strip()), read[1]) if found and read else None


def _timed(text: str) -> _Read | None:
    found = _TIMED.fullmatch(text)
    label = read_label(found["name"]) if found else None
    return (LineReading(label, found["words"].strip()), found["stamp"]) if found and label else None


def _bold(text: str) -> _Read | None:
    found = _BOLD.fullmatch(text)
    read = _head(found["name"]) if found else None
    if found is None or read is None or not found["words"]:
        return None
    return LineReading(read[0], found["words"].strip()), read[1]


def _above(text: str) -> _Read | None:
    if text.rstrip("*_ ").endswith(_SENTENCE_ENDS) and not without_trailing(text)[0]:
        return None
    read = _head(text)
    return (LineReading(read[0], ""), read[1]) if read else None


_READERS = (
    (Notation.COLON, _colon),
    (Notation.SQUARE, _square),
    (Notation.TIMED, _timed),
    (Notation.DASH, _dash),
    (Notation.BOLD, _bold),
    (Notation.ABOVE, _above),
)
