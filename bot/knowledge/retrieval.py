"""The index: Chroma in memory with two collections, guidance and lines, that no query can mix.

The only importer of chromadb and langchain-chroma. Vectors always come from our own embedder: Chroma never embeds, so
it never downloads. What is kept on disk is vectors by the hash of their texts, not Chroma's own files: two processes
that write to one such directory, or one that is killed while it writes, leave an index that crashes its reader.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..embedding import Embedder, cached_vectors
from ..library import Library
from ..scenario import Line, Scenario
from .guidance import BankQuestion, Passage, read_passages, read_questions

if TYPE_CHECKING:
    import numpy as np
    from langchain_chroma import Chroma
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

_BATCH = 1000
OWN_AREA = 0.05
"""What a question of the same coaching area gains in cosine."""


FLOOR = 0.25
"""Below this cosine a passage answers nothing that was asked, unless it holds every word of it."""
MIN_WORD = 3
"""Words of so many letters or fewer are not shown as found."""
_WORDS = re.compile(r"[a-z']+")


@dataclass(frozen=True, slots=True)
class Found:
    """A passage with how near it is to what was asked (cosine), and the asked words that it holds."""

    passage: Passage
    score: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Spoken:
    """A line with its id, where it belongs and how near it is to what was just said (cosine)."""

    id: str
    pool: str
    line: Line
    near: float = 0.0


def spoken_lines(scenario: Scenario) -> Iterator[Spoken]:
    """Every line that the rep may say in a scenario, with its pool; a line about a fact requires that fact."""
    for fact in scenario.facts:
        for name in ("lines", "more", "also", "confirm"):
            yield from _pool(f"fact/{fact.id}/{name}", getattr(fact, name), (fact.id,))
        yield from _pool(f"fact/{fact.id}/hints", fact.hints, ())
        for index, closed in enumerate(fact.closed):
            yield from _pool(f"fact/{fact.id}/closed{index}", closed.answer, (closed.gives,) if closed.gives else ())
    for insight in scenario.insights:
        facts = tuple(need for need in (*insight.needs, *insight.gives))
        yield from _pool(f"insight/{insight.id}/lines", insight.lines, facts)
        yield from _pool(f"insight/{insight.id}/again", insight.again, facts)
    fact_ids = {fact.id for fact in scenario.facts}
    for step in scenario.steps:
        facts = tuple(need for need in (*step.needs, *step.gives) if need in fact_ids)
        yield from _pool(f"step/{step.id}/lines", step.lines, facts)
        yield from _pool(f"step/{step.id}/commit", step.commit, facts)
        yield from _pool(f"step/{step.id}/told", step.told, ())
    for news in scenario.news:
        yield from _pool(f"news/{news.id}/acknowledge", news.acknowledge, ())
    for act, lines in scenario.replies.items():
        yield from _pool(f"reply/{act}", lines, ())


def _pool(pool: str, lines: Sequence[Line], requires: tuple[str, ...]) -> Iterator[Spoken]:
    for index, line in enumerate(lines):
        needs = tuple(sorted({*requires, *line.needs}))
        yield Spoken(f"{pool}/{index}", pool, line.model_copy(update={"needs": needs}))


class Knowledge:
    """Guidance and lines over one library; builds the index on first use. Safe to share between threads."""

    def __init__(self, library: Library, embedder: Embedder, cache: Path | None = None) -> None:
        self._library = library
        self._embedder = embedder
        self._cache = cache
        self._lock = threading.RLock()
        self._client: Any = None
        self._collections: dict[str, Chroma] = {}
        self._spoken: dict[str, dict[str, Spoken]] = {}
        self._pools: dict[tuple[str, str], list[tuple[Spoken, Floats]]] = {}
        self._passages: tuple[Passage, ...] | None = None
        self._questions: tuple[BankQuestion, ...] | None = None
        self._bank: Floats | None = None

    @property
    def passages(self) -> tuple[Passage, ...]:
        """All guidance passages, by file name."""
        if self._passages is None:
            self._passages = read_passages(self._library.files("knowledge/guidance", "*.md"))
        return self._passages

    @property
    def questions(self) -> tuple[BankQuestion, ...]:
        """The question bank, in file order."""
        if self._questions is None:
            self._questions = read_questions(self._library.files("knowledge/questions", "*.yaml"))
        return self._questions

    def lines(self, scenario: Scenario, pool: str, released: Iterable[str], near: str) -> list[Spoken]:
        """The lines of `pool` that name released facts only, each with its nearness to `near`.

        Chroma holds them by scenario and pool; a pool is fetched once and kept. The pools are small, so ranking is
        exact: an approximate search that dropped a line would change a conversation from one run to the next.
        """
        self.ensure(scenario)
        allowed = set(released)
        vector = self._embedder.embed([near])[0]
        return [
            replace(spoken, near=round(float(vector @ held), 4))
            for spoken, held in self._pool(_key(scenario), pool)
            if allowed.issuperset(spoken.line.needs)
        ]

    def _pool(self, key: str, pool: str) -> list[tuple[Spoken, Floats]]:
        """Every line of a pool with its vector, by id."""
        with self._lock:
            if (key, pool) not in self._pools:
                where: dict[str, Any] = {"$and": [{"scenario": key}, {"pool": pool}]}
                found = self._collections["lines"].get(where=where, include=["metadatas", "embeddings"])
                rows = zip(found["metadatas"], found["embeddings"], strict=True)
                held = [(self._spoken[key][metadata["line"]], vector) for metadata, vector in rows]
                self._pools[key, pool] = sorted(held, key=lambda pair: pair[0].id)
            return self._pools[key, pool]

    def guidance(self, query: str, k: int = 3) -> list[tuple[Passage, float]]:
        """The `k` passages nearest to `query` with their cosine similarity, best first."""
        self._open()
        vector = self._embedder.embed([query])[0].tolist()
        with self._lock:
            # Chroma gives squared L2 distance of unit vectors, 2 - 2 cos.
            rows = self._collections["guidance"].similarity_search_by_vector_with_relevance_scores(vector, k=k)
        by_id = {passage.id: passage for passage in self.passages}
        return [(by_id[document.metadata["passage"]], round(1 - distance / 2, 4)) for document, distance in rows]

    def search(self, query: str, k: int = 5) -> list[Found]:
        """The passages that answer `query`, best first, with the words of it that they hold; none below the floor."""
        words = {word for word in _WORDS.findall(query.lower()) if len(word) > MIN_WORD}
        found = []
        for passage, score in self.guidance(query, k):
            held = {word for word in words if re.search(rf"\b{re.escape(word)}", passage.text.lower())}
            if score >= FLOOR or held == words:
                found.append(Found(passage, score, tuple(sorted(held))))
        return found

    def passage_for(self, code: str) -> Passage | None:
        """The passage that helps most with a code: the one written for it first."""
        helping = [passage for passage in self.passages if code in [str(entry) for entry in passage.codes]]
        return min(
            helping,
            key=lambda passage: ([str(entry) for entry in passage.codes].index(code), len(passage.codes), passage.id),
            default=None,
        )

    def question_for(self, tell: str, area: str, focus: str | None = None, without: Iterable[str] = ()) -> str | None:
        """The question of the bank that best takes the place of `tell`, in this area or any, not one of `without`.

        `focus` is explore, action, or None for either.
        """
        import numpy as np

        if not self.questions:
            return None
        if self._bank is None:
            texts = [question.replaces for question in self.questions] + [question.text for question in self.questions]
            self._bank = cached_vectors(self._embedder, texts, self._vectors)
        count, taken = len(self.questions), set(without)
        near = self._bank @ self._embedder.embed([tell])[0]
        scores = np.maximum(near[:count], near[count:])
        for row, question in enumerate(self.questions):
            scores[row] += OWN_AREA if question.area in (area, "any") else 0.0
            if question.text in taken or focus not in (None, question.focus):
                scores[row] -= 10.0
        return self.questions[int(scores.argmax())].text

    def ensure(self, scenario: Scenario) -> None:
        """Open the index and see that the lines of this scenario are in it."""
        with self._lock:
            self._open()
            if _key(scenario) not in self._spoken:
                self._spoken[_key(scenario)] = {spoken.id: spoken for spoken in spoken_lines(scenario)}
                held = self._collections["lines"].get(where={"scenario": _key(scenario)}, include=[])["ids"]
                if len(held) != len(self._spoken[_key(scenario)]):
                    self._add_lines(self._collections["lines"], scenario)

    def rebuild(self) -> dict[str, int]:
        """Throw the kept vectors away and build the index anew; returns how many passages and lines it holds."""
        with self._lock:
            self._collections, self._spoken, self._pools, self._client = {}, {}, {}, None
            if self._vectors is not None:
                shutil.rmtree(self._vectors, ignore_errors=True)
            self._open()
            for scenario in self._scenarios():
                self.ensure(scenario)
            lines = self._collections["lines"]
            return {"guidance": len(self.passages), "lines": len(lines.get(include=[])["ids"])}

    @property
    def _vectors(self) -> Path | None:
        return self._cache / "vectors" if self._cache else None

    def _scenarios(self) -> Iterator[Scenario]:
        for scenario in self._library.scenarios():
            for variant in scenario.variant_ids:
                yield self._library.scenario(scenario.id, variant)

    def _open(self) -> None:
        with self._lock:
            if not self._collections:
                self._connect()

    def _digest(self) -> str:
        parts = [self._embedder.name, *(f"{one.id}\x01{one.title}\x01{one.text}" for one in self.passages)]
        return hashlib.sha256("\x00".join(parts).encode()).hexdigest()[:16]

    def _connect(self) -> None:
        import chromadb
        from chromadb.config import Settings
        from langchain_chroma import Chroma

        self._client = chromadb.EphemeralClient(Settings(anonymized_telemetry=False))
        # All clients in memory share one database in a process, so their collections are told apart by name.
        names = {name: f"{name}-{self._digest()}" for name in ("guidance", "lines")}
        self._collections = {name: Chroma(client=self._client, collection_name=full) for name, full in names.items()}
        guidance = self._collections["guidance"]
        if len(guidance.get(include=[])["ids"]) != len(self.passages):
            texts = [f"{passage.title}. {passage.text}" for passage in self.passages]
            metadatas = [{"passage": passage.id, "title": passage.title} for passage in self.passages]
            self._upsert(guidance, [passage.id for passage in self.passages], texts, self._placed(texts), metadatas)

    def _placed(self, texts: list[str]) -> Floats:
        """Vectors of the passages, halfway between the text (the model reads its beginning) and the topics."""
        import numpy as np

        topics = [f"{passage.title}. {', '.join(passage.topics)}." for passage in self.passages]
        vectors = cached_vectors(self._embedder, [*texts, *topics], self._vectors)
        halfway = vectors[: len(texts)] + vectors[len(texts) :]
        result: Floats = halfway / np.linalg.norm(halfway, axis=1, keepdims=True)
        return result

    def _add_lines(self, collection: Chroma, scenario: Scenario) -> None:
        key = _key(scenario)
        lines = list(self._spoken[key].values())
        vectors = cached_vectors(self._embedder, [spoken.line.text for spoken in lines], self._vectors)
        metadatas = [
            {
                "scenario": key,
                "pool": spoken.pool,
                "line": spoken.id,
            }
            for spoken in lines
        ]
        self._upsert(
            collection,
            [f"{key}:{spoken.id}" for spoken in lines],
            [spoken.line.text for spoken in lines],
            vectors,
            metadatas,
        )

    @staticmethod
    def _upsert(
        collection: Chroma, ids: list[str], texts: list[str], vectors: Floats, metadatas: list[dict[str, str]]
    ) -> None:
        # langchain-chroma's own adders embed the texts themselves; ours are embedded already.
        for start in range(0, len(ids), _BATCH):
            rows = slice(start, start + _BATCH)
            collection._collection.upsert(
                ids=ids[rows],
                embeddings=vectors[rows].tolist(),
                documents=texts[rows],
                metadatas=metadatas[rows],  # type: ignore[arg-type]
            )


def _key(scenario: Scenario) -> str:
    return f"{scenario.id}/{scenario.variant}@{scenario.digest[:16]}"
