"""Every call of a language model passes here: an OpenAI-compatible endpoint, or a provider that langchain knows.

Nothing is called unless somebody asked for a model by name or by an option. Whatever a provider's package raises
becomes a `ModelError` in one line, without the key.
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
from ..settings import Purpose, Settings, model_for
from . import deadline, retries
from .ledger import Ledger, about

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

Method = Literal["json_schema", "function_calling", "plain"]
METHODS: tuple[Method, ...] = ("json_schema", "function_calling", "plain")
"""How structured output is asked for, the strictest first; the first that an endpoint can do is kept."""
LONGEST = 8000
"""Characters of a streamed reply; a model that never stops is cut off."""
DEFAULT_MODEL = "gpt-4.1-mini"
"""With OpenAI's own endpoint and no model named."""

Shape = TypeVar("Shape", bound=BaseModel)
Got = TypeVar("Got")


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
        longest: int = LONGEST,
        within: float | None = None,
        took: Callable[[Cost], None] = lambda _: None,
    ) -> Generator[str, None, Cost]:
        """The reply's words as they come; the generator's value (`cost = yield from ...`) is what it took.

        `took` is told the tokens also of a reply that failed or that nobody heard to its end, about where the endpoint
        had not counted them yet.

        With `cached`, the same messages give the same words without a call, and nothing is counted. Raises ModelError,
        also for a reply that stops before it is finished, pauses for longer than the timeout, takes longer than
        `within` seconds, or passes `longest` characters; what was heard until then has been given by then.
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
        finally:  # also where nobody hears it to the end
            if said:
                took(self._count(cost, messages, "".join(said)))
        _keep(kept, lambda: json.dumps(said))
        return cost

    def _count(self, cost: Cost, messages: Sequence[Message], said: str) -> Cost:
        """What a call took, written into the ledger; where nothing was counted, about what it must have been."""
        tokens_in = cost.tokens_in or about(sum(len(message.text) for message in messages))
        tokens_out = cost.tokens_out or about(len(said))
        if self._ledger is not None:
            self._ledger.add(self.name, tokens_in, tokens_out)
        return replace(cost, tokens_in=tokens_in, tokens_out=tokens_out)

    def _words(self, messages: Sequence[Message], longest: int, began: float) -> Generator[str | Cost, None, None]:
        """One try at a stream: its words, then its cost."""
        finished, length, cost = False, 0, Cost()
        with closing(_closable(self._chat.stream(_given(messages)))) as chunks:
            for chunk in chunks:
                finished = finished or any(chunk.response_metadata.get(name) for name in _ENDINGS)
                counted = _cost(chunk)
                # Some endpoints count once at the end, some in every chunk so far.
                cost = Cost(max(cost.tokens_in, counted.tokens_in), max(cost.tokens_out, counted.tokens_out))
                words = chunk.text
                length += len(words)
                if length > longest:
                    raise ModelError(f"{self.name}: the reply is longer than {longest} characters; it was cut off")
                if words:
                    yield words
        if not finished:
            raise ModelError(f"{self.name}: the reply broke off before it was finished")
        if not length:
            raise ModelError(f"{self.name}: an empty reply")
        yield replace(cost, seconds=time.monotonic() - began)

    def _in_time(
        self, attempt: Callable[[], Generator[Got, None, None]], within: float | None = None
    ) -> Generator[Got, None, None]:
        """What an attempt gives, tried again where that makes sense, each piece in time. Raises what attempts raise,
        but ModelError for everything that has no other meaning here."""
        if self._ledger is not None:
            self._ledger.check()
        try:
            yield from deadline.in_time(retries.tried(attempt, self._timeout), self._timeout, within)
        except (ModelError, _Unsuited):
            raise
        except Exception as error:  # providers raise what they like; here it gets one shape
            raise self._problem(error) from None

    def _whole(self, call: Callable[[], Got]) -> Got:
        """The result of a call that answers at once, tried again and in time as a stream is."""

        def attempt() -> Generator[Got, None, None]:
            yield call()

        (result,) = self._in_time(attempt)
        return result

    def say(self, messages: Sequence[Message]) -> str:
        """The reply in one piece, never from the cache. Raises ModelError."""
        text = self._whole(lambda: self._chat.invoke(_given(messages))).text
        if not text:
            raise ModelError(f"{self.name}: an empty reply")
        return str(text)

    def structured(self, messages: Sequence[Message], shape: type[Shape]) -> Answer[Shape]:
        """One answer in the shape of a pydantic model, from the cache where the same was asked before.

        Raises ModelError when the endpoint fails, or answers in no shape that can be read.
        """
        kept = self._kept(shape.model_json_schema(), messages)
        if kept is not None:
            with suppress(OSError, ValidationError):  # a damaged entry is asked for again and written over
                value = shape.model_validate_json(kept.read_bytes())
                return Answer(value, self._methods[0], Cost(), cached=True)
        answer = self._ask(messages, shape)
        _keep(kept, answer.value.model_dump_json)
        return answer

    def ask_by(self, method: Method, messages: Sequence[Message], shape: type[Shape]) -> Answer[Shape]:
        """One structured answer asked for in this way and no other, never from the cache. Raises ModelError."""
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
        except Exception as error:  # the provider does not know the method
            raise _Unsuited(self._said(error)) from None
        result: Any = self._whole(lambda: self._unless_unsuited(lambda: asking.invoke(given)))
        if isinstance(result["parsed"], shape):
            return result["parsed"], _cost(result["raw"])
        return _read(result["raw"].text, shape), _cost(result["raw"])

    def _unless_unsuited(self, call: Callable[[], Got]) -> Got:
        """The call's result; an endpoint that does not know this way of asking is told apart from one that fails."""
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
            why = str(error) if isinstance(error, deadline.OutOfTime) else f"nothing came for {self._timeout:g} s"
            said = f"timed out: {why}"
        elif retries.disconnected(error):
            said = f"no connection: {_first_line(retries.chain(error)[-1]) or said}"
        elif isinstance(error, TypeError | KeyError | AttributeError) or said.startswith(_NO_COMPLETION):
            said = "the endpoint answered with something that is no chat completion"
        return said[:300]


