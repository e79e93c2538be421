"""Neighbours of each label as vectors, and how near words are to the nearest of them."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

EXAMPLES_FILE = "examples.npz"
NEAREST = 3
"""How many of a label's examples count. On the trial managers one, two and three were alike, five worse."""
SHIPPED_DIMENSIONS = 96
"""Principal components of a shipped example. 96 in 8 bits chose as well as all 384 in full, 64 worse."""


@dataclass(frozen=True)
class Neighbours:
    """The vectors of each label's examples, one label after another.

    `starts` has the first row of each of `labels`, `rows` the vectors (n, d). Vectors are multiplied by `basis`
    (384, d) before they are compared, unless it is None.
    """

    labels: tuple[str, ...]
    starts: NDArray[np.int64]
    rows: Floats
    basis: Floats | None = None

    def closeness(self, vectors: Floats) -> Floats:
        """The mean similarity to each label's `NEAREST` examples, shape (vectors, labels). Equal ones count once."""
        import numpy as np

        similar = self.rows @ (vectors if self.basis is None else vectors @ self.basis).T
        counts = np.diff([*self.starts, len(self.rows)])
        total = np.zeros((len(self.labels), len(vectors)), dtype=np.float32)
        number = np.zeros_like(total)
        for _ in range(NEAREST):
            best = np.maximum.reduceat(similar, self.starts, axis=0)
            left = np.isfinite(best)
            total[left] += best[left]
            number += left
            similar[similar == np.repeat(best, counts, axis=0)] = -np.inf
        closeness: Floats = (total / number).T
        return closeness


def examples_of(labels: Sequence[str], vectors: Floats, basis: Floats | None = None) -> Neighbours:
    """Neighbours from their vectors (n, d), with the label of each."""
    import numpy as np

    order = np.argsort(np.array(labels), kind="stable")
    names, starts = np.unique(np.array(labels)[order], return_index=True)
    return Neighbours(tuple(names.tolist()), starts, np.ascontiguousarray(vectors[order], dtype=np.float32), basis)


def basis_of(vectors: Floats) -> Floats:
    """The `SHIPPED_DIMENSIONS` directions in which vectors (n, 384) differ from zero most, shape (384, d)."""
    import numpy as np

    _, directions = np.linalg.eigh(vectors.T.astype(np.float64) @ vectors.astype(np.float64))
    kept = directions[:, ::-1][:, :SHIPPED_DIMENSIONS]
    return np.ascontiguousarray(kept * np.sign(kept.sum(axis=0))).astype(np.float32)


def packed_examples(
    found: Mapping[str, tuple[Sequence[str], Floats]], keys: Mapping[str, str]
) -> dict[str, NDArray[np.generic]]:
    """Arrays of a file: by scenario the labels and vectors of its examples; `keys` gives each head's scenario."""
    import numpy as np

    basis = basis_of(np.concatenate([vectors for _, vectors in found.values()]))
    widest = max(float(np.abs(vectors @ basis).max()) for _, vectors in found.values())
    held: dict[str, NDArray[np.generic]] = {
        "basis": (basis * (widest / 127)).astype(np.float32),
        "keys": np.array(list(keys)),
        "scenarios": np.array(list(keys.values())),
    }
    for name, (labels, vectors) in found.items():
        examples = examples_of(labels, vectors @ basis * (127 / widest))
        held[f"{name}:labels"] = np.array(examples.labels)
        held[f"{name}:starts"] = examples.starts
        held[f"{name}:rows"] = np.round(examples.rows).astype(np.int8)
    return held


def unpacked_examples(held: Mapping[str, NDArray[Any]], name: str) -> Neighbours:
    """The examples of one scenario from what `packed_examples` wrote."""
    import numpy as np

    rows = held[f"{name}:rows"].astype(np.float32)
    return Neighbours(tuple(held[f"{name}:labels"].tolist()), held[f"{name}:starts"], rows, held["basis"])


@lru_cache(maxsize=1)
def _shipped() -> tuple[dict[str, str], Any]:
    """The scenario of each head that ships, and the file's arrays."""
    import numpy as np

    file = resources.files("bot").joinpath("data", EXAMPLES_FILE)
    if not file.is_file():
        return {}, {}
    held = np.load(io.BytesIO(file.read_bytes()), allow_pickle=False)
    return dict(zip(held["keys"].tolist(), held["scenarios"].tolist(), strict=True)), held


@lru_cache(maxsize=8)
def _of_scenario(name: str) -> Neighbours:
    return unpacked_examples(_shipped()[1], name)


def shipped_examples(key: str) -> Neighbours | None:
    """The examples that ship with the head of this key, None if none do."""
    name = _shipped()[0].get(key)
    return None if name is None else _of_scenario(name)
