"""`askwell doctor`: what works on this machine, and how to fix what doesn't."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib import metadata

from .errors import AskwellError
from .redaction import redacted
from .scenario.library import Library
from .settings import PURPOSES, Purpose, Settings, model_for, settings
from .vectors.embedding import MODEL, TOKENIZER, packaged_file

_REMEDIES = {
    "401": "check ASKWELL_API_KEY",
    "403": "check ASKWELL_API_KEY",
    "404": "check ASKWELL_MODEL, and that ASKWELL_BASE_URL is the API's base path, usually ending in /v1",
    "no connection": "check ASKWELL_BASE_URL, and that the endpoint is running",
    "not a chat completion": "check that ASKWELL_BASE_URL is the API's base path, usually ending in /v1",
    "timed out": "try again once the model is loaded, or set ASKWELL_TIMEOUT",
}
"""Fixes, by a phrase in the endpoint's error."""


@dataclass(frozen=True, slots=True)
class Check:
    """One check: whether it passed, and what it found or how to fix it."""

    name: str
    ok: bool
    said: str


def examine(config: Settings | None = None) -> list[Check]:
    """Run every check. A failure never stops the next one."""
    config = config or settings()
    looks: list[tuple[str, Callable[[Settings], str]]] = [
        ("python", _python),
        ("packages", _packages),
        ("home", _home),
        ("model", _model),
        ("scenarios", _scenarios),
        ("database", _database),
        ("index", _index),
        *(("endpoint", partial(_endpoint, purposes)) for purposes in _endpoints(config)),
    ]
    checks = []
    for name, look in looks:
        try:
            checks.append(Check(name, True, look(config)))
        except AskwellError as error:
            checks.append(Check(name, False, str(error).splitlines()[0]))
        except Exception as error:  # whatever a broken installation raises is what the doctor is there to tell
            checks.append(Check(name, False, redacted(f"{type(error).__name__}: {error}").partition("\n")[0]))
    return checks


def _endpoints(config: Settings) -> list[tuple[Purpose, ...]]:
    """The purposes of each configured model, one entry per model; one empty entry if there is no model."""
    named: dict[str, tuple[Purpose, ...]] = {}
    for purpose in PURPOSES:
        if name := model_for(config, purpose):
            named[name] = (*named.get(name, ()), purpose)
    return list(named.values()) or [()]


def _python(_: Settings) -> str:
    return sys.version.split()[0]


def _packages(_: Settings) -> str:
    wanted = (
        "langchain",
        "langchain-openai",
        "openai",
        "chromadb",
        "streamlit",
        "pydantic",
        "SQLAlchemy",
    )
    missing = []
    for package in wanted:
        try:
            metadata.version(package)
        except metadata.PackageNotFoundError:
            missing.append(package)
    if missing:
        raise AskwellError(f"missing: {', '.join(missing)}; install with: pip install -r requirements.lock")
    return f"{len(wanted)} of {len(wanted)} installed"


def _home(config: Settings) -> str:
    home = config.home.expanduser()
    there = next(path for path in (home, *home.parents) if path.exists())
    if not there.is_dir() or not os.access(there, os.W_OK):
        raise AskwellError(f"{home} can't be written to; set ASKWELL_HOME to a directory that can")
    return str(home)


def _model(_: Settings) -> str:
    packaged_file(*MODEL)
    packaged_file(*TOKENIZER)
    return "all-MiniLM-L6-v2 (int8), hashes match"


def _scenarios(config: Settings) -> str:
    library = Library(config.data)
    problems = library.problems()
    if problems:
        raise AskwellError(problems[0] + (f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""))
    return ", ".join(library.scenario_ids())


def _database(config: Settings) -> str:
    from .store import Store

    store = Store.open(config.database)
    try:
        return f"{len(store.heads())} sessions, {redacted(config.database)}"
    finally:
        store.close()


def _index(config: Settings) -> str:
    from .engine import make_engine
    from .knowledge.index import server

    if config.chroma_url:
        server(config.chroma_url)
    engine = make_engine(config)
    engine.knowledge.guidance("asking and telling", 1)
    where = engine.knowledge.index.where
    return f"{len(engine.knowledge.passages)} passages, {where}; vectors cached in {config.cache}"


def _endpoint(purposes: tuple[Purpose, ...], config: Settings) -> str:
    if not purposes:
        if config.base_url:
            raise AskwellError("ASKWELL_BASE_URL is set but ASKWELL_MODEL isn't; set it")
        key = " (there is a key, but no model is set)" if config.api_key else ""
        return f"no model configured{key}; Askwell works without one"
    from .models.llm import connect
    from .models.probe import probe

    found = probe(connect(config, purposes[0]))
    said = found.said if len(purposes) == len(PURPOSES) else f"{found.said} (for {' and '.join(purposes)})"
    if not found.ok:
        raise AskwellError(said + next((f"; {do}" for sign, do in _REMEDIES.items() if sign in said), ""))
    return said + (_advice_on_reading(config, found.method) if "reader" in purposes else "")


def _advice_on_reading(config: Settings, method: str | None) -> str:
    """Whether to let the model read what the manager says: only where structured answers are reliable."""
    if method == "plain":
        return "; ASKWELL_READER=packaged is safer, because answers in words often don't fit"
    if config.reads == "model":
        return "; it also codes the manager's words"
    return "; we recommend it for coding the manager's words too: set ASKWELL_READER=model"
