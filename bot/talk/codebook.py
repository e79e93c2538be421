"""The codebook as types: what a unit of a manager's speech does.

The codes follow MITI 4 and MISC (motivational interviewing), ICF core competency 7 and the research on
funnelling and focusing questions; docs/scoring.md gives each with examples.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Code(StrEnum):
    """What a unit does in the conversation, regardless of punctuation."""

    OPEN_QUESTION = "open_question"
    CLOSED_QUESTION = "closed_question"
    LEADING_QUESTION = "leading_question"
    REFLECTION = "reflection"
    AFFIRMATION = "affirmation"
    COLLABORATION = "collaboration"
    INFORMATION = "information"
    ADVICE = "advice"
    DIRECTIVE = "directive"
    CONFRONT = "confront"
    TAKEOVER = "takeover"
    OTHER = "other"


class Focus(StrEnum):
    """What a question asks for: a number or stage, a next step, or anything else."""

    STATUS = "status"
    ACTION = "action"
    EXPLORE = "explore"


class Flag(StrEnum):
    """Other properties of a unit. `yours` says that the manager corrected the code, or took it away."""

    STACKED = "stacked"
    RHETORICAL = "rhetorical"
    ADVICE_AS_QUESTION = "advice_as_question"
    WITH_PERMISSION = "with_permission"
    SPECIFIC = "specific"
    COMPLEX = "complex"
    PAST = "past"
    NEXT = "next"
    INSTRUCTED = "instructed"
    YOURS = "yours"


class Group(StrEnum):
    """The ways of talking shown to the manager, each with its letter."""

    ASKS = "A"
    LISTENS = "L"
    TELLS = "T"
    PUSHES = "P"
    NEUTRAL = "-"


QUESTIONS = frozenset({Code.OPEN_QUESTION, Code.CLOSED_QUESTION, Code.LEADING_QUESTION})
ASKING = frozenset({Code.OPEN_QUESTION, Code.CLOSED_QUESTION})
LISTENING = frozenset({Code.REFLECTION, Code.AFFIRMATION, Code.COLLABORATION})
INSTRUCTING = frozenset({Code.DIRECTIVE, Code.ADVICE})
ALWAYS_PUSHING = frozenset({Code.DIRECTIVE, Code.TAKEOVER, Code.CONFRONT, Code.LEADING_QUESTION})
CLAIMED_FROM: Mapping[Code, float] = {
    Code.OPEN_QUESTION: 0.84,
    Code.CLOSED_QUESTION: 0.84,
    Code.LEADING_QUESTION: 0.7,
    Code.REFLECTION: 0.74,
    Code.AFFIRMATION: 0.9,
    Code.COLLABORATION: 0.9,
    Code.INFORMATION: 0.96,
    Code.ADVICE: 0.7,
    Code.DIRECTIVE: 0.7,
    Code.CONFRONT: 0.7,
    Code.TAKEOVER: 0.7,
    Code.OTHER: 0.82,
}
"""The confidence from which a code is claimed: counted, quoted and advised against. Below it a unit counts for nothing.

Each is the lowest at which, in free conversations that trained nothing, nine claims of ten are right. Two fall short at
every threshold: collaboration (10 of 13 right) and information (64 of 72). Printed by `python -m evals.units.claims`.
The pushing codes, which are rare, share one: .7, from where 81 of 96 claims push. From .86 it would be 57 of 63, but
"You should call him today" would count for nothing, and on the held-out managers no more of the claims were right.
"""


@dataclass(frozen=True, slots=True)
class Unit:
    """One thought unit of a turn, with its code.

    `start` and `end` are character offsets into the turn's text, so that `turn.text[start:end] == text`.
    Only the three question codes have a `focus`. `confidence` runs from 0 to 1.
    """

    text: str
    start: int
    end: int
    code: Code
    focus: Focus | None = None
    flags: tuple[Flag, ...] = ()
    confidence: float = 1.0

    @property
    def claimed(self) -> bool:
        """Whether the code is sure enough to be counted, quoted or advised against."""
        return self.confidence >= CLAIMED_FROM[self.code]

    @property
    def genuine(self) -> bool:
        """An open or closed question that isn't rhetorical, a tag or self-answered."""
        return self.code in ASKING and Flag.RHETORICAL not in self.flags

    @property
    def pushing(self) -> bool:
        """A directive, takeover, confrontation, leading question or unasked advice.

        An order that is right in this scenario (`instructed`) doesn't push.
        """
        if Flag.INSTRUCTED in self.flags:
            return False
        return self.code in ALWAYS_PUSHING or (self.code is Code.ADVICE and Flag.WITH_PERMISSION not in self.flags)

    @property
    def exploring(self) -> bool:
        """A genuine open question about causes, views, feelings or next steps, not status."""
        return self.genuine and self.code is Code.OPEN_QUESTION and self.focus is not Focus.STATUS

    @property
    def group(self) -> Group:
        """Asks, listens, tells, pushes or neither: the colour and letter in the debrief. Unsure codes are neither."""
        if not self.claimed:
            return Group.NEUTRAL
        if self.genuine:
            return Group.ASKS
        if self.pushing:
            return Group.PUSHES
        if self.code in LISTENING:
            return Group.LISTENS
        if self.code in (Code.INFORMATION, Code.ADVICE) or Flag.INSTRUCTED in self.flags:
            return Group.TELLS
        return Group.NEUTRAL

    def as_json(self) -> dict[str, object]:
        """The public shape: text, start, end, code, focus, flags, confidence (rounded to 3 places)."""
        return {
            "text": self.text,
            "start": self.start,
            "end": self.end,
            "code": str(self.code),
            "focus": str(self.focus) if self.focus else None,
            "flags": [str(flag) for flag in self.flags],
            "confidence": round(self.confidence, 3),
        }

    @classmethod
    def from_json(cls, data: dict[str, object]) -> Unit:
        """Read the output of `as_json`. Raises ValueError or KeyError for a name that isn't in the codebook."""
        flags = data.get("flags") or []
        if not isinstance(flags, list):
            raise ValueError("flags is not a list")
        focus = data.get("focus")
        return cls(
            text=str(data["text"]),
            start=int(str(data["start"])),
            end=int(str(data["end"])),
            code=Code(str(data["code"])),
            focus=Focus(str(focus)) if focus else None,
            flags=tuple(Flag(str(flag)) for flag in flags),
            confidence=float(str(data.get("confidence", 1.0))),
        )
