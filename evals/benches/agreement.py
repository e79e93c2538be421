"""Measures of agreement and calibration. Pure functions over labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence


def kappa(one: Sequence[object], two: Sequence[object]) -> float:
    """Cohen's kappa of two codings of the same items, -1 to 1; 0 is chance."""
    total = len(one)
    agreed = sum(a == b for a, b in zip(one, two, strict=True)) / total
    first, second = Counter(one), Counter(two)
    chance = sum(first[label] * second[label] for label in first) / total**2
    return 1.0 if chance == 1 else (agreed - chance) / (1 - chance)


def f1(gold: Sequence[object], found: Sequence[object], label: object) -> float:
    """Harmonic mean of precision and recall for one label; 0 if it never occurs."""
    hits = sum(a == b == label for a, b in zip(gold, found, strict=True))
    total = sum(a == label for a in gold) + sum(b == label for b in found)
    return 2 * hits / total if total else 0.0


def auc(positives: Sequence[float], negatives: Sequence[float]) -> float:
    """The probability that a positive scores above a negative (AUC). Ties count half."""
    wins = sum((p > n) + 0.5 * (p == n) for p in positives for n in negatives)
    return wins / (len(positives) * len(negatives))


def recall_at_precision(scores: Sequence[float], truth: Sequence[bool], precision: float) -> float:
    """The best recall of a threshold on `scores` with at least this `precision`."""
    ranked = sorted(zip(scores, truth, strict=True), key=lambda pair: -pair[0])
    wanted, hits, best = sum(truth), 0, 0.0
    for count, (_, positive) in enumerate(ranked, 1):
        hits += positive
        if hits / count >= precision and wanted:
            best = max(best, hits / wanted)
    return best
