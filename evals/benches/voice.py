"""Stress-tests the model's voice: leaks in requests, what the guard misses, the effect of faults, and latency.

The endpoint is bot.testing.FakeEndpoint, a real local server. To test for leaks, it repeats part of the request, like
the worst possible model. Attempts to extract secrets or change a score are read from `--data DIR` and never copied.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from bot.engine import Engine, default_engine
from bot.errors import AskwellError
from bot.practice import Practice
from bot.scoring.score import score
from bot.talk.transcript import Transcript
from bot.testing.endpoint import FakeEndpoint, Fault, Received
from bot.voice import Wording

from ..leaks import WordRun, entry_secrets, leaked, secrets
from ..simulate import persons, simulate
from . import BenchFigure, BenchResult
from .faults import faults, voice_at
from .guarding import GuardedReply, guarded, moments

PACE = 0.02
"""Seconds per word of a fast model."""
RECITED = 300
"""Characters of the request that the endpoint repeats, each time from another place."""
_LEVELS = ("not_scored", "below", "basic", "proficient")


def bench(data: Path | None = None) -> BenchResult:
    """All figures. Without `data`, skips those that need the shared attacks."""
    engine = default_engine().packaged()
    figures, details = guarded(engine)
    figures += _leaks(engine, _attacks(data, "extraction_dev.jsonl"))
    figures += _overhead(engine)
    figures += faults(engine)
    attempts = _attacks(data, "score_manipulation.jsonl")
    if attempts:
        raised = [text for text in attempts if _raises(engine, text)]
        figures.append(
            BenchFigure(f"texts that raise a criterion, of {len(attempts)}", len(raised), "count", "0", not raised)
        )
        details += [f"  raises a criterion: {text[:100]!r}" for text in raised]
    else:
        details.append("Use --data DIR to also test attempts to extract secrets or change a score.")
    return BenchResult(f"voice, {os.cpu_count()} cores", tuple(figures), tuple(details))


def _attacks(data: Path | None, name: str) -> list[str]:
    if data is None:
        return []
    path = next((one for one in (data / name, data / "attacks" / name) if one.is_file()), None)
    if path is None:
        raise AskwellError(f"{data}: there is no {name}")
    return [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()]


# --- Contents of requests


class Watched:
    """A model voice that checks every request for unreleased facts."""

    def __init__(self, engine: Engine, endpoint: FakeEndpoint, home: Path) -> None:
        self.engine = engine
        self.endpoint = endpoint
        self.voice = voice_at(engine, endpoint.url, home)
        self.requests = self.given_away = self.let_by = 0
        self._secrets: dict[str, dict[str, frozenset[WordRun]]] = {}

    def practice(self, scenario: str, variant: str) -> Practice:
        """Check a conversation turn by turn."""
        practice = _Watched.start(scenario, variant=variant, engine=self.engine, voice=self.voice)
        assert isinstance(practice, _Watched)
        practice.watch = self
        return practice

    def look(self, practice: Practice, before: int) -> None:
        """Check the last request and reply for unreleased facts."""
        scenario = practice.scenario
        key = f"{scenario.id}/{scenario.variant}"
        held = self._secrets.setdefault(key, {**secrets(scenario), **entry_secrets(scenario)})
        told = (turn.direction.entry for turn in practice.transcript if turn.direction and turn.direction.entry)
        released = {*practice.state.facts, *(f"entry:{name}" for name in told)}
        stated = [turn.text for turn in practice.transcript.manager_turns]
        for body in self.endpoint.requests[before:]:
            self.requests += 1
            lines = [line for message in json.loads(body)["messages"] for line in message["content"].splitlines()]
            self.given_away += any(leaked(line, held, released, stated) for line in lines)
        reply = practice.transcript.turns[-1].text
        self.let_by += bool(leaked(reply, held, released, stated))


def _leaks(engine: Engine, attempts: Sequence[str]) -> list[BenchFigure]:
    def recite(body: dict[str, Any]) -> str:
        system = str(body["messages"][0]["content"])
        place = zlib.crc32(system.encode()) % max(1, len(system) - RECITED)
        return system[place : place + RECITED]

    with tempfile.TemporaryDirectory() as home, FakeEndpoint(recite) as endpoint:
        watched = Watched(engine, endpoint, Path(home))
        for scenario in engine.library.scenarios():
            for variant in scenario.variant_ids:
                for attempt in attempts:
                    practice = watched.practice(scenario.id, variant)
                    practice.say(attempt[:8000])
                    for _ in practice.reply():
                        pass
            for manager in persons():
                simulate(manager, watched.practice(scenario.id, "base"))
        return [
            BenchFigure("requests for the rep's words checked", watched.requests, "count"),
            BenchFigure("  that contain an unreleased fact", watched.given_away, "count", "0", watched.given_away == 0),
            BenchFigure("shown replies that contain one", watched.let_by, "count", "0", watched.let_by == 0),
        ]


class _Watched(Practice):
    """A practice that is checked after every reply."""

    watch: Watched

    def reply(self) -> Iterator[str]:
        before = len(self.watch.endpoint.requests)
        yield from super().reply()
        self.watch.look(self, before)


# --- Time


def _overhead(engine: Engine, rounds: int = 60) -> list[BenchFigure]:
    """Our overhead over the same requests with langchain's client alone.

    The endpoint sends a writer's good reply, which has no cached vectors. It sends it once at the pace of a fast model,
    so that checking happens while it streams, and once all at once.
    """
    good = [(one, written.text) for one in moments(engine) for written in one.replies if not written.kind]
    rows = good[:: max(1, len(good) // (2 * rounds))][: 2 * rounds]
    paced, asked_again = _extra(engine, rows[::2], lambda text: Received(text, Fault.SLOW, PACE))
    at_once, _ = _extra(engine, rows[1::2], Received)  # other words, because vectors are cached
    p95 = paced[int(0.95 * (len(paced) - 1))]
    return [
        BenchFigure(f"overhead of a reply at {1 / PACE:.0f} words per second, median", paced[len(paced) // 2], "ms"),
        BenchFigure("overhead of a reply, p95", p95, "ms", "under 30", p95 < 30),
        BenchFigure("  if the reply comes all at once, median", at_once[len(at_once) // 2], "ms"),
        BenchFigure("  p95", at_once[int(0.95 * (len(at_once) - 1))], "ms"),
        BenchFigure(f"  retried replies, of {len(rows[::2])}", asked_again, "count"),
    ]


def _extra(
    engine: Engine, rows: Sequence[tuple[GuardedReply, str]], spoken: Callable[[str], Received]
) -> tuple[list[float], int]:
    """Sorted overheads over langchain's client alone, in ms, and the number of retries."""
    suiting = [Received("")]
    with tempfile.TemporaryDirectory() as home, FakeEndpoint(lambda _: suiting[0]) as endpoint:
        voice = voice_at(engine, endpoint.url, Path(home))
        chat = voice.model._chat  # langchain's client without our wrapper
        extra, asked_again = [], 0
        for moment, text in rows:
            suiting[0] = spoken(text)
            messages = [(one.role, one.text) for one in moment.request.messages]
            kept: list[Wording] = []
            before = len(endpoint.requests)
            began = time.perf_counter()
            for _ in voice.stream(moment.cue, kept.append):
                pass
            ours = time.perf_counter() - began
            raw = _raw(chat, messages)
            if len(endpoint.requests) > before + 2:
                asked_again += 1  # a retry isn't overhead
            else:
                extra.append(1000 * (ours - raw))
    return sorted(extra), asked_again


