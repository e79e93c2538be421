"""Linear heads fitted earlier: those that ship, by what they were fitted on, and those kept on this machine."""

from __future__ import annotations

import hashlib
import io
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..files import write_whole
from .embedding import Embedder, cached_vectors
from .head import Linear, fit_shares
from .nearest import Neighbours, examples_of, shipped_examples

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

HEADS_FILE = "heads.npz"
SCALE = 4.0
"""Unit vectors are scaled by this before fitting, and so are the class means that the weights start from."""
RIDGE, STEPS, RATE = 1e-4, 120, 1.0
MOST_LATELY = 8
"""How many heads of scenarios of one's own to keep in memory, with their examples about 10 MB each."""
BALANCE = 0.5
"""Between weighing every example alike (0) and every class (1)."""


def head_key(model: str, labels: Sequence[str], texts: Sequence[str]) -> str:
    """The name of the head fitted on these labelled texts."""
    parts = "\x00".join((model, *labels, *texts))
    return hashlib.sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()[:32]


@dataclass(frozen=True)
class Known:
    """What tells the labels of a scenario apart: a head over them all, and the examples of each."""

    head: Linear
    examples: Neighbours


def ready_head(embedder: Embedder, labels: Sequence[str], texts: Sequence[str], cache: Path | None) -> Known:
    """The head over these labelled texts: shipped, used lately, kept in `cache`, or fitted now and kept there."""
    key = head_key(embedder.name, labels, texts)
    shipped, examples = shipped_heads(), shipped_examples(key)
    if key in shipped and examples is not None:
        return Known(_linear(tuple(shipped[f"{key}:classes"].tolist()), shipped[key]), examples)
    found = _LATELY.get(key)
    if found is None:
        found = _kept_or_fitted(key, embedder, labels, texts, cache)
        with _LOCK:  # pages of the app load scenarios in threads of their own
            while len(_LATELY) >= MOST_LATELY:
                _LATELY.pop(next(iter(_LATELY)))
            _LATELY[key] = found
    return found


_LOCK = threading.Lock()
_LATELY: dict[str, Known] = {}
"""Heads that were fitted or read in this process, the oldest first."""


def _kept_or_fitted(
    key: str, embedder: Embedder, labels: Sequence[str], texts: Sequence[str], cache: Path | None
) -> Known:
    classes = tuple(sorted(set(labels)))
    vectors = cached_vectors(embedder, texts, cache)
    examples = examples_of(labels, vectors)
    path = cache.parent / "heads" / f"{key}.npy" if cache is not None else None
    kept = _read(path, (len(classes), cached_width())) if path is not None else None
    if kept is not None:
        return Known(_linear(classes, kept), examples)
    fitted = _fitted(classes, labels, vectors)
    if path is not None:
        import numpy as np

        held = io.BytesIO()
        np.save(held, packed_head(fitted), allow_pickle=False)
        with suppress(OSError):  # an unwritable cache must not stop the conversation
            write_whole(path, held.getvalue())
    return Known(_linear(classes, packed_head(fitted)), examples)


def _fitted(classes: tuple[str, ...], labels: Sequence[str], vectors: Floats) -> Linear:
    import numpy as np

    place = {name: number for number, name in enumerate(classes)}
    targets = np.eye(len(classes), dtype=np.float32)[[place[label] for label in labels]]
    return fit_head(classes, vectors, targets)


def cached_width() -> int:
    """Columns of a packed head: a weight a dimension, and the bias."""
    from .embedding import DIMENSIONS

    return DIMENSIONS + 1


def fit_head(classes: tuple[str, ...], vectors: Floats, targets: Floats) -> Linear:
    """A softmax on unit vectors (n, d) with the share of each class in each row (n, k)."""
    import numpy as np

    means = targets.T @ vectors
    means = means / np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-6)
    start = np.ascontiguousarray((means * SCALE).T.astype(np.float32))
    rows = (vectors * SCALE).astype(np.float32)
    return fit_shares(classes, rows, targets, ridge=RIDGE, steps=STEPS, rate=RATE, balance=BALANCE, weights=start)


def packed_head(head: Linear) -> NDArray[np.float16]:
    """Weights and biases in half precision, shape (classes, dimensions + 1)."""
    import numpy as np

    return np.concatenate((head.weights.T, head.biases[:, None]), axis=1).astype(np.float16)


def _linear(classes: tuple[str, ...], held: NDArray[np.float16]) -> Linear:
    import numpy as np

    weights = np.ascontiguousarray(held[:, :-1].T.astype(np.float32)) * np.float32(SCALE)
    return Linear(classes, weights, held[:, -1].astype(np.float32))


def _read(path: Path, shape: tuple[int, int]) -> NDArray[np.float16] | None:
    import numpy as np

    try:
        with path.open("rb") as file:
            held: Any = np.lib.format.read_array(file, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None  # missing or damaged: it is fitted again
    return held if held.shape == shape and held.dtype == np.float16 else None


@lru_cache(maxsize=1)
def shipped_heads() -> dict[str, Any]:
    """The heads that ship, by key."""
    import numpy as np

    file = resources.files("bot").joinpath("data", HEADS_FILE)
    if not file.is_file():
        return {}
    with np.load(io.BytesIO(file.read_bytes()), allow_pickle=False) as held:
        return {name: held[name] for name in held.files}
