"""The effect of one manager turn in a line, from the turn's codes and the rep's direction. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.scoring.exchange import topic_told
from bot.talk.codebook import Code, Flag, Focus, Unit
from bot.talk.direction import Direction, Source

if TYPE_CHECKING:
    from bot.director import State
    from bot.scenario import Scenario
    from bot.talk.transcript import Turn

_DID = {
    Code.OPEN_QUESTION: "asked an open question",
    Code.CLOSED_QUESTION: "asked a closed question",
    Code.LEADING_QUESTION: "asked with the answer built in",
    Code.REFLECTION: "said back what you heard",
    Code.AFFIRMATION: "said what was good",
    Code.COLLABORATION: "shared the choice",
    Code.INFORMATION: "told {rep} something",
    Code.ADVICE: "gave advice",
    Code.DIRECTIVE: "told {rep} what to do",
    Code.CONFRONT: "blamed {rep}",
    Code.TAKEOVER: "took it over",
}
_ANSWERED = {
    "agree": "agreed, and said no more",
    "comply": "agreed, and said no more",
    "told": "agreed, and said no more",
    "confirm": "confirmed what you said",
    "sunny": "gave you the good news",
    "hand_over": "stepped back and let you",
    "leave_it": "agreed to leave it",
    "defend": "got defensive",
    "greet": "said hello",
    "closing": "said goodbye",
    "evade": "didn’t want to say",
    "feeling_closed": "didn’t want to say",
    "no_step_yet": "has no plan yet",
    "entry": "answered",
    "answer": "answered",
    "more": "said more",
    "unknown": "had no answer to that",
    "unclear": "wasn’t sure what you meant",
    "blank": "wasn’t sure what you meant",
    "repeat": "had heard that before",
    "puzzled": "didn’t follow",
    "rude": "drew a line",
}
_HELD_BACK = "let something slip and kept the rest"


def what_it_did(scenario: Scenario, turn: Turn, answer: Direction, before: State, after: State) -> str:
    """One or two sentences: what the manager did, what the rep did then, and whether the rep opened up or closed.

    `before` is the state before the manager's coded `turn`, `after` that after the reply.
    """
    rep = scenario.rep.name
    moved = after.openness - before.openness
    door = f" {rep} opened up a little." if moved > 0 else f" {rep} closed up a little." if moved < 0 else ""
    return f"{_did(turn, rep)} {rep} {_answered(scenario, answer)}.{door}"


def _did(turn: Turn, rep: str) -> str:
    """At most the first two different things that the turn surely did."""
    said = list(dict.fromkeys(_named(unit) for unit in turn.claimed if unit.code in _DID))[:2]
    if said:
        first, *second = said
        if second and first.startswith("asked a") and second[0].startswith("asked a"):
            second = [second[0].removeprefix("asked ")]
        return f"You {' and '.join((first, *second))}.".replace("{rep}", rep)
    sure = bool(turn.units) and len(turn.claimed) == len(turn.units)
    return "You neither asked nor told." if sure else "We can’t be sure whether that asked or told."


def _named(unit: Unit) -> str:
    if unit.genuine and unit.focus is Focus.STATUS:
        return "checked up"
    if unit.code is Code.ADVICE and Flag.WITH_PERMISSION in unit.flags:
        return "gave advice that was wanted"
    return _DID[unit.code]


def _answered(scenario: Scenario, answer: Direction) -> str:
    new = [fact for fact, how in answer.releases if how is not Source.TOLD]
    if new:
        return f"told you something new: {topic_told(scenario.fact(new[0]), scenario)}"
    if answer.insight:
        return "worked something out aloud"
    if answer.step:
        return "proposed a next step"
    if answer.commits:
        return "said when it will be done"
    if answer.hint or any(part.pool.endswith("/hints") for part in answer.parts):
        return _HELD_BACK
    return _ANSWERED.get(answer.act, "answered politely")
