"""Normalises text for comparison: names masked, lower case, no final punctuation."""

from __future__ import annotations

import re
from collections.abc import Sequence

_GENITIVE = r"(?:['’]s)?"


def mask(text: str, aliases: Sequence[str]) -> str:
    """`text` with every alias replaced by "it". Otherwise names of accounts and people dominate similarity."""
    if aliases:
        names = "|".join(re.escape(alias) for alias in sorted(aliases, key=len, reverse=True))
        text = re.sub(rf"\b(?:{names}){_GENITIVE}\b", "it", text, flags=re.IGNORECASE)
    return re.sub(r"\s+", " ", text).strip().lower().rstrip("?.! ")


def clauses(text: str) -> list[str]:
    """The clauses of a long sentence, at least four words each. Empty if it is short or has only one clause."""
    if len(text.split()) < 14:
        return []
    parts = re.split(r"[,;:–—]|\s-\s|\b(?:because|but|so|and then|which)\b", text)
    kept = [part.strip() for part in parts if len(part.split()) >= 4]
    return kept if len(kept) > 1 else []
