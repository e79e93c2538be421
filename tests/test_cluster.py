"""A corpus on a Dask cluster: real processes on this machine, one of them killed."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.errors import AskwellError
from evals.cluster import spread
from evals.corpus import CHUNK, run
from evals.corpus_in import Corpus
from evals.corpus_row import How

pytest.importorskip("distributed")
ROOT = Path(__file__).resolve().parents[1]
RULES = How("rules")
# Tornado's sockets, which the client closes in its own thread, may still be open when Python looks.
QUIET = [pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")]
_ADDRESS = re.compile(r"(tcp://127\.0\.0\.1:\d+)")


def talk(number: int) -> str:
    said = f"Karen: What worries you about deal {number}?\nMike: I'll ring him on Friday.\nKaren: Send me a note.\nMike: OK."
    return json.dumps({"id": number, "text": said}) + "\n"


def started(*arguments: str, **more: object) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "DASK_DISTRIBUTED__LOGGING__DISTRIBUTED": "info"}
    return subprocess.Popen(
        [sys.executable, "-m", "distributed.cli." + arguments[0], *arguments[1:]],
        env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


@contextmanager
def cluster(tmp_path: Path, workers: int) -> Iterator[tuple[str, list[subprocess.Popen[str]]]]:
    """A scheduler and its workers, one process each, on loopback; without dashboards and nannies."""
    place = tmp_path / "scheduler.json"
    local = ["--no-dashboard", "--host", "127.0.0.1"]
    processes = [started("dask_scheduler", *local, "--port", "0", "--scheduler-file", str(place))]
    try:
        while not place.exists() or not place.read_text().strip():
            assert processes[0].poll() is None
            time.sleep(0.02)
        address = str(json.loads(place.read_text())["address"])
        alone = ["--no-nanny", "--nthreads", "1", "--local-directory", str(tmp_path)]
        processes += [started("dask_worker", address, *local, *alone) for _ in range(workers)]
        yield address, processes[1:]
    finally:
        for process in reversed(processes):
            process.terminate()
        for process in processes:
            process.communicate(timeout=20)
