"""The votes of the rules: how strongly the cues indicate each code."""

from __future__ import annotations

from functools import lru_cache

from ..talk.codebook import QUESTIONS, Code
from .asking import ASKING_RULES
from .cue import LEAN, core, plain
from .listening import LISTENING_RULES
from .telling import TELLING_RULES

CUES = (*ASKING_RULES, *LISTENING_RULES, *TELLING_RULES)
_SEARCHES = tuple(cue.pattern.search for cue in CUES)


@lru_cache(maxsize=1024)
def heard(text: str) -> tuple[int, ...]:
    """The indices in `CUES` of the cues that match a unit."""
    whole = plain(text)
    middle = core(whole)
    if middle == whole:
        return tuple([place for place, search in enumerate(_SEARCHES) if search(whole)])
    return tuple([place for place, search in enumerate(_SEARCHES) if search(middle) or search(whole)])


def votes(places: tuple[int, ...], asks: bool) -> dict[Code, float]:
    """How strongly the cues at `places` indicate each code, from 0. Only the strongest cue of each code counts.

    `asks` says whether the unit ends in a question mark.
    """
    result: dict[Code, float] = {}
    for place in places:
        cue = CUES[place]
        result[cue.code] = max(cue.weight, result.get(cue.code, 0.0))
    if asks:
        for code in QUESTIONS:
            result[code] = result.get(code, 0.0) + LEAN
        result[Code.REFLECTION] = result.get(Code.REFLECTION, 0.0) + LEAN / 2
    return result
