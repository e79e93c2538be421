"""`python -m evals.units.boundary` fits the boundary, which finds where thoughts begin in text without punctuation.

It reads the shipped encoder's tokens, so it is fitted anew after the encoder is; a few minutes on two cores. It needs
the packages of the extra `train`. Held-out people are never read.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from bot.reader.boundary import BOUNDARY, WORDS_AROUND, as_arrays
from bot.text.words import WORD
from bot.vectors.units import unit_encoder

from .data import CONTRAST, NATURAL, Example, training, written_units

_FILE = Path(__file__).parents[2] / "bot" / "data" / "reader.npz"
WIDTH, PASSES, BATCH, RATE, DROPPED, SEED = 128, 6, 24, 1e-3, 0.25, 7
_LONGEST = 90
_PAIRED, _WRITTEN_TOGETHER = 2, 3
_WITHOUT_APOSTROPHES = 0.3
_SENTENCE = re.compile(r"(?<=[.!?…])\s+")

_Line = tuple[list[str], list[int]]
"""Words without punctuation, and the numbers of those that begin a thought."""


def joined_lines(units: Sequence[Example], written: Sequence[Example]) -> Iterator[_Line]:
    """What teaches: turns, and pairs of them; what reps said, by sentence; contrasts; and written units together."""
    draw = random.Random(SEED)
    natural = [one for one in units if one.source == NATURAL]
    turns = [[one.text for one in group] for _, group in groupby(natural, key=lambda one: one.id.rpartition(".")[0])]
    draw.shuffle(turns)
    said = [_SENTENCE.split(text) for text in dict.fromkeys(one.context for one in natural if one.context)]
    contrasts = [[one.previous, one.text] for one in units if one.source == CONTRAST and one.previous]
    own = [one.text for one in written]
    draw.shuffle(own)
    together = [own[n : n + _WRITTEN_TOGETHER] for n in range(0, len(own) - _WRITTEN_TOGETHER, _WRITTEN_TOGETHER)]
    pairs = [first + second for first, second in zip(turns[::_PAIRED], turns[1::_PAIRED], strict=False)]
    for texts in (*turns, *pairs, *said, *contrasts, *together):
        yield _line(texts, bare=draw.random() < _WITHOUT_APOSTROPHES)


def _line(texts: Sequence[str], bare: bool) -> _Line:
    words: list[str] = []
    begins: list[int] = []
    for text in texts:
        found = [word.lower().replace("’", "'") for word in WORD.findall(text)]
        if found:
            begins.append(len(words))
            words += [word.replace("'", "") for word in found] if bare else found
    return words[:_LONGEST], [place for place in begins if place < _LONGEST]


def learn(found: Sequence[_Line]) -> dict[str, Any]:
    """Fit the boundary on lines; its weights by name, as `Boundary` takes them."""
    import numpy as np
    import torch

    torch.manual_seed(SEED)
    encoder, draw = unit_encoder(), random.Random(SEED)
    seen = [(encoder.words(words).astype("float16"), begins) for words, begins in found if len(words) > 1]
    sample = np.concatenate([vectors for vectors, _ in seen[:800]]).astype("float32")
    mean, scale = sample.mean(axis=0), sample.std(axis=0) + 1e-5
    net = _Net(mean, scale)
    steps, taken = PASSES * len(seen) // BATCH + PASSES, 0
    optimiser = torch.optim.AdamW(net.parameters(), RATE, weight_decay=0.01)
    for _ in range(PASSES):
        draw.shuffle(seen)
        for start in range(0, len(seen), BATCH):
            for group in optimiser.param_groups:
                group["lr"] = RATE * (1 - 0.95 * taken / steps)
            optimiser.zero_grad()
            net.loss(seen[start : start + BATCH]).backward()
            optimiser.step()
            taken += 1
    return net.weights()


class _Net:
    """The same sum in torch as in `Boundary`, with dropout."""

    def __init__(self, mean: Any, scale: Any) -> None:
        import torch

        self.torch, self.mean, self.scale = torch, torch.tensor(mean), torch.tensor(scale)
        self.project, self.out = torch.nn.Linear(len(mean), WIDTH), torch.nn.Linear(WIDTH, 1)
        self.near, self.far = (
            torch.nn.Conv1d(WIDTH, WIDTH, 2 * WORDS_AROUND + 1, padding=WORDS_AROUND) for _ in range(2)
        )

    def parameters(self) -> Iterator[Any]:
        for part in (self.project, self.near, self.far, self.out):
            yield from part.parameters()

    def loss(self, batch: Sequence[tuple[Any, list[int]]]) -> Any:
        torch = self.torch
        longest = max(len(vectors) for vectors, _ in batch)
        rows = torch.zeros(len(batch), longest, len(self.mean))
        truth, there = torch.zeros(len(batch), longest), torch.zeros(len(batch), longest)
        for n, (vectors, begins) in enumerate(batch):
            rows[n, : len(vectors)] = (torch.tensor(vectors).float() - self.mean) / self.scale
            truth[n, begins], there[n, : len(vectors)] = 1.0, 1.0
        counted = there.clone()
        counted[:, 0] = 0.0  # a line's first word always begins one
        functional = torch.nn.functional
        inner = functional.relu(self.project(functional.dropout(rows, DROPPED))) * there[..., None]
        near = functional.relu(self.near(functional.dropout(inner.transpose(1, 2), DROPPED))) * there[:, None]
        far = functional.relu(self.far(functional.dropout(near, DROPPED))) * there[:, None]
        odds = self.out(inner + (near + far).transpose(1, 2))[..., 0]
        losses = functional.binary_cross_entropy_with_logits(odds, truth, reduction="none")
        return (losses * counted).sum() / counted.sum()

    def weights(self) -> dict[str, Any]:
        """By name, with the scale of the vectors worked into `project`."""
        project = (self.project.weight / self.scale).detach()
        return {
            "project": project.T.numpy(),
            "project_bias": (self.project.bias - project @ self.mean).detach().numpy(),
            **{name: getattr(self, name).weight.detach().permute(2, 1, 0).numpy() for name in ("near", "far")},
            **{f"{name}_bias": getattr(self, name).bias.detach().numpy() for name in ("near", "far", "out")},
            "out": self.out.weight[0].detach().numpy(),
        }


def main() -> None:
    """Fit the boundary and write it into the reader's weights."""
    import numpy as np

    with np.load(_FILE, allow_pickle=False) as held:
        arrays = {name: held[name] for name in held.files if not name.startswith(BOUNDARY)}
    found = list(joined_lines(training(), written_units("train")))
    weights: dict[str, Any] = {name: np.asarray(value, dtype=np.float16) for name, value in learn(found).items()}
    kept: dict[str, Any] = {**arrays, **as_arrays(weights)}
    np.savez_compressed(_FILE, **kept)
    print(f"{len(found)} lines; {_FILE.name}: {_FILE.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
