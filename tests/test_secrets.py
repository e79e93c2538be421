"""Keys are stripped or refused by name; bearer headers, `sk-` keys and passwords in addresses stay out of errors."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.errors import AskwellError, KnowledgeError, ModelError, StoreError
from bot.settings import Settings, settings
from bot.store import Store

CANARY = "sk-canary0123456789"


@pytest.fixture(autouse=True)
def fresh_settings():
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.mark.parametrize("stray", ["\r", "\n", " ", "\r\n", "\t"])
@pytest.mark.parametrize("variable", ["ASKWELL_API_KEY", "OPENAI_API_KEY"])
def test_stray_white_space_around_a_key_is_stripped(stray: str, variable: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("ASKWELL_API_KEY", raising=False)
    monkeypatch.setenv(variable, f"{stray}{CANARY}{stray}")

    key = Settings().api_key

    assert key is not None
    assert key.get_secret_value() == CANARY


@pytest.mark.parametrize("inner", ["\r", "\n", " ", "é"])
def test_a_key_that_no_header_can_hold_is_refused_by_its_variable_alone(inner: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ASKWELL_API_KEY", f"plaincanary{inner}0123456789")

    with pytest.raises(AskwellError) as refused:
        settings()

    assert "ASKWELL_API_KEY" in str(refused.value)
    assert "canary" not in str(refused.value)
    assert "0123456789" not in str(refused.value)


def test_a_key_of_white_space_is_no_key(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ASKWELL_API_KEY", " \r\n")

    assert Settings().api_key is None


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ModelError(f"Illegal header value b'Bearer {CANARY}\\r'"), "Illegal header value b'Bearer ***'"),
        (ModelError(f"bad key {CANARY}; set it again"), "bad key sk-***; set it again"),
        (KnowledgeError("http://me:canary@host:8000: refused"), "http://me:***@host:8000: refused"),
        (AskwellError("postgresql://me:c@nary@host/db is down"), "postgresql://me:***@host/db is down"),
        (AskwellError("http://host:8000/v1 is down; a@b"), "http://host:8000/v1 is down; a@b"),
    ],
)
def test_keys_and_passwords_are_taken_out_of_any_error(error: AskwellError, told: str):
    assert str(error) == told


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_a_new_home_and_its_database_are_their_owners_alone(tmp_path: Path):
    database = tmp_path / "home" / "askwell.db"

    Store.open(f"sqlite:///{database}").close()

    assert oct(database.parent.stat().st_mode & 0o777) == "0o700"
    assert oct(database.stat().st_mode & 0o777) == "0o600"


def test_a_database_that_cannot_be_created_is_told_as_such(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "touch", refused)

    with pytest.raises(StoreError, match="it cannot be created: Permission denied; make its directory writable"):
        Store.open(f"sqlite:///{tmp_path / 'askwell.db'}")
