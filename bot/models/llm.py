"""All calls to language models: an OpenAI-compatible endpoint, or any provider that langchain supports.

No model is called unless the user configured one or asked for it. Whatever a provider's package raises becomes a
one-line `ModelError` without the key.
"""

from __future__ import annotations

import hashlib
import json
import socket
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ValidationError

from ..errors import ModelError
from ..files import write_whole
from ..redaction import redacted
from ..settings import Purpose, Settings, usable_model
from . import deadline, retries
from .ledger import Ledger, about

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

Method = Literal["json_schema", "function_calling", "plain"]
METHODS: tuple[Method, ...] = ("json_schema", "function_calling", "plain")
"""Ways to ask for structured output, strictest first. We keep the first one an endpoint supports."""
_LONGEST = 8000
"""Maximum characters of a streamed reply, for models that never stop."""

Shape = TypeVar("Shape", bound=BaseModel)
_Got = TypeVar("_Got")


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a request: its role (`system`, `user` or `assistant`) and text."""

    role: Literal["system", "user", "assistant"]
    text: str


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost of a call: tokens in and out as the endpoint counted them (0 if it didn't), and seconds."""

    tokens_in: int = 0
    tokens_out: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Answer(Generic[Shape]):
    """A structured answer, the method used to ask, its cost, and whether it came from the cache."""

    value: Shape
    method: Method
    cost: Cost
    cached: bool = False


