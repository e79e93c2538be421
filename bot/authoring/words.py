"""Finds numbers and runs of words in text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from ..text.names import name_words


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_NUMBER = re.compile(r"\d(?:[\d.,:]| (?=\d{3}\b))*")
_EMPTY = _set(
    "a an and are as at be been but by can did do does for from had has have he her him his i if in is it its me my no "
    "not of on or our out she so that the their them then there they this to up us was we were what when which who "
    "will with would you your one about all any some what's it's i'm that's than how into"
)
_REMEMBERED = 1 << 15
"""How many texts to remember. Every variant looks up the same ones."""
RUN = 5
"""Words in a row that are not a coincidence if at least two carry meaning."""


def digit_runs(text: str) -> Iterator[str]:
    """Numbers of two digits or more, without thousands separators."""
    for match in _NUMBER.finditer(text):
        digits = re.sub(r"[ ,]", "", match.group()).rstrip(".:")
        if sum(letter.isdigit() for letter in digits) > 1:
            yield digits


@lru_cache(maxsize=_REMEMBERED)
def marks_in(text: str, everywhere: bool = False) -> frozenset[str]:
    """The names and numbers of a text."""
    return frozenset({*name_words(text, everywhere), *digit_runs(text)})


def lower_case_words(texts: Iterable[str]) -> set[str]:
    """Words that occur in lower case."""
    return set().union(*map(_lower_words, texts))


@lru_cache(maxsize=_REMEMBERED)
def _lower_words(text: str) -> frozenset[str]:
    return frozenset(word for word in _WORD.findall(text) if word.islower())


def lower_tokens(text: str) -> list[str]:
    """Words and numbers in lower case."""
    return re.findall(r"[^\W_]+(?:['’][^\W_]+)*", text.lower())


@lru_cache(maxsize=_REMEMBERED)
def word_runs(text: str) -> dict[tuple[str, ...], None]:
    """Every run of five words in which at least two carry meaning, in order."""
    words = lower_tokens(text)
    found = (tuple(words[start : start + RUN]) for start in range(len(words) - RUN + 1))
    return {run: None for run in found if sum(word not in _EMPTY for word in run) > 1}


def edits(one: str, other: str, most: int) -> int:
    """Edit distance: letters to add, drop, change or swap with a neighbour. `most` + 1 if it exceeds `most`."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        older, before, row = before, row, [i]
        for j, second in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != second))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == second:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)
