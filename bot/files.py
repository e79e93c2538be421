"""Atomic file writes, and files and directories that only their owner can read."""

from __future__ import annotations

import os
import stat
import uuid
from contextlib import suppress
from pathlib import Path


def make_private(directory: Path) -> None:
    """Create a directory and its missing parents, each for its owner alone. Raises OSError."""
    try:
        directory.mkdir(mode=0o700, exist_ok=True)
    except FileNotFoundError:
        if directory.parent == directory:
            raise
        make_private(directory.parent)  # pathlib's own `parents` would leave these open to everybody
        directory.mkdir(mode=0o700, exist_ok=True)


def close_to_others(path: Path) -> None:
    """Remove everyone else's permissions from a file or directory of ours. Leaves what we don't own or can't change."""
    with suppress(OSError):
        found = path.stat()
        everybodys = found.st_mode & stat.S_ISVTX  # as /tmp is
        if os.name != "nt" and found.st_uid == os.getuid() and found.st_mode & 0o077 and not everybodys:
            path.chmod(stat.S_IMODE(found.st_mode) & ~0o077)


def write_whole(path: Path, data: bytes, mode: int = 0o666) -> None:
    """Write `data` to a temporary file and move it to `path`, so that no one reads half of it. Raises OSError.

    The file gets `mode`, less the umask. Missing directories are created for their owner alone: one may be our home.
    """
    make_private(path.parent)
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}.tmp")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.replace(temporary, path)
    except OSError:
        os.unlink(temporary)
        raise
