"""Scores a conversation: codes what isn't coded yet, counts, judges and quotes.

>>> from bot import Transcript, score
>>> card = score(Transcript.parse("Karen: What worries you?\\nMike: The contract.\\n..."))
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

from ..talk.codebook import Code, Flag
from ..talk.direction import Source
from ..talk.transcript import Transcript, Turn
from ..text.language import foreign_language
from ..text.tokens import stems
from .measures import NextStep, measure
from .saying import ANY_REP, RepWords
from .scorecard import NOT_SCORED, Scorecard, Threshold, Thresholds, judge
from .spoken import steps_of_call

if TYPE_CHECKING:
    from ..director import State
    from ..knowledge import Knowledge
    from ..reader import Reader
    from ..scenario import Scenario

RUBRIC = "rubric-3"
_SAYS_LITTLE = 2
"""An order of so few words doesn't stand by itself."""


@dataclass(frozen=True, slots=True)
class Practised:
    """What a practice adds to a transcript: its scenario and its final state."""

    scenario: Scenario
    state: State


@lru_cache(maxsize=1)
def thresholds() -> Thresholds:
    """The thresholds file that ships with the code, parsed once."""
    from ..scenario.strictyaml import parse  # PyYAML and pydantic are slow to load

    name = "thresholds.yaml"
    data, _ = parse(resources.files("bot").joinpath("data", name).read_text(encoding="utf-8"), name)
    criteria = tuple(
        Threshold(
            entry["id"],
            entry["title"],
            entry["measure"],
            float(entry["basic"]),
            float(entry["proficient"]),
            entry["kind"],
            entry.get("at_most") == "true",
            entry["source"],
        )
        for entry in data["criteria"]
    )
    return Thresholds(criteria, {key: int(value) for key, value in data["needs"].items()})


def score(
    transcript: Transcript,
    *,
    reader: Reader | None = None,
    knowledge: Knowledge | None = None,
    practised: Practised | None = None,
) -> Scorecard:
    """The scorecard of a conversation.

    Turns that already have codes keep them. `reader` defaults to the packaged one, `knowledge` to the bundled
    guidance. Raises ModelError when the packaged model is missing.
    """
    if reader is None or knowledge is None:
        from ..engine import default_engine

        engine = default_engine()
        reader, knowledge = reader or engine.reader, knowledge or engine.knowledge
    from .coach import suggestions

    turns = coded(transcript, reader)
    card = judged(turns, practised)
    if _language(turns):
        return card
    return replace(card, feedback=suggestions(turns, knowledge, practised.scenario if practised else None))


def judged(turns: tuple[Turn, ...], practised: Practised | None = None, cited: bool = True) -> Scorecard:
    """The scorecard of coded turns, without feedback; quotes only if `cited`.

    Pure, and fast enough to call a hundred thousand times.
    """
    limits = thresholds()
    directive_ok = practised.scenario.directive_ok if practised else False
    found = _found(practised) if practised else None
    steps = _practised_steps(practised, turns) if practised else _spoken_steps(turns)
    measures = measure(turns, steps, found, limits.needs["asks_and_pushes"], directive_ok)
    rep = RepWords.of(practised.scenario) if practised else ANY_REP
    criteria, level, number, sentence = judge(measures, turns, limits, practised is not None, directive_ok, cited, rep)
    if language := _language(turns):
        criteria = tuple(
            replace(one, level=NOT_SCORED, value=None, why="This isn't English.", evidence=()) for one in criteria
        )
        level, number = NOT_SCORED, None
        sentence = f"Not scored: this looks like {language}, and Askwell reads English only."
    readers = sorted({turn.reader for turn in turns if turn.is_manager and turn.reader})
    provenance: tuple[tuple[str, str], ...] = (("reader", ",".join(readers)), ("rubric", RUBRIC))
    if challenged := sum(Flag.YOURS in unit.flags for turn in turns for unit in turn.units):
        provenance += (("challenged", str(challenged)),)
    if practised:
        provenance += (
            ("scenario", f"{practised.scenario.id} v{practised.scenario.version}"),
            ("variant", practised.scenario.variant),
            ("digest", practised.scenario.digest),
        )
    return Scorecard(measures, criteria, level, number, sentence, (), provenance)


