"""Which scenarios are shown, in what order, and which comes next. Pure: over cards and the sessions so far."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from .wording import AREAS, LENSES, gate_name

if TYPE_CHECKING:
    from bot.scenario import Area, Lens
    from bot.scenario.library import Card
    from bot.store import SessionHead

FIRST = "jones-deal"
"""The scenario to begin with."""
SUBJECTS = {
    "every-door-alike": (
        "new hire, newcomer, junior, onboarding, first months, prospecting, prioritising, focus, time management, bid, "
        "urgency, giving direction, perfectionism"
    ),
    "happy-customer": (
        "existing business, key accounts, growth, upselling, cross-selling, expansion, complacency, silence, retention"
    ),
    "jones-deal": (
        "lost deals, losing, risk, competitors, competition, silence, optimism, overconfidence, happy ears, contract, "
        "closing"
    ),
    "late-stage-funnel": "pipeline review, sales funnel, quota, stalled deals, slipping, figures, experienced rep",
    "old-playbook": (
        "price, pricing, discounting, negotiation, margin, value selling, top performer, experienced rep, change, "
        "training, adoption, resistance"
    ),
}
"""What the bundled scenarios are about, in words that managers search for and their public texts lack.

None is a secret: a search must not give away what only good questions bring out.
"""
_SHORTEST = 3
"""Characters from which words are taken for a subject."""
ORDERS: dict[str, Callable[[Card], tuple[Any, ...]]] = {
    "easiest": lambda card: (card.difficulty, card.minutes),
    "hardest": lambda card: (-card.difficulty, card.minutes),
    "shortest": lambda card: (card.minutes, card.difficulty),
}
"""How a list may be sorted; equals stand by title."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for: every word of `words`, begun or in any form, and whatever else is given."""

    words: str = ""
    area: Area | None = None
    gate: str | None = None
    lens: Lens | None = None
    order: str = "easiest"


def matching_cards(cards: Iterable[Card], wanted: Wanted) -> list[Card]:
    """The cards that have all that is wanted, in its order."""
    asked = _asked(wanted.words)
    found = [
        card
        for card in cards
        if wanted.area in (None, card.area)
        and wanted.gate in (None, card.journey_gate)
        and wanted.lens in (None, card.lens)
        and (not wanted.words.strip() or _holds(asked, _public(card)))
    ]
    order = ORDERS[wanted.order]
    return sorted(found, key=lambda card: (*order(card), card.title.casefold(), card.id))


def to_practise(cards: Iterable[Card], words: str, most: int = 2) -> list[Card]:
    """The cards to practise what `words` are about: those that hold them all, first where they are the subject."""
    from bot.knowledge.ranking import search_stems

    asked = _asked(words)
    tells = len(words.strip()) >= _SHORTEST and search_stems(words)
    found = matching_cards(cards, Wanted(words)) if tells else []
    return sorted(found, key=lambda card: not _holds(asked, _subject(card)))[:most]


def finished(heads: Iterable[SessionHead]) -> frozenset[str]:
    """The scenarios that have been played to the end."""
    return frozenset(head.scenario for head in heads if head.ended_at is not None)


def last_levels(heads: Sequence[SessionHead]) -> dict[str, str]:
    """The level of the newest finished session of each scenario, retries apart; `heads` are newest first."""
    whole = (head for head in reversed(heads) if head.parent is None)
    return {head.scenario: head.level for head in whole if head.ended_at is not None and head.level}


def to_go_on(heads: Iterable[SessionHead]) -> SessionHead | None:
    """The newest session in which something was said and that has not been ended; no retry."""
    return next((head for head in heads if head.ended_at is None and head.turns and head.parent is None), None)


def recommended(cards: Iterable[Card], heads: Sequence[SessionHead]) -> Card | None:
    """What to play next: the first scenario, then the easiest that is not finished, then what was played longest ago.

    The scenario of the session to go on with is passed over where there is another.
    """
    everything, unfinished, done = matching_cards(cards, Wanted()), to_go_on(heads), finished(heads)
    easiest = [card for card in everything if unfinished is None or card.id != unfinished.scenario] or everything
    new = [card for card in easiest if card.id not in done]
    if new:
        return next((card for card in new if card.id == FIRST), new[0])
    newest_first = list(dict.fromkeys(head.scenario for head in heads))
    return max(easiest, key=lambda card: newest_first.index(card.id), default=None)


def surprise(cards: Sequence[Card], done: frozenset[str], seed: int) -> Card:
    """One of `cards` by `seed`, of those not finished while there are any."""
    return random.Random(seed).choice([card for card in cards if card.id not in done] or list(cards))


def _asked(words: str) -> tuple[str, ...]:
    """The words to look for. Those that say nothing count only where there are no others."""
    from bot.knowledge.ranking import search_stems, words_of

    typed = words_of(words)
    return tuple(word for word in typed if search_stems(word)) or tuple(typed)


def _holds(asked: tuple[str, ...], text: str) -> bool:
    """Whether a text has every word, begun (somebody is still typing) or in another form."""
    from bot.knowledge.ranking import search_stem

    words, stems = _words(text)
    return bool(asked) and all(
        search_stem(one) in stems or any(word.startswith(one) for word in words) for one in asked
    )


@lru_cache(maxsize=8192)
def _words(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """The words of a text, and their stems."""
    from bot.knowledge.ranking import search_stem, words_of

    words = frozenset(words_of(text))
    return words, frozenset(map(search_stem, words))


def _subject(card: Card) -> str:
    return " ".join((card.title, card.summary, AREAS[card.area], SUBJECTS.get(card.id, "")))


def _public(card: Card) -> str:
    """All that a search looks at: what a manager may know before the conversation."""
    names = (card.rep_name, card.rep_role, card.manager_name, gate_name(card.journey_gate), LENSES[card.lens])
    return " ".join((_subject(card), *names, card.about))
