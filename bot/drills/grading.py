"""Grades an answer by the packaged reader and, where it is put to a moment, by what that rep would do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from ..director import State, direct, hear, record, start
from ..director.moment import asks_when
from ..director.state import StepState, fold
from ..engine import Engine
from ..errors import ScenarioError
from ..knowledge.ranking import search_stems
from ..practice import check_fits
from ..reader import read_turn
from ..scenario import Scenario
from ..store.session import Session
from ..talk.codebook import Code, Flag
from ..talk.direction import Direction, Source
from ..talk.transcript import Speaker, Turn, check_words
from .item import DrillItem, DrillKind, DrillMoment, Grade

NEAR_ENOUGH = 0.22
"""From this closeness (cosine) a reflection is about what the rep said though it shares no word with it.

Of the bundled reflections, each beside what another rep said, 19 in 20 are further away than 0.24.
"""


class Why(StrEnum):
    """What decided the grade."""

    NAMED = "named"
    MISNAMED = "misnamed"
    PUSHES = "pushes"
    NO_QUESTION = "no_question"
    TWO_QUESTIONS = "two_questions"
    OPENS = "opens"
    STAYS_SHUT = "stays_shut"
    ASKS = "asks"
    REFLECTS = "reflects"
    ELSEWHERE = "elsewhere"
    NO_REFLECTION = "no_reflection"
    DATED = "dated"
    UNDATED = "undated"
    NOT_SURE = "not_sure"


@dataclass(frozen=True, slots=True)
class Heard:
    """What the rep would do after the answer, and the states before the answer and after the reply."""

    scenario: Scenario
    direction: Direction
    before: State
    after: State


@dataclass(frozen=True, slots=True)
class GradedAnswer:
    """How an answer went and why. `turn` is the answer as it was read, None where a code was chosen.

    `heard` is None where nothing can be said of the rep: the drill is in no scenario, or it has changed since.
    """

    grade: Grade
    why: Why
    turn: Turn | None = None
    heard: Heard | None = None


def graded_choice(item: DrillItem, chosen: Code) -> GradedAnswer:
    """The grade of the code that was chosen for a unit."""
    right = chosen is item.code
    return GradedAnswer(Grade.RIGHT if right else Grade.WRONG, Why.NAMED if right else Why.MISNAMED)


def graded_words(item: DrillItem, words: str, engine: Engine, load: Callable[[str], Session]) -> GradedAnswer:
    """The grade of words that were typed. `load` gives the talk that an item comes from.

    The words are read by the packaged reader, whatever else is set up: the answer is instant, and the same every time.
    Raises TranscriptError for words that are blank or too long, and StoreError where the talk is gone.
    """
    words = check_words(words)
    engine = engine.packaged()
    if item.kind is DrillKind.HAND_IT_BACK:
        before = (Turn(0, Speaker.REP, item.says),)
        reading = read_turn(engine.reader, words, before)
        turn = Turn(1, Speaker.MANAGER, words, units=reading.units, reader=reading.by)
        return _handed_back(item, turn, engine)
    turn, heard = _put(item, words, engine, load)
    return _dated(turn, heard) if item.kind is DrillKind.WHEN else _asked(turn, heard)


def _put(item: DrillItem, words: str, engine: Engine, load: Callable[[str], Session]) -> tuple[Turn, Heard | None]:
    """The answer as read at its moment, and what the rep would do. Without its scenario it is only read."""
    moment = item.moment
    said = (Turn(0, Speaker.REP, item.says),) if item.says else ()
    try:
        if moment is None:
            raise ScenarioError("a drill in no scenario")
        saved = load(moment.session) if moment.session else None
        scenario = engine.library.scenario(moment.scenario, moment.variant)
        if saved is not None:
            check_fits(saved, scenario)
        before = saved.turns[: moment.turn] if saved is not None else said
        state = fold(scenario, before) if saved is not None else ready_for(scenario, moment)
    except ScenarioError:
        reading = read_turn(engine.reader, words, said)
        return Turn(len(said), Speaker.MANAGER, words, units=reading.units, reader=reading.by), None
    turn = engine.coded(scenario, Turn(len(before), Speaker.MANAGER, words), before)
    heard = hear(state, turn)
    direction = direct(scenario, heard, turn)
    return turn, Heard(scenario, direction, state, record(heard, direction, None))


def ready_for(scenario: Scenario, moment: DrillMoment) -> State:
    """The rep at the beginning, but ready to talk about the moment's fact, or with its step just proposed.

    Raises ScenarioError where the scenario has no such fact or step any more.
    """
    state = start(scenario)
    try:
        if moment.step is not None:
            step = scenario.step(moment.step)
            known = {need: Source.ELICITED for need in step.needs if any(fact.id == need for fact in scenario.facts)}
            return replace(state, facts=known, steps={step.id: StepState("rep")}, act="step", openness=0.6)
        if moment.fact is not None:
            fact = scenario.fact(moment.fact)
            trusts = max(state.openness, fact.opens.openness)
            return replace(state, openness=trusts, topic=fact.id, hinted=(fact.id,), act="hint")
    except KeyError as error:
        raise ScenarioError(f"{scenario.id}: there is no {error} any more") from None
    return state


def opened(heard: Heard) -> bool:
    """Whether the rep would come out with something: a fact, something he works out, or a step of his own."""
    done = heard.direction
    return bool(any(how is not Source.TOLD for _, how in done.releases) or done.insight or done.step)


def _asked(turn: Turn, heard: Heard | None) -> GradedAnswer:
    asked = [unit for unit in turn.units if unit.genuine]
    if any(unit.pushing for unit in turn.claimed):
        return GradedAnswer(Grade.WRONG, Why.PUSHES, turn, heard)
    if not any(unit.claimed for unit in asked):
        sure = not asked and len(turn.claimed) == len(turn.units)
        return GradedAnswer(*((Grade.WRONG, Why.NO_QUESTION) if sure else (Grade.UNSURE, Why.NOT_SURE)), turn, heard)
    if any(Flag.STACKED in unit.flags for unit in asked):
        return GradedAnswer(Grade.PARTLY, Why.TWO_QUESTIONS, turn, heard)
    if heard is None:
        return GradedAnswer(Grade.RIGHT, Why.ASKS, turn)
    opens = opened(heard)
    return GradedAnswer(*((Grade.RIGHT, Why.OPENS) if opens else (Grade.PARTLY, Why.STAYS_SHUT)), turn, heard)


def _handed_back(item: DrillItem, turn: Turn, engine: Engine) -> GradedAnswer:
    back = [unit for unit in turn.units if unit.code is Code.REFLECTION]
    if any(unit.pushing for unit in turn.claimed):
        return GradedAnswer(Grade.WRONG, Why.PUSHES, turn)
    if not any(unit.claimed for unit in back):
        sure = not back and len(turn.claimed) == len(turn.units)
        return GradedAnswer(*((Grade.WRONG, Why.NO_REFLECTION) if sure else (Grade.UNSURE, Why.NOT_SURE)), turn)
    said = set(search_stems(item.says))
    if any(said.intersection(search_stems(unit.text)) for unit in back) or _near(item.says, turn.text, engine):
        return GradedAnswer(Grade.RIGHT, Why.REFLECTS, turn)
    return GradedAnswer(Grade.PARTLY, Why.ELSEWHERE, turn)


def _near(said: str, words: str, engine: Engine) -> bool:
    first, second = engine.embedder.embed([said, words])
    return float(first @ second) >= NEAR_ENOUGH


def _dated(turn: Turn, heard: Heard | None) -> GradedAnswer:
    if any(unit.pushing for unit in turn.claimed):
        return GradedAnswer(Grade.WRONG, Why.PUSHES, turn, heard)
    dated = bool(heard.direction.commits) if heard else any(asks_when(unit.text) for unit in turn.units)
    if dated:
        return GradedAnswer(Grade.RIGHT, Why.DATED, turn, heard)
    asks = any(unit.genuine and unit.claimed for unit in turn.units)
    if not asks and len(turn.claimed) < len(turn.units):
        return GradedAnswer(Grade.UNSURE, Why.NOT_SURE, turn, heard)
    return GradedAnswer(Grade.PARTLY if asks else Grade.WRONG, Why.UNDATED if asks else Why.NO_QUESTION, turn, heard)
