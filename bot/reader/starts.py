"""Where a thought can begin and end in a run-on line, by grammar alone."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..text.words import BASE, OPENS_SUBORDINATE, QUESTION_WORDS, finite, verbal, word_class, word_set

_AUX = r"(?:do|does|did|is|are|was|were|would|could|can|might|may|will|shall|should|have|has|had)"
_NOT = (
    r"(?:don'?t|didn'?t|doesn'?t|isn'?t|aren'?t|wasn'?t|wouldn'?t|haven'?t|hasn'?t|shouldn'?t|couldn'?t|can'?t|"
    r"won'?t)"
)
_SUBJECT = (
    r"(?:you|we|they|he|she|it|that|this|there|these|those|any\w*|some\w*|every\w*|the|your|their|our|his|her|my|i)"
)
_PATTERNS = (
    (
        "wh",
        (
            rf"(?:what|how|why|who|when|where|which)(?:'s|'re|'d|s| {_AUX}| {_NOT}| else| if| about| come| many|"
            rf" much| long|"
            r" often| far| soon| made| makes| happen\w*| kind| sort| other| part| ones?| specifically|"
            r" exactly| not|"
            rf" (?!you|we|they|he|she|it|i|that|this|there)\w+ {_AUX}| in (?:the|that|your)| of (?:the|these|those|"
            rf"your))|in what way|what,? if anything|by when|whatever you"
        ),
    ),
    ("invert", rf"(?:{_AUX}|{_NOT}) {_SUBJECT}|mind if|ever thought"),
    (
        "invite",
        (
            r"(?:tell|walk|talk|take|run) me|help me (?:understand|see)|say (?:a bit |a little )?more|i(?:'m|"
            r" am|m)? (?:wonder|curious)"
        ),
    ),
    ("will", r"(?:i'?ll|i will|i'?m going to|i'?m gonna|let me|we'?ll|we will)(?! (?:know|be|have|see))"),
    ("would", r"i'?d|i would|you'?d (?:be|do|better)"),
    (
        "should",
        (
            r"(?:you|we) (?:need|should|ought|have to|could|might|must|can|can'?t|get)|you'?ve got to|maybe|"
            r"perhaps|make sure"
        ),
    ),
    ("want", r"i (?:need|want|expect)|i'?d like|let'?s|please|no more"),
    (
        "order",
        r"(?:please )?(?:don'?t|do not|stop|never|start) (?!you|i|we|they)\w+|leave|from now on|next time|go and",
    ),
    ("clause", r"(?:when|if) (?:i|you|not|he|she|they|it|we|that)|because|whoever|whichever"),
    (
        "praise",
        (
            r"(?:good|great|nice|well|excellent|brilliant|smart|lovely) \w+|i'?m glad|glad|hats off|"
            r"well done|nicely done|fair play|i (?:really )?(?:love|like|appreciate)"
        ),
    ),
    (
        "social",
        (
            r"thanks|thank you|sorry|no worries|any (?:ideas?|thoughts|news|update|movement|luck|chance|word|"
            r"reason)|anything"
        ),
    ),
    ("seem", r"(?:it |that )?(?:sounds|feels|seems|looks) like|so (?:you|they|he|she|it|the)"),
    (
        "contracted",
        (
            r"(?:i'?m|i'?ve|you'?re|you'?ve|they'?re|they'?ve|he'?s|she'?s|it'?s|that'?s|there'?s|we'?ve|"
            r"your? call)"
        ),
    ),
    ("subject", r"(?:i|we|they|he|she|you|it|there|that|this) \w+"),
)
_KINDS = re.compile("|".join(rf"(?P<{name}>(?:{pattern})(?![\w']))" for name, pattern in _PATTERNS))
"""The kinds of clause, one group each. The first match wins."""
JOINERS = word_set("and but so then also or")
_NOUNS = frozenset({"word", "determiner", "-s", "pronoun", "number"})
_DANGLING = frozenset({"determiner", "modal", "subject", "conjunction", "contracted"})
_COMPLEMENT = word_set("if whether that you they he she it we i there") | QUESTION_WORDS
_HEADS = word_set("everything anything something all time way reason thing things answers one day moment fact")
_STRANDED = word_set("to of in on at for with from by about into over through up out down off before after around")


def kind_of(words: Sequence[str], index: int) -> str:
    """The kind of clause that may begin at `index`, with a leading "+" after a joining word; "" for none."""
    joined, at = "", index
    while at < len(words) - 1 and words[at] in JOINERS and at - index < 2:
        joined, at = "+", at + 1
    if kind := _KINDS.match(" ".join(words[at : at + 4])):
        return f"{joined}{kind.lastgroup}"
    if words[at] in BASE:
        return joined + "base"
    if word_class(words[at]) in _NOUNS and any(finite(word) for word in words[at + 1 : at + 4]):
        return joined + "noun"
    return ""


_TAG = re.compile(
    r"(?:(?:do|don'?t|would) you (?:think|reckon|suppose|say|agree|feel|believe)|"
    rf"{_NOT} (?:you|we|they|it|he|she)|am i right)$"
)


def barred(words: Sequence[str], index: int, start: int) -> bool:
    """Whether no thought can end before `index`, because the clause since `start` is incomplete."""
    left, before, first = words[start:index], words[index - 1], words[index]
    lead = 0
    while lead < len(left) - 1 and left[lead] in JOINERS:
        lead += 1
    return (
        bool(_TAG.match(" ".join(words[index : index + 4])))
        or _waits(
            before,
            words[index - 2] if index - start > 1 else "",
            first,
            words[index + 1] if index + 1 < len(words) else "",
        )
        or _relative(left, words, index)
        or _question_goes_on(left[lead:], words, index)
    )


def _waits(before: str, earlier: str, first: str, second: str) -> bool:
    """Whether the last word needs a continuation ("the", "would", "ask him" before "what")."""
    kind = word_class(before)
    if kind in _DANGLING and before not in {"will", "that", "no"}:
        return True
    if before == "out" and earlier in {"find", "found", "finding", "figure", "work"} and first in _COMPLEMENT:
        return True
    if before in _HEADS and word_class(first) in {"subject", "pronoun"} and word_class(second) not in {"modal", "aux"}:
        return True
    if before in {"before", "after"} and word_class(first) in {"pronoun", "subject", "contracted"}:
        return True
    if (
        kind in {"object", "pronoun"}
        and earlier in {"tell", "told", "telling", "let", "help", "make", "see", "watch"}
        and first in _COMPLEMENT | BASE
    ):
        return True
    if kind == "preposition" and (
        before not in _STRANDED or word_class(first) in {"determiner", "object", "word", "number"}
    ):
        return True
    if before in QUESTION_WORDS and before not in {"why", "how", "when"}:
        return True
    if kind in {"holder", "aux"} and (first in _COMPLEMENT or kind == "aux"):
        return True
    if (
        kind == "object"
        and word_class(earlier) in {"holder", "be", "base"}
        and first in _COMPLEMENT
        and first in QUESTION_WORDS | {"if", "that"}
    ):
        return True
    return kind in {"subordinator", "adverb"} and before not in {
        "again",
        "now",
        "yet",
        "here",
        "well",
        "too",
        "then",
        "though",
    }


def _relative(left: Sequence[str], words: Sequence[str], index: int) -> bool:
    """Whether what follows completes a relative clause, or a clause without a verb ("the one gap" "i see")."""
    if not any(verbal(word) or word_class(word) == "-s" for word in left) and word_class(left[0]) not in {
        "opener",
        "base",
    }:
        return len(left) > 1
    if words[index] in BASE and "let" in left[-5:]:
        return True
    last = max(
        (place for place, word in enumerate(left) if word in QUESTION_WORDS or word in {"whatever", "than"}), default=-1
    )
    if last >= 0 and left[last] == "whatever":
        return not any(verbal(word) for word in left[last + 2 :])
    return last >= 0 and len(left) - last <= 4 and not any(verbal(word) for word in left[last:])


def _question_goes_on(left: Sequence[str], words: Sequence[str], index: int) -> bool:
    """Whether the question on the left still lacks its verb ("what discount" "have we given them")."""
    if left[0] not in QUESTION_WORDS:
        return False
    return not any(verbal(word) for word in left) or (len(left) < 3 and words[index] not in QUESTION_WORDS)


def subordinate(words: Sequence[str], start: int) -> bool:
    """Whether the clause at `start` opens with "if", "when" or the like, so its main clause is still to come."""
    at = start
    while at < len(words) - 1 and (words[at] in JOINERS or words[at] in {"ok", "right", "well", "now"}):
        at += 1
    if words[at] in {"when", "if", "before", "after", "since", "as"}:
        following = words[at + 1] if at + 1 < len(words) else ""
        return not (words[at] == "when" and word_class(following) in {"aux", "modal"}) and following != "not"
    return words[at] in OPENS_SUBORDINATE
