"""A scripted local endpoint that speaks OpenAI's chat and responses protocols, with the faults of real ones.

    >>> with FakeEndpoint(["Three weeks.", Said("Three weeks, and", Fault.CUT)]) as endpoint:
    ...     settings = Settings(base_url=endpoint.url, model="fake")

Each request gets the next reply of the script; the last one repeats. `requests` has the received bodies.
"""

from __future__ import annotations

import itertools
import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

from .bodies import Fault, Received, completion_body, refusal_of, response_body, response_events, stream_events

__all__ = ["FakeEndpoint", "Fault", "Received", "Script"]

Script = Sequence[str | Received] | Callable[[dict[str, Any]], str | Received]


class FakeEndpoint:
    """A local server for the length of a `with` block. Use `url` as the base URL."""

    def __init__(self, script: Script = ("All right.",), port: int = 0) -> None:
        """`port` 0 takes any free port. Raises OSError for a port that is taken."""
        self._script = script
        self._turn = 0
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self.requests: list[bytes] = []
        self.hung_up = threading.Event()
        """Set once a client has disconnected before the end of a reply."""
        self._server = ThreadingHTTPServer(("127.0.0.1", port), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        """The base URL, ending in /v1."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> FakeEndpoint:
        """Start the server."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the server and any stalled replies."""
        self._closed.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait, without limit by default. Returns whether the endpoint was closed meanwhile."""
        return self._closed.wait(seconds)

    def take(self, body: bytes, asked: dict[str, Any]) -> Received:
        """The next scripted reply to a request, given as it came and parsed."""
        with self._lock:
            self.requests.append(body)
            if callable(self._script):
                said = self._script(asked)
            else:
                said = self._script[min(self._turn, len(self._script) - 1)]
                self._turn += 1
        return Received(said) if isinstance(said, str) else said

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        endpoint = self

        class Handler(_Handler):
            serving = endpoint

        return Handler


class _Handler(BaseHTTPRequestHandler):
    """Handles one request. HTTP/1.0, so that closing the connection ends the reply."""

    serving: FakeEndpoint

    def log_message(self, format: str, *args: object) -> None:
        """Don't log to standard error."""

    def do_GET(self) -> None:
        """The list of models."""
        models = {"object": "list", "data": [{"id": "fake", "object": "model", "owned_by": "askwell"}]}
        self._send(200, "application/json", json.dumps(models))

    def do_POST(self) -> None:
        """A chat completion or a response, streamed on request. Scripts see the input of both as `messages`."""
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        asked = json.loads(body)
        for_responses = self.path.endswith("/responses")
        if for_responses:
            asked["messages"] = asked["input"]
        said = self.serving.take(body, asked)
        if said.fault is Fault.STALL:
            self.serving.wait(said.seconds)
        if said.fault is Fault.RESET:
            self._reset()
        elif for_responses != (said.fault is Fault.NO_CHAT):
            self._send(404, "application/json", '{"detail": "Not Found"}')
        elif said.fault is Fault.HTML:
            self._begin("text/html; charset=utf-8")
            self._write(b"<!doctype html>\n<html><head><title>Sign in</title></head><body>Sign in</body></html>\n")
        elif refused := refusal_of(said, asked):
            self._send(*refused, said.retry_after)
        elif asked.get("stream") and said.fault is not Fault.ONE_PIECE:
            self._begin("text/event-stream")
            events = response_events(said) if for_responses else stream_events(said)
            self._pieces(said, events, b": still thinking\n\n")
        else:
            self._whole(said, response_body(said, asked) if for_responses else completion_body(said, asked))

    def _whole(self, said: Received, data: dict[str, Any]) -> None:
        if said.fault not in (Fault.PAUSE, Fault.REMARKS, Fault.SLOW, Fault.ENDLESS):
            self._send(200, "application/json", json.dumps(data))
            return
        self._begin("application/json")
        pieces: Iterator[bytes] = (word.encode() + b" " for word in json.dumps(data).split(" "))
        self._pieces(said, itertools.repeat(b"\n" * 80) if said.fault is Fault.ENDLESS else pieces, b"\n")

    def _pieces(self, said: Received, pieces: Iterator[bytes], remark: bytes) -> None:
        """Write the pieces, with the fault's waits between them."""
        if said.fault is Fault.REMARKS:
            for _ in range(round(said.seconds / 0.05)):
                if self.serving.wait(0.05) or not self._write(remark):
                    return
        for number, piece in enumerate(pieces):
            waits = said.fault is Fault.SLOW or (said.fault is Fault.PAUSE and number == 2)
            if self.serving.wait(said.seconds if waits else 0) or not self._write(piece):
                return

    def _reset(self) -> None:
        """Close so that the client gets a connection reset instead of an end."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.rfile.close()
        self.connection.close()

    def _begin(self, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.end_headers()

    def _send(self, status: int, kind: str, text: str, retry_after: str | None = None) -> None:
        raw = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(raw)))
        if retry_after is not None:
            self.send_header("Retry-After", retry_after)
        self.end_headers()
        self._write(raw)

    def _write(self, raw: bytes) -> bool:
        """Whether the client was still connected."""
        try:
            self.wfile.write(raw)
            self.wfile.flush()
        except OSError:
            self.serving.hung_up.set()
            return False
        return True
