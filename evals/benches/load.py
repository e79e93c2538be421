"""Measures scoring: transcripts per second and core, memory at scale, and the gain from a second Dask worker.

Transcripts are random draws of our own units and rep turns, twenty turns each. No text repeats, so caches don't help.
`python -m evals.benches.load 1000 10000 100000` measures memory at those sizes.
"""

from __future__ import annotations

import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from functools import lru_cache, partial
from itertools import islice
from pathlib import Path

from ..corpora import cluster
from ..corpora.corpus import CHUNK, Chunk, score_corpus
from ..corpora.corpus_in import CallRow, Corpus
from ..corpora.corpus_row import How, score_chunk
from ..units.data import WRITTEN, examples
from . import BenchFigure, BenchResult, steps

SEED = 20
RULES, LINEAR = How("rules"), How("linear")
SIZES = (1_000, 20_000)
"""Numbers of transcripts for measuring memory. 100,000 take minutes."""
_EXCHANGES, _UNITS = 10, 2
_TIMED = {"rules": 320, "linear": 32}
_CHUNKS = 24
_FEW_CHUNKS = 4


def bench(sizes: tuple[int, ...] = SIZES) -> BenchResult:
    """Rates of both readers, memory at `sizes`, and two Dask workers against one if Dask is installed."""
    ruled, embedded = rate(RULES), rate(LINEAR)
    peaks = [peak(size) for size in sizes]
    growth = max(peaks) / peaks[0]
    figures = [
        BenchFigure("rules, transcripts per second and core", ruled, "", "at least 60", ruled >= 60),
        BenchFigure("with embeddings, transcripts per second and core", embedded, "", "at least 6", embedded >= 6),
        *(BenchFigure(f"peak memory, {size:,} by rules", mb, "MB") for size, mb in zip(sizes, peaks, strict=True)),
        BenchFigure("  largest to smallest", growth, "ratio", "under 1.1", growth < 1.1),
    ]
    details = ["A transcript has 20 turns, with about two units per manager turn. It is read, coded, measured,"]
    details += ["judged and written. Seconds are processor time."]
    if cluster.installed():
        ratio = second_worker()
        figures.append(BenchFigure("Dask, two workers vs one", ratio, "ratio", "at least 1.6", ratio >= 1.6))
    else:
        details.append("Dask was not measured, because the extra `cluster` is not installed.")
    return BenchResult(f"load: {os.cpu_count()} cores, Python {sys.version.split()[0]}", tuple(figures), tuple(details))


def transcripts(seed: int = SEED) -> Iterator[bytes]:
    """An endless corpus of lines, the same for the same seed."""
    drawn = random.Random(seed)
    units, replies = _texts()
    number = 0
    while True:
        turns = []
        for _ in range(_EXCHANGES):
            number += 1
            asked = (_unlike(text, f"{number}{place}") for place, text in enumerate(drawn.sample(units, _UNITS)))
            turns.append({"speaker": "Karen", "text": " ".join(asked)})
            turns.append({"speaker": "Mike", "text": _unlike(drawn.choice(replies), str(number))})
        yield json.dumps({"id": number // _EXCHANGES, "turns": turns}).encode() + b"\n"


@lru_cache(maxsize=1)
def _texts() -> tuple[list[str], list[str]]:
    """Managers' units, and reps' turns: those with next steps and those before the units."""
    units = [unit for unit in examples() if unit.source == WRITTEN]
    replies = [json.loads(line)["text"] for line in steps.REP_TURNS.read_text(encoding="utf-8").splitlines()]
    contexts = [unit.context for unit in units if unit.context]
    return [unit.text for unit in units], replies + contexts[:: len(contexts) // len(replies)]


def _unlike(text: str, number: str) -> str:
    """The text with a unique number in it."""
    said = text.rstrip(".?!… ")
    return f"{said} {number}{text[len(said) :].strip()}"


def _chunks(many: int) -> list[Chunk]:
    lines = (CallRow(number, "line", line) for number, line in enumerate(transcripts(), 1))
    return [tuple(islice(lines, CHUNK)) for _ in range(many)]


def rate(how: How) -> float:
    """Transcripts per second of processor time in this process, after a first chunk."""
    first, *chunks = _chunks(1 + _TIMED[how.reader] // CHUNK)
    score_chunk(first[:4], how)
    began = time.process_time()
    for chunk in chunks:
        score_chunk(chunk, how)
    return CHUNK * len(chunks) / (time.process_time() - began)


def peak(size: int) -> float:
    """Peak memory in MB of the largest process while scoring `size` transcripts by rules."""
    done = subprocess.run(
        [sys.executable, "-m", "evals.benches.load", "--one", str(size)], capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return float(done.stdout)


def _score_many(size: int) -> float:
    with tempfile.TemporaryDirectory() as place:
        calls = Path(place, "calls.jsonl")
        with calls.open("wb") as file:
            file.writelines(islice(transcripts(), size))
        score_corpus(Corpus.at(calls), Path(place, "out.jsonl"), RULES)
    return max(_own_peak(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)


def _own_peak() -> float:
    """This process's peak memory in MB. Not ru_maxrss, which includes the parent's memory at the start."""
    status = Path("/proc/self/status")
    if not status.is_file():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return next(int(line.split()[1]) / 1024 for line in status.read_text().splitlines() if line.startswith("VmHWM"))


def second_worker() -> float:
    """The speed of two Dask workers relative to one, each in its own process on this machine."""
    chunks = _chunks(_FEW_CHUNKS + _CHUNKS)
    one, two = (_seconds(chunks, workers) for workers in (1, 2))
    return one / two


def _seconds(chunks: Iterable[Chunk], workers: int) -> float:
    """Wall-clock time of the chunks after the first few, once every worker has loaded everything."""
    with tempfile.TemporaryDirectory() as place, cluster.local_cluster(Path(place), workers) as (address, _):
        found = cluster.spread(address, partial(score_chunk, how=RULES), chunks, workers)
        for _ in range(_FEW_CHUNKS):
            next(found)
        began = time.perf_counter()
        for _ in found:
            pass
        return time.perf_counter() - began


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        print(_score_many(int(sys.argv[2])))
    else:
        print(bench(tuple(int(size) for size in sys.argv[1:]) or SIZES).as_text())
