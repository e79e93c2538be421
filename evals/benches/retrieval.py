"""Measures how well and how fast the guidance search answers what managers type, compared with simpler searches.

The author of the queries in data/queries.jsonl didn't know how the search works. We chose the weights and the minimum
score on the dev split, and report the test split.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bot.engine import Engine, default_engine
from bot.errors import AskwellError
from bot.knowledge import Knowledge
from bot.knowledge.guides import ByWords
from bot.knowledge.index import Index, Row
from bot.scenario.library import Library
from bot.vectors.embedding import DIMENSIONS, Embedder, MiniLM

from ..rows import rows_of
from . import BenchFigure, BenchResult

if TYPE_CHECKING:
    from bot.vectors.embedding import Vectors

MANY = 5000
_SPLITS = ("dev", "test")
_KINDS = ("plain", "paraphrase", "author")
OFF = "off"
"""The kind of a query that no passage answers."""

Finder = Callable[[str], list[str]]
"""A search: returns the ids of the passages for a query, best first."""


@dataclass(frozen=True, slots=True)
class Query:
    """A query, with the passages that answer it, best first."""

    id: str
    query: str
    passages: tuple[str, ...]
    kind: str
    split: str


@dataclass(frozen=True, slots=True)
class Score:
    """Recall at 3, the share with a right passage in the first 3, and the mean reciprocal rank."""

    recall: float
    hit: float
    mrr: float


def bench(data: Path | None = None, split: str = "test") -> BenchResult:
    """Run every query through four searches, then time the product's."""
    known = [query for query in read_queries(data or _data()) if query.split == split]
    queries = [query for query in known if query.kind != OFF]
    engine = default_engine()
    ways = finders(engine.knowledge, engine.embedder)
    ranks = {way: [find(query.query) for query in queries] for way, find in ways.items()}
    scores = {way: score_queries(queries, found) for way, found in ranks.items()}
    ours = scores["the product"]
    recalls = {way: other.recall for way, other in scores.items() if way != "the product"}
    ranked = {way: other.mrr for way, other in scores.items() if way != "the product"}
    figures = [
        BenchFigure("recall at 3", ours.recall, "share", "at least .92", ours.recall >= 0.92, recalls),
        BenchFigure("mean reciprocal rank", ours.mrr, "share", "at least .85", ours.mrr >= 0.85, ranked),
        BenchFigure("a right passage in the first 3", ours.hit, "share"),
    ]
    for kind in _KINDS:
        rows = [row for row, query in enumerate(queries) if query.kind == kind]
        part = score_queries([queries[row] for row in rows], [ranks["the product"][row] for row in rows])
        figures += [
            BenchFigure(f"  {kind} ({len(rows)}): recall at 3", part.recall, "share"),
            BenchFigure(f"  {kind}: mean reciprocal rank", part.mrr, "share"),
        ]
    for way, other in scores.items():
        if way != "the product":
            figures += [
                BenchFigure(f"{way}: recall at 3", other.recall, "share"),
                BenchFigure(f"{way}: mean reciprocal rank", other.mrr, "share"),
            ]
    figures += _refused(engine.knowledge, queries, [query for query in known if query.kind == OFF])
    figures += [*timed(engine, queries), BenchFigure("queries", len(queries), "count")]
    misses = [
        f"  {query.kind:<10} {', '.join(query.passages):<40} {query.query[:100]}"
        for query, found in zip(queries, ranks["the product"], strict=True)
        if not set(query.passages) & set(found[:3])
    ]
    return BenchResult(f"retrieval: {split} split, {os.cpu_count()} cores", tuple(figures), (_NOTE, "Misses:", *misses))


def _refused(knowledge: Knowledge, queries: Sequence[Query], off: Sequence[Query]) -> list[BenchFigure]:
    """How often the search finds no answer, both wrongly and rightly."""

    def share(some: Sequence[Query]) -> float:
        return sum(not knowledge.search(query.query, 1) for query in some) / max(1, len(some))

    return [
        BenchFigure("finds nothing when there is an answer", share(queries), "share"),
        BenchFigure(f"finds nothing when off topic ({len(off)})", share(off), "share"),
    ]


_NOTE = (
    "By meaning alone: the product's vectors, without words. Chroma as it comes: its default distance on vectors of\n"
    "title and text from our embedder, because Chroma's default model would need a download.\n"
    "The 5,000 passages are copies with changed words and randomly shifted vectors."
)


def read_queries(path: Path) -> list[Query]:
    """Queries from JSON lines. Raises AskwellError naming the file and line."""
    queries = []
    for number, query in rows_of(path, Query, "a query with id, query, passages, kind and split"):
        if bool(query.passages) == (query.kind == OFF) or query.split not in _SPLITS:
            raise AskwellError(
                f"{path.name}:{number}: needs passages (none if the kind is {OFF!r}), and a split of "
                f"{' or '.join(_SPLITS)}"
            )
        queries.append(query)
    return queries


