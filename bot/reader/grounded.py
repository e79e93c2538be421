"""Checks whether words that look like listening are about anyone in the conversation.

A reflection repeats what the rep said, and an affirmation praises it. A maxim, a verdict or another speaker's line can
take the same form without being about either of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from ..talk.codebook import Code
from ..text.words import word_set
from .cue import plain
from .features import content_words

MUST_BE_GROUNDED = frozenset({Code.REFLECTION, Code.AFFIRMATION})
NEAR = 0.1
"""Below this cosine, the words aren't about what the rep said."""
_LEAST, _NOTHING = 2, 3
"""Minimum words in a unit to judge it, and minimum content words from the rep to have anything to reflect."""
_PEOPLE = word_set(
    """you your yours yourself you're you've you'd you'll youre youve u we us our ours we're we've i'm my me he him his
    he's she her hers she's they them their they're they've it its it's nobody somebody everybody someone everyone"""
)
_POINTS = re.compile(
    r"^(?:so|and|but|then|perhaps|maybe|somehow|ah|oh|well|that|this|those|these|there|sounds?|seems?)\b"
)
_PRAISES = re.compile(
    r"\b(?:well done|good|great|nice|nicely|sharp|smart|excellent|lovely|brilliant|clever|solid|strong|bravo|hats off|"
    r"right|brave|fantastic|terrific|superb|wonderful|impressive|impressed|thanks?|"
    r"well (?:played|spotted|handled|put|said))\b",
    re.IGNORECASE,
)
_ANOTHER_SPEAKER = re.compile(
    r"^\W*(?:rep|assistant|system|user|manager|evaluator|judge|admin)\b[^:.?!]{0,20}[\])]?:|^\W*\[[^\]]{3,}\]",
    re.IGNORECASE,
)


def touches_nobody(text: str, context: str, code: Code, near: Callable[[], float]) -> bool:
    """Whether a unit coded as listening is about no one here. `near` is its cosine with the rep's previous words."""
    if _ANOTHER_SPEAKER.search(text):
        return True
    said = plain(text)
    words = re.findall(r"[a-z']+", said)
    if len(text.split()) < _LEAST or _PEOPLE & set(words) or _POINTS.match(said.strip()):
        return False
    if set(content_words(text)) & set(content_words(context)):
        return False
    theirs = content_words(context)
    if code is Code.AFFIRMATION and (_PRAISES.search(text) or not text.isascii() or not context.strip()):
        return False
    return len(theirs) < _NOTHING or near() < NEAR
