"""A run as it lies on disk: its records, and what it was played with."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.errors import AskwellError

from ..records import Record, read_records

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
class Run:
    """The records of one run by key, in the order in which they were written, and what is said about it."""

    path: Path
    by_key: dict[str, Record]
    about: About = field(default_factory=About)

    @cached_property
    def records(self) -> tuple[Record, ...]:
        """The records by key, so that equal runs give equal reports whatever finished first."""
        return tuple(self.by_key[key] for key in sorted(self.by_key))


def read_run(path: Path) -> Run:
    """The run in a directory, or that of a file of records alone.

    Of two records of one conversation the later counts: it was played again. Raises AskwellError where there is none.
    """
    lines = path / RECORDS if path.is_dir() else path
    if not lines.exists():
        raise AskwellError(f"{path}: there is no run: {RECORDS if path.is_dir() else 'no such file or directory'}")
    by_key = {record.key: record for record in read_records(lines)}
    if not by_key:
        raise AskwellError(f"{lines}: holds no conversation yet")
    about = lines.with_name(ABOUT)
    return Run(path, by_key, _about(about) if about.is_file() else About())


def _about(path: Path) -> About:
    try:
        return About.model_validate_json(path.read_bytes())
    except OSError as error:
        raise AskwellError(f"{path}: cannot be read: {error.strerror}") from None
    except ValidationError as error:
        wrong = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in wrong["loc"])
        raise AskwellError(f"{path}: {f'{where}: ' if where else ''}{wrong['msg']}") from None
