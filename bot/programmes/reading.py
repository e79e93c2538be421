"""Reads programme files from knowledge/programmes, and checks what they name against the library."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..errors import AskwellError, ScenarioError
from ..knowledge.guidance import read_passages
from ..scenario import SourceText
from ..scenario.authored import no_such, read_authored
from ..scenario.folder import VARIANTS
from ..scenario.library import Library
from .programme import Programme

PROGRAMMES_FOLDER = "knowledge/programmes"


@dataclass(frozen=True, slots=True)
class KnownProgrammes:
    """The programmes that can be read, by id, and the problems of the files that can't."""

    programmes: dict[str, Programme]
    problems: tuple[str, ...]


def known_programmes(library: Library) -> KnownProgrammes:
    """Every programme, the author's own first; a file that can't be read doesn't hide the others.

    What a programme names isn't checked here, so that one whose scenario was removed can still be followed.
    """
    found: dict[str, Programme] = {}
    problems: list[str] = []
    for path in library.files(PROGRAMMES_FOLDER, "*.yaml"):
        try:
            found[path.stem] = read_authored(path, Programme)[0]
        except AskwellError as error:
            problems += str(error).splitlines()
    return KnownProgrammes(found, tuple(problems))


def read_programme(path: Path, library: Library) -> Programme:
    """The programme in a file, with everything that it names.

    Raises AskwellError: a line `file:line:column: field: problem` for each mistake, with what would be right.
    """
    programme, source = read_authored(path, Programme)
    try:
        source.refuse(_unknown(programme, source, library))
    except ScenarioError as error:
        raise AskwellError(str(error)) from None
    return programme


def programme_problems(library: Library, wanted: str | None = None) -> list[str]:
    """The mistakes of one programme, by id or path, or of all. Raises AskwellError for one that isn't there."""
    files = {path.stem: path for path in library.files(PROGRAMMES_FOLDER, "*.yaml")}
    if wanted is None:
        paths = list(files.values())
    elif wanted in files:
        paths = [files[wanted]]
    elif Path(wanted).is_file():
        paths = [Path(wanted)]
    else:
        choices = ", ".join(sorted(files)) or "none (there are no programmes)"
        raise AskwellError(f"there is no programme {wanted!r}; choose one of {choices}, or give a file's path")
    problems: list[str] = []
    for path in paths:
        try:
            read_programme(path, library)
        except AskwellError as error:
            problems += str(error).splitlines()
    return problems


def _unknown(programme: Programme, source: SourceText, library: Library) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every scenario, variant and passage that isn't there, each once for each place."""
    scenarios = library.scenario_ids()
    passages = [passage.id for passage in read_passages(library.files("knowledge/guidance", "*.md"))]
    for n, week in enumerate(programme.weeks):
        for m, step in enumerate(week.scenarios):
            place = ("weeks", n, "scenarios", m)
            if step.id not in scenarios:
                yield (*place, "id"), no_such("scenario", step.id, scenarios)
                continue
            variants = _variants(library, step.id)
            if step.variant not in variants:
                yield (*place, "variant"), no_such("variant", step.variant, variants)
        for m, name in enumerate(week.passages):
            if name not in passages:
                yield ("weeks", n, "passages", m), no_such("passage", name, passages)


def _variants(library: Library, scenario_id: str) -> list[str]:
    """The names of a scenario's variants by its files: to load each scenario would take seconds."""
    named = (name.partition("/") for name, _ in library.text(scenario_id).files)
    return ["base", *sorted(file.removesuffix(".yaml") for folder, _, file in named if folder == VARIANTS)]
