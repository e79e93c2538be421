"""What comes of a practice: the debrief, and its public shape."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..director import State, step_ends
from ..scenario import Epilogue, Scenario
from ..talk.direction import Said, Source
from ..talk.transcript import Transcript
from .asked import facts_asked_about
from .scorecard import Scorecard


@dataclass(frozen=True, slots=True)
class Debrief:
    """The result of a practice: the scorecard, what came out, the epilogue, and the state over time."""

    scenario: Scenario
    transcript: Transcript
    state: State
    states: tuple[State, ...]
    scorecard: Scorecard
    epilogue: Epilogue

    def facts(self, how: Source) -> tuple[str, ...]:
        """Ids of the facts that came out this way, feelings included, in the scenario's order."""
        return tuple(fact.id for fact in self.scenario.facts if self.state.facts.get(fact.id) is how)

    @property
    def missed(self) -> tuple[str, ...]:
        """Ids of the facts that never came out, feelings included."""
        return tuple(fact.id for fact in self.scenario.facts if fact.id not in self.state.facts)

    @property
    def asked_about(self) -> frozenset[str]:
        """Ids of the facts that a question of the manager's went for, whatever came of it."""
        return facts_asked_about(self.scenario, self.transcript)


def practice_json(debrief: Debrief, session: str | None, seed: int) -> dict[str, Any]:
    """The public shape of `practice --json`. For an unsaved script it has no id, path or time."""
    state = debrief.state
    ends = step_ends(debrief.scenario, state)
    return {
        "session": session,
        "scenario": debrief.scenario.id,
        "variant": debrief.scenario.variant,
        "seed": seed,
        "turns": [
            {
                "index": turn.index,
                "speaker": str(turn.speaker),
                "text": turn.text,
                "units": [unit.as_json() for unit in turn.units],
                "said": _timeless(turn.said) if turn.said else None,
            }
            for turn in debrief.transcript
        ],
        "facts": {
            "elicited": list(debrief.facts(Source.ELICITED)),
            "donated": list(debrief.facts(Source.DONATED)),
            "told": list(debrief.facts(Source.TOLD)),
            "missed": list(debrief.missed),
        },
        "insights": list(state.insights),
        "steps": [
            {"id": name, "author": step.author, "committed": step.committed, "outcome": str(ends[name])}
            for name, step in state.steps.items()
        ],
        "spoken_steps": [{"words": step.words, "committed": step.day} for step in state.spoken],
        "epilogue": {"id": debrief.epilogue.id, "text": debrief.epilogue.text},
        "scorecard": debrief.scorecard.as_json(),
    }


def _timeless(said: Said) -> dict[str, Any]:
    return {name: value for name, value in said.as_json().items() if name not in ("first", "seconds")}
