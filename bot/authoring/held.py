"""Why a rep holds back what a question asks for, in words for an author."""

from __future__ import annotations

from collections.abc import Iterator

from ..director.entries import GUARDED_AT, HIDDEN_AT
from ..director.moment import ANSWERS_CLOSED, DEEP_FROM, FEELINGS_FREELY, asks_openly, may_open, seeks
from ..director.state import State, paired
from ..scenario import AskKind, Entry, EntryLevel, Fact, Scenario
from ..talk.codebook import ASKING, Code, Focus, Unit
from ..talk.direction import Direction, Intent, TopicMatch
from ..talk.transcript import Turn

_EARLY = "it never comes in the first two turns"
_LISTENED = "it needs a reflection or specific praise just before"


def held_back(scenario: Scenario, state: State, turn: Turn, direction: Direction) -> tuple[tuple[str, str], ...]:
    """Each fact or entry that a turn asks for and the reply doesn't tell, with the reasons.

    `state` has heard the turn.
    """
    told = {*state.facts, *(fact for fact, _ in direction.releases)}
    pools = {part.pool for part in direction.parts}
    found: dict[str, str] = {}
    for unit, touch in paired(turn):
        if touch.entry:
            entry = scenario.entry(touch.entry)
            if f"entry/{entry.id}/says" not in pools:
                found[entry.id] = "; ".join(_of_entry(scenario, state, entry, unit, touch.sure))
        elif (fact := _asked_for(scenario, state, touch)) and fact.id not in told:
            found[fact.id] = "; ".join(why_shut(state, fact, unit, touch.sure or fact.feeling))
    return tuple((name, why) for name, why in found.items() if why)


def why_shut(state: State, fact: Fact, unit: Unit, sure: bool = True) -> Iterator[str]:
    """Why a question doesn't open a fact; nothing if it does. `sure` says whether it clearly asks for this fact."""
    if not sure:
        yield "the match isn't clear enough to give a fact away; add questions like this one to its asks"
    if may_open(state, fact, unit):
        return
    if fact.feeling:
        yield from _of_feeling(state, unit)
        return
    least = max(ANSWERS_CLOSED, fact.opens.openness)
    generous = unit.focus is not Focus.STATUS and state.openness >= least
    if fact.opens.ask is AskKind.OPEN and not seeks(unit) and not generous:
        yield f"it needs an open question, and this reads as {read_as(unit)}"
    if fact.opens.ask is AskKind.REFLECTION and not state.feelings_open:
        yield _LISTENED
    if state.openness < fact.opens.openness:
        yield _too_guarded(state, fact.opens.openness)


def read_as(unit: Unit) -> str:
    """What the reader took a unit for, in plain words."""
    if unit.code in ASKING and unit.focus is Focus.STATUS:
        return "a status check"
    return plain_code(unit.code)


def plain_code(code: Code) -> str:
    """A code in plain words."""
    words = str(code).replace("_", " ")
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}" if code in ASKING else words


def _asked_for(scenario: Scenario, state: State, touch: TopicMatch) -> Fact | None:
    """The fact a question asks for. A general question about feelings asks for the first that isn't out."""
    if touch.fact:
        return scenario.fact(touch.fact)
    feelings = (fact for fact in scenario.facts if fact.feeling and fact.id not in state.facts)
    return next(feelings, None) if touch.intent is Intent.FEELINGS else None


def _of_feeling(state: State, unit: Unit) -> Iterator[str]:
    if not asks_openly(unit):
        yield f"a feeling needs an open question, and this reads as {read_as(unit)}"
    if state.manager_turns < DEEP_FROM:
        yield _EARLY
    if not (state.feelings_open or state.openness >= FEELINGS_FREELY):
        yield f"{_LISTENED}, or openness {FEELINGS_FREELY:.2f} (it is {state.openness:.2f})"


def _of_entry(scenario: Scenario, state: State, entry: Entry, unit: Unit, sure: bool) -> Iterator[str]:
    waiting = [fact for fact in entry.after if fact not in state.facts]
    if waiting:
        yield f"it comes only after {', '.join(map(repr, waiting))}"
    elif entry.fact and entry.fact not in state.facts:
        for why in why_shut(state, scenario.fact(entry.fact), unit, sure):
            yield f"as for {entry.fact!r}, {why}"
    elif entry.level is EntryLevel.GUARDED and not entry.after:
        if not seeks(unit):
            yield f"a guarded entry needs an open question, and this reads as {read_as(unit)}"
        if state.openness < GUARDED_AT:
            yield _too_guarded(state, GUARDED_AT)
    elif entry.level is EntryLevel.HIDDEN:
        if state.manager_turns < DEEP_FROM:
            yield _EARLY
        if not state.feelings_open:
            yield _LISTENED
        if state.openness < HIDDEN_AT:
            yield _too_guarded(state, HIDDEN_AT)


def _too_guarded(state: State, least: float) -> str:
    return f"it needs openness {least:.2f}, and it is {state.openness:.2f}"
