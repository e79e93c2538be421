"""Runs of a suite: what is kept, what goes on after whatever stopped it, and what is said of what went wrong."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from askwell.cli import main
from bot.engine import Engine, make_engine
from bot.errors import AskwellError, ModelError
from bot.settings import Settings, settings
from bot.testing import FakeEndpoint, Fault, Received, small_engine
from evals.records import Record, read_records
from evals.runs.kept import ABOUT, RECORDS, RunRecords
from evals.runs.run import RunOutcome, run
from evals.runs.suite import Plan, read_plan

pytestmark = pytest.mark.slow

SUITE = """id: mine
title: Mine
scenarios: small-deal
managers: [asks.yaml, tells.yaml]
seeds: [0, 1]
"""


ASKS = """id: asks
title: Asks
about: Asks three things.
turns: 3
moves:
- say: [What do you know about their budget?, How do you see it?, What could you do?]
"""
TELLS = """id: tells
title: Tells
about: Gives orders.
turns: 3
moves:
- say: [You need to call them today., Send me the numbers., I will call them myself.]
"""


@pytest.fixture
def small(tmp_path: Path) -> Engine:
    return small_engine(tmp_path / "data")


@pytest.fixture
def config(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", data=tmp_path / "data", model="scripted", base_url="http://127.0.0.1:9/v1")


@pytest.fixture
def plan(tmp_path: Path, small: Engine) -> Callable[..., Plan]:
    def read(*more: str, text: str = SUITE) -> Plan:
        (tmp_path / "asks.yaml").write_text(ASKS, encoding="utf-8")
        (tmp_path / "tells.yaml").write_text(TELLS, encoding="utf-8")
        path = tmp_path / "mine.yaml"
        path.write_text(text + "".join(f"{line}\n" for line in more), encoding="utf-8")
        return read_plan(str(path), tmp_path / "data")

    return read


Played = Callable[..., RunOutcome]


@pytest.fixture
def played(tmp_path: Path, small: Engine, config: Settings) -> Played:
    """Runs a plan in one process, into a directory of that name."""

    def go(plan: Plan, name: str = "out", **options: Any) -> RunOutcome:
        return run(plan, tmp_path / name, options.pop("config", config), engine=small, at_once=1, **options)

    return go


def lines_in(directory: Path) -> list[str]:
    """The lines as they are, without seconds."""
    text = (directory / RECORDS).read_text(encoding="utf-8")
    return [json.dumps({**json.loads(line), "seconds": 0}) for line in text.splitlines()]


def after(records: int, error: BaseException) -> Callable[[Record | None, int, int], None]:
    """Stops a run once so many are kept."""

    def heard(record: Record | None, done: int, of: int) -> None:
        if done == records:
            raise error

    return heard


# What is kept


def test_a_run_keeps_a_line_for_every_conversation_by_key(played: Played, plan: Callable[..., Plan], tmp_path: Path):
    outcome = played(plan())

    records = list(read_records(tmp_path / "out" / RECORDS))
    assert [record.key for record in records] == [
        "small-deal/base/asks/0/lines",
        "small-deal/base/asks/1/lines",
        "small-deal/base/tells/0/lines",
        "small-deal/base/tells/1/lines",
    ]
    assert (outcome.conversations, outcome.played, outcome.ok, outcome.faults) == (4, 4, True, ())
    assert outcome.replies == sum(len(record.replies) for record in records)


def test_a_scenario_with_mistakes_is_not_played(played: Played, plan: Callable[..., Plan], tmp_path: Path):
    file = tmp_path / "data" / "scenarios" / "small-deal" / "scenario.yaml"
    text = file.read_text(encoding="utf-8").replace("  openness: 0.4\n", "  openness: 0.1\n")
    file.write_text(text, encoding="utf-8")

    with pytest.raises(AskwellError) as refused:
        played(plan())

    assert str(refused.value).startswith("small-deal/scenario.yaml:21:3: rep.openness: 0.1 opens nothing at the start")
    assert not (tmp_path / "out").exists()


def test_equal_runs_are_equal_bytes_apart_from_seconds(played: Played, plan: Callable[..., Plan], tmp_path: Path):
    played(plan(), "one")
    played(plan(), "two")

    assert lines_in(tmp_path / "one") == lines_in(tmp_path / "two")
    assert (tmp_path / "one" / ABOUT).read_bytes() == (tmp_path / "two" / ABOUT).read_bytes()


def test_what_was_played_with_is_written_down(played: Played, plan: Callable[..., Plan], tmp_path: Path):
    played(plan("tolerance: {score: 2}"))

    about = json.loads((tmp_path / "out" / ABOUT).read_text())

    assert list(about) == ["suite", "title", "text", "inputs", "tolerance", "conversations"]
    assert list(about["inputs"]) == [
        "askwell", "code", "suite", "scenarios", "managers", "reader", "embedding", "rubric", "prompts", "models",
    ]  # fmt: skip
    assert about["tolerance"] == {"score": 2.0}


# What stopped it


def test_a_run_that_was_stopped_goes_on_and_comes_to_the_same(
    played: Played, plan: Callable[..., Plan], tmp_path: Path
):
    played(plan(), "whole")
    with pytest.raises(KeyboardInterrupt):
        played(plan(), heard=after(2, KeyboardInterrupt()))

    outcome = played(plan())

    assert (outcome.played, outcome.as_json()["kept"]) == (2, 2)
    assert lines_in(tmp_path / "out") == lines_in(tmp_path / "whole")


def test_a_run_that_is_done_plays_nothing(played: Played, plan: Callable[..., Plan], tmp_path: Path):
    played(plan())
    before = (tmp_path / "out" / RECORDS).read_bytes()

    assert played(plan()).played == 0
    assert (tmp_path / "out" / RECORDS).read_bytes() == before


def test_an_unfinished_line_and_a_conversation_kept_twice_are_healed(
    played: Played, plan: Callable[..., Plan], tmp_path: Path
):
    played(plan(), "whole")
    played(plan())
    path = tmp_path / "out" / RECORDS
    first, second, *_ = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text(first + second + first + second[:200], encoding="utf-8")

    assert played(plan()).played == 2
    assert lines_in(tmp_path / "out") == lines_in(tmp_path / "whole")


def test_a_line_that_is_no_record_is_told_with_its_place(played: Played, plan: Callable[..., Plan], tmp_path: Path):
    played(plan())
    path = tmp_path / "out" / RECORDS
    path.write_text("{}\n" + path.read_text(encoding="utf-8"), encoding="utf-8")

    with pytest.raises(AskwellError, match=r"records\.jsonl:1: key: Field required"):
        played(plan())


def test_other_inputs_are_refused_unless_it_is_played_afresh(
    played: Played, plan: Callable[..., Plan], tmp_path: Path, small: Engine
):
    played(plan())
    scenario = tmp_path / "data" / "scenarios" / "small-deal" / "scenario.yaml"
    scenario.write_text(scenario.read_text(encoding="utf-8") + "\n# other\n", encoding="utf-8")

    with pytest.raises(AskwellError) as refused:
        played(plan())
    assert str(refused.value) == (
        f"{tmp_path / 'out'}: was played with different inputs (scenarios.small-deal); use --fresh to start over, "
        "or --out to write elsewhere"
    )
    assert played(plan(), fresh=True).played == 4


def test_a_directory_has_one_run_at_a_time(tmp_path: Path):
    with (
        RunRecords(tmp_path, {"inputs": {}}, ["a"]),
        pytest.raises(AskwellError, match="another run is writing here; wait for it, or use --out"),
    ):
        RunRecords(tmp_path, {"inputs": {}}, ["a"])


class Failing:
    """A reader that cannot bear one word."""

    id = "failing-1"

    def __init__(self, reader: Any, word: str = "") -> None:
        self._reader, self.word = reader, word

    def read(self, text: str, context: str = "") -> Any:
        if self.word and self.word in text:
            raise RuntimeError("it broke\nand more")
        return self._reader.read(text, context)


def test_a_conversation_that_fails_is_told_and_the_others_go_on_and_it_is_played_again(
    played: Played, plan: Callable[..., Plan], tmp_path: Path, small: Engine
):
    small.reader = failing = Failing(small.reader, "need to")  # type: ignore[assignment]

    outcome = played(plan())

    records = list(read_records(tmp_path / "out" / RECORDS))
    assert len(records) == 4
    assert outcome.errors == tuple((record.key, "RuntimeError: it broke") for record in records if record.error)
    assert outcome.errors
    assert [(record.level, record.replies, record.said) for record in records if record.error] == [
        ("not_scored", (), ())
    ] * len(outcome.errors)

    failing.word = ""
    assert (played(plan()).played, played(plan()).errors) == (len(outcome.errors), ())


@contextmanager
def no_file_over(size: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_stops_it_cleanly_and_it_goes_on_once_there_is_room(
    played: Played, plan: Callable[..., Plan], tmp_path: Path
):
    played(plan(), "whole")
    sizes = [len(line) for line in (tmp_path / "whole" / RECORDS).read_bytes().splitlines(keepends=True)]

    with no_file_over(sizes[0] + sizes[1] + sizes[2] // 2), pytest.raises(AskwellError) as stopped:
        played(plan())

    assert str(stopped.value) == (
        f"{tmp_path / 'out'}: can't be written to: File too large; 2 of 4 conversations are saved; "
        "fix this and run the same command again to resume"
    )
    assert len(list(read_records(tmp_path / "out" / RECORDS))) == 2
    assert played(plan()).played == 2
    assert lines_in(tmp_path / "out") == lines_in(tmp_path / "whole")


def test_a_directory_that_cannot_be_written_is_told(played: Played, plan: Callable[..., Plan], tmp_path: Path):
    (tmp_path / "out").write_text("a file")

    with pytest.raises(AskwellError, match=r"out: can't be written to: File exists; 0 of 4 conversations are saved"):
        played(plan())


# Models


def test_without_a_model_nothing_is_played(played: Played, plan: Callable[..., Plan], tmp_path: Path):
    with pytest.raises(ModelError, match="no model is configured"):
        played(plan("voices: [lines, model]"), config=Settings(home=tmp_path / "home"))

    assert not (tmp_path / "out").exists()


def test_an_endpoint_that_dies_halfway_is_a_fault_of_each_reply_and_the_run_goes_on(
    played: Played, plan: Callable[..., Plan], config: Settings, tmp_path: Path
):
    left = iter(range(2))

    def say_the_line(body: dict[str, Any]) -> str | Received:
        if next(left, None) is None:
            return Received(fault=Fault.UNAUTHORISED)
        return str(body["messages"][0]["content"]).rstrip().rpartition("\n")[2]

    with FakeEndpoint(say_the_line) as endpoint:
        outcome = played(plan("voices: model"), config=config.model_copy(update={"base_url": endpoint.url}))

    records = list(read_records(tmp_path / "out" / RECORDS))
    faults = [reply.fault for record in records for reply in record.replies]
    assert ([record.error for record in records], outcome.ok) == ([""] * 4, True)
    assert any("401" in fault for fault in faults)
    assert sum(times for _, times in outcome.faults) == sum(map(bool, faults)) > len(faults) / 2
    assert sum(reply.tokens_in for record in records for reply in record.replies) > 0


def test_models_are_asked_by_name_and_the_endpoint_is_written_down_without_its_password(
    played: Played, plan: Callable[..., Plan], config: Settings, tmp_path: Path
):
    with FakeEndpoint(["All right."]) as endpoint:
        url = endpoint.url.replace("//", "//user:secret@")
        played(plan("voices: ['model:one', model]"), config=config.model_copy(update={"base_url": url}))
        asked = {json.loads(body)["model"] for body in endpoint.requests}

    about = (tmp_path / "out" / ABOUT).read_text(encoding="utf-8")
    place = endpoint.url.removeprefix("http://")
    assert asked == {"one", "scripted"}
    assert json.loads(about)["inputs"]["models"] == {"model": f"scripted at {place}", "model:one": f"one at {place}"}
    assert "secret" not in about


def test_a_judge_is_asked_as_often_as_the_suite_says(
    played: Played, plan: Callable[..., Plan], config: Settings, tmp_path: Path
):
    def rate(body: dict[str, Any]) -> str:
        one = {"reason": "It asks.", "turn": 0, "quote": "budget", "rating": 4}
        return json.dumps({"partnership": one, "evoking": one, "listening": one})

    text = "id: mine\ntitle: Mine\nscenarios: small-deal\nmanagers: asks.yaml\njudge: 2\n"
    with FakeEndpoint(rate) as endpoint:
        played(plan(text=text), config=config.model_copy(update={"base_url": endpoint.url}))

    (record,) = read_records(tmp_path / "out" / RECORDS)
    assert [one.id for one in record.judged] == ["partnership", "evoking", "listening"]
    assert len(endpoint.requests) == 2


# The command


@pytest.fixture
def askwell(
    small: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """Runs one command on the small engine: its exit code, what it printed, and what it complained of."""
    monkeypatch.setattr("evals.runs.run.make_engine", lambda config: small)
    monkeypatch.chdir(tmp_path)

    def go(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["askwell", "--data", str(tmp_path / "data"), "eval", *arguments])
        settings.cache_clear()
        with pytest.raises(SystemExit) as stopped:
            main()
        printed = capsys.readouterr()
        return stopped.value.code or 0, printed.out, printed.err  # type: ignore[return-value]

    return go


@pytest.mark.parametrize(("asked", "reads"), [((), "packaged"), (("--reader", "model"), "model")])
def test_the_packaged_reader_codes_unless_a_model_is_asked_for(
    asked: tuple[str, ...],
    reads: str,
    askwell: Callable[..., tuple[int, str, str]],
    plan: Callable[..., Plan],
    small: Engine,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setenv("ASKWELL_MODEL", "fake")
    seen: list[str] = []

    def made(config: Settings) -> Engine:
        seen.append(config.reads)
        return small

    monkeypatch.setattr("evals.runs.run.make_engine", made)
    plan()

    assert askwell("run", "mine.yaml", "--jobs", "1", *asked)[0] == 0
    assert seen == [reads]


def test_the_command_plays_keeps_and_prints_what_it_did(
    askwell: Callable[..., tuple[int, str, str]], plan: Callable[..., Plan], tmp_path: Path
):
    plan()

    code, out, err = askwell("run", "mine.yaml", "--jobs", "1", "--json")

    printed = json.loads(out)
    assert (code, list(printed)) == (
        0, ["suite", "directory", "conversations", "played", "kept", "replies", "faults", "errors", "seconds"],
    )  # fmt: skip
    assert (printed["directory"], printed["conversations"]) == ("askwell-eval/mine", 4)
    assert err.splitlines()[-1].startswith("mine: 4 of 4 conversations")
    assert len(list(read_records(tmp_path / "askwell-eval" / "mine" / RECORDS))) == 4


def test_the_command_exits_with_one_where_a_conversation_failed(
    askwell: Callable[..., tuple[int, str, str]], plan: Callable[..., Plan], small: Engine
):
    plan()
    small.reader = Failing(small.reader, "need to")  # type: ignore[assignment]

    code, out, _ = askwell("run", "mine.yaml", "--jobs", "1")

    assert code == 1
    assert "2 of 4 conversations failed: small-deal/base/tells/0/lines: RuntimeError: it broke (and 1 more)" in out
    assert "run the same command again to retry" in out


def test_ctrl_c_says_how_many_are_kept(
    askwell: Callable[..., tuple[int, str, str]], plan: Callable[..., Plan], monkeypatch: pytest.MonkeyPatch
):
    plan()
    monkeypatch.setattr("evals.runs.progress.Shown.heard", lambda self, *told: after(3, KeyboardInterrupt())(*told))

    code, out, err = askwell("run", "mine.yaml", "--jobs", "1")

    assert (code, out) == (130, "")
    assert err.splitlines()[0] == (
        "askwell: 3 of 4 conversations are saved in askwell-eval/mine; run the same command again to resume"
    )


@pytest.mark.parametrize(
    ("wanted", "problem"),
    [
        ("nightly", "askwell: there is no suite 'nightly'; choose one of full, robustness, smoke, voice, or give"),
        ("none.yaml", "askwell: none.yaml: no such file"),
    ],
)
def test_a_suite_that_there_is_not_is_one_line(askwell: Callable[..., tuple[int, str, str]], wanted: str, problem: str):
    code, out, err = askwell("run", wanted)

    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(problem)


# Processes

REAL = "id: real\ntitle: Real\nscenarios: small-deal\nmanagers: [silent, teller]\nseeds: [0, 1, 2]\n"
LONG = REAL.replace("id: real", "id: long").replace("[0, 1, 2]", str(list(range(50))))
"""100 conversations: a signal sent after the first one finds the run still playing."""


@pytest.fixture
def real(tmp_path: Path, home: Path, small: Engine) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts the real command with two processes, in a session of its own as a terminal would."""
    (tmp_path / "real.yaml").write_text(REAL)
    (tmp_path / "long.yaml").write_text(LONG)
    started: list[subprocess.Popen[str]] = []

    def start(name: str, suite: str = "real.yaml") -> subprocess.Popen[str]:
        data = ["--data", str(tmp_path / "data")]
        command = [sys.executable, "-W", "error::UserWarning", "-m", "askwell.cli", *data, "eval", "run", suite]
        root = str(Path(__file__).resolve().parents[1])
        running = subprocess.Popen(
            [*command, "--out", name, "--jobs", "2"],
            cwd=tmp_path,
            env={**os.environ, "ASKWELL_HOME": str(home), "PYTHONPATH": root},
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
            preexec_fn=heed_ctrl_c,
        )
        started.append(running)
        return running

    yield start
    for running in started:
        with suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)
        running.communicate()


