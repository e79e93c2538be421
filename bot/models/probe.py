"""Tests an endpoint with a few short requests: what it can do, and how fast. `askwell doctor` prints the result."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from ..errors import ModelError
from ..redaction import redacted
from .llm import METHODS, Message, Method, Model

_HELLO = (Message("user", "Answer with one word: ready"),)
_COUNT = (
    Message("system", "You are a counter. Answer with numbers in words, separated by commas, and nothing else."),
    Message("user", "Count from one to three."),
    Message("assistant", "one, two, three"),
    Message("user", "Count from one to thirty."),
)
"""Like a request for the rep's words: instructions, some turns, and what was just said."""
_ASK = (Message("user", "Which colour has a clear sky by day? Give the colour as one lower-case word."),)


class _Sky(BaseModel):
    """The structured answer to ask for."""

    model_config = ConfigDict(extra="forbid")

    colour: str


@dataclass(frozen=True, slots=True)
class Tried:
    """One test: whether it passed, and the result or the problem in one line."""

    name: str
    ok: bool
    said: str


@dataclass(frozen=True, slots=True)
class Probe:
    """What a model at an endpoint can do. The times come from one short reply, None if there was no reply."""

    model: str
    tried: tuple[Tried, ...]
    """`reachable` (it answers a word), `streams`, and one for each structured output method."""
    method: Method | None
    """The structured output method to use: the strictest one that works."""
    first_words: float | None
    """Seconds from the request to the first words."""
    tokens_per_second: float | None
    """Tokens per second after the first words; None if there is nothing to measure."""
    adjusted: tuple[str, ...] = ()
    """What is unusual about the endpoint, and how Askwell asks it instead."""

    @property
    def ok(self) -> bool:
        """Whether Askwell can use it: it answers in words, and supports at least one structured output method."""
        return self.method is not None and all(one.ok for one in self.tried if one.name not in METHODS)

    @property
    def said(self) -> str:
        """Everything in one line, problems first and each only once."""
        problems: dict[str, list[str]] = {}
        for one in self.tried:
            if not one.ok and (self.method is None or one.name not in METHODS):
                problems.setdefault(one.said, []).append(one.name)
        everywhere = [len(self.tried)] == [len(names) for names in problems.values()]
        found = [problem if everywhere else f"{', '.join(names)}: {problem}" for problem, names in problems.items()]
        found += [one.said for one in self.tried if one.ok and one.name == "streams"]
        found += self.adjusted
        found += [f"structured answers by {self.method}"] if self.method else []
        return f"{self.model}: {'; '.join(found)}"


def probe(model: Model, clock: Callable[[], float] = time.monotonic) -> Probe:
    """Test `model` with five short requests, never from the cache, and more if the endpoint refuses their shape.

    Never raises. Each test reports its problem in one line and the next one runs anyway.
    """
    reachable = _try("reachable", model, lambda: _hello(model))
    streamed = _Streamed()
    streams = _try("streams", model, lambda: streamed.listen(model, clock))
    shaped = [_shape(model, method) for method in METHODS]
    method = next((method for method, one in zip(METHODS, shaped, strict=True) if one.ok), None)
    tried = (reachable, streams, *shaped)
    return Probe(model.name, tried, method, streamed.first_words, streamed.tokens_per_second, model.adjusted)


def _try(name: str, model: Model, test: Callable[[], str]) -> Tried:
    try:
        return Tried(name, True, test())
    except ModelError as error:
        return Tried(name, False, str(error).removeprefix(f"{model.name}: "))
    except Exception as error:  # whatever an endpoint brings about is what the probe is there to tell
        return Tried(name, False, redacted(f"{type(error).__name__}: {error}").partition("\n")[0])


def _hello(model: Model) -> str:
    model.say(_HELLO)
    return "it answers"


def _shape(model: Model, method: Method) -> Tried:
    return _try(method, model, lambda: f"{model.ask_by(method, _ASK, _Sky).cost.seconds:.1f} s")


class _Streamed:
    """One streamed reply with its times."""

    first_words: float | None = None
    tokens_per_second: float | None = None

    def listen(self, model: Model, clock: Callable[[], float]) -> str:
        """What happened. Raises ModelError if the reply breaks off."""
        began, pieces = clock(), 0
        reply = model.stream(_COUNT)
        while True:
            try:
                next(reply)
            except StopIteration as ended:
                tokens = ended.value.tokens_out
                break
            pieces += 1
            if self.first_words is None:
                self.first_words = clock() - began
        rest = clock() - began - (self.first_words or 0.0)
        if pieces < 2:
            return f"answers in one piece after {self.first_words or 0.0:.1f} s, without streaming"
        said = f"streams in {pieces} pieces, first words after {self.first_words:.1f} s"
        if not tokens:
            return f"{said}, tokens not counted"
        self.tokens_per_second = (tokens - 1) / rest if rest > 0 else None
        return f"{said}, {self.tokens_per_second or 0:.0f} tokens per second"
