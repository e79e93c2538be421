"""A wall-clock deadline for streamed calls."""

from __future__ import annotations

import contextvars
import queue
import threading
import time
from collections.abc import Callable, Generator
from contextlib import closing
from typing import Any, TypeVar

Piece = TypeVar("Piece")


class OutOfTime(Exception):
    """The next piece didn't come in time, or the caller gave up."""


class _Call:
    """A call in its own thread. It passes on each piece, and stops if the caller gives up."""

    def __init__(self) -> None:
        self.came: queue.SimpleQueue[tuple[Any] | BaseException | None] = queue.SimpleQueue()
        self.unwanted = threading.Event()
        self._stop: Callable[[], None] | None = None
        self._lock = threading.Lock()

    def work(self, source: Generator[Any, None, None]) -> None:
        """Take everything from `source`, then pass on how it ended."""
        _OWN.set(self)
        ended: BaseException | None = None
        try:
            with closing(source):
                for piece in source:
                    self.came.put((piece,))
                    if self.unwanted.is_set():
                        break
        except BaseException as error:  # passed on unchanged to the caller
            ended = error
        self.stop_by(None)
        self.came.put(ended)

    def stop_by(self, stop: Callable[[], None] | None) -> None:
        """Set how to stop the call. Stops it at once if the caller has already given up."""
        with self._lock:
            self._stop = stop
            if stop is not None and self.unwanted.is_set():
                stop()

    def give_up(self) -> None:
        """Stop the call as soon as possible. Does nothing if it has ended."""
        with self._lock:
            self.unwanted.set()
            if self._stop is not None:
                self._stop()


_OWN: contextvars.ContextVar[_Call | None] = contextvars.ContextVar("_OWN", default=None)


def in_time(
    source: Generator[Piece, None, None], seconds: float, within: float | None = None
) -> Generator[Piece, None, None]:
    """Yield what `source` gives from its own thread, each piece within `seconds` of the last and all within `within`.

    A network timeout isn't enough: it restarts at every byte, and some endpoints send blank lines or comments to keep
    the connection open. Raises OutOfTime, and whatever `source` raises.
    """
    call = _Call()
    context = contextvars.copy_context()
    # A daemon thread, so that a call that can't be stopped doesn't keep the program running.
    threading.Thread(target=context.run, args=(call.work, source), name="askwell-call", daemon=True).start()
    until = None if within is None else time.monotonic() + within
    try:
        while True:
            left = seconds if until is None else until - time.monotonic()
            try:
                came = call.came.get(timeout=max(0.0, min(seconds, left)))
            except queue.Empty:
                slow = (
                    f"not finished within {within:.0f} s" if left < seconds else f"nothing received for {seconds:g} s"
                )
                raise OutOfTime(slow) from None
            if came is None:
                return
            if isinstance(came, BaseException):
                raise came
            yield came[0]
    finally:
        call.give_up()


def stop_by(stop: Callable[[], None]) -> None:
    """Called inside a source: set how to stop it if the caller gives up."""
    call = _OWN.get()
    if call is not None:
        call.stop_by(stop)


def pause(seconds: float) -> None:
    """Called inside a source: sleep. Raises OutOfTime as soon as the caller gives up."""
    call = _OWN.get()
    if (call.unwanted if call else threading.Event()).wait(seconds):
        raise OutOfTime("given up")
