"""A run as it lies on disk: its records, what it was played with, what it covers, and the baseline kept of it.

A baseline, `<suite>-<hash of the suite's text>/<SHA-256 of the records>/`, holds the records that later runs of the
same suite are compared with: a suite that is worded otherwise has another one, and records that were changed no longer
fit their name. A suite has one; keeping another replaces it.
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
    """What `run.json` says; further keys are kept and shown.

    `text` is the suite's YAML, `tolerance` by figure, `conversations` how many there are to play, where it is said.
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
    """The records of one run by key, in the order in which they were written, and what is said about it."""

    path: Path
    by_key: dict[str, Record]
    about: About = field(default_factory=About)

    @cached_property
    def records(self) -> tuple[Record, ...]:
        """The records by key, so that equal runs give equal reports whatever finished first."""
        return tuple(self.by_key[key] for key in sorted(self.by_key))


def digest(text: str) -> str:
    """The SHA-256 of a text, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def read_run(path: Path) -> RecordedRun:
    """The run in a directory, or that of a file of records alone.

    Of two records of one conversation the later counts: it was played again. Raises AskwellError where there is none.
    """
    lines = path / RECORDS if path.is_dir() else path
    if not lines.exists():
        raise AskwellError(f"{path}: there is no run: {RECORDS if path.is_dir() else 'no such file or directory'}")
    by_key = {record.key: record for record in read_records(lines)}
    if not by_key:
        raise AskwellError(f"{lines}: contains no conversations yet")
    about = lines.with_name(ABOUT)
    return RecordedRun(path, by_key, _about(about) if about.is_file() else About())


def _about(path: Path) -> About:
    try:
        return About.model_validate_json(path.read_bytes())
    except OSError as error:
        raise AskwellError(f"{path}: cannot be read: {error.strerror}") from None
    except ValidationError as error:
        wrong = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in wrong["loc"])
        raise AskwellError(f"{path}: {f'{where}: ' if where else ''}{wrong['msg']}") from None


def scope(run: RecordedRun) -> tuple[str, ...]:
    """Sentences on voices, models, judge, seeds and version; no date, because a run holds none."""
    records = run.records
    return (_voices(run), _judge(records), _seeds(records), _version(run))


def _voices(run: RecordedRun) -> str:
    rep, managers = ({getattr(one, name) for one in run.records} for name in ("voice", "manager_voice"))
    if rep | managers == {"lines"}:
        return "Written lines only: no language model spoke, so it says nothing of models or prompts."
    behind = run.about.inputs.get("models")
    known = behind if isinstance(behind, dict) else {}

    def named(voices: set[str]) -> str:
        plain = {"lines": "written lines"} | {voice: f"{voice} ({known[voice]})" for voice in voices if voice in known}
        return " and ".join(plain.get(voice, voice) for voice in sorted(voices))

    return f"The rep spoke by {named(rep)}, the managers by {named(managers)}."


def _judge(records: Sequence[Record]) -> str:
    judged = sum(bool(record.judged) for record in records)
    if not judged:
        return "No judge was asked: levels are counted from the words."
    return f"A model judged {judged} of {plural(len(records), 'conversation')}; levels are counted all the same."


def _seeds(records: Iterable[Record]) -> str:
    seeds = sorted({record.seed for record in records})
    if len(seeds) == 1:
        return f"Seed {seeds[0]} only: it does not say what other seeds would bring."
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
    """Where a baseline lies, and the names of those that it replaced."""

    path: Path
    replaced: tuple[str, ...]


def directory(data: Path | None) -> Path:
    """Where baselines lie: beside the user's own scenarios, or in `askwell-eval` where the command runs."""
    return data / "baselines" if data is not None else Path("askwell-eval") / "baselines"


def keep_baseline(run: RecordedRun, home: Path) -> _Kept:
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
    return _Kept(new, tuple(path.name for path in old))


def find(run: RecordedRun, home: Path) -> RecordedRun:
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


def _suite(run: RecordedRun) -> str:
    about = run.about
    if not (about.suite and about.text):
        raise AskwellError(f"{run.path}: {ABOUT}: suite, text: a baseline needs both; the run names no suite")
    if not _NAME.fullmatch(about.suite):
        raise AskwellError(f"{run.path}: {ABOUT}: suite: {about.suite!r} is no name for a directory")
    return f"{about.suite}-{digest(about.text)[:_SHORT]}"
