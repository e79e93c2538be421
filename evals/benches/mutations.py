"""Benchmarks the tests that a scenario has to pass: are twenty broken versions of it noticed?

A broken version is caught by `scenario check` if it says something new that mentions what was broken, advice included;
otherwise by `scenario qualify` if a manager fails who passed in the clean version. Whatever is caught by neither is
listed. Qualification plays the base with one seed, and only if the check found nothing.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cached_property, partial
from pathlib import Path

import bot
from bot.authoring import check_files
from bot.engine import default_engine
from bot.errors import AskwellError
from bot.scenario import ScenarioFiles, load_files
from bot.scenario.library import bundled
from bot.scenario.reading import read_folder, write_folder
from bot.vectors.embedding import Embedder

from ..mutations import Mutant, mutants
from ..qualify import SEEDS, qualify
from . import BenchFigure, BenchResult

COUNT = 20
"""Broken versions of each scenario; all must be caught."""
_PLACE = re.compile(r"^\S+?:\d+:\d+: ")
_SMALL = Path(bot.__file__).parent / "data" / "small-deal"


class Caught:
    """Tests broken versions of a scenario against its clean version."""

    def __init__(self, clean: ScenarioFiles, embedder: Embedder, directory: Path, played: Callable[[Path], set[str]]):
        """`directory` takes files while this runs. `played` names the managers who fail in a data directory."""
        self._clean = clean
        self._embedder = embedder
        self._directory = directory
        self._played = played
        self._said = self._check(clean)

    def by(self, mutant: Mutant) -> tuple[str, str] | None:
        """Who caught it (`check` or `qualify`) and what was said; None if nobody did."""
        fresh = self._check(mutant.files) - self._said
        said = next((line for line in fresh if any(sign in line for sign in mutant.signs)), None)
        if said is not None:
            return "check", said
        failed = sorted(self._failed(mutant.files) - self._failed_clean)
        return ("qualify", f"{', '.join(failed)} failed") if failed else None

    def _check(self, files: ScenarioFiles) -> Counter[str]:
        report = check_files(files, self._embedder, self._directory / "vectors")
        return Counter(_PLACE.sub("", line) for line in (*report.errors, *report.advice))

    @cached_property
    def _failed_clean(self) -> set[str]:
        return self._failed(self._clean)

    def _failed(self, files: ScenarioFiles) -> set[str]:
        with tempfile.TemporaryDirectory(dir=self._directory) as data:
            write_folder(Path(data) / "scenarios" / files.name, files)
            return self._played(Path(data))


def bench(data: Path | None = None) -> BenchResult:
    """Break a scenario, given as its folder; by default a small one and the Jones deal. Raises AskwellError."""
    folders = (data,) if data is not None else (_SMALL, bundled() / "scenarios" / "jones-deal")
    embedder = default_engine().embedder
    if data is not None and not data.is_dir():
        raise AskwellError(f"{data}: not a scenario's folder")
    figures: list[BenchFigure] = []
    details: list[str] = []
    for folder in folders:
        files = read_folder(Path(os.path.abspath(folder)))  # so that "." has a name
        load_files(files)  # raises for a scenario that is broken already
        with tempfile.TemporaryDirectory() as directory:
            caught = Caught(files, embedder, Path(directory), partial(_failing, files.name))
            rows = [(mutant, caught.by(mutant)) for mutant in mutants(files, COUNT)]
        found = sum(by is not None for _, by in rows)
        figures.append(
            BenchFigure(f"{files.name}: caught of {len(rows)}", found, "", f"{COUNT}", found == len(rows) == COUNT)
        )
        details += [f"{files.name}:", *_told(rows)]
    return BenchResult("Broken scenarios that are noticed", tuple(figures), tuple(details))


def _failing(scenario_id: str, data: Path) -> set[str]:
    """The managers who fail in the base of a scenario in a data directory."""
    found = qualify(scenario_id, data, seeds=SEEDS[:1], workers=1, variants=("base",))
    return {failure.manager for failure in found.failures}


def _told(rows: list[tuple[Mutant, tuple[str, str] | None]]) -> Iterator[str]:
    """A row for each broken version, then those that nothing caught."""
    for mutant, by in rows:
        yield f"  {mutant.broken:<72} {f'{by[0]}: {by[1]}' if by else 'NOT CAUGHT'}"
    missed = [mutant.broken for mutant, by in rows if by is None]
    if missed:
        yield f"  got through: {'; '.join(missed)}"
