"""The model reader: we cut the turn into units, so that offsets are always right, and a language model codes them.

It is optional and about a thousand times slower. The cache gives the same codes for the same words. To see where it
differs from the packaged reader, use `askwell code --compare`.
"""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field

from ..models.llm import Message, Model
from ..models.prompts import Prompt
from ..talk.codebook import QUESTIONS, Code, Focus, Unit
from .read import units_of
from .split import split

_AT_ONCE = 12
"""Units per request."""


class _Coded(BaseModel):
    """The model's answer for one unit."""

    model_config = ConfigDict(extra="forbid")

    n: int
    code: Code
    focus: Focus | None = Field(None)
    sure: float = Field(ge=0, le=1, allow_inf_nan=False)


class CodedUnits(BaseModel):
    """The model's answer for the units of one request."""

    model_config = ConfigDict(extra="forbid")

    units: list[_Coded]


class ModelReader:
    """Codes units with a language model. The confidence is the model's own claim and isn't calibrated."""

    def __init__(self, model: Model, prompt: Prompt) -> None:
        self._model = model
        self._prompt = prompt
        self.id = f"model-{model.name}-{prompt.id}-{prompt.version}"

    def read(self, text: str, context: str = "") -> tuple[Unit, ...]:
        """The coded units of a manager's turn, in order. Raises ModelError if the endpoint fails."""
        pieces = [(start, end, text[start:end]) for start, end in split(text)]
        coded = [
            said
            for start in range(0, len(pieces), _AT_ONCE)
            for said in self._coded([piece for _, _, piece in pieces[start : start + _AT_ONCE]], context)
        ]
        return units_of(pieces, coded, context)

    def _coded(self, pieces: Sequence[str], context: str) -> list[tuple[Code, Focus | None, float]]:
        numbered = "\n".join(f"{n}. {' '.join(piece.split())}" for n, piece in enumerate(pieces, 1))
        filled = self._prompt.fill({"context": context or "(nothing yet)", "units": numbered})
        answer = self._model.structured([Message("user", filled)], CodedUnits)
        by_number = {said.n: said for said in answer.value.units}
        # A unit that the model skipped gets the code `other`, with no confidence.
        return [_settled(by_number.get(n)) for n in range(1, len(pieces) + 1)]


def _settled(said: _Coded | None) -> tuple[Code, Focus | None, float]:
    if said is None:
        return Code.OTHER, None, 0.0
    focus = (said.focus or Focus.EXPLORE) if said.code in QUESTIONS else None
    return said.code, focus, round(said.sure, 3)
