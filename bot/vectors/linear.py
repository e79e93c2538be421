"""A linear head as data: classes, weights and biases. evals/train.py fits it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Linear:
    """Classes, weights (d, k) and biases (k)."""

    classes: tuple[str, ...]
    weights: Floats
    biases: Floats

    def chances(self, rows: Floats) -> Floats:
        """Probabilities of shape (len(rows), classes); each row sums to 1."""
        import numpy as np

        logits = rows @ self.weights + self.biases
        chances: Floats = np.exp(logits - logits.max(axis=1, keepdims=True))
        chances /= chances.sum(axis=1, keepdims=True)
        return chances
