"""Scores hand-coded conversations like the product does, without its reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.scoring.measures import NextStep, measure
from bot.scoring.score import thresholds
from bot.scoring.scorecard import Criterion, judge
from bot.talk.codebook import Code, Unit
from bot.talk.transcript import Turn

from .golden import Golden

NOT_BY_HAND = frozenset({"forward"})
"""Criteria based on flags that aren't coded by hand."""
BY = "by hand"


def hand_turns(golden: Golden) -> tuple[Turn, ...]:
    """The turns with hand-coded units instead of a reader's."""
    turns = []
    for index, turn in enumerate(golden.turns):
        units, start = [], 0
        for unit in turn.units:
            units.append(Unit(unit.says, start, start + len(unit.says), unit.code, unit.focus, unit.flags))
            start += len(unit.says) + 1
        turns.append(Turn(index, turn.who, turn.text, tuple(units), reader=BY))
    return tuple(turns)


def hand_levels(golden: Golden) -> tuple[dict[str, str], str]:
    """Criteria by id and the overall level by the current thresholds, without criteria that can't be coded by hand."""
    criteria, level = _judged(golden, hand_turns(golden))
    return {entry.id: entry.level for entry in criteria if entry.id not in NOT_BY_HAND}, level


def with_hand_steps(golden: Golden, units: Sequence[tuple[Unit, ...]]) -> str:
    """The level from a reader's units, with hand-coded next steps for the rep."""
    turns = tuple(replace(turn, units=read) for turn, read in zip(hand_turns(golden), units, strict=True))
    return _judged(golden, turns)[1]


def _judged(golden: Golden, turns: tuple[Turn, ...]) -> tuple[tuple[Criterion, ...], str]:
    limits = thresholds()
    measures = measure(turns, _steps(golden, turns), None, limits.needs["asks_and_pushes"])
    criteria, level, _, _ = judge(measures, turns, limits, practice=False)
    return criteria, level


def _steps(golden: Golden, turns: tuple[Turn, ...]) -> list[NextStep]:
    """The manager's orders and takeovers in `turns`, and the rep's steps as coded by hand."""
    given = [unit for turn in turns for unit in turn.units if unit.code in (Code.DIRECTIVE, Code.TAKEOVER)]
    voiced = [step for turn in golden.turns for step in turn.steps]
    return [*(NextStep("manager", False) for _ in given), *(NextStep(step.author, True) for step in voiced)]
