"""Flags: further properties of a unit."""

from __future__ import annotations

import re
from itertools import pairwise

from ..talk.codebook import Code, Flag, Focus
from ..text.tokens import EMPTY, TOKEN
from ..text.words import word_set
from .cue import plain

_NEXT = re.compile(
    r"\b(?:will|'ll|won't|going to|gonna|tomorrow|tonight|later|soon|upcoming|next (?:week|month|quarter|year|time|"
    r"steps?|one|call|\w+day))\b|"
    r"\bby (?:\w+day|then|when|the end|close)\b"
)
_PAST = re.compile(
    r"\b(?:did|didn't|was|wasn't|were|weren't|had|last|ago|yesterday|told|said|went|got|came|saw|tried|learnt|"
    r"previous|earlier|been|"
    r"spoke|sent|won|lost|gave|took|kept|made|rang|blew|let|put|found|heard|ran|held|stuck|stayed|thought|knew|felt|"
    r"left|"
    r"have (?:you|we|they)|has (?:he|she|it|the|anything)|(?!concerned|worried|interested|pleased|tired|supposed|"
    r"need|indeed|speed|feed|seed|exceed|proceed|bed|"
    r"red)[a-z]{2,}ed)\b"
)
_OVER = re.compile(
    r"\b(?:would have|would've|have already|'ve already|already|went ahead|this morning|"
    r"last (?:night|week))\b"
)
_FORWARD = frozenset({Code.DIRECTIVE, Code.ADVICE, Code.TAKEOVER})
_PRAISES = word_set(
    "good great lovely well nice nicely brilliant cracking proud like love thanks thank fair excellent smart clever "
    "spot job work done bravo super perfect wonderful honest kind best better"
)
_LEAST_WORDS, _OF_CONTENT = 4, 2
_DID = frozenset({"you", "you've"})
_WHO = {("you're", word) for word in ("a", "an", "the", "such")}
"""Praise of so many words is for something in particular if so many are of content, or one is and it says "you".

On people's flags of natural units (77 of 192, 53 of 220) its F1 is .61 and .61; a list of phrases had .38 and .23.
"""
_COMPLEX = re.compile(
    r"\b(?:worr|feel|felt|afraid|want|hop|proud|frustrat|tired|lonely|torn|part of you|because|underneath|as if|"
    r"as though|matter|mean|"
    r"really|hurt|stung|scared|nervous|anxious|trust|doubt|would rather|'d rather|like a|sounds like|uneasy|caught)\w*"
)
_TAG = re.compile(
    r"[, ](?:(?:do|does|did|is|are|was|were|have|has|had|can|could|will|would|should)(?:n't)? (?:you|it|we|they|he|"
    r"she|that|not)|right|correct|"
    r"yeah|no|don't you think|surely|you know)\W*$"
)
_PRESSES = re.compile(
    r"^(?:surely|how could|how can|so you just|so basically)\b|\b(?:honestly|seriously|possibly|agree|"
    r"really going to)\b|"
    r"\bthink you(?:'ve|'d| have| had| were| gave|(?: \w+)? \w+ed)\b"
)
_PROPOSES = re.compile(
    r"\b(?:might|should|could|ought|maybe|perhaps|wouldn't (?:want|it|that)|thing to do|time to|thought of|why not|"
    r"tried)\b"
)
_ASKED_FOR_ADVICE = re.compile(
    r"\bwhat (?:would|should|do) (?:you|i) (?:do|suggest|recommend|think i should|advise)\b|\bany (?:ideas|advice|"
    r"suggestions|thoughts|tips)\b|"
    r"\bwhat do you (?:think|suggest|reckon)\b|\bhow would you\b|\bwould you (?:drop|go|call|wait|push|do)\b|"
    r"\bguru\b|\byour (?:advice|take|view|opinion)\b|"
    r"\b(?:sure|yes|please|yeah|of course|absolutely|okay|ok|go on),? (?:go ahead|please|go on|i'd (?:like|love|"
    r"welcome)|by all means|shoot|"
    r"tell me|i'm listening|fire away|i'd take)\b|^(?:go ahead|please do|by all means|shoot|fire away|i'm all ears)\b|"
    r"^(?:sure|of course|please|go for it|absolutely|course|i'd (?:like|love|welcome) that)(?: thing| do)?\W*$|"
    r"\bi could use (?:some|a|your)\b|\bhelp me out\b|\bi'm (?:really )?stuck\b.*\?|\bwhat am i missing\b|"
    r"\b(?:where|how|what) would you (?:start|do|handle|play|say)\b|\bi'd (?:love|like|welcome) (?:some|the|"
    r"your) (?:advice|feedback|view|help|thoughts)\b"
)
_CHANGES_TOPIC = re.compile(
    r"\b(?:moving on|next item|next topic|another thing|one more (?:thing|topic)|different (?:note|subject|topic)|"
    r"separately|"
    r"back to|while i have you|switching|let's turn to|anyway)\b"
)


def advice_wanted(context: str) -> bool:
    """Whether the rep's last words ask for advice or accept an offer of it."""
    return bool(_ASKED_FOR_ADVICE.search(plain(context)))


def changes_topic(text: str) -> bool:
    """Whether the unit changes the topic, which ends the permission to advise."""
    return bool(_CHANGES_TOPIC.search(plain(text)))


def flags_of(code: Code, focus: Focus | None, text: str, wanted: bool) -> tuple[Flag, ...]:
    """The flags of a single unit. `stacked` depends on the whole turn, so it is set elsewhere.

    A leading question gets `advice_as_question` unless it only has a tag or applies pressure, without proposing
    anything.
    """
    said = plain(text)
    leads = code is Code.LEADING_QUESTION
    tag = leads and bool(_TAG.search(said))
    proposes = leads and (bool(_PROPOSES.search(said)) or not (tag or _PRESSES.search(said)))
    found = (
        (Flag.RHETORICAL, tag),
        (Flag.ADVICE_AS_QUESTION, proposes),
        (Flag.WITH_PERMISSION, code is Code.ADVICE and wanted),
        (Flag.SPECIFIC, code is Code.AFFIRMATION and _names_something(said)),
        (Flag.COMPLEX, code is Code.REFLECTION and bool(_COMPLEX.search(said))),
    )
    time = _time_of(code, focus, said)
    return tuple(flag for flag, there in found if there) + ((time,) if time else ())


def _names_something(said: str) -> bool:
    words = TOKEN.findall(said)
    if len(words) < _LEAST_WORDS or any(pair in _WHO for pair in pairwise(words)):
        return False
    content = [word for word in words if word not in EMPTY and word not in _PRAISES]
    return len(content) >= (1 if _DID.intersection(words) else _OF_CONTENT)


def _time_of(code: Code, focus: Focus | None, said: str) -> Flag | None:
    """Whether a unit looks ahead or back. Orders, advice and action questions look ahead unless clearly in the past."""
    if code is Code.OTHER:
        return None
    if code in _FORWARD or focus is Focus.ACTION:
        return Flag.PAST if _OVER.search(said) else Flag.NEXT
    if code is not Code.AFFIRMATION and _NEXT.search(said):
        return Flag.NEXT
    return Flag.PAST if _PAST.search(said) else None
