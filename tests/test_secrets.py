"""Keys are stripped or refused by name; bearer headers, `sk-` keys and passwords in addresses stay out of errors."""

from __future__ import annotations

import os
import re
from base64 import b64encode
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from pydantic import ValidationError

from askwell.cli import main
from bot.errors import AskwellError, KnowledgeError, ModelError, StoreError
from bot.files import write_whole
from bot.knowledge.formats import FORMATS, Section
from bot.models.ledger import Ledger
from bot.redaction import keep_out, redacted, secrets_in
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


def mode(path: Path) -> str:
    return oct(path.stat().st_mode & 0o777)


ON_POSIX = pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")


@ON_POSIX
def test_a_new_home_and_its_database_are_their_owners_alone(tmp_path: Path):
    database = tmp_path / "home" / "askwell.db"

    Store.open(f"sqlite:///{database}").close()

    assert mode(database.parent) == "0o700"
    assert mode(database) == "0o600"


@ON_POSIX
def test_whatever_comes_first_makes_the_home_for_its_owner_alone(tmp_path: Path):
    write_whole(tmp_path / "one" / "cache" / "vectors" / "some.npy", b"")
    Ledger(tmp_path / "two" / "spent").add("fake", 1, 1)

    made = [tmp_path / "one", tmp_path / "one" / "cache" / "vectors", tmp_path / "two", tmp_path / "two" / "spent"]
    assert {mode(directory) for directory in made} == {"0o700"}


@ON_POSIX
def test_a_home_and_a_database_of_an_earlier_askwell_are_closed_to_others(tmp_path: Path):
    home = tmp_path / "askwell"
    (home / "cache").mkdir(parents=True)
    home.chmod(0o755)
    database = home / "askwell.db"
    with Store.open(f"sqlite:///{database}") as store:
        store.heads()
        files = [database.with_name(f"askwell.db{suffix}") for suffix in ("", "-wal", "-shm")]
        for file in files:
            file.chmod(0o644)
        with Store.open(settings().database) as again:
            again.heads()

            assert mode(home) == "0o700"
            assert {mode(file) for file in files} == {"0o600"}


@ON_POSIX
def test_a_directory_with_other_things_a_shared_one_and_a_refusal_are_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    home = tmp_path / "askwell"
    home.mkdir()
    home.chmod(0o755)
    (home / "letters.txt").touch()
    settings()
    assert mode(home) == "0o755"

    (home / "letters.txt").unlink()
    home.chmod(0o1777)
    settings.cache_clear()
    settings()
    assert mode(home) == "0o777"

    home.chmod(0o755)
    settings.cache_clear()
    monkeypatch.setattr(Path, "chmod", refused)
    settings()
    assert mode(home) == "0o755"


@ON_POSIX
def test_a_database_that_was_made_read_only_stays_so(tmp_path: Path):
    database = tmp_path / "askwell.db"
    Store.open(f"sqlite:///{database}").close()
    database.chmod(0o444)

    with suppress(StoreError):  # root writes to it all the same
        Store.open(f"sqlite:///{database}").close()

    assert mode(database) == "0o400"


def refused(*_: object, **__: object) -> None:
    raise PermissionError(13, "Permission denied")


def test_a_database_that_cannot_be_created_is_told_as_such(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Path, "touch", refused)

    with pytest.raises(StoreError, match="can't be created: Permission denied; make its directory writable"):
        Store.open(f"sqlite:///{tmp_path / 'askwell.db'}")


HEX = "c4n4ry/7f e:d0%"
"""A password with what an address cannot hold as it is."""


@pytest.mark.parametrize(
    "shown",
    [
        HEX,
        quote(HEX),
        quote(HEX, safe=""),
        quote_plus(HEX),
        quote(HEX, safe="").lower(),
        repr(f"\t{HEX}\r"),
        repr(HEX.encode()),
        b64encode(f"me:{HEX}".encode()).decode(),
        b64encode(f"me:{HEX}".encode()).decode().rstrip("="),
    ],
)
@pytest.mark.parametrize("field", ["database_url", "chroma_url", "base_url"])
def test_a_password_in_an_address_is_taken_out_in_every_form(field: str, shown: str):
    Settings(**{field: f"http://me:{quote(HEX, safe='')}@127.0.0.1:9/x"})

    told = redacted(f"it failed: {shown}; and so on")

    assert "***" in told
    assert not leaks(told, HEX)
    assert told.startswith("it failed: ")
    assert told.endswith("; and so on")


def leaks(text: str, secret: str) -> list[str]:
    """The parts of a secret of four characters or more that stand in the text."""
    return [part for part in secret.replace("/", " ").split() if len(part) > 3 and part.lower() in text.lower()]


@pytest.mark.parametrize(
    ("address", "secret"),
    [
        ("postgresql://me:pass/wordcanary@host/db", "pass/wordcanary"),
        ("postgresql://me:canarypass@host/db", "canarypass"),
        ("postgresql://host/db?user=me&password=canarypass", "canarypass"),
        ("postgresql://host/db?sslpassword=canarypass", "canarypass"),
        ("http://canarytoken@host/v1", "canarytoken"),
        ("http://canarytoken:@host/v1", "canarytoken"),
        ("https://host/v1?api_key=canarykey&x=1", "canarykey"),
        ("https://host/v1?token=canarytoken", "canarytoken"),
    ],
)
def test_a_secret_in_an_address_is_known_wherever_it_stands(address: str, secret: str):
    assert redacted(f"at {address}: no").count("***") == 1, "by its form, before anybody has named it"
    keep_out(*secrets_in(address))

    assert redacted(f"the library says {secret}.") == "the library says ***."


