"""The trained reader's weights: bot/data/reader.npz, written by `python -m evals.units.train`. No pickle, no code."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from ..errors import ModelError
from ..vectors.head import Linear
from .boundary import Boundary, of_arrays

_NAME = "reader.npz"


@dataclass(frozen=True)
class Weights:
    """The heads for codes and question focus, the boundary, and the file's hash."""

    codes: Linear
    focus: Linear
    boundary: Boundary
    digest: str


@lru_cache(maxsize=1)
def shipped_weights() -> Weights:
    """The bundled weights. Raises ModelError if the file is missing or damaged."""
    import numpy as np

    try:
        raw = resources.files("bot").joinpath("data", _NAME).read_bytes()
        with np.load(io.BytesIO(raw), allow_pickle=False) as held:
            arrays = {name: held[name] for name in held.files}
        return Weights(
            Linear(tuple(arrays["codes"].tolist()), arrays["code_weights"], arrays["code_biases"]),
            Linear(tuple(arrays["focuses"].tolist()), arrays["focus_weights"], arrays["focus_biases"]),
            of_arrays(arrays),
            hashlib.sha256(raw).hexdigest(),
        )
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(f"{_NAME} is missing or damaged ({error}); reinstall Askwell") from None
