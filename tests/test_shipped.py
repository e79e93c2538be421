"""The vectors that ship: those of the texts as they are now, by the model as it is now."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.engine import Engine
from bot.scenario.library import Library
from bot.testing import FakeEmbedder
from bot.text.masking import mask
from bot.topics.examples import labelled_examples
from bot.vectors.embedding import cached_vectors, default_embedder
from bot.vectors.kept_head import head_key, shipped_heads
from bot.vectors.shipped import all_shipped, packed, shipped_vectors, unpacked
from bot.vectors.turns import turn_encoder, turn_text
from evals.turns.heads import common_texts
from evals.vectors import bundled_texts

pytestmark = pytest.mark.slow

STALE = "the texts have changed; run `make vectors` and commit what it writes"
SOME = [line.text for line in Library().scenario("jones-deal").replies["nod"][:8]]


@pytest.mark.nightly
def test_every_bundled_text_has_its_vector_as_the_model_gives_it_and_no_other_has():
    texts, shipped = bundled_texts(), shipped_vectors()

    assert [text for text in texts if text not in shipped][:5] == [], STALE
    assert len({text.lower() if text.isascii() else text for text in texts}) == len(shipped), STALE
    assert shipped.model == default_embedder().name, STALE
    some = texts[::400]
    assert np.abs(shipped.vectors(some) - default_embedder().embed(some)).max() < 1e-3, STALE


def test_every_bundled_variant_has_its_head_and_no_other_has():
    library, encoder = Library(), turn_encoder()
    keys = set()
    for scenario in library.scenarios():
        for variant in scenario.variant_ids:
            examples = labelled_examples(library.scenario(scenario.id, variant))
            texts = [mask(text, scenario.aliases) for _, text in examples]
            keys.add(head_key(encoder.name, [label for label, _ in examples], texts))

    assert keys == {key for key in shipped_heads() if ":" not in key}, STALE


def test_what_every_head_is_fitted_on_has_vectors_of_the_encoder():
    (held,) = (held for held in all_shipped() if held.model == turn_encoder().name)
    texts = common_texts()

    assert [text for text in texts if text not in held][:5] == [], STALE
    assert np.abs(held.vectors(texts[::300]) - turn_encoder().embed(texts[::300])).max() < 1e-3, STALE


def test_a_turn_is_read_in_its_context_and_only_its_own_words_are_pooled():
    alone, after, elsewhere = turn_encoder().embed(
        [
            "what did she say?",
            turn_text("i rang priya", "what did she say?"),
            turn_text("it rained", "what did she say?"),
        ]
    )

    assert 0.3 < float(alone @ after) < 0.999
    assert float(after @ elsewhere) < 0.999
    assert np.allclose(turn_encoder().embed(["what did she say?"])[0], alone)


class Refusing(FakeEmbedder):
    """The packaged model's double: it computes nothing."""

    name = shipped_vectors().model

    def embed(self, texts):
        assert not texts, f"{texts[0]!r} has no vector that ships"
        return super().embed(texts)


def test_opening_any_bundled_scenario_embeds_nothing(tmp_path: Path):
    encoder = Refusing()
    encoder.name = turn_encoder().name
    engine = Engine(Library(), Refusing(), tmp_path, encoder=encoder)
    for scenario in engine.library.scenarios():
        engine.matcher(scenario)
        engine.knowledge.ensure(scenario)
    engine.knowledge.ready_guides()

    assert not list(tmp_path.iterdir())  # nor is anything kept that shipped


def test_a_changed_text_is_computed_and_the_others_are_not(tmp_path: Path):
    asked: list[str] = []

    class Asked(FakeEmbedder):
        name = shipped_vectors().model

        def embed(self, texts):
            asked.extend(texts)
            return super().embed(texts)

    vectors = cached_vectors(Asked(), [SOME[3], "a line that somebody rewrote", SOME[7]], tmp_path)

    assert asked == ["a line that somebody rewrote"]
    assert np.allclose(vectors[[0, 2]], shipped_vectors().vectors([SOME[3], SOME[7]]))
    assert np.allclose(vectors[1], FakeEmbedder().embed(["a line that somebody rewrote"])[0])


def test_another_model_takes_none_of_them():
    assert np.allclose(cached_vectors(FakeEmbedder(), SOME[:3], None), FakeEmbedder().embed(SOME[:3]))


def test_the_file_is_the_same_for_the_same_texts_and_reads_back():
    vectors = FakeEmbedder().embed(["One", "two"])
    data = packed("a model", ["One", "two"], vectors)

    assert data == packed("a model", ["One", "two"], vectors)
    assert np.allclose(unpacked(data).vectors(["two", "one"]), vectors[::-1], atol=1e-3)
    assert unpacked(data).model == "a model"
