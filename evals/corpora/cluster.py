"""Runs a pure function on a Dask cluster, with results in order. The only module that uses Dask (extra `cluster`)."""

from __future__ import annotations

import gc
import importlib.util
import json
import subprocess
import sys
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from bot.errors import AskwellError

_Given = TypeVar("_Given")
_Found = TypeVar("_Found")

_AHEAD = 4
"""Pieces of work in progress per thread of the cluster."""
CONNECT_SECONDS, WORKERS_SECONDS, START_SECONDS = 20, 60, 90
"""How long a scheduler may take to answer, workers to be there, and a local scheduler to start on a busy machine."""


def spread(
    address: str, work: Callable[[_Given], _Found], pieces: Iterable[_Given], workers: int = 1
) -> Iterator[_Found]:
    """Yield `work` of each piece, in order, done by the workers of the scheduler at `address`.

    Starts once there are `workers` workers; later ones join. A limited number of pieces is in progress. Another worker
    repeats what a lost one had, and each result counts once. Raises AskwellError if Dask is missing, the scheduler
    doesn't answer, has no workers or goes away, or a piece kills its workers.
    """
    try:
        from distributed import Client
        from distributed.client import FutureCancelledError
        from distributed.scheduler import KilledWorker
    except ImportError:
        raise AskwellError("--dask needs the extra cluster: pip install 'askwell[cluster]'") from None
    gc.collect()  # a client that is collected while another one starts waits for it for ever
    gc.disable()
    try:
        client: Any = Client(address, timeout=CONNECT_SECONDS)  # type: ignore[no-untyped-call]
    except (OSError, TimeoutError, ValueError) as error:
        raise AskwellError(f"--dask {address}: no scheduler answers ({_first_line(error)})") from None
    finally:
        gc.enable()
    with client:
        try:
            yield from _in_order(client, work, pieces, workers)
        except KilledWorker:
            raise AskwellError(f"--dask {address}: workers died at the same conversations several times") from None
        except ImportError as error:
            told = f"--dask {address}: a worker lacks this version of Askwell ({_first_line(error)})"
            raise AskwellError(told) from None
        except TimeoutError:
            raise AskwellError(f"--dask {address}: the scheduler has no worker") from None
        except (OSError, FutureCancelledError) as error:
            raise AskwellError(f"--dask {address}: the cluster went away ({_first_line(error)})") from None


def _in_order(
    client: Any, work: Callable[[_Given], _Found], pieces: Iterable[_Given], workers: int
) -> Iterator[_Found]:
    client.wait_for_workers(workers, timeout=WORKERS_SECONDS)
    most = _AHEAD * max(1, sum(client.nthreads().values()))
    run = uuid.uuid4().hex  # other runs on the same cluster need other keys
    under_way: deque[Any] = deque()
    for number, piece in enumerate(pieces):
        under_way.append(client.submit(work, piece, key=f"askwell-{run}-{number}", pure=False))
        if len(under_way) >= most:
            yield under_way.popleft().result()
    while under_way:
        yield under_way.popleft().result()


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def installed() -> bool:
    """Whether the extra is installed."""
    return importlib.util.find_spec("distributed") is not None


@contextmanager
def local_cluster(directory: Path, workers: int) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A local scheduler's address and its workers, each a process with one thread, for benchmarks and tests.

    No dashboards and no nannies: a killed worker stays dead.
    """
    place = directory / f"scheduler-{uuid.uuid4().hex}.json"
    here = ("--no-dashboard", "--host", "127.0.0.1")
    processes = [_started("dask_scheduler", *here, "--port", "0", "--scheduler-file", str(place))]
    try:
        address = str(_read_when_there(place, processes[0])["address"])
        alone = ("--no-nanny", "--nthreads", "1", "--local-directory", str(directory))
        processes += [_started("dask_worker", address, *here, *alone) for _ in range(workers)]
        yield address, processes[1:]
    finally:
        for process in processes:  # they hold nothing, and a clean exit would make them wait for each other
            process.kill()
            process.wait()


def _started(name: str, *arguments: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", f"distributed.cli.{name}", *arguments]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _read_when_there(place: Path, scheduler: subprocess.Popen[bytes]) -> Any:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and scheduler.poll() is None:
        try:
            return json.loads(place.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            time.sleep(0.02)  # missing or incomplete
    raise AskwellError("a local Dask scheduler did not start")
