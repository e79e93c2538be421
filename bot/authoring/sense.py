"""The sense check: problems of a scenario beyond the schema, in its base and every variant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..errors import ScenarioError
from ..scenario import Scenario, ScenarioFiles, SourceText, load_with_source
from ..vectors.embedding import Embedder
from .afterwards import unearned
from .cut import cut_text
from .enough import enough
from .entries import said_well
from .finding import Finding, Weight, placed_lines
from .masked import masked_subjects
from .misplaced import Misplaced
from .nearness import Nearness
from .public import told_first
from .questions import Questions
from .reach import reach
from .secrets import leaks
from .spelling import spelling


@dataclass(frozen=True, slots=True)
class Report:
    """The findings by file and line, one line each: `file:line:column: field: problem; fix`."""

    errors: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()


def check_files(files: ScenarioFiles, embedder: Embedder, vectors: Path | None = None) -> Report:
    """Check the files of a scenario in its base and every variant.

    `vectors` is the directory of cached sentence vectors. If the scenario doesn't load, nothing else is checked. A
    problem that variants share with the base is reported once.
    """
    try:
        loaded = _loaded(files)
    except ScenarioError as error:
        return Report(tuple(str(error).splitlines()))
    nearness = Nearness([scenario for scenario, _ in loaded], embedder, vectors)
    questions, misplaced = Questions(vectors), Misplaced(nearness, embedder, vectors)
    told: dict[Weight, list[tuple[str, int, str]]] = {weight: [] for weight in Weight}
    base: set[Finding] = set()
    for scenario, source in loaded:
        mixed_up = (*misplaced.judge(scenario), *_half_changed(loaded[0][0], scenario))
        for found in (*_findings(scenario, nearness, questions), *mixed_up):
            if found not in base:
                told[found.weight].append(_told(found, source))
            if scenario.variant == "base":
                base.add(found)
    told[Weight.ADVICE] += cut_text(files)
    errors, advice = (tuple(dict.fromkeys(line for *_, line in sorted(told[weight]))) for weight in Weight)
    return Report(errors, advice)


def _loaded(files: ScenarioFiles) -> list[tuple[Scenario, SourceText]]:
    """The base and every variant. Raises ScenarioError with everything that keeps them from loading."""
    loaded = [load_with_source(files)]
    broken: list[str] = []
    for variant in loaded[0][0].variant_ids[1:]:
        try:
            loaded.append(load_with_source(files, variant))
        except ScenarioError as error:
            broken += str(error).splitlines()
    if broken:
        raise ScenarioError("\n".join(broken))
    return loaded


def _findings(scenario: Scenario, nearness: Nearness, questions: Questions) -> Iterator[Finding]:
    lines = placed_lines(scenario)
    yield from reach(scenario)
    yield from unearned(scenario)
    yield from enough(scenario, lines)
    yield from said_well(scenario, lines)
    yield from questions.judge(scenario)
    yield from leaks(scenario, lines, nearness)
    yield from told_first(scenario, nearness)
    yield from spelling(scenario, lines)
    yield from masked_subjects(scenario)


def _half_changed(base: Scenario, scenario: Scenario) -> Iterator[Finding]:
    """Facts that a variant changes, while the rep still tells them as in the base."""
    before = {fact.id: fact for fact in base.facts}
    for i, fact in enumerate(scenario.facts):
        old = before.get(fact.id, fact)
        if fact.text != old.text and fact.lines == old.lines:
            said = f"are those of the base, but the variant changes the text of {fact.id!r}; write its lines anew"
            yield Finding(("facts", i, "lines"), said, Weight.ADVICE)


def _told(found: Finding, source: SourceText) -> tuple[str, int, str]:
    """The finding's file, if it isn't scenario.yaml, and its line, to sort by; and what is printed."""
    line, _, *file = source.place_of(found.path)
    return "".join(file), line, source.problem(found.path, found.said)
