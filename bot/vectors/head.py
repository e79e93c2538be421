"""A softmax over sentence vectors, fitted by plain gradient descent: the same examples give the same weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

_MOMENTUM = 0.9


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
    return fit_shares(classes, rows, targets, ridge=ridge, steps=steps, rate=rate, balance=balance)


def fit_shares(
    classes: tuple[str, ...],
    rows: Floats,
    targets: Floats,
    *,
    ridge: float,
    steps: int,
    rate: float,
    balance: float = 1.0,
    weights: Floats | None = None,
) -> Linear:
    """Fit on `rows` (n, d) with the share of each class in each row, `targets` (n, k). `weights` (d, k) start it."""
    import numpy as np

    weight = (targets @ (1.0 / targets.sum(axis=0))) ** balance
    weight = (weight / weight.mean() / len(rows))[:, None].astype(np.float32)
    weights = np.zeros((rows.shape[1], len(classes)), dtype=np.float32) if weights is None else weights
    biases = np.zeros(len(classes), dtype=np.float32)
    speed, bias_speed = np.zeros_like(weights), np.zeros_like(biases)
    for _ in range(steps):
        error = (Linear(classes, weights, biases).chances(rows) - targets) * weight
        speed = _MOMENTUM * speed - rate * (rows.T @ error + ridge * weights)
        bias_speed = _MOMENTUM * bias_speed - rate * error.sum(axis=0)
        weights = weights + speed
        biases = biases + bias_speed
    return Linear(classes, weights, biases)
