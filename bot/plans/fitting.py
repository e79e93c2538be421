"""Three questions of the bank that fit a plan: two that explore, and one about what to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ..knowledge.ranking import Words
from .plan import PlanLines

if TYPE_CHECKING:
    from ..knowledge import BankQuestion, Knowledge

EXPLORE, ACTION = "explore", "action"
_Find = Callable[[str, str, Sequence[str]], str | None]


def fitted_by_meaning(lines: PlanLines, knowledge: Knowledge) -> tuple[str, ...]:
    """The questions nearest in meaning to what the plan is about, to what isn't known, and to what should come of it.

    Raises KnowledgeError or ModelError where the bank or its vectors can't be read.
    """
    return _three(lines, lambda about, focus, taken: knowledge.question_for(about, "any", focus, taken))


def fitted_by_words(lines: PlanLines, bank: Sequence[BankQuestion]) -> tuple[str, ...]:
    """The same by the words that they share, for when there are no vectors yet.

    Where none shares a word, the first that fits whatever it is about.
    """

    scores = Words([f"{one.text} {one.topic} {one.replaces}" for one in bank])

    def find(about: str, focus: str, taken: Sequence[str]) -> str | None:
        shares = scores.shares(about).tolist()
        able = [n for n, one in enumerate(bank) if one.focus == focus and one.text not in taken]
        best = max(able, key=lambda n: (shares[n], bool(bank[n].codes), -n), default=None)
        return None if best is None else bank[best].text

    return _three(lines, find)


def _three(lines: PlanLines, find: _Find) -> tuple[str, ...]:
    """In the order in which they would be asked, each by the matter and one more line."""
    chosen: list[str] = []
    for line, focus in ((lines.heard, EXPLORE), (lines.unknown, EXPLORE), (lines.wish, ACTION)):
        words = f"{lines.matter} {line}".strip()
        found = find(words, focus, chosen)
        if found:
            chosen.append(found)
    return tuple(chosen)
