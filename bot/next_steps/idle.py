"""Things that sound like a next step but aren't: insights, habits, fears, reports, and steps taken back at once."""

from __future__ import annotations

import re


def _cue(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_EMPTY = _cue(
    r"(?:i|we)\s+(?:can|could)\s+(?:always\s+)?(?:tell(?=\s+(?:from|by|that|when|if|he|she|they|it|you)\b)|"
    r"do(?=\s+(?:until|till|in\s+my|about|blindfold\w*)\b)|only\b|see\b(?!\s+(?:him|her|them|if)\b)|take\s+a\s+hint|hardly\b|"
    r"\w+\s+(?:[\w']+\s+){0,3}(?:in\s+my\s+sleep|blindfold\w*)|read\s+(?:him|her|people)\b)|"
    r"i\s+do\s+(?:take|know|see|get|try|ask|call|care|read|check|listen|talk|follow|send|keep|like|want|think|feel)\b|"
    r"i\s+tell\s+myself\b|i\s+(?:see|get|hear|know)\s+(?:now|that|it)\b|i\s+get\s+(?:\w+\s+){1,3}words\b|"
    r"i\s+(?:do|go|see|visit|call|ring|take|have|send|check|write|work|run|clean|meet)\b[^,;]{0,40}\bon\s+(?:\w+\s+)?\w+days\b"
)
_FEARED = _cue(
    r"\b(?:scared|afraid|frightened|terrified|worried|worry|fear|tell(?:s|ing)?\s+(?:myself|them|him|her|everyone)|"
    r"(?:they|he|she|you|everyone|everybody)\s+(?:know|knows|assumes?|expects?|thinks?|reckons?|hopes?)|if\s+i\s+say|i\s+keep\s+saying)"
    r"(?:\s+that)?\s+$"
)
_QUOTED = _cue(r"\b(?:i|he|she|they|we)\s+(?:said|asked|went|told\s+\w+)\s*[,:][^.!?]{0,200}$")
_MEANT = _cue(r"^\W*(?:just\s+)?that\s+$")
_NOW = _cue(r"^\W*(?:and\s+|but\s+)?(?:now|these\s+days|nowadays|at\s+the\s+moment)\W+$")
_PRESENT = _cue(r"i\s+(?!will|can|could|might|may|should|need|plan|intend|promise|shall|am|would)[a-z]")
_TAKEN_BACK = _cue(
    r"\W*(?:or\b\W*)?(?:no|wait|scrap\s+that|actually\s+no|or\s+rather)\b\W+(?:i|let|maybe|not|better)\b"
)
_SUITS = _cue(
    r"\b(?:now|(?:next|this)\s+\w+|\w+day|then|tomorrow|that)(?:'?s|\s+is|\s+works|\s+suits)\s+"
    r"(?:fine|good|great|ok|okay|perfect|best|me)\b|\b(?:they|he|she|it|we|i)\s+(?:had|was|were|went|got|did|passed|came|left|"
    r"said|sent|asked|rang|called|told|\w{3,}ed)\b"
)


def idle(sentence: str, begin: int) -> bool:
    """Whether the text at `begin` only says how things are, or what was feared or reported."""
    if _EMPTY.match(sentence, begin):
        return True
    before = sentence[max(0, begin - 40) : begin]
    if not before.strip():
        return False
    if _QUOTED.search(sentence[:begin]):
        return True
    if _MEANT.search(before) and sentence.startswith("we", begin):
        return True
    return bool(_FEARED.search(before)) or bool(_NOW.search(before) and _PRESENT.match(sentence, begin))


def taken_back(sentence: str, end: int) -> bool:
    """Whether the speaker takes back the step that ends at `end`: "I'll write tonight, no, I'll drop by"."""
    return end < len(sentence) and bool(_TAKEN_BACK.match(sentence, end))


def no_answer(sentence: str) -> bool:
    """Whether a sentence with a time only states a fact or that a time suits, without a promise."""
    return bool(_SUITS.search(sentence))
