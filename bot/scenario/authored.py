"""Reads a YAML file that somebody wrote as what it should be, reporting each mistake with its position."""

from __future__ import annotations

import difflib
from collections.abc import Collection
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from ..errors import AskwellError, ScenarioError
from .problems import SourceText, plain_message
from .reading import scenario_text
from .strictyaml import parse


class Authored(BaseModel):
    """The contents of a file. Frozen, and rejects unknown keys. Its `id` is the file's name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str


Read = TypeVar("Read", bound=Authored)


def read_authored(path: Path, shape: type[Read]) -> tuple[Read, SourceText]:
    """The file as `shape`, and its fields' positions. Raises AskwellError: `file:line:column: field: problem`."""
    try:
        data, positions = parse(scenario_text(path), path.name)
        source = SourceText(path.name, positions)
        if not isinstance(data, dict):
            source.refuse([((), "is not a mapping of fields")])
        found = _validated(data, shape, source)
        if found.id != path.stem:
            source.refuse([(("id",), f"{found.id!r} must be the file's name, {path.stem!r}")])
    except ScenarioError as error:
        raise AskwellError(str(error)) from None
    return found, source


def no_such(what: str, name: str, choices: Collection[str]) -> str:
    """That there is nothing of this name, and what was meant, or what there is."""
    near = difflib.get_close_matches(name, choices, 1)
    remedy = f"did you mean {near[0]!r}?" if near else f"choose one of {', '.join(choices) or 'none'}"
    return f"there is no {what} {name!r}; {remedy}"


def _validated(data: dict[str, Any], shape: type[Read], source: SourceText) -> Read:
    try:
        return shape.model_validate(data)
    except ValidationError as error:
        wrong = sorted(error.errors(include_url=False), key=lambda entry: entry["type"] != "extra_forbidden")
        # A list with invalid entries is also reported as too short; the errors inside it say more.
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
    return plain_message(wrong)
