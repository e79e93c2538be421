"""`askwell eval run`: plays a suite, saves every conversation as it finishes, and resumes after a stop."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.authoring import check_files
from bot.engine import Engine, make_engine
from bot.errors import AskwellError
from bot.scenario.badges import DRAFT
from bot.settings import Settings

from ..records import Record, read_records
from .inputs import run_inputs
from .kept import RECORDS, RunRecords
from .playing import Voices, play_all
from .suite import Plan

_Heard = Callable[[Record | None, int, int], None]
"""Called with the record just saved (None at the start), how many are saved, and the total."""


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """The outcome of a run: conversations in total and played now, failed ones, replies and their faults."""

    suite: str
    directory: Path
    conversations: int
    played: int
    errors: tuple[tuple[str, str], ...]
    replies: int
    faults: tuple[tuple[str, int], ...]
    seconds: float

    @property
    def ok(self) -> bool:
        """Whether every conversation has a result."""
        return not self.errors

    def as_json(self) -> dict[str, Any]:
        """suite, directory, conversations, played, kept, replies, faults, errors, seconds."""
        return {
            "suite": self.suite,
            "directory": str(self.directory),
            "conversations": self.conversations,
            "played": self.played,
            "kept": self.conversations - self.played,
            "replies": self.replies,
            "faults": [{"why": why, "replies": times} for why, times in self.faults],
            "errors": [{"key": key, "error": error} for key, error in self.errors],
            "seconds": round(self.seconds, 1),
        }


def run(
    plan: Plan,
    directory: Path,
    config: Settings,
    *,
    at_once: int | None = None,
    fresh: bool = False,
    heard: _Heard = lambda record, done, of: None,
    engine: Engine | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> RunOutcome:
    """Play the conversations of a plan that aren't in `directory` yet.

    The packaged reader codes the manager's words unless `config.reader` asks for the model.

    Raises AskwellError if a scenario has mistakes (each with file, line and what to do), or if `directory` can't be
    written to or has another run; ModelError if no model is configured.
    """
    began = clock()
    config = config.model_copy(update={"reader": config.reader or "packaged"})
    engine = engine or make_engine(config)
    voices = Voices(engine, config, plan)
    _refuse_mistakes(plan, engine)
    with RunRecords(directory, run_inputs(plan, engine, config), [job.key for job in plan.jobs], fresh) as kept:
        todo = [job for job in plan.jobs if job.key not in kept.done]
        heard(None, len(kept.done), len(plan.jobs))
        for scenario in plan.scenarios if todo else ():  # so that workers find cached vectors
            engine.warm(scenario)
            if any(job.voice != "lines" for job in todo):
                engine.guard(scenario).warm()
        with closing(play_all(plan, todo, engine, voices, config, at_once)) as playing:
            for record in playing:
                kept.add(record)
                heard(record, len(kept.done), len(plan.jobs))
        kept.sort()
        return _outcome(plan, directory, len(todo), kept.records, clock() - began)


def _refuse_mistakes(plan: Plan, engine: Engine) -> None:
    """Check each scenario whose files haven't earned a badge. Raises AskwellError with every mistake, a line each."""
    badges = {card.id: card.badge for card in engine.library.cards()}
    mistakes: list[str] = []
    for scenario in plan.scenarios:
        if badges.get(scenario.id, DRAFT) == DRAFT:
            mistakes += check_files(engine.library.text(scenario.id), engine.embedder, engine.vectors).errors
    if mistakes:
        raise AskwellError("\n".join(mistakes))


def kept_in(directory: Path) -> int:
    """The number of finished conversations in a directory, without failed ones; 0 if there is no run."""
    path = directory / RECORDS
    return len({record.key for record in read_records(path) if not record.error}) if path.is_file() else 0


def _outcome(plan: Plan, directory: Path, played: int, records: Iterable[Record], seconds: float) -> RunOutcome:
    errors: list[tuple[str, str]] = []
    faults: Counter[str] = Counter()
    replies = 0
    for record in records:
        replies += len(record.replies)
        faults.update(reply.fault for reply in record.replies if reply.fault)
        faults.update(f"manager: {fault}" for fault in record.manager_faults)
        if record.error:
            errors.append((record.key, record.error))
    ordered = tuple(sorted(faults.items(), key=lambda pair: (-pair[1], pair[0])))
    return RunOutcome(plan.suite.id, directory, len(plan.jobs), played, tuple(errors), replies, ordered, seconds)
