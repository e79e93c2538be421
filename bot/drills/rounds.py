"""Which items make a round: what is due first, then what is new, one's own before the library's. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from .item import DrillItem, DrillKind

ROUND = 5
"""Items in a round: about two minutes."""


def choose_round(
    items: Sequence[DrillItem], due: Mapping[str, datetime], now: datetime, kind: DrillKind | None = None
) -> tuple[DrillItem, ...]:
    """Up to five items, of one `kind` if given. `due` says when each item that was answered comes back.

    Items that are due come first, the longest overdue at the front. New ones follow in the order of `items`, as many
    kinds as there are before any comes twice, and never two on the same words of one's own talk. Empty if nothing is
    due and nothing new is left.
    """
    able = [item for item in items if kind in (None, item.kind)]
    back = sorted((item for item in able if item.id in due and due[item.id] <= now), key=lambda item: due[item.id])
    chosen: list[DrillItem] = []
    _take(chosen, back, most=ROUND)
    new = [item for item in able if item.id not in due]
    for most in range(1, ROUND + 1):
        _take(chosen, new, most)
    return _in_order(chosen)


def next_round(items: Sequence[DrillItem], due: Mapping[str, datetime]) -> tuple[DrillItem, ...]:
    """The five that come back soonest, for somebody who wants to practise before they are due."""
    known = sorted((item for item in items if item.id in due), key=lambda item: (due[item.id], item.id))
    return _in_order(known[:ROUND])


def _take(chosen: list[DrillItem], items: Iterable[DrillItem], most: int) -> None:
    """Add items until the round is full, and no kind beyond `most`."""
    for item in items:
        kinds = Counter(one.kind for one in chosen)
        if len(chosen) == ROUND:
            return
        if item not in chosen and kinds[item.kind] < most and not any(_same_words(item, one) for one in chosen):
            chosen.append(item)


def _same_words(one: DrillItem, other: DrillItem) -> bool:
    return one.own and other.own and one.says == other.says


def _in_order(chosen: Iterable[DrillItem]) -> tuple[DrillItem, ...]:
    """Naming moves comes first: it needs no reader, which may still be loading."""
    return tuple(sorted(chosen, key=lambda item: item.kind is not DrillKind.NAME_THE_MOVE))
