"""What a drill is about: its kind, what was said, and where in a conversation it happens. Plain and frozen."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ..talk.codebook import Code


class DrillKind(StrEnum):
    """What a drill asks for. The names are stored, and authors of programmes write them."""

    NAME_THE_MOVE = "name_the_move"
    ASK_INSTEAD = "ask_instead"
    ONE_QUESTION = "one_question"
    HAND_IT_BACK = "hand_it_back"
    WHEN = "when"


class Grade(StrEnum):
    """How an answer went. The names are stored. `unsure` counts for neither side and moves no card."""

    RIGHT = "right"
    PARTLY = "partly"
    WRONG = "wrong"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class DrillMoment:
    """The moment in a scenario to which an answer is put: what the rep would do is worked out from it.

    Either a place in one's own talk (`session`, and the index `turn` that the answer would have), or the beginning of a
    scenario with a rep who is ready to talk about `fact`, or who has just come up with `step`.
    """

    scenario: str
    variant: str = "base"
    fact: str | None = None
    step: str | None = None
    session: str | None = None
    turn: int = 0


@dataclass(frozen=True, slots=True)
class DrillItem:
    """One thing to answer. `says` is what the rep has just said, empty at the beginning of a talk.

    `words` is the manager's line: the unit to name, or the telling to turn into a question; empty for the other kinds.
    `code`, `reason` and `choices` belong to name the move alone. `example` is an answer that does what is asked, empty
    where it isn't known. `moment` is None where an answer can be read by itself.
    """

    id: str
    kind: DrillKind
    says: str
    words: str = ""
    rep: str = ""
    code: Code | None = None
    reason: str = ""
    choices: tuple[Code, ...] = ()
    example: str = ""
    moment: DrillMoment | None = None

    @property
    def own(self) -> bool:
        """Whether it comes from one's own talk."""
        return self.moment is not None and self.moment.session is not None
