"""The shapes of a request, for endpoints that don't take the usual one."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from .deadline import Piece
from .refusals import whole_text

_REFUSED = (400, 422, 500)
"""llama.cpp answers 500 if a model's template refuses a role."""
_MISSING = (400, 404, 405)
_NAMES_SYSTEM = re.compile(
    r"\bsystem\b.{0,40}\b(?:role|message|prompt|instruction)|\brole\b.{0,120}\bsystem\b|developer instruction",
    re.DOTALL | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a request: its role (`system`, `user` or `assistant`) and text."""

    role: Literal["system", "user", "assistant"]
    text: str


@dataclass(frozen=True, slots=True)
class RequestShape:
    """How to ask an endpoint. Every endpoint is first asked in the usual shape."""

    system: bool = True
    """Whether it takes a system message."""
    counts: bool = True
    """Whether it takes `stream_options`, which ask for token counts."""
    responses: bool = False
    """Whether to use OpenAI's Responses API instead of chat completions."""

    @property
    def said(self) -> tuple[str, ...]:
        """What is unusual about it, in words."""
        found = {
            "takes no system message, so it goes in front of the first user message": not self.system,
            "takes no stream_options, so tokens are estimated": not self.counts,
            "has no chat completions, so the Responses API is used": self.responses,
        }
        return tuple(text for text, holds in found.items() if holds)


def other_shape(shape: RequestShape, error: Exception, messages: Sequence[Message]) -> RequestShape | None:
    """The shape to try after this refusal; None if the refusal has another reason."""
    status = getattr(error, "status_code", None)
    if status not in (*_REFUSED, *_MISSING):
        return None
    text, told = whole_text(error), any(message.role == "system" for message in messages)
    if status in _REFUSED and shape.counts and re.search("stream_options|include_usage", text):
        return replace(shape, counts=False)
    if status in _REFUSED and shape.system and told and _NAMES_SYSTEM.search(text):
        return replace(shape, system=False)
    # A missing model is a 404 as well, and its message names the model.
    missing = status in (404, 405) and "model" not in text.lower()
    if not shape.responses and status in _MISSING and (missing or "v1/responses" in text):
        return replace(shape, responses=True)
    return None


def in_shape(messages: Sequence[Message], shape: RequestShape) -> list[Message]:
    """The messages, with the system message in front of the first user message if the endpoint takes none."""
    if shape.system:
        return list(messages)
    told = [message for message in messages if message.role == "system"]
    rest = [message for message in messages if message.role != "system"]
    place = next((place for place, message in enumerate(rest) if message.role == "user"), None)
    if place is None:
        return [*(replace(message, role="user") for message in told), *rest]
    text = "\n\n".join(message.text for message in (*told, rest[place]))
    return [*rest[:place], replace(rest[place], text=text), *rest[place + 1 :]]


def in_shapes(
    attempt: Callable[[RequestShape], Generator[Piece, None, None]],
    shape: RequestShape,
    messages: Sequence[Message],
    works: Callable[[RequestShape], None],
) -> Generator[Piece, None, None]:
    """Yield what an attempt gives. If the endpoint refuses the shape, try another. `works` receives the one that works.

    Raises what the last attempt raises. If the endpoint has neither API, raises the first refusal, which tells more.
    """
    missing: Exception | None = None
    while True:
        begun = False
        try:
            for piece in attempt(shape):
                if not begun:
                    works(shape)
                begun = True
                yield piece
            return
        except Exception as error:
            other = None if begun else other_shape(shape, error, messages)
            if other is None:
                if missing is None or begun:
                    raise
                raise missing from None
            if other.responses and not shape.responses:
                missing = error
            shape = other
