"""Measures the guard's recall and false alarms on replies written by people and by a small model."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.engine import Engine
from bot.guard import Guard, Objection
from bot.models.llm import Cost
from bot.voice.model import unmarked, whole_sentences

from . import BenchFigure
from .keeping import Worded, read_worded

_OTHERS = "(new rewordings)"
_DATA = Path(__file__).parents[1] / "data"


def guarded(engine: Engine) -> tuple[list[BenchFigure], list[str]]:
    """What the guard catches and what it rejects without cause, by source of the replies."""
    looked, times = [], []
    for worded in read_worded():
        guard = engine.guard(engine.library.scenario(worded.scenario, worded.variant))
        heard, *before = worded.said
        began = time.perf_counter()
        objection = guard.check(worded.reply, released=worded.released, heard=heard, said=before, line=worded.line)
        times.append(time.perf_counter() - began)
        where = "(rewordings it was fitted on)" if worded.split == "built" else _OTHERS
        looked.append(_look(where, worded, objection))
    figures = []
    for where in dict.fromkeys(one.where for one in looked):
        bad = [one.objected for one in looked if one.where == where and one.bad]
        good = [one.objected for one in looked if one.where == where and not one.bad]
        recall, alarms = _share(bad), _share(good)
        figures += [
            BenchFigure(f"guard, {len(bad)} bad replies {where}", recall, "share", "at least .95", recall >= 0.95),
            BenchFigure(f"guard, {len(good)} good ones: false alarms", alarms, "share", "at most .03", alarms <= 0.03),
        ]
    stopped, objected, many = small_model(engine)
    figures += [
        BenchFigure(
            f"guard, {many} bad replies by a small model: rejected",
            objected,
            "count",
            f"{many}",
            objected == many,
        ),
        BenchFigure("  before any of it is shown", stopped, "count"),
    ]
    times.sort()
    figures.append(BenchFigure("guard: one check, median", 1000 * times[len(times) // 2], "ms"))
    kinds = [*_by_kind([one for one in looked if one.bad and one.where == where])]
    return figures, [
        f"Bad replies rejected, {where}: {', '.join(kinds)}",
        "What the guard got wrong:",
        *(one.said for one in looked if one.bad != one.objected),
    ]


@dataclass(frozen=True, slots=True)
class _Looked:
    """A written reply and the guard's verdict."""

    where: str
    kind: str
    bad: bool
    objected: bool
    said: str


def _look(where: str, row: Worded, objection: Objection | None) -> _Looked:
    said = f"false alarm, {objection.kind}" if objection else f"not caught, {row.kind}"
    return _Looked(where, row.kind, row.bad, objection is not None, f"  {row.id:<8} {said:<32} {row.reply[:90]}")


def _by_kind(bad: Sequence[_Looked]) -> Iterator[str]:
    """How many bad replies were rejected, by kind."""
    for kind in sorted({one.kind for one in bad}):
        mine = [one.objected for one in bad if one.kind == kind]
        yield f"{kind} {sum(mine)} of {len(mine)}"


def _share(some: Sequence[bool]) -> float:
    return sum(some) / max(1, len(some))


def read_small() -> list[Worded]:
    """Replies by a small model (from `python -m evals.local --replies`), judged by hand."""
    return read_worded(_DATA / "small.jsonl")


def small_model(engine: Engine) -> tuple[int, int, int]:
    """A small model's bad replies: rejected before a word was shown, rejected in the end, and the total."""
    heard = [replay(engine, row) for row in read_small() if row.bad]
    return sum(not shown for shown, _ in heard), sum(objected for _, objected in heard), len(heard)


def replay(engine: Engine, row: Worded) -> tuple[str, bool]:
    """The part of a streamed reply that is shown, and whether anything in it was rejected."""
    scenario = engine.library.scenario(row.scenario, row.variant)
    guard = engine.guard(scenario)
    shown: list[str] = []
    for piece in whole_sentences(_words(row.reply)):
        sentence = unmarked(piece, scenario.rep.name)
        if sentence and _objects(guard, row, " ".join((*shown, sentence)), whole=False):
            return " ".join(shown), True
        shown += [sentence] if sentence else []
    return " ".join(shown), _objects(guard, row, " ".join(shown), whole=True)


def _objects(guard: Guard, row: Worded, words: str, whole: bool) -> bool:
    heard, *before = row.said
    found = guard.check(words, released=row.released, heard=heard, said=before, line=row.line, whole=whole)
    return found is not None


def _words(text: str) -> Generator[str, None, Cost]:
    for word in text.split(" "):
        yield f"{word} "
    return Cost()
