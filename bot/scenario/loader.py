"""Parses a scenario, resolves its variant and reports each mistake with file, line and field."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from pydantic import ValidationError

from ..errors import ScenarioError
from .checks import semantic_problems
from .knows import parse_knows, with_talk
from .problems import SourceText, has_ids, plain_message
from .schema import FILLED_IN, MOST, Scenario
from .strictyaml import Path, Position, parse


def load_scenario(text: str, name: str, variant: str = "base", knows: str = "") -> Scenario:
    """Parse `text` (YAML) and `knows` (the entries) as a scenario in one of its variants.

    `name` is the file's name, for messages. Raises ScenarioError with one line per problem:
    `name:line:column: field: problem`.
    """
    return load_with_source(text, name, variant, knows)[0]


def load_with_source(text: str, name: str, variant: str = "base", knows: str = "") -> tuple[Scenario, SourceText]:
    """Like `load_scenario`, with the position of each field in the file."""
    data, positions, base = _base(text, name, knows)
    source = SourceText(name, positions)
    digest = hashlib.sha256("\x00".join(filter(None, (text, knows))).encode("utf-8", "surrogatepass")).hexdigest()
    if variant == "base":
        return _true_in(base, variant).model_copy(update={"digest": digest}), source
    if variant not in base.variant_ids:
        raise ScenarioError(
            f"{name}: there is no variant {variant!r}; choose one of {', '.join(base.variant_ids)}, random"
        )
    index = base.variant_ids.index(variant) - 1
    changes = data["variants"][index]["replaces"]
    source = SourceText(name, positions, variant, ("variants", index), changes, data)
    resolved = _validated(merge(data, changes), source)
    return _true_in(resolved, variant).model_copy(update={"variant": variant, "digest": digest}), source


def _true_in(scenario: Scenario, variant: str) -> Scenario:
    """The scenario with the entries that are true in a variant, and those about the talk."""
    kept = tuple(entry for entry in scenario.entries if not entry.variants or variant in entry.variants)
    return scenario.model_copy(update={"entries": with_talk(kept)})


@lru_cache(maxsize=4)
def _base(text: str, name: str, knows: str) -> tuple[dict[str, Any], Mapping[Path, Position], Scenario]:
    """A file's data, the positions of its fields, and its base variant. Reused while its variants are loaded."""
    data, positions = parse(text, name)
    if not isinstance(data, dict):
        raise ScenarioError(f"{name}:1:1: a scenario must be a mapping of fields")
    source = SourceText(name, positions)
    source.refuse(((key,), "is filled in by Askwell; remove it") for key in FILLED_IN if key in data)
    if knows:
        beside = knows_name(name)
        entries, places = parse_knows(knows, beside)
        data = {**data, "entries": entries}
        positions = {**positions, **{path: (*place, beside) for path, place in places.items()}}
    return data, positions, _validated(data, source)


def knows_name(name: str) -> str:
    """The name of the file of entries beside a scenario's."""
    return f"{name.removesuffix('.yaml')}.knows.md"


def problems_in(load: Callable[[str], Scenario]) -> list[str]:
    """Problems that keep any variant from loading, one line each. `load` takes a variant's name."""
    try:
        variants = load("base").variant_ids[1:]
    except ScenarioError as error:
        return str(error).splitlines()
    found: list[str] = []
    for variant in variants:
        try:
            load(variant)
        except ScenarioError as error:
            found += str(error).splitlines()
    return found


def merge(base: Any, changes: Any) -> Any:
    """`base` with `changes` merged in: mappings by key, lists of entries with ids by id, anything else replaced."""
    if isinstance(base, dict) and isinstance(changes, dict):
        return {**base, **{key: merge(base.get(key), value) for key, value in changes.items()}}
    if has_ids(base) and has_ids(changes):
        by_id = {entry["id"]: entry for entry in changes}
        kept = [merge(entry, by_id.pop(entry["id"], {})) for entry in base]
        return [*kept, *by_id.values()]
    return changes


def _validated(data: dict[str, Any], source: SourceText) -> Scenario:
    # Check sizes first: a file with ten thousand empty facts has a hundred thousand mistakes.
    source.refuse(
        ((field,), f"has {len(data[field])}; the limit is {most}")
        for field, most in MOST.items()
        if isinstance(data.get(field), list) and len(data[field]) > most
    )
    try:
        scenario = Scenario.model_validate(data)
    except ValidationError as error:
        # Report a misspelt field before the field that is missing because of it.
        found = sorted(error.errors(include_url=False), key=lambda entry: entry["type"] != "extra_forbidden")
        source.refuse((tuple(entry["loc"]), plain_message(dict(entry))) for entry in found)
        raise
    source.refuse(semantic_problems(scenario))
    return scenario
