"""The benchmarks' tables and the run of them all, with benchmarks of our own making."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from askwell.cli import main
from bot.errors import AskwellError
from evals import benches
from evals.benches import BenchFigure, BenchResult, Ran, browser, speed

MET = BenchResult(
    "a", (BenchFigure("found", 0.9, "share", "at least .8", True, {"'?'": 0.6, "silence": 0.0}),), ("a miss",)
)
MISSED = BenchResult("b", (BenchFigure("wait", 12.0, "ms", "under 10", False),))


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Path | None]]:
    """Three benchmarks, of which the second has no data; what each was given."""
    given: list[tuple[str, Path | None]] = []

    def run(name: str, data: Path | None = None) -> BenchResult:
        given.append((name, data))
        if name == "peers":
            raise AskwellError("no data directory")
        return {"moves": MET, "speed": MISSED}[name]

    monkeypatch.setattr(benches, "BENCHES", ("moves", "peers", "speed"))
    monkeypatch.setattr(benches, "run_benches", run)
    return given


@pytest.fixture
def askwell(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str, str]]:
    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["askwell", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return run


@pytest.mark.parametrize(
    ("figure", "row"),
    [
        (MET.figures[0], "found 0.900 share at least .8 met 1.5x '?' (0.6), - silence (0)"),
        (MISSED.figures[0], "wait 12.000 ms under 10 MISSED"),
        (BenchFigure("turns", 3, "count"), "turns 3.000 count"),
        (
            BenchFigure("texts", 400.0, "/s", peers={"'?'": 4e6, "LLM": 0.5}),
            "texts 400.000 /s 0.0001x '?' (4e+06), 800x LLM (0.5)",
        ),
    ],
)
def test_a_row_says_the_target_and_the_peers(figure: BenchFigure, row: str):
    assert " ".join(figure.as_row().split()) == row


def test_the_json_of_a_figure_is_what_is_documented():
    assert MET.as_json() == {
        "title": "a",
        "met": True,
        "figures": [
            {
                "name": "found",
                "value": 0.9,
                "unit": "share",
                "target": "at least .8",
                "met": True,
                "peers": {"'?'": 0.6, "silence": 0.0},
                "ratios": {"'?'": 1.5, "silence": None},
            }
        ],
        "details": ["a miss"],
        "failed": [],
        "absent": [],
    }


def test_what_could_not_be_measured_is_said_and_is_not_met():
    part = BenchResult("c", MET.figures, failed=("the app: no Chromium",))

    assert not part.met
    assert part.as_text().splitlines()[-1] == "  FAILED the app: no Chromium"
    assert Ran("speed", part).as_text().splitlines()[-1] == "speed      FAILED the app: no Chromium"


def test_a_peer_that_is_absent_is_named_and_fails_nothing():
    alone = BenchResult("c", MET.figures, absent=("LLM: not asked",))

    assert alone.met
    assert Ran("peers", alone).as_text().splitlines()[-1] == "peers      absent LLM: not asked"


def test_one_that_fails_does_not_stop_the_others(fake: list[tuple[str, Path | None]], tmp_path: Path):
    ran = list(benches.run_all(tmp_path))

    assert ran == [Ran("moves", MET), Ran("peers", error="no data directory"), Ran("speed", MISSED)]
    assert [one.met for one in ran] == [True, False, False]
    assert fake == [("moves", tmp_path), ("peers", tmp_path), ("speed", None)]


def test_all_of_them_print_one_table(fake: object, askwell: Callable[..., tuple[int, str, str]]):
    code, out, err = askwell("eval", "bench")

    assert (code, err) == (1, "")
    assert [line.split()[0] for line in out.splitlines()] == ["benchmark", "moves", "peers", "speed"]
    assert out.splitlines()[2] == "peers      FAILED no data directory"


def test_all_of_them_make_one_json_document(fake: object, askwell: Callable[..., tuple[int, str, str]]):
    code, out, _ = askwell("eval", "bench", "--json")

    assert (code, json.loads(out)) == (
        1,
        {
            "met": False,
            "benches": [
                {"name": "moves", **MET.as_json()},
                {"name": "peers", "met": False, "error": "no data directory"},
                {"name": "speed", **MISSED.as_json()},
            ],
        },
    )


def test_all_met_ends_with_zero(
    fake: object, askwell: Callable[..., tuple[int, str, str]], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(benches, "BENCHES", ("moves",))

    assert askwell("eval", "bench")[0] == 0


def test_a_file_is_no_directory_of_data(
    fake: list[object], askwell: Callable[..., tuple[int, str, str]], tmp_path: Path
):
    file = tmp_path / "questions.jsonl"
    file.write_text("", encoding="utf-8")
    code, out, err = askwell("eval", "bench", "--data", str(file))

    assert (code, out, fake) == (2, "", [])
    assert err.startswith(f"askwell: {file}: not a directory")


@pytest.mark.parametrize("name", benches.BENCHES)
def test_every_name_is_a_module_with_a_bench(name: str):
    import importlib

    assert callable(importlib.import_module(f"evals.benches.{name}").bench)


def test_without_a_browser_the_apps_figures_are_said_to_be_missing(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(browser, "chromium", lambda: None)
    monkeypatch.setattr(speed, "app_waits", lambda: browser.waits(lambda: "", lambda: "", lambda: 0.0))

    assert speed.app_figures() == ((), ("the app's first paint and memory: no Chromium or Chrome is installed",))
