"""Checks knowledge files. Each problem is one line with file, line and fix."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar
from urllib.parse import unquote

from ..errors import KnowledgeError
from ..scenario import Area
from ..scenario.library import Library
from .documents import Document
from .formats.plain import document_text
from .guidance import BankQuestion, Passage, line_of, read_passages, read_questions
from .ranking import words_of

_Entry = TypeVar("_Entry", Passage, BankQuestion)

ALIKE = 0.8
"""Texts that share at least this much of their runs of words count as duplicates."""
_RUN = 3
_AREAS = ("any", *map(str, Area))
_FOCUS = ("explore", "action")
_LINK = re.compile(r"\[[^\]\n]{0,300}\]\(\s*<?([^()\s<>]{1,500})|^ {0,3}\[[^\]\n]{1,300}\]:\s*<?([^\s<>]{1,500})")
_ELSEWHERE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//|#")


def knowledge_problems(library: Library, documents: Sequence[Document]) -> list[str]:
    """All problems of guidance, questions and documents, in that order."""
    guidance = library.files("knowledge/guidance", "*.md")
    passages, broken = _read(guidance, read_passages)
    questions, unread = _read(library.files("knowledge/questions", "*.y*ml"), read_questions)
    served = [document for document in documents if document.parts]
    return [
        *broken,
        *(problem for path, found in passages for problem in _of_passage(path, found[0])),
        *_twins([(f"{path.name}:1", path.name, found[0].text) for path, found in passages]),
        *(problem for path in guidance for problem in _links(path, path.name)),
        *unread,
        *_of_questions(questions),
        *(f"{document.name}:1: {document.problem}" for document in documents if document.problem),
        *_twin_documents(served),
        *(
            problem
            for document in served
            if document.path.suffix.lower() == ".md"
            for problem in _links(document.path, document.name)
        ),
    ]


def _read(
    files: Iterable[Path], read: Callable[[Iterable[Path]], tuple[_Entry, ...]]
) -> tuple[list[tuple[Path, tuple[_Entry, ...]]], list[str]]:
    """The contents of each readable file, and the problems of the others."""
    whole, broken = [], []
    for path in files:
        try:
            whole.append((path, read([path])))
        except KnowledgeError as error:
            broken.append(str(error))
    return whole, broken


def _of_passage(path: Path, passage: Passage) -> Iterator[str]:
    if passage.area not in _AREAS:
        yield f"{path.name}:{line_of(path, 'area')}: area: {passage.area!r} is not one of {', '.join(_AREAS)}"
    if not passage.topics:
        yield f"{path.name}:1: topics: is empty; list what a manager would search for"


def _of_questions(files: Sequence[tuple[Path, tuple[BankQuestion, ...]]]) -> Iterator[str]:
    seen: dict[str, str] = {}
    texts = []
    for path, questions in files:
        for number, question in enumerate(questions):
            place = f"{path.name}:{line_of(path, 'questions', number)}"
            if question.id in seen:
                yield f"{place}: id: {question.id!r} is also the id of the question at {seen[question.id]}"
            seen.setdefault(question.id, place)
            if question.area not in _AREAS:
                yield f"{place}: area: {question.area!r} is not one of {', '.join(_AREAS)}"
            if question.focus not in _FOCUS:
                yield f"{place}: focus: {question.focus!r} is not one of {', '.join(_FOCUS)}"
            texts.append((place, place, question.text))
    yield from _twins(texts)


def _twins(texts: Sequence[tuple[str, str, str]]) -> Iterator[str]:
    """A problem for each (place, name, text) that nearly repeats an earlier one."""
    for later, earlier in _alike([text for *_, text in texts]):
        yield f"{texts[later][0]}: its text is nearly the same as {texts[earlier][1]}; keep one"


def _twin_documents(documents: Sequence[Document]) -> Iterator[str]:
    """One line per pair of documents that share parts, and one per document that repeats itself."""
    parts = [(document.name, part.text) for document in documents for part in document.parts]
    shared: dict[tuple[str, str], int] = {}
    for later, earlier in _alike([text for _, text in parts]):
        pair = parts[later][0], parts[earlier][0]
        shared[pair] = shared.get(pair, 0) + 1
    for (name, other), count in shared.items():
        where = "duplicated within it" if name == other else f"nearly the same as in {other}"
        yield f"{name}:1: {count} of its sections are {where}; keep one"


def _alike(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """(later, earlier) rows of nearly identical texts, each later one once."""
    holders: dict[tuple[str, ...], list[int]] = {}
    runs = [_runs(text) for text in texts]
    for row, own in enumerate(runs):
        shared: dict[int, int] = {}
        for run in own:
            for holder in holders.get(run, []):
                shared[holder] = shared.get(holder, 0) + 1
        same = [holder for holder, both in shared.items() if both >= ALIKE * (len(own) + len(runs[holder]) - both)]
        if same:
            yield row, min(same)
            continue  # compare with first copies only, so that many copies of a page stay fast
        for run in own:
            holders.setdefault(run, []).append(row)


def _runs(text: str) -> set[tuple[str, ...]]:
    words = words_of(text)
    return {tuple(words[start : start + _RUN]) for start in range(max(1, len(words) - _RUN + 1))} if words else set()


def _links(path: Path, name: str) -> Iterator[str]:
    """Links of a Markdown file to missing files."""
    try:
        lines = document_text(path).split("\n")
    except (OSError, KnowledgeError):
        return  # already reported
    for number, line in enumerate(lines, 1):
        for found in _LINK.finditer(line):
            target = found[1] or found[2]
            if not _ELSEWHERE.match(target) and not _exists(path.parent / unquote(target.partition("#")[0])):
                yield f"{name}:{number}: link: there is no file {target!r} next to it"


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False
