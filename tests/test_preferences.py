"""Who words the rep by the settings, and the answer that is kept where only a key is set."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.errors import AskwellError
from bot.models.llm import connect
from bot.preferences import (
    PREFERENCES,
    Consent,
    Preferences,
    clean_name,
    forget_preferences,
    keep_consent,
    keep_preferences,
    read_consent,
    read_preferences,
)
from bot.settings import DEFAULT_MODEL, Settings, model_for, recipient, settings, usable_model
from bot.writeup.write import configured

KEY = SecretStr("sk-canary0123456789")
OPENAI = "api.openai.com"


@pytest.mark.parametrize(
    ("fields", "speaks", "reads"),
    [
        ({}, "lines", "packaged"),
        ({"api_key": KEY}, "lines", "packaged"),
        ({"base_url": "http://127.0.0.1:9/v1"}, "lines", "packaged"),
        ({"model": "small"}, "model", "model"),
        ({"voice_model": "small"}, "model", "packaged"),
        ({"reader_model": "small"}, "lines", "model"),
        ({"model": "small", "voice": "lines", "reader": "packaged"}, "lines", "packaged"),
        ({"api_key": KEY, "voice": "model"}, "model", "packaged"),
    ],
)
def test_a_named_model_speaks_and_reads_unless_told_otherwise(
    tmp_path: Path, fields: dict[str, Any], speaks: str, reads: str
):
    config = Settings(home=tmp_path, **fields)

    assert (config.speaks, config.reads) == (speaks, reads)


def test_a_yes_lets_the_model_speak_but_not_read_or_judge(tmp_path: Path):
    config = Settings(home=tmp_path, api_key=KEY)
    assert (config.needs_consent, config.asks_for_consent) == (True, True)

    keep_consent(tmp_path, Consent(True, DEFAULT_MODEL, OPENAI))

    assert (config.needs_consent, config.asks_for_consent) == (True, False)
    assert (config.speaks, config.reads) == ("model", "packaged")
    assert model_for(config, "voice") == DEFAULT_MODEL
    assert model_for(config, "feedback") is model_for(config, "reader") is None
    assert Settings(home=tmp_path, api_key=KEY, voice="lines").speaks == "lines"
    assert Settings(home=tmp_path).speaks == "lines", "without the key there is nobody to ask"


def test_a_no_is_asked_about_no_more_but_a_named_model_still_speaks(tmp_path: Path):
    keep_consent(tmp_path, Consent(False, "another", "another.example"))
    config = Settings(home=tmp_path, api_key=KEY)

    assert (config.asks_for_consent, config.speaks) == (False, "lines")
    assert Settings(home=tmp_path, api_key=KEY, model="small").speaks == "model"


@pytest.mark.parametrize("given", [Consent(True, "another", OPENAI), Consent(True, DEFAULT_MODEL, "another.example")])
def test_a_yes_holds_for_one_model_at_one_host(tmp_path: Path, given: Consent):
    keep_consent(tmp_path, given)
    config = Settings(home=tmp_path, api_key=KEY)

    assert (config.asks_for_consent, config.speaks) == (True, "lines")


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"api_key": KEY, "model": "small"},
        {"api_key": KEY, "voice": "lines"},
        {"api_key": KEY, "voice": "model"},
        {"api_key": KEY, "base_url": "http://127.0.0.1:9/v1"},
    ],
)
def test_nothing_is_asked_where_there_is_no_key_or_somebody_has_decided(tmp_path: Path, fields: dict[str, Any]):
    config = Settings(home=tmp_path, **fields)

    assert (config.needs_consent, config.asks_for_consent) == (False, False)


@pytest.mark.parametrize(
    "kept",
    [b"", b"\xff", b"[]", b"null", b"{}", b'{"model_words": 1}', b'{"model_words": {"given": true}}',
     b'{"model_words": {"given": "yes", "model": "gpt-4.1-mini", "host": "api.openai.com"}}'],
)  # fmt: skip
def test_a_damaged_file_agrees_to_nothing(tmp_path: Path, kept: bytes):
    (tmp_path / PREFERENCES).write_bytes(kept)

    assert Settings(home=tmp_path, api_key=KEY).speaks == "lines"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_the_answer_is_its_owners_alone_and_belongs_to_the_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    home = tmp_path / "home"
    keep_consent(home, Consent(True, DEFAULT_MODEL, OPENAI))
    home.chmod(0o755)
    monkeypatch.setenv("ASKWELL_HOME", str(home))
    settings.cache_clear()

    assert settings().home == home
    assert oct((home / PREFERENCES).stat().st_mode & 0o777) == "0o600"
    assert oct(home.stat().st_mode & 0o777) == "0o700"
    assert [entry.name for entry in home.iterdir()] == [PREFERENCES]
    assert read_consent(home) == Consent(True, DEFAULT_MODEL, OPENAI)


def test_an_answer_that_cannot_be_written_is_told(tmp_path: Path):
    (tmp_path / "file").write_text("", encoding="utf-8")

    with pytest.raises(AskwellError, match=r"we can't keep your answer in .*file"):
        keep_consent(tmp_path / "file", Consent(True))


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("http://127.0.0.1:8000/v1", "127.0.0.1:8000"),
        ("https://me:c%40nary@models.example/v1?x=http://other", "models.example"),
        ("models.example:8000/v1", "models.example:8000"),
        ("http://[::1]:8000/v1", "[::1]:8000"),
        ("http://[broken", "[broken"),
    ],
)
def test_the_host_is_named_without_a_password(tmp_path: Path, address: str, host: str):
    assert Settings(home=tmp_path, base_url=address).host == host


def test_the_host_that_is_named_is_the_one_that_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    config = Settings(home=tmp_path, api_key=KEY)
    assert config.host == OPENAI
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    assert config.host == "127.0.0.1:9"
    monkeypatch.setenv("OPENAI_API_BASE", "http://127.0.0.1:8/v1")
    assert config.host == "127.0.0.1:8"


@pytest.mark.parametrize(
    ("fields", "model", "to"),
    [
        ({"api_key": KEY}, DEFAULT_MODEL, OPENAI),
        ({"model": "openai:large"}, "openai:large", OPENAI),
        ({"model": "anthropic:large"}, "anthropic:large", "anthropic"),
        ({"model": "llama3.2:3b", "base_url": "http://127.0.0.1:9/v1"}, "llama3.2:3b", "127.0.0.1:9"),
    ],
)
def test_a_model_that_is_asked_for_and_where_its_requests_go(
    tmp_path: Path, fields: dict[str, Any], model: str, to: str
):
    config = Settings(home=tmp_path, **fields)

    assert usable_model(config, "voice") == configured(config) == model
    assert recipient(config, model) == to


def test_the_model_that_was_agreed_to_is_the_one_that_is_connected(tmp_path: Path):
    keep_consent(tmp_path, Consent(True, DEFAULT_MODEL, OPENAI))

    assert connect(Settings(home=tmp_path, api_key=KEY), "voice").name == DEFAULT_MODEL


def test_preferences_and_the_answer_stand_side_by_side(tmp_path: Path):
    (tmp_path / PREFERENCES).write_bytes(b'{"from_a_newer_version": [1]}')
    agreed = Consent(True, DEFAULT_MODEL, OPENAI)
    keep_consent(tmp_path, agreed)
    keep_preferences(tmp_path, Preferences("Sam", live=True))
    keep_consent(tmp_path, agreed)

    assert read_preferences(tmp_path) == Preferences("Sam", live=True)
    assert read_consent(tmp_path) == agreed
    assert json.loads((tmp_path / PREFERENCES).read_bytes())["from_a_newer_version"] == [1]


@pytest.mark.parametrize(
    ("kept", "read"),
    [
        (b"", Preferences()),
        (b"\xff", Preferences()),
        (b"[1]", Preferences()),
        (b'{"name": 1, "live": "yes"}', Preferences()),
        (b'{"name": ["Sam"], "live": true}', Preferences(live=True)),
        (b'{"name": " Sam\\u0000\\n", "model_words": 7}', Preferences("Sam")),
    ],
)
def test_of_a_damaged_file_the_rest_is_kept(tmp_path: Path, kept: bytes, read: Preferences):
    (tmp_path / PREFERENCES).write_bytes(kept)
    assert read_preferences(tmp_path) == read

    keep_preferences(tmp_path, Preferences("Ada"))
    assert read_preferences(tmp_path) == Preferences("Ada")


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("  Mary   Ann ", "Mary Ann"),
        ("Sam\n\tSmith", "Sam Smith"),
        ("S\x00a\x1b[31mm\u202e\u200b", "Sa[31mm"),
        ("Zoe\u0308", "Zoë"),
        ("<b>Bo</b>", "<b>Bo</b>"),
        ("می\u200cنا", "می\u200cنا"),
        ("x" * 39 + " yz", "x" * 39),
        ("\u202e \n", ""),
    ],
)
def test_a_name_is_one_line_of_forty_characters(tmp_path: Path, typed: str, name: str):
    assert clean_name(typed) == name
    keep_preferences(tmp_path, Preferences(typed))
    assert read_preferences(tmp_path).name == name


def test_forgetting_deletes_the_file_and_may_be_done_twice(tmp_path: Path):
    keep_preferences(tmp_path, Preferences("Sam"))
    keep_consent(tmp_path, Consent(False))
    forget_preferences(tmp_path)
    forget_preferences(tmp_path)

    assert list(tmp_path.iterdir()) == []
    assert (read_preferences(tmp_path), read_consent(tmp_path)) == (Preferences(), None)


def test_settings_that_cannot_be_written_are_told(tmp_path: Path):
    (tmp_path / "file").write_text("", encoding="utf-8")

    with pytest.raises(AskwellError, match=r"we can't keep your settings in .*file"):
        keep_preferences(tmp_path / "file", Preferences("Sam"))
