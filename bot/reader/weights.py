"""The trained reader as data: bot/data/reader.npz, made by `python -m evals.train`. No pickle, no code."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from ..errors import ModelError
from .boundary import Boundary
from .linear import Linear

NAME = "reader.npz"


@dataclass(frozen=True)
class Weights:
    """The head for codes, the head for a question's focus, the boundary between thoughts, and the file's hash."""

    codes: Linear
    focus: Linear
    boundary: Boundary
    digest: str


@lru_cache(maxsize=1)
def shipped_weights() -> Weights:
    """The weights that ship with the code. Raises ModelError when the file is missing or damaged."""
    import numpy as np

    try:
        raw = resources.files("bot").joinpath("data", NAME).read_bytes()
        with np.load(io.BytesIO(raw), allow_pickle=False) as held:
            arrays = {name: held[name] for name in held.files}
        clues = dict(zip(arrays["clues"].tolist(), arrays["clue_weights"].tolist(), strict=True))
        return Weights(
            Linear(tuple(arrays["codes"].tolist()), arrays["code_weights"], arrays["code_biases"]),
            Linear(tuple(arrays["focuses"].tolist()), arrays["focus_weights"], arrays["focus_biases"]),
            Boundary(clues, float(arrays["clue_bias"])),
            hashlib.sha256(raw).hexdigest(),
        )
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(f"{NAME} is missing or damaged ({error}); install Askwell again") from None
