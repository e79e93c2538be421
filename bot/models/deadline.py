"""Waits no longer than one is willing to for what comes in pieces: a wall clock over somebody else's call."""

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
    """The next piece did not come in time, or nobody waits for it any more."""


class _Call:
    """One call in a thread of its own, which hands over what it gets and is told when nobody wants it any more."""

    def __init__(self) -> None:
        self.came: queue.SimpleQueue[tuple[Any] | BaseException | None] = queue.SimpleQueue()
        self.unwanted = threading.Event()
        self._stop: Callable[[], None] | None = None
        self._lock = threading.Lock()

    def work(self, source: Generator[Any, None, None]) -> None:
        """Take everything from `source`, and hand over how it ended."""
        _OWN.set(self)
        ended: BaseException | None = None
        try:
            with closing(source):
                for piece in source:
                    self.came.put((piece,))
                    if self.unwanted.is_set():
                        break
        except BaseException as error:  # handed over whole: it belongs to whoever waits
            ended = error
        self.stop_by(None)
        self.came.put(ended)

    def stop_by(self, stop: Callable[[], None] | None) -> None:
        """How the call can be stopped from now on; stopped at once where nobody wants it already."""
        with self._lock:
            self._stop = stop
            if stop is not None and self.unwanted.is_set():
                stop()

    def give_up(self) -> None:
        """Stop as soon as it can be stopped; nothing where it has ended."""
        with self._lock:
            self.unwanted.set()
            if self._stop is not None:
                self._stop()


_OWN: contextvars.ContextVar[_Call | None] = contextvars.ContextVar("_OWN", default=None)


def in_time(
    source: Generator[Piece, None, None], seconds: float, within: float | None = None
) -> Generator[Piece, None, None]:
    """What `source` gives, from a thread of its own, each piece within `seconds` of the one before, all in `within`.

    A timeout of the network is none on a clock: it starts anew at every byte, and some endpoints send blank lines or
    remarks for as long as they have nothing to say. Raises OutOfTime, and what `source` raises.
    """
    call = _Call()
    context = contextvars.copy_context()
    # A daemon, so that a call which cannot be stopped does not keep the program from ending.
    threading.Thread(target=context.run, args=(call.work, source), name="askwell-call", daemon=True).start()
    until = None if within is None else time.monotonic() + within
    try:
        while True:
            left = seconds if until is None else until - time.monotonic()
            try:
                came = call.came.get(timeout=max(0.0, min(seconds, left)))
            except queue.Empty:
                slow = f"not finished within {within:.0f} s" if left < seconds else f"nothing came for {seconds:g} s"
                raise OutOfTime(slow) from None
            if came is None:
                return
            if isinstance(came, BaseException):
                raise came
            yield came[0]
    finally:
        call.give_up()


def stop_by(stop: Callable[[], None]) -> None:
    """Inside a source: how to stop it when nobody waits for it any more."""
    call = _OWN.get()
    if call is not None:
        call.stop_by(stop)


def pause(seconds: float) -> None:
    """Inside a source: sleep. Raises OutOfTime as soon as nobody waits for it any more."""
    call = _OWN.get()
    if (call.unwanted if call else threading.Event()).wait(seconds):
        raise OutOfTime("given up")
