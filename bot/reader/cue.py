"""Cues: patterns that indicate a code. Also normalizes text before matching."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from ..talk.codebook import Code
from ..text.words import word_set

STRONG, FIRM, LEAN = 0.60, 0.35, 0.15
_HEAD, _TAIL = 600, 200

_LEAD_INS = re.compile(
    r"^(?:(?:well|ok|okay|so|and|but|hm+|um+|uh+|er|right|great|sure|now|look|listen|hey|yeah|yes|yep|no|alright|"
    r"anyway|"
    r"also|then|first|just|mike|please|pls|oh|ah|fine|cool|perfect|honestly|frankly|mate|good|excellent|fair enough|"
    r"got it|"
    r"i see|tell you what|the thing is|i mean|you know|i guess)\b[\s,.!–—-]+)+"
)
_AFTER_S = (
    r"(?= (?:your|the|a|an|it|that|this|he|she|they|been|going|next|happening|you|go|not|up|to|make|get|think|look|"
    r"say|talk|"
    r"call|work|in|on|behind|stopping|keeping|driving|really|got|new|left|their|our|his|her|my|worth|changed|"
    r"different))"
)
_SURROGATES = re.compile(r"[\ud800-\udfff]")  # lone surrogates, which tokenizers reject
_WORD = re.compile(r"\w+")
_CONTRACTIONS = (
    (re.compile(r"\b(do|does|did|is|are|was|were|would|could|should|have|has|had|wo|ca)nt\b"), r"\1n't"),
    (re.compile(rf"\b(what|how|who|where|that|there|it|he|she|let|when|why)s\b{_AFTER_S}"), r"\1's"),
    (re.compile(r"\b(what|how|that|there)s\b"), r"\1's"),
    (re.compile(r"\bim\b"), "i'm"),
    (re.compile(r"\bill\b"), "i'll"),
    (re.compile(r"\bid\b(?! number| card| badge)"), "i'd"),
    (re.compile(r"\bive\b"), "i've"),
    (re.compile(r"\b(you|they)re\b"), r"\1're"),
    (re.compile(r"\b(you|they)ll\b"), r"\1'll"),
    (re.compile(r"\b(you|they)ve\b"), r"\1've"),
    (re.compile(r"\byoud\b"), "you'd"),
    (re.compile(r"\bweve\b"), "we've"),
    (re.compile(r"\bwe ll\b|\bwell\b(?= (?:go|meet|double|call|take|do|get|handle|both))"), "we'll"),
    (re.compile(r"\bu\b"), "you"),
    (re.compile(r"\bur\b"), "your"),
)
_LACKING = word_set(
    "dont doesnt didnt isnt arent wasnt werent wouldnt couldnt shouldnt havent hasnt hadnt wont cant "
    "whats hows whos wheres thats theres its hes shes lets whens whys im ill id ive youre youll youve theyre theyll "
    "theyve youd weve ll well u ur"
)
"""If none of these words occur, no contraction above needs fixing."""


@dataclass(frozen=True, slots=True)
class _Cue:
    """If `pattern` matches the unit, with or without its lead-ins ("so, ..."), `code` gains `weight`."""

    code: Code
    weight: float
    pattern: re.Pattern[str]


def cues(code: Code, weight: float, *patterns: str) -> tuple[_Cue, ...]:
    """One cue per pattern."""
    return tuple(_Cue(code, weight, re.compile(pattern)) for pattern in patterns)


@lru_cache(maxsize=1024)
def plain(text: str) -> str:
    """Lower case, with missing apostrophes restored. For a very long text, only the beginning and the end."""
    if len(text) > _HEAD + _TAIL:
        text = f"{text[:_HEAD]} {text[-_TAIL:]}"
    text = text.lower()
    if not text.isascii():
        text = _SURROGATES.sub(" ", text).replace("’", "'")
    text = text.replace("`", "'")
    if not _LACKING.isdisjoint(_WORD.findall(text)):
        for pattern, replacement in _CONTRACTIONS:
            text = pattern.sub(replacement, text)
    return " ".join(text.split())


def core(said: str) -> str:
    """Plain text without lead-ins such as "well," or "ok so"; unchanged if nothing else is left."""
    lead = _LEAD_INS.match(said)
    return said[lead.end() if lead else 0 :].strip(" ,-–—") or said
