"""Measures how well the product agrees with the hand-coded conversations, and what changed since they were signed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.next_steps import next_steps
from bot.talk.codebook import ASKING, Code, Focus, Unit

from ..benches.agreement import f1, kappa
from .answer import ReaderAnswer, read
from .golden import Golden
from .handcoded import hand_turns, with_hand_steps
from .signing import GoldenChange, by_thresholds, change_text, golden_changes, unsealed

SIX = {
    Code.OPEN_QUESTION: "open",
    Code.CLOSED_QUESTION: "closed",
    Code.LEADING_QUESTION: "closed",
    Code.REFLECTION: "reflection",
    Code.ADVICE: "advice",
    Code.DIRECTIVE: "advice",
    Code.INFORMATION: "information",
    Code.CONFRONT: "information",
    Code.TAKEOVER: "information",
    Code.AFFIRMATION: "other",
    Code.COLLABORATION: "other",
    Code.OTHER: "other",
}
"""The six classes used in other people's data. A leading question counts as closed because of its form."""
Pair = tuple[Unit, Unit]


@dataclass(frozen=True, slots=True)
class OfCode:
    """One code: how often hand coding and reader use it, and how often they agree. Shares are 0 to 1, or None."""

    code: str
    hand: int
    reader: int
    both: int

    @property
    def precision(self) -> float | None:
        """The share of the reader's codes that are right."""
        return self.both / self.reader if self.reader else None

    @property
    def recall(self) -> float | None:
        """The share of the hand-given codes that the reader finds."""
        return self.both / self.hand if self.hand else None


@dataclass(frozen=True, slots=True)
class GoldenReport:
    """Figures by name, codes, criteria (matches and total), levels, misses and differences.

    Levels have the conversation's id, the hand coding's level, and the product's level and score. Misses have their
    frequency.
    """

    figures: dict[str, float]
    codes: tuple[OfCode, ...]
    criteria: tuple[tuple[str, int, int], ...]
    levels: tuple[tuple[str, str, str, int | None], ...]
    misses: tuple[tuple[str, str, int], ...]
    differences: tuple[GoldenChange, ...]

    def as_text(self) -> str:
        """The tables as plain text."""
        rows = [f"{'conversation':<28} {'by hand':<14} {'product':<14} {'score':>5}"]
        rows += [
            f"{name:<28} {hand:<14} {now:<14} {'-' if number is None else number:>5}"
            f"{'' if hand == now else '  differs'}"
            for name, hand, now, number in self.levels
        ]
        rows += ["", *(f"  {name:<44} {value:>8.3f}" for name, value in self.figures.items())]
        rows += ["", f"  {'code':<18} {'hand':>5} {'reader':>7} {'both':>5} {'precision':>10} {'recall':>7}"]
        rows += [
            f"  {one.code:<18} {one.hand:>5} {one.reader:>7} {one.both:>5} {_two(one.precision):>10} "
            f"{_two(one.recall):>7}"
            for one in self.codes
        ]
        rows += [
            "",
            "  criteria that match the hand coding: "
            + ", ".join(f"{name} {right}/{of}" for name, right, of in self.criteria),
        ]
        rows += ["", "  most frequent misses, hand coding -> reader"]
        rows += [f"  {times:>4}  {hand} -> {now}" for hand, now, times in self.misses[:12]]
        count = len(self.differences)
        same = "everything matches the signed results"
        rows += ["", f"{count} differ from the signed results:\n{change_text(self.differences)}" if count else same]
        return "\n".join(rows)

    def as_json(self) -> dict[str, Any]:
        """figures, codes, criteria, levels, misses, differences."""
        return {
            "figures": {name: round(value, 4) for name, value in self.figures.items()},
            "codes": [
                {"code": one.code, "hand": one.hand, "reader": one.reader, "both": one.both} for one in self.codes
            ],
            "criteria": [{"id": name, "right": right, "of": of} for name, right, of in self.criteria],
            "levels": [
                {"id": name, "hand": hand, "product": now, "score": number} for name, hand, now, number in self.levels
            ],
            "misses": [{"hand": hand, "reader": now, "times": times} for hand, now, times in self.misses],
            "differences": [difference.as_json() for difference in self.differences],
        }


