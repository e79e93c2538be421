"""Replies of models on disk, so that the same request gives the same words."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ..files import write_whole

_STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class KeptReply:
    """A streamed reply in pieces, and whether the caller stopped before its end."""

    pieces: list[str]
    stopped: bool = False


def kept_reply(path: Path | None, longest: int) -> KeptReply:
    """The reply at `path`. Without pieces if it is missing, damaged or longer than `longest` characters."""
    if path is not None:
        with suppress(OSError, ValueError):
            entry = json.loads(path.read_bytes())
            stopped = isinstance(entry, dict)
            pieces = entry.get(_STOPPED) if stopped else entry
            if isinstance(pieces, list) and all(isinstance(piece, str) for piece in pieces):
                return KeptReply(pieces if sum(map(len, pieces)) <= longest else [], stopped)
    return KeptReply([])


def keep_reply(path: Path | None, reply: KeptReply) -> None:
    """Write a streamed reply."""
    keep_text(path, json.dumps({_STOPPED: reply.pieces} if reply.stopped else reply.pieces))


def keep_text(path: Path | None, text: str) -> None:
    """Write an answer. The answer is fine even if it can't be cached, so a failure is ignored."""
    if path is not None:
        with suppress(OSError, ValueError):
            write_whole(path, text.encode())


def forget(path: Path | None) -> None:
    """Remove a reply, so that it is asked for again."""
    if path is not None:
        with suppress(OSError):
            path.unlink()
