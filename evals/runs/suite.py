"""Suites: YAML files, bundled or the user's own, that say which conversations a run plays."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, WithJsonSchema, field_validator

from bot.errors import AskwellError, ScenarioError
from bot.scenario import Scenario, SourceText
from bot.scenario.authored import Authored, read_authored
from bot.scenario.library import Library

from ..reports.differences import FIGURE_NAMES
from ..simulate import Persona, persons, read_person

SUITES = Path(__file__).parent / "suites"
MOST_CONVERSATIONS = 100_000
_IS_PATH = re.compile(r"[/\\]|\.ya?ml$")


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _voice(value: str) -> str:
    if not re.fullmatch(r"lines|model(:\S+)?", value):
        raise ValueError(f"{value!r} is not one of lines, model, model:NAME")
    return value


ALL, BASE = ("all",), ("base",)
_Name = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
_LISTED = WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]})
Names = Annotated[tuple[_Name, ...], BeforeValidator(_listed), Field(min_length=1), _LISTED]
_Voice = Annotated[str, AfterValidator(_voice)]
_Voices = Annotated[tuple[_Voice, ...], BeforeValidator(_listed), Field(min_length=1), _LISTED]
Seed = Annotated[int, Field(ge=0, le=1_000_000)]


class Suite(Authored):
    """The conversations of a run: every combination of scenario, variant, manager, seed and voice."""

    title: _Name
    about: str = Field("", description="What the suite is for.")
    scenarios: Names = Field(ALL, description="Ids, or all.")
    variants: Names = Field(BASE, description="`base`, `all`, or names. Each scenario plays the variants it has.")
    managers: Names = Field(description="Ids of simulated managers, paths of YAML files relative to this one, or all.")
    seeds: Annotated[tuple[Seed, ...], Field(min_length=1, max_length=1000)] = Field((0,), description="Whole numbers.")
    voices: _Voices = Field(
        ("lines",), description="How the rep speaks: `lines`, `model` (the configured one) or `model:NAME`."
    )
    manager_voices: _Voices = Field(
        ("lines",), description="How the manager speaks: `lines`, or reworded by `model` or `model:NAME`."
    )
    judge: int = Field(0, ge=0, le=20, description="How many times a model rates each conversation.")
    tolerance: dict[str, Annotated[float, Field(ge=0, allow_inf_nan=False)]] = Field(
        {}, description="How much worse a figure may get before it counts as a regression, in its own unit."
    )

    @field_validator("seeds", "voices", "manager_voices", "scenarios", "variants", "managers")
    @classmethod
    def _once(cls, value: Any) -> Any:
        if (twice := next((one for one in value if value.count(one) > 1), None)) is not None:
            raise ValueError(f"{twice} appears twice")
        return value

    @field_validator("tolerance")
    @classmethod
    def _known(cls, value: dict[str, float]) -> dict[str, float]:
        for name in value:
            if name not in FIGURE_NAMES:
                raise ValueError(f"{name} is not a figure; choose from {', '.join(FIGURE_NAMES)}")
        return value


@dataclass(frozen=True, slots=True)
class Job:
    """One conversation to play. Voices are `lines`, `model` or `model:NAME`."""

    scenario: str
    variant: str
    manager: str
    seed: int
    voice: str = "lines"
    manager_voice: str = "lines"

    @property
    def key(self) -> str:
        """scenario/variant/manager/seed/voice, and the manager's voice unless it is `lines`."""
        own = () if self.manager_voice == "lines" else (self.manager_voice,)
        return "/".join((self.scenario, self.variant, self.manager, str(self.seed), self.voice, *own))

    @property
    def offline(self) -> bool:
        """Whether this needs no model."""
        return self.voice == self.manager_voice == "lines"


@dataclass(frozen=True)
class Plan:
    """A suite with everything it names: its text, base scenarios, managers, and every conversation."""

    suite: Suite
    text: str
    scenarios: tuple[Scenario, ...]
    managers: Mapping[str, Persona]
    jobs: tuple[Job, ...]

    @property
    def digest(self) -> str:
        """SHA-256 of what the suite plays, without its title and tolerances, which don't affect records."""
        played = self.suite.model_copy(update={"title": "", "about": "", "tolerance": {}})
        return hashlib.sha256(played.model_dump_json().encode()).hexdigest()


