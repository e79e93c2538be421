"""The shape of a programme file. Unknown keys are refused; ids are checked against the library by `reading`."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from ..drills import DrillKind
from ..scenario.authored import Authored

MOST_WEEKS = 26
_Title = Annotated[str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True)]
_Id = Annotated[str, StringConstraints(min_length=1, max_length=64)]
_Focus = Annotated[str, StringConstraints(min_length=1, max_length=60, strip_whitespace=True)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ScenarioStep(_Part):
    """A scenario to play in a week."""

    id: _Id = Field(description="The scenario's id.")
    variant: _Id = Field("base", description="One of its variants.")


class ProgrammeWeek(_Part):
    """A week: what to play, drill and read, and what to attend to. It has something to do."""

    title: _Title
    focus: _Focus | None = Field(None, description="What to attend to, in about three words.")
    scenarios: tuple[ScenarioStep, ...] = Field((), max_length=5)
    drills: tuple[DrillKind, ...] = Field((), max_length=5, description="Kinds of drill: a round of five of each.")
    passages: tuple[_Id, ...] = Field((), max_length=5, description="Ids of passages to read.")
    real_talk: bool = Field(False, description="True if the week asks for a plan of a real talk and a look back at it.")

    @model_validator(mode="after")
    def _something_to_do(self) -> ProgrammeWeek:
        if not (self.scenarios or self.drills or self.real_talk):
            raise ValueError("asks for nothing; give it scenarios, drills or real_talk")
        return self


class Programme(Authored):
    """A programme: its title, one sentence about it, and its weeks in order."""

    title: _Title
    summary: Annotated[str, StringConstraints(min_length=1, max_length=400, strip_whitespace=True)]
    weeks: tuple[ProgrammeWeek, ...] = Field(min_length=1, max_length=MOST_WEEKS)


def programme_schema() -> dict[str, Any]:
    """The JSON Schema of a programme file."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Programme.model_json_schema()}
