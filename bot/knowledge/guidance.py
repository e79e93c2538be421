"""Reads guidance passages and the question bank from files. They are data, never instructions."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ..errors import KnowledgeError, ScenarioError
from ..scenario.library import bundled
from ..scenario.strictyaml import Position, parse
from ..talk.codebook import Code

_Model = TypeVar("_Model", bound=BaseModel)
Places = dict[tuple[str | int, ...], Position]
"""Line and column of every field."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Passage(_Strict):
    """A short piece of coaching guidance with its source. `asks` are ways people ask for it."""

    id: str
    title: str
    topics: tuple[str, ...] = ()
    area: str = "any"
    journey_gate: str = "any"
    codes: tuple[Code, ...] = ()
    asks: tuple[str, ...] = ()
    source: str = Field(min_length=1)
    text: str = Field(min_length=1)


class BankQuestion(_Strict):
    """A good question, and the tell or check that it replaces.

    If it has `codes`, it can replace a unit of one of these codes on any topic.
    """

    id: str
    text: str
    area: str = "any"
    focus: str
    topic: str
    replaces: str
    codes: tuple[Code, ...] = ()


def read_passages(files: Iterable[Path]) -> tuple[Passage, ...]:
    """The passages in Markdown files with front matter. Raises KnowledgeError naming the file and field."""
    passages = []
    for path in files:
        begin, _, rest = _read(path).partition("---\n")
        head, end, body = rest.partition("\n---\n")
        if begin or not end:
            raise KnowledgeError(f"{path.name}:1: front matter is missing; start the file with --- and its fields")
        data, places = _parsed(f"\n{head}", path.name)  # a blank line instead of --- keeps line numbers right
        passage = _validated(Passage, {**data, "text": body.strip()}, path.name, places)
        if passage.id != path.stem:
            where = f"{path.name}:{_line(places, ('id',))}"
            raise KnowledgeError(f"{where}: id: {passage.id!r} must be the file's name, {path.stem!r}")
        passages.append(passage if passage.asks else passage.model_copy(update={"asks": _asks().get(passage.id, ())}))
    return tuple(passages)


def read_questions(files: Iterable[Path]) -> tuple[BankQuestion, ...]:
    """The question bank, from files with a list `questions`. Raises KnowledgeError naming the file and field."""
    questions = []
    for path in files:
        data, places = _parsed(_read(path), path.name)
        entries = data.get("questions")
        if not isinstance(entries, list):
            raise KnowledgeError(f"{path.name}:1: questions: must be a list of questions")
        questions += [
            _validated(BankQuestion, entry, path.name, places, ("questions", n)) for n, entry in enumerate(entries)
        ]
    return tuple(questions)


def line_of(path: Path, *field: str | int) -> int:
    """The line, from 1, of a field in a passage or question file."""
    text = _read(path)
    head = text if path.suffix != ".md" else f"\n{text.removeprefix('---' + chr(10)).partition(chr(10) + '---')[0]}"
    return _line(_parsed(head, path.name)[1], field)


@lru_cache(maxsize=1)
def _asks() -> dict[str, tuple[str, ...]]:
    """How people ask for the bundled passages, by id."""
    data, _ = _parsed(_read(bundled() / "knowledge" / "asks.yaml"), "asks.yaml")
    return {name: tuple(asks) for name, asks in data.items()}


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise KnowledgeError(f"{path.name}:1: can't be read: {error}") from None


def _parsed(text: str, name: str) -> tuple[dict[str, Any], Places]:
    try:
        data, places = parse(text, name)
    except ScenarioError as error:
        raise KnowledgeError(str(error)) from None
    if not isinstance(data, dict):
        raise KnowledgeError(f"{name}:1: must be fields, one per line")
    return data, places


def _line(places: Places, field: tuple[str | int, ...]) -> int:
    """The line of a field, or of its parent if it is missing."""
    known = (places[field[:length]][0] for length in range(len(field), 0, -1) if field[:length] in places)
    return next(known, 1)


def _validated(model: type[_Model], data: Any, name: str, places: Places, within: tuple[str | int, ...] = ()) -> _Model:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = (*within, *first["loc"])
        shown = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in field).removeprefix(".")
        said = f"{first['msg'][:1].lower()}{first['msg'][1:]}"
        raise KnowledgeError(f"{name}:{_line(places, field)}: {shown}: {said}") from None
