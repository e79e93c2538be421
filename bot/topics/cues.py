"""Phrases that show the kind of question, whatever its topic."""

from __future__ import annotations

import re

from ..talk.direction import Intent

_PHRASES: tuple[tuple[Intent, tuple[str, ...]], ...] = (
    (
        Intent.WHICH_FIRST,
        (
            r"which (?:one )?(?:of those |of them )?(?:would|will|do|should|comes) .*first",
            r"when (?:will|would|can|could) you",
            r"by when",
        ),
    ),
    (
        Intent.OPTIONS,
        (
            r"what (?:else )?(?:could|can|might|will|would|should|are) (?:you|we) (?:do|try|going to do|suggest)",
            r"what do you (?:suggest|propose|want to do)",
            r"how (?:could|might|would|will|can) (?:you|we) (?:go about|find out|get|tackle|approach)",
            r"how (?:could|might|would|will|can) (?:you|we) (?:handle|learn|check|test)",
            r"next steps?",
            r"what(?:'s| is) (?:your|the) (?:next|plan)",
            r"options",
        ),
    ),
    (
        Intent.MAKE_OF_IT,
        (
            r"make of",
            r"what (?:does|do|did|might|would|could) (?:that|this|it|they|all|the|her|his|their)\b.{0,60}\bmean",
            r"what (?:does|do|did) .{0,60}\bsay to you",
            r"how do you (?:read|interpret|see)",
            r"tell you",
            r"what conclusion",
            r"adds? up to",
        ),
    ),
    (
        Intent.WHY,
        (
            r"i wonder\b.{0,12}\bwhy",
            r"what(?:'s| is) behind",
            r"what (?:would|could|might) (?:explain|cause|make)",
            r"why (?:do|would|might) (?:you|they)",
        ),
    ),
)
_CUES = tuple((intent, re.compile(rf"\b(?:{'|'.join(phrases)})\b", re.IGNORECASE)) for intent, phrases in _PHRASES)
_WHY_FIRST = re.compile(r"^(?:(?:so|but|and|ok|okay|hmm|well) )*(?:why|how come)\b", re.IGNORECASE)


def cue_of(text: str) -> Intent | None:
    """The kind of question shown by a phrase in `text`, or None."""
    found = next((intent for intent, pattern in _CUES if pattern.search(text)), None)
    return Intent.WHY if found is None and _WHY_FIRST.search(text) else found
