"""Processes that a pool starts, and Ctrl-C, which a terminal sends to all of them at once."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def ctrl_c_held() -> Iterator[None]:
    """Whatever process is started inside never hears Ctrl-C; here it is heard when this ends.

    A worker that only ignores it once its modules are loaded is stopped by it while they load, and one whose parent
    stops before it is told what to do breaks off as well. Windows cannot hold a signal for a process to come.
    """
    with _handler_waits(), _mask_is_inherited():
        yield


@contextmanager
def _handler_waits() -> Iterator[None]:
    # A signal that this thread holds may reach another thread of the process: what it would call waits too.
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