class Model:
    """One configured model. Safe to share between threads."""

    def __init__(
        self,
        name: str,
        chat: BaseChatModel,
        cache: Path | None = None,
        timeout: float = 30.0,
        endpoint: str = "",
        ledger: Ledger | None = None,
    ) -> None:
        self.name = name
        self.endpoint = endpoint
        self._chat = chat
        self._cache = cache
        self._timeout = timeout
        self._ledger = ledger
        self._methods: tuple[Method, ...] = METHODS

    def stream(
        self,
        messages: Sequence[Message],
        *,
        cached: bool = False,
        longest: int = _LONGEST,
        within: float | None = None,
        took: Callable[[Cost], None] = lambda _: None,
    ) -> Generator[str, None, Cost]:
        """Yield the reply's words as they come, and return its cost (`cost = yield from ...`).

        `took` receives the cost even if the reply fails or the caller stops early. If the endpoint hasn't counted the
        tokens by then, they are estimated.

        If `cached`, the same messages give the same words without a call, at no cost. Raises ModelError, also for a
        reply that breaks off, pauses for longer than the timeout, takes longer than `within` seconds, or exceeds
        `longest` characters. The words up to that point have already been yielded.
        """
        kept = self._kept("stream", messages) if cached else None
        said = _words_of(kept, longest)
        if said:
            yield from said
            return Cost()
        cost = Cost()
        began = time.monotonic()
        try:
            for piece in self._in_time(lambda: self._words(messages, longest, began), within):
                if isinstance(piece, Cost):
                    cost = piece
                else:
                    said.append(piece)
                    yield piece
        finally:  # also if the caller stops early
            if said:
                took(self._count(cost, messages, "".join(said)))
        _keep(kept, lambda: json.dumps(said))
        return cost

    def _count(self, cost: Cost, messages: Sequence[Message], said: str) -> Cost:
        """Record a call's cost in the ledger, estimated if the endpoint didn't count."""
        tokens_in = cost.tokens_in or about(sum(len(message.text) for message in messages))
        tokens_out = cost.tokens_out or about(len(said))
        if self._ledger is not None:
            self._ledger.add(self.name, tokens_in, tokens_out)
        return replace(cost, tokens_in=tokens_in, tokens_out=tokens_out)

    def _words(self, messages: Sequence[Message], longest: int, began: float) -> Generator[str | Cost, None, None]:
        """One attempt at a stream: yields its words, returns its cost."""
        finished, length, cost = False, 0, Cost()
        with closing(_closable(self._chat.stream(_given(messages)))) as chunks:
            for chunk in chunks:
                finished = finished or any(chunk.response_metadata.get(name) for name in _ENDINGS)
                counted = _cost(chunk)
                # Some endpoints count once at the end, others report the running total in every chunk.
                cost = Cost(max(cost.tokens_in, counted.tokens_in), max(cost.tokens_out, counted.tokens_out))
                words = chunk.text
                length += len(words)
                if length > longest:
                    raise ModelError(f"{self.name}: the reply is longer than {longest} characters; it was cut off")
                if words:
                    yield words
        if not finished:
            raise ModelError(f"{self.name}: the reply broke off")
        if not length:
            raise ModelError(f"{self.name}: an empty reply")
        yield replace(cost, seconds=time.monotonic() - began)

    def _in_time(
        self, attempt: Callable[[], Generator[_Got, None, None]], within: float | None = None
    ) -> Generator[_Got, None, None]:
        """Yield what an attempt gives, with retries and deadlines. Unknown errors become ModelError."""
        if self._ledger is not None:
            self._ledger.check()
        try:
            yield from deadline.in_time(retries.retry_stream(attempt, self._timeout), self._timeout, within)
        except (ModelError, _Unsuited):
            raise
        except Exception as error:  # providers raise all kinds of errors
            raise self._problem(error) from None

    def _whole(self, call: Callable[[], _Got]) -> _Got:
        """The result of a call that isn't streamed, with the same retries and deadlines."""

        def attempt() -> Generator[_Got, None, None]:
            yield call()

        (result,) = self._in_time(attempt)
        return result

    def say(self, messages: Sequence[Message]) -> str:
        """The whole reply, never from the cache. Raises ModelError."""
        text = self._whole(lambda: self._chat.invoke(_given(messages))).text
        if not text:
            raise ModelError(f"{self.name}: an empty reply")
        return str(text)

    def structured(self, messages: Sequence[Message], shape: type[Shape]) -> Answer[Shape]:
        """One answer as a pydantic model, cached by request.

        Raises ModelError when the endpoint fails, or when its answer doesn't fit the model.
        """
        kept = self._kept(shape.model_json_schema(), messages)
        if kept is not None:
            with suppress(OSError, ValidationError):  # a damaged entry is fetched again and overwritten
                value = shape.model_validate_json(kept.read_bytes())
                return Answer(value, self._methods[0], Cost(), cached=True)
        answer = self._ask(messages, shape)
        _keep(kept, answer.value.model_dump_json)
        return answer

    def ask_by(self, method: Method, messages: Sequence[Message], shape: type[Shape]) -> Answer[Shape]:
        """One structured answer by this method only, never from the cache. Raises ModelError."""
        began = time.monotonic()
        try:
            value, cost = self._by(method, messages, shape)
        except _Unsuited as unsuited:
            raise ModelError(f"{self.name}: no readable answer ({unsuited})") from None
        return Answer(value, method, replace(cost, seconds=time.monotonic() - began))

    def _ask(self, messages: Sequence[Message], shape: type[Shape]) -> Answer[Shape]:
        unsuited = ""
        for method in self._methods:
            began = time.monotonic()
            try:
                value, cost = self._by(method, messages, shape)
            except _Unsuited as error:
                unsuited = str(error)
                continue
            self._count(cost, messages, value.model_dump_json())
            self._methods = (method, *(other for other in METHODS if METHODS.index(other) > METHODS.index(method)))
            return Answer(value, method, replace(cost, seconds=time.monotonic() - began))
        raise ModelError(f"{self.name}: no readable answer ({unsuited})")

    def _by(self, method: Method, messages: Sequence[Message], shape: type[Shape]) -> tuple[Shape, Cost]:
        given = _given(messages)
        if method == "plain":
            given = [*given[:-1], _given([Message("user", f"{messages[-1].text}\n\n{_in_json(shape)}")])[0]]
            raw: Any = self._whole(lambda: self._unless_unsuited(lambda: self._chat.invoke(given)))
            return _read(raw.text, shape), _cost(raw)
        try:
            asking = self._chat.with_structured_output(shape, method=method, include_raw=True)
        except Exception as error:  # the provider doesn't support the method
            raise _Unsuited(self._said(error)) from None
        result: Any = self._whole(lambda: self._unless_unsuited(lambda: asking.invoke(given)))
        if isinstance(result["parsed"], shape):
            return result["parsed"], _cost(result["raw"])
        return _read(result["raw"].text, shape), _cost(result["raw"])

    def _unless_unsuited(self, call: Callable[[], _Got]) -> _Got:
        """The call's result. Distinguishes an endpoint that doesn't support this method from one that fails."""
        try:
            return call()
        except Exception as error:
            if getattr(error, "status_code", None) in (400, 404, 415, 422, 501) or isinstance(error, ValidationError):
                raise _Unsuited(self._said(error)) from None
            raise

    def _kept(self, asked: object, messages: Sequence[Message]) -> Path | None:
        if self._cache is None:
            return None
        whole = json.dumps([self.endpoint, self.name, asked, [(m.role, m.text) for m in messages]], sort_keys=True)
        return self._cache / f"{hashlib.sha256(whole.encode('utf-8', 'surrogatepass')).hexdigest()}.json"

    def _problem(self, error: Exception) -> ModelError:
        return ModelError(f"{self.name}: {self._said(error)}")

    def _said(self, error: Exception) -> str:
        said = _first_line(error) or type(error).__name__
        if retries.timed_out(error):
            why = str(error) if isinstance(error, deadline.OutOfTime) else f"nothing received for {self._timeout:g} s"
            said = f"timed out: {why}"
        elif retries.disconnected(error):
            said = f"no connection: {_first_line(retries.chain(error)[-1]) or said}"
        elif isinstance(error, TypeError | KeyError | AttributeError) or said.startswith(_NO_COMPLETION):
            said = "the endpoint's answer is not a chat completion"
        return said[:300]


