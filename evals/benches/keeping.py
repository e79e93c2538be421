"""Fits the weights of bot/guard/keeping.py. `python -m evals.benches.keeping` prints them with their results.

The replies in data/worded.jsonl reword authored lines, well or badly. Split `built` is for fitting, split `fresh` only
for measuring. Logistic regression from zero, with equal weight for both verdicts, so the same file gives the same
weights.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.engine import Engine, default_engine

from ..reports.statistics import logistic

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_DATA = Path(__file__).parents[1] / "data" / "worded.jsonl"
_RIDGE = 10.0
"""Regularization, for features of size about 1. In cross-validation on 230 replies, 2 caught .68 and 10 caught .72."""
FALSE_ALARMS = 0.03
"""Share of good replies above the proposed threshold."""
_FOLDS = 10


@dataclass(frozen=True, slots=True)
class Worded:
    """A reworded line: what was said before (manager's turns first, latest first), the line, and the verdict."""

    id: str
    split: str
    scenario: str
    variant: str
    released: frozenset[str]
    said: tuple[str, ...]
    line: str
    reply: str
    bad: bool
    kind: str


def read_worded(path: Path = _DATA) -> list[Worded]:
    """The replies, in the file's order."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [
        Worded(
            row["id"],
            row["split"],
            row["scenario"],
            row["variant"],
            frozenset(row["released"]),
            tuple(row["said"]),
            row["line"],
            row["reply"],
            row["verdict"] == "bad",
            row["kind"],
        )
        for row in rows
    ]


def features_of(engine: Engine, rows: Sequence[Worded]) -> Floats:
    """The guard's features of each reply: shape (len(rows), features)."""
    import numpy as np

    measured = []
    for row in rows:
        guard = engine.guard(engine.library.scenario(row.scenario, row.variant))
        measured.append(guard.kept(row.reply, row.line, row.said).row())
    return np.array(measured, dtype=np.float64)


def main() -> None:
    """Print weights and threshold, with recall in cross-validation and on the held-out replies."""
    import numpy as np

    engine = default_engine().packaged()
    rows = [row for row in read_worded() if row.split == "built"]
    features, bad = features_of(engine, rows), np.array([row.bad for row in rows])
    fold = np.arange(len(rows)) * _FOLDS // len(rows)
    order = np.random.RandomState(0).permutation(len(rows))
    sums = np.zeros(len(rows))
    for part in range(_FOLDS):
        held = order[fold == part]
        seen = np.setdiff1d(order, held)
        weights = logistic(features[seen], bad[seen], _RIDGE)
        sums[held] = features[held] @ weights[1:] + weights[0]
    threshold = float(np.sort(sums[~bad])[int(np.ceil((1 - FALSE_ALARMS) * (~bad).sum())) - 1]) + 1e-6
    weights = logistic(features, bad, _RIDGE)
    print(f"BIAS = {weights[0]:.2f}\nWEIGHTS = ({', '.join(f'{weight:.2f}' for weight in weights[1:])})")
    print(f"ADDS = {threshold:.2f}  # {FALSE_ALARMS:.0%} of the good ones in cross-validation")
    print(f"caught in cross-validation: {(sums[bad] >= threshold).mean():.2f} of {bad.sum()}")
    for kind in sorted({row.kind for row in rows} - {""}):
        mine = np.array([row.kind == kind for row in rows])
        print(f"  {kind:<18} {(sums[mine] >= threshold).mean():.2f} of {mine.sum()}")


if __name__ == "__main__":
    main()
