"""Encodes a manager's turn with what the rep said just before it: MiniLM-L6, tuned on questions and what answers them.

`python -m evals.turns.train` makes the file; docs/answers.md says how, and how much better it is than the plain model.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib import resources

from .embedding import OnnxEncoder, Tokens

ENCODER_FILE = "turns.onnx"
BEFORE_TOKENS, TURN_TOKENS = 32, 64
"""How much of the rep's words and of the turn the encoder reads, counted from their ends."""


def turn_text(before: str, turn: str) -> str:
    """The text of a turn for the encoder: the rep's words, which may be empty, then the manager's."""
    return f"{before}\n{turn}" if before else turn


class TurnEncoder(OnnxEncoder):
    """The packaged encoder. Its texts come from `turn_text`, masked and in lower case.

    It reads one text at a time: its 8-bit activations are scaled over a batch, so the others would change the vector.
    """

    batch = 1

    def __init__(self, model: bytes | None = None) -> None:
        model = model or resources.files("bot").joinpath("data", ENCODER_FILE).read_bytes()
        super().__init__(model)
        self.name = f"turns:{hashlib.sha256(model).hexdigest()[:12]}"
        self._tokenizer.no_truncation()
        self._first, self._last = (self._tokenizer.token_to_id(name) or 0 for name in ("[CLS]", "[SEP]"))

    def _tokens(self, text: str) -> Tokens:
        before, _, turn = text.rpartition("\n")
        heard = self._tokenizer.encode(before, add_special_tokens=False).ids[-BEFORE_TOKENS:]
        own = self._tokenizer.encode(turn, add_special_tokens=False).ids[-TURN_TOKENS:]
        kinds = [0] * (len(heard) + 2) + [1] * (len(own) + 1)
        # Only the turn's own words count towards the vector; they have seen the rep's.
        return Tokens([self._first, *heard, self._last, *own, self._last], kinds, [1, *kinds[1:]])


@lru_cache(maxsize=1)
def turn_encoder() -> TurnEncoder:
    """The packaged encoder, loaded once per process."""
    return TurnEncoder()
