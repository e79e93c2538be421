"""A run's directory: one line per finished conversation, and the run's inputs.

A run can be killed at any moment: lines are written whole or repaired, and no conversation counts twice.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any

from bot.errors import AskwellError
from bot.files import write_whole

from ..records import Record, read_records

RECORDS, ABOUT = "records.jsonl", "run.json"
REPORTS = ("report.md", "report.html", "junit.xml")


class RunRecords:
    """The records of a run, open for writing. `done` has the keys of finished conversations.

    Raises AskwellError if the directory can't be written to, another run is writing there or, unless `fresh`, its
    records have different inputs.
    """

    def __init__(self, directory: Path, about: Mapping[str, Any], keys: Iterable[str], fresh: bool = False) -> None:
        self.directory = directory
        self.done: set[str] = set()
        self._of = len(keys := set(keys))
        with self._told():
            directory.mkdir(parents=True, exist_ok=True)
            self._lock = _locked(directory)
            try:
                if fresh:
                    for name in (RECORDS, ABOUT, *REPORTS):
                        (directory / name).unlink(missing_ok=True)
                self._compared(about)
                self._healed(keys)
                self._lines = os.open(directory / RECORDS, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
            except BaseException:
                self._unlock()
                raise

    def __enter__(self) -> RunRecords:
        """Return this object."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Release the directory."""
        os.close(self._lines)
        self._unlock()

    @property
    def records(self) -> Iterator[Record]:
        """The records, in the order they finished."""
        return read_records(self.directory / RECORDS)

    def add(self, record: Record) -> None:
        """Write one line to disk, all or nothing. Raises AskwellError if it can't be written."""
        with self._told():
            before = os.fstat(self._lines).st_size
            try:
                left = _line(record)
                while left:
                    left = left[os.write(self._lines, left) :]
                os.fsync(self._lines)
            except OSError:
                with suppress(OSError):  # if we can't truncate the file now, the next run repairs it
                    os.ftruncate(self._lines, before)
                raise
            self.done.add(record.key)

    def sort(self) -> None:
        """Sort the lines by key, so that equal runs have equal bytes except for seconds."""
        with self._told():
            lines = (self.directory / RECORDS).read_bytes().splitlines(keepends=True)
            self._write(sorted(lines, key=lambda line: str(json.loads(line)["key"])))

    def _unlock(self) -> None:
        if self._lock is not None:
            os.close(self._lock)

    def _compared(self, about: Mapping[str, Any]) -> None:
        """Write the run's inputs, or compare them with the existing ones."""
        path = self.directory / ABOUT
        if not path.exists():
            if (self.directory / RECORDS).exists():
                raise AskwellError(f"{path}: missing, although there are records; {_OTHERWISE}")
            write_whole(path, (json.dumps(about, ensure_ascii=False, indent=1) + "\n").encode())
            return
        try:
            before = json.loads(path.read_bytes())["inputs"]
        except (ValueError, KeyError, TypeError):
            raise AskwellError(f"{path}: not written by a run; {_OTHERWISE}") from None
        now = json.loads(json.dumps(about["inputs"]))
        if before != now:
            raise AskwellError(
                f"{self.directory}: was played with different inputs ({_differing(before, now)}); {_OTHERWISE}"
            )

    def _healed(self, keys: set[str]) -> None:
        """Keep one record per finished conversation. The rest is played again."""
        path = self.directory / RECORDS
        if not path.exists():
            return
        good = {record.key: _line(record) for record in self.records if record.key in keys and not record.error}
        self.done = set(good)
        self._write(good.values())

    def _write(self, lines: Iterable[bytes]) -> None:
        path = self.directory / RECORDS
        data = b"".join(lines)
        if path.read_bytes() != data:
            write_whole(path, data)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise AskwellError(
                f"{self.directory}: can't be written to: {error.strerror or error}; {len(self.done)} of {self._of} "
                "conversations are saved; fix this and run the same command again to resume"
            ) from None


def _line(record: Record) -> bytes:
    # Keep whatever a model said. A lone surrogate can't be encoded in UTF-8.
    return f"{record.as_line()}\n".encode("utf-8", "replace")


_OTHERWISE = "use --fresh to start over, or --out to write elsewhere"


def _differing(before: object, now: Mapping[str, Any]) -> str:
    """The names of inputs that differ, including each one within a group."""
    before = before if isinstance(before, dict) else {}
    names = []
    for name in dict.fromkeys((*before, *now)):
        one, other = before.get(name), now.get(name)
        if isinstance(one, dict) and isinstance(other, dict):
            names += [f"{name}.{part}" for part in dict.fromkeys((*one, *other)) if one.get(part) != other.get(part)]
        elif one != other:
            names.append(name)
    return ", ".join(names)


def _locked(directory: Path) -> int | None:
    """A lock on the directory until it is closed or the process ends; None if the system has no locks."""
    try:
        import fcntl
    except ImportError:  # Windows: two runs at once are the user's responsibility
        return None
    handle = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise AskwellError(f"{directory}: another run is writing here; wait for it, or use --out") from None
    except OSError:  # a file system without locks
        pass
    return handle
