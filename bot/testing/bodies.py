"""The faults of endpoints, and the bodies of scripted replies with those faults."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

THOUGHT = 'The manager asks. {"a": "draft"} I should be short.\n'
"""What a model thinks before it speaks, with some JSON that is no answer."""


class Fault(StrEnum):
    """The fault of a reply. A fault that names a request (`no_system`, for example) refuses only such requests."""

    NONE = "none"
    UNAUTHORISED = "401"
    NOT_FOUND = "404"
    REQUEST_TIMEOUT = "408"
    TOO_MANY = "429"
    BROKEN = "500"
    OVERLOADED = "503"
    GATEWAY_TIMEOUT = "504"
    ORIGIN_TIMEOUT = "524"
    BUSY = "529"
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
    THINK = "think"
    """Thoughts in a `<think>` block, then the reply. The tags are cut across pieces."""
    THINK_UNMARKED = "think_unmarked"
    """Thoughts and `</think>`, without `<think>`, then the reply."""
    REASONING = "reasoning"
    """Thoughts in a field of their own, then the reply."""
    LENGTH = "length"
    """The reply, cut off at a token limit."""
    CONTENT_FILTER = "content_filter"
    """The reply, stopped by a filter."""
    NO_REASON = "no_reason"
    """A whole reply without a finish reason."""
    NO_SYSTEM = "no_system"
    """Refuses a system message."""
    NO_STREAM_OPTIONS = "no_stream_options"
    """Refuses `stream_options`."""
    ONE_PIECE = "one_piece"
    """Ignores `stream` and answers in one piece of JSON."""
    NO_CHAT = "no_chat"
    """Has the Responses API and no chat completions."""
    ERROR_TEXT = "error_text"
    """400 with `{"error": "text"}`, where the text is the reply's."""
    ERROR_DETAIL = "error_detail"
    """422 with a list of details."""
    ERROR_MESSAGE = "error_message"
    """400 with `{"message": "text"}`."""
    ERROR_PLAIN = "error_plain"
    """400 with plain text in several lines."""
    ERROR_PAGE = "error_page"
    """400 with a web page."""
    ERROR_EMPTY = "error_empty"
    """400 without a body."""


@dataclass(frozen=True, slots=True)
class Received:
    """A scripted reply: its text, its fault, and the fault's duration in seconds, if it has one."""

    text: str = ""
    fault: Fault = Fault.NONE
    seconds: float = 0.0
    retry_after: str | None = None


def error_body(message: str) -> dict[str, Any]:
    """An error as OpenAI sends it."""
    return {"error": {"message": message, "type": "scripted", "code": None}}


def refusal_of(said: Received, asked: dict[str, Any]) -> tuple[int, str, str] | None:
    """The status, content type and body with which the request is refused; None if it isn't."""
    fault, why = said.fault, said.text or "scripted refusal"
    told: dict[Fault, tuple[int, object]] = {
        Fault.ERROR_TEXT: (400, {"error": why}),
        Fault.ERROR_DETAIL: (422, {"detail": [{"type": "missing", "loc": ["body", "seed"], "msg": why}]}),
        Fault.ERROR_MESSAGE: (400, {"object": "error", "message": f"{why}\nmore", "code": 400}),
    }
    if fault is Fault.ERROR_PLAIN:
        return 400, "text/plain", f"\n{why}\nand a second line\n"
    if fault is Fault.ERROR_PAGE:
        page = f"<html><head><style>b {{}}</style><title>{why}</title></head><body>Go away</body></html>"
        return 400, "text/html", page
    if fault is Fault.ERROR_EMPTY:
        return 400, "text/plain", ""
    if fault in told:
        status, body = told[fault]
    elif fault.isdigit():
        status, body = int(fault), error_body(f"scripted {fault}")
    elif fault is Fault.ERROR_IN_200:
        status, body = 200, error_body("scripted error inside a 200")
    elif why := _refused_part(fault, asked):
        status, body = 400, error_body(why)
    else:
        return None
    return status, "application/json", json.dumps(body)


def _refused_part(fault: Fault, asked: dict[str, Any]) -> str:
    """What the endpoint doesn't take in this request. Empty if it takes it all."""
    if fault in (Fault.NO_SCHEMA, Fault.NO_TOOLS) and "response_format" in asked:
        return "response_format is not supported"
    if fault is Fault.NO_TOOLS and "tools" in asked:
        return "tools are not supported"
    if fault is Fault.NO_STREAM_OPTIONS and "stream_options" in asked:
        return "Unknown parameter: 'stream_options'."
    if fault is Fault.NO_SYSTEM and any(message.get("role") == "system" for message in asked["messages"]):
        return "System role not supported"
    return ""


