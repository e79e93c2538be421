"""Finds scenarios, prompts and knowledge: first in the user's directory, then among the bundled files."""

from __future__ import annotations

import random
import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from pydantic import ConfigDict, ValidationError, create_model

from ..errors import ScenarioError
from . import Area, Lens, Scenario, ScenarioFiles, load_files, load_scenario, problems_in
from .badges import DRAFT, BadgeLedger, Earned, badge_in, known_digest, read_ledger, record_badge
from .folder import MAIN, VARIANTS
from .reading import folder_text, read_folder, scenario_text
from .strictyaml import parse

_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_FACTS = re.compile(r"^facts:", re.MULTILINE)
_OLD = (".yaml", ".yml")
"""The endings of scenarios in one file, as they used to be."""


@dataclass(frozen=True, slots=True)
class Card:
    """A scenario in a list: what a manager may know before it starts. `minutes` is how long a practice takes.

    `about` is what the manager reads beforehand, to search in: the scene, the brief and the values of the CRM card.
    """

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
    about: str = ""


_SHOWN = ("id", "title", "summary", "area", "journey_gate", "lens", "difficulty", "minutes")
_FIELDS: dict[str, Any] = {
    name: (Scenario.model_fields[name].annotation, Scenario.model_fields[name])
    for name in (*_SHOWN, "manager", "rep", "scene", "brief", "crm")
}
_HEAD: Any = create_model("_Head", __config__=ConfigDict(extra="ignore"), **_FIELDS)
"""The schema fields on a card. The others aren't checked."""


def bundled() -> Path:
    """The directory of the bundled scenarios/, prompts/ and knowledge/."""
    library = Path(__file__).parents[1]
    packaged = library / "bundled"
    return packaged if packaged.is_dir() else library.parent


