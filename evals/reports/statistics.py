"""Statistics for reports, using numpy and scipy: effect sizes, bootstrap intervals, rank order and variance.

Intervals resample whole conversations, never replies, because the replies in one conversation depend on each other.
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
"""Minimum number of conversations for an interval. With fewer, a bootstrap only looks precise."""
RESAMPLES = 4999
_EXACT_UP_TO = 500
"""Above this, we use plain percentiles, because the bias correction is too small to see."""
_NOTHING = 1e-12
_CELLS = 4_000_000
"""Maximum size of a batch of resamples, about 32 MB."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A confidence interval at `level`, 0 to 1."""

    low: float
    high: float
    level: float = _LEVEL

    def as_json(self) -> list[float]:
        """[low, high]."""
        return [self.low, self.high]


def interval_of_ratio(parts: Sequence[float], wholes: Sequence[float]) -> Interval | None:
    """The interval of sum(parts) / sum(wholes), resampling conversations with both of their numbers.

    Uses the bias-corrected and accelerated bootstrap (Efron 1987). Returns None for fewer than five conversations, or
    if all are identical, because there is nothing to resample.
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
        warnings.simplefilter("ignore")  # a degenerate sample gives NaN, checked below
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
    """The interval of the ratio after minus the ratio before, each given as (parts, wholes). Row n is the same
    conversation.

    Uses Student's t over the pairs, with the ratio linearized. With few pairs, a bootstrap is too narrow at the high
    levels needed to compare many figures. Returns None for fewer than five pairs, or if all changed by the same amount.
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
    """The ratio of the sums, and each row's contribution to it."""
    import numpy as np

    part, whole = np.asarray(parts, dtype=float), np.asarray(wholes, dtype=float)
    ratio = float(part.sum() / whole.sum())
    steps: NDArray[np.float64] = (part - ratio * whole) / whole.mean()
    return ratio, steps


def cliffs_delta(some: Sequence[float], others: Sequence[float]) -> float | None:
    """How often a value of `some` beats one of `others`, minus how often it loses, -1 to 1 (Cliff 1993).

    Works for any ordered values, such as levels, and scores with a ceiling. Returns None if either is empty.
    """
    if not some or not others:
        return None
    from scipy import stats

    won = stats.mannwhitneyu(some, others, method="asymptotic").statistic if len({*some, *others}) > 1 else None
    return 0.0 if won is None else float(2 * won / (len(some) * len(others)) - 1)


def order(ranks: Sequence[float], values: Sequence[float]) -> float | None:
    """Kendall's tau over pairs with different ranks: pairs in the right order minus those in the wrong order, -1 to 1.

    This is Somers' D of the values given the ranks (Somers 1962). Tau-b couldn't reach 1 when ranks are tied on
    purpose. Returns None if all ranks are the same.
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
    """Kendall's tau-b of two ratings of the same items, -1 to 1; None if either is constant."""
    if len(set(some)) < 2 or len(set(others)) < 2:
        return None
    from scipy import stats

    return float(stats.kendalltau(some, others).statistic)


def eta_squared(groups: Mapping[str, Sequence[float]]) -> float | None:
    """The share of the variance between groups, 0 to 1; None for a single group, or if nothing varies."""
    filled = [list(values) for values in groups.values() if values]
    everything = [value for values in filled for value in values]
    if len(filled) < 2 or len(set(everything)) < 2:
        return None
    mean = sum(everything) / len(everything)
    total = sum((value - mean) ** 2 for value in everything)
    between = sum(len(values) * (sum(values) / len(values) - mean) ** 2 for values in filled)
    return between / total


def sign_test(up: int, down: int) -> float:
    """The probability of a split at least this uneven by chance (exact, two-sided sign test); 1 without any changes."""
    if not up + down:
        return 1.0
    from scipy import stats

    return float(stats.binomtest(up, up + down).pvalue)


def percentile(values: Sequence[float], share: float) -> float | None:
    """The value that a share (0 to 1) of `values` doesn't exceed, interpolated; None if there are no values."""
    if not values:
        return None
    import numpy as np

    return float(np.quantile(np.asarray(values, dtype=float), share))


def logistic(features: Floats, truth: NDArray[np.bool_], ridge: float) -> Floats:
    """The bias and weights of a logistic regression, shape (1 + features,). Weights are never negative.

    Both classes have equal weight, whatever their size. `ridge` penalizes squared weights.
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
