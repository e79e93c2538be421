"""When an item comes back, by FSRS: soon where it went wrong, later each time that it goes right.

The only importer of fsrs. Without its learning steps, which repeat an item within minutes, an item comes back a day
later at the earliest. Without its random fuzz, the same answers at the same times give the same days.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from .item import Grade

if TYPE_CHECKING:
    from fsrs import Card as _Spaced
    from fsrs import Scheduler

CLOCK_SLACK = timedelta(days=1)
"""An answer that lies further ahead than this was given while the clock was wrong, and so its item is due."""


def spaced(card: dict[str, Any] | None, grade: Grade, now: datetime) -> dict[str, Any]:
    """The card after an answer at `now`, as plain data. None is an item that was never answered.

    A clock that was set back counts as standing still. Raises ValueError for `unsure`, which moves no card, and for a
    card that can't be read.
    """
    from fsrs import Card, Rating

    ratings = {Grade.RIGHT: Rating.Good, Grade.PARTLY: Rating.Hard, Grade.WRONG: Rating.Again}
    if grade not in ratings:
        raise ValueError(f"{grade} moves no card")
    held = None if card is None else _read(card)
    if held is None or (held.last_review is not None and held.last_review > now + CLOCK_SLACK):
        held = Card(card_id=1, due=now)  # what a wrong clock has made of a card can't be trusted
    at = now if held.last_review is None else max(now, held.last_review)
    after, _ = _scheduler().review_card(held, ratings[grade], at)
    return dict(after.to_dict())


def due_at(card: dict[str, Any], now: datetime) -> datetime:
    """When an item comes back: `now` where its last answer lies in the future. Raises ValueError."""
    held = _read(card)
    if held.last_review is not None and held.last_review > now + CLOCK_SLACK:
        return now
    return held.due


def _read(card: dict[str, Any]) -> _Spaced:
    from fsrs import Card

    try:
        held = Card.from_dict(card)  # type: ignore[arg-type]  # a record's body, checked by reading it
        if held.due.tzinfo is None or (held.last_review is not None and held.last_review.tzinfo is None):
            raise ValueError("a time has no zone")
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ValueError(f"not a card: {error}") from None
    return held


@lru_cache(maxsize=1)
def _scheduler() -> Scheduler:
    from fsrs import Scheduler

    return Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)
