"""Scores a corpus of real calls, one JSON line per conversation, in order, in constant memory, and resumable.

The output is the only record of progress: one line per input row, in order.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import time
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from bot.errors import AskwellError
from bot.files import write_whole
from bot.scoring.scorecard import NOT_SCORED

from ..pools import ctrl_c_held
from .corpus_in import CallRow, Corpus
from .corpus_row import How, reader_of, row_provenance, score_chunk

_FORMAT = 1
CHUNK = 32
"""Conversations per chunk."""
_AHEAD = 3
"""Chunks in progress per process."""
_BLOCK = 1 << 20
Chunk = tuple[CallRow, ...]


@dataclass
class CorpusSummary:
    """The contents of an output, counted by line. `seconds`, `here` and the rate are of the latest run."""

    scored: int = 0
    levels: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    not_scored: Counter[str] = field(default_factory=Counter)
    left_alone: int = 0
    here: int = 0
    seconds: float = 0.0

    def add(self, row: dict[str, Any]) -> None:
        """Count one line. Raises KeyError or TypeError if it isn't ours."""
        if "error" in row:
            self.failed[row["error"]] += 1
            return
        card = row["scorecard"]
        self.scored += 1
        self.levels[card["overall"]["level"]] += 1
        if card["overall"]["level"] == NOT_SCORED:
            self.not_scored["overall: too few coded manager turns"] += 1
        self.not_scored.update(entry["id"] for entry in card["criteria"] if entry["level"] == NOT_SCORED)

    def as_json(self) -> dict[str, Any]:
        """The public shape, counts in descending order."""
        return {
            "conversations": self.scored + self.failed.total(),
            "scored": self.scored,
            "levels": dict(self.levels.most_common()),
            "failed": dict(self.failed.most_common()),
            "not_scored": dict(self.not_scored.most_common()),
            "left_alone": self.left_alone,
            "this_run": {
                "conversations": self.here,
                "seconds": round(self.seconds, 3),
                "per_second": round(self.here / self.seconds, 1) if self.seconds else 0.0,
            },
        }


def score_corpus(
    corpus: Corpus,
    out: Path,
    how: How,
    *,
    jobs: int | None = None,
    dask: str | None = None,
    fresh: bool = False,
    heard: Callable[[int], None] = lambda written: None,
) -> CorpusSummary:
    """Score what isn't in the output yet, calling `heard(lines written)`.

    Raises AskwellError if the output belongs to another run, a disk is full, or the input or cluster goes away. The
    same call then resumes after the lines written so far.
    """
    reader_of(how.reader)  # report a wrong name or a missing model before writing anything
    _apart(corpus, out)
    summary = _begun(corpus, out, how, fresh)
    done = summary.scored + summary.failed.total()
    began = time.perf_counter()
    chunks = _chunks(corpus.rows(done))
    work = partial(score_chunk, how=how)
    try:
        with out.open("ab") as file, closing(_spread(work, chunks, jobs, dask)) as found:
            for lines in found:
                _write(file, lines, summary, row_provenance(how))
                heard(done + summary.here)
    except OSError as error:
        kept = "fix this and run the same command again to resume"
        raise AskwellError(f"{error.filename or out}: {error.strerror or error}; {kept}") from None
    summary.left_alone = corpus.left_alone()
    summary.seconds = time.perf_counter() - began
    write_whole(_beside(out, "summary.json"), (json.dumps(summary.as_json(), indent=2) + "\n").encode())
    return summary


def _write(file: BinaryIO, lines: list[str], summary: CorpusSummary, ours: dict[str, str]) -> None:
    rows = [json.loads(line) for line in lines]
    if any(row["scorecard"]["provenance"] != ours for row in rows if "scorecard" in row):
        raise AskwellError("a worker has a different version of Askwell, with another reader or rubric")
    file.write("".join(f"{line}\n" for line in lines).encode())
    file.flush()
    for row in rows:
        summary.add(row)
    summary.here += len(lines)


def _chunks(rows: Iterator[CallRow]) -> Iterator[Chunk]:
    while chunk := tuple(islice(rows, CHUNK)):
        yield chunk


# Starting an output


