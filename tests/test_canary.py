"""Canaries in every variable that holds a secret, and everything dead that they lead to: none of them comes out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import quote

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from bot.doctor import examine
from bot.engine import Engine
from bot.errors import KnowledgeError, ModelError, ServerError
from bot.knowledge.index import Index, server
from bot.models.llm import Message, connect
from bot.practice import Practice
from bot.settings import Settings, settings
from bot.store import Store
from bot.testing import SMALL, small_engine

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
DEAD = "127.0.0.1:9"
KEY, OTHER_KEY = "keyC4nary77", "otherC4nary-88"
CHROMA, DATABASE, BASE = "chromaC4nary/1 é", "databaseC4nary:2", "baseC4nary@3"
FRAGMENT = "c4nary"  # each holds it
ENCODED = [b64encode(secret.encode()).decode()[:10] for secret in (KEY, OTHER_KEY, CHROMA, DATABASE, BASE)] + [
    b64encode(f"me:{secret}".encode()).decode()[:14] for secret in (CHROMA, DATABASE, BASE)
]
POSTGRES = f"postgresql+psycopg2://me:{quote(DATABASE, safe='')}@{DEAD}/askwell"
DRIVER = """
import re
__version__ = "2.9.9"
paramstyle = "pyformat"
apilevel, threadsafety = "2.0", 2
class Error(Exception): pass
class DatabaseError(Error): pass
class InterfaceError(Error): pass
class OperationalError(DatabaseError): pass
class ProgrammingError(DatabaseError): pass
class IntegrityError(DatabaseError): pass
class DataError(DatabaseError): pass
class InternalError(DatabaseError): pass
class NotSupportedError(DatabaseError): pass
def connect(*args, **named):
    raise OperationalError(f"connection to server at {named['host']!r}, port 9 failed: refused; {args} {named}")
"""
"""What SQLAlchemy takes for a PostgreSQL driver; it says more than a real one would."""


def out_of(*texts: str) -> list[str]:
    """The forms of canaries in what came out."""
    text = "\n".join(texts)
    return [form for form in (FRAGMENT, *ENCODED) if form.lower() in text.lower()]


def variables(**more: str) -> dict[str, str]:
    """A canary in each variable, with what a careless paste adds to a key."""
    return {
        "ASKWELL_API_KEY": f" \r\n{KEY}\r\n ",
        "SOMEBODYS_API_KEY": f"{OTHER_KEY}\r\n",
        "ASKWELL_BASE_URL": f"http://me:{quote(BASE, safe='')}@{DEAD}/v1",
        "ASKWELL_CHROMA_URL": f"http://me:{quote(CHROMA, safe='')}@{DEAD}",
        "ASKWELL_MODEL": "fake",
        "ASKWELL_VOICE": "model",
        **more,
    }


@pytest.fixture
def canaries(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in variables().items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()


@pytest.fixture
def driver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The directory of a driver for PostgreSQL that reaches nobody."""
    package = tmp_path / "drivers" / "psycopg2"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(DRIVER, encoding="utf-8")
    for name in ("extensions", "extras"):
        (package / f"{name}.py").write_text("def __getattr__(name): return lambda *_, **__: None\n", encoding="utf-8")
    monkeypatch.syspath_prepend(package.parent)
    yield package.parent
    for name in [name for name in sys.modules if name.split(".")[0] == "psycopg2"]:
        del sys.modules[name]


# --- The library


class Parrot:
    """An endpoint that refuses every request and repeats its headers."""

    def __init__(self) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                data = json.dumps({"error": {"message": f"bad request: {dict(self.headers)}"}}).encode()
                self.send_response(401)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self._server.server_address[1]}"
        Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def parrot() -> Iterator[Parrot]:
    here = Parrot()
    yield here
    here.close()


@pytest.mark.usefixtures("canaries")
@pytest.mark.parametrize("login", ["", f"me:{quote(BASE, safe='')}@"])
def test_an_endpoint_that_is_dead_or_repeats_the_key(login: str, parrot: Parrot, monkeypatch: pytest.MonkeyPatch):
    for host in (DEAD, parrot.host):
        monkeypatch.setenv("ASKWELL_BASE_URL", f"http://{login}{host}/v1")
        settings.cache_clear()
        with pytest.raises(ModelError) as failed:
            connect(settings(), "voice").say([Message("user", "Hello.")])

        assert ("no connection" if host == DEAD else "401") in str(failed.value)
        assert not out_of(str(failed.value))


