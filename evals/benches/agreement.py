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


def calibration_error(confidences: Sequence[float], right: Sequence[bool], bins: int = 10) -> float:
    """Expected calibration error: the gap between confidence and accuracy, weighted over ten equal bins."""
    total, error = len(confidences), 0.0
    for number in range(bins):
        low, high = number / bins, (number + 1) / bins
        held = [
            (sure, ok)
            for sure, ok in zip(confidences, right, strict=True)
            if low <= sure < high or (high == 1.0 and sure == 1.0)
        ]
        if held:
            gap = sum(sure for sure, _ in held) / len(held) - sum(ok for _, ok in held) / len(held)
            error += abs(gap) * len(held) / total
    return error


def spearman(one: Sequence[float], two: Sequence[float]) -> float:
    """Spearman's rank correlation, with ties at their mean rank; 0 if one side is constant."""
    a, b = _ranks(one), _ranks(two)
    mean = (len(a) + 1) / 2
    top = sum((x - mean) * (y - mean) for x, y in zip(a, b, strict=True))
    bottom = (sum((x - mean) ** 2 for x in a) * sum((y - mean) ** 2 for y in b)) ** 0.5
    return float(top / bottom) if bottom else 0.0


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


def _ranks(values: Sequence[float]) -> list[float]:
    order = sorted(range(len(values)), key=lambda place: values[place])
    ranks = [0.0] * len(values)
    place = 0
    while place < len(order):
        last = place
        while last + 1 < len(order) and values[order[last + 1]] == values[order[place]]:
            last += 1
        for tied in order[place : last + 1]:
            ranks[tied] = (place + last) / 2 + 1
        place = last + 1
    return ranks