def completion_body(said: Received, asked: dict[str, Any]) -> dict[str, Any]:
    """A chat completion in one piece."""
    text = _text_of(said)
    message: dict[str, Any] = {"role": "assistant", "content": text}
    if said.fault is Fault.REASONING:
        message["reasoning_content"] = THOUGHT
    if "tools" in asked:
        call = {"name": asked["tools"][0]["function"]["name"], "arguments": said.text}
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
        "choices": [{"index": 0, "message": message, "finish_reason": _finish(said)}],
        "usage": _usage(text),
    }


def stream_events(said: Received) -> Iterator[bytes]:
    """A chat completion as a stream."""
    text = "" if said.fault is Fault.EMPTY else said.text
    if said.fault is Fault.REASONING:
        yield _event(_chunk({"reasoning_content": THOUGHT, "content": None}))
    thought = _text_of(said).removesuffix(text)
    for start in range(0, len(thought), 3):
        yield _event(_chunk({"content": thought[start : start + 3]}))
    words = text.split(" ") if text else []
    for number, word in enumerate(itertools.cycle(words) if said.fault is Fault.ENDLESS else words):
        yield _event(_chunk({"content": word if number == 0 else f" {word}"}))
        if said.fault is Fault.BROKEN_SSE:
            yield b'data: {"id": "fake-1", "choices": [{"del\n\n'
            return
    if said.fault is Fault.CUT:
        return
    yield _event(_chunk({}, _finish(said)))
    if said.fault is not Fault.NO_COUNTS:
        yield _event({**_chunk({}), "choices": [], "usage": _usage(text)})
    yield b"data: [DONE]\n\n"


def response_body(said: Received, asked: dict[str, Any]) -> dict[str, Any]:
    """A response of the Responses API in one piece."""
    content = [{"type": "output_text", "text": said.text, "annotations": []}]
    output: dict[str, Any] = {"type": "message", "id": "m-1", "status": "completed", "role": "assistant"}
    output["content"] = content
    if asked.get("tools"):
        output = {"type": "function_call", "id": "f-1", "call_id": "call-1", "name": asked["tools"][0]["name"]}
        output["arguments"] = said.text
    words = len(said.text.split())
    return {
        "id": "fake-1",
        "object": "response",
        "created_at": 0,
        "model": "fake",
        "status": "completed",
        "output": [output],
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "usage": {
            "input_tokens": 10,
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens": words,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": 10 + words,
        },
    }


def response_events(said: Received) -> Iterator[bytes]:
    """A response of the Responses API as a stream."""
    place = {"item_id": "m-1", "output_index": 0, "content_index": 0, "logprobs": []}
    kind = "response.output_text.delta"
    words = said.text.split(" ")
    for number, word in enumerate(words):
        delta = word if number == 0 else f" {word}"
        yield _event({"type": kind, "sequence_number": number, "delta": delta, **place}, kind)
    kind = "response.completed"
    yield _event({"type": kind, "sequence_number": len(words), "response": response_body(said, {})}, kind)


def _text_of(said: Received) -> str:
    if said.fault is Fault.EMPTY:
        return ""
    if said.fault is Fault.THINK:
        return f"<think>\n{THOUGHT}</think>\n\n{said.text}"
    if said.fault is Fault.THINK_UNMARKED:
        return f"{THOUGHT}</think>\n\n{said.text}"
    return said.text


def _finish(said: Received) -> str | None:
    if said.fault in (Fault.LENGTH, Fault.CONTENT_FILTER):
        return str(said.fault)
    return None if said.fault is Fault.NO_REASON else "stop"


def _usage(text: str) -> dict[str, int]:
    words = len(text.split())
    return {"prompt_tokens": 10, "completion_tokens": words, "total_tokens": 10 + words}


def _chunk(delta: dict[str, str | None], finish: str | None = None) -> dict[str, Any]:
    return {
        "id": "fake-1",
        "object": "chat.completion.chunk",
        "created": 0,
        "model": "fake",
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
    }


def _event(data: dict[str, Any], kind: str = "") -> bytes:
    name = f"event: {kind}\n" if kind else ""
    return f"{name}data: {json.dumps(data)}\n\n".encode()
