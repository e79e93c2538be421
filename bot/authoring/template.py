"""Creates a new scenario from packaged templates, with placeholders filled in as quoted YAML."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, fields
from importlib import resources
from pathlib import Path

from ..errors import ScenarioError
from ..scenario import Area, ScenarioFiles, load_files
from ..scenario.folder import KNOWS, MAIN, in_folder
from ..scenario.library import Library
from ..scenario.reading import check_new, write_folder
from ..scenario.strictyaml import parse

NAME_CHARS = 80
TEXT_CHARS = 1000

_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_PLACEHOLDER = re.compile(r"\$([a-z_]+)")


@dataclass(frozen=True, slots=True)
class Beginning:
    """What an author provides: the people, the area, what looks fine and what is really going on.

    `rep`, `manager` and `role` have at most 80 characters, `looks` and `truth` at most 1,000.
    """

    rep: str
    role: str
    manager: str
    area: str
    looks: str
    truth: str


def new_scenario(scenario_id: str, beginning: Beginning) -> ScenarioFiles:
    """The files of a new, valid scenario. Raises ScenarioError naming the option that can't be used."""
    _check_id(scenario_id)
    said = {entry.name: _plain(entry.name, getattr(beginning, entry.name)) for entry in fields(beginning)}
    if said["area"] not in list(Area):
        raise ScenarioError(f"--area: {said['area'][:60]!r} is not one of {', '.join(Area)}")
    rep, truth = said["rep"], _sentence(said["truth"])
    values = {
        **said,
        "id": scenario_id,
        "truth": truth,
        "title": f"{rep}: what it looks like, and what it is",
        "summary": f"What shows is fine; {rep} knows more than that.",
        "scene": f"{rep} picks up on the second ring. You speak first.",
        "brief": f"{_sentence(said['looks'])} On paper nothing is wrong. You have about ten minutes with {rep}.",
        "told_outright": f"Since you ask, here it is. {truth}",
        "told_slowly": f"I have not said this to anybody yet. {truth}",
    }
    # One pass over the template, so placeholders in the author's text are ignored.
    text = _PLACEHOLDER.sub(lambda found: _quoted(values[found[1]]), _packaged("new-scenario.yaml"))
    files = in_folder(scenario_id, {MAIN: text, KNOWS: _packaged("new-knows.md")})
    load_files(files)
    return files


def new_folder(root: Path, scenario_id: str) -> Path:
    """The folder of a new scenario in `scenarios/` under `root`. Creates nothing.

    Raises ScenarioError for an id that can't be used, and when the folder or a bundled scenario with it already exists.
    """
    _check_id(scenario_id)
    if root.exists() and not root.is_dir():
        raise ScenarioError(f"{root}: not a directory; give one that contains scenarios/ or knowledge/")
    if scenario_id in Library().scenario_ids():
        raise ScenarioError(f"{scenario_id!r} is the id of a bundled scenario; choose another")
    folder = root / "scenarios" / scenario_id
    check_new(folder)
    return folder


def write_new(root: Path, files: ScenarioFiles) -> Path:
    """Write a scenario's folder in `scenarios/` under `root`, creating that if needed. Returns the folder.

    Raises ScenarioError when the folder or a bundled scenario with that id already exists.
    """
    folder = new_folder(root, files.name)
    directory = folder.parent
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise ScenarioError(f"{directory}: not a directory") from None
    except OSError as error:
        raise ScenarioError(f"{directory}: can't be written: {error.strerror or error}") from None
    if not directory.resolve().is_relative_to(root.resolve()):
        raise ScenarioError(f"{directory}: leads outside {root}; choose another directory with --data")
    write_folder(folder, files)
    return folder


def _check_id(scenario_id: str) -> None:
    if not _ID.fullmatch(scenario_id):
        raise ScenarioError(
            f"{scenario_id[:60]!r} can't be an id; use lower-case letters, digits, - or _, at most 64, "
            "such as my-first-deal"
        )


def _packaged(name: str) -> str:
    return resources.files("bot").joinpath("data", name).read_text(encoding="utf-8")


def _plain(name: str, value: str) -> str:
    """One line of text that is safe in YAML. Raises ScenarioError."""
    text = " ".join(value.split())
    most = TEXT_CHARS if name in ("looks", "truth") else NAME_CHARS
    if not text:
        raise ScenarioError(f"--{name}: is empty")
    if len(text) > most:
        raise ScenarioError(f"--{name}: {len(text):,} characters is too long; the limit is {most:,}")
    try:
        parse(_quoted(text), f"--{name}")
    except ScenarioError:
        raise ScenarioError(f"--{name}: control characters are not allowed") from None
    return text


def _sentence(text: str) -> str:
    return f"{text}." if text[-1].isalnum() else text


def _quoted(value: str) -> str:
    # A JSON string is a double-quoted YAML scalar.
    return json.dumps(value, ensure_ascii=False)
