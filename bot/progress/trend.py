"""Whether something went up or down: a direction from two talks, a trend from three, a sure one from five."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

TWO, THREE = 2, 3
SURE_FROM = 5
"""Values from which an interval says anything: of four, even all in order could be chance (1 in 12, two-sided)."""
CONFIDENCE = 0.95


class Way(StrEnum):
    """Where a row of values goes. `too_few` and `unclear` both claim nothing."""

    UP = "up"
    DOWN = "down"
    SAME = "same"
    UNCLEAR = "unclear"
    TOO_FEW = "too_few"


@dataclass(frozen=True, slots=True)
class ScoreTrend:
    """A row of values, and the median change from one to the next (Theil and Sen) with its interval.

    `interval` is None below five values. `sure` says that the interval leaves out 0.
    """

    values: tuple[float, ...]
    way: Way
    each: float | None = None
    interval: tuple[float, float] | None = None

    @property
    def sure(self) -> bool:
        """Whether it is more than chance, at 95%."""
        return self.interval is not None and self.way in (Way.UP, Way.DOWN)


def direction(before: float, after: float, least: float) -> Way:
    """Where the second of two values went; less than `least` apart they are the same."""
    if abs(after - before) < least:
        return Way.SAME
    return Way.UP if after > before else Way.DOWN


def trend(values: Sequence[float]) -> ScoreTrend:
    """The trend of values in their order, from the first to the last.

    Below three there is none. Of three and four it is only said where each step goes the same way, and is never sure.
    """
    row = tuple(values)
    if len(row) < THREE:
        return ScoreTrend(row, Way.TOO_FEW)
    if len(row) < SURE_FROM:
        steps = [after - before for before, after in pairwise(row)]
        same_way = all(step > 0 for step in steps) or all(step < 0 for step in steps)
        return ScoreTrend(row, (Way.UP if steps[0] > 0 else Way.DOWN) if same_way else Way.TOO_FEW)
    from scipy.stats import theilslopes  # slow to load, and needed by few

    slope, _, low, high = theilslopes(row, alpha=CONFIDENCE)
    way = Way.UP if low > 0 else Way.DOWN if high < 0 else Way.UNCLEAR
    return ScoreTrend(row, way, float(slope), (float(low), float(high)))
