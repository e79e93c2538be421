"""Normalises text for comparison: names masked, lower case, no final punctuation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

_GENITIVE = r"(?:['’]s)?"


def mask(text: str, aliases: Sequence[str]) -> str:
    """`text` with every alias replaced by "it". Otherwise names of accounts and people dominate similarity."""
    if aliases:
        text = _pattern(tuple(aliases)).sub("it", text)
    return re.sub(r"\s+", " ", text).strip().lower().rstrip("?.! ")


@lru_cache(maxsize=64)
def _pattern(aliases: tuple[str, ...]) -> re.Pattern[str]:
    names = "|".join(re.escape(alias) for alias in sorted(aliases, key=len, reverse=True))
    return re.compile(rf"\b(?:{names}){_GENITIVE}\b", re.IGNORECASE)
