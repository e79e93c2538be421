"""The connections of OpenAI's client: they close when a caller gives up, and we see the raw stream.

langchain passes on words only. Whether a stream ended with `[DONE]`, or whether the endpoint ignored `stream` and
answered in one piece of JSON, can only be seen here.
"""

from __future__ import annotations

import contextvars
import json
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import lru_cache, partial
from itertools import chain
from typing import Any

from . import deadline

_DONE = re.compile(rb"[\r\n]data: ?\[DONE\]")


class RawStream:
    """What we saw of one streamed reply before langchain read it."""

    done = False
    """Whether the endpoint said that the stream is complete."""


_OWN: contextvars.ContextVar[RawStream | None] = contextvars.ContextVar("_OWN", default=None)


def watched() -> RawStream:
    """Watch the next streamed reply of this thread."""
    raw = RawStream()
    _OWN.set(raw)
    return raw


@lru_cache(maxsize=1)
def http_client() -> Any:
    """The client's connections for this process."""
    import openai

    return openai.DefaultHttpxClient(event_hooks={"response": [_answered]})


def _answered(response: Any) -> None:
    """Called as soon as a reply's headers are there."""
    deadline.stop_by(lambda: _hang_up(response))
    raw = _OWN.get()
    if raw is not None and response.is_success:
        response.iter_bytes = partial(_passed_on, raw, response.iter_bytes)


def _hang_up(response: Any) -> None:
    """End a reply that another thread is reading. Closing it wouldn't wake that thread; this does."""
    stream = response.extensions.get("network_stream")
    if stream is not None and not response.is_closed:
        with suppress(OSError, AttributeError):
            stream.get_extra_info("socket").shutdown(socket.SHUT_RDWR)


def _passed_on(
    raw: RawStream, iter_bytes: Callable[[int | None], Iterator[bytes]], chunk_size: int | None = None
) -> Iterator[bytes]:
    """The reply's bytes. A completion in one piece of JSON becomes a stream of one event."""
    chunks = iter_bytes(chunk_size)
    head = b""
    for chunk in chunks:
        head += chunk
        if head.strip():
            break
    if head.lstrip().startswith(b"{"):  # no line of a stream starts like this
        chunks, head = iter(()), _as_stream(head + b"".join(chunks))
    tail = b"\n"
    for chunk in chain((head,), chunks):
        tail += chunk
        raw.done = raw.done or _DONE.search(tail) is not None
        tail = tail[-16:]
        yield chunk


def _as_stream(body: bytes) -> bytes:
    """A completion in JSON as a stream; anything else unchanged, except an error, which becomes an event."""
    with suppress(ValueError):
        said = json.loads(body)
        choices = said.get("choices")
        if isinstance(choices, list) and all(isinstance(choice, dict) for choice in choices):
            choices = [{"index": 0, "finish_reason": None, **one, "delta": one.get("message")} for one in choices]
            event = {**said, "object": "chat.completion.chunk", "choices": choices}
            return f"data: {json.dumps(event)}\n\ndata: [DONE]\n\n".encode()
        if said.get("error"):
            return f"data: {json.dumps(said)}\n\n".encode()
    return body
