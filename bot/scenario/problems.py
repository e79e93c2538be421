"""Problems of a scenario file, each with its position: `file:line:column: field: problem`."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any

from ..errors import ScenarioError
from .folder import ELSEWHERE
from .schema import FILLED_IN, Scenario
from .strictyaml import Path, Position, shortened

MOST_PROBLEMS = 100
"""Maximum problems to report at once. A file with more is probably not a scenario."""
MISSPELT = 0.7
"""Minimum likeness, from 0 to 1, of a wrong field and the one that was meant. `lines` isn't a misspelt `gives`."""

_ONLY_ELSEWHERE = ("Entry", "EntryLevel", "Variant")


@dataclass(frozen=True, slots=True)
class SourceText:
    """The positions of a scenario's fields in its file. For a variant, replaced fields point to the replacement."""

    name: str
    positions: Mapping[Path, Position]
    variant: str | None = None
    place: Path = ()
    changes: Any = None
    base: Any = None

    def problem(self, path: Path, plain_message: str) -> str:
        """One line: file, nearest known line and column, field, and problem."""
        line, column, *_ = self.place_of(path)
        variant = f"variant {self.variant}: " if self.variant else ""
        field = f"{field_name(path)}: " if path else ""
        return f"{self.file_of(path)}:{line}:{column}: {variant}{field}{plain_message}"

    def place_of(self, path: Path) -> Position:
        """The line and column, from 1, of a field or of the nearest known field around it, and its file if another.

        For a variant, the position of its replacement, else of the base field.
        """
        typed = self._typed(path)
        known = self._nearest(typed)
        untouched = self.variant is not None and len(known) <= len((*self.place, "replaces"))
        if known != typed and (path in self.positions or untouched):
            known = self._nearest(path)
        return self.positions[known]

    def file_of(self, path: Path) -> str:
        """The file of a field, as messages call it."""
        _, _, *elsewhere = self.place_of(path)
        return elsewhere[0] if elsewhere else self.name

    def _nearest(self, path: Path) -> Path:
        """The path, or the nearest around it, whose position is known."""
        while path not in self.positions:
            path = path[:-1]
        return path

    def refuse(self, problems: Iterable[tuple[Path, str]]) -> None:
        """Raises ScenarioError if there is any problem. It lists the first hundred."""
        if lines := self.told(problems):
            raise ScenarioError("\n".join(lines))

    def told(self, problems: Iterable[tuple[Path, str]]) -> list[str]:
        """The first hundred problems, a line each."""
        told: Iterator[str] = (self.problem(path, plain_message) for path, plain_message in problems)
        lines = list(dict.fromkeys(islice(told, MOST_PROBLEMS)))
        if next(told, None) is not None:
            lines.append(f"{self.name}:1:1: there are more problems; fix these {len(lines)} first")
        return lines

    def _typed(self, path: Path) -> Path:
        """Where in the file the author typed the value at `path` of the merged scenario."""
        if self.variant is None:
            return path
        typed: Path = (*self.place, "replaces")
        base, changes = self.base, self.changes
        for part in path:
            there = part
            if isinstance(part, int) and has_ids(base) and has_ids(changes):
                kept = [entry["id"] for entry in base]
                ids = [*kept, *dict.fromkeys(entry["id"] for entry in changes if entry["id"] not in kept)]
                there = next((n for n, entry in enumerate(changes) if entry["id"] == ids[part]), -1)
            typed = (*typed, there)
            base, changes = _child(base, part), _child(changes, there)
        return typed


def _child(value: Any, part: str | int) -> Any:
    if isinstance(value, dict):
        return value.get(part)
    return value[part] if isinstance(value, list) and isinstance(part, int) and 0 <= part < len(value) else None


def field_name(path: Path) -> str:
    """`('facts', 2, 'opens', 'ask')` as `facts[2].opens.ask`."""
    parts: list[str] = []
    for part in path:
        name = part if isinstance(part, int) else shortened(part)
        parts.append(f"[{name}]" if isinstance(part, int) else f".{name}" if parts else str(name))
    return "".join(parts)


def has_ids(value: Any) -> bool:
    """Whether this is a list of mappings with ids, which variants merge by id."""
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(e, dict) and isinstance(e.get("id"), str) for e in value)
    )