def suite_files(data: Path | None = None) -> dict[str, Path]:
    """Every suite by id: the user's in `suites/` of the data directory, then the bundled ones."""
    shipped = {path.stem: path for path in sorted(SUITES.glob("*.yaml"))}
    return shipped | {path.stem: path for path in Library(data).files("suites", "*.y*ml")}


def read_plan(wanted: str, data: Path | None = None) -> Plan:
    """The plan of the suite `wanted`, an id or a path. Raises AskwellError if it is unknown or invalid."""
    path = _path(wanted, data)
    suite, source = read_authored(path, Suite)
    try:
        scenarios = tuple(_scenarios(suite, source, Library(data)))
        managers = {one.id: one for one in _managers(suite, source, path.parent, data)}
        variants = _variants(suite, source, scenarios)
        jobs = tuple(
            Job(scenario.id, variant, manager, seed, voice, manager_voice)
            for scenario in scenarios
            for variant in variants[scenario.id]
            for manager in managers
            for seed in suite.seeds
            for voice in suite.voices
            for manager_voice in suite.manager_voices
        )
        if len(jobs) > MOST_CONVERSATIONS:
            source.refuse([((), f"plays {len(jobs):,} conversations; the limit is {MOST_CONVERSATIONS:,}")])
    except ScenarioError as error:
        raise AskwellError(str(error)) from None
    return Plan(suite, path.read_text(encoding="utf-8"), scenarios, managers, jobs)


def suite_schema() -> dict[str, Any]:
    """The JSON Schema of a suite file."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Suite.model_json_schema()}


def _path(wanted: str, data: Path | None) -> Path:
    if _IS_PATH.search(wanted):
        path = Path(wanted)
        if not path.is_file():
            raise AskwellError(f"{wanted}: no such file")
        return path
    files = suite_files(data)
    if wanted not in files:
        raise AskwellError(
            f"there is no suite {wanted!r}; choose one of {', '.join(sorted(files))}, or give a file's path"
        )
    return files[wanted]


def _scenarios(suite: Suite, source: SourceText, library: Library) -> Iterator[Scenario]:
    known = library.scenario_ids()
    if suite.scenarios == ALL:
        yield from map(library.scenario, known)
        return
    for place, name in enumerate(suite.scenarios):
        if name not in known:
            source.refuse([(("scenarios", place), _not_one(name, "scenario", known))])
        yield library.scenario(name)


def _variants(suite: Suite, source: SourceText, scenarios: Iterable[Scenario]) -> dict[str, tuple[str, ...]]:
    """The variants to play for each scenario, in its order."""
    if suite.variants == BASE:
        return {scenario.id: ("base",) for scenario in scenarios}
    there = {scenario.id: scenario.variant_ids for scenario in scenarios}
    if suite.variants == ALL:
        return there
    known = sorted({name for names in there.values() for name in names})
    source.refuse(
        (("variants", place), _not_one(name, "variant", known))
        for place, name in enumerate(suite.variants)
        if name not in known
    )
    return {scenario: tuple(name for name in names if name in suite.variants) for scenario, names in there.items()}


def _managers(suite: Suite, source: SourceText, beside: Path, data: Path | None) -> Iterator[Persona]:
    known = {one.id: one for one in persons(data)}
    if suite.managers == ALL:
        yield from known.values()
        return
    seen: set[str] = set()
    for place, name in enumerate(suite.managers):
        if not _IS_PATH.search(name) and name not in known:
            source.refuse([(("managers", place), _not_one(name, "manager", list(known)))])
        found = read_person(beside / name) if _IS_PATH.search(name) else known[name]
        if found.id in seen:
            source.refuse([(("managers", place), f"{found.id} appears twice")])
        seen.add(found.id)
        yield found


def _not_one(name: str, what: str, choices: list[str]) -> str:
    return f"there is no {what} {name!r}; choose from {', '.join(choices)}"
