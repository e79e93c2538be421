"""Reads files of one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from bot.errors import AskwellError

T = TypeVar("T")


def rows_of(path: Path, kind: Callable[..., T], called: str) -> Iterator[tuple[int, T]]:
    """Parse a JSON Lines file, yielding each line's number and content. Raises AskwellError with file and line."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise AskwellError(f"{path}: can't be read: {error.strerror}") from None
    for number, line in enumerate(lines, 1):
        try:
            yield number, kind(**json.loads(line))
        except (ValueError, TypeError) as error:
            raise AskwellError(f"{path.name}:{number}: not {called}: {error}") from None
