"""The doubles that ship for users' own tests."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from bot.practice import Practice
from bot.scenario import load_files
from bot.scenario.reading import read_folder
from bot.scenario.voice import default_replies
from bot.store import Store
from bot.talk.codebook import Code, Flag, Focus, Unit
from bot.testing import (
    FakeEmbedder,
    FakeReader,
    ScriptedClock,
    counting_ids,
    labelled,
    manager_turn,
    small_engine,
    small_files,
    small_scenario,
    write_small,
)


def test_a_practice_runs_without_a_model_a_clock_or_chance(tmp_path: Path):
    engine = small_engine(tmp_path, {"Tell me about their budget.": Code.OPEN_QUESTION})
    with Store.open(f"sqlite:///{tmp_path / 'sessions.db'}") as store:
        practice = Practice.start(
            "small-deal", engine=engine, store=store, clock=ScriptedClock(), new_id=counting_ids("s")
        )
        practice.say("Tell me about their budget.")
        words = "".join(practice.reply())
        practice.finish()
        saved = store.load("s-1")

    assert practice.state.facts["budget"] == "elicited"
    assert [turn.text for turn in saved.turns] == ["Tell me about their budget.", words]
    assert saved.started_at == datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
    assert saved.ended_at == datetime(2026, 1, 5, 9, 1, 30, tzinfo=UTC)


def test_texts_that_share_words_are_near():
    one, same, half, other = FakeEmbedder().embed(["Who signs it?", "who signs it", "Who signs what?", "Fine weather."])

    assert np.array_equal(one, same)
    assert 0 < float(one @ other) + 1e-9 < float(one @ half) < 1
    assert FakeEmbedder().embed([""]).shape == (1, 384)


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("Go on. Now!", (Unit("Go on.", 0, 6, Code.OPEN_QUESTION, Focus.EXPLORE), Unit("Now!", 7, 11, Code.DIRECTIVE))),
        ("Well. Now!", (Unit("Now!", 6, 10, Code.DIRECTIVE),)),
        ("Well.", (Unit("Well.", 0, 5, Code.OTHER),)),
        (" ", ()),
    ],
)
def test_a_reader_codes_by_its_mapping(text: str, units: tuple[Unit, ...]):
    reader = FakeReader({"Go on.": Code.OPEN_QUESTION, "Go": Code.DIRECTIVE, "Now!": Code.DIRECTIVE})

    assert reader.read(text) == units


def test_a_turn_is_made_of_its_units():
    turn = manager_turn(4, ("Hm.", Code.OTHER), ("When?", (Code.CLOSED_QUESTION, Focus.STATUS, Flag.NEXT)))

    assert (turn.index, turn.text) == (4, "Hm. When?")
    assert all(turn.text[unit.start : unit.end] == unit.text for unit in turn.units)
    assert turn.units[1] == labelled("When?", (Code.CLOSED_QUESTION, Focus.STATUS, Flag.NEXT), 4)


def test_the_small_scenario_has_one_of_everything():
    scenario = small_scenario(title="Another")

    assert [fact.feeling for fact in scenario.facts] == [False, False, True]
    assert (len(scenario.insights), len(scenario.steps), len(scenario.news)) == (1, 2, 1)
    assert (len(scenario.epilogues), scenario.variant_ids) == (2, ("base", "old-friend"))
    assert scenario.title == "Another"


def test_a_clock_and_ids_count():
    clock, new_id = ScriptedClock(), counting_ids()

    assert [f"{clock():%H:%M:%S}" for _ in range(3)] == ["09:00:00", "09:00:30", "09:01:00"]
    assert [new_id(), new_id()] == ["session-1", "session-2"]


def test_the_small_scenario_can_be_written_under_another_id_and_with_changes(tmp_path: Path):
    folder = write_small(tmp_path, ("title: A small deal", "title: Mine"), ("- Hello?", "- Well?"), scenario_id="mine")
    files = read_folder(folder)

    assert (folder.name, files.name) == ("mine", "mine")
    assert load_files(files).title == "Mine"
    assert load_files(files).replies["blank"][0].text == "Well?"
    with pytest.raises(ValueError, match="'moon' is not in the small scenario"):
        small_files(("moon", "sun"))


@pytest.mark.nightly
def test_a_scenario_of_one_file_plays_in_askwells_words(tmp_path: Path):
    small_engine(tmp_path)
    for path in ("voice.md", "asks/none.txt", "variants/old-friend.yaml"):
        (tmp_path / "scenarios" / "small-deal" / path).unlink()
    practice = Practice.start("small-deal", engine=small_engine(tmp_path, {"Tidy your desk.": Code.DIRECTIVE}))
    practice.say("Tidy your desk.")

    assert "".join(practice.reply()) in [line.text for line in default_replies()["comply"]]
