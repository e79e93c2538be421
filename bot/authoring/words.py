"""Finds names, numbers and runs of words in text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_CAPITAL = re.compile(r"(?<![\w'’-])[^\W\d_a-z][^\W\d_]*(?:['’-][^\W\d_]+)*")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_NUMBER = re.compile(r"\d(?:[\d.,:]| (?=\d{3}\b))*")
# A capital at the start of a sentence, quotation or list says nothing.
_BEGINS = re.compile(r"(?:^|[.!?:;…\"“”‘(\[—–]|\s-|\s'|\n)\s*['\"“‘(]*$")
_GENITIVE = re.compile(r"['’]s?$")
_NO_NAMES = _set(
    "i i'm i'd i'll i've mr mrs ms miss sir dr ok okay god lord christmas easter new english american monday tuesday "
    "wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays fridays saturdays sundays january "
    "february march april may june july august september october november december crm pdf ceo cfo yes no"
)
_EMPTY = _set(
    "a an and are as at be been but by can did do does for from had has have he her him his i if in is it its me my no "
    "not of on or our out she so that the their them then there they this to up us was we were what when which who "
    "will with would you your one about all any some what's it's i'm that's than how into"
)
_REMEMBERED = 1 << 15
"""How many texts to remember. Every variant looks up the same ones."""
RUN = 5
"""Words in a row that are not a coincidence if at least two carry meaning."""


@lru_cache(maxsize=_REMEMBERED)
def name_words(text: str, everywhere: bool = False) -> tuple[str, ...]:
    """Capitalised words within sentences, without 's. If `everywhere`, also those that start one."""
    return tuple(_names_in(text, everywhere))


def _names_in(text: str, everywhere: bool) -> Iterator[str]:
    for match in _CAPITAL.finditer(text):
        word = _GENITIVE.sub("", match.group())
        if not word[:1].isupper():
            continue
        acronym = word.isupper() and len(word) < 4
        a_name = not acronym and word.lower().replace("’", "'") not in _NO_NAMES
        if a_name and (everywhere or not _BEGINS.search(text[: match.start()][-12:])):
            yield word


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