@pytest.mark.usefixtures("canaries")
def test_a_chroma_server_that_is_dead_or_repeats_the_login(parrot: Parrot, caplog: pytest.LogCaptureFixture):
    for host in (DEAD, parrot.host):
        address = str(settings().chroma_url).replace(DEAD, host)
        with pytest.raises(KnowledgeError) as failed:
            server(address)
        Index(address)

        assert not out_of(str(failed.value), caplog.text)
    assert f"no Chroma server answers at http://me:***@{DEAD}" in caplog.text


@pytest.mark.usefixtures("canaries", "driver")
def test_a_database_that_is_dead(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ASKWELL_DATABASE_URL", POSTGRES)
    settings.cache_clear()

    with pytest.raises(ServerError, match="port 9 failed: refused") as failed:
        Store.open(settings().database)

    assert not out_of(str(failed.value))


def without_an_index(_: Settings) -> Engine:
    raise KnowledgeError("the index is not looked at here")


@pytest.mark.parametrize("password", ["c4nary/x", "c4nary@x", "c4nary#x", "c4nary?x", "c4nary:x", "c4nary x"])
def test_a_database_whose_password_is_not_quoted(password: str, monkeypatch: pytest.MonkeyPatch, driver: Path):
    monkeypatch.setenv("ASKWELL_DATABASE_URL", f"postgresql+psycopg2://me:{password}@{DEAD}/askwell")
    monkeypatch.setattr("bot.engine.make_engine", without_an_index)
    settings.cache_clear()

    [database] = [check for check in examine() if check.name == "database"]

    assert not database.ok
    assert not out_of(database.said)


# --- The command line


def ran(tmp_path: Path, environment: dict[str, str], *command: str) -> str:
    """Everything that a command prints, in a process of its own."""
    plain = {name: value for name, value in os.environ.items() if not name.endswith(("_KEY", "_URL"))}
    done = subprocess.run(
        [sys.executable, "-m", "askwell.cli", *command],
        capture_output=True,
        stdin=subprocess.DEVNULL,
        cwd=ROOT,
        env={**plain, "ASKWELL_HOME": str(tmp_path / "askwell"), **environment},
        timeout=300,
        check=False,
    )
    return f"exit {done.returncode}\n" + (done.stdout + done.stderr).decode("utf-8", "replace")


@pytest.mark.parametrize(
    "place", [pytest.param("server", marks=pytest.mark.nightly), pytest.param("file", marks=pytest.mark.nightly)]
)
def test_the_doctor(tmp_path: Path, driver: Path, place: str):
    (tmp_path / "file").touch()
    database = POSTGRES if place == "server" else f"sqlite:///{tmp_path}/file/askwell.db"
    said = ran(tmp_path, variables(ASKWELL_DATABASE_URL=database, PYTHONPATH=f"{ROOT}{os.pathsep}{driver}"), "doctor")

    assert said.startswith("exit 1\n")
    assert "no connection" in said
    assert "no Chroma server answers at" in said
    assert ("port 9 failed" if place == "server" else "create its directory") in said
    assert not out_of(said)


@pytest.mark.parametrize(
    "command",
    [
        "score call.txt --coach",
        pytest.param("code Hello. --compare", marks=pytest.mark.nightly),
        pytest.param("practice --script script.txt --save", marks=pytest.mark.nightly),
        "sessions list",
    ],
)
def test_the_commands_that_ask_a_model_or_save(tmp_path: Path, command: str):
    (tmp_path / "call.txt").write_text("Karen: What worries you?\nMike: The contract.\n", encoding="utf-8")
    (tmp_path / "script.txt").write_text("What worries you?\n", encoding="utf-8")
    given = [str(tmp_path / word) if word.endswith(".txt") else word for word in command.split()]

    said = ran(tmp_path, variables(), *given)

    assert "Traceback" not in said
    assert not out_of(said)
    assert not out_of(*kept(tmp_path / "askwell"))
    if "--save" in given:
        assert any("no connection" in held for held in kept(tmp_path / "askwell")), "why the written line was said"


def kept(home: Path) -> list[str]:
    """The names and the bytes of every file in a home."""
    files = [path for path in home.rglob("*") if path.is_file()] if home.exists() else []
    return [f"{path.relative_to(home)} {path.read_bytes().decode('latin-1')}" for path in files]


@pytest.mark.parametrize("variable", ["ASKWELL_TIMEOUT", "ASKWELL_VOICE", "ASKWELL_API_KEY"])
def test_a_key_in_the_wrong_variable_or_with_a_line_break_inside(tmp_path: Path, variable: str):
    said = ran(tmp_path, {variable: f"{KEY}\n{KEY}"}, "sessions", "list")

    assert said.startswith(f"exit 2\naskwell: {variable}")
    assert not out_of(said)


def test_what_nobody_foresaw_is_printed_without_them(
    canaries: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    from askwell.cli import main

    def broken(*_: object) -> None:
        raise RuntimeError(f"b'Bearer {KEY}\\r' to {settings().base_url} and {settings().chroma_url!r}: {BASE}")

    monkeypatch.setattr("bot.store.Store.open", broken)
    monkeypatch.setattr(sys, "argv", ["askwell", "sessions", "list"])
    with pytest.raises(SystemExit) as stopped:
        main()

    said = capsys.readouterr()
    assert stopped.value.code == 1
    assert "RuntimeError: b'Bearer ***' to http://me:***@" in said.err
    assert not out_of(said.out, said.err)


# --- The app


_PAGE = """
import streamlit as st
from ui import routes
from ui.pages import by_name
pages = by_name()
routes.hand_on(pages)
st.navigation(list(pages.values()))
pages["{page}"]._page()
"""


@pytest.fixture
def engine(tmp_path: Path, canaries: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    made = small_engine(tmp_path / "data")
    monkeypatch.setenv("ASKWELL_DATA", str(tmp_path / "data"))
    monkeypatch.setattr("bot.engine.default_engine", lambda: made)
    settings.cache_clear()
    st.cache_resource.clear()
    yield made
    settings.cache_clear()
    st.cache_resource.clear()


def page(name: str, session: str | None = None) -> AppTest:
    app = AppTest.from_string(_PAGE.format(page=name), default_timeout=60)
    if session:
        app.query_params["session"] = session
    return app.run()


def shown(app: AppTest) -> str:
    assert not app.exception, app.exception
    return "\n".join(entry.proto.body for entry in app.get("html") if not entry.proto.body.startswith("<style"))


def test_pages_over_a_database_that_is_dead(
    engine: Engine, driver: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setenv("ASKWELL_DATABASE_URL", POSTGRES)
    settings.cache_clear()

    for app in (page("home"), page("library"), page("practice", "one")):
        seen = shown(app)
        assert "The database in ASKWELL_DATABASE_URL can’t be used; run `askwell doctor` to see why" in seen
        assert not [part for part in ("127.0.0.1", "port 9", "psycopg2", "me:") if part in seen]
        assert not out_of(seen, caplog.text)


def test_a_conversation_and_its_debrief_with_a_model_that_is_dead(
    engine: Engine, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
):
    with Store.open(settings().database) as store:
        voice = engine.voice(settings())
        Practice.start(SMALL, engine=engine, voice=voice, store=store, new_id=lambda: "one")
        app = page("practice", "one")
        app.button(key="call").click().run()
        app.chat_input(key="words").set_value("What do you know about the budget?").run()
        seen = shown(app)
        Practice.resume("one", store, engine=engine, voice=voice).finish()
        app = page("debrief", "one")
        app.button(key="write-up").click().run()
        reply = store.load("one").turns[1]

    assert reply.said is not None
    assert "no connection" in reply.said.note
    assert "no connection" in shown(app)
    printed = capfd.readouterr()
    assert not out_of(seen, shown(app), caplog.text, printed.out, printed.err, *kept(tmp_path / "askwell"))


def test_what_a_page_did_not_foresee_is_logged_without_them(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    def broken() -> None:
        try:
            raise RuntimeError(f"{settings().chroma_url}")
        except RuntimeError as error:
            raise ValueError(f"Illegal header value b'Basic {b64encode(f'me:{CHROMA}'.encode())!r}'; {KEY}") from error

    monkeypatch.setattr("ui.resources.library", broken)
    seen = shown(page("home"))

    assert "Something went wrong. What you said before is saved" in seen
    assert "RuntimeError: http://me:***@" in caplog.text
    assert not out_of(seen, caplog.text)
