"""A run on disk: its records, inputs and scope, and the suite's baseline.

A baseline is a directory `<suite>-<hash of the suite's text>/<SHA-256 of the records>/` with the records to compare
later runs of the suite with. Editing the suite means it needs a new baseline, and edited records no longer match their
name. Each suite has one baseline; keeping a new one replaces it.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.errors import AskwellError
from bot.files import write_whole

from ..records import Record, read_records
from .wording import plural

RECORDS, ABOUT = "records.jsonl", "run.json"


class About(BaseModel):
    """The contents of `run.json`. Other keys are kept and shown.

    `text` is the suite's YAML, `tolerance` is by figure, and `conversations` is the planned number, if known.
    """

    model_config = ConfigDict(extra="allow", frozen=True)

    suite: str = ""
    title: str = ""
    text: str = ""
    inputs: dict[str, Any] = {}
    tolerance: dict[str, float] = {}
    conversations: int | None = None


@dataclass(frozen=True)
class RecordedRun:
    """One run's records by key, in the order they were written, and its `run.json`."""

    path: Path
    by_key: dict[str, Record]
    about: About = field(default_factory=About)

    @cached_property
    def records(self) -> tuple[Record, ...]:
        """The records sorted by key, so that equal runs give equal reports regardless of what finished first."""
        return tuple(self.by_key[key] for key in sorted(self.by_key))


def digest(text: str) -> str:
    """The SHA-256 of a text, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def read_run(path: Path) -> RecordedRun:
    """Read the run in a directory, or in a file of records.

    If a conversation was played twice, the later record counts. Raises AskwellError if there is no run.
    """
    lines = path / RECORDS if path.is_dir() else path
    if not lines.exists():
        raise AskwellError(
            f"{path}: no run found: {f'there is no {RECORDS}' if path.is_dir() else 'no such file or directory'}"
        )
    by_key = {record.key: record for record in read_records(lines)}
    if not by_key:
        raise AskwellError(f"{lines}: contains no conversations yet")
    about = lines.with_name(ABOUT)
    return RecordedRun(path, by_key, _about(about) if about.is_file() else About())


def _about(path: Path) -> About:
    try:
        return About.model_validate_json(path.read_bytes())
    except OSError as error:
        raise AskwellError(f"{path}: can't be read: {error.strerror}") from None
    except ValidationError as error:
        wrong = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in wrong["loc"])
        raise AskwellError(f"{path}: {f'{where}: ' if where else ''}{wrong['msg']}") from None


def scope(run: RecordedRun) -> tuple[str, ...]:
    """Sentences about voices, judge, seeds and version. There is no date, because runs don't store one."""
    records = run.records
    return (_voices(run), _judge(records), _seeds(records), _version(run))


def _voices(run: RecordedRun) -> str:
    rep, managers = ({getattr(one, name) for one in run.records} for name in ("voice", "manager_voice"))
    if rep | managers == {"lines"}:
        return "All lines are scripted, so this run tells you nothing about models or prompts."
    behind = run.about.inputs.get("models")
    known = behind if isinstance(behind, dict) else {}

    def named(voices: set[str]) -> str:
        plain = {"lines": "scripted lines"} | {voice: f"{voice} ({known[voice]})" for voice in voices if voice in known}
        return " and ".join(plain.get(voice, voice) for voice in sorted(voices))

    return f"The rep's words are from {named(rep)}, the managers' from {named(managers)}."


def _judge(records: Sequence[Record]) -> str:
    judged = sum(bool(record.judged) for record in records)
    if not judged:
        return "No model judged the conversations; levels are computed from the words."
    return (
        f"A model judged {judged} of {plural(len(records), 'conversation')}; levels are still computed from the words."
    )


def _seeds(records: Iterable[Record]) -> str:
    seeds = sorted({record.seed for record in records})
    if len(seeds) == 1:
        return f"Seed {seeds[0]} only; other seeds may give other results."
    return f"Seeds {_run(seeds)}."


def _run(seeds: Sequence[int]) -> str:
    whole = len(seeds) > 2 and seeds[-1] - seeds[0] == len(seeds) - 1
    return f"{seeds[0]} to {seeds[-1]}" if whole else ", ".join(map(str, seeds))


def _version(run: RecordedRun) -> str:
    version = run.about.inputs.get("askwell")
    return f"Askwell {version}." if isinstance(version, str) else "The Askwell version wasn't recorded."


_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,60}")
_SHORT = 12


@dataclass(frozen=True, slots=True)
class _Kept:
    """The path of a baseline, and the names of those it replaced."""

    path: Path
    replaced: tuple[str, ...]


def directory(data: Path | None) -> Path:
    """The directory of baselines: in the user's data directory, or else in `askwell-eval` in the working directory."""
    return data / "baselines" if data is not None else Path("askwell-eval") / "baselines"


def keep_baseline(run: RecordedRun, home: Path) -> _Kept:
    """Make a run its suite's baseline. Raises AskwellError if the run names no suite, and OSError."""
    place = home / _suite(run)
    lines = "".join(f"{record.as_line()}\n" for record in run.records).encode("utf-8", "surrogatepass")
    new = place / hashlib.sha256(lines).hexdigest()
    new.mkdir(parents=True, exist_ok=True)
    write_whole(new / ABOUT, run.about.model_dump_json(indent=1).encode("utf-8"))
    write_whole(new / RECORDS, lines)
    old = sorted(path for path in place.iterdir() if path.is_dir() and path != new)
    for path in old:
        shutil.rmtree(path)
    return _Kept(new, tuple(path.name for path in old))


def find(run: RecordedRun, home: Path) -> RecordedRun:
    """The baseline of a run's suite. Raises AskwellError if there is none, or it was changed."""
    place = home / _suite(run)
    found = sorted(path for path in place.iterdir() if path.is_dir()) if place.is_dir() else []
    if not found:
        others = sorted(path.name for path in home.glob(f"{run.about.suite}-*")) if home.is_dir() else []
        other = f"; the suite was edited after {', '.join(others)} was kept" if others else ""
        raise AskwellError(
            f"{home}: there is no baseline {place.name}{other}; to keep one, run askwell eval baseline keep {run.path}"
        )
    if len(found) > 1:
        raise AskwellError(f"{place}: has {len(found)} baselines; delete all but one, or keep a new one")
    (path,) = found
    records = path / RECORDS
    try:
        there = hashlib.sha256(records.read_bytes()).hexdigest()
    except OSError as error:
        raise AskwellError(f"{records}: can't be read: {error.strerror}") from None
    if there != path.name:
        raise AskwellError(
            f"{records}: was changed after it was kept: its SHA-256, {there[:_SHORT]}..., doesn't match its name"
        )
    return read_run(path)


def _suite(run: RecordedRun) -> str:
    about = run.about
    if not (about.suite and about.text):
        raise AskwellError(f"{run.path}: {ABOUT}: suite, text: a baseline needs both")
    if not _NAME.fullmatch(about.suite):
        raise AskwellError(f"{run.path}: {ABOUT}: suite: {about.suite!r} can't be used as a directory name")
    return f"{about.suite}-{digest(about.text)[:_SHORT]}"
