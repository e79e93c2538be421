"""Encoders that read words with what was said before them: MiniLM-L6, tuned in evals and shipped in 8 bits."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from importlib import resources
from typing import TYPE_CHECKING

from .embedding import OnnxEncoder, Tokens

if TYPE_CHECKING:
    from .embedding import Vectors

_STEP, _AROUND = 70, 10
"""How many words are read at once, and how many more on each side."""
_LONGEST = 16
"""Characters of a token at most, nearly always; what is further from the end than that isn't read."""


class ContextEncoder(OnnxEncoder):
    """A packaged encoder. A text is lines: what was said before, oldest first, and last the words to encode.

    It reads one text at a time: its 8-bit activations are scaled over a batch, so the others would change the vector.
    """

    batch = 1

    def __init__(self, file: str, before: Sequence[int], own: int) -> None:
        """Load bot/data/`file`. It reads that many tokens of each line before, and of the last one, from their ends."""
        model = resources.files("bot").joinpath("data", file).read_bytes()
        super().__init__(model)
        self.name = f"{file.removesuffix('.onnx')}:{hashlib.sha256(model).hexdigest()[:12]}"
        self._before, self._own = before, own

    def _tokens(self, text: str) -> Tokens:
        *before, own = text.split("\n")
        before = [""] * (len(self._before) - len(before)) + before
        lines = [self._ids(line, most) for line, most in zip(before, self._before, strict=True)]
        return layout(lines, self._ids(own, self._own), self._first, self._last)

    def words(self, words: Sequence[str]) -> Vectors:
        """The vectors of each word's first and last token, shape (words, 768), read in windows that overlap."""
        import numpy as np

        found = []
        for start in range(0, len(words), _STEP):
            begin, end = max(0, start - _AROUND), min(len(words), start + _STEP + _AROUND)
            read = (self._tokenizer.encode(word, add_special_tokens=False).ids for word in words[begin:end])
            ids = [list(one) or [self._last] for one in read]
            tokens = layout([[] for _ in self._before], [one for word in ids for one in word], self._first, self._last)
            hidden = self._hidden(tokens)
            last = np.cumsum([len(word) for word in ids]) + (len(tokens.ids) - 2 - sum(map(len, ids)))
            first = last - np.array([len(word) - 1 for word in ids])
            pairs = np.concatenate([hidden[first], hidden[last]], axis=1)
            found.append(pairs[start - begin : start - begin + _STEP])
        vectors: Vectors = np.concatenate(found)
        return vectors

    def _hidden(self, tokens: Tokens) -> Vectors:
        import numpy as np

        held = {
            "input_ids": np.array([tokens.ids]),
            "attention_mask": np.ones((1, len(tokens.ids)), dtype=np.int64),
            "token_type_ids": np.array([tokens.kinds]),
        }
        hidden: Vectors = self._session.run(None, held)[0][0]
        return hidden

    def _ids(self, line: str, most: int) -> list[int]:
        ids = self._tokenizer.encode(line[-most * _LONGEST :], add_special_tokens=False).ids
        return list(ids[-most:])


def layout(before: Sequence[Sequence[int]], own: Sequence[int], first: int, last: int) -> Tokens:
    """The tokens of words and of the lines before them, oldest first; an empty line leaves no mark but the first.

    Only the words' own tokens count towards the vector; they have seen the others.
    """
    oldest, *others = before
    left = [first, *oldest, last]
    for line in others:
        left += [*line, last] if line else []
    kinds = [0] * len(left) + [1] * (len(own) + 1)
    return Tokens([*left, *own, last], kinds, [1, *kinds[1:]])


def one_line(text: str) -> str:
    """The text without line breaks, which separate what was said before, and without what no encoder can read."""
    return " ".join(text.split()).encode("utf-8", "replace").decode("utf-8")
