"""Finds scenarios, prompts and knowledge: first in the user's directory, then among the bundled files."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from pydantic import ConfigDict, ValidationError, create_model

from ..errors import ScenarioError
from . import Area, Lens, Scenario, load_scenario, problems_in
from .badges import DRAFT, BadgeLedger, Earned, badge_in, known_digest, read_ledger, record_badge
from .loader import knows_name
from .reading import scenario_text
from .strictyaml import parse

_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_FACTS = re.compile(r"^facts:", re.MULTILINE)
_VARIANTS = re.compile(r"^variants:(?![ \t]*\[[ \t]*\])", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Card:
    """A scenario in a list: what a manager may know before it starts. `minutes` is how long a practice takes."""

    id: str
    title: str
    summary: str
    area: Area
    journey_gate: str
    lens: Lens
    difficulty: int
    minutes: int
    rep_name: str
    rep_role: str
    manager_name: str
    has_variants: bool
    badge: str = DRAFT


_SHOWN = ("id", "title", "summary", "area", "journey_gate", "lens", "difficulty", "minutes")
_FIELDS: dict[str, Any] = {
    name: (Scenario.model_fields[name].annotation, Scenario.model_fields[name]) for name in (*_SHOWN, "manager", "rep")
}
_HEAD: Any = create_model("_Head", __config__=ConfigDict(extra="ignore"), **_FIELDS)
"""The schema fields on a card. The others aren't checked."""


def bundled() -> Path:
    """The directory of the bundled scenarios/, prompts/ and knowledge/."""
    library = Path(__file__).parents[1]
    packaged = library / "bundled"
    return packaged if packaged.is_dir() else library.parent


class Library:
    """Scenario and knowledge files by id. A user's file replaces a bundled one with the same id."""

    def __init__(self, data: Path | None = None) -> None:
        if data is not None and not data.is_dir():
            raise ScenarioError(f"{data}: not a directory; give one that contains scenarios/ or knowledge/")
        self.roots = [*([data] if data else []), bundled()]
        self._cards: dict[Path, tuple[tuple[int, int], Card | None]] = {}

    def files(self, folder: str, pattern: str) -> list[Path]:
        """Files under `folder` in all roots, by name. The first root wins. Symlinks out of a root are ignored."""
        found: dict[str, Path] = {}
        for root in self.roots:
            base, inside = root / folder, root.resolve()
            for path in sorted(base.glob(pattern)) if base.is_dir() else []:
                if path.is_file() and path.resolve().is_relative_to(inside):
                    found.setdefault(path.name, path)
        return [found[name] for name in sorted(found)]

    def scenario_ids(self) -> list[str]:
        """The ids of all scenario files, sorted."""
        return [path.stem for path in self.files("scenarios", "*.yaml")]

    def scenario(self, scenario_id: str, variant: str = "base", seed: int = 0) -> Scenario:
        """The scenario `scenario_id` in `variant`; `random` picks one by `seed`. Raises ScenarioError."""
        text, name = self.text(scenario_id)
        knows = self.knows(scenario_id)
        if variant == "random":
            choices = _load(text, name, "base", knows).variant_ids
            variant = random.Random(f"{scenario_id}:{seed}").choice(choices)
        return _load(text, name, variant, knows)

    def scenarios(self) -> Iterator[Scenario]:
        """Every scenario that loads, in its base variant. Skips broken files; the check reports them."""
        for scenario_id in self.scenario_ids():
            try:
                yield self.scenario(scenario_id)
            except ScenarioError:
                continue

    def cards(self) -> list[Card]:
        """The cards of all scenarios, by id. Reads only the head of each file; the rest may be broken.

        Skips files with an invalid head; the check reports them.
        """
        ledgers: dict[Path, tuple[BadgeLedger, set[str]]] = {}
        found = []
        for path in self.files("scenarios", "*.yaml"):
            card = self._card(path)
            if card is None:
                continue
            if path.parent not in ledgers:
                ledger = read_ledger(path.parent)
                ledgers[path.parent] = ledger, {entry.id for entry in ledger.values()}
            ledger, tried = ledgers[path.parent]
            # Don't hash files that have no entry: a long list of drafts stays fast.
            found.append(
                replace(card, badge=badge_in(ledger, card.id, known_digest(path))) if card.id in tried else card
            )
        return found

    def award(self, scenario_id: str, badge: Earned) -> None:
        """Record the badge of a scenario's current file. A qualified file is never lowered to checked.

        Raises ScenarioError if there is no such scenario or the ledger can't be written.
        """
        record_badge(self.path(scenario_id), badge)

    def problems(self, scenario_id: str | None = None) -> list[str]:
        """Problems that keep one scenario, or all, from loading, a line each. Raises ScenarioError if id is unknown."""
        if scenario_id is not None:
            self.text(scenario_id)
        wanted = [scenario_id] if scenario_id is not None else self.scenario_ids()
        return [problem for name in wanted for problem in problems_in(partial(self.scenario, name))]

    def path(self, scenario_id: str) -> Path:
        """The file of a scenario. For an unknown id, raises ScenarioError that lists the choices."""
        files = {path.stem: path for path in self.files("scenarios", "*.yaml")}
        if not _ID.fullmatch(scenario_id) or scenario_id not in files:
            choices = ", ".join(sorted(files)) or "none (there are no scenario files)"
            raise ScenarioError(f"there is no scenario {scenario_id!r}; choose one of {choices}")
        return files[scenario_id]

    def text(self, scenario_id: str) -> tuple[str, str]:
        """The text and name of a scenario's file. Raises ScenarioError."""
        path = self.path(scenario_id)
        return scenario_text(path), path.name

    def knows(self, scenario_id: str) -> str:
        """The text of a scenario's file of entries; empty if it has none. Raises ScenarioError."""
        path = self.path(scenario_id)
        beside = path.with_name(knows_name(path.name))
        return scenario_text(beside) if beside.is_file() else ""

    def _card(self, path: Path) -> Card | None:
        """The card of a file, cached by its time and size."""
        try:
            stat = path.stat()
            since = stat.st_mtime_ns, stat.st_size
            if path not in self._cards or self._cards[path][0] != since:
                self._cards[path] = since, _read_card(scenario_text(path), path)
            return self._cards[path][1]
        except (OSError, ScenarioError):
            return None


def _read_card(text: str, path: Path) -> Card | None:
    """The card from a file's head. Reads the whole file if no facts follow the head."""
    facts = _FACTS.search(text)
    try:
        head: Any = _HEAD.model_validate(parse(text[: facts.start() if facts else 0], path.name)[0])
    except (ScenarioError, ValidationError):
        try:
            head = load_scenario(text, path.name)
        except ScenarioError:
            return None
    if head.id != path.stem:
        return None
    return Card(
        **{name: getattr(head, name) for name in _SHOWN},
        rep_name=head.rep.name,
        rep_role=head.rep.role,
        manager_name=head.manager.name,
        has_variants=_VARIANTS.search(text) is not None,
    )


@lru_cache(maxsize=64)
def _load(text: str, name: str, variant: str, knows: str = "") -> Scenario:
    scenario = load_scenario(text, name, variant, knows)
    if scenario.id != Path(name).stem:
        raise ScenarioError(f"{name}: id: {scenario.id!r} must be the file's name, {Path(name).stem!r}")
    return scenario
