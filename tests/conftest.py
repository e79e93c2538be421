"""What every test has: no network, no settings of the machine, and one engine for the whole run."""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the command line sets it, before numpy is loaded

import gc
import hashlib
import ipaddress
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

import bot.engine
import bot.redaction
import bot.vectors.embedding
from bot.engine import Engine
from bot.scenario.library import Library
from bot.settings import settings
from bot.vectors.embedding import default_embedder

gc.set_threshold(50_000)  # as the command line sets it

# The same examples each time and no limit on the time of one; `make nightly` makes up many others.
hypothesis.settings.register_profile("always", deadline=None, derandomize=True, max_examples=40)
hypothesis.settings.register_profile("nightly", deadline=None, max_examples=2000)
hypothesis.settings.load_profile("always")

_REACHED: list[str] = []
_connect, _connect_ex, _getaddrinfo = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo


def _stays_here(host: object) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if name in (None, "", "localhost"):
        return True
    try:
        return isinstance(name, str) and ipaddress.ip_address(name.partition("%")[0]).is_loopback
    except ValueError:
        return False


def _refuse(host: object) -> None:
    if not _stays_here(host):
        _REACHED.append(str(host))
        raise ConnectionRefusedError(f"a test reached for {host}")


def _refuse_address(address: object) -> None:
    if isinstance(address, tuple):  # a Unix socket's address is a path
        _refuse(address[0])


def _guarded_connect(self: socket.socket, address: Any) -> None:
    _refuse_address(address)
    return _connect(self, address)


def _guarded_connect_ex(self: socket.socket, address: Any) -> int:
    _refuse_address(address)
    return _connect_ex(self, address)


def _guarded_getaddrinfo(host: Any, *rest: Any, **named: Any) -> Any:
    _refuse(host)
    return _getaddrinfo(host, *rest, **named)


_SPREAD = frozenset({"test_practice.py", "test_golden.py", "test_llm.py", "test_run.py", "test_probe.py"})
"""Files whose tests share little and take long: each test goes to the process that is free."""

_LONG = frozenset({"test_qualify.py"})
"""Files with one test that takes as long as many: begun last, it would keep one process busy and the others idle."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path.name not in _LONG)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """The tests of a file go to one process, which makes what they share once; the longest files are spread.

    Each half of the browser's shares a server and a Chromium, each half of the app's an engine. `--dist loadgroup`
    would do, but pytest-xdist 3.8 has no effect on the names that pytest 9.2 gives to tests.
    """
    from xdist.scheduler import LoadScopeScheduling

    class Sharing(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            folder, _, file = nodeid.partition("::")[0].rpartition("/")
            if folder == "tests/browser":
                return "browser, later files" if file > "test_debrief_page.py" else "browser, earlier files"
            if folder == "tests/app":
                return "app, later files" if file > "test_ui_examples.py" else "app, earlier files"
            return nodeid if file in _SPREAD else file

    return Sharing(config, log)


@pytest.fixture(scope="session", autouse=True)
def _loopback_only() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", _guarded_connect)
        patch.setattr(socket.socket, "connect_ex", _guarded_connect_ex)
        patch.setattr(socket, "getaddrinfo", _guarded_getaddrinfo)
        yield


@pytest.fixture(autouse=True)
def _reaches_nobody() -> Iterator[None]:
    """Fails a test that reached for another machine, even where the code under test hid the refusal."""
    _REACHED.clear()
    yield
    assert not _REACHED, f"the test reached for {', '.join(_REACHED)}"


@pytest.fixture(autouse=True)
def _own_settings(tmp_path: Path) -> Iterator[None]:
    """Only the defaults, with a home of the test's own; what a command sets is taken back."""
    ours = ("ASKWELL_", "OPENAI_")
    before = {name: os.environ.pop(name) for name in list(os.environ) if name.upper().startswith(ours)}
    os.environ["ASKWELL_HOME"] = str(tmp_path / "askwell")
    settings.cache_clear()
    bot.redaction.KNOWN.clear()
    yield
    for name in [name for name in os.environ if name.upper().startswith(ours)]:
        del os.environ[name]
    os.environ.update(before)
    settings.cache_clear()


@pytest.fixture(autouse=True)
def _own_main() -> Iterator[None]:
    """Streamlit's AppTest leaves the page that it ran as the main module, and each process of a pool would run it."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Path:
    """An ASKWELL_HOME for the whole run, with the session engine's cache in it.

    Vectors, and nothing else, are kept from one run to the next for as long as the embedding's code stays as it is.
    Workers that run at once use the same ones; the product writes each whole or not at all.
    """
    directory = tmp_path_factory.mktemp("home")
    code = hashlib.sha256(Path(bot.vectors.embedding.__file__).read_bytes()).hexdigest()[:16]
    cache = getattr(pytestconfig, "cache", None)  # pytest may run without one
    kept = tmp_path_factory.mktemp("vectors") if cache is None else cache.mkdir(f"askwell-vectors-{code}")
    link_vectors(directory, kept)
    return directory


def link_vectors(home: Path, kept: Path) -> None:
    (home / "cache").mkdir(parents=True)
    (home / "cache" / "vectors").symlink_to(kept, target_is_directory=True)


@pytest.fixture
def spared(home: Path, tmp_path: Path) -> Path:
    """An ASKWELL_HOME that is new but for the vectors, which other tests have made or will read."""
    link_vectors(tmp_path / "spared", home / "cache" / "vectors")
    return tmp_path / "spared"


@pytest.fixture(scope="session")
def engine(home: Path) -> Engine:
    """The bundled library with the packaged model; its cache lives as long as the run."""
    return Engine(Library(), default_embedder(), home / "cache")


@pytest.fixture
def default_engine(engine: Engine, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The session's engine in place of the process's; with --data, one over those files that shares its reader."""

    def engine_now() -> Engine:
        if settings().data is None:
            return engine
        own = Engine(Library(settings().data), engine.embedder, home / "cache")
        own.reader = engine.reader
        return own

    monkeypatch.setattr(bot.engine, "default_engine", engine_now)
