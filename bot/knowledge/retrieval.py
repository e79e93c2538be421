"""Guidance to search, and what the rep can tell or say. Guidance and the rep's entries never share a collection."""

from __future__ import annotations

import hashlib
import shutil
import threading
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from ..scenario import Line, Scenario
from ..scenario.library import Library
from ..talk.codebook import Code
from ..vectors.embedding import Embedder, cached_vectors
from .documents import Document, read_documents
from .guidance import BankQuestion, Passage, read_passages, read_questions
from .guides import CANDIDATES, FLOOR, Found, Guides, Ranked, asked_words, held_words
from .index import Index, Row, ServerLost

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

Result = TypeVar("Result")

OWN_AREA = 0.05
"""Bonus (cosine) for a question in the same coaching area."""
SAME_SUBJECT = 0.56
"""A question less near than this (cosine) is about something else. Chosen by reading the results for 200 tells."""
RELATED = 0.2
"""The question itself must be at least this near (cosine), however near its topic or what it replaces."""


@dataclass(frozen=True, slots=True)
class SpokenLine:
    """A line with its id, its pool and how near it is to what was just said (cosine)."""

    id: str
    pool: str
    line: Line
    near: float = 0.0


def spoken_lines(scenario: Scenario) -> Iterator[SpokenLine]:
    """Every line the rep may say in a scenario, with its pool. A line about a fact requires that fact."""
    for fact in scenario.facts:
        for name in ("lines", "more", "confirm"):
            yield from _pool(f"fact/{fact.id}/{name}", getattr(fact, name), (fact.id,))
        yield from _pool(f"fact/{fact.id}/hints", fact.hints, ())
        for index, closed in enumerate(fact.closed):
            yield from _pool(f"fact/{fact.id}/closed{index}", closed.answer, (closed.gives,) if closed.gives else ())
    for entry in scenario.entries:
        told = (*entry.after, *((entry.fact,) if entry.fact else ()))
        yield from _pool(f"entry/{entry.id}/says", entry.says, told)
        yield from _pool(f"entry/{entry.id}/more", entry.more, told)
        yield from _pool(f"entry/{entry.id}/hints", entry.hints, ())
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


def _pool(pool: str, lines: Sequence[Line], requires: tuple[str, ...]) -> Iterator[SpokenLine]:
    for index, line in enumerate(lines):
        needs = tuple(sorted({*requires, *line.needs}))
        yield SpokenLine(f"{pool}/{index}", pool, line.model_copy(update={"needs": needs}) if needs else line)


