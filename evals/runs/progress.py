"""Shows a run's progress: a live bar on a terminal, otherwise a line every ten percent."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from ..records import Record

TENTHS = 10


class Shown:
    """Shows progress on standard error during a `with` block, with failed conversations and faulty replies."""

    def __init__(self, title: str, stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._title = title
        self._stream = stream or sys.stderr
        self._clock = clock
        self._began = clock()
        self._first = self._told = self._failed = self._faults = 0
        self._task: TaskID | None = None
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(compact=True),
            TextColumn("{task.fields[wrong]}"),
            console=Console(file=self._stream),
            disable=not self._stream.isatty(),
        )

    def __enter__(self) -> Shown:
        """Start showing progress."""
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop, leaving the last state on the screen."""
        self._bar.stop()

    def heard(self, record: Record | None, done: int, of: int) -> None:
        """Count a record that was just saved, or None at the start."""
        if record is None:
            self._began, self._first = self._clock(), done
            self._told = TENTHS * done // of
            self._task = self._bar.add_task(self._title, total=of, completed=done, rate="", wrong="")
        else:
            self._failed += bool(record.error)
            self._faults += sum(bool(reply.fault) for reply in record.replies) + len(record.manager_faults)
        if self._task is not None:
            self._bar.update(self._task, completed=done, rate=self._rate(done), wrong=self._wrong())
        if self._bar.disable and record is not None and TENTHS * done // of > self._told:
            self._told = TENTHS * done // of
            parts = [f"{self._title}: {done} of {of} conversations", self._rate(done), self._left(done, of)]
            print(", ".join(part for part in (*parts, self._wrong()) if part), file=self._stream, flush=True)

    def _rate(self, done: int) -> str:
        took = self._clock() - self._began
        return f"{(done - self._first) / took:.1f} per second" if took > 0 and done > self._first else ""

    def _left(self, done: int, of: int) -> str:
        took = self._clock() - self._began
        return f"about {took / (done - self._first) * (of - done):.0f} s left" if self._first < done < of else ""

    def _wrong(self) -> str:
        failed = f"{self._failed} failed" if self._failed else ""
        faults = f"{self._faults} fault{'' if self._faults == 1 else 's'}" if self._faults else ""
        return ", ".join(part for part in (failed, faults) if part)