def finders(knowledge: Knowledge, embedder: Embedder) -> dict[str, Finder]:
    """The product's search and three simpler ones, over the same passages."""
    guides, words = knowledge.ready_guides(), ByWords(knowledge.passages)
    plain = Index()
    texts = [f"{passage.title}. {passage.text}" for passage in knowledge.passages]
    ids = [passage.id for passage in knowledge.passages]
    rows = zip(ids, texts, embedder.embed(texts), strict=True)
    plain.put("as-it-comes", [Row(each, text, vector, {"passage": each}) for each, text, vector in rows])

    def by_meaning(query: str) -> list[str]:
        ranked = guides.ranked("", embedder.embed([query])[0], ids, len(ids))
        return [each.passage.id for each in ranked]

    def as_it_comes(query: str) -> list[str]:
        found = plain.near("as-it-comes", embedder.embed([query])[0], len(ids))
        return [metadata["passage"] for metadata in found]

    return {
        "the product": lambda query: [passage.id for passage, _ in knowledge.guidance(query, len(ids))],
        "by meaning alone": by_meaning,
        "by words alone": lambda query: [found.passage.id for found in words.search(query, len(ids))],
        "Chroma as it comes": as_it_comes,
    }


def score_queries(queries: Sequence[Query], found: Sequence[Sequence[str]]) -> Score:
    """Each figure is a mean over queries. A query's recall is the share of its passages among the first three."""
    count = max(1, len(queries))
    recall = hit = reciprocal = 0.0
    for query, ids in zip(queries, found, strict=True):
        right = set(query.passages)
        first = len(right & set(ids[:3]))
        recall += first / len(right)
        hit += first > 0
        reciprocal += next((1 / place for place, each in enumerate(ids, 1) if each in right), 0.0)
    return Score(recall / count, hit / count, reciprocal / count)


def _data() -> Path:
    return Path(__file__).parents[1] / "data" / "queries.jsonl"


class _Moved:
    """The packaged model for queries. For thousands of texts, it returns slightly shifted copies of known vectors."""

    def __init__(self, embedder: Embedder, texts: Sequence[str]) -> None:
        self.name = f"{embedder.name}-moved"
        self._embedder = embedder
        self._texts = list(texts)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors of shape (len(texts), 384), float32, each of length 1."""
        import numpy as np

        if len(texts) < MANY:
            return self._embedder.embed(texts)
        known = self._embedder.embed(self._texts)
        noise = np.random.default_rng(0).normal(0.0, 0.03, (len(texts), DIMENSIONS))
        moved = np.resize(known, (len(texts), DIMENSIONS)) + noise
        vectors: Vectors = (moved / np.linalg.norm(moved, axis=1, keepdims=True)).astype(np.float32)
        return vectors


def timed(engine: Engine, queries: Sequence[Query]) -> list[BenchFigure]:
    """Query times at 5,000 passages, and the time for a rebuild and for a second start."""
    with tempfile.TemporaryDirectory() as place:
        many = _many(Path(place), engine)
        count = len(many.passages)
        many.guidance("coaching", 3)
        # Use new words each time, because the embedder caches recent texts.
        times = sorted(_seconds(partial(many.guidance, f"{query.query} now", 3)) for query in queries)
        p95 = 1000 * times[int(0.95 * (len(times) - 1))] if times else 0.0
    with tempfile.TemporaryDirectory() as place:
        guidance = _seconds(partial(Knowledge(Library(), MiniLM(), Path(place)).guidance, "coaching", 3))
        rebuilt = _seconds(Knowledge(Library(), MiniLM(), Path(place)).rebuild)
        again = Knowledge(Library(), MiniLM(), Path(place))
        second = _seconds(partial(again.guidance, "coaching", 3))
    return [
        BenchFigure(f"query at {count:,} passages, median", 1000 * times[len(times) // 2] if times else 0.0, "ms"),
        BenchFigure(f"query at {count:,} passages, p95", p95, "ms", "under 20", p95 < 20),
        BenchFigure("rebuild of the bundled index", rebuilt, "s", "under 20", rebuilt < 20),
        BenchFigure("  guidance only", guidance, "s"),
        BenchFigure("second start of the knowledge layer", second, "s"),
    ]


def _many(place: Path, engine: Engine) -> Knowledge:
    """5,000 passages: the bundled ones, and copies with some words replaced."""
    from bot.knowledge.ranking import SEARCH_WORD

    passages = engine.knowledge.passages
    folder = place / "knowledge" / "guidance"
    folder.mkdir(parents=True)
    for number in range(MANY - len(passages)):
        old = passages[number % len(passages)]
        words = SEARCH_WORD.split(old.text)  # the text between the words
        said = [
            f"{word}{number}" if place % 7 == number % 7 else word
            for place, word in enumerate(SEARCH_WORD.findall(old.text))
        ]
        text = "".join(between + word for between, word in zip(words, [*said, ""], strict=True))
        head = {
            "id": f"copy-{number}",
            "title": old.title,
            "topics": old.topics,
            "source": "Askwell",
            "asks": old.asks[:1],
        }
        fields = "\n".join(f"{name}: {json.dumps(value)}" for name, value in head.items())
        (folder / f"copy-{number}.md").write_text(f"---\n{fields}\n---\n\n{text}\n", encoding="utf-8")
    known = [f"{passage.title}. {passage.text}" for passage in passages]
    return Knowledge(Library(place), _Moved(engine.embedder, known))


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
