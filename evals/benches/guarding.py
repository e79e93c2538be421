"""Measures the guard's recall and false alarms on replies that people wrote to real requests.

evals/data/replies.jsonl has conversations that a model and a manager held, a line each: `turns` are (manager, rep), and
`replies` what others wrote at some of the manager's turns: good ones, as an able model would, and bad ones with one
fault each. The request is made anew from the conversation, so it is today's.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.engine import Engine
from bot.guard import Guard, Objection
from bot.models.prompts import load_prompt
from bot.practice import Practice
from bot.scenario import Scenario
from bot.talk.direction import Said
from bot.voice import Cue, Keep, LineVoice, Wording
from bot.voice.beat import Beat, beat_of
from bot.voice.check import ReplyCheck
from bot.voice.request import Request, make_request

from . import BenchFigure

WRITTEN_REPLIES = Path(__file__).parents[1] / "data" / "replies.jsonl"
RECALL, RECALL_CHECKED, ALARMS = 0.90, 0.97, 0.02


@dataclass(frozen=True, slots=True)
class WrittenReply:
    """A reply that somebody wrote, and its fault (`kind`, empty if it is good)."""

    id: str
    split: str
    text: str
    kind: str


@dataclass(frozen=True)
class GuardedReply:
    """A request made anew, with what the guard needs and the replies written to it."""

    cue: Cue
    beat: Beat
    request: Request
    guard: Guard
    replies: tuple[WrittenReply, ...]

    def check(self, words: str) -> Objection | None:
        """The guard's objection to a whole reply."""
        return self.guard.check(
            words,
            given=self.request.given,
            out=self.request.out,
            said=tuple(text for is_manager, text in self.cue.before if not is_manager),
            must=self.beat.must,
        )


class _Recorded:
    """A voice that says what was said in a recorded conversation."""

    name = "lines"

    def __init__(self, words: Sequence[str]) -> None:
        self._words = iter(words)

    def stream(self, cue: Cue, keep: Keep) -> Iterator[str]:
        """The next recorded reply."""
        text = next(self._words)
        keep(Wording(text, Said()))
        yield text

    def warm(self, scenario: Scenario) -> None:
        """Nothing to load."""


def moments(engine: Engine, path: Path = WRITTEN_REPLIES) -> Iterator[GuardedReply]:
    """Every manager's turn of the recorded conversations for which replies were written."""
    lines, prompt = LineVoice(engine.knowledge), load_prompt(engine.library, "actor")
    for row in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
        voice = _Recorded([reply for _, reply in row["turns"]])
        practice = Practice.start(row["scenario"], variant=row["variant"], seed=row["seed"], engine=engine, voice=voice)
        for place, (heard, _) in enumerate(row["turns"]):
            practice.say(heard)
            written = tuple(
                WrittenReply(f"{row['id']}-{place}-{n}", one["split"], one["text"], one["kind"])
                for n, one in enumerate(row["replies"])
                if one["at"] == place
            )
            if written:
                cue = practice.cue()
                beat = beat_of(cue, lines.choose(cue))
                request = make_request(cue, beat, engine.knowledge, prompt)
                yield GuardedReply(cue, beat, request, engine.guard(practice.scenario), written)
            for _ in practice.reply():
                pass


def guarded(engine: Engine, check: ReplyCheck | None = None) -> tuple[list[BenchFigure], list[str]]:
    """What the guard catches and what it rejects without cause; with `check`, also what the model's own check finds."""
    looked, times, tokens = [], [], []
    for moment in moments(engine):
        words = sum(len(message.text) for message in moment.request.messages)
        tokens += [words / 4] if len(moment.cue.before) >= 2 * 10 else []
        for written in moment.replies:
            began = time.perf_counter()
            objection = moment.check(written.text)
            times.append(time.perf_counter() - began)
            wrong = (
                check.checked(moment.cue, written.text, _told(moment), lambda _: None).wrong
                if check and not objection
                else ""
            )
            looked.append(_Looked(written, str(objection.kind) if objection else "", bool(wrong)))
    figures = []
    for split in dict.fromkeys(one.written.split for one in looked):
        figures += list(_figures(split, [one for one in looked if one.written.split == split], check is not None))
    times.sort()
    figures.append(BenchFigure("guard: one check, median", 1000 * times[len(times) // 2], "ms"))
    if tokens:
        middle = sorted(tokens)[len(tokens) // 2]
        figures.append(
            BenchFigure("request after ten turns, median", middle, "tokens", "at most 2,500", middle <= 2500)
        )
    return figures, [
        *(f"Bad replies rejected, {line}" for line in _by_kind(looked)),
        "What the guard got wrong:",
        *(one.line for one in looked if bool(one.kind) != bool(one.written.kind)),
    ]


def _told(moment: GuardedReply) -> tuple[str, ...]:
    """What a check holds a reply against: what it must tell, or what the rep knows."""
    return moment.beat.must or moment.request.given.texts


@dataclass(frozen=True, slots=True)
class _Looked:
    """A written reply, the guard's objection, and whether the model's check found it wrong."""

    written: WrittenReply
    kind: str
    wrong: bool

    @property
    def line(self) -> str:
        """The verdict in a line."""
        said = f"false alarm, {self.kind}" if self.kind else f"not caught, {self.written.kind}"
        return f"  {self.written.id:<12} {said:<32} {self.written.text[:110]}"


def _figures(split: str, looked: Sequence[_Looked], checked: bool) -> Iterator[BenchFigure]:
    bad, good = [one for one in looked if one.written.kind], [one for one in looked if not one.written.kind]
    recall, alarms = _share([bool(one.kind) for one in bad]), _share([bool(one.kind) for one in good])
    yield BenchFigure(f"guard, {len(bad)} bad replies ({split})", recall, "share", "at least .90", recall >= RECALL)
    yield BenchFigure(f"guard, {len(good)} good ones: false alarms", alarms, "share", "at most .02", alarms <= ALARMS)
    if checked:
        both, alarms = _share([bool(one.kind) or one.wrong for one in bad]), _share([one.wrong for one in good])
        yield BenchFigure("  with the model's check", both, "share", "at least .97", both >= RECALL_CHECKED)
        yield BenchFigure("  its false alarms", alarms, "share", "at most .02", alarms <= ALARMS)


def _by_kind(looked: Sequence[_Looked]) -> Iterator[str]:
    """How many bad replies were rejected, by split and kind."""
    for split in dict.fromkeys(one.written.split for one in looked):
        bad = [one for one in looked if one.written.kind and one.written.split == split]
        counts = (
            f"{kind} {sum(bool(one.kind) for one in bad if one.written.kind == kind)}"
            f" of {sum(one.written.kind == kind for one in bad)}"
            for kind in sorted({one.written.kind for one in bad})
        )
        yield f"{split}: {', '.join(counts)}"


def _share(some: Sequence[bool]) -> float:
    return sum(some) / max(1, len(some))