def test_a_part_of_an_unquoted_password_is_taken_out_too():
    keep_out(*secrets_in("postgresql://me:canary/second@host/db"))

    assert redacted("Port could not be cast to integer value as 'canary'").endswith("as '***'")


@pytest.mark.parametrize(
    "address",
    [
        "sqlite:////home/me@corp/askwell.db",
        "sqlite:///C:/Users/me@corp/askwell.db",
        "postgresql://someuser@localhost/askwell",
        "postgresql://postgres:postgres@localhost:5432/askwell",
        "postgresql://me:short@localhost/askwell",
    ],
)
def test_names_paths_and_words_of_everybody_are_no_secrets(address: str):
    keep_out(*secrets_in(address))
    ordinary = "run askwell doctor; postgresql is short of room at /home/me@corp, C:/Users/me@corp and localhost:5432"

    assert redacted(ordinary) == ordinary
    assert redacted("sqlite:////home/me@corp/askwell.db") == "sqlite:////home/me@corp/askwell.db"


def test_every_providers_key_is_kept_out(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SOMEBODYS_API_KEY", "  canary-one\r\n")
    monkeypatch.setenv("AZURE_OPENAI_API_KEY", "canary-two\ncanary-three")
    Settings()

    told = redacted("b'x-api-key: canary-one\\r' and canary-two\ncanary-three, canary-two\\ncanary-three; canary-three")

    assert "canary" not in told


@pytest.mark.parametrize("variable", ["ASKWELL_TIMEOUT", "ASKWELL_PORT", "ASKWELL_VOICE", "ASKWELL_BUDGET_DAY"])
def test_what_was_put_into_a_wrong_variable_is_not_repeated(variable: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(variable, "canaryplain")

    with pytest.raises(AskwellError, match=f"{variable}: input should be ") as refused:
        settings()
    with pytest.raises(ValidationError) as raw:
        Settings()

    assert "canary" not in f"{refused.value}{raw.value}"


@pytest.mark.parametrize("variable", ["ASKWELL_BASE_URL", "ASKWELL_CHROMA_URL"])
@pytest.mark.parametrize("address", ["http://me:12/canary@host/v1", "http://me:pw?canary@host", "http://me:#canary@h"])
def test_an_address_whose_password_would_be_taken_for_its_path_is_refused(
    variable: str, address: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(variable, address)

    with pytest.raises(AskwellError, match=f"{variable}: has an @ behind a / ") as refused:
        settings()

    assert "canary" not in str(refused.value)


# Files that people write, and what they type


def broken_reader(_: Path) -> Iterator[Section]:
    yield Section("", "page 1", "Ask.")
    raise RuntimeError(f"could not open https://me:{CANARY}@host/x with Bearer {CANARY}")


def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *command: str) -> str:
    """All that a command prints."""
    monkeypatch.setattr("sys.argv", ["askwell", *command])
    settings.cache_clear()
    with suppress(SystemExit):
        main()
    printed = capsys.readouterr()
    return printed.out + printed.err


@pytest.mark.slow
def test_what_is_wrong_with_documents_and_questions_holds_no_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    folder = tmp_path / "knowledge" / "documents"
    folder.mkdir(parents=True)
    for name in ("a.pdf", f"{CANARY}.doc", f"{CANARY}.xlsx", f"{CANARY}.docx", f"{CANARY}.rtf"):
        (folder / name).write_bytes(b"x")
    (folder / "b.md").write_text(f"[link]({CANARY}.md)", encoding="utf-8")
    (tmp_path / "knowledge" / "questions").mkdir()
    for name, text in (("a", f"{CANARY}: 1\n{CANARY}: 2\n"), ("b", f"@{CANARY}"), ("c", f"questions:\u00a0{CANARY}\n")):
        (tmp_path / "knowledge" / "questions" / f"{name}.yml").write_text(text, encoding="utf-8")
    monkeypatch.setitem(FORMATS, ".pdf", broken_reader)

    said = run(monkeypatch, capsys, "--data", str(tmp_path), "knowledge", "check")

    assert "a.pdf:1: can't be read: RuntimeError: could not open https://me:***@host/x with Bearer ***" in said
    assert "the key 'sk-***' appears twice" in said
    assert len(said.splitlines()) == 9
    assert "canary" not in said


@pytest.mark.parametrize("text", [f"Hi.\n/{CANARY}\n", f"Hi.\n/end {CANARY}\n", f"Hi.\n/x sk-{CANARY}\n"])
def test_a_slip_in_a_script_repeats_no_key(
    tmp_path: Path, text: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    (tmp_path / "script.txt").write_text(text, encoding="utf-8")
    said = run(monkeypatch, capsys, "practice", "--script", str(tmp_path / "script.txt"))

    assert re.search(r"script\.txt:2: /\S+ (?:is not a command|takes nothing after it)", said)
    assert "canary" not in said


@pytest.mark.slow
@pytest.mark.parametrize("text", [f"id: a\ntitle: Deal of #{CANARY} and more\n", f"id: a\ntitle: “{CANARY}: x”\n"])
def test_a_scenario_in_one_file_repeats_no_key(
    tmp_path: Path, text: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    (tmp_path / "scenarios").mkdir()
    file = tmp_path / "scenarios" / "a.yaml"
    file.write_text(text, encoding="utf-8")
    said = [
        run(monkeypatch, capsys, "--data", str(tmp_path), "scenario", "check", name) for name in ("a", str(file))
    ] + [run(monkeypatch, capsys, "scenario", "convert", str(file))]

    assert all("a.yaml:2:" in one for one in said)
    assert "canary" not in "".join(said)
