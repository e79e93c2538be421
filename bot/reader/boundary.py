"""A learned boundary: how likely a new thought begins before a word.

This is a logistic regression over the words and word classes around the gap. evals/train.py fits it on labelled units
joined without full stops.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, repeat

from ..text.words import WORD, verbal, word_class
from .starts import kind_of

_DASH = re.compile(r"[–—]|\s-|-\s|--")


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


def clues(words: Sequence[str], index: int, start: int, kind: str | None = None) -> list[str]:
    """Features of the gap before word `index`, where a clause of `kind` may begin. The current one began at `start`."""
    ahead = [words[place] if place < len(words) else ">" for place in range(index, index + 3)]
    behind = [words[place] if place >= start else "<" for place in (index - 1, index - 2)]
    a, b, c = (word_class(word) for word in ahead)
    p, q = (word_class(word) for word in behind)
    length, left = min(index - start, 6), words[start:index]
    kind, opening = kind_of(words, index) if kind is None else kind, kind_of(words, start)
    has_verb = any(verbal(word) for word in left)
    return [
        f"a {ahead[0]}", f"ab {ahead[0]} {ahead[1]}", f"A {a}", f"AB {a} {b}", f"ABC {a} {b} {c}", f"aB {ahead[0]} {b}",
        f"p {behind[0]}", f"P {p}", f"QP {q} {p}", f"qp {behind[1]} {behind[0]}", f"PA {p} {a}", f"pA {behind[0]} {a}",
        f"Pa {p} {ahead[0]}", f"PAB {p} {a} {b}", f"L {length}", f"R {min(len(words) - index, 4)}", f"f {words[start]}",
        f"FA {word_class(words[start])} {a}", f"k {kind}", f"kP {kind} {p}", f"kv {kind} {has_verb}",
        f"kL {kind} {length}",
        f"ko {kind} {opening}", f"oL {opening} {length}", f"v {has_verb} {length}",
    ]  # fmt: skip


@dataclass(frozen=True)
class Boundary:
    """The weight of each clue, and the bias."""

    weights: dict[str, float]
    bias: float

    def score(self, words: Sequence[str], index: int, start: int, kind: str | None = None) -> float:
        """Log-odds that a thought of `kind` begins before word `index`, at the base rate of the training examples."""
        return self.bias + sum(map(self.weights.get, clues(words, index, start, kind), repeat(0.0)))
