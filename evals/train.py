"""Trains the reader: `python -m evals.train` writes bot/data/reader.npz from evals/data/units.jsonl.

It uses only the split `train`. The splits `dev` and `test` have separate topics, and `test` is for measuring. Plain
gradient descent from zero with a fixed shuffle, so training twice gives the same file.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from bot.reader.boundary import Boundary, clues, word_span
from bot.reader.cue import plain
from bot.reader.features import features, terms
from bot.talk.codebook import Code, Focus
from bot.vectors.embedding import Embedder, default_embedder
from bot.vectors.head import fit

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

_DATA = Path(__file__).parent / "data"
TARGET = Path(__file__).parent.parent / "bot" / "data" / "reader.npz"
_RIDGE = 1.3e-3
"""Chosen by cross-validation over the train split's topics, in an experiment we didn't keep; it moved kappa by .01."""
_TIMES = 3
"""Minimum number of train units with a term."""
_HEAD_STEPS, _HEAD_RATE = 300, 1.0
_BALANCE = 0.5
"""0 weights all rows equally, 1 all classes."""
_PAIRINGS, _STEPS, _RATE, _CLUE_RIDGE, _SEEN = 3, 120, 0.25, 2e-4, 8
_SEED = 7


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled unit: the rep's words before it, its code and, for questions, its focus."""

    id: str
    area: str
    topic: str
    split: str
    context: str
    text: str
    code: Code
    focus: Focus | None
    flags: tuple[str, ...]


@lru_cache(maxsize=1)
def examples() -> tuple[Example, ...]:
    """Every labelled unit of evals/data/units.jsonl, in file order."""
    rows = [json.loads(line) for line in (_DATA / "units.jsonl").read_text(encoding="utf-8").splitlines()]
    return tuple(
        Example(
            **{
                **row,
                "code": Code(row["code"]),
                "focus": Focus(row["focus"]) if row["focus"] else None,
                "flags": tuple(row["flags"]),
            }
        )
        for row in rows
    )


def of_split(split: str) -> list[Example]:
    """The units of one split: train, dev or test."""
    return [example for example in examples() if example.split == split]


def feature_rows(units: Sequence[Example], embedder: Embedder, vocabulary: Mapping[str, int]) -> Floats:
    """The features of each unit: shape (len(units), features)."""
    import numpy as np

    vectors = embedder.embed([plain(unit.text) for unit in units])
    return np.stack(
        [features(one.text, one.context, vector, vocabulary) for one, vector in zip(units, vectors, strict=True)]
    )


def vocabulary_of(texts: Iterable[str]) -> dict[str, int]:
    """The index of each term that enough texts contain, in alphabetical order."""
    counts = Counter(term for text in texts for term in set(terms(text)))
    return {term: place for place, term in enumerate(sorted(term for term, n in counts.items() if n >= _TIMES))}


def _train(target: Path = TARGET) -> None:
    """Fit both heads and the boundary on the train split, and write them."""
    import numpy as np

    units = of_split("train")
    vocabulary = vocabulary_of(unit.text for unit in units)
    rows = feature_rows(units, default_embedder(), vocabulary)
    head = partial(fit, ridge=_RIDGE, steps=_HEAD_STEPS, rate=_HEAD_RATE, balance=_BALANCE)
    codes = head([str(unit.code) for unit in units], rows)
    asking = [place for place, unit in enumerate(units) if unit.focus]
    focus = head([str(units[place].focus) for place in asking], rows[asking])
    boundary = learn([unit.text for unit in units])
    names = sorted(boundary.weights)
    np.savez_compressed(
        target,
        codes=np.array(codes.classes),
        code_weights=codes.weights,
        code_biases=codes.biases,
        focuses=np.array(focus.classes),
        focus_weights=focus.weights,
        focus_biases=focus.biases,
        terms=np.array(list(vocabulary)),
        clues=np.array(names),
        clue_weights=np.array([boundary.weights[name] for name in names]),
        clue_bias=np.array(boundary.bias),
    )


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


if __name__ == "__main__":
    _train()
    print(f"wrote {TARGET.name}")
