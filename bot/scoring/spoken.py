"""The next steps of a real call: the manager's orders and takeovers, and what the rep says he will do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..talk.codebook import Code
from ..talk.transcript import Turn


@dataclass(frozen=True, slots=True)
class CallStep:
    """A next step in somebody's own words, and the index of its turn. `by_rep` says that the rep named it first."""

    turn: int
    words: str
    by_rep: bool
    committed: bool
    code: Code | None


def steps_of_call(turns: Sequence[Turn]) -> Iterator[CallStep]:
    """The steps in order. One that the rep repeats from the manager's words is the manager's; an order counts once."""
    from ..next_steps import next_steps  # slow to load

    context, ordered = "", False
    for turn in turns:
        if turn.is_manager:
            given = [unit for unit in turn.claimed if unit.code in (Code.DIRECTIVE, Code.TAKEOVER)]
            yield from (CallStep(turn.index, unit.text, False, False, unit.code) for unit in given)
            context, ordered = turn.text, bool(given)
            continue
        for step in next_steps(turn.text, context):
            if step.author == "rep" or not ordered:
                yield CallStep(turn.index, step.text, step.author == "rep", step.committed, None)
