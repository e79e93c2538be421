"""What every answer needs: the moment, the form of a question, the gates, and a hint."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ..scenario import AskKind, Fact, Scenario
from ..talk.codebook import Code, Focus, Unit
from ..talk.direction import Direction, ReplyPart, Source
from .state import State

ANSWERS_CLOSED = 0.5
"""Minimum openness to answer a closed question that explores like an open one."""
FEELINGS_FREELY = 0.7
"""Minimum openness to answer a question about feelings without a reflection first."""
DEEP_FROM = 3
"""The first of the manager's turns that may bring out a feeling or something hidden."""

_FORMS = (
    ("how_many", r"\bhow (?:many|much|long|often|far)\b"),
    ("why", r"\bwhy\b|\bhow come\b|\bwhat(?:'s| is) behind\b"),
    ("said", r"\b(?:exact|actual) words\b|\bword for word\b|\bwhat (?:\w+ ){1,3}(?:say|said|reply|replied|answer)\b"),
    ("feel", r"\bhow (?:\w+ ){1,3}(?:feel|felt|feeling)\b|\bwhat (?:\w+ ){1,4}feel(?:ing)? like\b"),
    ("who", r"\bwho(?:se|m)?\b"),
    ("when", r"\bwhen\b|\bsince when\b|\bby when\b|\bhow soon\b|\bwhat (?:day|time|date)\b"),
    ("where", r"\bwhere(?:abouts)?\b"),
    ("which", r"\bwhich\b"),
    ("how", r"\bhow\b"),
    ("what", r"\bwhat\b"),
    ("yes_no", r"^(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should)\b"),
)
_FORM_CUES = tuple(re.compile(pattern) for _, pattern in _FORMS)


@dataclass(frozen=True, slots=True)
class RankedDirection:
    """A direction and how well it answers. The highest rank sets the act of the reply."""

    rank: int
    direction: Direction


@dataclass(frozen=True, slots=True)
class TurnContext:
    """The inputs of a decision: the scenario, the state after hearing the turn, the mood and the turn's words."""

    scenario: Scenario
    state: State
    mood: str
    text: str

    def reply(self, act: str, **more: object) -> Direction:
        """A direction that says one line from the pool of `act`."""
        return self.direction(act, (ReplyPart(f"reply/{act}"),), **more)

    def direction(self, act: str, parts: tuple[ReplyPart, ...], **more: object) -> Direction:
        """A direction in the current mood."""
        return replace(Direction(act, parts, self.mood), **more)  # type: ignore[arg-type]  # names are Direction's own


def form_of(text: str) -> str | None:
    """The form of a question by its first question word: who, what, why, how, how_many, when..., yes_no, or None."""
    lowered = text.lower().strip()
    found = [(place.start(), number) for number, pattern in enumerate(_FORM_CUES) if (place := pattern.search(lowered))]
    return _FORMS[min(found)[1]][0] if found else None


def asks_openly(unit: Unit) -> bool:
    """Whether the question invites thinking. A status check in open form doesn't."""
    return unit.code is Code.OPEN_QUESTION and unit.focus is not Focus.STATUS


def asks_when(text: str) -> bool:
    """Whether the words ask when something will be done."""
    return bool(_WHEN.search(text)) and not _PAST.search(text)


def asks_what(text: str) -> bool:
    """Whether the words ask what somebody will do, with or without a "when"."""
    return bool(_WHAT.search(text))


def will_do(text: str) -> bool:
    """Whether the words are about what somebody will do."""
    return bool(_WILL.search(text))


_WHAT = re.compile(
    r"\bwhat (?!day|date|time|hour|week)[^?.!]*\b(?:will|would|could|can|going|gonna|\w+['’]ll)\b[^?.!]*\b(?:do|try)\b",
    re.IGNORECASE,
)
_WILL = re.compile(r"\b(?:will|would|going to|can|could|suits?|shall|\w+['’]ll)\b", re.IGNORECASE)
_WHEN = re.compile(
    r"\b(?:when|by when|(?:what|which|a|the) (?:day|date|time|hour|week)|how soon|timing|calendar|diary|deadline|"
    r"today|tomorrow|this (?:week|afternoon|evening)|next week|before (?:mon|tues|wednes|thurs|fri)day)\b",
    re.IGNORECASE,
)
_PAST = re.compile(
    r"\b(?:did|was|were|had|since when|have you|last (?:week|time|month)|yesterday|ago)\b", re.IGNORECASE
)


def seeks(unit: Unit) -> bool:
    """Whether the question asks for an answer of its own: in open form, or who, which, when, where or why."""
    return unit.genuine and (unit.code is Code.OPEN_QUESTION or form_of(unit.text) in _SEEKING)


_SEEKING = frozenset({"who", "which", "when", "where", "why", "said", "how_many", "feel"})


def may_open(state: State, fact: Fact, unit: Unit) -> bool:
    """Whether this question meets the fact's gate."""
    if fact.feeling:
        trusted = state.feelings_open or state.openness >= FEELINGS_FREELY
        return asks_openly(unit) and trusted and state.manager_turns >= DEEP_FROM
    # A very open rep answers a closed question like an open one, but a status check stays a check.
    generous = unit.focus is not Focus.STATUS and state.openness >= max(ANSWERS_CLOSED, fact.opens.openness)
    kind_met = {
        AskKind.ANY: True,
        AskKind.CLOSED: True,
        AskKind.OPEN: seeks(unit) or generous,
        AskKind.REFLECTION: state.feelings_open,
    }[fact.opens.ask]
    return kind_met and state.openness >= fact.opens.openness


def hint(moment: TurnContext, fact: Fact, rank: int = 5, generic: bool = False) -> RankedDirection:
    """A hint that names the topic without the fact."""
    return RankedDirection(
        rank,
        moment.direction("hint", (ReplyPart(f"fact/{fact.id}/hints"),), topic=fact.id, hint=fact.id, generic=generic),
    )


def release(
    moment: TurnContext, fact: Fact, unit: Unit, how: Source = Source.ELICITED, generic: bool = False
) -> RankedDirection:
    """Tell the fact, and nothing beside it."""
    parts = (ReplyPart(f"fact/{fact.id}/lines", form_of(unit.text)),)
    return RankedDirection(
        8,
        moment.direction(
            "release", parts, topic=fact.id, releases=((fact.id, how),), generic=generic, deep=fact.feeling
        ),
    )
