"""Token use by day: one line per call in the day's file, and a cap on the day's total.

Days are in UTC. Appending a short line is one write, so several processes can share a ledger.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from ..errors import ModelError
from ..files import make_private

CHARACTERS_A_TOKEN = 4
"""Characters per token of English, roughly. For endpoints that don't count tokens."""


def _now() -> datetime:
    return datetime.now(UTC)


class Ledger:
    """Daily token counts, in a directory. `most` is the cap per day, or None."""

    def __init__(self, directory: Path, most: int | None = None, clock: Callable[[], datetime] = _now) -> None:
        self._directory = directory
        self._most = most
        self._clock = clock

    def spent(self) -> int:
        """Tokens used today, in and out. Unreadable lines count as nothing."""
        total = 0
        with suppress(OSError):
            for line in self._today().read_text(encoding="utf-8").splitlines():
                with suppress(ValueError, TypeError, KeyError):
                    entry = json.loads(line)
                    total += int(entry["in"]) + int(entry["out"])
        return total

    def check(self) -> None:
        """Raises ModelError if today's tokens are used up."""
        if self._most is not None and self.spent() >= self._most:
            raise ModelError(f"today's {self._most:,} tokens are used up (ASKWELL_BUDGET_DAY)")

    def add(self, model: str, tokens_in: int, tokens_out: int) -> None:
        """Record a call. Failing to write is ignored unless there is a cap.

        Raises ModelError then, because a cap needs a count.
        """
        line = json.dumps({"model": model, "in": tokens_in, "out": tokens_out})
        try:
            make_private(self._directory)
            with self._today().open("a", encoding="utf-8") as book:
                book.write(f"{line}\n")
        except OSError as error:
            if self._most is not None:
                raise ModelError(f"{self._directory}: can't record token use: {error.strerror}") from None

    def _today(self) -> Path:
        return self._directory / f"{self._clock().date().isoformat()}.jsonl"


def about(characters: int) -> int:
    """Roughly how many tokens that many characters are."""
    return -(-characters // CHARACTERS_A_TOKEN)
