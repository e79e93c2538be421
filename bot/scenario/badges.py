"""How well a scenario has been tested: draft, checked or qualified. A file earns its badge; nobody types it.

`badges.json`, next to the scenario files of each directory, maps a file's SHA-256 to its scenario's id and badge.
A changed file has another hash, so it is a draft again.
"""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from ..errors import ScenarioError
from ..files import write_whole
from .schema import Id, Strict

Earned = Literal["checked", "qualified"]
DRAFT = "draft"
LEDGER = "badges.json"


class _Entry(Strict):
    """A file's badge."""

    id: Id
    badge: Earned


BadgeLedger = dict[str, _Entry]
_LEDGER = TypeAdapter(BadgeLedger)


def record_badge(path: Path, badge: Earned) -> None:
    """Record the badge of a scenario's current file. A qualified file is never lowered to checked.

    Drops entries of files that have changed or been deleted. Raises ScenarioError when the ledger can't be written.
    """
    ledger, digest = read_ledger(path.parent), digest_of(path)
    if badge == "checked" and badge_in(ledger, path.stem, digest) == "qualified":
        return
    others = {key: entry for key, entry in ledger.items() if entry.id != path.stem}
    kept = {key: entry for key, entry in others.items() if known_digest(path.with_stem(entry.id)) == key}
    _write(path.with_name(LEDGER), {**kept, digest: _Entry(id=path.stem, badge=badge)})


def read_ledger(directory: Path) -> BadgeLedger:
    """The ledger of a directory of scenario files. A missing or damaged one is empty."""
    try:
        return _LEDGER.validate_json((directory / LEDGER).read_bytes())
    except (OSError, ValidationError):
        return {}


def badge_in(ledger: BadgeLedger, scenario_id: str, digest: str) -> str:
    """The badge in a ledger for the scenario whose file has this hash."""
    entry = ledger.get(digest)
    return entry.badge if entry is not None and entry.id == scenario_id else DRAFT


def digest_of(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal. Raises ScenarioError when the file can't be read."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise ScenarioError(f"{path.name}:1:1: can't be read: {error}") from None


def known_digest(path: Path) -> str:
    """Like `digest_of`, cached by the file's time and size. Empty if the file can't be read."""
    try:
        stat = path.stat()
        return _digest_since(path, stat.st_mtime_ns, stat.st_size)
    except (OSError, ScenarioError):
        return ""


@lru_cache(maxsize=2048)
def _digest_since(path: Path, _mtime_ns: int, _size: int) -> str:
    return digest_of(path)


def _write(path: Path, ledger: BadgeLedger) -> None:
    plain = {digest: entry.model_dump() for digest, entry in ledger.items()}
    data = json.dumps(plain, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    try:
        write_whole(path, data.encode("utf-8"))
    except OSError as error:
        raise ScenarioError(f"{path}: can't be written: {error.strerror or error}") from None
