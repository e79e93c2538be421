"""What is lost on recognised speech: the splitter and the reader on text without punctuation and capitals.

Held-out free conversations, each turn once as it was typed and once as speech recognition prints it. A turn's words are
compared one by one, so that a unit cut in two or joined with the next costs as many words as it holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from bot.reader import Reader, default_reader, split
from bot.talk.codebook import QUESTIONS

from ..units.data import NATURAL, Example, held_out
from . import BenchFigure, BenchResult
from .agreement import kappa

MOST_LOST = 0.05
"""The most that the figures may fall without punctuation and capitals."""
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class RecognisedTurn:
    """A turn's units as people coded them, and their words: as typed, or as recognised."""

    context: str
    units: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        """The whole turn."""
        return " ".join(words for words, _ in self.units)


@dataclass(frozen=True, slots=True)
class Understood:
    """How well turns were understood: F1 of the units' first words, and kappa by word of code and of questions."""

    boundaries: float
    codes: float
    questions: float


def without_marks(text: str) -> str:
    """A text as speech recognition prints it: words alone, in small letters."""
    return " ".join(_WORD.findall(text)).lower()


def spoken_turns(units: Sequence[Example], marks: bool) -> Iterator[RecognisedTurn]:
    """The turns of coded units, in order, with their punctuation and capitals or without."""
    for _, group in groupby(units, key=lambda unit: unit.id.rpartition(".")[0]):
        turn = list(group)
        told = tuple((one.text if marks else without_marks(one.text), one.code.value) for one in turn)
        told = tuple((words, code) for words, code in told if _WORD.search(words))
        if told:
            yield RecognisedTurn(turn[0].context, told)


def understood(turns: Sequence[RecognisedTurn], reader: Reader) -> Understood:
    """How well `reader` and the splitter understand some turns."""
    hits = found = wanted = 0
    gold: list[str] = []
    read: list[str] = []
    for turn in turns:
        text = turn.text
        places = [word.start() for word in _WORD.finditer(text)]
        begins, codes = _of_people(turn)
        spans = [span for span in split(text) if _WORD.search(text, *span)]
        cut = {sum(place < start for place in places) for start, _ in spans} - {0}
        hits, found, wanted = hits + len(cut & begins), found + len(cut), wanted + len(begins)
        units = reader.read(text, turn.context)
        gold += codes
        read += [next((one.code.value for one in units if one.start <= at < one.end), "other") for at in places]
    asks = {code.value for code in QUESTIONS}
    return Understood(
        2 * hits / (found + wanted) if found + wanted else 1.0,
        kappa(gold, read),
        kappa([code in asks for code in gold], [code in asks for code in read]),
    )


def _of_people(turn: RecognisedTurn) -> tuple[set[int], list[str]]:
    """The numbers of the words that begin a unit, without the first, and every word's code."""
    begins: set[int] = set()
    codes: list[str] = []
    for words, code in turn.units:
        begins.add(len(codes))
        codes += [code] * len(_WORD.findall(words))
    return begins - {0}, codes


def bench() -> BenchResult:
    """The figures of held-out conversations, typed and without punctuation, and what is lost."""
    units = held_out(NATURAL)
    reader = default_reader()
    typed, bare = (understood(list(spoken_turns(units, marks)), reader) for marks in (True, False))
    figures = []
    for name, one, other in (
        ("units' first words (F1)", typed.boundaries, bare.boundaries),
        ("code by word (kappa)", typed.codes, bare.codes),
        ("question or not by word (kappa)", typed.questions, bare.questions),
    ):
        figures += [
            BenchFigure(f"{name}, typed", one, ""),
            BenchFigure(f"{name}, no punctuation", other, "", f"loses at most {MOST_LOST}", one - other <= MOST_LOST),
        ]
    return BenchResult("Speech without punctuation and capitals", tuple(figures))
