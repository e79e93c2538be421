"""Which scenarios are shown, in what order, and which comes next. Pure: over cards and the sessions so far."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .wording import AREAS, LENSES, gate_name

if TYPE_CHECKING:
    from bot.scenario import Area, Lens
    from bot.scenario.library import Card
    from bot.store import SessionHead

_FIRST = "jones-deal"
"""The scenario to begin with."""
ORDERS: dict[str, Callable[[Card], tuple[Any, ...]]] = {
    "easiest": lambda card: (card.difficulty, card.minutes),
    "hardest": lambda card: (-card.difficulty, card.minutes),
    "shortest": lambda card: (card.minutes, card.difficulty),
}
"""How a list may be sorted; equals stand by title."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for: every word of `words`, and whatever else is given."""

    words: str = ""
    area: Area | None = None
    gate: str | None = None
    lens: Lens | None = None
    order: str = "easiest"


def matching_cards(cards: Iterable[Card], wanted: Wanted) -> list[Card]:
    """The cards that have all that is wanted, in its order."""
    words = wanted.words.casefold().split()
    found = [
        card
        for card in cards
        if wanted.area in (None, card.area)
        and wanted.gate in (None, card.journey_gate)
        and wanted.lens in (None, card.lens)
        and all(word in _searched(card) for word in words)
    ]
    order = ORDERS[wanted.order]
    return sorted(found, key=lambda card: (*order(card), card.title.casefold(), card.id))


def finished(heads: Iterable[SessionHead]) -> frozenset[str]:
    """The scenarios that have been played to the end."""
    return frozenset(head.scenario for head in heads if head.ended_at is not None)


def last_levels(heads: Sequence[SessionHead]) -> dict[str, str]:
    """The level of the newest finished session of each scenario, retries apart; `heads` are newest first."""
    whole = (head for head in reversed(heads) if head.parent is None)
    return {head.scenario: head.level for head in whole if head.ended_at is not None and head.level}


def to_go_on(heads: Iterable[SessionHead]) -> SessionHead | None:
    """The newest session in which something was said and that has not been ended."""
    return next((head for head in heads if head.ended_at is None and head.turns), None)


def recommended(cards: Iterable[Card], heads: Sequence[SessionHead]) -> Card | None:
    """What to play next: the first scenario, then the easiest that is not finished, then what was played longest ago.

    The scenario of the session to go on with is passed over where there is another.
    """
    everything, unfinished, done = matching_cards(cards, Wanted()), to_go_on(heads), finished(heads)
    easiest = [card for card in everything if unfinished is None or card.id != unfinished.scenario] or everything
    new = [card for card in easiest if card.id not in done]
    if new:
        return next((card for card in new if card.id == _FIRST), new[0])
    newest_first = list(dict.fromkeys(head.scenario for head in heads))
    return max(easiest, key=lambda card: newest_first.index(card.id), default=None)


def surprise(cards: Sequence[Card], done: frozenset[str], seed: int) -> Card:
    """One of `cards` by `seed`, of those not finished while there are any."""
    return random.Random(seed).choice([card for card in cards if card.id not in done] or list(cards))


def _searched(card: Card) -> str:
    parts = (card.title, card.summary, card.rep_name, card.rep_role, card.manager_name)
    names = (AREAS[card.area], gate_name(card.journey_gate), LENSES[card.lens])
    return " ".join((*parts, *names)).casefold()
