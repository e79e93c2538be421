"""Has a finished conversation written up by the configured model: the coach's narrative, and the judge's opinion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..models.llm import DEFAULT_MODEL, connect
from ..models.prompts import load_prompt
from ..reader import Reader
from ..scenario.library import Library
from ..settings import Settings, settings
from .judge import TIMES, Judgement, judge
from .narrative import Finished, Narrative, Narrator


@dataclass(frozen=True, slots=True)
class WriteUp:
    """What the model wrote of a conversation. The scorecard stands apart and knows nothing of it."""

    narrative: Narrative
    judgement: Judgement

    def as_json(self) -> dict[str, Any]:
        """narrative, judgement."""
        return {"narrative": self.narrative.as_json(), "judgement": self.judgement.as_json()}


def configured(config: Settings | None = None) -> str | None:
    """The name of the model that would write, or None; nothing is loaded or called."""
    config = config or settings()
    named = config.feedback_model or config.model
    return named or (DEFAULT_MODEL if config.base_url is None and config.api_key is not None else None)


def write_up(finished: Finished, reader: Reader, config: Settings | None = None, times: int = TIMES) -> WriteUp:
    """The narrative and the judge's ratings, by the model that is configured for feedback.

    `reader` codes what the model would have the manager ask. Raises ModelError when no model is configured, the
    endpoint fails, or the narrative cannot be read; a judge that fails is not scored.
    """
    config = config or settings()
    model, library = connect(config, "feedback"), Library(config.data)
    narrative = Narrator(model, load_prompt(library, "coach")).narrate(finished, reader)
    return WriteUp(narrative, judge(model, load_prompt(library, "judge"), finished.transcript, times))
