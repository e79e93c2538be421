"""What is wrong with knowledge files: each problem a line with file, line and what to do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar
from urllib.parse import unquote

from ..errors import KnowledgeError
from ..scenario import Area
from ..scenario.library import Library
from .documents import Document, document_text
from .guidance import BankQuestion, Passage, line_of, read_passages, read_questions
from .ranking import words_of

Entry = TypeVar("Entry", Passage, BankQuestion)

ALIKE = 0.8
"""Two texts that share so much of their runs of words say the same."""
_RUN = 3
_AREAS = ("any", *map(str, Area))
_FOCUS = ("explore", "action")
_LINK = re.compile(r"\[[^\]\n]{0,300}\]\(\s*<?([^()\s<>]{1,500})|^ {0,3}\[[^\]\n]{1,300}\]:\s*<?([^\s<>]{1,500})")
_ELSEWHERE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//|#")


def problems_in(library: Library, documents: Sequence[Document]) -> list[str]:
    """Every problem of guidance, questions and documents, in that order; none where all is well."""
    guidance = library.files("knowledge/guidance", "*.md")
    passages, broken = _read(guidance, read_passages)
    questions, unread = _read(library.files("knowledge/questions", "*.yaml"), read_questions)
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
    files: Iterable[Path], read: Callable[[Iterable[Path]], tuple[Entry, ...]]
) -> tuple[list[tuple[Path, tuple[Entry, ...]]], list[str]]:
    """What each file holds, and what keeps the others from being read."""
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
        yield f"{path.name}:1: topics: none are given; name what a manager would look for"


def _of_questions(files: Sequence[tuple[Path, tuple[BankQuestion, ...]]]) -> Iterator[str]:
    seen: dict[str, str] = {}
    texts = []
    for path, questions in files:
        for number, question in enumerate(questions):
            place = f"{path.name}:{line_of(path, 'questions', number)}"
            if question.id in seen:
                yield f"{place}: id: {question.id!r} is the id of the question at {seen[question.id]} as well"
            seen.setdefault(question.id, place)
            if question.area not in _AREAS:
                yield f"{place}: area: {question.area!r} is not one of {', '.join(_AREAS)}"
            if question.focus not in _FOCUS:
                yield f"{place}: focus: {question.focus!r} is not one of {', '.join(_FOCUS)}"
            texts.append((place, place, question.text))
    yield from _twins(texts)


def _twins(texts: Sequence[tuple[str, str, str]]) -> Iterator[str]:
    """(place, name, text) of each text that says nearly what an earlier one says."""
    for later, earlier in _alike([text for *_, text in texts]):
        yield f"{texts[later][0]}: its text is nearly that of {texts[earlier][1]}; keep one"


def _twin_documents(documents: Sequence[Document]) -> Iterator[str]:
    """One line a pair of documents that share parts, and one for a document that repeats itself."""
    parts = [(document.name, part.text) for document in documents for part in document.parts]
    shared: dict[tuple[str, str], int] = {}
    for later, earlier in _alike([text for _, text in parts]):
        pair = parts[later][0], parts[earlier][0]
        shared[pair] = shared.get(pair, 0) + 1
    for (name, other), count in shared.items():
        where = "it holds twice" if name == other else f"nearly the text of {other}"
        yield f"{name}:1: {count} of its parts {'are what' if name == other else 'are'} {where}; keep one"


def _alike(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """(later, earlier) rows of texts that are nearly the same, each later one once."""
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
            continue  # a text is held against first ones only: many copies of one page stay quick
        for run in own:
            holders.setdefault(run, []).append(row)


def _runs(text: str) -> set[tuple[str, ...]]:
    words = words_of(text)
    return {tuple(words[start : start + _RUN]) for start in range(max(1, len(words) - _RUN + 1))} if words else set()


def _links(path: Path, name: str) -> Iterator[str]:
    """Links of a Markdown file to files that are not there."""
    try:
        lines = document_text(path).split("\n")
    except (OSError, KnowledgeError):
        return  # told already
    for number, line in enumerate(lines, 1):
        for found in _LINK.finditer(line):
            target = found[1] or found[2]
            if not _ELSEWHERE.match(target) and not _exists(path.parent / unquote(target.partition("#")[0])):
                yield f"{name}:{number}: link: there is no file {target!r} beside it"


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False
