"""The reader: splits a turn and codes each unit with one linear head over cues and a sentence vector."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Protocol

from ..talk.codebook import QUESTIONS, Code, Flag, Focus, Unit
from ..vectors.embedding import Embedder, default_embedder
from .cue import STRONG, plain
from .features import features, hands_back
from .flags import advice_wanted, changes_topic, flags_of
from .focus import focus_of
from .grounded import MUST_BE_GROUNDED, touches_nobody
from .rules import heard, votes
from .split import split
from .weights import shipped_weights

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

BLAME = 0.75
"""Factor for the probability of blame. A false alarm costs more trust than a miss."""
ECHOED_BLAME = 0.1
"""The same for the rep's own words, because repeating them isn't blame."""
YIELDING = frozenset({Code.DIRECTIVE, Code.ADVICE})
_SURE = 0.7
"""Minimum probability for the head to choose status or action. Chosen by cross-validation on the labelled units."""


class Reader(Protocol):
    """Codes turns. The rules reader, the linear reader and the model reader share this interface."""

    id: str

    def read(self, text: str, context: str = "") -> tuple[Unit, ...]:
        """The coded units of a manager's turn, in order. `context` is the rep's previous turn."""
        ...


class LinearReader:
    """A linear head over sentence vectors and cues. The same words give the same codes in every run and thread."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        weights = shipped_weights()
        self._codes, self._focus, self._vocabulary = weights.codes, weights.focus, weights.vocabulary
        self.id = f"linear-{weights.digest[:8]}"

    def judge(self, pieces: Sequence[tuple[str, str]]) -> list[tuple[Code, dict[Code, float]]]:
        """The code of each unit, and the probability of every code. `pieces` are units with the rep's words before."""
        chances = self._chances(pieces, self._rows(pieces))
        codes = [Code(name) for name in self._codes.classes]
        return [
            (self._decide(*piece, row)[0], dict(zip(codes, (float(chance) for chance in row), strict=True)))
            for piece, row in zip(pieces, chances, strict=True)
        ]

    def read(self, text: str, context: str = "") -> tuple[Unit, ...]:
        """The coded units of a manager's turn, in order. Accepts any text and never raises."""
        return self.read_all([(text, context)])[0]

    def read_all(self, turns: Sequence[tuple[str, str]]) -> list[tuple[Unit, ...]]:
        """The same for many turns, each with its context. Embeds all their units together, which is faster."""
        spans = [split(text) for text, _ in turns]
        pieces = [[text[start:end] for start, end in cut] for (text, _), cut in zip(turns, spans, strict=True)]
        vectors = iter(self._embedder.embed([plain(piece) for held in pieces for piece in held]))
        # Still row by row and turn by turn, because matrix products of different sizes can differ in the last digits.
        return [
            self._units(list(zip(cut, held, islice(vectors, len(held)), strict=True)), context) if held else ()
            for (_, context), cut, held in zip(turns, spans, pieces, strict=True)
        ]

    def _units(self, cut: Sequence[tuple[tuple[int, int], str, Floats]], context: str) -> tuple[Unit, ...]:
        """The units of one turn, from their offsets, words and vectors."""
        import numpy as np

        pieces = [(piece, context) for _, piece, _ in cut]
        rows = np.stack([features(piece, context, vector, self._vocabulary) for _, piece, vector in cut])
        chances, leanings = self._chances(pieces, rows), self._focus.chances(rows)
        coded = []
        for (piece, _), chance, leaning in zip(pieces, chances, leanings, strict=True):
            code, confidence = self._decide(piece, context, chance)
            focus = focus_of(piece, self._leaning(leaning)) if code in QUESTIONS else None
            coded.append((code, focus, confidence))
        return units_of([(*span, piece) for span, piece, _ in cut], coded, context)

    def _chances(self, pieces: Sequence[tuple[str, str]], rows: Floats) -> Floats:
        """The probability of every code, unit by unit."""
        chances = self._codes.chances(rows)
        blame = self._codes.classes.index(Code.CONFRONT)
        for chance, piece in zip(chances, pieces, strict=True):
            chance[blame] *= ECHOED_BLAME if hands_back(*piece) else BLAME
        chances /= chances.sum(axis=1, keepdims=True)
        return chances

    def _rows(self, pieces: Sequence[tuple[str, str]]) -> Floats:
        import numpy as np

        vectors = self._embedder.embed([plain(text) for text, _ in pieces])
        return np.stack(
            [features(*piece, vector, self._vocabulary) for piece, vector in zip(pieces, vectors, strict=True)]
        )

    def _decide(self, piece: str, context: str, chances: Floats) -> tuple[Code, float]:
        """The likeliest code, except that a clear takeover beats directive and advice, as in the codebook.

        Words that look like listening but are about no one here count as information.
        """
        best = int(chances.argmax())
        code = Code(self._codes.classes[best])
        confidence = round(float(chances[best]), 3)  # as stored, so that a saved turn loads unchanged
        if code in YIELDING and votes(heard(piece), False).get(Code.TAKEOVER, 0.0) >= STRONG:
            return Code.TAKEOVER, confidence
        if code in MUST_BE_GROUNDED and touches_nobody(piece, context, code, lambda: self._nearness(piece, context)):
            return Code.INFORMATION, confidence
        return code, confidence

    def _nearness(self, piece: str, context: str) -> float:
        one, other = self._embedder.embed([plain(piece), plain(context)])
        return float(one @ other)

    def _leaning(self, chances: Floats) -> Focus:
        """The head's focus if it is sure. Otherwise explore, the codebook's default."""
        best = int(chances.argmax())
        return Focus(self._focus.classes[best]) if chances[best] >= _SURE else Focus.EXPLORE


def units_of(
    pieces: Sequence[tuple[int, int, str]], coded: Sequence[tuple[Code, Focus | None, float]], context: str
) -> tuple[Unit, ...]:
    """The units of a turn with flags, from their offsets and words, and each one's code, focus and confidence."""
    # Permission to advise matters only for advice.
    wanted = any(code is Code.ADVICE for code, _, _ in coded) and advice_wanted(context)
    units = []
    for (start, end, piece), (code, focus, sure) in zip(pieces, coded, strict=True):
        wanted = wanted and not changes_topic(piece)
        units.append(Unit(piece, start, end, code, focus, flags_of(code, focus, piece, wanted), sure))
    return _stacked(tuple(units))


def _stacked(units: tuple[Unit, ...]) -> tuple[Unit, ...]:
    """Flag the second and later genuine questions of a turn. Repeating the same words doesn't count as stacking."""
    result: list[Unit] = []
    seen: set[str] = set()
    for unit in units:
        key = " ".join(re.findall(r"\w+", unit.text.lower()))
        if unit.genuine and seen and key not in seen:
            unit = replace(unit, flags=(Flag.STACKED, *unit.flags))
        if unit.genuine:
            seen.add(key)
        result.append(unit)
    return tuple(result)


@lru_cache(maxsize=1)
def default_reader() -> LinearReader:
    """The reader with the packaged embedding model, created once per process."""
    return LinearReader(default_embedder())
