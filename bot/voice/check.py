"""Asks the model about its own reply what code can't see: a reversal, and a next step in the rep's own words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from ..errors import ModelError
from ..models.llm import Cost, Message
from ..next_steps import next_steps
from ..talk.direction import TakenStep

if TYPE_CHECKING:
    from ..models.llm import Model
    from ..models.prompts import Prompt
    from .words import Cue

_MOST_STEPS = 3


class StepAnswer(BaseModel):
    """A next step in the spoken words: `own` if it was the speaker's idea, `day` if a time is named."""

    model_config = ConfigDict(extra="forbid")

    words: str = Field(description="The spoken words that say it, exactly.")
    own: bool
    day: bool
    listed: int = Field(description="The number of the step in the list that it is; 0 if it is none of them.")


class ReplyVerdict(BaseModel):
    """The model's answer."""

    model_config = ConfigDict(extra="forbid")

    contradicts: bool = Field(description="Whether the spoken words say something that the written words rule out.")
    words: str = Field(description="The spoken words that do, exactly; empty if none do.")
    steps: list[StepAnswer] = Field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Checked:
    """What the check found: the words that contradict what was to be told (empty if none), and the steps taken."""

    wrong: str = ""
    steps: tuple[TakenStep, ...] = ()


class ReplyCheck:
    """One short structured call about a reply that tells something or may name a next step."""

    def __init__(self, model: Model, prompt: Prompt) -> None:
        self._model = model
        self._prompt = prompt

    def wants(self, cue: Cue, spoken: str, written: Sequence[str]) -> bool:
        """Whether there is anything to ask about these words."""
        return bool(written) or bool(next_steps(spoken, cue.heard))

    def checked(self, cue: Cue, spoken: str, written: Sequence[str], took: Callable[[Cost], None]) -> Checked:
        """What the model finds in `spoken`, of which `written` had to be told; nothing if it can't answer.

        `took` receives the cost.
        """
        titles = [cue.scenario.step(name).title for name in cue.steps]
        known = [*titles, *(step.words for step in cue.spoken)]
        filled = self._prompt.fill(
            {
                "heard": cue.heard,
                "written": "\n".join(written) or "(nothing)",
                "spoken": spoken,
                "steps": "\n".join(f"{n}. {step}" for n, step in enumerate(known, 1)) or "(none)",
            }
        )
        try:
            answer = self._model.structured([Message("user", filled)], ReplyVerdict)
        except ModelError:  # the guard has passed them, and a manager should not wait for more
            return Checked()
        took(answer.cost)
        wrong = _quoted(answer.value.words, spoken) or spoken if answer.value.contradicts and written else ""
        own = [step for step in answer.value.steps if step.own and _quoted(step.words, spoken)]
        return Checked(wrong, tuple(_taken(step, spoken, cue.steps) for step in own[:_MOST_STEPS]))


def _taken(step: StepAnswer, spoken: str, ids: Sequence[str]) -> TakenStep:
    """A step as it is kept: one of the scenario's, an earlier one in own words, or a new one."""
    words = _quoted(step.words, spoken)
    if 1 <= step.listed <= len(ids):
        return TakenStep(words, step.day, step=ids[step.listed - 1])
    return TakenStep(words, step.day, again=max(0, step.listed - len(ids)))


def _quoted(words: str, spoken: str) -> str:
    """The words, if they were spoken exactly so."""
    found = " ".join(words.split())
    return found if found and found in " ".join(spoken.split()) else ""
