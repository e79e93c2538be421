"""What a manager's turn asked for, to recognise steps that the manager already proposed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from ..text.words import BASE, word_set
from .actions import ACTIONS

LONGEST_PROPOSAL = 600
"""Maximum characters of a turn to read for what it answers or asks."""


def _cue(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_PROPOSES = _cue(
    r"\b(?:(?:can|could|would|will|couldn't|wouldn't|shouldn't|won't)\s+you\b|why\s+(?:don't|not|wouldn't|couldn't)|"
    r"(?:what|how)\s+about\b|what\s+if\s+(?:you|we)|have\s+you\s+(?:\w+\s+)?(?:considered|thought|tried)|"
    r"did\s+(?:you\s+(?:ever\s+)?(?:think\s+of|consider)|it\s+occur)|do\s+you\s+fancy|wiser\s+to|"
    r"(?:you|we)\s+(?:should|could|ought|need|must|have\s+to|might|will)|you'?ll|i(?:'d|\s+would)\s+(?!like\s+to\s+know)|"
    r"i\s+(?:want|need|expect|suggest)|let\s+me\s+(?:know|have|see)|maybe|perhaps|consider|let's|"
    r"(?:couldn't|shouldn't|wouldn't)\s+(?:the|it|they|we|he|she|\w+)\s)"
)
_OPEN = _cue(
    r"^\W*(?:(?:so|and|ok|okay|well|oo+h|right|but|now|then|hm+|honestly|go on)\b[\s,.]*){0,3}(?:if\b[^,]{0,60},\s*)?"
    r"(?:\w+[^,?]{0,60},\s*)?(?:(?:in|by|with|on|for|of|at)\s+)?"
    r"(?:what|how|where|who|which|when|why\s+(?:did|do|is|are|was)|tell\s+me|talk\s+me|walk\s+me|describe|any\s+way)\b"
)
_SUGGESTING = _cue(r"\b(?:what|how)\s+about\b|\bwhat\s+if\s+(?:you|we)")
_TELLS = _cue(
    r"^\W*(?:no,?\s+)?(?:i'?ll|i\s+will|i'?m|i\s+am|i\s+(?:approve|deal|do)|let\s+me\s+(?!know|have|see)|"
    r"you\s+(?:gave|did|said|told|were|have)|he|she|they|the|it(?!\s+(?:may|might|could|would)))\b"
)
_FORBIDS = _cue(r"\b(?:don't|do\s+not|never|stop|no|not|without|leave)\b")
_IMPERATIVES = ACTIONS | BASE | {"wait", "hold", "slow", "log", "fill", "send", "use", "set", "lead"}
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_FUNCTION = word_set(
    """a an the my your his her their our its and or but so n to of in on at for with from by about into over up out off
    down back i me you he him she it they them we us this that these those there then than if whether when before after
    until till is are was be been am do does did have has had will would could can should might may shall not no don't
    won't i'm i'll i'd ill im id il gonna going just also first only maybe perhaps what why how who which where think
    thought one ones all some any more as well ok okay yes yeah fine right let let's get go make take put give tell want
    need you'll he's she's it's that's myself yourself himself sure now today tomorrow tonight monday tuesday wednesday
    thursday friday week morning by next suppose really like try couldn't wouldn't shouldn't considered"""
)
_ALIKE = (("call", "ring phone bell dial chas reach"), ("send", "email mail text forward"), ("visit", "meet lunch"))
_SYNONYM = {word: head for head, words in _ALIKE for word in words.split()}