def _language(turns: Sequence[Turn]) -> str | None:
    """The language of what the manager said, if it isn't English."""
    return foreign_language(" ".join(turn.text for turn in turns if turn.is_manager))


def coded(transcript: Transcript, reader: Reader) -> tuple[Turn, ...]:
    """The turns with every manager turn coded. The turns before it give the reader context."""
    from ..reader import read_turn  # slow to load

    result: list[Turn] = []
    for turn in transcript:
        if turn.is_manager and turn.reader is None:
            reading = read_turn(reader, turn.text, result)
            turn = replace(turn, units=reading.units, reader=reading.by)
        result.append(turn)
    return tuple(result)


def _found(practised: Practised) -> tuple[int, int]:
    facts = [fact.id for fact in practised.scenario.facts if not fact.feeling]
    heard = practised.state.facts
    return sum(heard.get(fact) is Source.ELICITED for fact in facts), len(facts)


def _practised_steps(practised: Practised, turns: Sequence[Turn]) -> list[NextStep]:
    """The steps that a debrief lists: the rep's own, and those that the manager surely gave, ordered or took over."""
    steps = [
        NextStep(step.author, step.committed, name)
        for name, step in practised.state.steps.items()
        if step.author == "rep" or step_words(practised.scenario, turns, name)
    ]
    steps += [NextStep("rep", one.day) for one in practised.state.spoken]
    return [*steps, *(NextStep("manager", False) for _ in other_orders(turns))]


def step_words(scenario: Scenario, turns: Sequence[Turn], step: str) -> str:
    """The manager's words that surely gave the rep a step, exactly as they stand; empty if there are none.

    An order that is right in the scenario isn't one of them.
    """
    from ..director.state import paired  # slow to load

    if scenario.step(step).instructed:
        return ""
    given = (
        unit.text
        for turn in turns
        if turn.is_manager
        for unit, touch in paired(turn)
        if unit.claimed and touch.step == step and (unit.pushing or unit.code is Code.ADVICE)
    )
    return next(given, "")


@dataclass(frozen=True, slots=True)
class Order:
    """A next step of the manager's, in the manager's words; `taken` says that they keep it for themselves."""

    words: str
    taken: bool


def other_orders(turns: Iterable[Turn]) -> list[Order]:
    """The orders and takeovers that name something to do, and no step of the scenario.

    One that says little by itself ("By Friday.") comes with what stands before it, and if that is an order, as one.
    """
    return [order for turn in turns for order in _orders(turn)]


def _orders(turn: Turn) -> list[Order]:
    from ..next_steps.actions import assigns  # slow to load

    named = {touch.unit for touch in turn.touches if touch.step is not None}
    found: list[tuple[int, int, bool]] = []
    for place, unit in enumerate(turn.units):
        if not unit.claimed or unit.code not in (Code.DIRECTIVE, Code.TAKEOVER) or place in named:
            continue
        start, taken = unit.start, unit.code is Code.TAKEOVER
        if place and (len(unit.text.split()) <= _SAYS_LITTLE or not stems(unit.text)):
            before = turn.units[place - 1]
            start = before.start
            if found and found[-1][1] == before.end:
                start, _, taken = found.pop()
        found.append((start, unit.end, taken))
    orders = (Order(turn.text[start:end], taken) for start, end, taken in found)
    return [order for order in orders if assigns(order.words)]


def _spoken_steps(turns: Sequence[Turn]) -> list[NextStep]:
    return [NextStep("rep" if one.by_rep else "manager", one.committed) for one in steps_of_call(turns)]
