"""Fits the boundary, which says where a new thought begins in text without punctuation, on whole units."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.reader.boundary import Boundary, clues, word_span

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_PAIRINGS, _STEPS, _RATE, _CLUE_RIDGE, _SEEN = 3, 120, 0.25, 2e-4, 8
_SEED = 7


def learn(texts: Sequence[str]) -> Boundary:
    """Fit the boundary on whole units."""
    import numpy as np

    rows, truths = _joined(texts)
    counts = Counter(clue for row in rows for clue in row)
    names = sorted(clue for clue, count in counts.items() if count >= _SEEN)
    index = {name: number for number, name in enumerate(names, 1)}
    active: NDArray[np.int64] = np.array([[index.get(clue, 0) for clue in row] for row in rows], dtype=np.int64)
    truth = np.array(truths, dtype=np.float64)
    weights, squares, bias, bias_squares = np.zeros(len(names) + 1), np.full(len(names) + 1, 1e-8), 0.0, 1e-8
    for _ in range(_STEPS):
        error = 1.0 / (1.0 + np.exp(-(weights[active].sum(axis=1) + bias))) - truth
        slope = np.bincount(active.ravel(), np.repeat(error, active.shape[1]), len(weights)) / len(truth)
        slope += _CLUE_RIDGE * weights
        slope[0] = 0.0  # unseen clues have no weight
        squares += slope * slope
        weights -= _RATE * slope / np.sqrt(squares)
        lean = float(error.mean())
        bias_squares += lean * lean
        bias -= _RATE * lean / bias_squares**0.5
    return Boundary({name: float(weights[number]) for name, number in index.items()}, bias)


def _joined(texts: Sequence[str]) -> tuple[list[list[str]], list[int]]:
    """Clues and truths for every gap in pairs of joined units. Half of the time without apostrophes."""
    import numpy as np

    units = [line.words for text in texts if (line := word_span(text)).words]
    shuffle = np.random.RandomState(_SEED)
    rows: list[list[str]] = []
    truths: list[int] = []
    for pairing in range(_PAIRINGS):
        for first, second in zip(units, (units[place] for place in shuffle.permutation(len(units))), strict=True):
            words = [word.replace("'", "") for word in first + second] if shuffle.rand() < 0.4 else first + second
            middle = len(first)
            for place in range(1, middle + 1):
                rows.append(clues(words, place, 0))
                truths.append(int(place == middle))
            for place in range(middle + 1, len(words) if pairing == 0 else 0):
                rows.append(clues(words, place, middle))
                truths.append(0)
    return rows, truths
