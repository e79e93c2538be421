"""Checks how a reply is said: as the rep, in spoken English, and briefly."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ..scenario import Scenario
from ..text.language import foreign_language
from ..text.tokens import sentences_of, straight_quotes, tokens
from .kinds import Kind
from .lists import data

MOST_WORDS, MORE_WORDS = 90, 40
"""Maximum length of a reply on the phone, and how much longer it may be than what it must tell."""
MOST_SENTENCES = 7
_LIST = re.compile(r"^\s*(?:[-*•–]\s+|\d{1,2}[.)]\s+|#{1,6}\s)", re.MULTILINE)
_ASIDE = re.compile(r"[\[\]{}<>*]|\((?!s\))[^)]*\)?|(?<!\w)_\w[^_]*_|~")
_QUOTED = re.compile(r'"[^"]*"|(?<!\w)\'[^\']{2,}?\'(?!\w)')
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


class Manner:
    """The checks that need only the names of the people in a scenario."""

    def __init__(self, scenario: Scenario) -> None:
        rep, manager = re.escape(scenario.rep.name), re.escape(scenario.manager.name)
        self._cues = {
            kind: re.compile("|".join(f"(?:{cue})" for cue in _named(cues, rep, manager)), re.IGNORECASE)
            for kind, cues in data().cues.items()
        }
        self._third = re.compile(rf"\b(?:as|like) {rep}\b(?!,)|(?<![,?!] )\b{rep}(?:'s\b|'d\b|'ll\b|,? (?:{_THIRD})\b)")
        self._himself = re.compile(rf"(?:,\s|^)({rep})\b(?=[.,?!;])", re.IGNORECASE | re.MULTILINE)
        self._label = re.compile(rf"^\W*(?:{rep}|{manager}|rep|manager|assistant|user|system)\W{{0,3}}:", re.I | re.M)

    def objects(self, reply: str, most_words: int = 2 * MOST_WORDS) -> tuple[Kind, str] | None:
        """The first problem with how the reply is said, with the words that show it, or None."""
        text = straight_quotes(reply)
        if len(reply.split()) > most_words or len(sentences_of(reply)) > MOST_SENTENCES or _LIST.search(text):
            return Kind.TOO_LONG, ""
        if any(map(foreign_language, sentences_of(text))):
            return Kind.WRONG_LANGUAGE, ""
        if aside := _ASIDE.search(text):
            return Kind.STAGE_DIRECTION, aside.group()
        spoken = _QUOTED.sub(" ", text)
        for kind, found in self._in_words(text, spoken):
            if found:
                return kind, found.group().strip()
        if any(_backstage(one) for one in sentences_of(spoken) if not one.endswith("?")):
            return Kind.OUT_OF_ROLE, ""
        return None

    def _in_words(self, text: str, spoken: str) -> Iterator[tuple[Kind, re.Match[str] | None]]:
        """What gives each kind away."""
        yield Kind.OUT_OF_ROLE, self._label.search(text)
        yield Kind.OUT_OF_ROLE, self._third.search(spoken)
        plain = _COURTESY.sub("", text)
        for kind in (Kind.OUT_OF_ROLE, Kind.COACHING, Kind.SPEAKS_AS_MANAGER):
            yield kind, self._cues[kind].search(plain)
        yield Kind.SPEAKS_AS_MANAGER, self._himself.search(spoken)


def _backstage(text: str) -> frozenset[str]:
    """The words of a text that are about how the practice works behind the scenes."""
    return data().backstage.intersection(tokens(text))


def _named(cues: Iterable[str], rep: str, manager: str) -> Iterator[str]:
    for cue in cues:
        yield cue.replace("REP", rep).replace("MANAGER", manager)
