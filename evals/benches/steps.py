"""Measures how well next steps are found in a rep's turns: spans, who named them first, commitment and time.

The turns in data/rep_turns.jsonl are labelled by hand. The reader was developed only on the split "train".
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.next_steps.steps import SpokenStep, next_steps

REP_TURNS = Path(__file__).parents[1] / "data" / "rep_turns.jsonl"


@dataclass(frozen=True, slots=True)
class Gold:
    """A labelled step with the offsets of its words."""

    start: int
    end: int
    author: str
    committed: bool
    by: str


def measure_steps(split: str) -> dict[str, float]:
    """Precision, recall and F1 of the spans, and accuracy of author, commitment and time on the steps found."""
    found = labelled = 0
    pairs: list[tuple[Gold, SpokenStep]] = []
    for row in _rows(split):
        steps, gold = next_steps(row["text"], row["context"]), _gold(row)
        found, labelled = found + len(steps), labelled + len(gold)
        pairs += matched(gold, steps)
    hits = len(pairs)
    precision, recall = _share(hits, found), _share(hits, labelled)
    return {
        "precision": precision,
        "recall": recall,
        "f1": _share(2 * precision * recall, precision + recall),
        "author": _share(sum(gold.author == step.author for gold, step in pairs), hits),
        "committed": _share(sum(gold.committed == step.committed for gold, step in pairs), hits),
        "by": _share(sum(same_time(gold.by, step.by) for gold, step in pairs), hits),
    }


def matched(gold: list[Gold], steps: tuple[SpokenStep, ...]) -> list[tuple[Gold, SpokenStep]]:
    """Pairs of a label and a step that overlap by at least half of the shorter, each used once, largest first."""
    choices = []
    for label in gold:
        for step in steps:
            overlap = min(label.end, step.end) - max(label.start, step.start)
            if overlap > 0 and 2 * overlap >= min(label.end - label.start, step.end - step.start):
                choices.append((overlap, label, step))
    choices.sort(key=lambda choice: (-choice[0], choice[1].start, choice[2].start))
    pairs: list[tuple[Gold, SpokenStep]] = []
    for _, label, step in choices:
        if all(label is not one and step is not two for one, two in pairs):
            pairs.append((label, step))
    return pairs


def same_time(gold: str, by: str) -> bool:
    """Whether neither has a time, or one contains the other, or they share a word that isn't a preposition."""
    one, two = gold.lower(), by.lower()
    if not one or not two:
        return one == two
    small = {"by", "on", "at", "in", "the", "for", "from", "before", "after", "this", "next", "when"}
    return one in two or two in one or bool((set(one.split()) & set(two.split())) - small)


def _rows(split: str) -> list[dict[str, Any]]:
    """The labelled turns of one split."""
    lines = REP_TURNS.read_text(encoding="utf-8").splitlines()
    return [row for row in map(json.loads, lines) if row["split"] == split]


def _gold(row: dict[str, Any]) -> list[Gold]:
    """The labels of one turn. Each label's words occur in the turn."""
    labels = []
    for step in row["steps"]:
        start = row["text"].index(step["text"])
        labels.append(Gold(start, start + len(step["text"]), step["author"], step["committed"], step["by"]))
    return labels


def _share(part: float, whole: float) -> float:
    """A share, or 0 if there is nothing to divide by."""
    return part / whole if whole else 0.0


if __name__ == "__main__":
    for name in sys.argv[1:] or ["train", "test"]:
        figures = "  ".join(f"{key} {value:.3f}" for key, value in measure_steps(name).items())
        sys.stdout.write(f"{name:5}  {figures}\n")
