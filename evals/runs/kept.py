"""What a run keeps in its directory: a line a conversation as it finishes, and what it was played with.

The directory can be killed under at any moment: a line is written whole or healed, and no conversation counts twice.
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


class Kept:
    """The records of one run, open for writing: `done` are the keys that need not be played again.

    Raises AskwellError where the directory cannot be written, another run is writing there, or what lies there was
    played with other inputs, unless `fresh`.
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

    def __enter__(self) -> Kept:
        """Itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let others write here."""
        os.close(self._lines)
        self._unlock()

    @property
    def records(self) -> Iterator[Record]:
        """What lies there, in the order in which it finished."""
        return read_records(self.directory / RECORDS)

    def add(self, record: Record) -> None:
        """Write one line and see it on the disk. Raises AskwellError where it does not fit, all or nothing."""
        with self._told():
            before = os.fstat(self._lines).st_size
            try:
                left = _line(record)
                while left:
                    left = left[os.write(self._lines, left) :]
                os.fsync(self._lines)
            except OSError:
                with suppress(OSError):  # what cannot be cut off now is healed by the next run
                    os.ftruncate(self._lines, before)
                raise
            self.done.add(record.key)

    def sort(self) -> None:
        """Put the lines in the order of their keys, so that equal runs are equal bytes but for seconds."""
        with self._told():
            lines = (self.directory / RECORDS).read_bytes().splitlines(keepends=True)
            self._write(sorted(lines, key=lambda line: str(json.loads(line)["key"])))

    def _unlock(self) -> None:
        if self._lock is not None:
            os.close(self._lock)

    def _compared(self, about: Mapping[str, Any]) -> None:
        """Write what the run is played with, or hold it against what was written."""
        path = self.directory / ABOUT
        if not path.exists():
            if (self.directory / RECORDS).exists():
                raise AskwellError(f"{path}: is missing beside records of before; {_OTHERWISE}")
            write_whole(path, (json.dumps(about, ensure_ascii=False, indent=1) + "\n").encode())
            return
        try:
            before = json.loads(path.read_bytes())["inputs"]
        except (ValueError, KeyError, TypeError):
            raise AskwellError(f"{path}: is not what a run writes there; {_OTHERWISE}") from None
        now = json.loads(json.dumps(about["inputs"]))
        if before != now:
            raise AskwellError(
                f"{self.directory}: was played with other inputs ({_differing(before, now)}); {_OTHERWISE}"
            )

    def _healed(self, keys: set[str]) -> None:
        """Keep one record of each conversation that has a result; what was cut off or failed is played again."""
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
                f"{self.directory}: cannot be written: {error.strerror or error}; {len(self.done)} of {self._of} "
                "conversations are kept, and once it can the same command goes on"
            ) from None


def _line(record: Record) -> bytes:
    # Whatever a model said is kept; half of a surrogate pair has no bytes in UTF-8.
    return f"{record.as_line()}\n".encode("utf-8", "replace")


_OTHERWISE = "--fresh plays all of it anew, --out writes elsewhere"


def _differing(before: object, now: Mapping[str, Any]) -> str:
    """The names of inputs that differ, those of a group each."""
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
    """A lock on the directory until it is closed or the process ends; None where the system has none."""
    try:
        import fcntl
    except ImportError:  # Windows: there it is up to whoever starts two runs at once
        return None
    handle = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise AskwellError(f"{directory}: another run is writing there; wait for it, or use --out") from None
    except OSError:  # a file system without locks
        pass
    return handle