class Knowledge:
    """The guidance and lines of a library. Builds the index on first use. Safe to share between threads."""

    def __init__(
        self, library: Library, embedder: Embedder, cache: Path | None = None, chroma_url: str | None = None
    ) -> None:
        self._library = library
        self._embedder = embedder
        self._cache = cache
        self._chroma_url = chroma_url
        self._lock = threading.RLock()
        self._index: Index | None = None
        self._pools: dict[str, dict[str, list[tuple[SpokenLine, Floats]]]] = {}
        self._told: dict[str, tuple[list[SpokenLine], Floats]] = {}
        self._passages: tuple[Passage, ...] | None = None
        self._documents: tuple[Document, ...] | None = None
        self._guides: Guides | None = None
        self._guidance = ""
        self._questions: tuple[BankQuestion, ...] | None = None
        self._own: tuple[frozenset[str], frozenset[str]] | None = None
        self._bank: Floats | None = None

    @property
    def passages(self) -> tuple[Passage, ...]:
        """All guidance passages, by file name."""
        if self._passages is None:
            self._passages = read_passages(self._library.files("knowledge/guidance", "*.md"))
        return self._passages

    @property
    def documents(self) -> tuple[Document, ...]:
        """Your own documents, by name, with their parts. Only the guidance search uses them, never the rep."""
        if self._documents is None:
            self._documents = read_documents(self._library)
        return self._documents

    @property
    def questions(self) -> tuple[BankQuestion, ...]:
        """The question bank, in file order."""
        if self._questions is None:
            self._questions = read_questions(self._library.files("knowledge/questions", "*.y*ml"))
        return self._questions

    @property
    def own_ids(self) -> tuple[frozenset[str], frozenset[str]]:
        """The ids of the team's own passages, and of its own questions. What replaces a bundled file is among them."""
        if self._own is None:
            passages = read_passages(self._library.own_files("knowledge/guidance", "*.md"))
            questions = read_questions(self._library.own_files("knowledge/questions", "*.y*ml"))
            self._own = frozenset(one.id for one in passages), frozenset(one.id for one in questions)
        return self._own

    def lines(self, scenario: Scenario, pool: str, released: Iterable[str]) -> list[SpokenLine]:
        """The lines of `pool` that mention only released facts, by id.

        What the rep does names the pool, so that nothing is searched for: they come from the scenario's own files, and
        a conversation in authored lines never waits for the index.
        """
        allowed = set(released)
        held = self._pools_of(scenario).get(pool, ())
        return [spoken for spoken, _ in held if allowed.issuperset(spoken.line.needs)]

    def compared(self, scenario: Scenario, lines: Sequence[SpokenLine], words: str) -> list[SpokenLine]:
        """Lines of one pool, each with its nearness to what was said."""
        vector = self._embedder.embed([words])[0]
        held = {spoken.id: own for spoken, own in self._pools_of(scenario)[lines[0].pool]}
        return [replace(spoken, near=round(float(vector @ held[spoken.id]), 4)) for spoken in lines]

    def recall(
        self, scenario: Scenario, among: Iterable[str], released: Iterable[str], near: Sequence[str], number: int
    ) -> list[SpokenLine]:
        """The entries of `among` (ids) nearest to any of the texts, each by its nearest line, nearest first.

        Every line of an entry is fetched from Chroma once; ranking is exact: an approximate
        search could drop a line and make conversations differ between runs.
        """
        import numpy as np

        wanted, allowed = frozenset(among), set(released)
        held, matrix = self._served(lambda: self._told_with(scenario))
        scores = (matrix @ self._embedder.embed(list(near)).T).max(axis=1).round(4)
        found: dict[str, SpokenLine] = {}
        for place in np.argsort(-scores, kind="stable").tolist():
            spoken = held[place]
            entry = spoken.pool.split("/")[1]
            if entry in wanted and entry not in found and allowed.issuperset(spoken.line.needs):
                found[entry] = replace(spoken, near=float(scores[place]))
                if len(found) == number:
                    break
        return list(found.values())

    def _told_with(self, scenario: Scenario) -> tuple[list[SpokenLine], Floats]:
        """Every line with which an entry is told, and their vectors, by id. The first call fills the index."""
        import numpy as np

        with self._lock:
            key, name = _key(scenario), self.named("entries")
            if key not in self._told:
                pools = self._pools_of(scenario)
                lines = {one.id: (one, vector) for pool in pools if _tells(pool) for one, vector in pools[pool]}
                rows = self.index.rows(name, scenario=key)
                if len(rows) != len(lines):
                    self.index.put(name, [_row(key, *held) for held in lines.values()])
                    rows = self.index.rows(name, scenario=key)
                found = sorted(((lines[metadata["line"]][0], vector) for metadata, vector in rows), key=_id_of)
                self._told[key] = [spoken for spoken, _ in found], np.stack([vector for _, vector in found])
            return self._told[key]

    def _pools_of(self, scenario: Scenario) -> dict[str, list[tuple[SpokenLine, Floats]]]:
        """A scenario's lines by pool, each pool by id, with their vectors."""
        with self._lock:
            key = _key(scenario)
            if key not in self._pools:
                lines = list(spoken_lines(scenario))
                vectors = cached_vectors(self._embedder, [one.line.text for one in lines], self._vectors)
                pools: dict[str, list[tuple[SpokenLine, Floats]]] = {}
                for held in sorted(zip(lines, vectors, strict=True), key=_id_of):
                    pools.setdefault(held[0].pool, []).append(held)
                self._pools[key] = pools
            return self._pools[key]

    def _served(self, ask: Callable[[], Result]) -> Result:
        """The result of `ask`. If the Chroma server is lost meanwhile, repeats it in memory."""
        with self._lock:
            try:
                return ask()
            except ServerLost:
                self._forget()
                return ask()

    def _forget(self) -> None:
        """Mark the index as empty."""
        self._told, self._guides = {}, None

    def guidance(self, query: str, k: int = 3) -> list[tuple[Passage, float]]:
        """The `k` passages or document parts that best answer `query`, with their scores, best first."""
        return [(ranked.passage, ranked.score) for ranked in self._ranked(query, k)]

    def search(self, query: str, k: int = 5) -> list[Found]:
        """The passages that answer `query`, with the query words they contain, best first. None below the floor."""
        asked = asked_words(query)
        ranked = self._ranked(query, k) if asked else []
        found = [Found(one.passage, one.score, held_words(asked, one.passage)) for one in ranked]
        return [one for one in found if one.score >= FLOOR or len(one.words) == len(asked)]

    def _ranked(self, query: str, k: int) -> list[Ranked]:
        """The nearest by meaning (Chroma) and the best by words (BM25), all scored exactly."""
        vector = self._embedder.embed([query])[0]

        def nearest() -> tuple[Guides, list[str]]:
            guides = self.ready_guides()
            rows = self.index.near(self._guidance, vector, CANDIDATES)
            return guides, [metadata["passage"] for metadata in rows]

        guides, near = self._served(nearest)
        return guides.ranked(query, vector, near, k)

    def passage_for(self, code: str) -> Passage | None:
        """The most helpful passage for a code: the first one written for it."""
        helping = [passage for passage in self.passages if code in [str(entry) for entry in passage.codes]]
        return min(
            helping,
            key=lambda passage: ([str(entry) for entry in passage.codes].index(code), len(passage.codes), passage.id),
            default=None,
        )

    def own_passage(self, code: str, area: str, near: str, first: bool = False) -> Passage | None:
        """The team's own passage that answers to a code, in this area or any; None if there is none.

        With `first`, only passages that name the code first. The order: written for this area, the code early among
        its codes, then title and topics nearest to the words `near` (cosine).
        """
        fitting = [
            (passage, [str(one) for one in passage.codes].index(code))
            for passage in self.passages
            if passage.id in self.own_ids[0] and passage.area in (area, "any") and code in map(str, passage.codes)
        ]
        fitting = [(passage, place) for passage, place in fitting if not (first and place)]
        if len(fitting) < 2:
            return fitting[0][0] if fitting else None
        about = [f"{passage.title}. {', '.join(passage.topics)}." for passage, _ in fitting]
        vectors = self._embedder.embed([near, *about])
        close = (vectors[1:] @ vectors[0]).round(4).tolist()
        ranked = sorted(
            zip(fitting, close, strict=True), key=lambda one: (one[0][0].area != area, one[0][1], -one[1], one[0][0].id)
        )
        return ranked[0][0][0]

    def question_for(
        self, tell: str, area: str, focus: str | None = None, without: Iterable[str] = (), code: Code | None = None
    ) -> str | None:
        """The question in the bank that best replaces `tell`, in this area or any, except those in `without`.

        `focus` is explore, action, or None for either. If no question is near enough, a `code` allows one that fits any
        topic. The team's own questions come first, both times. None if no question is left.
        """
        import numpy as np

        taken, own = set(without), self.own_ids[1]
        near, itself = self._near_bank(tell)
        best: tuple[bool, float, BankQuestion] | None = None
        for row, question in enumerate(self.questions):
            if question.codes or question.text in taken or focus not in (None, question.focus):
                continue
            if code is not None and itself[row] < RELATED:
                continue
            score = float(np.float32(near[row]) + np.float32(OWN_AREA if question.area in (area, "any") else 0.0))
            # A question of the team's own that is about the same thing comes before a nearer one of ours.
            rank = question.id in own and score >= SAME_SUBJECT + OWN_AREA, score
            if best is None or rank > best[:2]:
                best = *rank, question
        if code is not None and (best is None or best[1] < SAME_SUBJECT + OWN_AREA):
            fitting = [one for one in self.questions if code in one.codes and one.text not in taken]
            fitting = [one for one in fitting if one.id in own and one.area in (area, "any")] or fitting
            if fitting:
                return fitting[zlib.crc32(tell.encode("utf-8", "surrogatepass")) % len(fitting)].text
        return best[2].text if best else None

    def _near_bank(self, tell: str) -> tuple[Floats, Floats]:
        """How near a tell is to each question in the bank or what it replaces, and to the question itself."""
        import numpy as np

        if self._bank is None:
            texts = [question.replaces for question in self.questions] + [question.text for question in self.questions]
            self._bank = cached_vectors(self._embedder, texts, self._vectors)
        near = self._bank @ self._embedder.embed([tell])[0]
        count = len(self.questions)
        nearest: Floats = np.maximum(near[:count], near[count:])
        return nearest, near[count:]

    def related(self, tell: str, question: str) -> bool:
        """Whether a question could be on the same topic as what was said."""
        first, second = self._embedder.embed([tell, question])
        return float(first @ second) >= RELATED

    @property
    def index(self) -> Index:
        """The index, opened on first use."""
        with self._lock:
            if self._index is None:
                self._index = Index(self._chroma_url)
            return self._index

    def ensure(self, scenario: Scenario) -> None:
        """Have the vectors of this scenario's lines ready, and on a server what a model may find of it."""
        self._pools_of(scenario)
        if self._chroma_url is not None:
            self._served(lambda: self._told_with(scenario))

    def rebuild(self) -> dict[str, int]:
        """Discard cached vectors and rebuild the index. Returns how many of each kind it has."""
        with self._lock:
            self._forget()
            self._pools, self._index, self._documents = {}, None, None
            if self._vectors is not None:
                shutil.rmtree(self._vectors, ignore_errors=True)
            for scenario in self._scenarios():
                self.ensure(scenario)
            self._served(self.ready_guides)
            lines = sum(len(held) for pools in self._pools.values() for held in pools.values())
            parts = sum(len(document.parts) for document in self.documents)
            return {"guidance": len(self.passages), "documents": parts, "lines": lines}

    @property
    def _vectors(self) -> Path | None:
        return self._cache / "vectors" if self._cache else None

    def _scenarios(self) -> Iterator[Scenario]:
        for scenario in self._library.scenarios():
            for variant in scenario.variant_ids:
                yield self._library.scenario(scenario.id, variant)

    def named(self, name: str, passages: Iterable[Passage] = ()) -> str:
        """The name of the collection for this embedder and these passages.

        All in-memory clients of a process share one database, like clients of a server, so names must differ.
        """
        parts = [self._embedder.name, *(one.model_dump_json() for one in passages)]
        digest = hashlib.sha256("\x00".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]
        return f"{name}-{digest}"

    def ready_guides(self) -> Guides:
        """The passages and your documents, embedded and indexed on first use. Conversations never wait for this.

        Raises ServerLost if the Chroma server is lost meanwhile.
        """
        with self._lock:
            if self._guides is None:
                parts = [part for document in self.documents for part in document.parts]
                guides = Guides([*self.passages, *parts], self._embedder, self._vectors)
                self._guidance, rows = self.named("guidance", guides.passages), list(guides.rows())
                if len(self.index.ids(self._guidance)) != len(rows):
                    self.index.put(self._guidance, rows)
                self._guides = guides
            return self._guides


def _tells(pool: str) -> bool:
    """Whether a pool's lines are those with which an entry is told."""
    return pool.startswith("entry/") and pool.endswith("/says")


def _row(key: str, one: SpokenLine, vector: Floats) -> Row:
    return Row(f"{key}:{one.id}", one.line.text, vector, {"scenario": key, "line": one.id})


def _id_of(held: tuple[SpokenLine, Floats]) -> str:
    return held[0].id


def _key(scenario: Scenario) -> str:
    return f"{scenario.id}/{scenario.variant}@{scenario.digest[:16]}"
