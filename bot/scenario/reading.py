"""Reads a scenario's folder from disk and writes a new one. Nothing outside the folder is read, and nothing large."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from ..errors import ScenarioError
from .folder import ASKS, MAIN, VARIANTS, ScenarioFiles, belongs, in_folder
from .strictyaml import MAX_BYTES, TOO_LARGE, shortened

MOST_FILES = 100
FOLDER_BYTES = 4 * MAX_BYTES
"""A folder's limits. The largest bundled scenario has about 20 files and 420 KB."""

_ENDINGS = ("yaml", "md", "txt")
_WHAT_BELONGS = "a scenario has scenario.yaml, knows.md, voice.md, asks/FACT.txt and variants/ID.yaml"


def scenario_text(path: Path, name: str | None = None) -> str:
    """The text of a file, called `name` in messages. Stops reading once a file is too large. Raises ScenarioError."""
    name = name or path.name
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise ScenarioError(f"{name}:1:1: {TOO_LARGE}")
        return data.decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    except OSError as error:
        raise ScenarioError(f"{name}:1:1: can't be read: {error.strerror or error}") from None
    except UnicodeDecodeError as error:
        raise ScenarioError(f"{name}:1:1: can't be read: {error}") from None


def folder_text(folder: Path, file: str) -> str:
    """The text of one file of a scenario's folder. Raises ScenarioError, also for a link that leads out of it."""
    path, name = folder / file, f"{folder.name}/{file}"
    if not path.exists():
        what = "is a link that leads nowhere" if path.is_symlink() else "is missing"
        raise ScenarioError(f"{name}:1:1: {what}; put a file of this name here")
    if not path.resolve().is_relative_to(folder.resolve()):
        raise ScenarioError(f"{name}:1:1: is a link that leads out of the folder; put the file itself here")
    if not path.is_file():
        raise ScenarioError(f"{name}:1:1: is not a file; put a file of this name here")
    return scenario_text(path, name)


def read_folder(folder: Path) -> ScenarioFiles:
    """The files of a scenario's folder, with `folder/file:1:1: problem` for each that can't be read.

    Files whose names begin with a dot or end with `~`, which systems and editors leave, are passed over. Raises
    ScenarioError if the folder can't be read or is too large.
    """
    unread: list[tuple[str, str]] = []
    texts: dict[str, str] = {}
    for file in (MAIN, *(name for name in _names(folder) if name != MAIN)):
        try:
            if not belongs(file):
                raise ScenarioError(f"{folder.name}/{_shown(file)}:1:1: {_stray(file)}")
            texts[file] = folder_text(folder, file)
        except ScenarioError as error:
            unread.append((file, str(error)))
        if sum(map(len, texts.values())) > FOLDER_BYTES:
            said = f"the files are larger than {FOLDER_BYTES // 1024:,} KB together"
            raise ScenarioError(f"{folder.name}/{file}:1:1: {said}")
    return replace(in_folder(folder.name, texts), unread=tuple(unread))


def stamp(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """The name, time and size of each file of a scenario's folder: a change to any changes it. Raises ScenarioError."""
    stats = ((name, (folder / name).stat()) for name in _names(folder))
    try:
        return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in stats)
    except OSError as error:
        raise ScenarioError(f"{folder.name}:1:1: can't be read: {error.strerror or error}") from None


def check_new(folder: Path) -> None:
    """Raises ScenarioError if there is anything of a folder's name."""
    if os.path.lexists(folder):
        raise ScenarioError(f"{folder}: already exists; choose another id, or move it away")


def write_folder(folder: Path, files: ScenarioFiles) -> None:
    """Write a new folder whole or not at all. Raises ScenarioError if there is anything of its name."""
    fresh = folder.with_name(f".{folder.name}.{uuid.uuid4().hex}.tmp")
    try:
        check_new(folder)
        folder.parent.mkdir(parents=True, exist_ok=True)
        fresh.mkdir()
        for name, text in files.files:
            path = fresh / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(text.encode("utf-8"))
        fresh.rename(folder)
    except OSError as error:
        raise ScenarioError(f"{folder}: can't be written: {error.strerror or error}") from None
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _names(folder: Path) -> list[str]:
    """The names of a folder's files, sorted, those in `asks` and `variants` included. Raises ScenarioError."""
    found: list[str] = []
    try:
        for name in _listed(folder, ""):
            if len(found) > MOST_FILES:
                raise ScenarioError(f"{folder.name}:1:1: has more than {MOST_FILES} files; a scenario needs fewer")
            found.append(name)
    except OSError as error:
        raise ScenarioError(f"{folder.name}:1:1: can't be read: {error.strerror or error}") from None
    return sorted(found)


def _listed(folder: Path, within: str) -> Iterator[str]:
    with os.scandir(folder / within) as entries:
        for entry in entries:
            name = f"{within}/{entry.name}" if within else entry.name
            if entry.name.startswith(".") or entry.name.endswith("~"):
                continue
            if name in (ASKS, VARIANTS) and entry.is_dir(follow_symlinks=False):
                yield from _listed(folder, name)
            else:
                yield name


def _stray(file: str) -> str:
    """What to do about a file that doesn't belong in the folder: rename it, if only its ending is wrong."""
    stem, dot, _ = file.rpartition(".")
    renamed = next((f"{stem}.{ending}" for ending in _ENDINGS if dot and belongs(f"{stem}.{ending}")), None)
    if renamed is not None:
        return f"rename it to {renamed}"
    return f"doesn't belong here; {_WHAT_BELONGS}"


def _shown(name: str) -> str:
    """A file's name for messages: one line, and no control characters."""
    return shortened(name.encode("unicode_escape", "backslashreplace").decode("ascii"))