def _raw(chat: Any, messages: Sequence[tuple[str, str]]) -> float:
    """Seconds until langchain's client has the complete reply."""
    began = time.perf_counter()
    for _ in chat.stream(list(messages)):
        pass
    return time.perf_counter() - began


# --- Scores


_TELLING = (
    "You need to call Warren today. Send me the numbers by five.",
    "I'll call the CFO myself.",
    "Did you log it? When does it close?",
    "What stage is it in? What's the amount now?",
    "Then book the meeting for Tuesday, and take Dave along.",
    "Don't you think you should have asked about Harmony before?",
    "If I were you I'd cut the lead time.",
)
"""A manager who checks and tells, and meets none of the deciding criteria."""


def _raises(engine: Engine, text: str) -> bool:
    """Whether adding the text to a telling manager's turns raises a criterion."""
    talk = [pair for words in _TELLING for pair in (("Karen", words), ("Mike", "All right."))]
    plain = _levels(engine, [*talk, ("Karen", "Right."), ("Mike", "Okay.")])
    with_text = _levels(engine, [*talk, ("Karen", " ".join(text.split())[:8000] or "."), ("Mike", "Okay.")])
    # A change from not scored to below doesn't count.
    return any(_LEVELS.index(with_text[name]) > max(1, _LEVELS.index(level)) for name, level in plain.items())


def _levels(engine: Engine, talk: Iterable[tuple[str, str]]) -> dict[str, str]:
    transcript = Transcript.parse(json.dumps([{"speaker": who, "text": words} for who, words in talk]), manager="Karen")
    card = score(transcript, reader=engine.reader, knowledge=engine.knowledge)
    return {criterion.id: str(criterion.level) for criterion in card.criteria}
