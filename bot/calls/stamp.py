"""Times as tools write them: `0:04`, `[00:00:04.000]`, `10:31 AM`, `1m 3s`, `03/11/2026, 10:31`, and ranges of them."""

from __future__ import annotations

import re

# Some tools write "00:011:10", so a part may have three digits; such a time is known for one but has no value.
_CLOCK = r"\d{1,3}:\d{1,3}(?::\d{1,3}){0,2}(?:[.,]\d{1,6})?(?:\s?[AaPp]\.?[Mm]\b\.?)?(?:Z|[+-]\d\d:?\d\d)?"
_SPOKEN = r"(?:\d+\s?h(?:r|rs|ours?)?\s?)?(?:\d+\s?m(?:in|ins|inutes?)?\s?)?\d+(?:\.\d+)?\s?s(?:ec|ecs|econds?)?\b"
_DATE = r"(?:\d{1,4}[-./]\d{1,2}[-./]\d{1,4})"
_ONE = rf"(?:@\s?)?(?:{_DATE}[,T ]\s?)?(?:{_CLOCK}|{_SPOKEN})"
_RANGE = rf"{_ONE}(?:\s*(?:-->|->|→|[-–—,]|to)\s*{_ONE})?"
STAMP = rf"(?:\[\s*{_RANGE}\s*\]|\(\s*{_RANGE}\s*\)|<\s*{_RANGE}\s*>|\{{\s*{_RANGE}\s*\}}|{_RANGE})"
"""A pattern of one time or range, with or without brackets."""

_BETWEEN = r"[\s|·•,;–—-]*"
LEADING = re.compile(rf"^(?P<stamp>{STAMP})(?![\w:]){_BETWEEN}")
TRAILING = re.compile(rf"(?:^|(?<=[\s|·•,;–—\])>*_-])){_BETWEEN}(?P<stamp>{STAMP})[\s*_]*$")
CUE_TIMES = re.compile(rf"^\s*(?P<stamp>{_CLOCK})\s*(?:-->\s*{_CLOCK}.*|,\s*{_CLOCK}\s*)$")
_PARTS = re.compile(r"(\d{1,3}):(\d{1,3})(?::(\d{1,3}))?(?:[.,](\d{1,6}))?\s?([AaPp])?")
_NUMBER = re.compile(r"\s*\d{1,12}(?:[.,]\d{1,6})?\s*")
_UNITS = re.compile(r"(?:(\d+)\s?h\w*\s?)?(?:(\d+)\s?m\w*\s?)?(\d+(?:\.\d+)?)\s?s")


def seconds_of(text: str) -> float | None:
    """The seconds that a time stands for (of a range its start); None if a part is out of range."""
    found = _PARTS.search(text)
    if found:
        first, second, third, rest, half = found.groups()
        if int(second) > 59 or (third is not None and int(third) > 59):
            return None
        if third is None and half is None:
            hours, minutes, seconds = 0, int(first), int(second)
        else:
            hours, minutes, seconds = int(first), int(second), int(third or 0)
        if half:
            hours = hours % 12 + (12 if half in "Pp" else 0)
        return hours * 3600 + minutes * 60 + seconds + (float(f"0.{rest}") if rest else 0.0)
    if _NUMBER.fullmatch(text):
        return float(text.strip().replace(",", "."))
    units = _UNITS.search(text)
    if units is None:
        return None
    return int(units[1] or 0) * 3600 + int(units[2] or 0) * 60 + float(units[3])


def without_leading(text: str) -> tuple[str | None, str]:
    """The time that a line begins with, if any, and the rest of the line."""
    found = LEADING.match(text)
    return (found["stamp"], text[found.end() :]) if found else (None, text)


def without_trailing(text: str) -> tuple[str | None, str]:
    """The time that a line ends with, if any, and the line before it."""
    found = TRAILING.search(text)
    return (found["stamp"], text[: found.start()].rstrip()) if found else (None, text)