class Library:
    """Scenarios by id, and knowledge files. A user's scenario replaces a bundled one with the same id."""

    def __init__(self, data: Path | None = None) -> None:
        if data is not None and not data.is_dir():
            raise ScenarioError(f"{data}: not a directory; give one that contains scenarios/ or knowledge/")
        self.roots = [*([data] if data else []), bundled()]
        self._cards: dict[Path, tuple[tuple[int, int], Card | None]] = {}

    def files(self, folder: str, pattern: str) -> list[Path]:
        """Files under `folder` in all roots, by name. The first root wins. Symlinks out of a root are ignored."""
        return self._found(folder, pattern, Path.is_file)

    def own_files(self, folder: str, pattern: str) -> list[Path]:
        """Those of `files` that are the user's. One with a bundled file's name replaces it, and counts."""
        own = self.roots[0] / folder if len(self.roots) > 1 else None
        return [path for path in self.files(folder, pattern) if own is not None and path.is_relative_to(own)]

    def scenario_ids(self) -> list[str]:
        """The ids of all scenarios, sorted."""
        return [folder.name for folder in self._folders()]

    def own_scenario_ids(self) -> list[str]:
        """The ids of the user's scenarios, sorted. One that replaces a bundled scenario counts."""
        bundle = self.roots[-1]
        return [folder.name for folder in self._folders() if not folder.is_relative_to(bundle)]

    def scenario(self, scenario_id: str, variant: str = "base", seed: int = 0) -> Scenario:
        """The scenario `scenario_id` in `variant`; `random` picks one by `seed`. Raises ScenarioError."""
        files = self.text(scenario_id)
        if variant == "random":
            variant = random.Random(f"{scenario_id}:{seed}").choice(_load(files, "base").variant_ids)
        return _load(files, variant)

    def scenarios(self) -> Iterator[Scenario]:
        """Every scenario that loads, in its base variant. Skips broken ones; the check reports them."""
        for scenario_id in self.scenario_ids():
            try:
                yield self.scenario(scenario_id)
            except ScenarioError:
                continue

    def cards(self) -> list[Card]:
        """The cards of all scenarios, by id. Reads only the head of each scenario.yaml; the rest may be broken.

        Skips scenarios with an invalid head; the check reports them.
        """
        ledgers: dict[Path, tuple[BadgeLedger, set[str]]] = {}
        found = []
        for folder in self._folders():
            card = self._card(folder)
            if card is None:
                continue
            if folder.parent not in ledgers:
                ledger = read_ledger(folder.parent)
                ledgers[folder.parent] = ledger, {entry.id for entry in ledger.values()}
            ledger, tried = ledgers[folder.parent]
            # Don't hash scenarios that have no entry: a long list of drafts stays fast.
            found.append(
                replace(card, badge=badge_in(ledger, card.id, known_digest(folder))) if card.id in tried else card
            )
        return found

    def award(self, scenario_id: str, badge: Earned) -> bool:
        """Record the badge of a scenario as its files are now. Never lowers qualified to checked.

        Returns whether it may have one: not while a model's draft waits for its author, with a `draft.md`.
        Raises ScenarioError if there is no such scenario or the ledger can't be written.
        """
        return record_badge(self.path(scenario_id), badge)

    def problems(self, scenario_id: str | None = None) -> list[str]:
        """Problems that keep one scenario, or all, from loading, a line each. Raises ScenarioError if id is unknown."""
        if scenario_id is None:
            return [*(line for name in self.scenario_ids() for line in self.problems(name)), *self.unconverted()]
        if scenario_id not in self.scenario_ids():
            self.path(scenario_id)  # raises
        return problems_in(partial(self.scenario, scenario_id))

    def unconverted(self) -> list[str]:
        """What to do about each scenario in one file, as they used to be: none of them plays. A line each."""
        return list(map(to_convert, self._old()))

    def path(self, scenario_id: str) -> Path:
        """The folder of a scenario. For an unknown id, raises ScenarioError that lists the choices."""
        folders = {folder.name: folder for folder in self._folders()}
        if scenario_id in folders and not _ID.fullmatch(scenario_id):
            raise ScenarioError(
                f"{scenario_id}:1:1: can't be an id; give the folder a name of lower-case letters, digits, - or _"
            )
        if scenario_id not in folders:
            if (old := self.one_file(scenario_id)) is not None:
                raise ScenarioError(to_convert(old))
            choices = ", ".join(folders) or "none (there are no scenarios)"
            raise ScenarioError(f"there is no scenario {scenario_id!r}; choose one of {choices}")
        return folders[scenario_id]

    def one_file(self, scenario_id: str) -> Path | None:
        """The file of a scenario in one file, as they used to be; None if there is none of that id."""
        return next((path for path in self._old() if path.stem == scenario_id), None)

    def text(self, scenario_id: str) -> ScenarioFiles:
        """The text of a scenario's files. Raises ScenarioError."""
        return read_folder(self.path(scenario_id))

    def _folders(self) -> list[Path]:
        return self._found("scenarios", "[!.]*", Path.is_dir)

    def _old(self) -> list[Path]:
        return [path for path in self.files("scenarios", "*") if path.suffix in _OLD]

    def _found(self, folder: str, pattern: str, is_kind: Callable[[Path], bool]) -> list[Path]:
        """What is under `folder` in all roots, by name. The first root wins. Symlinks out of a root are ignored."""
        found: dict[str, Path] = {}
        for root in self.roots:
            base, inside = root / folder, root.resolve()
            for path in sorted(base.glob(pattern)) if base.is_dir() else []:
                if is_kind(path) and path.resolve().is_relative_to(inside):
                    found.setdefault(path.name, path)
        return [found[name] for name in sorted(found)]

    def _card(self, folder: Path) -> Card | None:
        """The card of a scenario, its head cached by the time and size of scenario.yaml."""
        try:
            stat = (folder / MAIN).stat()
            since = stat.st_mtime_ns, stat.st_size
            if folder not in self._cards or self._cards[folder][0] != since:
                self._cards[folder] = since, _read_card(folder_text(folder, MAIN), folder.name)
        except (OSError, ScenarioError):
            return None
        card = self._cards[folder][1]
        return card and replace(card, has_variants=any((folder / VARIANTS).glob("*.yaml")))


def _read_card(text: str, name: str) -> Card | None:
    """The card from the head of a scenario.yaml. Reads the whole text if no facts follow the head."""
    facts = _FACTS.search(text)
    try:
        head: Any = _HEAD.model_validate(parse(text[: facts.start() if facts else 0], name)[0])
    except (ScenarioError, ValidationError):
        try:
            head = load_scenario(text, name)
        except ScenarioError:
            return None
    if head.id != name:
        return None
    return Card(
        **{field: getattr(head, field) for field in _SHOWN},
        rep_name=head.rep.name,
        rep_role=head.rep.role,
        manager_name=head.manager.name,
        has_variants=False,
        about=" ".join((head.scene, head.brief, *head.crm.values())),
    )


def to_convert(path: Path) -> str:
    """What to do about a scenario in one file: mend it first, if it is no valid YAML."""
    if path.with_suffix("").is_dir():
        return f"{path.name}:1:1: the folder {path.stem}/ has taken the place of this file; delete it"
    try:
        parse(scenario_text(path), path.name)
    except ScenarioError as error:
        return str(error)
    command = f"askwell scenario convert {shlex.quote(str(path))}"
    return f"{path.name}:1:1: this is a scenario in one file; convert it: {command}"


@lru_cache(maxsize=64)
def _load(files: ScenarioFiles, variant: str) -> Scenario:
    return load_files(files, variant)
