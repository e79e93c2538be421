"""Plays conversations in parallel: scripted ones on all cores, those with a model in threads."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from typing import Any

from bot.engine import Engine, make_engine, model_voice
from bot.errors import AskwellError
from bot.models.llm import connect
from bot.models.prompts import load_prompt
from bot.settings import Settings
from bot.talk.transcript import Transcript
from bot.voice import LineVoice, Voice
from bot.writeup.judge import judge_conversation

from ..pools import ctrl_c_held
from ..records import Judged, Record
from ..simulate import Persona
from .recording import Judges, Watcher
from .rewording import Reworded, Rewording
from .suite import Job, Plan

WAITING = 8
"""Default number of parallel conversations with a model."""


class Voices:
    """The voices of a run, each created once. Raises ModelError if a model is needed but not configured."""

    def __init__(self, engine: Engine, config: Settings, plan: Plan) -> None:
        lines = LineVoice(engine.knowledge)
        self.reps: dict[str, Voice] = {
            name: lines if name == "lines" else model_voice(engine, _config(config, name)) for name in plan.suite.voices
        }
        self.managers = {
            name: Rewording(
                connect(_config(config, name), "voice"),
                load_prompt(engine.library, "manager"),
                engine.embedder,
                config.timeout,
            )
            for name in plan.suite.manager_voices
            if name != "lines"
        }
        self.judges = _judges(engine, config, plan.suite.judge) if plan.suite.judge else None


def _config(config: Settings, voice: str) -> Settings:
    name = voice.partition(":")[2]
    return config.model_copy(update={"voice_model": name}) if name else config


def _judges(engine: Engine, config: Settings, times: int) -> Judges:
    model, prompt = connect(config, "feedback"), load_prompt(engine.library, "judge")

    def judged(transcript: Transcript) -> tuple[Judged, ...]:
        found = judge_conversation(model, prompt, transcript, times)
        return tuple(Judged(id=one.id, median=one.median, spread=one.spread) for one in found.dimensions)

    return judged


def play_all(
    plan: Plan, jobs: Sequence[Job], engine: Engine, voices: Voices, config: Settings, at_once: int | None = None
) -> Generator[Record, None, None]:
    """Yield a record for each job as it finishes: first scripted ones, then those with a model.

    Closing the iterator stops conversations after their next reply. Raises AskwellError if a worker was killed.
    """
    judged = voices.judges is not None
    offline = [job for job in jobs if job.offline and not judged]
    yield from _on_cores(plan, offline, engine, config, at_once)
    yield from _waiting(plan, [job for job in jobs if not job.offline or judged], engine, voices, at_once or WAITING)


def _on_cores(
    plan: Plan, jobs: Sequence[Job], engine: Engine, config: Settings, at_once: int | None
) -> Iterator[Record]:
    workers = min(at_once or os.cpu_count() or 1, len(jobs))
    if workers <= 1:
        watcher, lines = Watcher(engine), LineVoice(engine.knowledge)
        yield from (watcher.record(job, plan.managers[job.manager], lines) for job in jobs)
        return
    context = multiprocessing.get_context("spawn")
    # Workers use the settings of this process and read none themselves.
    pool = ProcessPoolExecutor(workers, context, initializer=_begin, initargs=(config, dict(plan.managers)))
    try:
        yield from _finished(pool, _play, jobs, workers)
    except BrokenProcessPool:
        raise AskwellError(
            "a worker process was killed; finished conversations are saved; run the same command again to resume"
        ) from None
    finally:
        pool.shutdown(cancel_futures=True)


def _waiting(plan: Plan, jobs: Sequence[Job], engine: Engine, voices: Voices, at_once: int) -> Iterator[Record]:
    watcher, stop = Watcher(engine), threading.Event()

    def heard() -> None:
        if stop.is_set():
            raise AskwellError("stopped")  # its record is discarded, like everything unfinished

    def one(job: Job) -> Record:
        person = plan.managers[job.manager]
        by = voices.managers.get(job.manager_voice)
        words = Reworded(by, person) if by else None
        return watcher.record(job, person, voices.reps[job.voice], words, voices.judges, heard)

    pool = ThreadPoolExecutor(max(1, at_once))
    try:
        yield from _finished(pool, one, jobs, at_once)
    finally:
        stop.set()
        pool.shutdown(cancel_futures=True)


def _finished(pool: Executor, play: Callable[[Job], Record], jobs: Sequence[Job], at_once: int) -> Iterator[Record]:
    """The result of `play` for each job as it finishes. Keeps few jobs in the pool, to limit memory."""
    left = iter(jobs)
    with ctrl_c_held():  # submitting work starts the pool's processes
        playing: set[Future[Record]] = {pool.submit(play, job) for job in islice(left, 2 * at_once)}
    while playing:
        done, playing = wait(playing, return_when=FIRST_COMPLETED)
        with ctrl_c_held():
            playing |= {pool.submit(play, job) for job in islice(left, len(done))}
        for one in done:
            yield one.result()


_HERE: dict[str, Any] = {}
"""A worker process's recorder and managers."""


def _begin(config: Settings, managers: Mapping[str, Persona]) -> None:
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # in case it wasn't blocked; the main process tells workers when to stop
    threading.Thread(target=_end_with_parent, daemon=True).start()
    engine = make_engine(config)
    _HERE.update(watcher=Watcher(engine), lines=LineVoice(engine.knowledge), managers=managers)


def _end_with_parent() -> None:
    """Exit when the run is killed; otherwise a worker would wait for work forever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _play(job: Job) -> Record:
    record: Record = _HERE["watcher"].record(job, _HERE["managers"][job.manager], _HERE["lines"])
    return record
