"""What is kept beside the sessions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.errors import MissingError, StoreError
from bot.store import KeptRecord, RecordKind, Store

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
FOCUS = KeptRecord(RecordKind.FOCUS, "one", NOON, {"words": "Wait for the answer", "seen": ["Ünï", 3]})


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path / 'askwell.db'}") as opened:
        yield opened


def test_what_is_kept_comes_back_as_it_was_and_the_oldest_first(store: Store) -> None:
    earlier = KeptRecord(RecordKind.FOCUS, "two", NOON.astimezone(timezone(timedelta(hours=9))) - timedelta(days=1), {})
    for record in (FOCUS, earlier, replace(FOCUS, kind=RecordKind.PLAN)):
        store.records.keep(record)
    assert store.records.all(RecordKind.FOCUS) == (earlier, FOCUS)
    assert store.records.one(RecordKind.PLAN, "one").body == FOCUS.body


def test_the_same_id_is_kept_once_as_it_was_last(store: Store) -> None:
    store.records.keep(FOCUS)
    store.records.keep(replace(FOCUS, body={"words": "Ask who owns it"}))
    (only,) = store.records.all(RecordKind.FOCUS)
    assert only.body == {"words": "Ask who owns it"}


def test_one_or_all_of_a_kind_or_everything_is_deleted(store: Store) -> None:
    for kind in (RecordKind.FOCUS, RecordKind.PLAN, RecordKind.DRILL):
        for name in ("one", "two"):
            store.records.keep(KeptRecord(kind, name, NOON, {}))
    store.records.drop(RecordKind.FOCUS, "one")
    store.records.drop(RecordKind.FOCUS, "one")  # a second click
    with pytest.raises(MissingError, match="we can't find 'one'"):
        store.records.one(RecordKind.FOCUS, "one")
    assert store.records.clear(RecordKind.PLAN) == 2
    assert store.records.clear() == 3
    assert not any(store.records.all(kind) for kind in RecordKind)


def test_what_cannot_be_kept_or_read_is_told_in_one_line(store: Store) -> None:
    with pytest.raises(StoreError, match="no time zone"):
        store.records.keep(replace(FOCUS, at=NOON.replace(tzinfo=None)))
    with pytest.raises(StoreError, match="can't be saved as JSON"):
        store.records.keep(replace(FOCUS, body={"share": float("nan")}))
    store.records.keep(FOCUS)
    with store.database.write() as connection:
        connection.execute(text("UPDATE records SET body = '[1, 2'"))
    with pytest.raises(StoreError, match="focus 'one' is damaged"):
        store.records.all(RecordKind.FOCUS)


def test_a_database_of_an_older_version_takes_records_too(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'old.db'}"
    with Store.open(url) as store, store.database.write() as connection:
        connection.execute(text("DROP TABLE records"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0002'"))
    with Store.open(url) as store:
        store.records.keep(FOCUS)
        assert store.records.all(RecordKind.FOCUS) == (FOCUS,)
