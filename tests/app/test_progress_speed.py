"""How long the front page and the page of progress take with many sessions: it prints medians and asserts none."""

from __future__ import annotations

import statistics
import time
from pathlib import Path

import pytest
from kept_talks import ASKS, MIXES, TELLS, Diary
from pages import opened, shown, store
from streamlit.testing.v1 import AppTest

from ui import resources

pytestmark = [pytest.mark.nightly, pytest.mark.slow]
RUNS = 7


@pytest.mark.parametrize("sessions", [500, 5000])
def test_the_pages_with_many_sessions(app: AppTest, tmp_path: Path, sessions: int) -> None:
    diary = Diary(tmp_path / "diary")
    diary.store.close()
    diary.store = store()
    for number in range(sessions):
        diary.talk((ASKS, MIXES, TELLS)[number % 3], day=number / 8)
    for page in ("home", "progress"):
        seconds = []
        for _ in range(RUNS):
            begun = time.perf_counter()
            found = shown(opened(page))
            seconds.append(time.perf_counter() - begun)
            assert "asking openly and listening made up" in found
            while (
                not resources.loading().ready()
            ):  # the front page begins to load the engine, which has its own figures
                time.sleep(0.1)
        median, first = 1000 * statistics.median(seconds[1:]), 1000 * seconds[0]
        print(f"\n{page} with {sessions} sessions: median {median:.0f} ms of {RUNS - 1} runs, the first {first:.0f} ms")
