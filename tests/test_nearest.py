"""How near words are to the examples of each label, and the examples that ship."""

from __future__ import annotations

import io

import numpy as np
import pytest

from bot.engine import Engine
from bot.scenario.library import Library
from bot.text.masking import mask
from bot.topics.examples import labelled_examples
from bot.vectors.kept_head import head_key, shipped_heads
from bot.vectors.nearest import basis_of, examples_of, packed_examples, shipped_examples, unpacked_examples
from bot.vectors.turns import turn_encoder


def unit(*rows: list[float]) -> np.ndarray:
    found = np.array(rows, dtype=np.float32)
    return found / np.linalg.norm(found, axis=1, keepdims=True)


def test_closeness_is_the_mean_of_the_three_nearest_and_equal_ones_count_once():
    examples = examples_of(
        ["b", "a", "b", "b", "b", "a"], unit([1, 0], [0, 1], [1, 0], [1, 1], [-1, 0], [0, 1]), basis=None
    )

    near = examples.closeness(unit([1, 0], [0, 1]))

    assert examples.labels == ("a", "b")
    assert near.shape == (2, 2)
    assert near[0] == pytest.approx([0.0, (1 + 0.5**0.5 - 1) / 3])
    assert near[1] == pytest.approx([1.0, (0.5**0.5 + 0) / 2])


def test_packed_examples_keep_what_is_near_near():
    rng = np.random.default_rng(3)
    plain = unit(*(rng.normal(size=(120, 1)) * 0.3 + rng.normal(size=(120, 40)) @ rng.normal(size=(40, 384))).tolist())
    labels = [f"label-{number % 12}" for number in range(120)]

    file = io.BytesIO()
    np.savez(file, **packed_examples({"a": (labels, plain)}, {"key": "a"}))
    with np.load(io.BytesIO(file.getvalue())) as held:
        assert held["a:rows"].dtype == np.int8
        short = unpacked_examples(held, "a")

    whole = examples_of(labels, plain)
    assert np.abs(short.closeness(plain) - whole.closeness(plain)).max() < 0.05
    assert basis_of(plain).shape == (384, 96)


@pytest.mark.slow
def test_every_bundled_variant_has_examples_of_each_label_that_it_can_answer():
    encoder, library = turn_encoder(), Library()
    for scenario in library.scenarios():
        for variant in scenario.variant_ids:
            own = labelled_examples(library.scenario(scenario.id, variant))
            key = head_key(encoder.name, [label for label, _ in own], [mask(text, scenario.aliases) for _, text in own])
            found = shipped_examples(key)

            assert found is not None, "the texts have changed; run `make vectors` and commit what it writes"
            assert set(shipped_heads()[f"{key}:classes"].tolist()) <= set(found.labels)


def test_words_like_an_example_in_its_context_are_about_what_it_is_about(engine: Engine):
    scenario = engine.library.scenario("jones-deal")
    direction = engine.matcher(scenario).chances("no changes at all? in three weeks")

    assert next(iter(direction)) in ("fact:contract-silence", "entry:agreement-since")
