"""Baselines: kept under the hash of their suite and of themselves, found again, and refused once they were changed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from eval_records import made, matrix
from typer.testing import CliRunner

from askwell.cli.main import app
from bot.errors import AskwellError
from evals.records import Record, ReplyRecord
from evals.reports.recorded import About, RecordedRun, directory, find, keep_baseline, read_run

SUITE = {"suite": "smoke", "text": "id: smoke\n", "tolerance": {"skilled_score": 2}}
LEAK = made("teller", 0, replies=(ReplyRecord(words=9, act="agree", leaks=("a",)),))


def run(records: list[Record] | None = None, **about: object) -> RecordedRun:
    records = matrix() if records is None else records
    return RecordedRun(Path("a"), {record.key: record for record in records}, About.model_validate({**SUITE, **about}))


def lay(place: Path, records: list[Record], about: dict[str, object] | None = None) -> Path:
    place.mkdir()
    (place / "records.jsonl").write_text("".join(f"{record.as_line()}\n" for record in records), encoding="utf-8")
    if about is not None:
        (place / "run.json").write_text(json.dumps(about), encoding="utf-8")
    return place


def test_what_was_kept_is_found_with_its_tolerance(tmp_path: Path):
    kept = keep_baseline(run(), tmp_path)
    found = find(run(), tmp_path)

    assert (found.path, found.by_key, found.about.tolerance) == (kept.path, run().by_key, {"skilled_score": 2})
    assert kept.path.parent.name == "smoke-68edb03065d6"


def test_keeping_another_replaces_the_first_and_says_so(tmp_path: Path):
    first = keep_baseline(run(), tmp_path)
    again = keep_baseline(run(), tmp_path)
    second = keep_baseline(run([LEAK]), tmp_path)

    assert (again.path, again.replaced) == (first.path, ())
    assert second.replaced == (first.path.name,)
    assert find(run(), tmp_path).by_key == {LEAK.key: LEAK}


def test_a_baseline_that_was_changed_is_refused(tmp_path: Path):
    records = keep_baseline(run(), tmp_path).path / "records.jsonl"
    records.write_text(records.read_text(encoding="utf-8").replace('"score": 95', '"score": 5'), encoding="utf-8")

    with pytest.raises(AskwellError, match="was changed after it was kept"):
        find(run(), tmp_path)


def test_another_wording_of_the_suite_has_another_baseline(tmp_path: Path):
    keep_baseline(run(), tmp_path)

    with pytest.raises(AskwellError, match="the suite was edited after smoke-68edb03065d6 was kept"):
        find(run(text="id: smoke\nseeds: 3\n"), tmp_path)


@pytest.mark.parametrize(
    ("about", "said"),
    [
        ({"suite": ""}, "a baseline needs both"),
        ({"text": ""}, "a baseline needs both"),
        ({"suite": "../x"}, "can't be used as a directory name"),
    ],
)
def test_a_run_that_names_no_suite_has_no_baseline(tmp_path: Path, about: dict[str, str], said: str):
    with pytest.raises(AskwellError, match=said):
        keep_baseline(run(**about), tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_baselines_lie_beside_the_users_own_scenarios_or_where_the_command_runs():
    assert directory(Path("mine")) == Path("mine/baselines")
    assert directory(None) == Path("askwell-eval/baselines")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def asked(*words: object) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["eval", *map(str, words)], catch_exceptions=True)
    if isinstance(done.exception, AskwellError):
        return 2, str(done.exception)
    return done.exit_code, done.output


@pytest.mark.slow
def test_the_commands_report_compare_and_keep(here: Path):
    good, leaky = lay(here / "good", matrix(), SUITE), lay(here / "leaky", [*matrix()[1:], LEAK], SUITE)

    assert asked("report", good)[1].startswith("Ship\n")
    assert asked("baseline", "keep", good)[1].startswith("kept askwell-eval/baselines/smoke-68edb03065d6/")
    assert asked("compare", good, "--baseline")[0] == 0
    code, text = asked("compare", leaky, "--baseline")
    assert (code, text.splitlines()[0]) == (1, "Regression in 1 figure: leaks")
    assert asked("compare", good / "records.jsonl", leaky)[0] == 1


@pytest.mark.slow
def test_the_commands_give_one_document_to_programs(here: Path):
    good = lay(here / "good", matrix(), SUITE)
    reported: dict[str, Any] = json.loads(asked("report", good, "--json")[1])
    compared: dict[str, Any] = json.loads(asked("compare", good, good, "--json")[1])

    assert list(reported) == ["suite", "conversations", "verdict", "reasons", "figures", "unmet"]
    assert (reported["verdict"], reported["figures"]["leaks"]) == (
        "Ship",
        {"value": 0, "interval": None, "of": 33, "why": "", "target": "none allowed", "met": True},
    )
    assert (compared["pairs"], compared["regressions"]) == (33, [])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("compare", "good"), "give two runs to compare, or one run and --baseline"),
        (("compare", "good", "good", "--baseline"), "give two runs to compare, or one run and --baseline"),
        (("compare", "good", "none"), "none: no run found: no such file or directory"),
        (("compare", "good", "--baseline"), "there is no baseline smoke-"),
        (("report", "none"), "none: not a directory with a run's records.jsonl"),
    ],
)
def test_what_cannot_be_compared_is_said_in_a_line(here: Path, words: tuple[str, ...], said: str):
    lay(here / "good", matrix(), SUITE)
    code, text = asked(*words)

    assert code == 2
    assert said in text


def test_a_conversation_that_was_played_again_counts_once(tmp_path: Path):
    failed = made("teller", 0, error="killed")
    found = read_run(lay(tmp_path / "twice", [failed, made("teller", 0)]))

    assert [record.error for record in found.records] == [""]
