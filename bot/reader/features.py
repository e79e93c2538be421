"""What the head sees of a unit: its sentence vector, the rules' votes, every cue, and whether it echoes the rep."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..moves import Code
from .cue import core, plain
from .rules import CUES, heard, votes
from .words import word_set

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

_MEANING, _VOTE, _CUE = 4.0, 4.0, 1.0
_CODES = tuple(Code)
_SHORT = 3
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
"""The vote for a reflection where a statement in a question's clothes hands the rep's own words back."""


def features(text: str, context: str, vector: Floats) -> Floats:
    """One row for the head; `vector` is the unit's sentence vector."""
    import numpy as np

    places, asks, echo = heard(text), text.rstrip().endswith("?"), echoes(text, context)
    cues = np.zeros(len(CUES), dtype=np.float32)
    cues[list(places)] = _CUE
    voted = votes(places, asks)
    if echo:
        voted[Code.REFLECTION] = voted.get(Code.REFLECTION, 0.0) + ECHO
    vote = np.array([voted.get(code, 0.0) * _VOTE for code in _CODES], dtype=np.float32)
    facts = np.array([asks, echo, len(text.split()) <= _SHORT], dtype=np.float32)
    row: Floats = np.concatenate([vector * _MEANING, vote, cues, facts])
    return row


def echoes(text: str, context: str) -> bool:
    """Whether a statement with a question mark hands back the rep's own words ("The board was there?")."""
    said = plain(text)
    if not said.endswith("?") or _ASKS_FIRST.match(core(said)) or len(said.split()) > 14:
        return False
    own = set(re.findall(r"[a-z']+", said)) - _STOPWORDS
    return bool(own) and 2 * len(own & set(re.findall(r"[a-z']+", plain(context)))) >= len(own)
