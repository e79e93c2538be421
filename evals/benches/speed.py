"""Measures speed on this machine: medians and worst cases of commands and single steps."""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from bot import Practice, Transcript, score
from bot.drills.grading import graded_words
from bot.drills.kept import keep_answer
from bot.drills.library import library_items
from bot.engine import default_engine
from bot.errors import AskwellError
from bot.store import Store

from . import BenchFigure, BenchResult
from .browser import BARE_CHAT, Waits, waits

RUNS = 7
FIRST_PAINT_LIMIT = 60.0
_TURNS = (
    "What, if anything, worries you about this one?",
    "So not a word has come back. What do you make of that?",
    "Good catch. Who else might they be talking to, do you think?",
    "How has Warren been with you lately?",
    "You need to get that competitor field filled in today.",
    "What could you do to find out?",
    "thats a good idea which would you do first and when",
    "tell me about the engineer",
    "How was your weekend?",
    "What else don't we know?",
)


def bench() -> BenchResult:
    """Time replies, scoring, imports, commands and the app's start."""
    replies = sorted(_replies())
    scoring = sorted(_seconds(_score_twenty, RUNS))
    help_times = sorted(_seconds(lambda: _command("-m", "askwell.cli", "--help"), RUNS))
    imports = sorted(_seconds(lambda: _command("-c", "from bot import score"), RUNS))
    bare = sorted(_seconds(lambda: _command("-c", "pass"), RUNS))
    p95 = replies[int(0.95 * (len(replies) - 1))]
    drilled = _median(sorted(_answers()))
    app, failed = app_figures()
    return BenchResult(
        f"speed: {os.cpu_count()} cores, Python {sys.version.split()[0]}",
        (
            BenchFigure("offline reply, median", 1000 * statistics.median(replies), "ms"),
            BenchFigure("offline reply, p95 after the first", 1000 * p95, "ms", "under 150", p95 < 0.150),
            BenchFigure(
                "scoring a 20-turn transcript, median",
                1000 * statistics.median(scoring),
                "ms",
                "under 250",
                _median(scoring) < 0.25,
            ),
            BenchFigure(
                "askwell --help, median", 1000 * _median(help_times), "ms", "under 500", _median(help_times) < 0.5
            ),
            BenchFigure(
                "from bot import score, median", 1000 * _median(imports), "ms", "under 400", _median(imports) < 0.4
            ),
            BenchFigure(
                "a drill's answer, graded and kept, median", 1000 * drilled, "ms", "under 150", drilled < 0.150
            ),
            BenchFigure("  bare Python for comparison", 1000 * _median(bare), "ms"),
            *app,
        ),
        failed=failed,
    )


def app_figures() -> tuple[tuple[BenchFigure, ...], tuple[str, ...]]:
    """The app's figures, or why there are none."""
    try:
        found = app_waits()
    except (AskwellError, OSError, subprocess.SubprocessError) as error:
        return (), (f"the app's first paint and memory: {error}",)
    return (
        BenchFigure("app command to first paint", found.paint, "s", "under 8", found.paint < 8),
        BenchFigure("app command to first reply", found.reply, "s", "under 6", found.reply < 6),
        BenchFigure("a scenario opens, median", 1000 * found.opened, "ms", "under 300", found.opened < 0.3),
        BenchFigure("memory of the app after a reply", found.memory, "MB", "under 450", found.memory < 450),
        BenchFigure(
            "Enter to the reply on the page, median",
            1000 * found.talk.reply,
            "ms",
            "under 250",
            found.talk.reply < 0.25,
            {"an empty Streamlit chat": 1000 * found.plain.reply},
        ),
        BenchFigure(
            "reply to the focus in the box, median",
            1000 * found.talk.focus,
            "ms",
            "under 100",
            found.talk.focus < 0.1,
            {"an empty Streamlit chat": 1000 * found.plain.focus},
        ),
        BenchFigure("the end of a talk to its debrief", 1000 * found.debrief, "ms"),
    ), ()


