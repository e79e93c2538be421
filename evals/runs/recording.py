"""Plays a conversation and records it, checking every reply as it was shown."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.engine import Engine
from bot.guard import Manner
from bot.practice import Debrief, Practice
from bot.redaction import redacted
from bot.scenario import Scenario
from bot.talk.direction import Source
from bot.talk.transcript import Transcript, Turn
from bot.voice import Voice

from ..leaks import WordRun, leaked, secrets
from ..records import Judged, Record, ReplyRecord
from ..simulate import Persona, RepMove, moment_of, simulate
from .suite import Job

_NOTHING = (RepMove.SHUT, RepMove.SLIPPED, RepMove.OBEYED)
_ANSWERS = frozenset({"answer", "entry"})
"""Acts that answer without releasing a fact: the answer to a closed question."""

Judges = Callable[[Transcript], tuple[Judged, ...]]


class ManagerWords(Protocol):
    """Rewords a manager's lines in one conversation."""

    faults: list[str]
    tokens_in: int
    tokens_out: int

    def reword(self, practice: Practice, line: str) -> str:
        """The line as spoken."""
        ...


class Watcher:
    """Plays and checks conversations, caching data per scenario. Use one per thread."""

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.perf_counter) -> None:
        self.engine = engine
        self.clock = clock
        self._known: dict[str, _Known] = {}

    def record(
        self,
        job: Job,
        person: Persona,
        voice: Voice,
        words: ManagerWords | None = None,
        judges: Judges | None = None,
        heard: Callable[[], None] = lambda: None,
    ) -> Record:
        """Play a job, calling `heard` after each reply. Any exception becomes the record's `error`."""
        began = self.clock()
        scenario = self.engine.library.scenario(job.scenario, job.variant)
        replies: list[ReplyRecord] = []

        def look(practice: Practice) -> None:
            replies.append(self._reply(practice))
            heard()

        try:
            practice = Practice.start(job.scenario, variant=job.variant, seed=job.seed, engine=self.engine, voice=voice)
            debrief = simulate(person, practice, words.reword if words else lambda _, line: line, look)
            judged = judges(debrief.transcript) if judges else ()
        except Exception as error:  # one failure must not stop the others; it is reported at the end
            return failed(job, scenario, error, self.clock() - began)
        return _record(job, debrief, replies, judged, words, round(self.clock() - began, 3))

    def _reply(self, practice: Practice) -> ReplyRecord:
        scenario, turns = practice.scenario, practice.transcript.turns
        key = f"{scenario.id}/{scenario.variant}@{scenario.digest}"
        if key not in self._known:
            self._known[key] = _Known.of(scenario)
        known, asked, turn = self._known[key], turns[-2], turns[-1]
        said = turn.said
        before, released = turns[:-1], frozenset(practice.state.facts)
        by_model = said is not None and said.voice != "lines"
        objection = known.manner.objects(turn.text) if by_model else None
        stated = [spoken.text for spoken in before if spoken.is_manager]
        return ReplyRecord(
            words=len(turn.text.split()),
            act=turn.direction.act if turn.direction else "",
            withheld=_withheld(asked, turn),
            repeats=_bare(turn.text) in {_bare(spoken.text) for spoken in before if not spoken.is_manager},
            leaks=leaked(turn.text, known.secrets, released, stated),
            objection=str(objection[0]) if objection else "",
            refused=said.objections if said else (),
            fault=said.note if said else "",
            tokens_in=said.tokens_in if said else 0,
            tokens_out=said.tokens_out if said else 0,
            first=said.first if said else 0.0,
            seconds=said.seconds if said else 0.0,
        )


@dataclass(frozen=True, slots=True)
class _Known:
    """What replies in a scenario's variant are checked against."""

    manner: Manner
    secrets: dict[str, frozenset[WordRun]]

    @classmethod
    def of(cls, scenario: Scenario) -> _Known:
        return cls(Manner(scenario), secrets(scenario))


def failed(job: Job, scenario: Scenario, error: Exception, seconds: float = 0.0) -> Record:
    """The record of a failed conversation."""
    said = redacted(str(error)).strip().partition("\n")[0]
    return Record(
        key=job.key,
        scenario=job.scenario,
        variant=job.variant,
        manager=job.manager,
        seed=job.seed,
        voice=job.voice,
        manager_voice=job.manager_voice,
        digest=scenario.digest,
        error=f"{type(error).__name__}: {said}" if said else type(error).__name__,
        seconds=round(seconds, 3),
    )


def _record(
    job: Job,
    debrief: Debrief,
    replies: Sequence[ReplyRecord],
    judged: tuple[Judged, ...],
    words: ManagerWords | None,
    seconds: float,
) -> Record:
    scenario, card, turns = debrief.scenario, debrief.scorecard, debrief.transcript.turns
    made = dict(card.provenance)
    plain = [fact.id for fact in scenario.facts if not fact.feeling]
    steps = [step.author for step in debrief.state.steps.values()]
    opened = [state.openness for state, turn in zip(debrief.states, turns, strict=True) if not turn.is_manager]
    return Record(
        key=job.key,
        scenario=job.scenario,
        variant=job.variant,
        manager=job.manager,
        seed=job.seed,
        voice=job.voice,
        digest=scenario.digest,
        reader=made.get("reader", ""),
        rubric=made.get("rubric", ""),
        level=card.level,
        score=card.score,
        sentence=card.sentence,
        criteria={criterion.id: criterion.level for criterion in card.criteria},
        measures=card.measures.as_json(),
        of=len(plain),
        facts={fact: str(Source(debrief.state.facts[fact])) for fact in plain if fact in debrief.state.facts},
        rep_steps=steps.count("rep"),
        manager_steps=steps.count("manager"),
        openness=tuple(round(one, 4) for one in (scenario.rep.openness, *opened)),
        replies=tuple(replies),
        said=tuple(turn.text for turn in turns),
        judged=judged,
        manager_voice=job.manager_voice,
        manager_faults=tuple(words.faults) if words else (),
        manager_tokens_in=words.tokens_in if words else 0,
        manager_tokens_out=words.tokens_out if words else 0,
        seconds=seconds,
    )


def _withheld(asked: Turn, turn: Turn) -> bool:
    if turn.direction is None or turn.direction.act in _ANSWERS:
        return False
    return any(unit.genuine for unit in asked.units) and moment_of(turn) in _NOTHING


def _bare(words: str) -> str:
    return " ".join(re.findall(r"\w+", words.lower()))
