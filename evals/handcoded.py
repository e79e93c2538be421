"""What follows from codes that a hand gave: the product's own counting and judging, without its reader."""

from __future__ import annotations

from bot.measures import NextStep, measure
from bot.moves import Code, Unit
from bot.scorecard import Criterion, judge
from bot.scoring import thresholds
from bot.transcript import Turn

from .golden import Golden

NOT_BY_HAND = frozenset({"forward"})
"""Criteria that rest on flags which no hand gives."""
BY = "by hand"


def hand_turns(golden: Golden) -> tuple[Turn, ...]:
    """The turns, with the hand's units in place of a reader's."""
    turns = []
    for index, turn in enumerate(golden.turns):
        units, start = [], 0
        for unit in turn.units:
            units.append(Unit(unit.says, start, start + len(unit.says), unit.code, unit.focus, unit.flags))
            start += len(unit.says) + 1
        turns.append(Turn(index, turn.who, turn.text, tuple(units), reader=BY))
    return tuple(turns)


def hand_steps(golden: Golden) -> list[NextStep]:
    """The steps that the hand found: the manager's orders and takeovers, and what the rep says that he will do."""
    steps: list[NextStep] = []
    for turn in golden.turns:
        given = [unit for unit in turn.units if unit.code in (Code.DIRECTIVE, Code.TAKEOVER)]
        steps += [NextStep("manager", False) for _ in given]
        steps += [NextStep(step.author, True) for step in turn.steps]
    return steps


def hand_levels(golden: Golden) -> tuple[dict[str, str], str]:
    """Criteria by id and the overall level, by the thresholds of today."""
    turns, limits = hand_turns(golden), thresholds()
    measures = measure(turns, hand_steps(golden), None, limits.needs["asks_and_pushes"])
    criteria, level, _, _ = judge(measures, turns, limits, practice=False)
    return levels(criteria), level


def levels(criteria: tuple[Criterion, ...]) -> dict[str, str]:
    """Criteria by id, those left out that a hand cannot give."""
    return {entry.id: entry.level for entry in criteria if entry.id not in NOT_BY_HAND}
