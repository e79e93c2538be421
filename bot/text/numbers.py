"""Numbers in a text, in figures or words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from .tokens import straight_quotes
from .words import word_set

_REMEMBERED = 1 << 14


class Number(NamedTuple):
    """A number in figures or words. `unit` is the next word or an adjacent sign, `before` the previous word."""

    value: float
    unit: str
    said: str
    before: str = ""
    ordinal: bool = False

    @property
    def dated(self) -> bool:
        """Whether it names a day: 'on the sixth', 'the 28th of March'."""
        return self.ordinal and self.before == "the" and 2 < self.value <= 31 and self.unit in _AFTER_A_DAY


_AFTER_A_DAY = word_set(", . ; : ? ! - of and at to i he she it we they so but for or with that") | {""}
_ONES = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_BIG = {"hundred": 100, "thousand": 1000, "million": 1_000_000, "billion": 1_000_000_000}
_BEFORE_A_BIG = ("a", "several", "all", "the", "about", "over", "some", "nearly", "almost", "under", "another")
_DIGITS = {**{word: value for word, value in _ONES.items() if value < 10}, "oh": 0}
_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
    "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14, "fifteenth": 15, "sixteenth": 16,
    "seventeenth": 17, "eighteenth": 18, "nineteenth": 19, "twentieth": 20, "thirtieth": 30,
}  # fmt: skip
_FIGURE = re.compile(
    r"(?P<sign>[$£€])?(?P<digits>\d+(?:[ ,]\d{3})*(?:\.\d+)?)(?P<tail>st|nd|rd|th|%|k\b|m\b|bn\b)?", re.I
)
_PIECE = re.compile(r"[$£€]?\d+(?:[ ,]\d{3}\b)*(?:\.\d+)?(?:%|[a-z]+\b)?|[^\W\d_]+(?:'[^\W\d_]+)*|[^\w\s]", re.I)
_TAILS = {"k": 1e3, "m": 1e6, "bn": 1e9}


@lru_cache(maxsize=_REMEMBERED)
def numbers_in(text: str) -> tuple[Number, ...]:
    """Every number, in order: '$1.4 million', 'two point four one', 'fifty-two hundred', 'the sixth'."""
    pieces = _PIECE.findall(straight_quotes(text).lower())
    return tuple(_numbers(pieces))


def _numbers(pieces: list[str]) -> Iterator[Number]:
    at = 0
    while at < len(pieces):
        found = _figure(pieces, at) or _worded(pieces, at)
        if found is None:
            at += 1
            continue
        value, unit, end, ordinal = found
        if not unit and end < len(pieces):
            unit = pieces[end]
            if unit == "per" and end + 1 < len(pieces) and pieces[end + 1] == "cent":
                unit = "percent"
        before = pieces[at - 1] if at else ""
        yield Number(value, "percent" if unit == "%" else unit, " ".join(pieces[at:end]), before, ordinal)
        at = end


def _figure(pieces: list[str], at: int) -> tuple[float, str, int, bool] | None:
    match = _FIGURE.fullmatch(pieces[at])
    if match is None:
        return None
    value = float(re.sub(r"[ ,]", "", match["digits"]))
    tail = match["tail"] or ""
    ordinal = tail in ("st", "nd", "rd", "th")
    value *= _TAILS.get(tail, 1)
    end = at + 1
    while end < len(pieces) and pieces[end] in _BIG:
        value *= _BIG[pieces[end]]
        end += 1
    return value, match["sign"] or ("percent" if tail == "%" else ""), end, ordinal


def _worded(pieces: list[str], at: int) -> tuple[float, str, int, bool] | None:
    """A spoken number: 'two hundred and eighteen thousand', 'three point one'."""
    total = current = 0.0
    end, began, ordinal = at, False, False
    while end < len(pieces) and not ordinal:
        word = pieces[end]
        if word in _ONES and (not began or current % 10 == 0 or current >= 100) and not (began and current in (0, 10)):
            current += _ONES[word]
        elif word in _TENS and (not began or current % 100 == 0):
            current += _TENS[word]
        elif word in _TENS and current < 10 and end == at + 1 and pieces[at] != "zero":  # "two ninety"
            current = 100 * current + _TENS[word]
        elif word in _ORDINALS and (word not in ("first", "second") or began):
            current, ordinal = current + _ORDINALS[word], True
        elif word in _BIG and (began or (end and pieces[end - 1] in _BEFORE_A_BIG)):
            current = (current or 1) * _BIG[word]
            if word != "hundred":
                total, current = total + current, 0.0
        elif word == "point" and began and end + 1 < len(pieces) and pieces[end + 1] in _DIGITS:
            digits = ""
            while end + 1 < len(pieces) and pieces[end + 1] in _DIGITS:
                digits, end = f"{digits}{_DIGITS[pieces[end + 1]]}", end + 1
            current += float(f"0.{digits}")
        elif (
            word in ("-", "and")
            and began
            and end + 1 < len(pieces)
            and (
                (word == "-" and pieces[end + 1] in (*_ONES, *_ORDINALS) and current % 10 == 0 and current)
                or (word == "and" and pieces[end - 1] in _BIG and pieces[end + 1] in (*_ONES, *_TENS))
            )
        ):
            pass
        else:
            break
        began, end = True, end + 1
    return (total + current, "", end, ordinal) if began else None
