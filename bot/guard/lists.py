"""The word lists, cues and examples in `bot/data/guard.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from .kinds import Kind


@dataclass(frozen=True)
class Data:
    """The guard's data that doesn't depend on a scenario."""

    common: frozenset[str]
    names: frozenset[str]
    backstage: frozenset[str]
    cues: dict[Kind, tuple[str, ...]]
    gates: dict[Kind, str]
    examples: dict[str, tuple[str, ...]]


@lru_cache(maxsize=1)
def data() -> Data:
    """The bundled data."""
    from ..scenario.strictyaml import parse  # PyYAML loads slowly

    name = "guard.yaml"
    held, _ = parse(resources.files("bot").joinpath("data", name).read_text(encoding="utf-8"), name)
    words: dict[str, Any] = held["words"]
    return Data(
        frozenset(words["english"].split()),
        frozenset(words["names"].lower().split()),
        frozenset(words["backstage"].split()),
        {Kind(kind): tuple(cues) for kind, cues in held["cues"].items()},
        {Kind(kind): gate for kind, gate in held["gates"].items()},
        {kind: tuple(texts) for kind, texts in held["examples"].items()},
    )
