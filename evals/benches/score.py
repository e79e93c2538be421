"""Measures whether the score tells good conversations from poor ones, beside each single measure.

The conversations are other people's, of known quality: counselling (AnnoMI, and whole ones of high and low quality).
They are read in place, never copied, and train nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from bot.errors import AskwellError
from bot.reader import default_reader
from bot.scoring.score import coded, judged
from bot.scoring.scorecard import Scorecard
from bot.talk.transcript import Speaker, Transcript, Turn

from . import BenchFigure, BenchResult
from .agreement import auc

REACH = {"AnnoMI": 0.80, "HLQC": 0.86}
POOR_AS_COACHING = 0.05
SINGLE: dict[str, Callable[[Scorecard], float | None]] = {
    "question_ratio": lambda card: card.measures.question_ratio,
    "exploring_share": lambda card: card.measures.exploring_share,
    "ask_share": lambda card: card.measures.ask_share,
    "reflection_ratio": lambda card: card.measures.reflection_ratio,
    "1 - directiveness": lambda card: _less(card.measures.directiveness),
    "1 - talk_share": lambda card: _less(card.measures.talk_share),
    "1 - longest_turn": lambda card: -float(card.measures.longest_turn),
    "rep_owned_share": lambda card: card.measures.rep_owned_share,
}


@dataclass(frozen=True, slots=True)
class RatedTalk:
    """A conversation that people called good or poor, with its scorecard and the share of turns with a "?"."""

    source: str
    good: bool
    card: Scorecard
    marks: float


def bench(data: Path | None = None) -> BenchResult:
    """Score every conversation in `data`. Raises AskwellError if they aren't there."""
    if data is None:
        raise AskwellError("give the directory of other people's conversations with --data")
    rated = [*_rated("AnnoMI", _annomi(data)), *_rated("HLQC", _hlqc(data))]
    figures: list[BenchFigure] = []
    for source, reach in REACH.items():
        own = [one for one in rated if one.source == source]
        figures += _figures(source, reach, own)
    poor = [one for one in rated if not one.good]
    called = [one for one in poor if one.card.level.startswith("coaching")]
    share = len(called) / len(poor)
    figures.append(
        BenchFigure("poor conversations called coaching", share, "share", "at most .05", share <= POOR_AS_COACHING)
    )
    figures.append(BenchFigure("  of", len(poor), "count"))
    return BenchResult("score: good conversations from poor ones", tuple(figures))


def tells_apart(rated: Sequence[RatedTalk], value: Callable[[RatedTalk], float | None]) -> float:
    """The AUC with which a value tells good from poor. Where there is none, the lowest counts."""
    found = [(one.good, value(one)) for one in rated]
    least = min((held for _, held in found if held is not None), default=0.0)
    good, poor = (
        [least if held is None else held for is_good, held in found if is_good is wanted] for wanted in (True, False)
    )
    return auc(good, poor)


def _figures(source: str, reach: float, rated: Sequence[RatedTalk]) -> Iterator[BenchFigure]:
    number = tells_apart(rated, lambda one: None if one.card.score is None else float(one.card.score))
    yield BenchFigure(f"{source}, score", number, "AUC", f"at least {reach}", number >= reach)
    for name, measure in SINGLE.items():
        yield BenchFigure(f"  {name}", tells_apart(rated, partial(_of_card, measure)), "AUC")
    yield BenchFigure("  turns with '?'", tells_apart(rated, lambda one: one.marks), "AUC")
    yield BenchFigure("  conversations", len(rated), "count")


def _rated(source: str, held: Iterator[tuple[bool, Transcript]]) -> Iterator[RatedTalk]:
    reader = default_reader()
    for good, transcript in held:
        own = transcript.manager_turns
        marks = sum("?" in turn.text for turn in own) / max(1, len(own))
        yield RatedTalk(source, good, judged(coded(transcript, reader), cited=False), marks)


def _annomi(data: Path) -> Iterator[tuple[bool, Transcript]]:
    """AnnoMI's conversations: the file has the helper's turns, each with what the client had just said."""
    talks: dict[str, list[dict[str, Any]]] = {}
    for row in _lines(data / "moves" / "annomi.dev.jsonl"):
        talks.setdefault(row["conversation_id"], []).append(row)
    for rows in talks.values():
        said = [
            (speaker, text) for row in rows for speaker, text in (("rep", row["context"]), ("manager", row["text"]))
        ]
        yield rows[0]["quality"] == "high", _transcript(said)


def _hlqc(data: Path) -> Iterator[tuple[bool, Transcript]]:
    for row in _lines(data / "moves" / "hlqc_conversations.dev.jsonl"):
        yield row["quality"] == "high", _transcript([(turn["speaker"], turn["text"]) for turn in row["turns"]])


def _transcript(said: Sequence[tuple[str, str | None]]) -> Transcript:
    spoken = [
        (Speaker.MANAGER if who == "manager" else Speaker.REP, text) for who, text in said if text and text.strip()
    ]
    return Transcript(tuple(Turn(index, who, text) for index, (who, text) in enumerate(spoken)))


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    if not path.is_file():
        raise AskwellError(f"{path.parent}: there is no {path.name}; give the directory of the shared data")
    yield from (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())


def _of_card(measure: Callable[[Scorecard], float | None], one: RatedTalk) -> float | None:
    return measure(one.card)


def _less(value: float | None) -> float | None:
    return None if value is None else -value
