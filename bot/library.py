"""Where scenarios, prompts and knowledge are found: the user's directory first, then what is bundled."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from functools import lru_cache, partial
from pathlib import Path

from .errors import ScenarioError
from .scenario import Scenario, load_scenario, problems_in
from .scenario.strictyaml import MAX_BYTES, TOO_LARGE

_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


def bundled() -> Path:
    """The directory that holds scenarios/, prompts/ and knowledge/ as shipped."""
    packaged = Path(__file__).parent / "bundled"
    return packaged if packaged.is_dir() else Path(__file__).parent.parent


class Library:
    """Scenario and knowledge files by id; a user's file shadows a bundled one of the same id."""

    def __init__(self, data: Path | None = None) -> None:
        if data is not None and not data.is_dir():
            raise ScenarioError(f"{data}: is not a directory; give one that holds scenarios/ or knowledge/")
        self._roots = [*([data] if data else []), bundled()]

    def files(self, folder: str, pattern: str) -> list[Path]:
        """Files under `folder` in all roots, by name, the first of a name winning; no symlink leads out of a root."""
        found: dict[str, Path] = {}
        for root in self._roots:
            base = root / folder
            for path in sorted(base.glob(pattern)) if base.is_dir() else []:
                if path.is_file() and path.resolve().is_relative_to(root.resolve()):
                    found.setdefault(path.name, path)
        return [found[name] for name in sorted(found)]

    def scenario_ids(self) -> list[str]:
        """The ids of all scenario files, sorted."""
        return [path.stem for path in self.files("scenarios", "*.yaml")]

    def scenario(self, scenario_id: str, variant: str = "base", seed: int = 0) -> Scenario:
        """The scenario `scenario_id` in `variant`; `random` draws one by `seed`. Raises ScenarioError."""
        text, name = self.text(scenario_id)
        if variant == "random":
            choices = _load(text, name, "base").variant_ids
            variant = random.Random(f"{scenario_id}:{seed}").choice(choices)
        return _load(text, name, variant)

    def scenarios(self) -> Iterator[Scenario]:
        """Every scenario that loads, in its base; a broken file is passed over (the check names it)."""
        for scenario_id in self.scenario_ids():
            try:
                yield self.scenario(scenario_id)
            except ScenarioError:
                continue

    def problems(self, scenario_id: str | None = None) -> list[str]:
        """What keeps scenario files, or one, from loading, a line each. Raises ScenarioError when there is no such."""
        if scenario_id is not None:
            self.text(scenario_id)
        wanted = [scenario_id] if scenario_id is not None else self.scenario_ids()
        return [problem for name in wanted for problem in problems_in(partial(self.scenario, name))]

    def text(self, scenario_id: str) -> tuple[str, str]:
        """The text of a scenario's file, and the file's name. Raises ScenarioError."""
        files = {path.stem: path for path in self.files("scenarios", "*.yaml")}
        if not _ID.fullmatch(scenario_id) or scenario_id not in files:
            choices = ", ".join(sorted(files)) or "none: no scenario file was found"
            raise ScenarioError(f"there is no scenario {scenario_id!r}; choose one of {choices}")
        return scenario_text(files[scenario_id]), files[scenario_id].name


def scenario_text(path: Path) -> str:
    """The text of a scenario file; of one that is too large no more is read than shows it. Raises ScenarioError."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise ScenarioError(f"{path.name}:1:1: {TOO_LARGE}")
        return data.decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ScenarioError(f"{path.name}:1:1: cannot be read: {error}") from None


@lru_cache(maxsize=64)
def _load(text: str, name: str, variant: str) -> Scenario:
    scenario = load_scenario(text, name, variant)
    if scenario.id != Path(name).stem:
        raise ScenarioError(f"{name}: id: {scenario.id!r} must be the file's name, {Path(name).stem!r}")
    return scenario
