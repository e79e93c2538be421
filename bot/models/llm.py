"""All calls to language models: an OpenAI-compatible endpoint, or any provider that langchain supports.

No model is called unless the user configured one or asked for it. Whatever a provider's package raises becomes a
one-line `ModelError` without the key.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ValidationError

from ..errors import ModelError
from ..settings import Purpose, Settings, usable_model
from . import deadline, retries
from .kept import KeptReply, forget, keep_reply, keep_text, kept_reply
from .ledger import Ledger, about
from .refusals import ending, first_line, refusal, unfinished
from .shapes import Message as Message  # callers need it along with Model
from .shapes import RequestShape, in_shape, in_shapes
from .thoughts import Thoughts, UnmarkedThoughts, without_thoughts
from .wire import http_client, watched

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

Method = Literal["json_schema", "function_calling", "plain"]
METHODS: tuple[Method, ...] = ("json_schema", "function_calling", "plain")
"""Ways to ask for structured output, strictest first. We keep the first one an endpoint supports."""
_LONGEST = 8000
"""Maximum characters of a streamed reply, for models that never stop."""
_LONGEST_THOUGHTS = 100_000
"""Maximum characters that a model may think in a streamed reply."""

Shape = TypeVar("Shape", bound=BaseModel)
_Got = TypeVar("_Got")


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
        self._shape = RequestShape()
        self._thinks: bool | None = None  # whether it starts to think without a mark, if we know

    @property
    def adjusted(self) -> tuple[str, ...]:
        """What we have found to be unusual about the endpoint so far, in words."""
        thinks = ("thinks before it speaks, and its thoughts are left out",) if self._thinks else ()
        return (*self._shape.said, *thinks)

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

        If `cached`, the same messages give the same words without a call, at no cost, also if the caller stopped early.
        Raises ModelError, also for a reply that breaks off, hits a token limit, is filtered, pauses for longer than the
        timeout, takes longer than `within` seconds, or exceeds `longest` characters. The words up to that point have
        already been yielded.

        A model's thoughts are dropped. Until we know how it marks them, its first reply is yielded when it ends.
        """
        kept = self._kept("stream", messages) if cached else None
        known = kept_reply(kept, longest)
        if known.pieces:
            yield from known.pieces
            if known.stopped:
                forget(kept)
                raise ModelError(f"{self.name}: the cached reply ends where an earlier run stopped it; run this again")
            return Cost()
        said: list[str] = []
        length, cost, thoughts = 0, Cost(), Thoughts(self._thinks)
        attempt = partial(self._words, messages, longest=longest, began=time.monotonic())
        try:
            with closing(self._in_time(attempt, messages, within)) as pieces:
                for piece in self._without_thoughts(pieces, thoughts):
                    if isinstance(piece, Cost):
                        cost = piece
                        continue
                    length += len(piece)
                    if length > longest:
                        raise self._too_long(longest)
                    said.append(piece)
                    yield piece
        except GeneratorExit:
            keep_reply(kept, KeptReply(said, stopped=True))
            raise
        finally:  # also if the caller stops early
            if thoughts.heard:
                took(self._count(cost, messages, thoughts.heard))
        keep_reply(kept, KeptReply(said))
        return cost

    def _without_thoughts(self, pieces: Iterator[str | Cost], thoughts: Thoughts) -> Generator[str | Cost, None, None]:
        """The words of a reply, and its cost. Remembers whether the model starts to think without a mark."""
        words = False
        try:
            for piece in pieces:
                found = [piece] if isinstance(piece, Cost) else thoughts.feed(piece)
                words = words or any(isinstance(one, str) for one in found)
                yield from found
        except UnmarkedThoughts:
            self._thinks = True
            raise ModelError(f"{self.name}: the reply began with thoughts; from now on they are left out") from None
        except ModelError:
            yield from thoughts.cut()
            raise
        rest = thoughts.end()
        self._thinks = thoughts.unmarked
        yield from rest
        if not words and not rest:
            raise ModelError(f"{self.name}: {_ONLY_THOUGHTS if thoughts.heard else 'an empty reply'}")

    def _too_long(self, longest: int) -> ModelError:
        return ModelError(f"{self.name}: the reply is longer than {longest} characters; it was cut off")

    def _count(self, cost: Cost, messages: Sequence[Message], heard: int) -> Cost:
        """Record a call's cost in the ledger, estimated from the characters heard if the endpoint didn't count."""
        tokens_in = cost.tokens_in or about(sum(len(message.text) for message in messages))
        tokens_out = cost.tokens_out or about(heard)
        if self._ledger is not None:
            self._ledger.add(self.name, tokens_in, tokens_out)
        return replace(cost, tokens_in=tokens_in, tokens_out=tokens_out)

    def _words(
        self, messages: Sequence[Message], shape: RequestShape, longest: int, began: float
    ) -> Generator[str | Cost, None, None]:
        """One attempt at a stream: yields its words and thoughts, and at last its cost."""
        ended, length, cost, raw = "", 0, Cost(), watched()
        # The Responses API always counts.
        options: dict[str, Any] = {} if shape.counts or shape.responses else {"stream_usage": False}
        chunks = self._chat_in(shape).stream(_given(in_shape(messages, shape)), **options)
        with closing(_closable(chunks)) as heard:
            for chunk in heard:
                ended = ended or ending(chunk.response_metadata)
                counted = _cost(chunk)
                # Some endpoints count once at the end, others report the running total in every chunk.
                cost = Cost(max(cost.tokens_in, counted.tokens_in), max(cost.tokens_out, counted.tokens_out))
                words = chunk.text
                length += len(words)
                if length > longest + _LONGEST_THOUGHTS:
                    raise self._too_long(longest)
                if words:
                    yield words
        yield replace(cost, seconds=time.monotonic() - began)
        if problem := unfinished(ended) if ended or raw.done else _BROKE_OFF:
            raise ModelError(f"{self.name}: {problem}")

    def _chat_in(self, shape: RequestShape) -> BaseChatModel:
        # Chat completions are not stored by default, so these aren't either.
        responses = {"use_responses_api": True, "store": False}
        return self._chat.model_copy(update=responses) if shape.responses else self._chat

    def _in_time(
        self,
        attempt: Callable[[RequestShape], Generator[_Got, None, None]],
        messages: Sequence[Message],
        within: float | None = None,
        unsuited: bool = False,
    ) -> Generator[_Got, None, None]:
        """Yield what an attempt gives, with retries and deadlines. Unknown errors become ModelError.

        If `unsuited`, an endpoint that refuses the request raises _Unsuited, unlike one that fails.
        """
        if self._ledger is not None:
            self._ledger.check()

        def works(shape: RequestShape) -> None:
            self._shape = shape

        def once() -> Generator[_Got, None, None]:
            return in_shapes(attempt, self._shape, messages, works)

        try:
            yield from deadline.in_time(retries.retry_stream(once, self._timeout), self._timeout, within)
        except ModelError:
            raise
        except Exception as error:  # providers raise all kinds of errors
            if unsuited and _refuses(error):
                raise _Unsuited(self._said(error)) from None
            raise self._problem(error) from None

    def _whole(
        self,
        call: Callable[[BaseChatModel, list[BaseMessage]], _Got],
        messages: Sequence[Message],
        unsuited: bool = False,
    ) -> _Got:
        """The result of a call that isn't streamed, with the same retries, shapes and deadlines."""

        def attempt(shape: RequestShape) -> Generator[_Got, None, None]:
            yield call(self._chat_in(shape), _given(in_shape(messages, shape)))

        (result,) = self._in_time(attempt, messages, unsuited=unsuited)
        return result

    def say(self, messages: Sequence[Message]) -> str:
        """The whole reply, without thoughts, never from the cache. Raises ModelError."""
        reply = self._whole(lambda chat, given: chat.invoke(given), messages)
        text = self._spoken(reply.text)
        if problem := unfinished(ending(reply.response_metadata)):
            raise ModelError(f"{self.name}: {problem}")
        if not text:
            raise ModelError(f"{self.name}: {_ONLY_THOUGHTS if reply.text else 'an empty reply'}")
        return text

    def _spoken(self, text: str) -> str:
        """A whole reply without its thoughts."""
        words, thinks = without_thoughts(text)
        if text and not self._thinks:
            self._thinks = thinks
        return words

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
        keep_text(kept, answer.value.model_dump_json())
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
            self._count(cost, messages, len(value.model_dump_json()))
            self._methods = (method, *(other for other in METHODS if METHODS.index(other) > METHODS.index(method)))
            return Answer(value, method, replace(cost, seconds=time.monotonic() - began))
        raise ModelError(f"{self.name}: no readable answer ({unsuited})")

    def _by(self, method: Method, messages: Sequence[Message], shape: type[Shape]) -> tuple[Shape, Cost]:
        if method == "plain":
            asked = [*messages[:-1], Message("user", f"{messages[-1].text}\n\n{_in_json(shape)}")]
            raw: Any = self._whole(lambda chat, given: chat.invoke(given), asked, unsuited=True)
            return self._read(raw, shape), _cost(raw)

        def ask(chat: BaseChatModel, given: list[BaseMessage]) -> Any:
            try:
                asking = chat.with_structured_output(shape, method=method, include_raw=True)
            except Exception as error:  # the provider doesn't support the method
                raise _Unsuited(self._said(error)) from None
            return asking.invoke(given)

        result = self._whole(ask, messages, unsuited=True)
        if isinstance(result["parsed"], shape):
            return result["parsed"], _cost(result["raw"])
        return self._read(result["raw"], shape), _cost(result["raw"])

    def _read(self, raw: Any, shape: type[Shape]) -> Shape:
        try:
            return _fitting(self._spoken(raw.text), shape)
        except _Unsuited:
            if problem := unfinished(ending(raw.response_metadata)):
                raise _Unsuited(problem) from None
            raise

    def _kept(self, asked: object, messages: Sequence[Message]) -> Path | None:
        if self._cache is None:
            return None
        whole = json.dumps([self.endpoint, self.name, asked, [(m.role, m.text) for m in messages]], sort_keys=True)
        return self._cache / f"{hashlib.sha256(whole.encode('utf-8', 'surrogatepass')).hexdigest()}.json"

    def _problem(self, error: Exception) -> ModelError:
        return ModelError(f"{self.name}: {self._said(error)}")

    def _said(self, error: Exception) -> str:
        said = refusal(error) or type(error).__name__
        if retries.timed_out(error):
            why = str(error) if isinstance(error, deadline.OutOfTime) else f"nothing received for {self._timeout:g} s"
            said = f"timed out: {why}"
        elif retries.disconnected(error):
            said = f"no connection: {first_line(str(retries.chain(error)[-1])) or said}"
        elif isinstance(error, TypeError | KeyError | AttributeError) or str(error).startswith(_NO_COMPLETION):
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
            "http_client": http_client(),
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
        raise ModelError(f"{name}: its package is missing: {first_line(str(error))}") from None
    except ValueError as error:
        raise ModelError(f"{name}: {first_line(str(error))}") from None
    return chat