class _Unsuited(Exception):
    """The endpoint doesn't support this method, or its answer doesn't fit."""


def connect(config: Settings, purpose: Purpose) -> Model:
    """The model configured for `purpose`. If there is none, raises ModelError that says what to set."""
    name = usable_model(config, purpose)
    if name is None:
        raise ModelError("no model is configured; set ASKWELL_BASE_URL and ASKWELL_MODEL, or OPENAI_API_KEY")
    secret = config.api_key.get_secret_value() if config.api_key else ""
    provider, separator, _ = name.partition(":")
    options: dict[str, Any] = {"timeout": config.timeout, "max_retries": 0}
    if config.base_url is not None or not separator or provider == "openai":
        if config.base_url is None and not secret:
            raise ModelError(f"{name}: set ASKWELL_BASE_URL, or OPENAI_API_KEY")
        options |= {
            "model_provider": "openai",
            "base_url": config.endpoint,
            "api_key": secret or "none",
            "stream_usage": True,
            "use_responses_api": False,
            "http_client": _http_client(),
        }
        name = name.removeprefix("openai:")
    chat = _chat(name, options)
    ledger = Ledger(config.home.expanduser() / "spent", config.budget_day)
    return Model(name, chat, config.cache / "replies", config.timeout, config.base_url or "", ledger)


def _chat(name: str, options: dict[str, Any]) -> BaseChatModel:
    from langchain.chat_models import init_chat_model

    try:
        chat: BaseChatModel = init_chat_model(name, **options)
    except ImportError as error:
        raise ModelError(f"{name}: its package is missing: {_first_line(error)}") from None
    except ValueError as error:
        raise ModelError(f"{name}: {_first_line(error)}") from None
    return chat


@lru_cache(maxsize=1)
def _http_client() -> Any:
    """The client's connections for this process. They close when a caller gives up."""
    import openai

    def can_hang_up(response: Any) -> None:
        deadline.stop_by(lambda: _hang_up(response))

    return openai.DefaultHttpxClient(event_hooks={"response": [can_hang_up]})


def _hang_up(response: Any) -> None:
    """End a reply that another thread is reading. Closing it wouldn't wake that thread; this does."""
    stream = response.extensions.get("network_stream")
    if stream is not None and not response.is_closed:
        with suppress(OSError, AttributeError):
            stream.get_extra_info("socket").shutdown(socket.SHUT_RDWR)


_NO_COMPLETION = ("No generation chunks", "Unexpected response type", "Expecting value")
"""How errors of langchain and the client start when the answer isn't a completion, such as a web page."""
_ENDINGS = ("finish_reason", "stop_reason", "done_reason", "stopReason")
"""Providers' names for why a reply ended."""


def _first_line(error: BaseException) -> str:
    # Redact before cutting: half a key would not be recognised.
    return redacted(str(error)).strip().partition("\n")[0]


def _closable(chunks: Iterator[_Got]) -> Generator[_Got, None, None]:
    """The same as a generator, so that it can be closed. langchain types its generators as iterators."""
    yield from chunks


def _words_of(kept: Path | None, longest: int) -> list[str]:
    """The pieces of a cached reply, empty if it is missing, damaged or too long."""
    if kept is not None:
        with suppress(OSError, ValueError):
            said = json.loads(kept.read_bytes())
            if isinstance(said, list) and all(isinstance(piece, str) for piece in said):
                return said if sum(map(len, said)) <= longest else []
    return []


def _keep(kept: Path | None, text: Callable[[], str]) -> None:
    if kept is not None:
        with suppress(OSError, ValueError):  # the answer is fine even if it can't be cached
            write_whole(kept, text().encode())


def _given(messages: Sequence[Message]) -> list[BaseMessage]:
    from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

    kinds = {"system": SystemMessage, "user": HumanMessage, "assistant": AIMessage}
    return [kinds[message.role](content=message.text) for message in messages]


def _in_json(shape: type[BaseModel]) -> str:
    schema = json.dumps(shape.model_json_schema())
    return f"Answer with one JSON object that fits this JSON Schema and nothing else:\n{schema}"


def _read(text: str, shape: type[Shape]) -> Shape:
    """The first JSON object in the text that fits. Small models wrap it in prose or code fences."""
    decoder = json.JSONDecoder()
    for start in (place for place, character in enumerate(text) if character == "{"):
        try:
            return shape.model_validate(decoder.raw_decode(text, start)[0])
        except (ValueError, RecursionError):
            continue
    raise _Unsuited("an empty reply" if not text.strip() else "no JSON that fits the schema")


def _cost(message: Any) -> Cost:
    used = getattr(message, "usage_metadata", None) or {}
    return Cost(int(used.get("input_tokens", 0)), int(used.get("output_tokens", 0)))
