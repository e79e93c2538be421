"""`askwell doctor`: what works on this machine, and what to do about what does not."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata

from .embedding import MODEL, TOKENIZER, packaged_file
from .errors import AskwellError
from .library import Library
from .settings import Settings, settings


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: whether it is well, and what was found or what to do."""

    name: str
    ok: bool
    said: str


def examine(config: Settings | None = None) -> list[Check]:
    """Every check in turn; a failing one never stops the next."""
    config = config or settings()
    looks: list[tuple[str, Callable[[Settings], str]]] = [
        ("python", _python),
        ("packages", _packages),
        ("home", _home),
        ("model", _model),
        ("scenarios", _scenarios),
        ("database", _database),
        ("index", _index),
    ]
    checks = []
    for name, look in looks:
        try:
            checks.append(Check(name, True, look(config)))
        except AskwellError as error:
            checks.append(Check(name, False, str(error).splitlines()[0]))
        except Exception as error:  # whatever a broken installation raises is what the doctor is there to tell
            checks.append(Check(name, False, f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"))
    return checks


def _python(_: Settings) -> str:
    return sys.version.split()[0]


def _packages(_: Settings) -> str:
    wanted = (
        "langchain",
        "langchain-openai",
        "langchain-chroma",
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
    return f"{len(wanted)} of {len(wanted)} there"


def _home(config: Settings) -> str:
    home = config.home.expanduser()
    there = next(path for path in (home, *home.parents) if path.exists())
    if not there.is_dir() or not os.access(there, os.W_OK):
        raise AskwellError(f"{home} cannot be written; set ASKWELL_HOME to a directory that can")
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
        return f"{len(store.heads())} sessions, {_without_password(config.database)}"
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
    return f"{len(engine.knowledge.passages)} passages, {where}; vectors kept in {config.cache}"


def _without_password(url: str) -> str:
    head, at, tail = url.rpartition("@")
    return f"{head.partition('://')[0]}://…@{tail}" if at else url
