"""A scripted local endpoint that speaks the OpenAI chat protocol, with the faults of real ones.

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
from dataclasses import dataclass
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any


class Fault(StrEnum):
    """The fault of a reply."""

    NONE = "none"
    UNAUTHORISED = "401"
    NOT_FOUND = "404"
    TOO_MANY = "429"
    BROKEN = "500"
    OVERLOADED = "503"
    STALL = "stall"
    CUT = "cut"
    EMPTY = "empty"
    ERROR_IN_200 = "error_in_200"
    BROKEN_SSE = "broken_sse"
    NO_SCHEMA = "no_schema"
    NO_TOOLS = "no_tools"
    NO_COUNTS = "no_counts"
    """The reply without token counts."""
    PAUSE = "pause"
    """Some words, then silence for `seconds`, then the rest."""
    REMARKS = "remarks"
    """Only comments and blank lines for `seconds`, which keep the connection busy, then the reply."""
    SLOW = "slow"
    """`seconds` before each word."""
    ENDLESS = "endless"
    """The text over and over, until the client hangs up."""
    RESET = "reset"
    """The connection is reset before any byte."""
    HTML = "html"
    """A web page with status 200, like a proxy's or a sign-in page."""


@dataclass(frozen=True, slots=True)
class Received:
    """A scripted reply: its text, its fault, and the fault's duration in seconds, if it has one."""

    text: str = ""
    fault: Fault = Fault.NONE
    seconds: float = 0.0
    retry_after: str | None = None


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

    def take(self, body: bytes) -> Received:
        """The next scripted reply."""
        with self._lock:
            self.requests.append(body)
            if callable(self._script):
                said = self._script(json.loads(body))
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
        self._json(200, {"object": "list", "data": [{"id": "fake", "object": "model", "owned_by": "askwell"}]})

    def do_POST(self) -> None:
        """A chat completion, streamed on request."""
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        said = self.serving.take(body)
        asked = json.loads(body)
        if said.fault is Fault.STALL:
            self.serving.wait(said.seconds)
        if said.fault.isdigit():
            self._json(int(said.fault), _error(f"scripted {said.fault}"), said.retry_after)
        elif said.fault is Fault.RESET:
            self._reset()
        elif said.fault is Fault.HTML:
            self._begin("text/html; charset=utf-8")
            self._write(b"<!doctype html>\n<html><head><title>Sign in</title></head><body>Sign in</body></html>\n")
        elif said.fault is Fault.ERROR_IN_200:
            self._json(200, _error("scripted error inside a 200"))
        elif said.fault in (Fault.NO_SCHEMA, Fault.NO_TOOLS) and "response_format" in asked:
            self._json(400, _error("response_format is not supported"))
        elif said.fault is Fault.NO_TOOLS and "tools" in asked:
            self._json(400, _error("tools are not supported"))
        elif asked.get("stream"):
            self._begin("text/event-stream")
            self._pieces(said, _events(said), b": still thinking\n\n")
        else:
            self._whole(said, asked)

    def _whole(self, said: Received, asked: dict[str, Any]) -> None:
        if said.fault not in (Fault.PAUSE, Fault.REMARKS, Fault.SLOW, Fault.ENDLESS):
            self._json(200, _completion(said, asked))
            return
        self._begin("application/json")
        pieces: Iterator[bytes] = (word.encode() + b" " for word in json.dumps(_completion(said, asked)).split(" "))
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

    def _json(self, status: int, data: dict[str, Any], retry_after: str | None = None) -> None:
        raw = json.dumps(data).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
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


def _error(message: str) -> dict[str, Any]:
    return {"error": {"message": message, "type": "scripted", "code": None}}


def _completion(said: Received, asked: dict[str, Any]) -> dict[str, Any]:
    text = "" if said.fault is Fault.EMPTY else said.text
    message: dict[str, Any] = {"role": "assistant", "content": text}
    if "tools" in asked:
        call = {"name": asked["tools"][0]["function"]["name"], "arguments": text}
        message = {
            "role": "assistant",
            "content": None,
            "tool_calls": [{"id": "call-1", "type": "function", "function": call}],
        }
    return {
        "id": "fake-1",
        "object": "chat.completion",
        "created": 0,
        "model": "fake",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": _usage(text),
    }


def _usage(text: str) -> dict[str, int]:
    words = len(text.split())
    return {"prompt_tokens": 10, "completion_tokens": words, "total_tokens": 10 + words}


def _events(said: Received) -> Iterator[bytes]:
    text = "" if said.fault is Fault.EMPTY else said.text
    words = text.split(" ") if text else []
    for number, word in enumerate(itertools.cycle(words) if said.fault is Fault.ENDLESS else words):
        yield _event(_chunk({"content": word if number == 0 else f" {word}"}))
        if said.fault is Fault.BROKEN_SSE:
            yield b'data: {"id": "fake-1", "choices": [{"del\n\n'
            return
    if said.fault is Fault.CUT:
        return
    yield _event(_chunk({}, "stop"))
    if said.fault is not Fault.NO_COUNTS:
        yield _event({**_chunk({}), "choices": [], "usage": _usage(text)})
    yield b"data: [DONE]\n\n"


def _chunk(delta: dict[str, str], finish: str | None = None) -> dict[str, Any]:
    return {
        "id": "fake-1",
        "object": "chat.completion.chunk",
        "created": 0,
        "model": "fake",
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
    }


def _event(data: dict[str, Any]) -> bytes:
    return f"data: {json.dumps(data)}\n\n".encode()
