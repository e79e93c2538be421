"""Guidance passages and the question bank, read from files: data, never instructions."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ..errors import KnowledgeError, ScenarioError
from ..moves import Code
from ..scenario.strictyaml import parse

Model = TypeVar("Model", bound=BaseModel)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Passage(_Strict):
    """A short piece of coaching guidance with its source."""

    id: str
    title: str
    topics: tuple[str, ...] = ()
    area: str = "any"
    journey_gate: str = "any"
    codes: tuple[Code, ...] = ()
    source: str = Field(min_length=1)
    text: str = Field(min_length=1)


class BankQuestion(_Strict):
    """A good question, and the tell or check that it can take the place of."""

    id: str
    text: str
    area: str = "any"
    focus: str
    topic: str
    replaces: str


def read_passages(files: Iterable[Path]) -> tuple[Passage, ...]:
    """The passages in Markdown files with front matter; KnowledgeError names file and field."""
    passages = []
    for path in files:
        begin, _, rest = _read(path).partition("---\n")
        head, end, body = rest.partition("\n---\n")
        if begin or not end:
            raise KnowledgeError(f"{path.name}:1: front matter is missing; begin the file with --- and fields")
        data = _parsed(f"\n{head}", path.name)  # the line in place of --- keeps line numbers right
        passage = _validated(Passage, {**data, "text": body.strip()}, path.name)
        if passage.id != path.stem:
            raise KnowledgeError(f"{path.name}: id: {passage.id!r} must be the file's name, {path.stem!r}")
        passages.append(passage)
    return tuple(passages)


def read_questions(files: Iterable[Path]) -> tuple[BankQuestion, ...]:
    """The question bank, from files that hold a list under `questions`; KnowledgeError names file and field."""
    questions = []
    for path in files:
        entries = _parsed(_read(path), path.name).get("questions")
        if not isinstance(entries, list):
            raise KnowledgeError(f"{path.name}:1: questions: a list of questions is wanted")
        questions += [
            _validated(BankQuestion, entry, f"{path.name}: questions[{n}]") for n, entry in enumerate(entries)
        ]
    return tuple(questions)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise KnowledgeError(f"{path.name}:1: cannot be read: {error}") from None


def _parsed(text: str, name: str) -> dict[str, Any]:
    try:
        data, _ = parse(text, name)
    except ScenarioError as error:
        raise KnowledgeError(str(error)) from None
    if not isinstance(data, dict):
        raise KnowledgeError(f"{name}:1: fields are wanted, one a line")
    return data


def _validated(model: type[Model], data: Any, name: str) -> Model:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = [name, ".".join(str(part) for part in first["loc"]), f"{first['msg'][:1].lower()}{first['msg'][1:]}"]
        raise KnowledgeError(": ".join(part for part in where if part)) from None
