"""A unit's features for the head: its vector, the votes and cues, its overlap with the rep's words, and its terms."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from ..talk.codebook import Code
from ..text.words import word_set
from .cue import core, plain
from .rules import CUES, heard, votes

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

_MEANING, _VOTE, _CUE, _TERM = 4.0, 4.0, 1.0, 1.5
_CODES = tuple(Code)
_SHORT, _BRIEF = 3, 5
_START = "^"
_TERMS = re.compile(r"[a-z']+|[?!,]")
_STOPWORDS = word_set(
    """
    a an the and or but so of to in on at for with from by is are was were be been do did does have has had i you he she
    it we they them him her me us my your his their our this that these those there here not no as if what how who why
    when where which just about out up can will would could should s t re ll ve m d word
    """
)
_ASKS_FIRST = re.compile(
    r"^(?:what|how|why|who|when|where|which|do|does|did|is|are|was|were|has|have|had|can|could|will|would|should|"
    r"don't|"
    r"didn't|isn't|aren't|haven't|hasn't|doesn't)\b"
)
ECHO = 0.6
"""The vote for a reflection if a statement with a question mark repeats the rep's own words."""


def features(text: str, context: str, vector: Floats, vocabulary: Mapping[str, int]) -> Floats:
    """One row for the head. `vector` is the unit's sentence vector, `vocabulary` the index of each known term."""
    import numpy as np

    places, asks, echo = heard(text), text.rstrip().endswith("?"), echoes(text, context)
    cues = np.zeros(len(CUES), dtype=np.float32)
    cues[list(places)] = _CUE
    voted = votes(places, asks)
    if echo:
        voted[Code.REFLECTION] = voted.get(Code.REFLECTION, 0.0) + ECHO
    vote = np.array([voted.get(code, 0.0) * _VOTE for code in _CODES], dtype=np.float32)
    facts = np.array([asks, echo, len(text.split()) <= _SHORT, *_shared(text, context, asks)], dtype=np.float32)
    known = np.zeros(len(vocabulary), dtype=np.float32)
    known[[vocabulary[term] for term in terms(text) if term in vocabulary]] = _TERM
    row: Floats = np.concatenate([vector * _MEANING, vote, cues, facts, known])
    return row


def terms(text: str) -> list[str]:
    """A unit's words and punctuation marks, and each pair of neighbours. The beginning counts as a mark."""
    words = [_START, *_TERMS.findall(plain(text))]
    return [*words, *(f"{a} {b}" for a, b in pairwise(words))]


def _shared(text: str, context: str, asks: bool) -> Sequence[float]:
    """How much of the unit repeats the rep's own words. This separates reflections from information and blame."""
    own, theirs = content_words(text), set(content_words(context))
    share = sum(word in theirs for word in own) / len(own) if own else 0.0
    return (
        share,
        share > 0.5,
        share > 0.34 and not asks,
        not context.strip(),
        share if asks else 0.0,
        len(own) < _BRIEF and share > 0.5,
    )


def hands_back(text: str, context: str) -> bool:
    """Whether a statement consists mostly of the rep's own words."""
    own, theirs = content_words(text), set(content_words(context))
    return not text.rstrip().endswith("?") and len(own) > 1 and 3 * sum(word in theirs for word in own) >= 2 * len(own)


def content_words(text: str) -> list[str]:
    """The words in lower case, without stop words."""
    return [word for word in re.findall(r"[a-z']+", plain(text)) if word not in _STOPWORDS]


def echoes(text: str, context: str) -> bool:
    """Whether a statement with a question mark repeats the rep's own words ("The board was there?")."""
    said = plain(text)
    if not said.endswith("?") or _ASKS_FIRST.match(core(said)) or len(said.split()) > 14:
        return False
    own = set(content_words(said))
    return bool(own) and 2 * len(own & set(content_words(context))) >= len(own)
