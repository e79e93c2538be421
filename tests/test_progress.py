"""How a run is shown while it goes on."""

from __future__ import annotations

import io

from bot.testing import ScriptedClock
from evals.records import Record, ReplyRecord
from evals.runs.progress import Shown


def test_without_a_terminal_every_ten_percent_is_a_line():
    stream, clock = io.StringIO(), ScriptedClock()
    record = Record(key="k", scenario="s", variant="base", manager="m", seed=0, voice="lines", digest="d")
    wrong = record.model_copy(update={"error": "it broke", "replies": (ReplyRecord(words=1, act="nod", fault="late"),)})

    with Shown("mine", stream, clock=lambda: clock().timestamp()) as shown:
        shown.heard(None, 20, 40)
        for done in range(21, 41):
            shown.heard(wrong if done == 30 else record, done, 40)

    lines = stream.getvalue().splitlines()
    assert [line.partition(",")[0] for line in lines] == [
        f"mine: {done} of 40 conversations" for done in (24, 28, 32, 36, 40)
    ]
    assert lines[-1].endswith("1 failed, 1 fault")
    assert " s left" in lines[0]