def _apart(corpus: Corpus, out: Path) -> None:
    if out.is_dir():
        raise AskwellError(f"--out {out}: this is a directory; give a file")
    inside = corpus.path.resolve()
    if out.resolve() == inside or inside in out.resolve().parents:
        raise AskwellError(f"--out {out}: this is inside the input; write it elsewhere")


def _beside(out: Path, ending: str) -> Path:
    return out.with_name(f"{out.name}.{ending}")


def _begun(corpus: Corpus, out: Path, how: How, fresh: bool) -> CorpusSummary:
    """The state of the output. Writes a state file for a new one. Raises AskwellError for another run's output."""
    state = {
        "format": _FORMAT,
        "input": corpus.fingerprint(),
        **row_provenance(how),
        "manager": how.manager,
        "quotes": how.quotes,
    }
    held = _beside(out, "state")
    if out.exists() and not fresh:
        _same(out, held, state)
        return _counted(out)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.unlink(missing_ok=True)
        write_whole(held, (json.dumps(state, indent=2) + "\n").encode())
        out.touch()
    except OSError as error:
        raise AskwellError(f"{error.filename or out}: {error.strerror or error}") from None
    return CorpusSummary()


_DIFFERS = {
    "format": "was written by a different version of Askwell",
    "input": "has a different input, or the input has changed",
    "reader": "was coded by a different reader",
    "rubric": "was scored by a different rubric",
    "manager": "has a different --manager",
    "quotes": "has a different --quotes",
}


def _same(out: Path, held: Path, state: dict[str, Any]) -> None:
    anew = "--fresh starts over"
    try:
        before = json.loads(held.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise AskwellError(f"{out}: already exists, but {held.name} doesn't say how it was made; {anew}") from None
    for name, why in _DIFFERS.items():
        if not isinstance(before, dict) or before.get(name) != state[name]:
            raise AskwellError(f"{out}: {why}; {anew}")


def _counted(out: Path) -> CorpusSummary:
    """Count the lines of an output, and cut off an unfinished last line."""
    summary = CorpusSummary()
    with out.open("r+b") as file:
        _heal(file)
        file.seek(0)
        for number, line in enumerate(file, 1):
            try:
                summary.add(json.loads(line))
            except (ValueError, KeyError, TypeError):
                raise AskwellError(f"{out}:{number}: not a line of a scored corpus; --fresh starts over") from None
    return summary


def _heal(file: BinaryIO) -> None:
    end = file.seek(0, os.SEEK_END)
    while end:
        start = max(0, end - _BLOCK)
        file.seek(start)
        found = file.read(end - start).rfind(b"\n")
        if found >= 0:
            file.truncate(start + found + 1)
            return
        end = start
    file.truncate(0)


# Doing the work


def _spread(
    work: Callable[[Chunk], list[str]], chunks: Iterator[Chunk], jobs: int | None, dask: str | None
) -> Generator[list[str], None, None]:
    """The lines of every chunk, in order, with a limited number of chunks in progress."""
    if dask is not None:
        from .cluster import spread

        yield from spread(dask, work, chunks)
        return
    jobs = jobs or len(os.sched_getaffinity(0))
    first = list(islice(chunks, 2))
    if jobs == 1 or len(first) < 2:
        yield from map(work, _after(first, chunks))
        return
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(jobs, context, initializer=_begin)
    try:
        yield from _in_order(pool, work, _after(first, chunks), _AHEAD * jobs)
    except BrokenProcessPool:
        told = "a scoring process was killed (perhaps out of memory); run the same command again to resume"
        raise AskwellError(told) from None
    finally:
        pool.shutdown(cancel_futures=True)


def _after(first: Iterable[Chunk], rest: Iterable[Chunk]) -> Iterator[Chunk]:
    yield from first
    yield from rest


def _begin() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # where it was not held; the command is stopped, and says so once


def _in_order(
    pool: ProcessPoolExecutor, work: Callable[[Chunk], list[str]], chunks: Iterator[Chunk], most: int
) -> Iterator[list[str]]:
    under_way: deque[Future[list[str]]] = deque()
    for chunk in chunks:
        with ctrl_c_held():  # a pool starts its processes when it is given work
            under_way.append(pool.submit(work, chunk))
        if len(under_way) >= most:
            yield under_way.popleft().result()
    while under_way:
        yield under_way.popleft().result()
