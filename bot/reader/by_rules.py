"""The rules reader: codes by cues alone. It loads no embedding, is many times as fast, and agrees less.

How much less: `askwell eval bench moves`, and docs/reader.md.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

from ..talk.codebook import QUESTIONS, Code, Focus, Unit
from .cue import STRONG
from .features import ECHO, echoes
from .focus import focus_of
from .read import YIELDING, units_of
from .rules import CUES, heard, votes
from .split import split

_UNHEARD, _DIVIDED, _PLAIN = 0.25, 0.45, 0.75
"""Confidence where no cue speaks and the unit passes for information, where cues speak against each other, and else:
how often such a code is right on the units that train the other reader, rounded."""
_DIVIDED_BELOW = 0.45
"""The share of all votes below which the cues are divided."""

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
"""Of two codes with equal votes the later is more often right, on the same units."""


class RulesReader:
    """Cues with their votes, and nothing learned but where a thought begins."""

    def __init__(self) -> None:
        self.id = f"rules-{_digest()[:8]}"

    def judge(self, text: str, context: str = "") -> tuple[Code, float]:
        """The code of a unit that is cut already, and the confidence, 0 to 1."""
        places = heard(text)
        voted = votes(places, text.rstrip().endswith("?"))
        if echoes(text, context):
            voted[Code.REFLECTION] = voted.get(Code.REFLECTION, 0.0) + ECHO
        if not voted:
            return Code.INFORMATION, _UNHEARD
        code = max(voted, key=lambda code: (voted[code], _LIKELIER[code]))
        if code in YIELDING and voted.get(Code.TAKEOVER, 0.0) >= STRONG:
            code = Code.TAKEOVER
        return code, _DIVIDED if voted[code] < _DIVIDED_BELOW * sum(voted.values()) else _PLAIN

    def read(self, text: str, context: str = "") -> tuple[Unit, ...]:
        """The coded units of a manager's turn, in order; never an exception, whatever the text."""
        pieces = [(start, end, text[start:end]) for start, end in split(text)]
        judged = [self.judge(piece, context) for _, _, piece in pieces]
        coded = [
            (code, focus_of(piece, Focus.EXPLORE) if code in QUESTIONS else None, confidence)
            for (_, _, piece), (code, confidence) in zip(pieces, judged, strict=True)
        ]
        return units_of(pieces, coded, context)


@lru_cache(maxsize=1)
def _digest() -> str:
    """The hash of all cues: other cues are another reader."""
    told = "\n".join(f"{cue.code} {cue.weight} {cue.pattern.pattern}" for cue in CUES)
    return hashlib.sha256(told.encode()).hexdigest()
