"""Reads a corpus row by row, never as a whole: a directory, or a .jsonl or .parquet file."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from bot.errors import AskwellError

MOST_LINE_BYTES = 4 * 1024 * 1024
"""Maximum bytes of a conversation. A longer one is reported and not read."""
_BATCH = 64
"""Rows of a Parquet file to read at a time."""
KINDS = (".txt", ".json", ".md")
"""File types of conversations. Others are ignored and counted."""
_ENDS = 65_536
TOO_LONG = f"longer than {MOST_LINE_BYTES // 1024 // 1024} MB"
UNREADABLE = "the file can't be read"


@dataclass(frozen=True, slots=True)
class CallRow:
    """One conversation as read: its source (file name, or number of line or row from 1) and its content.

    `form` says what the content is: bytes of a `file` or a `line` of JSON, the value of a Parquet row (`turns`,
    `text`), or for `unread` the reason. Files and Parquet rows have an `id`.
    """

    source: str | int
    form: str
    content: Any
    id: Any = None


@dataclass(frozen=True)
class Corpus:
    """An input: its path and kind."""

    path: Path
    kind: str

    @classmethod
    def at(cls, path: Path) -> Corpus:
        """The corpus at `path`. Raises AskwellError if it is missing or of an unknown kind."""
        if path.is_dir():
            return cls(path, "directory")
        if not path.is_file():
            raise AskwellError(f"{path}: no such file or directory")
        kind = path.suffix.lower().removeprefix(".")
        if kind not in ("jsonl", "parquet"):
            raise AskwellError(f"{path}: give a directory of transcripts, a .jsonl file or a .parquet file")
        if kind == "parquet":
            _parquet_columns(path)
        return cls(path, kind)

    def rows(self, skip: int = 0) -> Iterator[CallRow]:
        """The rows in order, without the first `skip`. Raises AskwellError if the input can't be read."""
        rows = {"directory": _files, "jsonl": _lines, "parquet": _parquet_rows}[self.kind](self.path, skip)
        try:
            yield from rows
        except OSError as error:
            raise AskwellError(f"{error.filename or self.path}: {error.strerror or error}") from None

    def left_alone(self) -> int:
        """How many files of a directory aren't conversations."""
        return sum(not _wanted(path) for path in _tree(self.path)) if self.kind == "directory" else 0

    def fingerprint(self) -> str:
        """A hash of names, sizes and times; for a single file, of its size, time and both ends."""
        digest = hashlib.sha256()
        if self.kind == "directory":
            for path in filter(_wanted, _tree(self.path)):
                held = path.stat()
                name = os.fsencode(path.relative_to(self.path))
                digest.update(b"%s\0%d %d\n" % (name, held.st_size, held.st_mtime_ns))
        else:
            held = self.path.stat()
            digest.update(b"%d %d\n" % (held.st_size, held.st_mtime_ns))
            with self.path.open("rb") as file:
                digest.update(file.read(_ENDS))
                file.seek(max(0, held.st_size - _ENDS))
                digest.update(file.read(_ENDS))
        return digest.hexdigest()


def _tree(directory: Path) -> Iterator[Path]:
    """The files in a directory tree, by name, without hidden files and linked directories."""
    with os.scandir(directory) as found:
        entries = sorted((entry for entry in found if not entry.name.startswith(".")), key=lambda entry: entry.name)
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            yield from _tree(Path(entry.path))
        elif entry.is_file():
            yield Path(entry.path)


def _wanted(path: Path) -> bool:
    return path.suffix.lower() in KINDS


def _files(directory: Path, skip: int) -> Iterator[CallRow]:
    for place, path in enumerate(filter(_wanted, _tree(directory))):
        if place < skip:
            continue
        source = path.relative_to(directory).as_posix()
        try:
            with path.open("rb") as file:
                content = file.read(MOST_LINE_BYTES + 1)
        except OSError:
            yield CallRow(source, "unread", UNREADABLE, path.stem)
            continue
        yield _bounded(CallRow(source, "file", content, path.stem))


def _bounded(row: CallRow) -> CallRow:
    return CallRow(row.source, "unread", TOO_LONG, row.id) if len(row.content) > MOST_LINE_BYTES else row


def _lines(path: Path, skip: int) -> Iterator[CallRow]:
    passed = 0
    with path.open("rb") as file:
        for number, line in enumerate(_whole_lines(file), 1):
            if not line.strip():
                continue
            passed += 1
            if passed > skip:
                yield _bounded(CallRow(number, "line", line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line))


def _whole_lines(file: BinaryIO) -> Iterator[bytes]:
    """The lines of a file. Cuts off lines that are too long, to limit memory."""
    while line := file.readline(MOST_LINE_BYTES + 2):
        rest = line
        while rest and not rest.endswith(b"\n"):
            rest = file.readline(MOST_LINE_BYTES)
        yield line


def _parquet_columns(path: Path) -> list[str]:
    """The columns to read: `turns` or else `text`, and `id` if present. Raises AskwellError without either."""
    import pyarrow  # type: ignore[import-untyped]
    import pyarrow.parquet as parquet  # type: ignore[import-untyped]

    try:
        with parquet.ParquetFile(path) as file:
            names = file.schema_arrow.names
    except (pyarrow.ArrowException, OSError) as error:
        raise AskwellError(f"{path}: can't be read as Parquet: {str(error).splitlines()[0]}") from None
    content = next((name for name in ("turns", "text") if name in names), None)
    if content is None:
        raise AskwellError(f"{path}: needs a column 'turns' (speaker and text) or 'text'; it has {', '.join(names)}")
    return [content, *(["id"] if "id" in names else [])]


def _parquet_rows(path: Path, skip: int) -> Iterator[CallRow]:
    import pyarrow
    import pyarrow.parquet as parquet

    columns = _parquet_columns(path)
    passed = 0
    try:
        with parquet.ParquetFile(path) as file:
            for group in range(file.metadata.num_row_groups):
                held = file.metadata.row_group(group).num_rows
                if passed + held <= skip:
                    passed += held
                    continue
                for batch in file.iter_batches(_BATCH, row_groups=[group], columns=columns, use_threads=False):
                    for entry in batch.to_pylist():
                        passed += 1
                        if passed > skip:
                            yield CallRow(passed, columns[0], entry[columns[0]], entry.get("id"))
    except pyarrow.ArrowException as error:
        raise AskwellError(f"{path}: row {passed + 1}: {str(error).splitlines()[0]}") from None
