"""Repairs: which earlier question "that's not what I asked" asks again, and which of two the manager means."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..talk.transcript import Turn
from ..text.words import BASE

REPAIRS = frozenset({"entry:talk-not-asked"})
"""Labels of turns that say that the rep didn't answer, without asking anything themselves."""
SHORT_CHOICE = 10
"""A turn of more words than this isn't only the choice between two things."""
STEM = 5
"""Words of at least this many letters are compared by their first ones."""

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_FIRST = re.compile(r"\b(?:first|former|1st|1|both|either)\b", re.IGNORECASE)
_SECOND = re.compile(r"\b(?:second|latter|last|2nd|2|other)\b", re.IGNORECASE)
_NEITHER = re.compile(r"\b(?:neither|none|not either|no[, ]+(?:not|i mean))\b", re.IGNORECASE)


def subject_stems(text: str) -> set[str]:
    """The stems of the words that carry a text's subject."""
    return {word[:STEM] for word in _WORD.findall(text.lower()) if len(word) >= STEM and word not in BASE}


def labels_given(turn: Turn) -> frozenset[str]:
    """The labels that a reply of the rep's answered."""
    found: set[str] = set()
    for part in turn.direction.parts if turn.direction else ():
        kind, _, rest = part.pool.partition("/")
        if kind in ("entry", "fact", "insight"):
            found.add(f"{kind}:{rest.partition('/')[0]}")
    return frozenset(found)


def asked_earlier(before: Sequence[Turn]) -> tuple[int, frozenset[str]] | None:
    """The place of the question that a repair asks again, and the labels that it has been answered with since."""
    given: set[str] = set()
    for place in range(len(before) - 1, -1, -1):
        turn = before[place]
        if not turn.is_manager:
            given |= labels_given(turn)
        elif not any(f"entry:{touch.entry}" in REPAIRS for touch in turn.touches):
            return place, frozenset(given)
    return None


def chosen(text: str, subjects: Sequence[str]) -> int | None:
    """Which of the two subjects that the rep offered a short turn picks: 0, 1, -1 for neither, or None if unclear."""
    if len(_WORD.findall(text)) > SHORT_CHOICE or len(subjects) != 2:
        return None
    words = subject_stems(text)
    held = [len(words & subject_stems(subject)) for subject in subjects]
    if held[0] != held[1]:
        return held.index(max(held))
    if _NEITHER.search(text):
        return -1
    first, second = bool(_FIRST.search(text)), bool(_SECOND.search(text))
    return int(second) if first != second else None
