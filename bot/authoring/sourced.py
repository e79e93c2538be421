"""`draft.md`: where each part of a model's draft comes from, for its author to read and then delete."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..writeup.cited import written
from .notes import QuoteFound


@dataclass(frozen=True, slots=True)
class Sourced:
    """A fact or an entry of a draft, what it says, and the words of the notes that it is said to come from."""

    part: str
    said: str
    quote: str
    found: QuoteFound


def draft_text(sourced: Iterable[Sourced], by: str, name: str) -> str:
    """The text of `draft.md`: `by` is the model, `name` the file that it read."""
    rows = (f"| {one.part}: {_cell(one.said)} | {_cell(one.quote)} | {one.found} |" for one in sourced)
    return "\n".join(
        [
            "status: draft",
            "",
            f"A model ({written(by)}) drafted this scenario from {written(name)}. While this file is here, the",
            "scenario stays a draft and earns no badge. Compare the table with your notes, mend the files, then delete",
            "this file.",
            "",
            "- If the last column doesn't say *found*, the model made it up or changed your words. Keep it only if it",
            "  is true to your story.",
            "- The rep's wording, the questions, the insights, the steps and the epilogues are the model's own. Read",
            "  them all.",
            "- The names are those of your notes. Change those of real people and firms.",
            "",
            "| drafted | your words | |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )


def _cell(words: str) -> str:
    return written(words).replace("|", "\\|")
