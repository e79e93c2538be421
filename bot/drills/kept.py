"""What is kept of each item: its card and its last answers, one record an item, in the store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from ..errors import StoreError
from ..store import KeptRecord, RecordKind
from .item import DrillItem, DrillKind, Grade
from .spacing import CLOCK_SLACK, due_at, spaced

if TYPE_CHECKING:
    from ..store import Store

_A_DAY = timedelta(days=1)
MOST_ANSWERS = 20
"""Answers that an item keeps; the card needs none of them."""


@dataclass(frozen=True, slots=True)
class DrillAnswer:
    """One answer: when, how it went, and its words or the code that was chosen."""

    at: datetime
    grade: Grade
    words: str


@dataclass(frozen=True, slots=True)
class DrilledItem:
    """An item that was answered. `card` is FSRS's, None as long as no answer could be graded."""

    id: str
    kind: DrillKind
    answers: tuple[DrillAnswer, ...]
    card: dict[str, Any] | None = None

    @property
    def session(self) -> str | None:
        """The talk that it comes from, if it is one's own."""
        place = self.id.split(":")
        return place[1] if place[0] == OWN and len(place) > 1 else None

    def due(self, now: datetime) -> datetime:
        """When it comes back: a day after the last answer where none could be graded."""
        if self.card is not None:
            return due_at(self.card, now)
        back = self.answers[-1].at + _A_DAY if self.answers else now
        return now if back > now + _A_DAY + CLOCK_SLACK else back

    def answered(self, grade: Grade, words: str, now: datetime) -> DrilledItem:
        """The item after another answer."""
        card = self.card if grade is Grade.UNSURE else spaced(self.card, grade, now)
        answers = (*self.answers, DrillAnswer(now, grade, words))[-MOST_ANSWERS:]
        return replace(self, answers=answers, card=card)


OWN = "own"
"""How the ids of items from one's own talks begin: `own:SESSION:TURN:...`."""


def drilled_items(store: Store, now: datetime) -> dict[str, DrilledItem]:
    """Every item that was answered, by id. One that can't be read any more is left out, and so is new again.

    Raises StoreError.
    """
    return {item.id: item for item in _read_all(store.records.sound(RecordKind.DRILL)[0], now)}


def keep_answer(store: Store, item: DrillItem, grade: Grade, words: str, now: datetime) -> DrilledItem:
    """Save an answer and when the item comes back. Raises StoreError."""
    after = _before(store, item, now).answered(grade, words, now)
    store.records.keep(KeptRecord(RecordKind.DRILL, item.id, now, _body(after)))
    return after


def forget_deleted(store: Store, sessions: Iterable[str]) -> None:
    """Drop what is kept of items whose talk is none of these `sessions` any more: it quotes that talk."""
    there = frozenset(sessions)
    for record in store.records.sound(RecordKind.DRILL)[0]:
        place = record.id.split(":")
        if place[0] == OWN and place[1:] and place[1] not in there:
            store.records.drop(RecordKind.DRILL, record.id)


def _before(store: Store, item: DrillItem, now: datetime) -> DrilledItem:
    try:
        found = list(_read_all([store.records.one(RecordKind.DRILL, item.id)], now))
    except StoreError:  # it isn't there, or damaged; a database that fails says so when the answer is saved
        found = []
    return found[0] if found else DrilledItem(item.id, item.kind, ())


def _body(item: DrilledItem) -> dict[str, Any]:
    answers = [{"at": one.at.isoformat(), "grade": str(one.grade), "words": one.words} for one in item.answers]
    return {"kind": str(item.kind), "card": item.card, "answers": answers}


def _read_all(records: Iterable[KeptRecord], now: datetime) -> Iterator[DrilledItem]:
    for record in records:
        try:
            item = DrilledItem(
                record.id,
                DrillKind(record.body["kind"]),
                tuple(
                    DrillAnswer(_aware(one["at"]), Grade(one["grade"]), str(one["words"]))
                    for one in record.body["answers"]
                ),
                record.body["card"],
            )
            item.due(now)
        except (KeyError, TypeError, ValueError):
            continue
        yield item


def _aware(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"{text} has no zone")
    return at
