"""Every call of a language model passes here: an OpenAI-compatible endpoint, or a provider that langchain knows.

Nothing is called unless somebody asked for a model by name or by an option. Whatever a provider's package raises
becomes a `ModelError` in one line, without the key.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ValidationError

from .errors import ModelError
from .files import write_whole
from .settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

Purpose = Literal["voice", "feedback", "reader"]
Method = Literal["json_schema", "function_calling", "plain"]
METHODS: tuple[Method, ...] = ("json_schema", "function_calling", "plain")
"""How structured output is asked for, the strictest first; the first that an endpoint can do is kept."""
RETRIES = 2
"""Tries after the first, only before a reply has begun; the client waits with jitter, or as Retry-After says."""
DEFAULT_MODEL = "gpt-4.1-mini"
"""With OpenAI's own endpoint and no model named."""

Shape = TypeVar("Shape", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a request: `system`, `user` or `assistant`, and its words."""

    role: Literal["system", "user", "assistant"]
    text: str


@dataclass(frozen=True, slots=True)
class Cost:
    """What a call took: tokens in and out as the endpoint counted them (0 where it did not), and seconds."""

    tokens_in: int = 0
    tokens_out: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Answer(Generic[Shape]):
    """A structured answer, how it was asked for, what it cost, and whether it came from the cache."""

    value: Shape
    method: Method
    cost: Cost
    cached: bool = False


class Model:
    """One configured model. Safe to share between threads."""

    def __init__(self, name: str, chat: BaseChatModel, secret: str = "", cache: Path | None = None) -> None:
        self.name = name
        self._chat = chat
        self._secret = secret
        self._cache = cache
        self._methods: tuple[Method, ...] = METHODS

    def stream(self, messages: Sequence[Message]) -> Iterator[str]:
        """The reply's words as they come. Raises ModelError, also for a stream that stops before it is finished."""
        finished = spoken = False
        try:
            for chunk in self._chat.stream(_given(messages)):
                finished = finished or bool(chunk.response_metadata.get("finish_reason"))
                if words := chunk.text:
                    spoken = True
                    yield words
        except ModelError:
            raise
        except Exception as error:  # providers raise what they like; here it gets one shape
            raise self._problem(error) from None
        if not finished:
            raise ModelError(f"{self.name}: the reply broke off before it was finished")
        if not spoken:
            raise ModelError(f"{self.name}: an empty reply")

    def structured(self, messages: Sequence[Message], shape: type[Shape]) -> Answer[Shape]:
        """One answer in the shape of a pydantic model, from the cache where the same was asked before.

        Raises ModelError when the endpoint fails, or answers in no shape that can be read.
        """
        kept = self._kept(messages, shape)
        if kept is not None and kept.is_file():
            try:
                value = shape.model_validate_json(kept.read_bytes())
                return Answer(value, self._methods[0], Cost(), cached=True)
            except (OSError, ValidationError):
                pass  # a damaged entry is asked for again and written over
        answer = self._ask(messages, shape)
        if kept is not None:
            write_whole(kept, answer.value.model_dump_json().encode())
        return answer

    def _ask(self, messages: Sequence[Message], shape: type[Shape]) -> Answer[Shape]:
        problem: ModelError | None = None
        for method in self._methods:
            began = time.monotonic()
            try:
                value, cost = self._by(method, messages, shape)
            except _Unsuited as unsuited:
                problem = ModelError(f"{self.name}: no readable answer ({unsuited})")
                continue
            except Exception as error:  # as in stream
                raise self._problem(error) from None
            self._methods = (method, *(other for other in METHODS if METHODS.index(other) > METHODS.index(method)))
            return Answer(value, method, replace(cost, seconds=time.monotonic() - began))
        raise problem or ModelError(f"{self.name}: no readable answer")

    def _by(self, method: Method, messages: Sequence[Message], shape: type[Shape]) -> tuple[Shape, Cost]:
        given = _given(messages)
        if method == "plain":
            given = [*given[:-1], _given([Message("user", f"{messages[-1].text}\n\n{_in_json(shape)}")])[0]]
            raw: Any = self._unless_unsuited(lambda: self._chat.invoke(given))
            return _read(raw.text, shape), _cost(raw)
        asking = self._chat.with_structured_output(shape, method=method, include_raw=True)
        result: Any = self._unless_unsuited(lambda: asking.invoke(given))
        if isinstance(result["parsed"], shape):
            return result["parsed"], _cost(result["raw"])
        return _read(result["raw"].text, shape), _cost(result["raw"])

    def _unless_unsuited(self, call: Any) -> Any:
        """The call's result; an endpoint that does not know this way of asking is told apart from one that fails."""
        try:
            return call()
        except Exception as error:
            if getattr(error, "status_code", None) in (400, 404, 415, 422, 501) or isinstance(error, ValidationError):
                raise _Unsuited(self._said(error)) from None
            raise

    def _kept(self, messages: Sequence[Message], shape: type[BaseModel]) -> Path | None:
        if self._cache is None:
            return None
        asked = json.dumps([self.name, [(m.role, m.text) for m in messages], shape.model_json_schema()], sort_keys=True)
        return self._cache / f"{hashlib.sha256(asked.encode('utf-8', 'surrogatepass')).hexdigest()}.json"

    def _problem(self, error: Exception) -> ModelError:
        return ModelError(f"{self.name}: {self._said(error)}")

    def _said(self, error: Exception) -> str:
        if isinstance(error, TypeError | KeyError | AttributeError):
            return "the endpoint answered with something that is no chat completion"
        said = str(error).strip().partition("\n")[0] or type(error).__name__
        return (said.replace(self._secret, "…") if self._secret else said)[:300]


class _Unsuited(Exception):
    """The endpoint cannot be asked in this way, or its answer has not the shape."""


def connect(config: Settings, purpose: Purpose) -> Model:
    """The model that is configured for `purpose`. Raises ModelError when there is none, with what to set."""
    own = {"voice": config.voice_model, "feedback": config.feedback_model, "reader": config.reader_model}[purpose]
    name = own or config.model
    if name is None and config.base_url is None and config.api_key is not None:
        name = DEFAULT_MODEL
    if name is None:
        raise ModelError("no model is configured: set ASKWELL_BASE_URL and ASKWELL_MODEL, or OPENAI_API_KEY")
    secret = config.api_key.get_secret_value() if config.api_key else ""
    provider, separator, _ = name.partition(":")
    options: dict[str, Any] = {"timeout": config.timeout, "max_retries": RETRIES}
    if config.base_url is not None or not separator or provider == "openai":
        if config.base_url is None and not secret:
            raise ModelError(f"{name}: needs ASKWELL_BASE_URL or a key in OPENAI_API_KEY")
        options |= {
            "model_provider": "openai",
            "base_url": config.base_url,
            "api_key": secret or "none",
            "stream_usage": True,
            "use_responses_api": False,
        }
        name = name.removeprefix("openai:")
    return Model(name, _chat(name, options), secret, config.cache / "replies")


def _chat(name: str, options: dict[str, Any]) -> BaseChatModel:
    from langchain.chat_models import init_chat_model

    try:
        chat: BaseChatModel = init_chat_model(name, **options)
    except ImportError as error:
        raise ModelError(f"{name}: its package is missing: {str(error).partition(chr(10))[0]}") from None
    except ValueError as error:
        raise ModelError(f"{name}: {str(error).partition(chr(10))[0]}") from None
    return chat


def _given(messages: Sequence[Message]) -> list[BaseMessage]:
    from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

    kinds = {"system": SystemMessage, "user": HumanMessage, "assistant": AIMessage}
    return [kinds[message.role](content=message.text) for message in messages]


def _in_json(shape: type[BaseModel]) -> str:
    schema = json.dumps(shape.model_json_schema())
    return f"Answer with one JSON object that fits this JSON Schema and nothing else:\n{schema}"


def _read(text: str, shape: type[Shape]) -> Shape:
    """The first JSON object in the text that has the shape: small models wrap it in words or fences."""
    decoder = json.JSONDecoder()
    for start in (place for place, character in enumerate(text) if character == "{"):
        try:
            return shape.model_validate(decoder.raw_decode(text, start)[0])
        except (ValueError, RecursionError):
            continue
    raise _Unsuited("an empty reply" if not text.strip() else "no JSON of the wanted shape")


def _cost(message: Any) -> Cost:
    used = getattr(message, "usage_metadata", None) or {}
    return Cost(int(used.get("input_tokens", 0)), int(used.get("output_tokens", 0)))
