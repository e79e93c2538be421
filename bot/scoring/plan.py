"""Whose the next steps of a practice are, as a debrief shows them: one place, so that every page says the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..director import step_ends
from ..scenario import Step, StepEnd
from .debrief import Debrief
from .score import other_orders, step_words


@dataclass(frozen=True, slots=True)
class OwnedStep:
    """A next step and whose it is.

    `words` are the scenario's title of it, or if `quoted` what somebody said, exactly. `taken` says that it was the
    rep's and the manager took it over. `when` has the rep's words for the day, empty if no day was named.
    """

    words: str
    by_rep: bool
    quoted: bool = False
    taken: bool = False
    when: str = ""


def owned_steps(debrief: Debrief) -> tuple[OwnedStep, ...]:
    """The rep's own steps, those with a day first; then what the manager took over or gave the rep.

    A step is shown in the words that named or gave it, the manager's only if there are such words: the scenario's title
    says more than was said. An order that is right in the scenario keeps its title, and so does a step taken over.
    """
    scenario, state = debrief.scenario, debrief.state
    ends = step_ends(scenario, state)
    own = [
        _own(debrief, scenario.step(name))
        for name, step in state.steps.items()
        if step.author == "rep" and ends[name] is not StepEnd.TAKEN
    ]
    own += [OwnedStep(step.words, True, True, when=step.words if step.day else "") for step in state.spoken]
    return (*sorted(own, key=lambda step: not step.when), *_managers(debrief))


def _managers(debrief: Debrief) -> Iterator[OwnedStep]:
    scenario, state, turns = debrief.scenario, debrief.state, debrief.transcript.turns
    ends = step_ends(scenario, state)
    for name, step in state.steps.items():
        if step.author == "rep":
            if ends[name] is StepEnd.TAKEN:
                yield OwnedStep(scenario.step(name).title, False, taken=True)
        elif scenario.step(name).instructed:
            yield OwnedStep(scenario.step(name).title, False)
        elif words := step_words(scenario, turns, name):
            yield OwnedStep(words, False, True)
    for order in other_orders(turns):
        yield OwnedStep(order.words, False, True, order.taken)


def _own(debrief: Debrief, step: Step) -> OwnedStep:
    """A step of the rep's, in the words that named it: the scenario's title says more than was said."""
    words = _naming(debrief, step)
    return OwnedStep(words or step.title, True, bool(words), when=_committing(debrief, step))


def _naming(debrief: Debrief, step: Step) -> str:
    """The authored line that named a step, or the whole reply if it was worded otherwise; empty if none did."""
    for turn in debrief.transcript:
        if turn.direction is not None and turn.direction.step == step.id:
            entry = debrief.scenario.entry(turn.direction.entry) if turn.direction.entry else None
            lines = (*step.lines, *step.commit, *(entry.says if entry else ()))
            return next((line.text for line in lines if line.text in turn.text), turn.text)
        for said in turn.said.steps if turn.said else ():
            if said.step == step.id:
                return said.words
    return ""


def _committing(debrief: Debrief, step: Step) -> str:
    """The rep's words on when to do a step: the authored line, or the whole reply where a model worded it."""
    if not debrief.state.steps[step.id].committed:
        return ""
    for turn in debrief.transcript:
        if turn.direction is not None and turn.direction.commits == step.id:
            return next((line.text for line in step.commit if line.text in turn.text), turn.text)
        for said in turn.said.steps if turn.said else ():
            if said.step == step.id and said.day:
                return said.words
    return ""
