"""The classifier over sentence vectors: a class is as near as its two best examples are on average."""

from __future__ import annotations

import numpy as np
import pytest

from bot.vectors.head import HEAD_WEIGHT, LOG_FLOOR, NEAREST, train


@pytest.mark.parametrize("examples", [(1, 2, 3), (1, 1), (4, 9, 2, 1)])
def test_scores_are_the_plain_formula_class_by_class(examples: tuple[int, ...]):
    chance = np.random.default_rng(3)
    labels = [f"class-{place}" for place, number in enumerate(examples) for _ in range(number)]
    vectors, asked = (chance.normal(size=(rows, 16)).astype(np.float32) for rows in (len(labels), 5))
    head = train(labels, vectors)

    logits = asked * 4.0 @ head.weights + head.biases
    logits = logits - logits.max(axis=1, keepdims=True)
    chances = np.clip(logits - np.log(np.exp(logits).sum(axis=1, keepdims=True)), LOG_FLOOR, 0.0)
    for row, words in enumerate(asked):
        for column, name in enumerate(head.classes):
            near = sorted(
                float(similar) for similar, label in zip(words @ vectors.T, labels, strict=True) if label == name
            )
            best = near[-NEAREST:]
            wanted = sum(best) / len(best) + HEAD_WEIGHT * float(chances[row, column])
            assert head.scores(asked)[row, column] == pytest.approx(wanted, abs=1e-5)
