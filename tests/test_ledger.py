"""Tokens by day, and the cap on them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.errors import ModelError
from bot.models.ledger import Ledger, about


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 23, 59, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def test_a_day_has_so_many_tokens_and_the_next_begins_anew(tmp_path: Path):
    clock = Clock()
    ledger = Ledger(tmp_path / "spent", most=100, clock=clock)
    ledger.check()
    ledger.add("small", 60, 30)
    ledger.check()
    Ledger(tmp_path / "spent", clock=clock).add("another process", 5, 5)

    with pytest.raises(ModelError, match=r"today's 100 tokens are used up \(ASKWELL_BUDGET_DAY\)"):
        ledger.check()
    clock.now += timedelta(minutes=1)
    ledger.check()
    assert ledger.spent() == 0


def test_a_damaged_line_counts_nothing(tmp_path: Path):
    ledger = Ledger(tmp_path, clock=Clock())
    ledger.add("small", 1, 2)
    with (tmp_path / "2026-03-01.jsonl").open("a") as book:
        book.write('{"in": 1}\nnot JSON\n[]\n')
    ledger.add("small", 3, 4)

    assert ledger.spent() == 10


def test_a_ledger_that_cannot_be_written_matters_only_with_a_cap(tmp_path: Path):
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    Ledger(in_the_way / "spent").add("small", 1, 1)

    with pytest.raises(ModelError, match="can't record token use"):
        Ledger(in_the_way / "spent", most=5).add("small", 1, 1)


def test_where_nothing_is_counted_four_characters_are_a_token():
    assert [about(number) for number in (0, 1, 4, 5)] == [0, 1, 1, 2]
