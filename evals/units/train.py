"""`python -m evals.units.train` tunes an encoder on coded units and writes bot/data/units.onnx and bot/data/reader.npz.

It starts from the encoder of turns as it ships (`python -m evals.turns.train`), which knows how people talk here. It
needs the packages of the extra `train` and about half an hour on two cores. Held-out people are never read.
"""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.reader.boundary import BOUNDARY
from bot.talk.codebook import Code, Focus
from bot.vectors.turns import TURNS_FILE
from bot.vectors.units import PREVIOUS_TOKENS, REP_TOKENS, UNIT_TOKENS, UNITS_FILE, unit_text

from ..export import export
from ..tuning import Tuned
from .data import CONTRAST, NATURAL, WRITTEN, Example, training

_DATA = Path(__file__).parents[2] / "bot" / "data"
CODES, FOCUSES, SOURCES = tuple(Code), tuple(Focus), (WRITTEN, NATURAL, CONTRAST)
RATE, LAYER_DECAY, PASSES, BATCH = 1.2e-4, 0.85, 4, 32
_SMOOTHING = 0.05
FOCUS_SHARE = 0.3
"""The weight of the focus in the loss."""
WITHOUT_CONTEXT = 0.15
"""How many of the written units are read without the rep's words, as some real ones are."""
_BUCKET = 20
"""Batches sorted by length together, which saves padding."""


class UnitTuner(Tuned):
    """The encoder with heads for code and focus.

    Each source has its own prior over codes, so that written and contrast units, in which everything is as frequent,
    teach what words do and natural ones how often.
    """

    def __init__(self, start: Path) -> None:
        super().__init__(start, (REP_TOKENS, PREVIOUS_TOKENS), UNIT_TOKENS, frozen=0, scale=12.0)
        linear, zeros = self.torch.nn.Linear, self.torch.zeros
        self.code, self.focus = linear(384, len(CODES)), linear(384, len(FOCUSES))
        self.priors = self.torch.nn.Parameter(zeros(len(SOURCES), len(CODES)))

    def tune(self, units: Sequence[Example]) -> None:
        """Train on `units`."""
        steps = PASSES * len(units) // BATCH
        batches = iter([batch for _ in range(PASSES + 1) for batch in self._batches(list(units))])
        heads = [*self.code.parameters(), *self.focus.parameters(), self.priors]
        for take in self.steps(steps, RATE, LAYER_DECAY, heads):
            take(self._loss([self._shortened(unit) for unit in next(batches)]))

    def weights(self) -> dict[str, Any]:
        """The heads over unit vectors, with the prior of natural units."""
        scale, natural = self.scale.detach(), self.priors[SOURCES.index(NATURAL)]
        return {
            "codes": [str(code) for code in CODES],
            "code_weights": (self.code.weight * scale).detach().T.numpy(),
            "code_biases": (self.code.bias + natural).detach().numpy(),
            "focuses": [str(focus) for focus in FOCUSES],
            "focus_weights": (self.focus.weight * scale).detach().T.numpy(),
            "focus_biases": self.focus.bias.detach().numpy(),
        }

    def _loss(self, batch: Sequence[Example]) -> Any:
        torch, functional = self.torch, self.torch.nn.functional
        vectors = self.scale * self.embed([unit_text(one.context, one.previous, one.text) for one in batch])
        sources = torch.tensor([SOURCES.index(one.source) for one in batch])
        truth = torch.tensor([CODES.index(one.code) for one in batch])
        loss = functional.cross_entropy(self.code(vectors) + self.priors[sources], truth, label_smoothing=_SMOOTHING)
        asks = [place for place, one in enumerate(batch) if one.focus]
        if asks:
            wanted = torch.tensor([FOCUSES.index(one.focus) for one in batch if one.focus])
            loss = loss + FOCUS_SHARE * functional.cross_entropy(self.focus(vectors[asks]), wanted)
        return loss

    def _batches(self, units: list[Example]) -> list[list[Example]]:
        self.random.shuffle(units)
        for start in range(0, len(units), BATCH * _BUCKET):
            bucket = units[start : start + BATCH * _BUCKET]
            units[start : start + BATCH * _BUCKET] = sorted(bucket, key=lambda one: len(one.text) + len(one.context))
        batches = [units[start : start + BATCH] for start in range(0, len(units), BATCH)]
        self.random.shuffle(batches)
        return batches

    def _shortened(self, unit: Example) -> Example:
        if unit.source != WRITTEN or self.random.random() >= WITHOUT_CONTEXT:
            return unit
        return dataclasses.replace(unit, context="")


def write_weights(heads: dict[str, Any], target: Path) -> None:
    """Write the heads beside the boundary, which `python -m evals.units.boundary` then fits to the new encoder."""
    import numpy as np

    with np.load(target, allow_pickle=False) as held:
        arrays: dict[str, Any] = {name: held[name] for name in held.files if name.startswith(BOUNDARY)}
    arrays |= {name: np.asarray(value) for name, value in heads.items()}
    np.savez_compressed(target, **arrays)


def main() -> None:
    """Train and export."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.parse_args()
    tuner = UnitTuner(_DATA / TURNS_FILE)
    tuner.tune(training())
    export(tuner.model, _DATA / UNITS_FILE)
    write_weights(tuner.weights(), _DATA / "reader.npz")
    print(f"{UNITS_FILE}: {(_DATA / UNITS_FILE).stat().st_size / 1e6:.1f} MB; now run python -m evals.units.boundary")


if __name__ == "__main__":
    main()
