"""A learned boundary: how likely a new thought begins at each word of text without punctuation.

Two small convolutions read the unit encoder's tokens, so that a word is seen with those around it.
`python -m evals.units.boundary` fits them; docs/reader.md says how well they find where thoughts begin.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from ..text.words import WORD

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

_DASH = re.compile(r"[–—]|\s-|-\s|--")
BOUNDARY = "boundary_"
"""How the names of its arrays begin in the reader's file."""
WORDS_AROUND = 2
"""How many words to each side a convolution sees."""


@dataclass(frozen=True)
class WordSpan:
    """The lower-case words of a stretch of text, with their offsets and the mark before each ("" for none)."""

    words: tuple[str, ...]
    places: tuple[tuple[int, int], ...]
    marks: tuple[str, ...]


def word_span(text: str, start: int = 0, end: int | None = None) -> WordSpan:
    """The words of `text[start:end]`. Offsets refer to `text`."""
    places = [word.span() for word in WORD.finditer(text, start, len(text) if end is None else end)]
    gaps = (text[one[1] : two[0]] for one, two in pairwise(places))
    words = [text[one:two].lower() for one, two in places]
    return WordSpan(
        tuple([word.replace("’", "'") for word in words] if "’" in text else words),
        tuple(places),
        ("", *["" if gap == " " else _mark(gap) for gap in gaps])[: len(places)],
    )


def _mark(gap: str) -> str:
    if "…" in gap or ".." in gap:
        return "…"
    if ";" in gap or ":" in gap:
        return ";"
    if _DASH.search(gap):
        return "-"
    return "," if "," in gap else ""


@dataclass(frozen=True)
class Boundary:
    """The weights, by name: `project`, then the convolutions `near` and `far`, then `out`, each with its bias.

    A word comes as the vectors of its first and its last token, 768 numbers; within, it has as many as `project` gives.
    """

    weights: dict[str, Floats]

    def log_odds(self, vectors: Floats) -> Floats:
        """The log-odds that a thought begins at each word, shape (words,), from their vectors, shape (words, 768)."""
        import numpy as np

        held = self.weights
        inner = np.maximum(vectors @ held["project"] + held["project_bias"], 0)
        near = self._convolved(inner, "near")
        far = self._convolved(near, "far")
        odds: Floats = (inner + near + far) @ held["out"] + held["out_bias"]
        return odds

    def _convolved(self, rows: Floats, name: str) -> Floats:
        import numpy as np

        kernel = self.weights[name]  # (2 * WORDS_AROUND + 1, width, width)
        padded = np.pad(rows, ((WORDS_AROUND, WORDS_AROUND), (0, 0)))
        summed = sum(padded[shift : shift + len(rows)] @ kernel[shift] for shift in range(len(kernel)))
        found: Floats = np.maximum(summed + self.weights[f"{name}_bias"], 0)
        return found


def as_arrays(weights: dict[str, Floats]) -> dict[str, Floats]:
    """The weights as they are kept, under names of their own."""
    return {f"{BOUNDARY}{name}": value for name, value in weights.items()}


def of_arrays(arrays: dict[str, Floats]) -> Boundary:
    """The boundary of a file's arrays."""
    held = {name.removeprefix(BOUNDARY): value for name, value in arrays.items() if name.startswith(BOUNDARY)}
    return Boundary({name: value.astype("float32") for name, value in held.items()})