@lru_cache(maxsize=8192)
def _stem(word: str) -> str:
    """A crude stem, enough to match "asking" with "ask" and "ring" with "phone"."""
    word = word.lower().removesuffix("'s")
    for ending in ("ing", "ed", "es", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word.removesuffix(ending)
            break
    return _SYNONYM.get(word, word)


def content(text: str) -> frozenset[str]:
    """The stems of the words that carry meaning."""
    said = text[: 4 * LONGEST_PROPOSAL]
    words = _WORD.findall(said.lower()) if said.isascii() else [word.lower() for word in _WORD.findall(said)]
    return frozenset([_stem(word) for word in words if word not in _FUNCTION])


_BIDS = _cue(
    r"\b(?:(?:can|could|would|will|couldn't|wouldn't|shouldn't|won't)\s+you\b|why\s+(?:don't|not)|(?:what|how)\s+about\b|"
    r"what\s+if\b|have\s+you\s+(?:\w+\s+)?(?:considered|thought|tried)|do\s+you\s+fancy|wiser\s+to|better\s+to|best\s+to|"
    r"if\s+(?:you|u)(?:'d|\s+would|\s+wouldn't)\b|u\s+(?:should|need|could|must)|"
    r"(?:you|we)(?:'d\s+better|\s+(?:\w+\s+)?(?:should|could|ought|need|must|have\s+to|might)(?!\s+be\b))|"
    r"here's\s+what|we(?:'ll|\s+will)|you'?(?:ll|re\s+(?:to|going\s+to|gonna))|you\s+will|"
    r"i(?:'d|\s+would)\s+(?!like\s+to\s+know|be\b|love\s+to\s+hear)|i\s+(?:want|need|expect|suggest)|id\s+\w+|shall\s+we|"
    r"let\s+me\s+(?:know|have)|maybe|perhaps|consider|let'?s|make\s+sure|please|pls|by\s+(?:noon|tonight|tomorrow|\w+day)|"
    r"asap|no\s+(?:more|\w+ing)|don't|do\s+not|never)\b"
)
"""Words that make a statement or question a proposal or an order. An imperative is one without them."""
_GENTLE = _cue(
    r"^\W*(?:\w+\W+)?(?:take\s+your\s+time|go\s+on|tell\s+me|talk\s+me|walk\s+me|take\s+me|let\s+me\s+see|mind\s+you|keep\s+going)\b"
)
_LEFT = _cue(
    r"\b(?:your|yours)\s+(?:call|decision|choice|rota|to\s+\w+)\b|\bup\s+to\s+you\b|\bover\s+to\s+you\b|\byou\s+decide\b|"
    r"\bin\s+your\s+hands\b|\bbetween\s+the\s+two\s+of\s+you\b|\byou\s+(?:choose|know\s+best)\b"
)
"""Words that leave the decision to the other person."""
_LEADING = word_set(
    """ok okay so and then now right well but just also please pls first next alright fine good great then"""
)
_SENTENCES = re.compile(r"(?<=[.!?])\s+")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the manager's last turn asked for: whether it proposed or forbade something, its words, and its end.

    `firm` if it did so explicitly. If it only may have, a step is the manager's if it repeats the manager's words.
    """

    proposes: bool
    forbids: bool
    words: frozenset[str]
    said: str = ""

    @classmethod
    def of(cls, context: str) -> Asked:
        """Read the last part of the manager's turn."""
        said = context.replace("’", "'")[-LONGEST_PROPOSAL:].strip()
        last = said if len(said) < 200 else said[-200:]
        told, asks = bool(_TELLS.search(last)), last.endswith("?")
        opened = not told and bool(_OPEN.search(last)) and not _SUGGESTING.search(last)
        proposes = bool(last) and not opened and not told and (not asks or bool(_PROPOSES.search(last)))
        if not proposes:
            return cls(False, False, frozenset(), said=last)  # ownership only matters if a step was proposed
        return cls(True, bool(_FORBIDS.search(last)), content(last), last)

    @property
    def firm(self) -> bool:
        """Whether it proposed explicitly. Computed only once a step is found."""
        return self.proposes and firm(self.said)

    def shares(self, text: str) -> bool:
        """Whether the words repeat what the manager named."""
        return bool(content(text) & self.words)


def firm(last: str) -> bool:
    """Whether a turn proposes or orders explicitly, and doesn't end by leaving the decision to the rep."""
    sentences = _SENTENCES.split(last)
    if len(sentences) > 1 and _OPEN.search(sentences[-1]) and not _SUGGESTING.search(sentences[-1]):
        return False
    if _LEFT.search(last):
        return False
    return last.endswith("?") or any(_BIDS.search(one) or _orders(one) for one in sentences if not _GENTLE.search(one))


def _orders(sentence: str) -> bool:
    """Whether a sentence or one of its clauses starts like an imperative."""
    for clause in re.split(r"[,;:]|\band\b", sentence):
        words = _WORD.findall(clause.lower())
        while words and words[0] in _LEADING:
            del words[0]
        if words and words[0] in _IMPERATIVES and words[1:2] not in (["is"], ["was"]):
            return True
    return False
