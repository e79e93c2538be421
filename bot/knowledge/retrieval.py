"""The index: Chroma in memory with two collections, guidance and lines, that no query can mix.

The only importer of chromadb and langchain-chroma. Vectors always come from our own embedder: Chroma never embeds, so
it never downloads. What is kept on disk is vectors by the hash of their texts, not Chroma's own files: two processes
that write to one such directory, or one that is killed while it writes, leave an index that crashes its reader.
"""

from __future__ import annotations

import hashlib
import shutil
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..embedding import Embedder, cached_vectors
from ..library import Library
from ..scenario import Line, Scenario
from .documents import Document, read_documents
from .guidance import BankQuestion, Passage, read_passages, read_questions
from .guides import CANDIDATES, Guides, Ranked
from .ranking import stem, stems, words_of

if TYPE_CHECKING:
    import numpy as np
    from langchain_chroma import Chroma
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

_BATCH = 1000
OWN_AREA = 0.05
"""What a question of the same coaching area gains in cosine."""


FLOOR = 0.28
"""A passage less near than this answers nothing that was asked, unless it holds every word of it.

Chosen on the dev queries and thirty off the subject: at .28, 4 of 73 and 25 of 30 are told that there is nothing.
"""


@dataclass(frozen=True, slots=True)
class Found:
    """A passage with how well it answers what was asked (-1 to 1), and the asked words that it holds."""

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
        self._documents: tuple[Document, ...] | None = None
        self._guides: Guides | None = None
        self._questions: tuple[BankQuestion, ...] | None = None
        self._bank: Floats | None = None

    @property
    def passages(self) -> tuple[Passage, ...]:
        """All guidance passages, by file name."""
        if self._passages is None:
            self._passages = read_passages(self._library.files("knowledge/guidance", "*.md"))
        return self._passages

    @property
    def documents(self) -> tuple[Document, ...]:
        """Your own documents, by name, with their parts; only the guidance search knows them, never the rep."""
        if self._documents is None:
            self._documents = read_documents(self._library)
        return self._documents

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
        """The `k` passages or parts of own documents that best answer `query` with their scores, best first."""
        return [(ranked.passage, ranked.score) for ranked in self._ranked(query, k)]

    def search(self, query: str, k: int = 5) -> list[Found]:
        """The passages that answer `query`, best first, with the words of it that they hold; none below the floor."""
        asked = {word: stem(word) for word in words_of(query) if stems(word)}
        found = []
        for ranked in self._ranked(query, k) if asked else []:
            holds = set(stems(f"{ranked.passage.title} {ranked.passage.text}"))
            words = tuple(sorted(word for word, stemmed in asked.items() if stemmed in holds))
            if ranked.near >= FLOOR or len(words) == len(asked):
                found.append(Found(ranked.passage, ranked.score, words))
        return found

    def _ranked(self, query: str, k: int) -> list[Ranked]:
        """Chroma gives the nearest by meaning, BM25 the best by words; together they are scored exactly."""
        guides = self.ready_guides()
        vector = self._embedder.embed([query])[0]
        with self._lock:
            rows = self._collections["guidance"].similarity_search_by_vector_with_relevance_scores(
                vector.tolist(), k=CANDIDATES
            )
        return guides.ranked(query, vector, (document.metadata["passage"] for document, _ in rows), k)

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
        """Throw the kept vectors away and build the index anew; returns how many of each kind it holds."""
        with self._lock:
            self._collections, self._spoken, self._pools, self._client = {}, {}, {}, None
            self._documents, self._guides = None, None
            if self._vectors is not None:
                shutil.rmtree(self._vectors, ignore_errors=True)
            self._open()
            for scenario in self._scenarios():
                self.ensure(scenario)
            self.ready_guides()
            lines = len(self._collections["lines"].get(include=[])["ids"])
            parts = sum(len(document.parts) for document in self.documents)
            return {"guidance": len(self.passages), "documents": parts, "lines": lines}

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

    def _connect(self) -> None:
        import chromadb
        from chromadb.config import Settings

        self._client = chromadb.EphemeralClient(Settings(anonymized_telemetry=False))
        self._collections = {"lines": self.collection("lines", self.passages)}

    def collection(self, name: str, passages: Iterable[Passage]) -> Chroma:
        """A collection of this embedder's vectors over these passages.

        All clients in memory share one database in a process, so their collections are told apart by name.
        """
        from langchain_chroma import Chroma

        parts = [self._embedder.name, *(one.model_dump_json() for one in passages)]
        digest = hashlib.sha256("\x00".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]
        return Chroma(client=self._client, collection_name=f"{name}-{digest}")

    def ready_guides(self) -> Guides:
        """The passages and own documents, embedded and in Chroma on first use; a conversation never waits for them."""
        with self._lock:
            self._open()
            if self._guides is None:
                parts = [part for document in self.documents for part in document.parts]
                guides = Guides([*self.passages, *parts], self._embedder, self._vectors)
                held = self.collection("guidance", guides.passages)
                rows = list(guides.rows())
                if len(held.get(include=[])["ids"]) != len(rows):
                    self.add(
                        held,
                        [row for row, *_ in rows],
                        [text for *_, text, _ in rows],
                        [vector for *_, vector in rows],
                        [{"passage": passage.id, "title": passage.title} for _, passage, *_ in rows],
                    )
                self._collections["guidance"], self._guides = held, guides
            return self._guides

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
        self.add(
            collection,
            [f"{key}:{spoken.id}" for spoken in lines],
            [spoken.line.text for spoken in lines],
            vectors,
            metadatas,
        )

    @staticmethod
    def add(
        collection: Chroma,
        ids: list[str],
        texts: list[str],
        vectors: Floats | list[Floats],
        metadatas: list[dict[str, str]],
    ) -> None:
        """Put texts with their vectors into a collection; langchain-chroma's own adders embed the texts themselves."""
        for start in range(0, len(ids), _BATCH):
            rows = slice(start, start + _BATCH)
            collection._collection.upsert(
                ids=ids[rows],
                embeddings=[vector.tolist() for vector in vectors[rows]],
                documents=texts[rows],
                metadatas=metadatas[rows],  # type: ignore[arg-type]
            )


def _key(scenario: Scenario) -> str:
    return f"{scenario.id}/{scenario.variant}@{scenario.digest[:16]}"
