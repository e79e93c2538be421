"""The effect of an endpoint's faults on a conversation: are the manager's words kept, and does an answer come in time?

The endpoint is bot.testing.FakeEndpoint, a real local server.
"""

from __future__ import annotations

import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from bot.engine import Engine
from bot.models.llm import connect
from bot.models.prompts import load_prompt
from bot.practice import Practice
from bot.settings import Settings
from bot.store import Store
from bot.testing.endpoint import FakeEndpoint, Fault, Received
from bot.voice import LineVoice
from bot.voice.model import ModelVoice

from . import BenchFigure

_TRIES = 20
_ANSWERED_WITHIN = 35.0
_OPENING = "What, if anything, worries you about this one?"
_WORDS = "Three weeks now, and nobody has called me back."
FAULTS = (
    Received(fault=Fault.UNAUTHORISED),
    Received(fault=Fault.NOT_FOUND),
    Received(fault=Fault.REQUEST_TIMEOUT),
    Received(fault=Fault.TOO_MANY, retry_after="1"),
    Received(fault=Fault.BROKEN),
    Received(fault=Fault.OVERLOADED),
    Received(fault=Fault.GATEWAY_TIMEOUT),
    Received(fault=Fault.ORIGIN_TIMEOUT),
    Received(fault=Fault.BUSY),
    Received(fault=Fault.STALL, seconds=120),
    Received("Three weeks now, and", Fault.CUT),
    Received(fault=Fault.EMPTY),
    Received(fault=Fault.ERROR_IN_200),
    Received("Three weeks now.", Fault.BROKEN_SSE),
    Received(_WORDS, Fault.PAUSE, seconds=120),
    Received("On and on, and", Fault.ENDLESS),
    Received(fault=Fault.RESET),
    Received(fault=Fault.HTML),
    Received(_WORDS, Fault.THINK),
    Received(_WORDS, Fault.THINK_UNMARKED),
    Received("Three weeks now, and", Fault.LENGTH),
    Received("Three weeks now, and", Fault.CONTENT_FILTER),
    Received(_WORDS, Fault.NO_REASON),
    Received(_WORDS, Fault.NO_SYSTEM),
    Received(_WORDS, Fault.NO_STREAM_OPTIONS),
    Received(_WORDS, Fault.ONE_PIECE),
    Received(_WORDS, Fault.NO_CHAT),
    Received(fault=Fault.ERROR_DETAIL),
    Received("I cannot help with that request. As an AI language model I have no opinion."),
    Received("Das kann ich so nicht sagen, da müssten Sie den Kunden selbst fragen, glaube ich."),
)


def voice_at(engine: Engine, url: str, home: Path, timeout: float = 30.0) -> ModelVoice:
    """A new model voice at an endpoint, not affected by the failures of others."""
    config = Settings(home=home, base_url=url, model="scripted", timeout=timeout)
    return ModelVoice(
        connect(config, "voice"),
        load_prompt(engine.library, "actor"),
        LineVoice(engine.knowledge),
        engine.guard,
        timeout=timeout,
    )


def faults(engine: Engine, tries: int = _TRIES) -> list[BenchFigure]:
    """Each fault in so many parallel conversations: is the manager's text saved, and does an answer come in time?"""
    kept = answered = 0
    slowest = 0.0
    with tempfile.TemporaryDirectory() as place:
        for number, said in enumerate(FAULTS):
            with FakeEndpoint([said]) as endpoint, ThreadPoolExecutor(tries) as pool:
                store = Store.open(f"sqlite:///{Path(place) / f'{number}.db'}")
                attempt = partial(_attempt, engine, endpoint.url, store, Path(place))
                results = list(pool.map(attempt, range(tries)))
                store.close()
            kept += sum(one for one, _ in results)
            answered += sum(seconds <= _ANSWERED_WITHIN for _, seconds in results)
            slowest = max(slowest, *(seconds for _, seconds in results))
    of = len(FAULTS) * tries
    return [
        BenchFigure(f"{len(FAULTS)} faults: the manager's text kept, of {of}", kept, "count", f"{of}", kept == of),
        BenchFigure(
            f"  an answer within {_ANSWERED_WITHIN:.0f} s, of {of}", answered, "count", f"{of}", answered == of
        ),
        BenchFigure("  the slowest answer", slowest, "s"),
    ]


def _attempt(engine: Engine, url: str, store: Store, home: Path, seed: int) -> tuple[bool, float]:
    """Whether the words were saved before the request, and the seconds until the reply was complete."""
    practice = Practice.start("jones-deal", seed=seed, engine=engine, voice=voice_at(engine, url, home), store=store)
    words = f"{_OPENING} {seed}"
    practice.say(words)
    saved = store.load(str(practice.session_id)).turns[-1].text == words
    began = time.perf_counter()
    said = "".join(practice.reply())
    turns = store.load(str(practice.session_id)).turns
    whole = len(turns) == 2 and turns[0].text == words and turns[1].text == said and bool(said.strip())
    return saved and whole, time.perf_counter() - began if said.strip() else float("inf")
