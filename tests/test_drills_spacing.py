"""Drills come back: soon where they went wrong, later each time that they go right, and through a wrong clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from bot.drills import DrillItem, DrillKind, Grade
from bot.drills.kept import drilled_items, forget_deleted, keep_answer
from bot.drills.spacing import due_at, spaced
from bot.store import KeptRecord, RecordKind, Store

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
ITEM = DrillItem("moments:said-quiet", DrillKind.HAND_IT_BACK, "Nobody complained.")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(f"sqlite:///{tmp_path / 'askwell.db'}")


def days_until_due(card: dict[str, object], now: datetime) -> float:
    return (due_at(card, now) - now) / DAY


def test_right_answers_space_an_item_out_and_a_wrong_one_brings_it_back_tomorrow():
    card, now, gaps = None, NOW, []
    for grade in (Grade.RIGHT, Grade.RIGHT, Grade.RIGHT, Grade.WRONG, Grade.RIGHT):
        card = spaced(card, grade, now)
        gaps.append(round(days_until_due(card, now)))
        now = due_at(card, now)

    assert gaps[0] < gaps[1] < gaps[2]
    assert gaps[0] >= 1
    assert gaps[3] < gaps[2] / 4
    assert gaps[4] < gaps[2]


def test_what_goes_wrong_comes_back_before_what_was_half_right_and_that_before_what_was_right():
    wrong, partly, right = (
        days_until_due(spaced(None, grade, NOW), NOW)
        for grade in (
            Grade.WRONG,
            Grade.PARTLY,
            Grade.RIGHT,
        )
    )

    assert 1 <= wrong <= partly < right


def test_the_same_answers_give_the_same_days():
    first, second = (spaced(spaced(None, Grade.RIGHT, NOW), Grade.PARTLY, NOW + 3 * DAY) for _ in range(2))

    assert first == second


def test_a_fortnight_of_drills_moves_from_daily_to_rare(store: Store):
    answered = []
    for day in range(15):
        now = NOW + day * DAY
        held = drilled_items(store, now).get(ITEM.id)
        if held is None or held.due(now) <= now:
            keep_answer(store, ITEM, Grade.WRONG if day < 2 else Grade.RIGHT, f"day {day}", now)
            answered.append(day)

    gaps = [later - earlier for earlier, later in pairwise(answered)]
    assert answered[:3] == [0, 1, 2]
    assert gaps == sorted(gaps)
    assert len(answered) < 10
    kept = drilled_items(store, NOW + 15 * DAY)[ITEM.id]
    assert [one.words for one in kept.answers] == [f"day {day}" for day in answered]


def test_an_answer_that_nobody_can_judge_is_kept_and_moves_no_card(store: Store):
    keep_answer(store, ITEM, Grade.UNSURE, "Hm.", NOW)
    kept = drilled_items(store, NOW)[ITEM.id]

    assert (kept.card, kept.due(NOW), kept.answers[0].grade) == (None, NOW + DAY, Grade.UNSURE)


def test_a_clock_set_back_by_hours_stands_still_and_one_that_ran_years_ahead_is_forgotten(store: Store):
    keep_answer(store, ITEM, Grade.RIGHT, "Yes.", NOW)
    an_hour_earlier = keep_answer(store, ITEM, Grade.RIGHT, "Yes.", NOW - timedelta(hours=1))
    assert NOW < an_hour_earlier.due(NOW) < NOW + 30 * DAY

    keep_answer(store, ITEM, Grade.RIGHT, "Yes.", NOW.replace(year=2036))
    back = drilled_items(store, NOW)[ITEM.id]
    assert back.due(NOW) == NOW
    assert keep_answer(store, ITEM, Grade.WRONG, "No.", NOW).due(NOW) < NOW + 5 * DAY


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"kind": "juggling", "card": None, "answers": []},
        {"kind": "when", "card": {"due": "soon"}, "answers": []},
        {"kind": "when", "card": None, "answers": [{"at": "2026-03-02", "grade": "right", "words": ""}]},
        {"kind": "when", "card": [1], "answers": 5},
    ],
)
def test_a_damaged_record_is_new_again_and_spoils_no_other(store: Store, body: dict[str, object]):
    keep_answer(store, ITEM, Grade.RIGHT, "Yes.", NOW)
    store.records.keep(KeptRecord(RecordKind.DRILL, "moments:other", NOW, body))

    assert list(drilled_items(store, NOW)) == [ITEM.id]


def test_a_row_that_is_no_json_spoils_no_other(store: Store):
    from sqlalchemy import text

    keep_answer(store, ITEM, Grade.RIGHT, "Yes.", NOW)
    with store.database.write() as connection:
        connection.execute(text("insert into records (kind, id, at, body) select kind, 'x', at, '{' from records"))

    assert list(drilled_items(store, NOW)) == [ITEM.id]


def test_drills_of_a_deleted_talk_go_with_it(store: Store):
    own = DrillItem("own:abc:2:0", DrillKind.ASK_INSTEAD, "All is well.")
    for one in (own, ITEM):
        keep_answer(store, one, Grade.WRONG, "You should call him.", NOW)

    forget_deleted(store, ["another"])

    assert list(drilled_items(store, NOW)) == [ITEM.id]
