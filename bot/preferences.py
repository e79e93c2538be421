"""What somebody has answered once, kept in Askwell's home so that nobody asks again."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from .errors import AskwellError
from .files import write_whole

PREFERENCES = "preferences.json"


@dataclass(frozen=True, slots=True)
class Consent:
    """Whether a model may word the rep where only a key is set. A yes holds for one model at one host, a no for all."""

    given: bool
    model: str = ""
    host: str = ""


def read_consent(home: Path) -> Consent | None:
    """The answer kept in `home`. None if there is none or it can't be read: then nothing is agreed to."""
    with suppress(OSError, RuntimeError, ValueError, KeyError, TypeError):
        kept = json.loads((home.expanduser() / PREFERENCES).read_bytes())["model_words"]
        return Consent(kept["given"] is True, str(kept["model"]), str(kept["host"]))
    return None


def keep_consent(home: Path, consent: Consent) -> None:
    """Keep the answer in `home`, in a file for its owner alone. Raises AskwellError when it can't be written."""
    kept = {"given": consent.given, "model": consent.model, "host": consent.host}
    try:
        write_whole(home.expanduser() / PREFERENCES, json.dumps({"model_words": kept}).encode(), mode=0o600)
    except (OSError, RuntimeError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise AskwellError(f"we can't keep your answer in {home}: {why}") from None