def _refuses(error: Exception) -> bool:
    """Whether the endpoint, or the client, can't handle this kind of request."""
    refused = getattr(error, "status_code", None) in (400, 404, 415, 422, 501)
    return refused or isinstance(error, ValidationError | _Unsuited)


_NO_COMPLETION = ("No generation chunks", "Unexpected response type", "Expecting value")
"""How errors of langchain and the client start when the answer isn't a completion, such as a web page."""
_BROKE_OFF = "the reply broke off"
_ONLY_THOUGHTS = "only thoughts and no words; turn thinking off at the endpoint, or raise its token limit"


def _closable(chunks: Iterator[_Got]) -> Generator[_Got, None, None]:
    """The same as a generator, so that it can be closed. langchain types its generators as iterators."""
    yield from chunks


def _given(messages: Sequence[Message]) -> list[BaseMessage]:
    from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

    kinds = {"system": SystemMessage, "user": HumanMessage, "assistant": AIMessage}
    return [kinds[message.role](content=message.text) for message in messages]


def _in_json(shape: type[BaseModel]) -> str:
    schema = json.dumps(shape.model_json_schema())
    return f"Answer with one JSON object that fits this JSON Schema and nothing else:\n{schema}"


def _fitting(text: str, shape: type[Shape]) -> Shape:
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
