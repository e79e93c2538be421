"""What a debrief begins with: one sentence, its reasons, the moment that worked, and the one to do differently.

Pure. Nothing is claimed that the coded turns and the rep's states don't hold, and nothing that stayed hidden is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..director import State
from ..knowledge import Knowledge
from ..scenario import Scenario
from ..talk.transcript import Transcript
from ..text.language import foreign_language
from .exchange import Moment, exchanges
from .scorecard import Scorecard
from .turning import turning_point
from .verdict import headline, reasons
from .worked import what_worked

__all__ = ["EVERYTHING", "Highlights", "Moment", "highlights"]

EVERYTHING = 99
"""More things than there are to show."""
_AMOUNTS = {"coaching": 3, "coaching_well": EVERYTHING}
"""How many things to show by level. Somebody who begins changes one thing at a time."""


@dataclass(frozen=True, slots=True)
class Highlights:
    """The level in one sentence, up to three reasons, one moment of each kind, and how many things to show."""

    headline: str
    reasons: tuple[str, ...]
    worked: Moment | None
    turning: Moment | None
    amount: int


def highlights(
    scenario: Scenario,
    transcript: Transcript,
    states: Sequence[State],
    state: State,
    scorecard: Scorecard,
    knowledge: Knowledge,
) -> Highlights:
    """The highlights of a practice. `states[i]` is the rep's state after turn `i`, `state` the last of them.

    Turns are coded and replies directed, as in a debrief. Conversations in another language have no moments.
    """
    turns = transcript.turns
    foreign = foreign_language(" ".join(turn.text for turn in turns if turn.is_manager))
    talk = [] if foreign else list(exchanges(scenario, turns, states))
    return Highlights(
        headline(scenario, turns, state, scorecard),
        reasons(scenario, turns, state, scorecard),
        what_worked(scenario, talk),
        turning_point(scenario, turns, talk, state, knowledge),
        _AMOUNTS.get(scorecard.level, 1),
    )
