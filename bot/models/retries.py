"""Which failed requests to retry, and how long to wait first.

Providers' own clients don't retry (`max_retries=0`): they would also retry timeouts, so the manager would wait three
times 30 seconds.
"""

from __future__ import annotations

import email.utils
import random
import time
from collections.abc import Callable, Generator
from typing import TypeVar

from . import deadline

_Got = TypeVar("_Got")

RETRIES = 2
"""Retries after the first attempt, only before a reply has started."""
TRY_AGAIN = (408, 429, 500, 502, 503, 504, 524, 529)
FIRST_WAIT, LONGEST_WAIT = 0.25, 5.0
"""Seconds before the first retry; twice that before the second. If an endpoint asks for longer, we don't retry."""


def retry_stream(attempt: Callable[[], Generator[_Got, None, None]], seconds: float) -> Generator[_Got, None, None]:
    """Yield what an attempt gives. Retry one that fails before it has given anything, if that can help.

    Raises the error at once if the wait would end more than `seconds` after the start.
    """
    until = time.monotonic() + seconds
    for before in range(RETRIES + 1):
        begun = False
        try:
            for piece in attempt():
                begun = True
                yield piece
            return
        except Exception as error:
            wait = None if begun or before == RETRIES else _wait(error, FIRST_WAIT * 2**before)
            if wait is None or time.monotonic() + wait >= until:
                raise
        deadline.pause(wait)


def _wait(error: Exception, unasked: float) -> float | None:
    """Seconds to wait before a retry; None if a retry wouldn't help or would take too long."""
    response = getattr(error, "response", None)
    status = getattr(error, "status_code", None) or getattr(response, "status_code", None)
    if timed_out(error) or not (status in TRY_AGAIN or disconnected(error)):
        return None
    asked = getattr(response, "headers", {}).get("retry-after")
    if asked is None:
        return unasked * random.uniform(0.75, 1)
    try:
        seconds = float(asked)
    except ValueError:
        when = email.utils.parsedate_tz(asked)
        seconds = email.utils.mktime_tz(when) - time.time() if when else unasked
    return max(seconds, 0.0) if seconds <= LONGEST_WAIT else None


def chain(error: BaseException) -> list[BaseException]:
    """An error and its cause chain."""
    found = [error]
    while (cause := _cause(found[-1])) is not None and cause not in found:
        found.append(cause)
    return found


def _cause(error: BaseException) -> BaseException | None:
    return error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _kinds(error: Exception) -> set[str]:
    # By name, because each provider's package has its own classes and may not be installed.
    return {kind.__name__ for cause in chain(error) for kind in type(cause).__mro__}


def timed_out(error: Exception) -> bool:
    """Whether nothing came in time: such a request is not made again, or a manager would wait three times as long."""
    return isinstance(error, deadline.OutOfTime) or any("Timeout" in kind for kind in _kinds(error))


def disconnected(error: Exception) -> bool:
    """Whether there was no connection, or it closed before an answer."""
    return bool(_kinds(error) & {"APIConnectionError", "ConnectionError", "NetworkError", "RemoteProtocolError"})
