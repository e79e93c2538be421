"""Spreads a pure function over a Dask cluster, results in order: the one module that knows Dask (extra `cluster`)."""

from __future__ import annotations

import uuid
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from bot.errors import AskwellError

Given = TypeVar("Given")
Found = TypeVar("Found")

AHEAD = 4
"""Pieces of work under way for each thread of the cluster."""
CONNECT_SECONDS = 20


def spread(address: str, work: Callable[[Given], Found], pieces: Iterable[Given]) -> Iterator[Found]:
    """`work` of each piece on the workers of the scheduler at `address`, in the order of the pieces.

    A bounded number is under way. What a lost worker had is done again by another, and a result is taken once.
    Raises AskwellError when Dask is missing, the scheduler does not answer or goes away, or a piece kills its workers.
    """
    try:
        from distributed import Client
        from distributed.client import FutureCancelledError
        from distributed.scheduler import KilledWorker
    except ImportError:
        raise AskwellError("--dask needs the extra cluster: pip install 'askwell[cluster]'") from None
    try:
        client: Any = Client(address, timeout=CONNECT_SECONDS)  # type: ignore[no-untyped-call]
    except (OSError, TimeoutError, ValueError) as error:
        raise AskwellError(f"--dask {address}: no scheduler answers ({_first_line(error)})") from None
    with client:
        try:
            yield from _in_order(client, work, pieces)
        except KilledWorker:
            raise AskwellError(f"--dask {address}: workers died at the same conversations several times") from None
        except ImportError as error:
            told = f"--dask {address}: a worker lacks this version of Askwell ({_first_line(error)})"
            raise AskwellError(told) from None
        except TimeoutError:
            raise AskwellError(f"--dask {address}: the scheduler has no worker") from None
        except (OSError, FutureCancelledError) as error:
            raise AskwellError(f"--dask {address}: the cluster went away ({_first_line(error)})") from None


def _in_order(client: Any, work: Callable[[Given], Found], pieces: Iterable[Given]) -> Iterator[Found]:
    client.wait_for_workers(1, timeout=CONNECT_SECONDS)
    most = AHEAD * max(1, sum(client.nthreads().values()))
    run = uuid.uuid4().hex  # keys of another run on the same cluster are other keys
    under_way: deque[Any] = deque()
    for number, piece in enumerate(pieces):
        under_way.append(client.submit(work, piece, key=f"askwell-{run}-{number}", pure=False))
        if len(under_way) >= most:
            yield under_way.popleft().result()
    while under_way:
        yield under_way.popleft().result()


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
