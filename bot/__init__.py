"""Askwell: rehearse a coaching conversation before you have it.

    >>> from bot import Practice, Transcript, score
    >>> practice = Practice.start("jones-deal")
    >>> practice.say("What, if anything, worries you about this one?")
    >>> print("".join(practice.reply()))
    >>> print(practice.finish().scorecard.sentence)

Importing this package loads nothing else; each name loads what it needs on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .practice import Practice
    from .scenario import Scenario
    from .scoring.score import score
    from .scoring.scorecard import Scorecard
    from .talk.transcript import Transcript

__all__ = ["Practice", "Scenario", "Scorecard", "Transcript", "score"]

_MODULES = {
    "Practice": "practice",
    "Scenario": "scenario",
    "Scorecard": "scoring.scorecard",
    "Transcript": "talk.transcript",
    "score": "scoring.score",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{_MODULES[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