def _two(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def golden_report(goldens: Sequence[Golden]) -> GoldenReport:
    """Run every conversation once, and measure agreement."""
    reads = [(golden, read(golden)) for golden in goldens]
    pairs = [pair for golden, now in reads for pair in _paired(golden, now)]
    differ = [
        difference
        for golden, now in reads
        for difference in (*unsealed(golden), *by_thresholds(golden), *golden_changes(golden, now.answer))
    ]
    missed = Counter((str(hand.code), str(now.code)) for hand, now in pairs if hand.code is not now.code)
    return GoldenReport(
        {**_figures(pairs), **_of_turns(reads), **_of_levels(reads)},
        tuple(_of_code(code, pairs) for code in Code),
        _criteria(reads),
        tuple((golden.id, golden.expect.level, now.answer.level, now.answer.score) for golden, now in reads),
        tuple((*codes, times) for codes, times in sorted(missed.items(), key=lambda entry: (-entry[1], entry[0]))),
        tuple(differ),
    )


def _paired(golden: Golden, now: ReaderAnswer) -> Iterator[Pair]:
    """Each hand-coded unit with the reader's unit that overlaps it most, or `other` if none does."""
    for turn, units in zip(hand_turns(golden), now.units, strict=True):
        for hand in turn.units:
            yield hand, max(units, key=lambda unit: _shared(unit, hand), default=replace(hand, code=Code.OTHER))


def _shared(unit: Unit, hand: Unit) -> tuple[int, int]:
    return min(unit.end, hand.end) - max(unit.start, hand.start), -unit.start


def _figures(pairs: Sequence[Pair]) -> dict[str, float]:
    hand, now = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    codes = [unit.code for unit in hand], [unit.code for unit in now]
    six = [SIX[code] for code in codes[0]], [SIX[code] for code in codes[1]]
    asks = [code in ASKING for code in codes[0]], [code in ASKING for code in codes[1]]
    pushes = [unit.pushing for unit in hand], [unit.pushing for unit in now]
    focused = [(a.focus, b.focus) for a, b in pairs if a.code in ASKING and b.code in ASKING]
    return {
        "units": len(pairs),
        "codes alike": sum(a is b for a, b in zip(*codes, strict=True)) / len(pairs),
        "12 codes, kappa": kappa(*codes),
        "six classes, kappa": kappa(*six),
        "genuine question or not, kappa": kappa(*asks),
        "pushing or not, kappa": kappa(*pushes),
        "pushing, precision": sum(a and b for a, b in zip(*pushes, strict=True)) / max(1, sum(pushes[1])),
        "pushing, recall": sum(a and b for a, b in zip(*pushes, strict=True)) / max(1, sum(pushes[0])),
        "pushing, F1": f1(*pushes, True),
        "focus of questions alike": sum(a is b for a, b in focused) / max(1, len(focused)),
        "status questions, F1": f1([a for a, _ in focused], [b for _, b in focused], Focus.STATUS),
    }


def _of_turns(reads: Sequence[tuple[Golden, ReaderAnswer]]) -> dict[str, float]:
    cuts: list[bool] = []
    own = found = hits = 0
    for golden, now in reads:
        context = ""
        for turn, answered in zip(golden.turns, now.answer.turns, strict=True):
            if turn.units:
                cuts.append([unit.says for unit in turn.units] == [unit.says for unit in answered])
            else:
                hand = sum(step.author == "rep" for step in turn.steps)
                seen = sum(step.author == "rep" for step in next_steps(turn.text, context))
                own, found, hits = own + hand, found + seen, hits + min(hand, seen)
            context = turn.text
    return {
        "turns of the manager": len(cuts),
        "turns cut alike": sum(cuts) / len(cuts),
        "rep's own steps, by hand": own,
        "rep's own steps, found": found,
        "rep's own steps, recall": hits / own,
    }


def _of_levels(reads: Sequence[tuple[Golden, ReaderAnswer]]) -> dict[str, float]:
    criteria = [
        now.answer.criteria[name] == reached
        for golden, now in reads
        for name, reached in golden.expect.criteria.items()
    ]
    right = sum(golden.expect.level == now.answer.level for golden, now in reads)
    given = sum(golden.expect.level == with_hand_steps(golden, now.units) for golden, now in reads)
    trained = sum(
        (golden.expect.trainer.level if golden.expect.trainer else golden.expect.level) == now.answer.level
        for golden, now in reads
    )
    return {
        "conversations": len(reads),
        "levels as by hand": right,
        "levels as by hand, given the hand's steps": given,
        "levels as a trainer would": trained,
        "criteria": len(criteria),
        "criteria as by hand": sum(criteria),
        "criteria as by hand, share": sum(criteria) / len(criteria),
    }


def _criteria(reads: Sequence[tuple[Golden, ReaderAnswer]]) -> tuple[tuple[str, int, int], ...]:
    of: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for golden, now in reads:
        for name, reached in golden.expect.criteria.items():
            of[name] += 1
            right[name] += now.answer.criteria[name] == reached
    return tuple((name, right[name], of[name]) for name in of)


def _of_code(code: Code, pairs: Sequence[Pair]) -> OfCode:
    return OfCode(
        str(code),
        sum(hand.code is code for hand, _ in pairs),
        sum(now.code is code for _, now in pairs),
        sum(hand.code is code is now.code for hand, now in pairs),
    )
