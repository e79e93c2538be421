"""Baselines: the records that later runs of the same suite are compared with.

`<suite>-<hash of the suite's text>/<SHA-256 of the records>/` holds them: a suite that is worded otherwise has another
baseline, and records that were changed no longer fit their name. A suite has one; keeping another replaces it.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from bot.errors import AskwellError
from bot.files import write_whole

from .recorded import ABOUT, RECORDS, Run, read_run
from .summary import digest

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,60}")
_SHORT = 12


@dataclass(frozen=True, slots=True)
class Kept:
    """Where a baseline lies, and the names of those that it replaced."""

    path: Path
    replaced: tuple[str, ...]


def directory(data: Path | None) -> Path:
    """Where baselines lie: beside the user's own scenarios, or in `askwell-eval` where the command runs."""
    return data / "baselines" if data is not None else Path("askwell-eval") / "baselines"


def keep(run: Run, home: Path) -> Kept:
    """Keep a run as the baseline of its suite. Raises AskwellError for a run that names no suite, OSError."""
    place = home / _suite(run)
    lines = "".join(f"{record.as_line()}\n" for record in run.records).encode("utf-8", "surrogatepass")
    new = place / hashlib.sha256(lines).hexdigest()
    new.mkdir(parents=True, exist_ok=True)
    write_whole(new / ABOUT, run.about.model_dump_json(indent=1).encode("utf-8"))
    write_whole(new / RECORDS, lines)
    old = sorted(path for path in place.iterdir() if path.is_dir() and path != new)
    for path in old:
        shutil.rmtree(path)
    return Kept(new, tuple(path.name for path in old))


def find(run: Run, home: Path) -> Run:
    """The baseline of a run's suite. Raises AskwellError where there is none, or it is not what was kept."""
    place = home / _suite(run)
    found = sorted(path for path in place.iterdir() if path.is_dir()) if place.is_dir() else []
    if not found:
        others = sorted(path.name for path in home.glob(f"{run.about.suite}-*")) if home.is_dir() else []
        other = f"; the one for {', '.join(others)} was kept with another text of the suite" if others else ""
        raise AskwellError(
            f"{home}: there is no baseline {place.name}{other}; keep one: askwell eval baseline keep {run.path}"
        )
    if len(found) > 1:
        raise AskwellError(f"{place}: holds {len(found)} baselines; delete all but one, or keep one anew")
    (path,) = found
    records = path / RECORDS
    try:
        there = hashlib.sha256(records.read_bytes()).hexdigest()
    except OSError as error:
        raise AskwellError(f"{records}: cannot be read: {error.strerror}") from None
    if there != path.name:
        raise AskwellError(
            f"{records}: has changed since it was kept: its SHA-256 is {there[:_SHORT]}..., not its name"
        )
    return read_run(path)


def _suite(run: Run) -> str:
    about = run.about
    if not (about.suite and about.text):
        raise AskwellError(f"{run.path}: {ABOUT}: suite, text: a baseline needs both; the run names no suite")
    if not _NAME.fullmatch(about.suite):
        raise AskwellError(f"{run.path}: {ABOUT}: suite: {about.suite!r} is no name for a directory")
    return f"{about.suite}-{digest(about.text)[:_SHORT]}"
