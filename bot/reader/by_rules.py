"""The rules reader: codes units by cues alone. It loads no embedding model and is much faster, but less accurate.

For figures, run `askwell eval bench moves` or see docs/reader.md.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache

from ..talk.codebook import QUESTIONS, Code, Focus, Unit
from ..text.words import word_set
from .cue import STRONG, core, plain
from .focus import focus_of
from .read import units_of
from .rules import CUES, heard, votes
from .split import split

_UNHEARD, _DIVIDED, _PLAIN = 0.25, 0.45, 0.85
"""Confidence if no cue matches (the code is then information), if cues disagree, and otherwise. The first two are the
accuracy of such codes on the other reader's training units, rounded. The last is above theirs (.75): what cues agree on
counts in all codes but those that the other reader claims only when it is surest. Its thresholds aren't for cues."""
_DIVIDED_BELOW = 0.45
"""The cues disagree if the winning code has less than this share of all votes."""

_LIKELIER = {
    code: place
    for place, code in enumerate(
        (
            *(Code.DIRECTIVE, Code.LEADING_QUESTION, Code.COLLABORATION, Code.INFORMATION, Code.CONFRONT),
            *(Code.OPEN_QUESTION, Code.CLOSED_QUESTION, Code.AFFIRMATION, Code.REFLECTION, Code.OTHER),
            *(Code.TAKEOVER, Code.ADVICE),
        )
    )
}
"""For breaking ties: of two codes with equal votes, the later one here is right more often, on the same units."""


_YIELDING = frozenset({Code.DIRECTIVE, Code.ADVICE})
_ECHO = 0.6
"""The vote for a reflection if a statement with a question mark repeats the rep's own words."""
_ASKS_FIRST = re.compile(
    r"^(?:what|how|why|who|when|where|which|do|does|did|is|are|was|were|has|have|had|can|could|will|would|should|"
    r"don't|didn't|isn't|aren't|haven't|hasn't|doesn't)\b"
)
_STOPWORDS = word_set(
    """
    a an the and or but so of to in on at for with from by is are was were be been do did does have has had i you he she
    it we they him her me us my your his their our this that these those there here not no as if what how who why when
    where which just about out up can will would could should s t re ll ve m d word
    """
)


class RulesReader:
    """Lets the cues vote for codes. The only learned part is the boundary between thoughts."""

    def __init__(self) -> None:
        self.id = f"rules-{_digest()[:8]}"

    def judge(self, text: str, context: str = "") -> tuple[Code, float]:
        """The code of a single unit and the confidence, 0 to 1."""
        places = heard(text)
        voted = votes(places, text.rstrip().endswith("?"))
        if _echoes(text, context):
            voted[Code.REFLECTION] = voted.get(Code.REFLECTION, 0.0) + _ECHO
        if not voted:
            return Code.INFORMATION, _UNHEARD
        code = max(voted, key=lambda code: (voted[code], _LIKELIER[code]))
        if code in _YIELDING and voted.get(Code.TAKEOVER, 0.0) >= STRONG:
            code = Code.TAKEOVER
        return code, _DIVIDED if voted[code] < _DIVIDED_BELOW * sum(voted.values()) else _PLAIN

    def read(self, text: str, context: str = "") -> tuple[Unit, ...]:
        """The coded units of a manager's turn, in order. Accepts any text and never raises."""
        pieces = [(start, end, text[start:end]) for start, end in split(text)]
        judged = [self.judge(piece, context) for _, _, piece in pieces]
        coded = [
            (code, focus_of(piece, Focus.EXPLORE) if code in QUESTIONS else None, confidence)
            for (_, _, piece), (code, confidence) in zip(pieces, judged, strict=True)
        ]
        return units_of(pieces, coded, context)


def _echoes(text: str, context: str) -> bool:
    """Whether a statement with a question mark repeats the rep's own words ("The board was there?")."""
    said = plain(text)
    if not said.endswith("?") or _ASKS_FIRST.match(core(said)) or len(said.split()) > 14:
        return False
    own = _content_words(said)
    return bool(own) and 2 * len(own & _content_words(context)) >= len(own)


def _content_words(text: str) -> set[str]:
    return {word for word in re.findall(r"[a-z']+", plain(text)) if word not in _STOPWORDS}


@lru_cache(maxsize=1)
def _digest() -> str:
    """A hash of all cues, so that changing a cue changes the reader's id."""
    told = "\n".join(f"{cue.code} {cue.weight} {cue.pattern.pattern}" for cue in CUES)
    return hashlib.sha256(told.encode()).hexdigest()
