"""A circuit breaker: a model that keeps failing is left alone for a while."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

FAILURES, REST = 3, 60.0
"""After this many failures in a row, we don't call the model for this many seconds."""


class Breaker:
    """A circuit breaker for a failing model. Safe to share between threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures = 0
        self._until = 0.0
        self._lock = threading.Lock()

    def resting(self) -> bool:
        """Whether to skip calls for now."""
        with self._lock:
            return self._clock() < self._until

    def went(self, well: bool) -> None:
        """Record the outcome of a call."""
        with self._lock:
            self._failures = 0 if well else self._failures + 1
            if self._failures >= FAILURES:
                self._failures, self._until = 0, self._clock() + REST