class _Unsuited(Exception):
    """The endpoint cannot be asked in this way, or its answer has not the shape."""


def connect(config: Settings, purpose: Purpose) -> Model:
    """The model that is configured for `purpose`. Raises ModelError when there is none, with what to set."""
    name = model_for(config, purpose)
    if name is None and config.base_url is None and config.api_key is not None:
        name = DEFAULT_MODEL
    if name is None:
        raise ModelError("no model is configured: set ASKWELL_BASE_URL and ASKWELL_MODEL, or OPENAI_API_KEY")
    secret = config.api_key.get_secret_value() if config.api_key else ""
    provider, separator, _ = name.partition(":")
    options: dict[str, Any] = {"timeout": config.timeout, "max_retries": 0}
    if config.base_url is not None or not separator or provider == "openai":
        if config.base_url is None and not secret:
            raise ModelError(f"{name}: needs ASKWELL_BASE_URL or a key in OPENAI_API_KEY")
        options |= {
            "model_provider": "openai",
            "base_url": config.base_url,
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
    """The client's connections for this process, told to hang up when nobody waits for a reply any more."""
    import openai

    def can_hang_up(response: Any) -> None:
        deadline.stop_by(lambda: _hang_up(response))

    return openai.DefaultHttpxClient(event_hooks={"response": [can_hang_up]})


def _hang_up(response: Any) -> None:
    """End a reply that another thread is reading: closing it would not wake that thread, this does."""
    stream = response.extensions.get("network_stream")
    if stream is not None and not response.is_closed:
        with suppress(OSError, AttributeError):
            stream.get_extra_info("socket").shutdown(socket.SHUT_RDWR)


_NO_COMPLETION = ("No generation chunks", "Unexpected response type", "Expecting value")
"""How langchain and the client begin to say that an answer was something else, a web page for instance."""
_ENDINGS = ("finish_reason", "stop_reason", "done_reason", "stopReason")
"""What providers call the reason why a reply ended."""


def _first_line(error: BaseException) -> str:
    # Cut only when it is redacted: half a key would not be known for one.
    return redacted(str(error)).strip().partition("\n")[0]


def _closable(chunks: Iterator[Got]) -> Generator[Got, None, None]:
    """The same as a generator, so that it can be closed: langchain gives one and calls it an iterator."""
    yield from chunks


def _words_of(kept: Path | None, longest: int) -> list[str]:
    """The pieces of a reply that was kept; none where there is none, it is damaged, or longer than it may be."""
    if kept is not None:
        with suppress(OSError, ValueError):
            said = json.loads(kept.read_bytes())
            if isinstance(said, list) and all(isinstance(piece, str) for piece in said):
                return said if sum(map(len, said)) <= longest else []
    return []


def _keep(kept: Path | None, text: Callable[[], str]) -> None:
    if kept is not None:
        with suppress(OSError, ValueError):  # what cannot be kept is no fault of the answer
            write_whole(kept, text().encode())


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