def _answers() -> Iterator[float]:
    """Seconds from the words to the grade and the kept card, for every drill that is answered in words.

    Each item's scenario is loaded before its time is taken, as the page loads it while an item is read.
    """
    engine = default_engine()
    items = [one for one in library_items(engine.library.files("knowledge/drills", "*.yaml")) if one.example]
    with tempfile.TemporaryDirectory() as folder, Store.open(f"sqlite:///{folder}/askwell.db") as store:
        for item in items:
            graded_words(item, item.example, engine, store.load)
            begun = time.perf_counter()
            graded = graded_words(item, item.example, engine, store.load)
            keep_answer(store, item, graded.grade, item.example, datetime.now(UTC))
            yield time.perf_counter() - begun


def _median(values: list[float]) -> float:
    return statistics.median(values)


def _seconds(work: Callable[[], object], runs: int) -> Iterator[float]:
    work()
    for _ in range(runs):
        began = time.perf_counter()
        work()
        yield time.perf_counter() - began


def _replies() -> Iterator[float]:
    engine = default_engine().packaged()
    for seed in range(5):
        practice = Practice.start(seed=seed, engine=engine)
        practice.warm()
        for number, words in enumerate(_TURNS):
            # Use new words each time, because the embedder caches recent texts.
            practice.say(f"{words} I ask for the {seed + 2}th time today.")
            began = time.perf_counter()
            for _ in practice.reply():
                pass
            if number or seed:
                yield time.perf_counter() - began


def _score_twenty() -> object:
    new = time.perf_counter_ns()
    lines = [f"Karen: {words} That was at {new + n}.\nMike: Let me think about that." for n, words in enumerate(_TURNS)]
    return score(Transcript.parse("\n".join(lines)))


def _command(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)


def app_waits() -> Waits:
    """How long a user waits on the app's second start, and how much memory the app needs."""
    with tempfile.TemporaryDirectory() as home, _free_port() as port, _free_port() as other:
        environment = {**os.environ, "ASKWELL_HOME": home}
        # Build the index before the app starts, like `make practice`.
        build = [sys.executable, "-m", "askwell.cli", "knowledge", "rebuild", "--if-stale"]
        subprocess.run(build, check=True, env=environment, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
        chat = Path(home) / "chat.py"
        chat.write_text(BARE_CHAT, encoding="utf-8")
        servers: list[subprocess.Popen[bytes]] = []

        def serve(at: int, *arguments: str) -> str:
            servers.append(
                subprocess.Popen(
                    [sys.executable, "-m", *arguments],
                    env=environment,
                    cwd=home,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    stdin=subprocess.DEVNULL,
                )
            )
            _wait_for(f"http://127.0.0.1:{at}/_stcore/health")
            return f"http://127.0.0.1:{at}/"

        def launch() -> str:
            return serve(port, "askwell.cli", "ui", "--port", str(port))

        def plain() -> str:
            flags = (f"--server.port={other}", "--server.headless=true", "--browser.gatherUsageStats=false")
            return serve(other, "streamlit", "run", str(chat), "--server.address=127.0.0.1", *flags)

        try:
            return waits(launch, plain, lambda: _memory(servers[0].pid))
        finally:
            for server in servers:
                server.terminate()
                server.wait(20)


def _wait_for(url: str) -> None:
    began = time.perf_counter()
    while True:
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                answer.read()
                return
        except OSError:
            if time.perf_counter() - began > FIRST_PAINT_LIMIT:
                raise
            time.sleep(0.02)


def _memory(pid: int) -> float:
    """Resident memory of a process and its children in MB, from /proc; 0 if there is no /proc."""
    total = 0.0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            fields = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
        except OSError:
            continue
        if int(fields.get("Pid", "0")) == pid or int(fields.get("PPid", "0")) == pid:
            total += int(fields.get("VmRSS", "0 kB").split()[0]) / 1024
    return total


@contextmanager
def _free_port() -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    yield port
