"""Checks how a reply is said: as the rep, in spoken English, and briefly."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ..scenario import Scenario
from ..text.tokens import sentences_of, straight_quotes, tokens
from ..text.words import word_set
from .kinds import Kind
from .lists import data

MOST_WORDS, MORE_WORDS = 90, 40
"""Maximum length of a reply on the phone, and how much longer it may be than what it must tell."""
MOST_SENTENCES = 7
_AS_LONG = 5
"""Minimum words for a repeated sentence to count. Shorter ones are normal in speech."""
_LIST = re.compile(r"^\s*(?:[-*•–]\s+|\d{1,2}[.)]\s+|#{1,6}\s)", re.MULTILINE)
_ASIDE = re.compile(r"[\[\]{}<>*]|\((?!s\))[^)]*\)?|(?<!\w)_\w[^_]*_|~")
_QUOTED = re.compile(r'"[^"]*"|(?<!\w)\'[^\']{2,}?\'(?!\w)')
_FOREIGN_LETTERS = re.compile(r"[\u0370-\u1dff\u3040-\ud7ff\uf900-\ufaff\uff00-\uffef]")
_CONTRACTED = re.compile(r"(?:n't|'(?:ve|d|ll|re|m|s))$")
_WINDOW = 8
_MOST_FOREIGN = 3
"""Foreign words allowed, for idioms ("c'est la vie"). Four of them among eight words mean another language."""
_ECHOED = 0.75
_ECHO_LEAST = 5
_SWAPPED = {
    "you": "i", "your": "my", "yours": "mine", "you're": "i'm", "you've": "i've", "you'd": "i'd", "you'll": "i'll",
    "yourself": "myself", "me": "i", "are": "am", "we": "i", "us": "i", "our": "my", "were": "was",
}  # fmt: skip
_NODS = word_set("yes yeah yep right okay ok sure well so exactly true oh no indeed correct")


_THIRD = (
    "is|was|would|will|has|had|does|did|can|could|feels?|thinks?|wants?|knows?|says?|said|doesn't|didn't|isn't|hasn't|"
    "wouldn't|won't|looks?|sighs?|pauses?|nods?|smiles?|laughs?|shrugs?|seems?|believes?|needs?|might|may|should|"
    "and his|and her|also|here|really|just|still"
)
"""What follows the rep's own name when someone else talks about him."""

_COURTESY = re.compile(
    r"\b(?:(?:now |well,? )?(?:that|it)(?:'s| is) an? (?:good|fair|hard|tough) question)(?=[,.;])"
    r"(?!, (?:that|it|you|by))",
    re.I,
)
_TWO_VOICES = re.compile(r"[.?!]\s+[-–—]\s+[A-Z]|^\s*[–—-]\s*[A-Z].*\n\s*[–—-]", re.MULTILINE)
"""A dash after a full stop, as in a dialogue."""
_ANSWERED = re.compile(
    r"(?:^|[.?!,;] )(?:(?:and|so|now|but|okay|right),? )?(?:what|how|why|when|which|whose|who|where)"
    r"(?!(?: do you know)|"
    r" (?:do|would|did|can|could|will) you (?:do|say|call|get|know|expect|put|go|tell)\b)"
    r"(?:(?!\b(?:i|me|my|mine|us|we|i'm|i'd|i've|i'll)\b)[^.?!])*\b(?:you|your|you're|you've|you'd)\b"
    r"(?:(?!\b(?:i|me|my|mine|us|we|i'm|i'd|i've|i'll)\b)[^.?!])*\?\s+"
    r"(?:(?:well|oh|um|hm),? )?(?:i (?:think|suppose|guess|reckon)|nothing|because|probably|maybe|perhaps|mostly|being|"
    r"i'd (?:say|guess))\b",
    re.IGNORECASE,
)
"""A question to the person speaking, answered in the next sentence."""
_OPENERS = "so|okay|ok|right|well|now|look|listen|and|but|hi|hello|hey|thanks|thank you|come on"