def file_schema() -> dict[str, Any]:
    """The JSON Schema of `scenario.yaml`: what authors type there. What has a file of its own isn't in it."""
    schema = _json_schema()
    fact, ids = schema["$defs"]["Fact"], schema["$defs"]["Insight"]["properties"]["needs"]["items"]
    fact = {
        **fact,
        "properties": {**fact["properties"], "asks": _without(fact["properties"]["asks"], ("minItems",))},
        "required": [field for field in fact["required"] if field != "asks"],
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "$defs": {
            **{name: held for name, held in schema["$defs"].items() if name not in _ONLY_ELSEWHERE},
            "Fact": fact,
        },
        "properties": {
            **_without(schema["properties"], ELSEWHERE),
            "variants": {
                "description": "The variants in the order you want. Without it, by name.",
                "items": ids,
                "title": "Variants",
                "type": "array",
            },
        },
        "required": [name for name in schema["required"] if name not in ELSEWHERE],
    }


_PLAIN_WORDS = {
    "missing": "is missing",
    "string_type": "is not text",
    "string_unicode": "is not text",
    "string_too_short": "is empty",
    "string_pattern_mismatch": "must be lower-case letters, digits, - or _, at most 64",
    "tuple_type": "is not a list",
    "list_type": "is not a list",
    "dict_type": "is not a mapping of fields",
    "model_type": "is not a mapping of fields",
    "int_parsing": "is not a whole number",
    "int_from_float": "is not a whole number",
    "int_type": "is not a whole number",
    "float_parsing": "is not a number",
    "float_type": "is not a number",
    "finite_number": "is not a number",
    "bool_parsing": "is not true or false",
    "bool_type": "is not true or false",
}


def plain_message(error: dict[str, Any]) -> str:
    """The problem and its fix, in authors' terms instead of pydantic's."""
    kind, value, context = error["type"], error["input"], error.get("ctx") or {}
    given = f"{_short(value)} " if isinstance(value, str | int | float) and value != "" else ""
    match kind:
        case "extra_forbidden":
            return "is not a field here" + _meant(tuple(error["loc"]))
        case "enum":
            choices = str(context["expected"]).replace(" or ", ", ").replace("'", "")
            return f"{_short(value)} is not one of {', '.join(sorted(choices.split(', ')))}"
        case "too_short":
            return f"has {context['actual_length']}; needs at least {context['min_length']}"
        case "string_too_long":
            return f"is too long; the limit is {context['max_length']:,} characters"
        case "greater_than_equal":
            return f"{given}is less than {context['ge']}"
        case "less_than_equal":
            return f"{given}is more than {context['le']}"
    return (
        f"{given}{_PLAIN_WORDS[kind]}"
        if kind in _PLAIN_WORDS
        else f"{given}{error['msg'][:1].lower()}{error['msg'][1:]}"
    )


def _short(value: Any) -> str:
    return shortened(repr(value))


def _meant(path: Path) -> str:
    """A hint for a misspelt field: the most similar field, else all fields of its parent."""
    fields = _fields_at(path[:-1])
    if len(path) == 1:
        fields = [field for field in fields if field not in ELSEWHERE]
    near = difflib.get_close_matches(shortened(str(path[-1])), fields, n=1, cutoff=MISSPELT)
    if near:
        return f"; did you mean {near[0]}?"
    return f"; the fields are {', '.join(fields)}" if fields else ""


def _fields_at(path: Path) -> list[str]:
    schema = _json_schema()
    found: dict[str, Any] = schema
    for part in path:
        found = found.get("items", {}) if isinstance(part, int) else _property(found, part)
        while "anyOf" in found or "$ref" in found:
            found = found["anyOf"][0] if "anyOf" in found else schema["$defs"][found["$ref"].rpartition("/")[2]]
    return list(found.get("properties", {}))


def _property(schema: dict[str, Any], name: str) -> dict[str, Any]:
    found: Any = schema.get("properties", {}).get(name) or schema.get("additionalProperties")
    return found if isinstance(found, dict) else {}


@lru_cache(maxsize=1)
def _json_schema() -> dict[str, Any]:
    """The schema of a scenario put together from its files."""
    schema = Scenario.model_json_schema()
    return {**schema, "properties": _without(schema["properties"], FILLED_IN)}


def _without(mapping: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    return {name: value for name, value in mapping.items() if name not in names}
