"""Names in a text: capitalised words, and those of them within sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from .tokens import TOKEN, straight_quotes
from .words import word_set

_CAPITAL = re.compile(r"(?<![\w'’-])[^\W\d_a-z][^\W\d_]*(?:['’-][^\W\d_]+)*")
# A capital at the start of a sentence, quotation or list says nothing.
_BEGINS = re.compile(r"(?:^|[.!?:;…\"“”‘(\[*—–]|\s-|[\s,]'|\n)\s*['\"“‘(\[*]*$")
_GENITIVE = re.compile(r"['’]s?$")
_NO_NAMES = word_set(
    "i i'm i'd i'll i've mr mrs ms miss sir dr ok okay god lord christmas easter new english american monday tuesday "
    "wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays fridays saturdays sundays january "
    "february march april may june july august september october november december crm pdf ceo cfo yes no"
)
_REMEMBERED = 1 << 15
"""How many texts to remember. Every variant looks up the same ones."""


class CapitalisedWord(NamedTuple):
    """A capitalised word and its neighbours. If it `begins` a sentence, the capital means nothing."""

    word: str
    begins: bool
    then: str
    before: str


@lru_cache(maxsize=_REMEMBERED)
def name_words(text: str, everywhere: bool = False) -> tuple[str, ...]:
    """Capitalised words within sentences, without 's. If `everywhere`, also those that start one."""
    return tuple(word for word, begins, _ in _capitals(text) if (everywhere or not begins) and _is_name(word))


def _is_name(word: str) -> bool:
    acronym = word.isupper() and len(word) < 4
    return not acronym and straight_quotes(word.lower()) not in _NO_NAMES


@lru_cache(maxsize=_REMEMBERED)
def names_in(text: str) -> tuple[CapitalisedWord, ...]:
    """Capitalised words, without a possessive 's."""
    text = straight_quotes(text)
    found = []
    for word, begins, match in _capitals(text):
        then = TOKEN.search(text, match.end())
        near = then is not None and text[match.end() : then.start()].strip("'s ") == ""
        before = text[: match.start()].rsplit(maxsplit=1)
        found.append(
            CapitalisedWord(word, begins, then.group() if then and near else "", before[-1].lower() if before else "")
        )
    return tuple(found)


def _capitals(text: str) -> Iterator[tuple[str, bool, re.Match[str]]]:
    for match in _CAPITAL.finditer(text):
        word = _GENITIVE.sub("", match.group())
        if word[:1].isupper():
            yield word, begins_sentence(text[: match.start()]), match


def begins_sentence(before: str) -> bool:
    """Whether a word after these would begin a sentence, a quotation or a line, where a capital means nothing."""
    return bool(_BEGINS.search(before[-12:]))
