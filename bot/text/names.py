"""Names in a text: capitalised words within sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from .words import word_set

_CAPITAL = re.compile(r"(?<![\w'’-])[^\W\d_a-z][^\W\d_]*(?:['’-][^\W\d_]+)*")
# A capital at the start of a sentence, quotation or list says nothing.
_BEGINS = re.compile(r"(?:^|[.!?:;…\"“”‘(\[—–]|\s-|\s'|\n)\s*['\"“‘(]*$")
_GENITIVE = re.compile(r"['’]s?$")
_NO_NAMES = word_set(
    "i i'm i'd i'll i've mr mrs ms miss sir dr ok okay god lord christmas easter new english american monday tuesday "
    "wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays fridays saturdays sundays january "
    "february march april may june july august september october november december crm pdf ceo cfo yes no"
)
_REMEMBERED = 1 << 15
"""How many texts to remember. Every variant looks up the same ones."""


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
