"""The index on a Chroma server: a real one, on loopback."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.request import urlopen

import pytest

from bot.doctor import examine
from bot.errors import KnowledgeError
from bot.knowledge import Knowledge
from bot.knowledge.index import IN_MEMORY, server
from bot.scenario.library import Library
from bot.settings import Settings
from bot.testing import FakeEmbedder, small_scenario


class Server:
    """A Chroma server in a process of its own."""

    def __init__(self, place: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        chroma = Path(sys.executable).with_name("chroma")
        command = [str(chroma), "run", "--host", "127.0.0.1", "--port", str(port), "--path", str(place)]
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=place
        )
        for _ in range(300):
            try:
                urlopen(f"{self.url}/api/v2/heartbeat", timeout=1).close()
                return
            except OSError:
                time.sleep(0.1)
        raise AssertionError("the Chroma server did not start")

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def chroma(tmp_path: Path) -> Iterator[Server]:
    running = Server(tmp_path)
    yield running
    running.kill()


def opened(url: str) -> Knowledge:
    return Knowledge(Library(), FakeEmbedder(), chroma_url=url)


def recalled(knowledge: Knowledge, variant: str = "base") -> list[str]:
    scenario = small_scenario(variant)
    return [spoken.id for spoken in knowledge.recall(scenario, [one.id for one in scenario.entries], [], ["right"], 2)]


@pytest.mark.nightly
def test_a_server_holds_entries_and_guidance_for_all(chroma: Server):
    first, second, alone = opened(chroma.url), opened(chroma.url), Knowledge(Library(), FakeEmbedder())
    said = [recalled(each) for each in (first, second, alone)]
    found = [each.guidance("silence", 3) for each in (first, second, alone)]

    assert first.index.where == second.index.where == chroma.url
    assert len(said[0]) == 2
    assert said[0] == said[1] == said[2]
    assert found[0] == found[1] == found[2]
    for each in (first, second):
        each.index.close()


@pytest.mark.nightly
@pytest.mark.slow
def test_a_practice_goes_on_when_the_server_dies(chroma: Server, caplog: pytest.LogCaptureFixture):
    knowledge = opened(chroma.url)
    before = knowledge.guidance("silence", 3)
    knowledge.ensure(small_scenario())
    chroma.kill()

    assert len(recalled(knowledge)) == 2
    assert knowledge.guidance("silence", 3) == before
    assert knowledge.index.where == IN_MEMORY
    assert f"the Chroma server {chroma.url} failed" in caplog.text


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "127.0.0.1:9", "ftp://127.0.0.1", "http://127.0.0.1:nine"])
def test_without_the_server_the_index_is_in_memory_and_the_doctor_says_why(url: str, caplog: pytest.LogCaptureFixture):
    knowledge = opened(url)

    assert len(recalled(knowledge)) == 2
    assert f"ASKWELL_CHROMA_URL: no Chroma server answers at {url}" in caplog.text
    with pytest.raises(KnowledgeError, match="no Chroma server answers"):
        server(url)


def test_the_doctor_tries_the_server(tmp_path: Path):
    checks = examine(Settings(home=tmp_path, chroma_url="http://127.0.0.1:9"))

    [index] = [check for check in checks if check.name == "index"]
    assert not index.ok
    assert index.said.startswith("ASKWELL_CHROMA_URL: no Chroma server answers at http://127.0.0.1:9")


@pytest.mark.nightly
def test_a_practice_goes_on_when_the_server_says_nothing(chroma: Server, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("bot.knowledge.index.TIMEOUT", 0.5)
    knowledge = opened(chroma.url)
    knowledge.ensure(small_scenario())
    chroma.process.send_signal(signal.SIGSTOP)
    os.waitpid(chroma.process.pid, os.WUNTRACED)  # until it has stopped

    assert len(recalled(knowledge, "old-friend")) == 2
    assert knowledge.index.where == IN_MEMORY


_DATABASE = b'{"id": "00000000-0000-0000-0000-000000000000", "name": "default_database", "tenant": "default_tenant"}'


class Heard:
    """A server that answers as Chroma does when it is greeted, and keeps what it was asked with."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str | None, str | None]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append((self.path, self.headers["Host"], self.headers["Authorization"]))
                whose = self.path.endswith("/auth/identity")
                data = b'{"user_id": "", "tenant": "default_tenant", "databases": []}' if whose else _DATABASE
                self.send_response(200)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self._server.server_address[1]}"
        Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("login", "sent"),
    [("me:c4n%2Fary%40@", "me:c4n/ary@"), ("token@", "token:"), ("", None)],
)
def test_user_and_password_go_into_a_header_and_not_to_the_resolver(login: str, sent: str | None):
    heard = Heard()
    try:
        client = server(f"http://{login}{heard.host}")
        client.close()
    finally:
        heard.close()

    header = f"Basic {b64encode(sent.encode()).decode()}" if sent else None
    assert heard.asked[0][0] == "/api/v2/heartbeat"
    assert len(heard.asked) > 1
    assert {asked[1:] for asked in heard.asked} == {(heard.host, header)}


@pytest.mark.slow
def test_an_index_says_where_it_lies_without_the_password(caplog: pytest.LogCaptureFixture):
    heard = Heard()
    knowledge = opened(f"http://me:canary@{heard.host}")
    where = knowledge.index.where
    heard.close()
    knowledge.guidance("silence", 1)

    assert where == f"http://me:***@{heard.host}"
    assert f"the Chroma server {where} failed" in caplog.text
    assert "canary" not in caplog.text
