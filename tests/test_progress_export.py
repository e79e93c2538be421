"""Everything that is kept, as JSON and as a page: what is damaged is named, and what is hostile does no harm."""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from html.parser import HTMLParser
from pathlib import Path

import pytest
from kept_talks import ASKS, START, Diary

from askwell.cli import main
from bot.settings import settings
from bot.store import KeptRecord, RecordKind
from bot.store.exported import EXPORT, everything_json
from ui.share.everything import RECORD_NAMES, as_readable

HOSTILE = '<script>alert(1)</script> <img src=http://evil.example/x.png> & "quoted"'


@pytest.fixture
def diary(tmp_path: Path) -> Iterator[Diary]:
    diary = Diary(tmp_path)
    yield diary
    diary.store.close()


class Tags(HTMLParser):
    """Collects the elements of a page, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.slow
def test_an_export_has_every_session_and_every_record(diary: Diary):
    ids = [diary.talk(rating=3), diary.talk(ended=False)]
    diary.store.records.keep(KeptRecord(RecordKind.PLAN, "p", START, {"title": "Dana"}))
    found = json.loads(json.dumps(everything_json(diary.store, START)))

    assert (found["shape"], found["damaged"]) == (EXPORT, [])
    assert [one["session"] for one in found["sessions"]] == ids
    assert [turn["text"] for turn in found["sessions"][0]["turns"][::2]] == list(ASKS)
    assert found["records"]["plan"] == [{"id": "p", "at": START.isoformat(), "body": {"title": "Dana"}}]
    assert set(found["records"]) == set(RecordKind) == set(RECORD_NAMES)


@pytest.mark.slow
def test_what_is_damaged_is_named_and_keeps_nothing_else_back(diary: Diary, tmp_path: Path):
    ids = [diary.talk(), diary.talk()]
    diary.store.records.keep(KeptRecord(RecordKind.FOCUS, "f", START, {}))
    with closing(sqlite3.connect(tmp_path / "kept.db")) as database, database:
        database.execute("UPDATE turns SET units = '{' WHERE session_id = ?", (ids[0],))
        database.execute("UPDATE records SET body = '[]'")
    found = everything_json(diary.store, START)

    assert [one["session"] for one in found["sessions"]] == [ids[1]]
    assert found["damaged"] == [f"session {ids[0]}", "focus f"]
    assert "What can’t be read" in as_readable(found, None)


def test_the_page_shows_what_was_typed_as_text_and_loads_nothing(diary: Diary):
    diary.talk((HOSTILE, *ASKS))
    body = {"title": HOSTILE, "lines": [HOSTILE, {"deep": HOSTILE}], "done": True, "left": None, HOSTILE: 1}
    diary.store.records.keep(KeptRecord(RecordKind.PLAN, "p", START, body))
    page = Tags()
    page.feed(as_readable(everything_json(diary.store, START), None))

    assert {"script", "img", "link", "iframe"}.isdisjoint(page.names)
    assert page.text.count("<script>alert(1)</script>") >= 5
    assert "Plans for real talks" in page.text


def test_counts_and_sound_records_do_not_stumble_over_a_damaged_one(diary: Diary, tmp_path: Path):
    kept = [KeptRecord(RecordKind.PLAN, name, START, {"title": name}) for name in ("a", "b")]
    for record in kept:
        diary.store.records.keep(record)
    with closing(sqlite3.connect(tmp_path / "kept.db")) as database, database:
        database.execute("UPDATE records SET body = 'x' WHERE id = 'a'")

    assert diary.store.records.sound(RecordKind.PLAN) == ((kept[1],), ("a",))
    assert diary.store.records.counts() == {RecordKind.PLAN: 2}


@pytest.mark.slow
def test_the_command_line_exports_everything(
    diary: Diary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    name = diary.talk()
    monkeypatch.setenv("ASKWELL_DATABASE_URL", f"sqlite:///{tmp_path / 'kept.db'}")
    settings.cache_clear()
    monkeypatch.setattr(sys, "argv", ["askwell", "sessions", "export"])
    with pytest.raises(SystemExit) as stopped:
        main()

    assert stopped.value.code == 0
    assert [one["session"] for one in json.loads(capsys.readouterr().out)["sessions"]] == [name]
