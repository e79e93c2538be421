"""Everything that affects a run's results, as names and hashes. Saved in `run.json` and checked on resuming."""

from __future__ import annotations

import hashlib
from importlib import metadata
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import bot
from bot.engine import Engine
from bot.models.prompts import load_prompt
from bot.scoring.score import RUBRIC
from bot.settings import Settings, model_for

from ..coaches import BANK
from .suite import Plan

_CODE = ("coaches", "leaks", "runs/recording", "runs/rewording", "simulate")
"""The parts of this package that affect a record."""
_NO_PART = ("store", "testing", "bundled")
"""The parts of the library that don't."""


def run_inputs(plan: Plan, engine: Engine, config: Settings) -> dict[str, Any]:
    """The contents of `run.json`: the suite and its text, the inputs, and the tolerances."""
    return {
        "suite": plan.suite.id,
        "title": plan.suite.title,
        "text": plan.text,
        "inputs": inputs(plan, engine, config),
        "tolerance": plan.suite.tolerance,
        "conversations": len(plan.jobs),
    }


def inputs(plan: Plan, engine: Engine, config: Settings) -> dict[str, Any]:
    """Each input that affects results, by name. Runs with equal inputs differ only by chance and by model."""
    suite = plan.suite
    prompts = [
        name
        for name, asked in (
            ("actor", suite.voices != ("lines",)),
            ("manager", suite.manager_voices != ("lines",)),
            ("judge", suite.judge > 0),
        )
        if asked
    ]
    named = {name: load_prompt(engine.library, name) for name in prompts}
    return {
        "askwell": metadata.version("askwell"),
        "code": _code_digest(),
        "suite": plan.digest,
        "scenarios": {scenario.id: scenario.digest for scenario in plan.scenarios},
        "managers": {one.id: _digest(one.model_dump_json().encode()) for one in plan.managers.values()},
        "reader": engine.reader.id,
        "embedding": engine.embedder.name,
        "rubric": RUBRIC,
        "prompts": {name: f"{prompt.version} {prompt.digest}" for name, prompt in named.items()},
        "models": models(plan, config),
    }


def models(plan: Plan, config: Settings) -> dict[str, str]:
    """The model and endpoint behind each voice. Empty if all lines are scripted."""
    suite = plan.suite
    voices = sorted({voice for voice in (*suite.voices, *suite.manager_voices) if voice != "lines"})
    found = {voice: _asked(voice.partition(":")[2] or model_for(config, "voice") or "", config) for voice in voices}
    return found | ({"judge": _asked(model_for(config, "feedback") or "", config)} if suite.judge else {})


def _asked(model: str, config: Settings) -> str:
    """A model and its endpoint, without the user name and password in its URL."""
    place = urlsplit(config.base_url or "")
    where = f" at {place.netloc.rpartition('@')[2]}{place.path}" if place.netloc else ""
    return f"{model or 'the default'}{where}"


def _code_digest() -> str:
    """SHA-256 of the code and data that determine what is said and how it is scored."""
    library, here = Path(bot.__file__).parent, Path(__file__).parents[1]
    files = [path for kind in ("*.py", "data/*") for path in library.rglob(kind)]
    used = [path for path in files if path.relative_to(library).parts[0] not in _NO_PART and path.is_file()]
    used += [*(here / f"{name}.py" for name in _CODE), BANK]
    return _digest(*(path.read_bytes() for path in sorted(used)))


def _digest(*parts: bytes) -> str:
    whole = hashlib.sha256()
    for part in parts:
        whole.update(hashlib.sha256(part).digest())
    return whole.hexdigest()
