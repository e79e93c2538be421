"""Whether something went up or down: a direction from two talks, a trend from three, a sure one from five."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from statistics import NormalDist, median

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
    if len(row) < SURE_FROM and len(set(row)) == 1:
        return ScoreTrend(row, Way.SAME)
    if len(row) < SURE_FROM:
        steps = [after - before for before, after in pairwise(row)]
        same_way = all(step > 0 for step in steps) or all(step < 0 for step in steps)
        return ScoreTrend(row, (Way.UP if steps[0] > 0 else Way.DOWN) if same_way else Way.TOO_FEW)
    each, low, high = median_slope(row)
    unclear = Way.SAME if len(set(row)) == 1 else Way.UNCLEAR
    way = Way.UP if low > 0 else Way.DOWN if high < 0 else unclear
    return ScoreTrend(row, way, each, (low, high))


def median_slope(values: Sequence[float]) -> tuple[float, float, float]:
    """The median change from one value to the next (Theil and Sen), and its interval at 95%, by Kendall's variance.

    As `scipy.stats.theilslopes` gives it for values without ties in their places; a test holds the two against each
    other. Loading scipy takes over a second, which the page of progress has not.
    """
    places = range(len(values))
    slopes = sorted((values[b] - values[a]) / (b - a) for a in places for b in places if a < b)
    size, number = len(values), len(slopes)
    ties = sum(many * (many - 1) * (2 * many + 5) for many in Counter(values).values())
    spread = math.sqrt((size * (size - 1) * (2 * size + 5) - ties) / 18)
    reach = NormalDist().inv_cdf((1 - CONFIDENCE) / 2) * spread
    upper = min(round((number - reach) / 2), number - 1)
    lower = max(round((number + reach) / 2) - 1, 0)
    return median(slopes), slopes[lower], slopes[upper]
