"""A language model's narrative, rewritten questions and plan for a finished conversation.

The model writes, code checks. A claim needs an exact quote and a correct figure; a question must read as a genuine open
question. Anything else is left out, and the user is told how much.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ..models.llm import Message, Model
from ..models.prompts import Prompt
from ..reader import Reader
from ..scenario import Scenario
from ..scoring.scorecard import Scorecard
from ..talk.transcript import Transcript
from .cited import Made, conversation_prompt, lines, made
from .vetting import Claim, Dropped, NarrativeCheck, NextConversation, Rewrite, Written

EVIDENCE = 3
"""Maximum quotes per criterion in the request."""


class Finished(Protocol):
    """What to write about: the debrief of a practice, or a scored transcript."""

    @property
    def transcript(self) -> Transcript:
        """The turns, with the manager's coded."""
        ...

    @property
    def scorecard(self) -> Scorecard:
        """Their scorecard."""
        ...

    @property
    def scenario(self) -> Scenario | None:
        """The scenario, or None for a real conversation."""
        ...

    @property
    def missed(self) -> Sequence[str]:
        """Ids of the scenario's facts that never came out."""
        ...


@dataclass(frozen=True, slots=True)
class Scored:
    """A real conversation, with the manager's turns coded, and its scorecard."""

    transcript: Transcript
    scorecard: Scorecard
    scenario: None = None
    missed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Narrative:
    """The write-up that passed the checks, with what was left out and its provenance."""

    paragraphs: tuple[tuple[Claim, ...], ...]
    rewrites: tuple[Rewrite, ...]
    plan: NextConversation
    dropped: tuple[Dropped, ...]
    made: Made

    @property
    def left_out(self) -> tuple[str, ...]:
        """What was left out, in words: "1 sentence was left out: its quote is not in the conversation"."""
        counted = Counter((entry.what, entry.why) for entry in self.dropped)
        return tuple(
            f"1 {what} was left out: {why}"
            if number == 1
            else f"{number} {_many(what)} were left out, each because {why}"
            for (what, why), number in counted.items()
        )

    def as_json(self) -> dict[str, Any]:
        """paragraphs (lists of claims), rewrites, plan, dropped, left_out, provenance."""
        return {
            "paragraphs": [[claim.as_json() for claim in paragraph] for paragraph in self.paragraphs],
            "rewrites": [rewrite.as_json() for rewrite in self.rewrites],
            "plan": self.plan.as_json(),
            "dropped": [entry.as_json() for entry in self.dropped],
            "left_out": list(self.left_out),
            "provenance": self.made.as_json(),
        }


class Narrator:
    """Writes up a finished conversation."""

    def __init__(self, model: Model, prompt: Prompt) -> None:
        self._model = model
        self._prompt = prompt

    def narrate(self, finished: Finished, reader: Reader) -> Narrative:
        """The parts of the model's write-up that pass the checks. `reader` codes the questions it suggests.

        Raises ModelError when the endpoint fails, or when its answer doesn't fit.
        """
        filled = self._prompt.fill(
            {
                "situation": lines(_situation(finished)),
                "conversation": conversation_prompt(finished.transcript),
                "figures": lines(_figures(finished.scorecard)),
                "pushes": lines(_pushes(finished.transcript)),
            }
        )
        answer = self._model.structured([Message("user", filled)], Written)
        check = NarrativeCheck(finished.transcript, finished.scorecard, reader)
        paragraphs = check.paragraphs(answer.value.paragraphs)
        rewrites = check.rewrites(answer.value.rewrites)
        plan = check.plan(answer.value.plan)
        return Narrative(paragraphs, rewrites, plan, tuple(check.dropped), made(self._model, self._prompt, [answer]))


def _many(what: str) -> str:
    """The plural: `sentences`, `questions of the plan`."""
    noun, space, rest = what.partition(" ")
    return f"{noun}s{space}{rest}"


def _figures(card: Scorecard) -> Iterator[str]:
    yield f"overall | {card.level} | {card.sentence} (not to be cited: cite what it rests on)"
    for name, value in card.measures.as_json().items():
        yield f"{name} | {json.dumps(value)}"
    for entry in card.criteria:
        shown = "; ".join(f'[{found.turn}] "{found.quote}"' for found in entry.evidence[:EVIDENCE])
        yield f"{entry.id} | {json.dumps(entry.as_json()['value'])} | {entry.level} | {entry.why} | {shown or '(none)'}"


def _pushes(transcript: Transcript) -> Iterator[str]:
    for turn in transcript.manager_turns:
        for unit in turn.claimed:
            if unit.pushing:
                yield f"[{turn.index}] {unit.code}: {unit.text}"


def _situation(finished: Finished) -> Iterator[str]:
    """What the manager knew beforehand and who the rep is. Facts that never came out are named only by topic."""
    scenario = finished.scenario
    if scenario is None:
        yield "A real conversation. Nothing is known of it but its words; the plan is for the next one with this rep."
        return
    rep = scenario.rep
    yield f"A practice: {scenario.title}. The plan is for the real conversation that it prepares."
    yield f"The rep: {rep.name}, {rep.role} ({rep.pronoun}). {rep.style}"
    yield f"What the rep is good at: {'; '.join(rep.strengths)}"
    yield f"The scene: {scenario.scene}"
    yield f"What the manager knew beforehand: {scenario.brief}"
    yield f"In the records: {'; '.join(f'{label}: {value}' for label, value in scenario.crm.items() if value)}"
    if scenario.directive_ok:
        yield "Here a clear instruction with its reason is right."
    if finished.missed:
        topics = "; ".join(scenario.fact(name).topic for name in finished.missed)
        yield f"What nobody brought up, by topic: {topics}"
