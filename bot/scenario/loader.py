"""Parses a scenario, resolves its variant and reports each mistake with file, line and field."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from typing import Any

from pydantic import ValidationError

from ..errors import ScenarioError
from .assembly import Assembled, assemble
from .checks import semantic_problems
from .folder import MAIN, VARIANTS, ScenarioFiles, only_main
from .knows import with_talk
from .problems import MOST_PROBLEMS, SourceText, has_ids, plain_message
from .salvage import salvaged
from .schema import FILLED_IN, MOST, Scenario
from .strictyaml import Path, Position


def load_scenario(text: str, name: str, variant: str = "base") -> Scenario:
    """Parse the text of a `scenario.yaml` that needs no other files. `name` is what messages call it.

    Raises ScenarioError with one line per problem: `name:line:column: field: problem`.
    """
    return load_files(only_main(text, name), variant)


def load_files(files: ScenarioFiles, variant: str = "base") -> Scenario:
    """Parse the files of a scenario in one of its variants.

    Raises ScenarioError with one line per problem: `folder/file:line:column: field: problem`. If the base doesn't load,
    those are the problems of all files, variants included.
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
    resolved, found = _judged(merge(data, changes), source)
    if resolved is None or found:
        raise ScenarioError("\n".join(source.told(found)))
    return _true_in(resolved, variant).model_copy(update={"variant": variant, "digest": files.digest}), source


def _true_in(scenario: Scenario, variant: str) -> Scenario:
    """The scenario with the entries that are true in a variant, and those about the talk."""
    kept = tuple(entry for entry in scenario.entries if entry.true_in(variant))
    return scenario.model_copy(update={"entries": with_talk(kept)})


@lru_cache(maxsize=4)
def _base(files: ScenarioFiles) -> tuple[dict[str, Any], Mapping[Path, Position], Scenario]:
    """A scenario's data, the positions of its fields, and its base variant. Reused while its variants are loaded."""
    whole = assemble(files)
    source = SourceText(files.called(MAIN), whole.positions)
    base, found = _judged(whole.data, source, whole.spoilt)
    found += [((key,), "is filled in by Askwell; remove it") for key in FILLED_IN if key in whole.data]
    named = whole.data.get("id", files.name)
    if not files.alone and named != files.name and ("id",) not in (path for path, _ in found):
        found.append((("id",), f"{named!r} must be the folder's name, {files.name!r}"))
    problems = [*whole.problems, *source.told(found)]
    if base is None or problems:
        raise ScenarioError("\n".join((*problems, *_in_variants(files, whole, found))))
    return whole.data, whole.positions, base


def _in_variants(files: ScenarioFiles, whole: Assembled, in_base: Collection[tuple[Path, str]]) -> Iterator[str]:
    """What is wrong in the variants alone, where the base has problems of its own."""
    main = SourceText(files.called(MAIN), whole.positions)
    wrong = {*whole.spoilt, *(main.file_of(path) for path, _ in in_base)}
    variants = [] if main.name in whole.spoilt else whole.data["variants"][: MOST["variants"]]
    for index, variant in enumerate(variants):
        changes, own = variant.get("replaces"), files.called(f"{VARIANTS}/{variant['id']}.yaml")
        # Entries that change a list which the base lacks, perhaps by a typing error, are only parts of entries.
        if isinstance(changes, dict) and all(key in whole.data for key in changes):
            source = replace(main, variant=variant["id"], place=("variants", index), changes=changes, base=whole.data)
            for path, said in _judged(merge(whole.data, changes), source, whole.spoilt)[1]:
                if (path, said) not in in_base and (source.file_of(path) == own or source.file_of(path) not in wrong):
                    yield source.problem(path, said)


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


def _judged(
    data: dict[str, Any], source: SourceText, spoilt: Collection[str] = ()
) -> tuple[Scenario | None, list[tuple[Path, str]]]:
    """The scenario, None if its data has mistakes, and each problem with its path. Those in `spoilt` files don't count.

    What only the whole scenario can tell is told of the files that have no other mistake.
    """
    # Check sizes first: a file with ten thousand empty facts has a hundred thousand mistakes.
    large = [
        ((field,), f"has {len(data[field])}; the limit is {most}")
        for field, most in MOST.items()
        if isinstance(data.get(field), list) and len(data[field]) > most
    ]
    if large:
        return None, [*large]
    scenario: Scenario | None = None
    errors: list[Any] = []
    try:
        scenario = Scenario.model_validate(data)
    except ValidationError as error:
        # Report a misspelt field before the field that is missing because of it.
        errors = sorted(error.errors(include_url=False), key=lambda entry: entry["type"] != "extra_forbidden")
        errors = [entry for entry in errors if source.file_of(entry["loc"]) not in spoilt]
    wrong = {*spoilt, *(source.file_of(entry["loc"]) for entry in errors)}
    # One more than are reported is enough to say that there are more.
    found = [(tuple(entry["loc"]), plain_message(dict(entry))) for entry in errors[: MOST_PROBLEMS + 1]]
    if scenario or has_ids(data.get("facts")):
        told = semantic_problems(scenario or salvaged(data), source.variant or "base")
        found += islice((entry for entry in told if source.file_of(entry[0]) not in wrong), MOST_PROBLEMS + 1)
    return scenario, found
