"""The wheel: what is inside, and that it runs from anywhere without the sources."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from bot.scenario.library import Library

ROOT = Path(__file__).resolve().parents[1]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's wheel, built with what is installed: nothing is fetched."""
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def unpacked(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with what the wheel installs."""
    site = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    return site


def run(unpacked: Path, elsewhere: Path, home: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """A command in another directory, with the unpacked wheel in place of the sources."""
    environment = {**os.environ, "PYTHONPATH": str(unpacked), "ASKWELL_HOME": str(home)}
    return subprocess.run(
        [sys.executable, *command],
        cwd=elsewhere,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def files(directory: Path) -> set[str]:
    """Every file below a directory, but what Python leaves there."""
    found = (path.relative_to(directory) for path in directory.rglob("*") if path.is_file())
    return {path.as_posix() for path in found if "__pycache__" not in path.parts}


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("folder", "inside"),
    [
        ("scenarios", "bot/bundled/scenarios"),
        ("knowledge", "bot/bundled/knowledge"),
        ("bot", "bot"),
        ("ui", "ui"),
        ("evals", "evals"),
        ("askwell", "askwell"),
    ],
)
def test_everything_that_is_needed_is_inside(unpacked: Path, folder: str, inside: str):
    wanted = files(ROOT / folder)

    assert wanted
    assert wanted - files(unpacked / inside) == set()


@pytest.mark.nightly
def test_nothing_else_is_inside(wheel: Path):
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()

    tops = {name.partition("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"bot", "ui", "evals", "askwell"}
    assert [name for name in names if "__pycache__" in name or name.endswith((".pyc", ".db", ".npy"))] == []


@pytest.mark.nightly
def test_it_runs_from_another_directory(unpacked: Path, tmp_path: Path, spared: Path):
    where = run(
        unpacked, tmp_path, spared, "-c", "import bot, ui, evals; print(bot.__file__, ui.__file__, evals.__file__)"
    )
    assert where.stdout.split() == [str(unpacked / name / "__init__.py") for name in ("bot", "ui", "evals")]

    listed = run(unpacked, tmp_path, spared, "-m", "askwell.cli", "scenario", "list")
    assert (listed.returncode, listed.stderr) == (0, "")
    assert [line.split()[0] for line in listed.stdout.splitlines()] == Library().scenario_ids()

    told = run(unpacked, tmp_path, spared, "-m", "askwell.cli", "scenario", "ask", "jones-deal", "Who is Priya?")
    assert (told.returncode, told.stderr) == (0, "")
    assert "Priya" in told.stdout.splitlines()[1]

    saved = run(unpacked, tmp_path, spared, "-m", "askwell.cli", "sessions", "list")
    assert (saved.returncode, saved.stdout, saved.stderr) == (
        0,
        "no sessions yet; start one with: askwell practice\n",
        "",
    )


@pytest.mark.nightly
def test_the_command_and_the_licence_are_declared(unpacked: Path):
    (info,) = unpacked.glob("*.dist-info")

    entries = (info / "entry_points.txt").read_text(encoding="utf-8")
    assert "[console_scripts]\naskwell = askwell.cli:main\n" in entries
    assert "[inspect_ai]\naskwell = askwell.inspection\n" in entries
    assert (info / "licenses" / "LICENSE").is_file()
    assert "Name: askwell\n" in (info / "METADATA").read_text(encoding="utf-8")
