"""The statistics of reports: effect sizes, bootstrap intervals, order, shares of variance; by numpy and scipy.

Intervals are over whole conversations, never over replies: the replies of one conversation depend on each other.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_LEVEL = 0.95
LEAST = 5
"""Conversations below which no interval is given: a bootstrap of fewer says little but looks as if it did."""
RESAMPLES = 4999
_EXACT_UP_TO = 500
"""From here on percentiles of the resamples are taken as they are; the correction for bias is too small to see."""
_NOTHING = 1e-12
_CELLS = 4_000_000
"""Numbers that one batch of resamples may hold: about 32 MB."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Where a figure lies with the confidence `level`, 0 to 1."""

    low: float
    high: float
    level: float = _LEVEL

    def as_json(self) -> list[float]:
        """[low, high]."""
        return [self.low, self.high]


def interval_of_ratio(parts: Sequence[float], wholes: Sequence[float]) -> Interval | None:
    """The interval of sum(parts) / sum(wholes), conversations resampled with both their numbers.

    The bias-corrected and accelerated bootstrap (Efron 1987). None for fewer than five conversations or where all are
    alike: there is nothing to resample then.
    """
    import numpy as np
    from scipy import stats

    data = [np.asarray(column, dtype=float) for column in (parts, wholes)]
    rows = len(data[0])
    if rows < LEAST or all(np.ptp(column) == 0 for column in data):
        return None

    def ratio(part: NDArray[np.float64], whole: NDArray[np.float64], axis: int = -1) -> NDArray[np.float64]:
        found: NDArray[np.float64] = part.sum(axis=axis) / whole.sum(axis=axis)
        return found

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a degenerate sample is told by its NaN, below
        found = stats.bootstrap(
            data,
            ratio,
            paired=True,
            vectorized=True,
            axis=-1,
            n_resamples=RESAMPLES,
            batch=max(1, _CELLS // rows),
            confidence_level=_LEVEL,
            method="BCa" if rows <= _EXACT_UP_TO else "percentile",
            rng=np.random.default_rng(0),
        ).confidence_interval
    low, high = float(found.low), float(found.high)
    return None if np.isnan(low) or np.isnan(high) else Interval(low, high)


def interval_of_difference(
    before: tuple[Sequence[float], Sequence[float]],
    after: tuple[Sequence[float], Sequence[float]],
    level: float = _LEVEL,
) -> Interval | None:
    """The interval of the ratio after less the ratio before, (parts, wholes) each; row n is the same conversation.

    Student's t of the pairs, a ratio taken as linear near itself. A bootstrap of a few pairs is too narrow at the high
    levels at which many figures are compared. None for fewer than five pairs, or where all moved alike.
    """
    import numpy as np
    from scipy import stats

    rows = len(before[0])
    if rows < LEAST:
        return None
    (old, old_step), (new, new_step) = _linear(*before), _linear(*after)
    steps = new_step - old_step
    error = float(np.std(steps, ddof=1)) / rows**0.5
    if error < _NOTHING:
        return None
    reach = float(stats.t.ppf((1 + level) / 2, rows - 1)) * error
    return Interval(new - old - reach, new - old + reach, level)


def _linear(parts: Sequence[float], wholes: Sequence[float]) -> tuple[float, NDArray[np.float64]]:
    """The ratio of the sums, and what each row adds to it."""
    import numpy as np

    part, whole = np.asarray(parts, dtype=float), np.asarray(wholes, dtype=float)
    ratio = float(part.sum() / whole.sum())
    steps: NDArray[np.float64] = (part - ratio * whole) / whole.mean()
    return ratio, steps


def cliffs_delta(some: Sequence[float], others: Sequence[float]) -> float | None:
    """How often one of `some` beats one of `others`, less how often it loses: -1 to 1 (Cliff 1993).

    For ordered values of any kind, which levels and scores with a ceiling are. None where either is empty.
    """
    if not some or not others:
        return None
    from scipy import stats

    won = stats.mannwhitneyu(some, others, method="asymptotic").statistic if len({*some, *others}) > 1 else None
    return 0.0 if won is None else float(2 * won / (len(some) * len(others)) - 1)


def order(ranks: Sequence[float], values: Sequence[float]) -> float | None:
    """Kendall's tau of pairs whose ranks differ: in the right order less in the wrong one, -1 to 1.

    This is Somers' D of values given ranks (Somers 1962): tau-b could not reach 1 where ranks are tied by intent. None
    where all ranks are the same.
    """
    pairs = [
        (rank - other_rank, value - other)
        for (rank, value), (other_rank, other) in combinations(zip(ranks, values, strict=True), 2)
        if rank != other_rank
    ]
    if not pairs:
        return None
    return sum((rank * value > 0) - (rank * value < 0) for rank, value in pairs) / len(pairs)


def kendall_tau(some: Sequence[float], others: Sequence[float]) -> float | None:
    """Kendall's tau-b of two ratings of the same things, -1 to 1; None where one of them never varies."""
    if len(set(some)) < 2 or len(set(others)) < 2:
        return None
    from scipy import stats

    return float(stats.kendalltau(some, others).statistic)


def eta_squared(groups: Mapping[str, Sequence[float]]) -> float | None:
    """The share of variance that lies between groups, 0 to 1; None with one group, or where nothing varies."""
    filled = [list(values) for values in groups.values() if values]
    everything = [value for values in filled for value in values]
    if len(filled) < 2 or len(set(everything)) < 2:
        return None
    mean = sum(everything) / len(everything)
    total = sum((value - mean) ** 2 for value in everything)
    between = sum(len(values) * (sum(values) / len(values) - mean) ** 2 for values in filled)
    return between / total


def sign_test(up: int, down: int) -> float:
    """The chance of so uneven a split or a worse one if neither way were likelier (exact, two-sided); 1 without any."""
    if not up + down:
        return 1.0
    from scipy import stats

    return float(stats.binomtest(up, up + down).pvalue)


def percentile(values: Sequence[float], share: float) -> float | None:
    """The value that this share (0 to 1) of `values` does not exceed, interpolated; None of nothing."""
    if not values:
        return None
    import numpy as np

    return float(np.quantile(np.asarray(values, dtype=float), share))


def logistic(features: Floats, truth: NDArray[np.bool_], ridge: float) -> Floats:
    """The bias and one weight a feature of a logistic regression, shape (1 + features,); no weight is below zero.

    Both truths weigh alike whatever their number; `ridge` is what a squared weight costs.
    """
    import numpy as np
    from scipy.optimize import minimize

    weigh = np.where(truth, 0.5 / truth.mean(), 0.5 / (1 - truth.mean()))

    def loss(weights: Floats) -> tuple[float, Floats]:
        sums = features @ weights[1:] + weights[0]
        wrong = weigh * (1 / (1 + np.exp(-sums)) - truth)
        total = (weigh * (np.logaddexp(0, sums) - truth * sums)).sum() + ridge * (weights[1:] ** 2).sum() / 2
        return float(total), np.concatenate([[wrong.sum()], features.T @ wrong + ridge * weights[1:]])

    count = features.shape[1]
    bounds = [(None, None), *[(0.0, None)] * count]
    found: Floats = minimize(loss, np.zeros(count + 1), jac=True, method="L-BFGS-B", bounds=bounds).x
    return found
