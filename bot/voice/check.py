"""Asks the model whether its words say what they were to tell: the guard can't see a reversal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from ..errors import ModelError
from ..models.llm import Cost, Message

if TYPE_CHECKING:
    from ..models.llm import Model
    from ..models.prompts import Prompt


class ToldVerdict(BaseModel):
    """The model's answer."""

    model_config = ConfigDict(extra="forbid")

    contradicts: bool = Field(description="Whether the spoken words say something that the written words rule out.")
    words: str = Field(description="The spoken words that do, exactly; empty if none do.")


class ToldCheck:
    """One short structured call about a reply that tells something."""

    def __init__(self, model: Model, prompt: Prompt) -> None:
        self._model = model
        self._prompt = prompt

    def wrong(self, heard: str, spoken: str, written: Sequence[str], took: Callable[[Cost], None]) -> str:
        """The spoken words that contradict the written ones; empty if none do, or if the model can't answer.

        `heard` is what they answer, `took` receives the cost.
        """
        filled = self._prompt.fill({"heard": heard, "written": "\n".join(written), "spoken": spoken})
        try:
            answer = self._model.structured([Message("user", filled)], ToldVerdict)
        except ModelError:  # the guard has passed them, and a manager should not wait for more
            return ""
        took(answer.cost)
        if not answer.value.contradicts:
            return ""
        found = " ".join(answer.value.words.split())
        return found if found and found in " ".join(spoken.split()) else spoken
