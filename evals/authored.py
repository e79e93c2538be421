"""YAML files that people write for evaluations, read into a model: each mistake with its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.errors import AskwellError, ScenarioError
from bot.scenario import Source
from bot.scenario.library import scenario_text
from bot.scenario.problems import said
from bot.scenario.strictyaml import parse


class Authored(BaseModel):
    """What a file holds: refuses unknown keys and cannot be changed. Its `id` is the file's name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str


Read = TypeVar("Read", bound=Authored)


def read_authored(path: Path, shape: type[Read]) -> tuple[Read, Source]:
    """The file as `shape`, and where its fields stand. Raises AskwellError: `file:line:column: field: problem`."""
    try:
        data, positions = parse(scenario_text(path), path.name)
        source = Source(path.name, positions)
        if not isinstance(data, dict):
            source.refuse([((), "is not a mapping of fields")])
        found = _validated(data, shape, source)
        if found.id != path.stem:
            source.refuse([(("id",), f"{found.id!r} must be the file's name, {path.stem!r}")])
    except ScenarioError as error:
        raise AskwellError(str(error)) from None
    return found, source


def _validated(data: dict[str, Any], shape: type[Read], source: Source) -> Read:
    try:
        return shape.model_validate(data)
    except ValidationError as error:
        wrong = sorted(error.errors(include_url=False), key=lambda entry: entry["type"] != "extra_forbidden")
        # A list whose entries are wrong is called too short as well: what is inside it says more.
        inner = {entry["loc"][:depth] for entry in wrong for depth in range(len(entry["loc"]))}
        source.refuse((entry["loc"], _told(dict(entry), shape)) for entry in wrong if entry["loc"] not in inner)
        raise


def _told(wrong: dict[str, Any], shape: type[Read]) -> str:
    if wrong["type"] == "extra_forbidden" and len(wrong["loc"]) == 1:
        return f"is not a field here; the fields are {', '.join(shape.model_fields)}"
    if wrong["type"] == "extra_forbidden":
        return "is not a field here"
    if wrong["type"] in ("value_error", "literal_error"):
        return str(wrong["msg"]).removeprefix("Value error, ").replace("Input should be", "should be")
    return said(wrong)
