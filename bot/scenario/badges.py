"""How well a scenario has been tested: draft, checked or qualified. A scenario earns its badge; nobody types it.

`badges.json`, next to the scenarios of each directory, maps the SHA-256 of a scenario's files to its id and badge. When
one of the files changes, so does the hash, and the scenario is a draft again. A scenario that a model drafted stays a
draft until its author has read `draft.md` and deleted it.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from ..errors import ScenarioError
from ..files import write_whole
from .folder import DRAFTED
from .reading import read_folder, stamp
from .schema import Id, Strict

Earned = Literal["checked", "qualified"]
DRAFT = "draft"
LEDGER = "badges.json"


class _Entry(Strict):
    """A scenario's badge."""

    id: Id
    badge: Earned


BadgeLedger = dict[str, _Entry]
_LEDGER = TypeAdapter(BadgeLedger)


def record_badge(folder: Path, badge: Earned) -> bool:
    """Record the badge of the scenario in a folder, as its files are now. Never lowers qualified to checked.

    Returns whether it may have one: not while `draft.md` is in the folder.

    Drops entries of scenarios that have changed or been deleted. Raises ScenarioError when a file can't be read or the
    ledger can't be written.
    """
    ledger, files = read_ledger(folder.parent), read_folder(folder)
    if files.text(DRAFTED) is not None:
        return False
    digest = files.digest
    if badge == "checked" and badge_in(ledger, folder.name, digest) == "qualified":
        return True
    others = {key: entry for key, entry in ledger.items() if entry.id != folder.name}
    kept = {key: entry for key, entry in others.items() if known_digest(folder.with_name(entry.id)) == key}
    _write(folder.with_name(LEDGER), {**kept, digest: _Entry(id=folder.name, badge=badge)})
    return True


def read_ledger(directory: Path) -> BadgeLedger:
    """The ledger of a directory of scenarios. A missing or damaged one is empty."""
    try:
        return _LEDGER.validate_json((directory / LEDGER).read_bytes())
    except (OSError, ValidationError):
        return {}


def badge_in(ledger: BadgeLedger, scenario_id: str, digest: str) -> str:
    """The badge in a ledger for the scenario whose files have this hash."""
    entry = ledger.get(digest)
    return entry.badge if entry is not None and entry.id == scenario_id else DRAFT


def known_digest(folder: Path) -> str:
    """The digest of a scenario's files, cached by their times and sizes. Empty if they can't be read."""
    try:
        return _digest_since(folder, stamp(folder))
    except ScenarioError:
        return ""


@lru_cache(maxsize=2048)
def _digest_since(folder: Path, _since: tuple[tuple[str, int, int], ...]) -> str:
    return read_folder(folder).digest


def _write(path: Path, ledger: BadgeLedger) -> None:
    plain = {digest: entry.model_dump() for digest, entry in ledger.items()}
    data = json.dumps(plain, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    try:
        write_whole(path, data.encode("utf-8"))
    except OSError as error:
        raise ScenarioError(f"{path}: can't be written: {error.strerror or error}") from None
