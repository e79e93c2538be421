"""Encodes a manager's turn with what the rep said just before it: tuned on questions and what answers them.

`python -m evals.turns.train` makes the file; docs/answers.md says how, and how much better it is than the plain model.
"""

from __future__ import annotations

from ..once import once
from .context import ContextEncoder, one_line

TURNS_FILE = "turns.onnx"
BEFORE_TOKENS, TURN_TOKENS = 32, 64


def turn_text(before: str, turn: str) -> str:
    """The text of a masked turn for the encoder: the rep's words, which may be empty, then its own."""
    before, turn = one_line(before), one_line(turn)
    return f"{before}\n{turn}" if before else turn


@once
def turn_encoder() -> ContextEncoder:
    """The packaged encoder, loaded once per process."""
    return ContextEncoder(TURNS_FILE, (BEFORE_TOKENS,), TURN_TOKENS)
