"""Detects unreleased facts in a reply by their words, names, rare words or meaning."""

from __future__ import annotations

from collections.abc import Iterable

from ..text.names import names_in
from ..text.tokens import runs, stems, tokens
from .holdings import Ground
from .inventions import of_life
from .meaning import Masks, MeaningPart

TELLS, TELLS_BRIEFLY = 0.06, 0.085
"""A sentence tells a secret if it is closer to it, by this margin, than to anything that may be said. The second margin
is for sentences with few content words. If we compare each authored line with the others, one in 25 lines that tell
nothing reaches the margin, and so do three in five lines that tell a fact."""
ITS_WORDS = 0.11
"""A word unique to the secret lowers the margin by this much; less if other secrets have the word too."""
SEVERAL_WORDS = -0.15
"""The lowest margin, for sentences with several such words."""
OUTRIGHT = 0.15
"""With at least this margin, even a sentence of everyday words tells the secret."""
_NEAR, _VERY_NEAR = 0.33, 0.6
"""Below the first cosine, a sentence is about something else entirely. The second is for everyday words."""
_ITS_SUBJECT = 0.38
"""Below this cosine, the secret's words occur by coincidence."""
_HINTS, _BRIEF = 0.3, 2
_LONG, _SETTLED, _FAR = 10, 0.7, -0.13
_WORDS = 7


def quotes_secret(reply: str, ground: Ground, others: Iterable[str]) -> bool:
    """Whether the reply has five words in a row, or a name, from an unreleased fact. `others` is what was said."""
    others = tuple(others)
    shared = runs(reply) & ground.secret_runs
    if any(map(ground.tells, shared - {run for text in others for run in runs(text)} if shared else ())):
        return True
    said = {word for text in others for word in tokens(text)}
    names = {name.word.lower() for name in names_in(reply) if not of_life(name, reply)} & ground.secret_names
    return bool(names - said - ground.words)


def tells_secret(parts: Iterable[MeaningPart], ground: Ground, masks: Masks, others: Iterable[str]) -> bool:
    """Whether a part of the reply conveys an unreleased fact in other words."""
    said = frozenset(stem for text in others for stem in stems(text))
    return any(
        _tells(part, part.nearest(mask), allowed, stems(part.text) & ground.secret_stems[fact] - said, ground)
        for part in parts
        if part.weighs or len(part.text.split()) >= _WORDS
        for allowed in (part.allowed(masks),)
        for fact, mask in masks.secret.items()
    )


def clauses_may_tell(part: MeaningPart, masks: Masks) -> bool:
    """Whether a sentence's clauses may tell something that the sentence as a whole doesn't."""
    if len(part.text.split()) < _LONG or not part.weighs:
        return False
    allowed = part.allowed(masks)
    nearest = max((part.nearest(mask) for mask in masks.secret.values()), default=-1.0)
    return allowed < _SETTLED and nearest - allowed > _FAR


def _tells(part: MeaningPart, near: float, allowed: float, own: frozenset[str], ground: Ground) -> bool:
    margin = near - allowed
    if near < _NEAR or margin < SEVERAL_WORDS:
        return False
    if not part.weighs:
        return near >= _VERY_NEAR and margin >= OUTRIGHT
    weight = sum(ground.stem_weight[stem] for stem in own) if near >= _ITS_SUBJECT else 0.0
    if weight < _HINTS:
        weight = 0.0
    if len(stems(part.text)) <= _BRIEF:
        return weight >= 1.5 or margin >= TELLS_BRIEFLY
    return weight >= 1.5 or margin >= TELLS - ITS_WORDS * min(1.0, 2 * weight)
