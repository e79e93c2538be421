"""Measures how well a manager's questions are matched with facts and intents, and what off-topic questions reveal.

The questions in data/topics.jsonl were written after the scenario's examples were frozen, by someone who had read the
facts but not the examples.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from bot.director import direct, hear, start
from bot.engine import Engine, default_engine
from bot.scenario import Scenario
from bot.talk.codebook import Unit
from bot.talk.direction import Intent, TopicMatch
from bot.talk.transcript import Speaker, Turn

from . import BenchFigure, BenchResult, rows_of

OPENNESS = 0.6
"""The rep's openness in this test: well into a good conversation, with every gate but one met."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question and its topic: a fact, a generic intent, or nothing in the scenario."""

    text: str
    kind: str
    id: str


def bench(data: Path | None = None, scenario: str = "jones-deal") -> BenchResult:
    """Match every question, count, and list the misses."""
    engine = default_engine()
    loaded = engine.library.scenario(scenario)
    questions = _read_questions(data or Path(__file__).parents[1] / "data" / "topics.jsonl")
    seen = [(question, *_asked(engine, loaded, question.text)) for question in questions]
    on = [(question, label) for question, label, _ in seen if question.kind != "off"]
    facts = [question.id == label for question, label in on if question.kind == "fact"]
    intents = [question.id == label for question, label in on if question.kind == "intent"]
    off = [bool(revealed) for question, _, revealed in seen if question.kind == "off"]
    fact_turns = [(question.id, revealed) for question, _, revealed in seen if question.kind == "fact"]
    right = _share([question.id == label for question, label in on])
    off_share = _share(off)
    figures = (
        BenchFigure("right fact or intent", right, "share", "at least .85", right >= 0.85),
        BenchFigure("  facts", _share(facts), "share"),
        BenchFigure("  intents", _share(intents), "share"),
        BenchFigure("off topic: something was revealed", off_share, "share", "at most .03", off_share <= 0.03),
        BenchFigure(
            "about a fact: it was revealed", _share([fact in revealed for fact, revealed in fact_turns]), "share"
        ),
        BenchFigure(
            "about a fact: only another was revealed", _share([bool(r) and f not in r for f, r in fact_turns]), "share"
        ),
        BenchFigure("questions", len(questions), "count"),
    )
    misses = [
        f"  {q.kind:<6} {q.id or '-':<18} taken for {label or '-':<18} {q.text}" for q, label in on if q.id != label
    ]
    misses += [f"  off    revealed {', '.join(r):<28} {q.text}" for q, _, r in seen if q.kind == "off" and r]
    return BenchResult(f"topics: {scenario}", figures, ("Misses:", *misses))


def _read_questions(path: Path) -> list[Question]:
    """Questions from JSON lines. Raises AskwellError naming the file and line."""
    return [question for _, question in rows_of(path, Question, "a question with text, kind and id")]


def _asked(engine: Engine, scenario: Scenario, text: str) -> tuple[str, tuple[str, ...]]:
    """What the question was matched with, and the facts that the reply would release."""
    units = engine.reader.read(text)
    touches = engine.matcher(scenario).match(units)
    turn = Turn(4, Speaker.MANAGER, text, units, touches, engine.reader.id)
    opened = replace(start(scenario), openness=OPENNESS, ownership=0.6, manager_turns=2)
    direction = direct(scenario, hear(opened, turn), turn)
    return _label(units, touches), tuple(fact for fact, how in direction.releases if how != "told")


def _label(units: tuple[Unit, ...], touches: tuple[TopicMatch, ...]) -> str:
    """The last question's fact if it names one, else its intent; the last unit's if there is no question."""
    pairs = list(zip(units, touches, strict=True))
    asking = [touch for unit, touch in pairs if unit.genuine] or [touch for _, touch in pairs]
    if not asking:
        return ""
    touch = asking[-1]
    return touch.fact if touch.fact and (touch.names_topic or touch.intent is Intent.ABOUT) else str(touch.intent)


def _share(values: list[bool]) -> float:
    return sum(values) / len(values) if values else 0.0
