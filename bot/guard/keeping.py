"""How far a reply keeps to the line that it is to say in other words.

A good rewording is a little longer than its line, and what it adds are a nod and a filler. What goes wrong mostly
stands in a clause that the line has nothing of: an appraisal, a secret, a promise. So the words of clauses without
support are counted, whatever they say; `python -m evals.benches.keeping` fits the weights on replies written for that.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..text.words import word_set
from .exchanged import exchanges
from .words import DAYS, numbers_in, sentences_of, stems, straight_quotes, tokens

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

SUPPORTED, SHARED = 0.35, 0.5
"""A clause has support from this cosine to a part of the line on, or where it has so large a share of its words."""
NOTHING_OF_IT, NOTHING_AT_ALL = 0.42, 0.30
"""A reply of which nothing is nearer to the line than the first cosine is about something else: so are 43 of 52 first
sentences of a small model that talks nonsense, and 3 in a hundred of good rewordings. The second is for a few words,
which may be a nod."""
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
    """What a reply has more, less and other than its line.

    `nothing` is whether no clause or sentence is near to any part of the line;
    `added` and `new` are the words, and the words that carry meaning, of clauses without support; `extra` words of the
    whole; `days` and `numbers` whether it has one that stands neither in the line nor in what was said; `instead`
    whether a whole reply has as many of either, and other ones, or exchanges something else; `you` how often more it
    says "you", `asks` how many questions more with a "you" in them.
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
        """Whether a day or a number is another than it may be."""
        return bool(self.days or self.numbers or self.instead)

    @property
    def turned(self) -> bool:
        """Whether it turns to the manager as its line does not: asks, or goes on about "you"."""
        return self.you >= _MUCH_YOU or (self.asks > 0 and self.you >= _SOME_YOU)

    @property
    def strays(self) -> bool:
        """Whether it says something else, or more, than its line."""
        return self.nothing or adds(self) >= ADDS

    def row(self) -> tuple[float, ...]:
        """What is weighed, each of the size of 1."""
        return (self.added / 10, self.new / 2, self.extra / 10)


WEIGHTS: tuple[float, ...] = (0.97, 1.29, 0.65)
"""One for each feature, fitted by evals/benches/keeping.py."""
BIAS = -1.69
ADDS = 0.59
"""From this sum on a reply does not keep to its line."""


def pieces_of(text: str) -> tuple[str, ...]:
    """Its clauses, however short."""
    return tuple(piece for piece in _SPLIT.split(text) if piece.strip())


def parts_of_line(line: str) -> tuple[str, ...]:
    """What a clause of a reply may have support from: the line, its sentences and its clauses."""
    return tuple(dict.fromkeys((line, *sentences_of(line), *pieces_of(line))))


def doubtful(reply: str, line: str) -> tuple[str, ...]:
    """Its clauses that are neither a nod nor made of the line's own words: whether the line supports them, meaning
    must tell.
    """
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
    """Measure a reply: `said` is what was said before, what was heard last first; `support` has the cosines of its
    `doubtful` pieces to the nearest part of the line; `speakers` are the names of the two, in lower case.
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
    """The weighted sum that is held against `ADDS`."""
    return BIAS + sum(weight * value for weight, value in zip(WEIGHTS, measured.row(), strict=True))


def _numbers(text: str) -> list[float]:
    """The numbers that count, by size: 'one' is mostly a pronoun, and 'twice' is 'two times'."""
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
