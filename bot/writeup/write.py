"""Writes up a finished conversation with the configured model: a narrative and ratings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..models.llm import connect
from ..models.prompts import load_prompt
from ..reader import Reader
from ..scenario.library import Library
from ..settings import Settings, settings, usable_model
from .judge import TIMES, Judgement, judge_conversation
from .narrative import Finished, Narrative, Narrator


@dataclass(frozen=True, slots=True)
class WriteUp:
    """A model's write-up of a conversation. It is separate from the scorecard."""

    narrative: Narrative
    judgement: Judgement

    def as_json(self) -> dict[str, Any]:
        """narrative, judgement."""
        return {"narrative": self.narrative.as_json(), "judgement": self.judgement.as_json()}


def configured(config: Settings | None = None) -> str | None:
    """The name of the model that would write, or None. Loads and calls nothing."""
    return usable_model(config or settings(), "feedback")


def write_up(finished: Finished, reader: Reader, config: Settings | None = None, times: int = TIMES) -> WriteUp:
    """The narrative and ratings, by the model configured for feedback.

    `reader` codes the questions the model suggests. Raises ModelError when no model is configured, the endpoint fails,
    or the narrative can't be read. If ratings fail, they are not scored.
    """
    config = config or settings()
    model, library = connect(config, "feedback"), Library(config.data)
    narrative = Narrator(model, load_prompt(library, "coach")).narrate(finished, reader)
    return WriteUp(narrative, judge_conversation(model, load_prompt(library, "judge"), finished.transcript, times))
