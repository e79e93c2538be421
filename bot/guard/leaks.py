"""Detects what is still secret in a reply by its words, names, rare words or meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..text.names import names_in
from ..text.tokens import runs, stems
from .given import Given
from .inventions import of_life
from .secrets import Kept, tells_more

if TYPE_CHECKING:
    from .meaning import ComparedSentence

TELLS, TELLS_BRIEFLY = 0.06, 0.085
"""A sentence tells a secret if it is closer to it, by this margin, than to anything that was given. The second margin
is for sentences with few content words."""
ITS_WORDS = 0.11
"""Words that only the secret has lower the margin by up to this much; less if other secrets have them too."""
SEVERAL_WORDS = -0.15
"""The lowest margin, for sentences with several such words."""
OUTRIGHT = 0.15
"""With at least this margin, even a sentence of everyday words tells the secret."""
_NEAR, _VERY_NEAR = 0.33, 0.6
"""Below the first cosine, a sentence is about something else entirely. The second is for everyday words."""
_ITS_SUBJECT = 0.38
"""Below this cosine, the secret's words occur by coincidence."""
_HINTS, _BRIEF, _POINTS = 0.3, 2, 1.5


def quotes_secret(reply: str, kept: Kept, given: Given) -> bool:
    """Whether the reply has five words in a row, or a name, from what is secret and was not given."""
    own = runs(reply) & kept.runs - given.runs
    if any(tells_more(run, given) for run in own):
        return True
    names = {name.word.lower() for name in names_in(reply) if not of_life(name, reply)}
    return bool(names & kept.names - given.words)


def tells_secret(part: ComparedSentence, kept: Kept, given: Given) -> bool:
    """Whether a sentence of the reply conveys a secret in other words."""
    return any(_tells(part, near, _weight(part.text, subject, kept, given)) for subject, near in part.secrets.items())


def _weight(text: str, subject: str, kept: Kept, given: Given) -> float:
    """How strongly the words point to one secret: 1 for each stem that only it has, 1/2 if two have it."""
    own = stems(text) & kept.stems[subject] - given.stems
    return sum(1 / kept.owners[found] for found in own)


def _tells(part: ComparedSentence, near: float, weight: float) -> bool:
    margin = near - part.given
    if near < _NEAR or margin < SEVERAL_WORDS:
        return False
    if not part.weighs:
        return near >= _VERY_NEAR and margin >= OUTRIGHT
    weight = weight if near >= _ITS_SUBJECT and weight >= _HINTS else 0.0
    if weight >= _POINTS:
        return True
    if len(stems(part.text)) <= _BRIEF:
        return margin >= TELLS_BRIEFLY
    return margin >= TELLS - ITS_WORDS * min(1.0, 2 * weight)
