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
