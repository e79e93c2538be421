"""The labelled units that the reader learns from: bot/data/moves.jsonl."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from ..moves import Code, Focus


@dataclass(frozen=True, slots=True)
class Example:
    """One unit, the rep's words before it, and its code; `focus` on questions only."""

    text: str
    context: str
    code: Code
    focus: Focus | None


@lru_cache(maxsize=1)
def examples() -> tuple[Example, ...]:
    """Every labelled unit, in the file's order."""
    lines = resources.files("bot").joinpath("data", "moves.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines if line.strip()]
    return tuple(
        Example(
            row["text"], row.get("context", ""), Code(row["code"]), Focus(row["focus"]) if row.get("focus") else None
        )
        for row in rows
    )
