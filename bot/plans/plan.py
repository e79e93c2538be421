"""What a plan holds. Plain and frozen; every line is one line of text, as somebody typed it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime

from ..errors import TranscriptError
from ..talk.transcript import clean_text

LONGEST_LINE = 400
"""Characters that a line may have."""


@dataclass(frozen=True, slots=True)
class PlanLines:
    """Five lines about the person and the matter: who it is, what it is about, what they say about it so far, what is
    not known yet, and what should be different afterwards. Any but `who` and `matter` may be empty."""

    who: str
    matter: str
    heard: str = ""
    unknown: str = ""
    wish: str = ""


@dataclass(frozen=True, slots=True)
class LookBack:
    """Five lines afterwards: what was new, what opened it, what was told that could have been asked, what was different
    from the plan, and one thing to keep. Any may be empty, but not all."""

    new: str = ""
    opened: str = ""
    told: str = ""
    different: str = ""
    keep: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was written."""
        return not any(getattr(self, one.name) for one in fields(self))


@dataclass(frozen=True, slots=True)
class PlannedTalk:
    """A plan, made at `at`: its lines, the focus at that time (may be empty), and the questions to take along.

    `back` is what was written after the talk, at `back_at`; None until then. `day` is that of the talk, if it is known.
    """

    id: str
    at: datetime
    lines: PlanLines
    focus: str = ""
    questions: tuple[str, ...] = ()
    back: LookBack | None = None
    back_at: datetime | None = None
    day: date | None = None


def clean_line(words: str) -> str:
    """The words as one line, without control characters. Raises TranscriptError for more than 400 characters."""
    line = " ".join(clean_text(words).split())
    if len(line) > LONGEST_LINE:
        raise TranscriptError(f"{len(line):,} characters is too long for a line; the limit is {LONGEST_LINE}")
    return line


def plan_notes(plan: PlannedTalk) -> str:
    """The plan as notes for `askwell scenario draft`: sentences, and none of Askwell's own questions."""
    lines = plan.lines
    told = (
        ("Who it is", lines.who),
        ("What it is about", lines.matter),
        ("What they say about it so far", lines.heard),
        ("What I don't know yet", lines.unknown),
        ("What should be different afterwards", lines.wish),
    )
    return "".join(f"{label}: {words}\n" for label, words in told if words)
