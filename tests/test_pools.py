"""Pools of processes: Ctrl-C is for the command alone, from a worker's first moment on."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor

import pytest

from evals.pools import ctrl_c_held


def ctrl_c_is_held_here() -> bool:
    return signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, ())


@pytest.mark.slow
def test_a_worker_is_born_with_ctrl_c_held():
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        with ctrl_c_held():
            found = pool.submit(ctrl_c_is_held_here)

        assert (found.result(), ctrl_c_is_held_here()) == (True, False)


def send_to_the_process() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def send_to_another_thread() -> None:
    def take() -> None:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        signal.pthread_kill(threading.get_ident(), signal.SIGINT)

    other = threading.Thread(target=take)
    other.start()
    other.join()


@pytest.fixture
def heeded() -> Iterator[None]:
    """Ctrl-C as a terminal's command has it: a command that a script runs in the background ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heeded")
@pytest.mark.parametrize("send", [send_to_the_process, send_to_another_thread])
def test_a_ctrl_c_that_comes_meanwhile_is_heard_at_the_end(send: Callable[[], None]):
    steps = []

    def begin() -> None:
        with ctrl_c_held():
            send()
            steps.append("went on")
        steps.append("was not told")

    with pytest.raises(KeyboardInterrupt):
        begin()

    assert steps == ["went on"]


def test_where_no_signal_can_be_held_the_pool_starts_all_the_same(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delattr(signal, "pthread_sigmask")

    with ctrl_c_held():
        pass
