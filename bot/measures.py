"""Pure counting over coded turns. Formulas with examples: docs/scoring.md.

A measure is a number, or None where it cannot be counted (a share of nothing).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

from .moves import Code, Flag, Focus, Unit
from .transcript import Turn

MAX_AFFIRMATIONS = 3


@dataclass(frozen=True, slots=True)
class NextStep:
    """A next step: who first voiced it, and whether the rep committed to it. `id` is None outside a scenario."""

    author: str
    committed: bool
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Measures:
    """What was counted. Shares run 0 to 1; `longest_turn` is in words."""

    question_ratio: float | None
    directiveness: float | None
    exploring_share: float | None
    status_share: float | None
    ask_share: float | None
    takeovers: int
    rep_owned_steps: int
    rep_owned_share: float | None
    facts_elicited_share: float | None
    stacked_share: float | None
    reflection_ratio: float | None
    specific_affirmations: int
    forward_share: float | None
    talk_share: float | None
    longest_turn: int
    genuine_questions: int
    asks_and_pushes: int
    manager_turns: int

    def as_json(self) -> dict[str, float | int | None]:
        """Every measure by name, shares rounded to 4 places."""
        result: dict[str, float | int | None] = {}
        for entry in fields(self):
            value = getattr(self, entry.name)
            result[entry.name] = round(value, 4) if isinstance(value, float) else value
        return result


def measure(
    turns: Sequence[Turn], steps: Sequence[NextStep], found: tuple[int, int] | None, min_asks: int = 3
) -> Measures:
    """Count one conversation. `found` is (facts elicited, facts there are) in a practice, else None."""
    managers = [turn for turn in turns if turn.is_manager]
    units = [unit for turn in managers for unit in turn.units]
    coded = [unit for unit in units if unit.code is not Code.OTHER]
    genuine = [unit for unit in coded if unit.genuine]
    exploring = [unit for unit in genuine if unit.exploring]
    pushing = [unit for unit in coded if unit.pushing]
    asking = len(exploring) + sum(unit.code in (Code.REFLECTION, Code.COLLABORATION) for unit in coded)
    manager_words = sum(_words(turn.text) for turn in managers)
    own = sum(step.author == "rep" for step in steps)
    return Measures(
        question_ratio=_share(len(genuine), len(coded)),
        directiveness=_share(len(pushing), len(coded)),
        exploring_share=_share(len(exploring), len(genuine)),
        status_share=_share(sum(unit.focus is Focus.STATUS for unit in genuine), len(genuine)),
        ask_share=_share(asking, asking + len(pushing)) if asking + len(pushing) >= min_asks else None,
        takeovers=sum(unit.code is Code.TAKEOVER for unit in coded),
        rep_owned_steps=own,
        rep_owned_share=_share(own, len(steps)),
        facts_elicited_share=_share(*found) if found else None,
        stacked_share=_stacked_share(managers),
        reflection_ratio=_share(sum(unit.code is Code.REFLECTION for unit in coded), len(genuine)),
        specific_affirmations=min(MAX_AFFIRMATIONS, sum(_specific(unit) for unit in coded)),
        forward_share=_share(_flagged(coded, Flag.NEXT), _flagged(coded, Flag.NEXT) + _flagged(coded, Flag.PAST)),
        talk_share=_share(manager_words, sum(_words(turn.text) for turn in turns)),
        longest_turn=max((_words(turn.text) for turn in managers), default=0),
        genuine_questions=len(genuine),
        asks_and_pushes=asking + len(pushing),
        manager_turns=sum(1 for turn in managers if turn.units),
    )


def _stacked_share(turns: Sequence[Turn]) -> float | None:
    asked = [turn for turn in turns if any(unit.genuine for unit in turn.units)]
    stacked = [turn for turn in asked if any(Flag.STACKED in unit.flags for unit in turn.units)]
    return _share(len(stacked), len(asked))


def _specific(unit: Unit) -> bool:
    return unit.code is Code.AFFIRMATION and Flag.SPECIFIC in unit.flags


def _flagged(units: Sequence[Unit], flag: Flag) -> int:
    return sum(flag in unit.flags for unit in units)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _words(text: str) -> int:
    return len(text.split())
