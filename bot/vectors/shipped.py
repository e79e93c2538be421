"""Precomputed vectors of the bundled texts, for a fast first start and first reply.

Vectors are stored by the hash of their text, so a changed text is just missing and gets computed. `make vectors`
rewrites the file; tests/test_shipped.py fails when it is out of date.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

VECTORS_FILE, TURNS_FILE = "vectors.npz", "turns.npz"


class Shipped:
    """Unit vectors of one model by text, in half precision, which changes a cosine by less than 0.001."""

    def __init__(self, model: str, rows: Mapping[int, int], halves: NDArray[np.float16]) -> None:
        self.model = model
        self._rows = rows
        self._halves = halves

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, text: str) -> bool:
        return key_of(text) in self._rows

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Vectors of shape (len(texts), 384), float32, each of length 1. Raises KeyError for an unknown text."""
        import numpy as np

        found = self._halves[[self._rows[key_of(text)] for text in texts]].astype(np.float32)
        unit: Vectors = found / np.linalg.norm(found, axis=1, keepdims=True)
        return unit


def key_of(text: str) -> int:
    """The first 64 bits of the SHA-256 of a text in lower case, as the embedding model reads it."""
    known = text.lower() if text.isascii() else text
    return int.from_bytes(hashlib.sha256(known.encode("utf-8", "surrogatepass")).digest()[:8], "big")


def packed(model: str, texts: Sequence[str], vectors: Vectors) -> bytes:
    """The file for these texts and vectors: the same bytes for the same input."""
    import numpy as np

    keys = np.array([key_of(text) for text in texts], dtype=np.uint64)
    keys, first = np.unique(keys, return_index=True)
    file = io.BytesIO()
    np.savez(file, model=np.array(model), keys=keys, vectors=vectors[first].astype(np.float16))
    return file.getvalue()


def unpacked(data: bytes) -> Shipped:
    """Read what `packed` wrote. Raises ValueError, KeyError or zipfile.BadZipFile for anything else."""
    import numpy as np

    with np.load(io.BytesIO(data), allow_pickle=False) as held:
        rows = {int(key): row for row, key in enumerate(held["keys"].tolist())}
        return Shipped(str(held["model"]), rows, held["vectors"])


@lru_cache(maxsize=1)
def shipped_vectors() -> Shipped:
    """The bundled vectors of the packaged model."""
    return unpacked(resources.files("bot").joinpath("data", VECTORS_FILE).read_bytes())


@lru_cache(maxsize=1)
def all_shipped() -> tuple[Shipped, ...]:
    """The bundled vectors of every encoder: the packaged model, and the encoder of turns."""
    turns = resources.files("bot").joinpath("data", TURNS_FILE)
    return (shipped_vectors(), *((unpacked(turns.read_bytes()),) if turns.is_file() else ()))
