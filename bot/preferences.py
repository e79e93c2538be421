"""What somebody has answered or chosen, kept in Askwell's home in one file of their own."""

from __future__ import annotations

import json
import threading
import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import AskwellError
from .files import write_whole

PREFERENCES = "preferences.json"
LONGEST_NAME = 40
"""Characters that a name may have."""
_JOINERS = "\u200c\u200d"
"""Invisible, but part of how names are spelled in Persian and in scripts of India."""
_WRITING = threading.Lock()


@dataclass(frozen=True, slots=True)
class Consent:
    """Whether a model may word the rep where only a key is set. A yes holds for one model at one host, a no for all."""

    given: bool
    model: str = ""
    host: str = ""


@dataclass(frozen=True, slots=True)
class Preferences:
    """What was chosen on the settings page. `name` is what reps call the manager, empty for the scenario's own name.

    `live` says that live feedback is on when a conversation opens.
    """

    name: str = ""
    live: bool = False


def clean_name(typed: str) -> str:
    """A name as we keep and show it: one line without control characters, at most 40 characters. May be empty."""
    shown = (
        " " if char.isspace() else char
        for char in unicodedata.normalize("NFC", typed)
        if char in _JOINERS or char.isspace() or not unicodedata.category(char).startswith("C")
    )
    return " ".join("".join(shown).split())[:LONGEST_NAME].strip()


def read_preferences(home: Path) -> Preferences:
    """The preferences in `home`. Whatever is missing or damaged is as if it had never been chosen."""
    kept = _read(home)
    name = kept.get("name")
    return Preferences(clean_name(name) if isinstance(name, str) else "", kept.get("live") is True)


def keep_preferences(home: Path, chosen: Preferences) -> None:
    """Keep the preferences in `home`. Raises AskwellError when they can't be written."""
    _keep(home, {"name": clean_name(chosen.name), "live": chosen.live}, "your settings")


def read_consent(home: Path) -> Consent | None:
    """The answer kept in `home`. None if there is none or it can't be read: then nothing is agreed to."""
    with suppress(KeyError, TypeError):
        kept = _read(home)["model_words"]
        return Consent(kept["given"] is True, str(kept["model"]), str(kept["host"]))
    return None


def keep_consent(home: Path, consent: Consent) -> None:
    """Keep the answer in `home`. Raises AskwellError when it can't be written."""
    kept = {"given": consent.given, "model": consent.model, "host": consent.host}
    _keep(home, {"model_words": kept}, "your answer")


def forget_preferences(home: Path) -> None:
    """Delete the file: every preference and the answer. Raises AskwellError when it can't be deleted."""
    try:
        (home.expanduser() / PREFERENCES).unlink(missing_ok=True)
    except (OSError, RuntimeError) as error:
        raise AskwellError(f"we can't delete your settings in {home}: {_why(error)}") from None


def _read(home: Path) -> dict[str, Any]:
    with suppress(OSError, RuntimeError, ValueError):
        kept = json.loads((home.expanduser() / PREFERENCES).read_bytes())
        return kept if isinstance(kept, dict) else {}
    return {}


def _keep(home: Path, changed: dict[str, Any], what: str) -> None:
    """Write the file for its owner alone, with what else stands in it, a newer version's keys too."""
    try:
        with _WRITING:
            written = json.dumps({**_read(home), **changed})
            write_whole(home.expanduser() / PREFERENCES, written.encode(), mode=0o600)
    except (OSError, RuntimeError) as error:
        raise AskwellError(f"we can't keep {what} in {home}: {_why(error)}") from None


def _why(error: Exception) -> str:
    return error.strerror if isinstance(error, OSError) and error.strerror else str(error)