class Manner:
    """The checks that need only the names of the people in a scenario."""

    def __init__(self, scenario: Scenario) -> None:
        rep, manager = re.escape(scenario.rep.name), re.escape(scenario.manager.name)
        self._cues = {
            kind: re.compile("|".join(f"(?:{cue})" for cue in _named(cues, rep, manager)), re.IGNORECASE)
            for kind, cues in data().cues.items()
        }
        self._third = re.compile(rf"\b(?:as|like) {rep}\b(?!,)|(?<![,?!] )\b{rep}(?:'s\b|'d\b|'ll\b|,? (?:{_THIRD})\b)")
        self._addressed = re.compile(
            rf"(?=[^.?!]*\b(?:you|your|you're|you've|you'd|we|let's)\b)"
            rf"(?![^.?!]*\b(?:said|says|say|goes|going|like)\b[^.?!]*{rep})"
            rf"(?:^|(?:{_OPENERS}) |[^.?!]*[,;] ){rep}\s*(?:[,.?!;]|$)|^{rep}, ",
            re.IGNORECASE | re.MULTILINE,
        )
        self._asked = re.compile(
            rf"^(?![^?]*\b(?:said|says|say|told|tell|ask(?:ed|s)?|think|thinking|thought|goes|going|like)\b)"
            rf"(?:[^?]*[,;] {rep}\?$|(?:(?:{_OPENERS}),? )?{rep}, [^?]*\?$)",
            re.IGNORECASE | re.MULTILINE,
        )
        self._himself = re.compile(rf"(?:,\s|^)({rep})\b(?=[.,?!;])", re.IGNORECASE | re.MULTILINE)
        self._label = re.compile(rf"^\W*(?:{rep}|{manager}|rep|manager|assistant|user|system)\W{{0,3}}:", re.I | re.M)

    def objects(
        self, reply: str, heard: str, most_words: int = 2 * MOST_WORDS, whole: bool = True
    ) -> tuple[Kind, str] | None:
        """The first problem with how the reply is said, with the words that show it, or None."""
        text = straight_quotes(reply)
        if len(reply.split()) > most_words or len(sentences_of(reply)) > MOST_SENTENCES or _LIST.search(text):
            return Kind.TOO_LONG, ""
        if repeats(reply):
            return Kind.REPEATS, ""
        if foreign(text):
            return Kind.WRONG_LANGUAGE, ""
        if aside := _ASIDE.search(text):
            return Kind.STAGE_DIRECTION, aside.group()
        spoken = _QUOTED.sub(" ", text)
        for kind, found in self._in_words(text, spoken):
            if found:
                return kind, found.group().strip()
        if any(_backstage(one) for one in sentences_of(spoken) if not one.endswith("?")):
            return Kind.OUT_OF_ROLE, ""
        for sentence in sentences_of(spoken):
            if self._addressed.match(sentence) or self._asked.match(sentence):
                return Kind.SPEAKS_AS_MANAGER, sentence
        return (Kind.ECHO, "") if whole and _echoes(text, heard) else None

    def _in_words(self, text: str, spoken: str) -> Iterator[tuple[Kind, re.Match[str] | None]]:
        """What gives each kind away."""
        yield Kind.OUT_OF_ROLE, self._label.search(text)
        yield Kind.OUT_OF_ROLE, self._third.search(spoken)
        plain = _COURTESY.sub("", text)
        for kind in (Kind.OUT_OF_ROLE, Kind.COACHING, Kind.SPEAKS_AS_MANAGER):
            yield kind, self._cues[kind].search(plain)
        for pattern in (_TWO_VOICES, _ANSWERED, self._himself):
            yield Kind.SPEAKS_AS_MANAGER, pattern.search(spoken)


def _backstage(text: str) -> frozenset[str]:
    """The words of a text that are about how the practice works behind the scenes."""
    return data().backstage.intersection(tokens(text))


def repeats(reply: str) -> bool:
    """Whether a sentence has only words from earlier sentences."""
    before: set[str] = set()
    for sentence in sentences_of(reply):
        words = tokens(sentence)
        if len(words) >= _AS_LONG and set(words) <= before:
            return True
        before.update(words)
    return False


def _named(cues: Iterable[str], rep: str, manager: str) -> Iterator[str]:
    for cue in cues:
        yield cue.replace("REP", rep).replace("MANAGER", manager)


def foreign(text: str) -> bool:
    """Whether part of the text is in another language: several foreign function words and at most one English word."""
    if len(_FOREIGN_LETTERS.findall(text)) > 2:
        return True
    lists = data()
    marks: list[int] = []
    for word in tokens(text):
        if word in lists.common or _CONTRACTED.search(word):
            marks.append(-1)
        else:
            pieces = word.split("'")
            marks += [1 if piece in lists.foreign or not piece.isascii() else 0 for piece in pieces]
    for start in range(max(1, len(marks) - _WINDOW + 1)):
        stretch = marks[start : start + _WINDOW]
        if stretch.count(1) > _MOST_FOREIGN - (len(stretch) > _MOST_FOREIGN + 2) and stretch.count(-1) <= 1:
            return True
    return False


def _echoes(reply: str, heard: str) -> bool:
    """Whether the reply only repeats the manager's words, with or without swapping "I" and "you"."""
    said = [_SWAPPED.get(word, word) for word in tokens(reply)]
    while said and said[0] in _NODS:
        said = said[1:]
    known = [_SWAPPED.get(word, word) for word in tokens(heard)]
    if len(said) < _ECHO_LEAST or not known:
        return False
    return _longest(said, known) >= _ECHOED * len(said) and _longest(said, known) >= 0.5 * len(known)


def _longest(first: list[str], second: list[str]) -> int:
    """The length of the longest common subsequence."""
    row = [0] * (len(second) + 1)
    for one in first:
        left = 0
        for at, other in enumerate(second, 1):
            left, row[at] = row[at], left + 1 if one == other else max(row[at], row[at - 1])
    return row[-1]
