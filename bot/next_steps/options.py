"""Steps named as options: what the rep would do, wants to do or was going to do, and imperatives said to oneself.

They count if the manager's turn asked for options, a plan or a first move. Otherwise "I'd" and "I want to" are
hypothetical, unless the turn has already named a step.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from ..text.words import word_set
from .actions import ACTIONS, ADVERB, NO_STEP, VERB
from .proposed import Asked

_Heard = Callable[..., list[re.Match[str]]]


def _cue(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_WOULD = _cue(
    rf"(?<!what )(?<!how )(?<!if )\b(?:i'?d|i\s+would|we'?d(?!\s+have))\s+(?:rather\s+(?!not\b))?{ADVERB}"
    rf"(?:say(?=\s*[,:\"“])|want\s+(?:something|someone|some|a|the)\b|stand|sleep|swap|split|use|save|load|stack|train|brief|"
    rf"{NO_STEP}{VERB})\b(?!\s+(?:it\s+)?(?:if\s+i\s+(?:could|had|were|was)))"
)
_WANT = _cue(
    rf"\bi(?:\s+want|'?d\s+like|'?d\s+love|\s+would\s+like|\s+fancy)\s+to\s+{ADVERB}(?!see\s+(?:how|what|if)){NO_STEP}{VERB}\b"
)
_INTENDED = _cue(
    rf"\bi\s+was\s+(?:going\s+to|gonna|planning\s+(?:to|on)|thinking\s+(?:of|about|i'?d|i\s+(?:could|might)))\s+{ADVERB}"
    rf"(?:{NO_STEP}{VERB}|[a-z]+ing)\b"
)
_NOUNS = word_set("""
    work price time contact plan talk phone email text sample record mark offer visit name demo draft measure cut print
    review call show share sort start stop run drive dial change block""")
_NOUN = "(?:" + "|".join(sorted(_NOUNS)) + r")\b"
"""Verbs that are often nouns ("Work pressure, I'd say"), so an object must follow."""
_OBJECT = (
    r"(?:a|an|the|my|his|her|him|their|them|it|our|your|this|that|these|those|each|every|all|both|some|someone|one|two|"
    r"three|four|five|with|to|in|from|on|at|up|out|back|round|down|off|through|over|(?-i:[A-Z]\w))"
)
_ONESELF = _cue(
    rf"^\W*(?:(?:well|so|and|then|first|ok|okay|yeah|yes|hm+|maybe|probably|just|i\s+suppose|i\s+guess)\b[\s,.]*){{0,2}}"
    rf"((?!{_NOUN}(?!\s+{_OBJECT})){VERB}\b(?!\s+(?:(?:of|off|was|is|are|that's|me|you\s+what|it\s+(?:pride|a\s+day|easy)|"
    r"it's|i'm|i|mine|yours|happens?|what\s+you|and\s+see|and\s+tell|up\s+to\s+me|a\s+lot\s+of|alone|from\s+(?-i:[A-Z]))\b))"
    r"\s+(?:\w|[\"“']))"
)
_MEANS = _cue(
    rf"\b(?:(?:i'?m|i\s+am)\s+(?:also\s+)?(?:planning|aiming|set|due|ready|happy|willing)\s+to|i\s+(?:mean|aim)\s+to|"
    rf"i(?:'ve|\s+have)\s+decided\s+to|i(?:'d|\s+had)\s+(?:better|best)|i\s+must|imma|i'?mma|"
    rf"let\s+me(?!\s+(?:see|know|think|tell\s+you|say|finish|start|guess|put\s+it|ask\s+you|explain|get\s+this|give\s+you)\b)|"
    rf"(?:the|my)\s+(?:first\s+|next\s+)?(?:step|move|thing|plan|idea|job)(?:\s+is|'s|\s+will\s+be|\s+would\s+be)\s+to)\s+"
    rf"{ADVERB}{NO_STEP}{VERB}\b"
)
_MUSES = _cue(
    rf"\b(?:(?:i'?m|i\s+am)\s+(?:also\s+)?(?:tempted|hoping|minded)\s+to\s+{NO_STEP}{VERB}\b|"
    rf"(?:i'?m|i\s+am|i've\s+been)\s+thinking\s+(?:of|about|i'?d|i\s+might|i\s+could)\s+(?:{VERB}\b|(?!being|having|quitting|leaving|giving)[a-z]+ing\b))"
)
_NAMED = _cue(
    r"^\W*((?:a|an|one|two|three|four|five|six|ten|another|\d{1,2})\s+(?:\w+\s+){0,2}?(?:calls?|visits?|meetings?|e-?mails?|"
    r"letters?|coffee|lunch|breakfast|notes?|walks?|tours?|demos?|sessions?|texts?|rounds?)\b(?![^.]*\b(?:said|was|were|had)\b))"
)
OPTION_CUES = (_WOULD, _WANT, _INTENDED, _MEANS, _MUSES)
_BEGINS = ACTIONS | word_set("""
    well so and then first ok okay yeah yes hm hmm maybe probably just i a an one two three four five six ten
    another""")
_FIRST_WORD = re.compile(r"[^\W_]+")

_INVITES = _cue(
    r"\b(?:(?:what|how|who|where|which|when)\b[^.?!]{0,90}\b(?:could|would|might|will|can|shall|should|want|like\s+to|"
    r"going\s+to|gonna|next|first|instead|else|plan|need|options?|begin|start|tackle)\b|"
    r"(?:what|how|who|where|which|when)'?(?:ll|d)\s+you|what's\s+(?:next|your\s+(?:plan|next|first|move))|whats\s+(?:next|your|ur|the\s+plan)|"
    r"(?:take|talk|walk|run)\s+me\s+through\s+(?:how|what)\s+(?:you|u)(?:'?d|'?ll|\s)|tell\s+me\s+(?:how|what)\s+(?:you|u)(?:'?d|'?ll)|"
    r"comes?\s+to\s+mind|other\s+(?:ways?|routes?|means)\b|any\s+(?:ideas?|thoughts\s+on)|ideas\b|suppose\s+you|imagine\s+you|say\s+you\s+(?:had|could)|"
    r"if\s+(?:you|u)\s+(?:had|could|were|wanted|only|did|drew|got)|over\s+to\s+you|up\s+to\s+you|in\s+your\s+(?:hands|power)|yours\s+to|"
    r"your\s+(?:next\s+(?:step|move)|plan|call|options?)|"
    r"what\s+(?:do|did|are)\s+(?:you|u)\s+(?:suggest|propose|think\s+of\s+doing|want|thinking\s+of))\b"
)
_FOLLOWS_ON = _cue(r"^\W*(?:[\w'’-]+[,.]\s+)?(?:and|then|so)\b[^?]{0,50}\?*$")
_BACK = _cue(
    r"\b(?:what|how|why|when|who|where)\s+(?:did|was|were|has|have|had|came|happened|made|went|stopped|kept|got\s+in|is\s+it)\b|"
    r"\bwould\s+(?:he|she|they|it|that)\s+(?:feel|say|think|see|react)\b|\bwould\s+you\s+have\b"
)
_PAST_TURN = _cue(
    r"\b(?:but|until|till|when|before|except|only|and\s+then|yesterday|last\s+\w+|earlier|this\s+morning|once)\b"
)


def options(sentence: str, heard: _Heard, asked: Asked, planning: bool) -> list[tuple[int, bool, bool]]:
    """Starts of steps named as options: the offset, whether it commits, and that it needs no time."""
    found: list[tuple[int, bool, bool]] = []
    if voiced := heard(_WOULD, _WANT):
        invited = invites(asked)
        found += [
            (match.start(), False, False) for match in voiced if invited or (planning and "rather" not in match.group())
        ]
    found += [(match.start(), True, False) for match in heard(_MEANS)]
    found += [(match.start(), False, False) for match in heard(_MUSES)]
    if (intended := heard(_INTENDED)) and not _BACK.search(asked.said):
        found += [(match.start(), False, False) for match in intended if not _PAST_TURN.search(sentence, match.end())]
    return found


def unsaid(sentence: str, asked: Asked) -> list[tuple[int, bool, bool]]:
    """Starts of steps without a subject: an imperative said to oneself, or a noun with a time. Like `options`."""
    first = _FIRST_WORD.search(sentence)
    if first is None or not (first.group().lower() in _BEGINS or first.group().isdigit()):
        return []
    found = [(match.start(1), False, False) for match in _ONESELF.finditer(sentence)]
    found += [(match.start(1), True, True) for match in _NAMED.finditer(sentence)]
    return found if found and invites(asked) else []


def invites(asked: Asked) -> bool:
    """Whether the manager's turn asks what the rep could or would do, or keeps asking ("And Colin?")."""
    last = asked.said
    end = re.split(r"(?<=[.!?])\s+", last)[-1]
    if _BACK.search(end):
        return False
    return bool(_INVITES.search(last)) or bool(_FOLLOWS_ON.search(end))
