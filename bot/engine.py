"""The parts that are slow to load, made once and shared: library, embedder, reader, matchers, knowledge."""

from __future__ import annotations

import copy
import threading
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from .knowledge import Knowledge
from .once import once
from .reader import Reader, TurnReader, default_reader, read_turn, split
from .scenario import Scenario
from .scenario.library import Library
from .settings import Settings, settings
from .talk.codebook import INSTRUCTING, Flag, Unit
from .talk.direction import TopicMatch
from .talk.transcript import Turn
from .text.forbidding import forbids
from .topics import TopicMatcher
from .topics.candidates import candidates
from .vectors.embedding import Embedder, default_embedder
from .vectors.turns import turn_encoder
from .voice import LineVoice, Voice

if TYPE_CHECKING:
    from .guard import Guard
    from .reader.model import ModelReader


MOST_PIECES = 8
"""How many of a turn's last units are looked up one by one for a model's candidates."""


class Engine:
    """Everything a practice needs besides its own turns. Safe to share between threads and sessions."""

    def __init__(
        self,
        library: Library,
        embedder: Embedder,
        cache: Path | None = None,
        chroma_url: str | None = None,
        encoder: Embedder | None = None,
        config: Settings | None = None,
    ) -> None:
        """`config` says who reads; without it the packaged reader does."""
        self.library = library
        self.embedder = embedder
        self.encoder = encoder or turn_encoder()
        self.knowledge = Knowledge(library, embedder, cache, chroma_url)
        self._cache = cache
        self._config = config
        self._matchers: dict[str, TopicMatcher] = {}
        self._guards: dict[str, Guard] = {}
        self._model_voices: dict[bool, Voice] = {}
        self._lock = threading.Lock()

    @cached_property
    def reader(self) -> Reader:
        """The reader that codes the manager's words. Raises ModelError if a model should and none is configured."""
        if self._config is None or self._config.reads == "packaged":
            return default_reader()
        return fallback_reader(self._config)

    def packaged(self) -> Engine:
        """This engine with the packaged reader in place of a model: for evaluations, and for what isn't practice."""
        if self._config is None or self._config.reads == "packaged":
            return self
        own = copy.copy(self)
        own.reader = default_reader()
        return own

    def matcher(self, scenario: Scenario) -> TopicMatcher:
        """The matcher of a scenario's variant, made on first use."""
        key = f"{scenario.id}/{scenario.variant}@{scenario.digest}"
        with self._lock:
            if key not in self._matchers:
                self._matchers[key] = TopicMatcher(scenario, self.embedder, self.encoder, self.vectors)
            return self._matchers[key]

    def coded(self, scenario: Scenario, turn: Turn, before: Sequence[Turn]) -> Turn:
        """The manager's turn with its units and what each is about, given the turns before it."""
        reader, matcher = self.reader, self.matcher(scenario)
        if isinstance(reader, TurnReader):
            pieces = [turn.text[start:end] for start, end in split(turn.text)]
            likely = matcher.likely((turn.text, *pieces[-MOST_PIECES:]), before)
            reading = reader.reading(turn.text, before, candidates(scenario, likely, before))
        else:
            reading = read_turn(reader, turn.text, before)
        touches = matcher.match(reading.units, before, turn.text, reading.meant)
        units = instructed(scenario, reading.units, touches)
        return replace(turn, units=units, touches=touches, reader=reading.by)

    def guard(self, scenario: Scenario) -> Guard:
        """The guard that checks a model's words in a scenario's variant, made on first use."""
        from .guard import Guard

        key = f"{scenario.id}/{scenario.variant}@{scenario.digest}"
        with self._lock:
            if key not in self._guards:
                self._guards[key] = Guard(scenario, self.embedder, self.vectors)
            return self._guards[key]

    def voice(self, config: Settings, kind: str | None = None, cached: bool = False) -> Voice:
        """The named voice, `lines` or `model`, else the configured one. All sessions share the model voice.

        If `cached`, repeating a request returns the same words without a call, so that scripts are repeatable.
        Raises ModelError when no model is configured.
        """
        if (kind or config.speaks) == "lines":
            return LineVoice(self.knowledge)
        with self._lock:
            if cached not in self._model_voices:
                self._model_voices[cached] = model_voice(self, config, cached)
            return self._model_voices[cached]

    def warm(self, scenario: Scenario) -> None:
        """Load everything the first reply would otherwise wait for."""
        reader = default_reader() if isinstance(self.reader, TurnReader) else self.reader  # send nothing yet
        reader.read("What worries you?", "")
        self.matcher(scenario)
        self.knowledge.ensure(scenario)

    @property
    def vectors(self) -> Path | None:
        """The cache of vectors between runs, or None."""
        return self._cache / "vectors" if self._cache else None


def instructed(scenario: Scenario, units: tuple[Unit, ...], touches: tuple[TopicMatch, ...]) -> tuple[Unit, ...]:
    """The units, with orders that are right in this scenario flagged.

    Anything else that the turn orders is part of that order, unless it is another step: "Submit it. As it is."
    """
    right = {step.id for step in scenario.steps if step.instructed}
    given = {touch.unit: touch.proposes for touch in touches if touch.step in right}
    own = {touch.unit for touch in touches if touch.step is not None and touch.step not in right}
    ordered = {
        place
        for place, unit in enumerate(units)
        if place in given and (unit.code in INSTRUCTING or given[place]) and not forbids(unit.text)
    }
    if ordered:
        ordered |= {place for place, unit in enumerate(units) if unit.code in INSTRUCTING and place not in own}
    return tuple(
        replace(unit, flags=(*unit.flags, Flag.INSTRUCTED)) if place in ordered else unit
        for place, unit in enumerate(units)
    )


def make_engine(config: Settings) -> Engine:
    """An engine from the settings: the user's data before bundled data, the cache in the home directory."""
    return Engine(Library(config.data), default_embedder(), config.cache, config.chroma_url, config=config)


@once
def default_engine() -> Engine:
    """This process's engine."""
    return make_engine(settings())


def model_voice(engine: Engine, config: Settings, cached: bool = False) -> Voice:
    """A new model voice from the settings. Raises ModelError when no model is configured."""
    from .models.llm import connect
    from .models.prompts import load_prompt
    from .voice.check import ReplyCheck
    from .voice.model import ModelVoice

    model = connect(config, "voice")
    check = ReplyCheck(model, load_prompt(engine.library, "check")) if config.check == "on" else None
    return ModelVoice(
        model,
        load_prompt(engine.library, "actor"),
        LineVoice(engine.knowledge),
        engine.guard,
        timeout=config.timeout,
        most_tokens=config.budget_session,
        cached=cached,
        check=check,
    )


def model_reader(config: Settings | None = None) -> ModelReader:
    """A reader that asks the configured model. Raises ModelError when none is configured."""
    from .models.llm import connect  # loads pydantic and langchain
    from .models.prompts import load_prompt
    from .reader.model import ModelReader

    config = config or settings()
    return ModelReader(connect(config, "reader"), load_prompt(Library(config.data), "reader"))


def fallback_reader(config: Settings) -> TurnReader:
    """A reader that asks the configured model, and the packaged one where that fails. Raises ModelError."""
    from .reader.fallback import FallbackReader

    return FallbackReader(model_reader(config), default_reader())
