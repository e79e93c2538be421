"""What models took, by day: one line a call in a file for the day, and a cap on the sum of its tokens.

Days are UTC's. Appending a short line is one write, so that several processes may keep one ledger.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from ..errors import ModelError

CHARACTERS_A_TOKEN = 4
"""About what a token of English holds: for endpoints that count none, or nothing would ever be spent there."""


def _now() -> datetime:
    return datetime.now(UTC)


class Ledger:
    """The tokens of every day, below a directory; `most` is the cap for one day, None for none."""

    def __init__(self, directory: Path, most: int | None = None, clock: Callable[[], datetime] = _now) -> None:
        self._directory = directory
        self._most = most
        self._clock = clock

    def spent(self) -> int:
        """Tokens taken today, in and out; a line that cannot be read counts nothing."""
        total = 0
        with suppress(OSError):
            for line in self._today().read_text(encoding="utf-8").splitlines():
                with suppress(ValueError, TypeError, KeyError):
                    entry = json.loads(line)
                    total += int(entry["in"]) + int(entry["out"])
        return total

    def check(self) -> None:
        """Raises ModelError where today's tokens are used up."""
        if self._most is not None and self.spent() >= self._most:
            raise ModelError(f"today's {self._most:,} tokens are used up (ASKWELL_BUDGET_DAY)")

    def add(self, model: str, tokens_in: int, tokens_out: int) -> None:
        """Write down a call. A ledger that cannot be written is no fault of the conversation, unless there is a cap.

        Raises ModelError then: a cap that nothing is counted against would be none.
        """
        line = json.dumps({"model": model, "in": tokens_in, "out": tokens_out})
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
            with self._today().open("a", encoding="utf-8") as book:
                book.write(f"{line}\n")
        except OSError as error:
            if self._most is not None:
                raise ModelError(f"{self._directory}: tokens cannot be written down: {error.strerror}") from None

    def _today(self) -> Path:
        return self._directory / f"{self._clock().date().isoformat()}.jsonl"


def about(characters: int) -> int:
    """About how many tokens so many characters are."""
    return -(-characters // CHARACTERS_A_TOKEN)
