"""What is said of a round of drills: days as people say them, in their own time zone, and one sentence at the end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.drills import Grade
from ui.drilled import how_it_ended, when_it_comes_back

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("later", "said"),
    [
        (-DAY, "today"),
        (timedelta(hours=3), "today"),
        (DAY, "tomorrow"),
        (3 * DAY, "on Thursday"),
        (6 * DAY, "on Sunday"),
        (7 * DAY, "on 9 March"),
        (400 * DAY, "on 6 April"),
    ],
)
def test_a_day_is_said_as_people_say_it(later: timedelta, said: str):
    assert when_it_comes_back(NOW + later, NOW, UTC) == said


def test_the_day_is_that_of_the_reader_and_not_of_greenwich():
    late = NOW.replace(hour=22)

    assert when_it_comes_back(late + timedelta(hours=4), late, UTC) == "tomorrow"
    assert when_it_comes_back(late + timedelta(hours=4), late, ZoneInfo("Asia/Tokyo")) == "today"


@pytest.mark.parametrize(
    ("grades", "said"),
    [
        ("right right", "That’s the round, and all right. These come back on Wednesday or later."),
        ("right wrong", "That’s the round: one of two right. One comes back tomorrow, the rest later."),
        (
            "partly unsure right",
            "That’s the round: one of two right, one halfway there. One comes back tomorrow, the rest later.",
        ),
        ("wrong wrong", "That’s the round: none quite right. They start coming back tomorrow."),
    ],
)
def test_a_round_ends_with_what_comes_back_and_counts_no_points(grades: str, said: str):
    told = how_it_ended([Grade(one) for one in grades.split()], NOW + DAY, NOW + 2 * DAY, NOW, UTC)

    assert told == said
