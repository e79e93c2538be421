"""Which programme somebody follows, and since when: one record in the store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from ..store import KeptRecord, RecordKind

if TYPE_CHECKING:
    from ..store import Store


@dataclass(frozen=True, slots=True)
class JoinedProgramme:
    """The programme's id, its title when it was joined, and when that was."""

    id: str
    title: str
    at: datetime


def joined_programme(store: Store) -> JoinedProgramme | None:
    """The programme that was joined last, or None. Raises StoreError."""
    records = store.records.sound(RecordKind.PROGRAMME)[0]
    return next((JoinedProgramme(one.id, str(one.body.get("title") or one.id), one.at) for one in records[::-1]), None)


def join_programme(store: Store, programme_id: str, title: str, now: datetime) -> None:
    """Follow a programme from now on, in place of any other. Joining it again begins it anew. Raises StoreError."""
    leave_programmes(store)
    store.records.keep(KeptRecord(RecordKind.PROGRAMME, programme_id, now, {"title": title}))


def leave_programmes(store: Store) -> None:
    """Follow none any more. What was practised stays. Raises StoreError."""
    store.records.clear(RecordKind.PROGRAMME)
