"""Protects pool workers from Ctrl-C, which a terminal sends to every process at once."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def ctrl_c_held() -> Iterator[None]:
    """Processes started inside never receive Ctrl-C; this process receives it when the block ends.

    Ignoring it in the worker is too late: Ctrl-C can arrive while its modules load, or stop the parent before it has
    sent the work. Windows can't block a signal for a new process.
    """
    with _handler_waits(), _mask_is_inherited():
        yield


@contextmanager
def _handler_waits() -> Iterator[None]:
    # A signal blocked in this thread may reach another thread, so the handler waits too.
    handler = signal.getsignal(signal.SIGINT)
    if not callable(handler) or threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[tuple[int, FrameType | None]] = []
    signal.signal(signal.SIGINT, lambda number, frame: came.append((number, frame)))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
    if came:
        handler(*came[0])


@contextmanager
def _mask_is_inherited() -> Iterator[None]:
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
