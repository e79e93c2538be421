"""What a process makes once, whichever thread asks first."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import wraps
from typing import TypeVar

_Made = TypeVar("_Made")


def once(make: Callable[[], _Made]) -> Callable[[], _Made]:
    """`make`, called once per process. Others that ask meanwhile wait for it; after an error it is called again."""
    lock = threading.Lock()
    made: list[_Made] = []

    @wraps(make)
    def get() -> _Made:
        with lock:
            if not made:
                made.append(make())
            return made[0]

    return get
