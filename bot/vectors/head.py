"""A small classifier over sentence vectors: nearest examples and a linear head trained on the same examples.

Nearest examples find the topic; the head, which sees all classes at once, keeps off-topic questions out.
Training is plain gradient descent from zero: the same examples give the same weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

NEAREST = 2
"""Average the two best examples. One is noisy, three dilute; measured on the prototype's questions."""
HEAD_WEIGHT = 0.04
"""Weight of one nat of the head's log-probability, in cosine. Chosen on development questions."""
LOG_FLOOR = -6.0
_SCALE, _STEPS, _RATE, _MOMENTUM, _RIDGE = 4.0, 200, 2.0, 0.9, 1e-3


@dataclass(frozen=True)
class Head:
    """Classes, their example vectors (n, d) and the linear weights (d, k) and biases (k)."""

    classes: tuple[str, ...]
    examples: Floats
    labels: NDArray[np.int64]
    weights: Floats
    biases: Floats

    @cached_property
    def _places(self) -> NDArray[np.int64]:
        """For each class the indices of its examples, padded to equal length with the index after the last."""
        import numpy as np

        own = [np.flatnonzero(self.labels == index) for index in range(len(self.classes))]
        places = np.full((len(own), max(NEAREST, *map(len, own))), len(self.labels), dtype=np.int64)
        for row, found in zip(places, own, strict=True):
            row[: len(found)] = found
        return places

    def scores(self, vectors: Floats) -> Floats:
        """Scores of shape (len(vectors), classes): mean cosine of the two best examples, adjusted by the head."""
        import numpy as np

        similar = vectors @ self.examples.T
        nowhere = np.full((len(vectors), 1), -np.inf, dtype=similar.dtype)
        best = np.partition(np.concatenate((similar, nowhere), axis=1)[:, self._places], -NEAREST, axis=2)[
            ..., -NEAREST:
        ]
        # A class with one example has only one nearest.
        nearest = np.where(np.isneginf(best[..., 0]), best[..., -1], best.mean(axis=2))
        logits = vectors * _SCALE @ self.weights + self.biases
        logits = logits - logits.max(axis=1, keepdims=True)
        logs = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
        result: Floats = nearest + HEAD_WEIGHT * np.clip(logs, LOG_FLOOR, 0.0)
        return result


@dataclass(frozen=True)
class Linear:
    """Classes, weights (d, k) and biases (k)."""

    classes: tuple[str, ...]
    weights: Floats
    biases: Floats

    def chances(self, rows: Floats) -> Floats:
        """Probabilities of shape (len(rows), classes), each row summing to 1."""
        import numpy as np

        logits = rows @ self.weights + self.biases
        chances: Floats = np.exp(logits - logits.max(axis=1, keepdims=True))
        chances /= chances.sum(axis=1, keepdims=True)
        return chances


def fit(labels: Sequence[str], rows: Floats, *, ridge: float, steps: int, rate: float, balance: float = 1.0) -> Linear:
    """Fit on `rows` (n, d), one label each; `balance` 0 weighs every row alike, 1 every class."""
    import numpy as np

    classes = tuple(sorted(set(labels)))
    place = {name: number for number, name in enumerate(classes)}
    targets = np.eye(len(classes), dtype=np.float32)[[place[label] for label in labels]]
    weight = (targets @ (1.0 / targets.sum(axis=0))) ** balance
    weight = (weight / weight.mean() / len(labels))[:, None].astype(np.float32)
    weights = np.zeros((rows.shape[1], len(classes)), dtype=np.float32)
    biases = np.zeros(len(classes), dtype=np.float32)
    speed, bias_speed = np.zeros_like(weights), np.zeros_like(biases)
    for _ in range(steps):
        error = (Linear(classes, weights, biases).chances(rows) - targets) * weight
        speed = _MOMENTUM * speed - rate * (rows.T @ error + ridge * weights)
        bias_speed = _MOMENTUM * bias_speed - rate * error.sum(axis=0)
        weights = weights + speed
        biases = biases + bias_speed
    return Linear(classes, weights, biases)


def train(labels: Sequence[str], vectors: Floats) -> Head:
    """Fit the head on `vectors` (n, d), one label each. Classes have equal weight regardless of size."""
    import numpy as np

    linear = fit(labels, (vectors * _SCALE).astype(np.float32), ridge=_RIDGE, steps=_STEPS, rate=_RATE)
    place = {name: number for number, name in enumerate(linear.classes)}
    own = np.array([place[label] for label in labels], dtype=np.int64)
    return Head(linear.classes, vectors, own, linear.weights, linear.biases)
