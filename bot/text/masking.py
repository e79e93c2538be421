"""Normalises text for comparison: names masked, lower case, no final punctuation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

_GENITIVE = r"(?:['’]s)?"


def mask(text: str, aliases: Sequence[str]) -> str:
    """`text` with every alias replaced by "it". Otherwise names of accounts and people dominate similarity."""
    # Most texts name none of them, which is soon seen where no letter has another form in lower case.
    lower = text.lower()
    if aliases and not (text.isascii() and not any(alias in lower for alias in _lower(tuple(aliases)))):
        lower = _pattern(tuple(aliases)).sub("it", text).lower()
    return " ".join(lower.split()).rstrip("?.! ")


@lru_cache(maxsize=64)
def _lower(aliases: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(alias.lower() for alias in aliases)


@lru_cache(maxsize=64)
def _pattern(aliases: tuple[str, ...]) -> re.Pattern[str]:
    names = "|".join(re.escape(alias) for alias in sorted(aliases, key=len, reverse=True))
    return re.compile(rf"\b(?:{names}){_GENITIVE}\b", re.IGNORECASE)