def heed_ctrl_c() -> None:
    """Tests that a shell runs in the background inherit that Ctrl-C is ignored, and would hand it on."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def lines_appear(path: Path, number: int, command: subprocess.Popen[str]) -> None:
    """Waits for as long as the command runs, however busy the machine, until so many conversations are kept."""
    while not (path.is_file() and path.read_bytes().count(b"\n") >= number):
        assert command.poll() is None, f"{path} never held {number} lines: {command.communicate()[1]}"
        time.sleep(0.05)


def a_worker_starts(command: subprocess.Popen[str]) -> None:
    """Waits until the first process of its pool is there; it has everything still to load."""
    for _ in range(6000):
        children = [file.read_text().split() for file in Path(f"/proc/{command.pid}/task").glob("*/children")]
        for child in (child for some in children for child in some):
            if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes():
                return
        time.sleep(0.01)
    raise AssertionError("no worker ever started")


def group_ends(group: int) -> None:
    """Waits until no process of a group is left."""
    for _ in range(400):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    raise AssertionError("a worker outlived its run")


@pytest.mark.nightly
def test_a_run_that_is_killed_leaves_no_worker_and_goes_on_to_the_same(
    real: Callable[..., subprocess.Popen[str]], tmp_path: Path, home: Path
):
    config = Settings(home=home, data=tmp_path / "data")
    plan = read_plan(str(tmp_path / "real.yaml"), config.data)
    run(plan, tmp_path / "whole", config, engine=make_engine(config), at_once=1)

    killed = real("out")
    lines_appear(tmp_path / "out" / RECORDS, 2, killed)
    killed.kill()
    killed.communicate(timeout=60)
    group_ends(killed.pid)
    before = len(list(read_records(tmp_path / "out" / RECORDS)))
    again = real("out")
    again.communicate(timeout=240)

    assert (2 <= before <= 6, again.returncode) == (True, 0)
    assert lines_in(tmp_path / "out") == lines_in(tmp_path / "whole")


@pytest.mark.nightly
def test_ctrl_c_stops_all_processes_and_says_how_to_go_on(real: Callable[..., subprocess.Popen[str]], tmp_path: Path):
    running = real("out", "long.yaml")
    lines_appear(tmp_path / "out" / RECORDS, 1, running)
    os.killpg(running.pid, signal.SIGINT)
    _, told = running.communicate(timeout=120)

    group_ends(running.pid)
    assert running.returncode == 130
    assert told.splitlines()[-1].endswith("of 100 conversations are saved in out; run the same command again to resume")
    assert "Traceback" not in told


@pytest.mark.nightly
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="sees the workers start in /proc")
def test_ctrl_c_while_the_workers_start_stops_them_without_a_traceback(
    real: Callable[..., subprocess.Popen[str]], tmp_path: Path
):
    running = real("out", "long.yaml")
    a_worker_starts(running)
    os.killpg(running.pid, signal.SIGINT)
    _, told = running.communicate(timeout=120)

    group_ends(running.pid)
    assert running.returncode == 130
    assert (
        told.splitlines()[-1]
        == "askwell: 0 of 100 conversations are saved in out; run the same command again to resume"
    )
    assert "Traceback" not in told
