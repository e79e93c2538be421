"""What a manager keeps beside the sessions: one small document each, by kind."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import RowMapping, delete, insert, select

from ..errors import MissingError, StoreError
from . import tables
from .database import Database
from .tables import records


class RecordKind(StrEnum):
    """What a record is about. The names are stored."""

    FOCUS = "focus"
    RHYTHM = "rhythm"
    DRILL = "drill"
    PLAN = "plan"
    SELF_CHECK = "self_check"
    PROGRAMME = "programme"
    CALL = "call"


@dataclass(frozen=True, slots=True)
class KeptRecord:
    """One thing kept. `at` is aware and comes back in UTC; `body` is what JSON can hold."""

    kind: RecordKind
    id: str
    at: datetime
    body: dict[str, Any]


class Records:
    """The records of a database. Every method raises StoreError, in one line, if the database fails."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def keep(self, record: KeptRecord) -> None:
        """Save a record, in place of the one with its kind and id if there is one."""
        row = {
            "kind": str(record.kind),
            "id": record.id,
            "at": tables.time_text(record.at),
            "body": tables.json_text(record.body),
        }
        with self.database.write() as connection:
            connection.execute(delete(records).where(records.c.kind == record.kind, records.c.id == record.id))
            connection.execute(insert(records).values(row))

    def all(self, kind: RecordKind) -> tuple[KeptRecord, ...]:
        """Every record of a kind, oldest first."""
        found = select(records).where(records.c.kind == kind).order_by(records.c.at, records.c.id)
        with self.database.read() as connection:
            return tuple(self._read(row) for row in connection.execute(found).mappings())

    def sound(self, kind: RecordKind) -> tuple[tuple[KeptRecord, ...], tuple[str, ...]]:
        """Every record of a kind that can be read, oldest first, and the ids of those that can't."""
        found = select(records).where(records.c.kind == kind).order_by(records.c.at, records.c.id)
        with self.database.read() as connection:
            rows = connection.execute(found).mappings().all()
        read, damaged = [], []
        for row in rows:
            try:
                read.append(self._read(row))
            except StoreError:
                damaged.append(str(row["id"]))
        return tuple(read), tuple(damaged)

    def one(self, kind: RecordKind, record_id: str) -> KeptRecord:
        """The record. Raises MissingError."""
        found = select(records).where(records.c.kind == kind, records.c.id == record_id)
        with self.database.read() as connection:
            row = connection.execute(found).mappings().first()
        if row is None:
            raise MissingError(f"we can't find {record_id!r} among what you keep ({kind})")
        return self._read(row)

    def drop(self, kind: RecordKind, record_id: str) -> None:
        """Delete one record; from SQLite, beyond recovery. Nothing happens if it is not there."""
        with self.database.write() as connection:
            connection.execute(delete(records).where(records.c.kind == kind, records.c.id == record_id))
        self.database.forget()

    def clear(self, kind: RecordKind | None = None) -> int:
        """Delete every record of a kind, or of all kinds. Returns how many there were."""
        chosen = delete(records) if kind is None else delete(records).where(records.c.kind == kind)
        with self.database.write() as connection:
            gone = connection.execute(chosen).rowcount
        self.database.forget()
        return gone

    def _read(self, row: RowMapping) -> KeptRecord:
        try:
            body = json.loads(row["body"])
            if not isinstance(body, dict):
                raise ValueError("its body is no object")
            return KeptRecord(RecordKind(row["kind"]), row["id"], datetime.fromisoformat(row["at"]), body)
        except ValueError as error:
            said = f"{row['kind']} {row['id']!r} is damaged, or was saved by a newer version of Askwell: {error}"
            raise self.database.problem(said) from None
