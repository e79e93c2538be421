"""Orders that only forbid: "Don't ring Dale", "Leave Linda out of it"."""

from __future__ import annotations

import re

from .words import BASE, WORD

_FORBIDS = re.compile(
    r"\W*(?:(?:ok(?:ay)?|so|and|but|please|pls|no|right|well|look|listen|just|for now|[A-Z]\w+,)[\s,.]+){0,3}"
    r"(?:(?:don'?t|do\s+not|never)\s+(?!forget|wait|hesitate|worry|mind|just\b|only\b|be\b)|"
    r"leave\b.{1,40}\b(?:out|alone|be)\b|leave\s+(?:it|that)\b|hold\s+off|no\s+need\s+(?:to|for)|"
    r"i\s+(?:don'?t|do\s+not)\s+want|i'?d\s+rather\s+you\s+(?:didn'?t|did\s+not)|you'?re\s+not\s+to|"
    r"you\s+(?:mustn'?t|must\s+not|shouldn'?t|should\s+not))",
    re.IGNORECASE,
)
_NEXT_CLAUSE = re.compile(r"[,;:.–—-]\s+(?:and\s+|but\s+|just\s+)?|\s(?:and|but)\s+(?:just\s+)?")


def forbids(words: str) -> bool:
    """Whether an order only says what not to do. One that goes on with what to do instead doesn't only forbid."""
    said = words.replace("’", "'")
    found = _FORBIDS.match(said)
    if found is None:
        return False
    clauses = [WORD.match(clause.strip()) for clause in _NEXT_CLAUSE.split(said[found.end() :])[1:]]
    return not any(first and first[0].lower() in BASE for first in clauses)
