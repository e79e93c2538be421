"""The documents: what is generated is up to date, what is promised is there, and what is shown runs."""

from __future__ import annotations

import re
import shlex
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from askwell.cli import main
from bot.drills.library import library_items
from bot.programmes import read_programme
from bot.scenario.knows import talk_entries
from bot.scenario.library import Library
from bot.scenario.schema import When
from bot.scoring.score import thresholds
from bot.settings import Settings, settings
from evals import reference

ROOT = Path(__file__).resolve().parents[1]
DOCS = sorted((ROOT / "docs").glob("*.md"))
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *DOCS]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")


def read(path: Path) -> str:
    assert path.is_file(), f"{path.relative_to(ROOT)} is missing"
    return path.read_text(encoding="utf-8")


def blocks(path: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", read(path), re.MULTILINE | re.DOTALL)


def commands(path: Path) -> list[str]:
    """The askwell commands of a page's shell blocks, without remarks."""
    lines = [line.partition("#")[0].strip() for block in blocks(path, "sh") for line in block.splitlines()]
    return [line for line in lines if line.startswith("askwell ")]


# Generated


@pytest.mark.slow
def test_the_command_line_reference_is_up_to_date():
    assert read(ROOT / "docs" / "cli.md") == reference.cli_reference(), "run: python -m evals.reference"


def test_the_scenario_schema_is_up_to_date():
    assert read(ROOT / "docs" / "scenario.schema.json") == reference.schema_reference(), (
        "run: python -m evals.reference"
    )


def test_the_suite_schema_is_up_to_date():
    assert read(ROOT / "docs" / "suite.schema.json") == reference.suite_reference(), "run: python -m evals.reference"


def test_the_programme_schema_is_up_to_date():
    assert read(ROOT / "docs" / "programme.schema.json") == reference.programme_reference(), (
        "run: python -m evals.reference"
    )


def test_what_every_rep_can_say_is_on_the_authors_page():
    page = read(ROOT / "docs" / "authoring.md")

    assert page == reference.authoring_page(page), "run: python -m evals.reference"
    assert all(f"\n| `{entry.id}` | {entry.about} | " in page for entry in talk_entries())


def test_every_condition_of_an_epilogue_is_on_the_authors_page():
    page = read(ROOT / "docs" / "authoring.md")
    table = page[page.index("| condition | holds if |") :].partition("\n\n")[0]

    assert sorted(re.findall(r"`(\w+)`", table)) == sorted(When.model_fields)


# Promised


def test_the_readme_is_there_and_begins_with_the_name():
    assert read(ROOT / "README.md").startswith("# Askwell\n")


@pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
def test_every_link_leads_somewhere(page: Path):
    local = [link for link in LINK.findall(read(page)) if not link.startswith(("http://", "https://", "mailto:"))]

    assert [link for link in local if not (page.parent / link).exists()] == []


def test_every_setting_is_in_the_operators_table():
    listed = re.findall(r"^\| `(ASKWELL_[A-Z_]+)` \|", read(ROOT / "docs" / "operators.md"), re.MULTILINE)

    assert listed == [f"ASKWELL_{name.upper()}" for name in Settings.model_fields]


def test_every_criterion_is_in_the_scoring_table():
    rows = re.findall(
        r"^\| (\w+) \| `(\w+)`[^|]*\|[^|]*\|[^|]*\| (\w+)", read(ROOT / "docs" / "scoring.md"), re.MULTILINE
    )
    kinds = {
        "required": "required",
        "practice": "required",
        "directive": "required",
        "well": "required",
        "cap": "one",
        "advice": "advice",
    }

    assert rows == [(entry.id, entry.measure, kinds.get(entry.kind, "required")) for entry in thresholds().criteria]


def test_the_version_is_in_the_changelog():
    version = tomllib.loads(read(ROOT / "pyproject.toml"))["project"]["version"]

    assert f"\n## {version}\n" in read(ROOT / "CHANGELOG.md")


def test_the_make_targets_that_the_readme_names_exist():
    named = re.findall(r"^make (\w+)", "\n".join(blocks(ROOT / "README.md", "sh")), re.MULTILINE)

    assert named == ["practice", "test"]
    assert set(named) <= set(re.findall(r"^(\w+):", read(ROOT / "Makefile"), re.MULTILINE))


# Shown


def test_the_programme_and_the_drills_that_are_shown_are_right(tmp_path: Path):
    programme, drills = blocks(ROOT / "docs" / "programmes.md", "yaml")
    (tmp_path / "first-month.yaml").write_text(programme, encoding="utf-8")
    (tmp_path / "our-drills.yaml").write_text(drills, encoding="utf-8")

    assert len(read_programme(tmp_path / "first-month.yaml", Library()).weeks) == 2
    assert len(library_items([tmp_path / "our-drills.yaml"])) > 4


def answered(asked: str) -> str:
    """What an author answers to `scenario new`; anything else is a practice, which ends."""
    told = {
        "The rep's name": "Nadia",
        "The rep's role": "Account manager",
        "The manager's name": "Tom",
        "The coaching area": "account",
        "What looks fine": "The renewal is booked for the end of the month",
        "What is really": "The person who signed it last time has left, and nobody there has opened the renewal",
    }
    return next((said for begins, said in told.items() if asked.startswith(begins)), "/end")


@pytest.fixture
def shown(default_engine: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], int]:
    """Runs a command beside the project's files; what `scenario new` asks is answered, and a practice is ended."""
    for name in ("scenarios", "knowledge", "tests"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "my").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("builtins.input", answered)

    def run(command: str) -> int:
        monkeypatch.setattr(sys, "argv", shlex.split(command))
        settings.cache_clear()
        with pytest.raises(SystemExit) as stopped:
            main()
        return stopped.value.code if isinstance(stopped.value.code, int) else 0

    return run


@pytest.mark.slow
@pytest.mark.parametrize(
    "page",
    [
        "README.md",
        "docs/authoring.md",
        "docs/managers.md",
        "docs/operators.md",
        "docs/evals.md",
        "docs/programmes.md",
    ],
)
def test_the_commands_that_are_shown_run(
    shown: Callable[[str], int], page: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    for command in commands(ROOT / page):
        if re.search(r" (ui|eval|qualify|draft)\b", command):  # serves for hours, measures for minutes, or asks a model
            command += " --help"
        assert (command, shown(command), capsys.readouterr().err) == (command, 0, "")
        monkeypatch.delenv("ASKWELL_DATA", raising=False)


@pytest.mark.parametrize("page", ["docs/library.md", "README.md"])
@pytest.mark.usefixtures("shown")
def test_the_python_that_is_shown_runs(page: str, capsys: pytest.CaptureFixture[str]):
    code = blocks(ROOT / page, "python")
    for block in code:
        exec(compile(block, page, "exec"), {})

    assert all(line.strip() for line in capsys.readouterr().out.splitlines())
    assert code or page == "README.md"
