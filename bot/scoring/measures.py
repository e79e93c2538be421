"""Counts over coded turns. Pure functions; docs/scoring.md has the formulas with examples.

A measure is a number, or None where there is nothing to divide by.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import lru_cache

from ..talk.codebook import LISTENING, Code, Flag, Focus, Unit
from ..talk.transcript import Turn
from ..text.withheld import filled

MAX_AFFIRMATIONS = 3
MAX_QUESTIONS = 2
"""Genuine questions counted per turn. Nobody answers the third, so it neither explores nor checks."""
_OF_DIRECTION = ("instruction", "view_questions", "debrief_questions")


@dataclass(frozen=True, slots=True)
class NextStep:
    """A next step: who named it first, and whether the rep committed to it. `id` is None outside a scenario."""

    author: str
    committed: bool
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Measures:
    """The counts. Shares run from 0 to 1; `longest_turn` is in words."""

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
    instruction: int | None = None
    view_questions: int | None = None
    debrief_questions: int | None = None

    def as_json(self) -> dict[str, float | int | None]:
        """Every measure by name, shares rounded to 4 places. Direction measures only where direction is right."""
        result: dict[str, float | int | None] = {}
        for entry in fields(self):
            value = getattr(self, entry.name)
            if value is None and entry.name in _OF_DIRECTION:
                continue
            result[entry.name] = round(value, 4) if isinstance(value, float) else value
        return result


def measure(
    turns: Sequence[Turn],
    steps: Sequence[NextStep],
    found: tuple[int, int] | None,
    min_asks: int = 3,
    directive_ok: bool = False,
) -> Measures:
    """Count one conversation. `found` is (facts elicited, facts in total) in a practice, else None.

    If `directive_ok`, also count the instruction and the questions around it.
    """
    managers = [turn for turn in turns if turn.is_manager]
    units = [unit for turn in managers for unit in _heard(turn.claimed)]
    coded = [unit for unit in units if unit.code is not Code.OTHER]
    genuine = [unit for unit in coded if unit.genuine]
    exploring = [unit for unit in genuine if unit.exploring]
    pushing = [unit for unit in coded if unit.pushing]
    asking = len(exploring) + sum(unit.code in LISTENING for unit in coded)
    telling = len(pushing) + sum(_informs(turn) for turn in managers)
    manager_words = sum(_words(turn.text) for turn in managers)
    own = sum(step.author == "rep" for step in steps)
    return Measures(
        question_ratio=_share(len(genuine), len(coded)),
        directiveness=_share(len(pushing), len(coded)),
        exploring_share=_share(len(exploring), len(genuine)),
        status_share=_share(sum(unit.focus is Focus.STATUS for unit in genuine), len(genuine)),
        ask_share=_share(asking, asking + telling) if asking + len(pushing) >= min_asks else None,
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
        instruction=_instruction(managers) if directive_ok else None,
        view_questions=len(exploring) if directive_ok else None,
        debrief_questions=_debrief_questions(managers) if directive_ok else None,
    )


def possible_ask_share(turns: Sequence[Turn]) -> tuple[float, float]:
    """The lowest and the highest `ask_share` there may have been, whatever the words were that nobody is sure of."""
    managers = [turn for turn in turns if turn.is_manager]
    units = [unit for turn in managers for unit in _heard(turn.claimed) if unit.code is not Code.OTHER]
    asking = sum(unit.exploring or unit.code in LISTENING for unit in units)
    telling = sum(unit.pushing for unit in units) + sum(_informs(turn) for turn in managers)
    unsure = sum(not unit.claimed and unit.code is not Code.OTHER for turn in managers for unit in turn.units)
    total = asking + telling + unsure
    return (asking / total, (asking + unsure) / total) if total else (0.0, 1.0)


def _informs(turn: Turn) -> int:
    """The informing units of a turn. The reason of an order that is right is part of the order."""
    return 0 if instructs(turn) else sum(unit.code is Code.INFORMATION for unit in _once(turn.claimed))


def _once(units: Sequence[Unit]) -> list[Unit]:
    """The units of a turn, ignoring duplicates."""
    if len(units) < 2:
        return list(units)
    return list({" ".join(unit.text.casefold().split()): unit for unit in reversed(units)}.values())[::-1]


def _heard(units: Sequence[Unit]) -> list[Unit]:
    """The units of a turn that count: no duplicates, and only the first two genuine questions."""
    once = _once(units)
    questions = [unit for unit in once if unit.genuine]
    return [unit for unit in once if not unit.genuine or unit in questions[:MAX_QUESTIONS]]


def instructs(turn: Turn) -> bool:
    """Whether the turn gives an order that is right in this scenario."""
    return any(Flag.INSTRUCTED in unit.flags for unit in turn.units)


def _instruction(managers: Sequence[Turn]) -> int:
    """0 if the instruction was never given, 1 if given, 2 if given with its reason."""
    return max((1 + turn.gives_reason for turn in managers if instructs(turn)), default=0)


def _debrief_questions(managers: Sequence[Turn]) -> int:
    """Exploring questions in turns after the first instruction."""
    given = next((place for place, turn in enumerate(managers) if instructs(turn)), len(managers))
    return sum(unit.exploring for turn in managers[given + 1 :] for unit in turn.claimed)


def _stacked_share(turns: Sequence[Turn]) -> float | None:
    asked = [turn for turn in turns if any(unit.genuine for unit in turn.claimed)]
    stacked = [turn for turn in asked if any(Flag.STACKED in unit.flags for unit in turn.claimed)]
    return _share(len(stacked), len(asked))


def _specific(unit: Unit) -> bool:
    return unit.code is Code.AFFIRMATION and Flag.SPECIFIC in unit.flags


def _flagged(units: Sequence[Unit], flag: Flag) -> int:
    return sum(flag in unit.flags for unit in units)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


@lru_cache(maxsize=256)
def _words(text: str) -> int:
    return len(filled(text).split())
