"""Parses a scenario, resolves its variant and reports each mistake with file, line and field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from pydantic import ValidationError

from ..errors import ScenarioError
from .assembly import assemble
from .checks import semantic_problems
from .folder import MAIN, ScenarioFiles, only_main
from .knows import with_talk
from .problems import SourceText, has_ids, plain_message
from .schema import FILLED_IN, MOST, Scenario
from .strictyaml import Path, Position


def load_scenario(text: str, name: str, variant: str = "base") -> Scenario:
    """Parse the text of a `scenario.yaml` that needs no other files. `name` is what messages call it.

    Raises ScenarioError with one line per problem: `name:line:column: field: problem`.
    """
    return load_files(only_main(text, name), variant)


def load_files(files: ScenarioFiles, variant: str = "base") -> Scenario:
    """Parse the files of a scenario in one of its variants.

    Raises ScenarioError with one line per problem: `folder/file:line:column: field: problem`.
    """
    return load_with_source(files, variant)[0]


def load_with_source(files: ScenarioFiles, variant: str = "base") -> tuple[Scenario, SourceText]:
    """Like `load_files`, with the file and position of each field."""
    data, positions, base = _base(files)
    source = SourceText(files.called(MAIN), positions)
    if variant == "base":
        return _true_in(base, variant).model_copy(update={"digest": files.digest}), source
    if variant not in base.variant_ids:
        raise ScenarioError(
            f"{files.name}: there is no variant {variant!r}; choose one of {', '.join(base.variant_ids)}, random"
        )
    index = base.variant_ids.index(variant) - 1
    changes = data["variants"][index]["replaces"]
    source = SourceText(files.called(MAIN), positions, variant, ("variants", index), changes, data)
    resolved = _validated(merge(data, changes), source)
    return _true_in(resolved, variant).model_copy(update={"variant": variant, "digest": files.digest}), source


def _true_in(scenario: Scenario, variant: str) -> Scenario:
    """The scenario with the entries that are true in a variant, and those about the talk."""
    kept = tuple(entry for entry in scenario.entries if entry.true_in(variant))
    return scenario.model_copy(update={"entries": with_talk(kept)})


@lru_cache(maxsize=4)
def _base(files: ScenarioFiles) -> tuple[dict[str, Any], Mapping[Path, Position], Scenario]:
    """A scenario's data, the positions of its fields, and its base variant. Reused while its variants are loaded."""
    data, positions = assemble(files)
    source = SourceText(files.called(MAIN), positions)
    source.refuse(((key,), "is filled in by Askwell; remove it") for key in FILLED_IN if key in data)
    base = _validated(data, source)
    if not files.alone and base.id != files.name:
        source.refuse([(("id",), f"{base.id!r} must be the folder's name, {files.name!r}")])
    return data, positions, base


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
    source.refuse(semantic_problems(scenario, source.variant or "base"))
    return scenario
