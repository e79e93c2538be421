"""Multinomial logistic regression by plain gradient descent from zero: the same rows give the same weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

_STEPS, _RATE, _MOMENTUM = 300, 1.0, 0.9
_BALANCE = 0.5
"""0 weights every row alike, 1 every class alike."""


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


def fit(labels: Sequence[str], rows: Floats, ridge: float) -> Linear:
    """Fit on `rows` (n, d), one label each; rarer classes weigh somewhat more."""
    import numpy as np

    classes = tuple(sorted(set(labels)))
    place = {name: number for number, name in enumerate(classes)}
    targets = np.eye(len(classes), dtype=np.float32)[[place[label] for label in labels]]
    weight = (targets @ (1.0 / targets.sum(axis=0))) ** _BALANCE
    weight = (weight / weight.mean() / len(labels))[:, None].astype(np.float32)
    weights = np.zeros((rows.shape[1], len(classes)), dtype=np.float32)
    biases = np.zeros(len(classes), dtype=np.float32)
    speed, bias_speed = np.zeros_like(weights), np.zeros_like(biases)
    for _ in range(_STEPS):
        error = (Linear(classes, weights, biases).chances(rows) - targets) * weight
        speed = _MOMENTUM * speed - _RATE * (rows.T @ error + ridge * weights)
        bias_speed = _MOMENTUM * bias_speed - _RATE * error.sum(axis=0)
        weights = weights + speed
        biases = biases + bias_speed
    return Linear(classes, weights, biases)
