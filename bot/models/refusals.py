"""What an endpoint says when it fails: its error in one line, and why a reply ended."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from typing import Any

from ..redaction import redacted

_ENDINGS = ("finish_reason", "stop_reason", "done_reason", "stopReason")
"""Providers' names for why a reply ended."""
_TOO_LONG = ("length", "max_tokens", "max_output_tokens", "model_context_window_exceeded")
_FILTERED = ("content_filter", "content_filtered", "guardrail_intervened", "safety", "refusal")
_REASONS = {
    **dict.fromkeys(
        _TOO_LONG, "the endpoint cut the reply off at its token limit; raise the limit, or turn thinking off"
    ),
    **dict.fromkeys(
        _FILTERED, "the endpoint's content filter stopped the reply; relax the filter, or use another model"
    ),
}
_ALREADY_READ = {"LengthFinishReasonError": "length", "ContentFilterFinishReasonError": "content_filter"}
"""Errors that the client raises for a structured answer that ended too early."""
_TELLING = ("message", "msg", "error", "detail", "error_description", "title", "reason", "errors")
"""Fields where endpoints put the text of an error, the most telling first."""
_MARKUP = re.compile(r"<(script|style)\b.*?</\1>|<[^>]*>", re.DOTALL | re.IGNORECASE)


def ending(metadata: Mapping[str, Any]) -> str:
    """Why the reply ended, in the provider's own word. Empty if it hasn't ended."""
    for name in _ENDINGS:
        if metadata.get(name):
            return str(metadata[name])
    status = metadata.get("status")  # of the Responses API
    if status == "incomplete":
        return str((metadata.get("incomplete_details") or {}).get("reason") or status)
    return "stop" if status == "completed" else ""


def unfinished(reason: str) -> str:
    """What to do about a reply that ended for this reason. Empty if the reply is whole."""
    return _REASONS.get(reason.lower(), "the reply broke off" if reason == "incomplete" else "")


def refusal(error: BaseException) -> str:
    """An endpoint's or a library's error in one line, without keys. Empty if it says nothing."""
    if reason := _ALREADY_READ.get(type(error).__name__):
        return unfinished(reason)
    response = getattr(error, "response", None)
    if response is None:
        text = _text(getattr(error, "body", None) or (error.args[0] if error.args else "")) or str(error)
    else:
        sent = _sent(response)
        text = _text(_parsed(sent)) or sent
    status = getattr(error, "status_code", None)
    if status is not None:
        return f"Error code: {status} - {first_line(text) or 'the endpoint gives no reason'}"
    return first_line(text or str(error))


def first_line(text: str) -> str:
    """The first line that isn't blank, redacted."""
    # Redact before cutting: half a key would not be recognised.
    return next((line.strip() for line in redacted(text).splitlines() if line.strip()), "")


def whole_text(error: BaseException) -> str:
    """Everything that an error says, to look for words in. Not redacted: never show it."""
    return f"{error}\n{_sent(getattr(error, 'response', None))}"


def _sent(response: Any) -> str:
    """The text of an answer. Empty if there is none, or if it is a stream that nobody has read."""
    try:
        return str(getattr(response, "text", "")).strip()
    except RuntimeError:
        return ""


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _text(body: object) -> str:
    """The text of an error of any shape; empty if there is none."""
    if isinstance(body, str):
        is_page = body.lstrip().startswith("<")
        return html.unescape(_MARKUP.sub("\n", body)) if is_page else body
    if isinstance(body, Mapping):
        found = next((text for name in _TELLING if (text := _text(body.get(name))).strip()), "")
        where = body.get("loc")  # FastAPI names the field
        return f"{'.'.join(map(str, where))}: {found}" if found and isinstance(where, list) else found
    if isinstance(body, list):
        return next((text for one in body if (text := _text(one)).strip()), "")
    return ""
