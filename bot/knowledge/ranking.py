"""Ranking by words: BM25 over stems.

The only importer of bm25s. We sort its scores ourselves, so that ties keep their order.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

K1, B = 1.2, 0.75
"""BM25's usual settings (Robertson and Zaragoza, 2009)."""
SEARCH_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_SENTENCE = re.compile(r"(?:(?<=[.!?])|(?<=[.!?][\"”’')]))\s+(?=[\"“‘'(]*[^\W_a-z])")
_STOP = frozenset(
    SEARCH_WORD.findall(
        "a about after all also am an and any are as at be because been before being but by can could did do "
        "does doing don't for from get go got had has have having he her here hers him his how i i'd i'll i'm "
        "i've if in into is it it's its just keep like make me more my no not of off on one or our out over "
        "own she should so some such than that that's the their them then there they this those to too up us "
        "use very was way we were what what's when where which who will with would you you're your"
    )
)
_VOWEL = re.compile("[aeiouy]")


def words_of(text: str) -> list[str]:
    """The words of a text, in lower case. Letters are composed: an é may be written as one character or as two."""
    return [word.replace("’", "'") for word in SEARCH_WORD.findall(unicodedata.normalize("NFKC", text.lower()))]


def search_stem(word: str) -> str:
    """A word without common endings: `coaching`, `coached` and `coaches` become `coach`."""
    word = word.removesuffix("'s")
    if len(word) > 4 and word.endswith("ies"):
        return f"{word[:-3]}y"
    for ending in ("'ll", "'ve", "'re", "'d", "ally", "ly", "ings", "ing", "ed"):
        rest = word.removesuffix(ending)
        if rest != word and len(rest) > 2 and _VOWEL.search(rest):
            word = rest[:-1] if rest[-1] == rest[-2] and rest[-1] not in "lsz" else rest
            break
    if len(word) > 3 and word.endswith(("ches", "shes", "sses", "xes", "zes")):
        word = word[:-2]
    elif len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    return word[:-1] if len(word) > 3 and word.endswith("e") else word


def search_stems(text: str) -> list[str]:
    """The stems of a text's meaningful words, in order."""
    return [search_stem(word) for word in words_of(text) if word not in _STOP]


def prose_sentences(text: str) -> list[str]:
    """The sentences of a text, across paragraphs."""
    return [part for block in text.split("\n\n") for part in _SENTENCE.split(" ".join(block.split())) if part]


class Words:
    """BM25 over texts."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._count = len(texts)
        self._index: Any = None
        tokens = [search_stems(text) for text in texts]
        self._holding = Counter(word for words in tokens for word in set(words))
        if self._holding:
            import bm25s

            self._index = bm25s.BM25(k1=K1, b=B, backend="numpy")
            self._index.index(tokens, show_progress=False)

    def shares(self, query: str) -> Floats:
        """The share of `query`'s words, weighted by rarity, that each text covers: from 0 to below 1."""
        import numpy as np

        asked = list(dict.fromkeys(search_stems(query)))
        held = [word for word in asked if word in self._holding]
        if not held:
            return np.zeros(self._count, dtype=np.float32)
        shares: Floats = self._index.get_scores(held) / np.float32(sum(map(self._weight, asked)))
        return shares

    def _weight(self, word: str) -> float:
        """BM25's inverse document frequency, as bm25s computes it (Lucene's variant)."""
        holding = self._holding[word]
        return math.log(1 + (self._count - holding + 0.5) / (holding + 0.5))
