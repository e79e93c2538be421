"""Measures how closely a reply follows the line that it should reword.

A good rewording is a little longer than its line, with a nod and a filler added. Most mistakes are in clauses that have
nothing to do with the line: an appraisal, a secret, a promise. So we count the words of unsupported clauses, whatever
they say. `python -m evals.benches.keeping` fits the weights on replies written for that purpose.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..text.numbers import numbers_in
from ..text.tokens import DAYS, sentences_of, stems, straight_quotes, tokens
from ..text.words import word_set
from .exchanged import exchanges

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

SUPPORTED, SHARED = 0.35, 0.5
"""Minimum cosine to a part of the line, or minimum share of words from the line, for a clause to count as supported."""
NOTHING_OF_IT, NOTHING_AT_ALL = 0.42, 0.30
"""A reply is about something else if all of it stays below the first cosine to the line. That is true of 43 of 52 first
sentences of a small model that talks nonsense, and of 3% of good rewordings. The second cosine is for very short
replies, which may be a nod."""
_A_NOD, _A_FILLER = 7, 2
_NEAR_DAYS = word_set("yesterday tonight tomorrow weekend")
_MOST_ADDED, _MOST_EXTRA, _MOST_NEW = 25, 25, 5
_SOME_YOU, _MUCH_YOU = 2, 3
_YOU = word_set("you your yours yourself you're you've you'd you'll")
_GENITIVE = re.compile(r"'s\b")
_TWELVE = re.compile(r"\b(?:noon|midday|midnight)\b", re.IGNORECASE)
_SPLIT = re.compile(
    r"[,;:]\s+|\s+[–—-]\s+|\s+(?=(?:and|but|so|because|since|which|though|if)\b)|(?<=[.!?…])\s+", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class LineComparison:
    """How a reply differs from its line.

    `nothing` says whether no part of it is close to any part of the line. `added` and `new` count the words, and the
    content words, of unsupported clauses. `extra` counts the additional words overall. `days` and `numbers` say whether
    it has one that is neither in the line nor in what was said. `instead` says whether a complete reply replaces days
    or numbers one for one, or swaps something else. `you` and `asks` count the additional "you"s, and the additional
    questions with a "you".
    """

    nothing: bool
    added: int
    new: int
    extra: int
    days: bool
    numbers: bool
    instead: bool
    you: int
    asks: int

    @property
    def changed(self) -> bool:
        """Whether a day or number isn't what it should be."""
        return bool(self.days or self.numbers or self.instead)

    @property
    def turned(self) -> bool:
        """Whether it turns to the manager more than its line does, by asking or by talking about "you"."""
        return self.you >= _MUCH_YOU or (self.asks > 0 and self.you >= _SOME_YOU)

    @property
    def strays(self) -> bool:
        """Whether it says something different from its line, or too much more."""
        return self.nothing or adds(self) >= ADDS

    def row(self) -> tuple[float, ...]:
        """The weighted features, each scaled to about 1."""
        return (self.added / 10, self.new / 2, self.extra / 10)


WEIGHTS: tuple[float, ...] = (0.97, 1.29, 0.65)
"""One per feature, fitted by evals/benches/keeping.py."""
BIAS = -1.69
ADDS = 0.59
"""With at least this sum, a reply doesn't follow its line."""


def pieces_of(text: str) -> tuple[str, ...]:
    """The clauses of a text, including short ones."""
    return tuple(piece for piece in _SPLIT.split(text) if piece.strip())


def parts_of_line(line: str) -> tuple[str, ...]:
    """The parts of the line that can support a clause: the whole line, its sentences and its clauses."""
    return tuple(dict.fromkeys((line, *sentences_of(line), *pieces_of(line))))


def doubtful(reply: str, line: str) -> tuple[str, ...]:
    """Clauses that are neither a nod nor made of the line's words. Embeddings decide if the line supports them."""
    known = stems(line)
    return tuple(
        piece
        for piece in pieces_of(reply)
        if (own := stems(piece)) or len(tokens(piece)) > _A_FILLER
        if len(own & known) < SHARED * max(1, len(own))
    )


def kept(
    reply: str, line: str, said: Sequence[str], support: Floats, nearest: float, whole: bool, speakers: frozenset[str]
) -> LineComparison:
    """Compare a reply with its line.

    `said` are the earlier turns, latest first. `support` has the cosine of each `doubtful` clause to the nearest part
    of the line, and `nearest` the highest cosine of any part of the reply. `speakers` are both names in lower case.
    """
    heard = said[0] if said else ""
    line_stems, heard_stems = stems(line), stems(heard)
    added = new = 0
    for piece, found in zip(doubtful(reply, line), support.tolist(), strict=True):
        if found < SUPPORTED:
            added += len(tokens(piece))
            new += len(stems(piece) - line_stems - heard_stems)
    known = {day for text in (line, *said) for day in _days(text)}
    if "morning" in tokens(line):
        known.add("tomorrow")
    numbers, line_numbers = _numbers(reply), _numbers(line)
    told = set(line_numbers).union(*(_numbers(text) for text in said))
    return LineComparison(
        nearest < (NOTHING_OF_IT if len(tokens(reply)) > _A_NOD else NOTHING_AT_ALL),
        min(added, _MOST_ADDED),
        min(new, _MOST_NEW),
        max(0, min(len(tokens(reply)) - len(tokens(line)), _MOST_EXTRA)),
        not known.issuperset(_days(reply)),
        bool(set(numbers) - told),
        whole
        and (_others(numbers, line_numbers) or _others(_days(reply), _days(line)) or exchanges(reply, line, speakers)),
        _yous(reply) - _yous(line),
        _asks(reply) - _asks(line),
    )


def adds(measured: LineComparison) -> float:
    """The weighted sum to compare with `ADDS`."""
    return BIAS + sum(weight * value for weight, value in zip(WEIGHTS, measured.row(), strict=True))


def _numbers(text: str) -> list[float]:
    """The numbers above 2, sorted. 'One' is usually a pronoun, and 'twice' means 'two times'."""
    text = _TWELVE.sub("twelve", _GENITIVE.sub("", straight_quotes(text)))
    return sorted(number.value for number in numbers_in(text) if number.value > 2)


def _days(text: str) -> list[str]:
    return sorted(word for word in map(_singular, tokens(text)) if word in DAYS or word in _NEAR_DAYS)


def _singular(word: str) -> str:
    word = word.removesuffix("'s")
    return word.removesuffix("s") if word.removesuffix("s") in DAYS else word


def _others(these: list[float] | list[str], those: list[float] | list[str]) -> bool:
    return these != those and len(these) == len(those)


def _yous(text: str) -> int:
    return sum(word in _YOU for word in tokens(text))


def _asks(text: str) -> int:
    return sum(sentence.endswith("?") and bool(_yous(sentence)) for sentence in sentences_of(text))
