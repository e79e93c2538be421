"""What happens after the call: how each step ends, and the epilogue put together from that."""

from __future__ import annotations

from ..scenario import Epilogue, Scenario, StepEnd, When
from ..talk.direction import Source
from .state import State


def step_ends(scenario: Scenario, state: State) -> dict[str, StepEnd]:
    """How each step that came up ends.

    A step gets done if the rep came up with it and said when, or if the manager was right to order it and the rep said
    yes. What the manager took over is the manager's, unless the rep commits to it afterwards.
    """
    right = {step.id for step in scenario.steps if step.instructed}
    found = {}
    for name, step in state.steps.items():
        if name in right and (step.committed or step.accepted):
            found[name] = StepEnd.DONE  # at once, so that nobody can take it over any more
        elif name in state.taken:
            found[name] = StepEnd.TAKEN
        elif step.author == "rep":
            found[name] = StepEnd.DONE if step.committed else StepEnd.NAMED
        else:
            found[name] = StepEnd.TOLD
    return found


def epilogue(scenario: Scenario, state: State) -> Epilogue:
    """The first epilogue whose conditions the final state meets, as it reads after this conversation."""
    ends = step_ends(scenario, state)
    found = next(
        (entry for entry in scenario.epilogues[:-1] if _holds(entry.when, state, ends)), scenario.epilogues[-1]
    )
    came_of = [step.afterwards for step in scenario.steps if ends.get(step.id) is StepEnd.DONE and step.afterwards]
    parts = [part.text for part in found.parts if _holds(part.when, state, ends)]
    return found.model_copy(update={"text": " ".join([found.text, *came_of, *parts]), "parts": ()})


def _holds(when: When, state: State, ends: dict[str, StepEnd]) -> bool:
    own, dated = state.own_steps, sum(one.day for one in state.spoken)
    # Epilogues are about the scenario's steps. One in other words counts once it has a day, for then it happens.
    counts = {
        "openness_at_least": state.openness,
        "ownership_at_least": state.ownership,
        "rep_steps_at_least": len(own) + dated,
        "committed_at_least": sum(ends[name] is StepEnd.DONE for name in own) + dated,
        "told_steps_at_least": len(state.steps) - len(own),
        "takeovers_at_least": state.takeovers,
        "elicited_at_least": sum(how is Source.ELICITED for how in state.facts.values()),
    }
    least = all(getattr(when, name) is None or value >= getattr(when, name) for name, value in counts.items())
    most = when.ownership_at_most is None or state.ownership <= when.ownership_at_most
    elicited = all(state.facts.get(fact) is Source.ELICITED for fact in when.elicited)
    ended = all(ends.get(name) is end for end in StepEnd for name in getattr(when, end))
    return least and most and elicited and ended and set(when.insights) <= set(state.insights)
