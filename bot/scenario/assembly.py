"""Puts a scenario's files together: one mapping of fields, with the file, line and column of each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from ..errors import ScenarioError
from .folder import ASKS, ELSEWHERE, KNOWS, MAIN, NOT_HELD, VARIANTS, VOICE, ScenarioFiles, belongs
from .knows import parse_knows
from .markup import read_lines
from .problems import has_ids
from .strictyaml import Path, Position, parse
from .voice import default_voice, parse_voice


@dataclass(frozen=True, slots=True)
class Assembled:
    """A scenario's fields as plain data, and the position of each. Acts without a reply get the default voice.

    `problems` are lines of `file:line:column: problem`. `spoilt` are the files whose fields aren't in the data because
    of them, as messages call those files.
    """

    data: dict[str, Any]
    positions: dict[Path, Position]
    problems: tuple[str, ...]
    spoilt: frozenset[str]


def assemble(files: ScenarioFiles) -> Assembled:
    """Put the files of a scenario together. A file that can't be read leaves the others as they are."""
    whole = _Whole(files)
    for file, read in ((MAIN, whole.head), (KNOWS, whole.knows), (VOICE, whole.voice)):
        with whole.noting(file):
            read()
    whole.asks()
    whole.variants()
    return Assembled(whole.data, whole.positions, tuple(whole.problems), frozenset(whole.spoilt))


class _Whole:
    """What the files read so far say, and what is wrong with them."""

    def __init__(self, files: ScenarioFiles) -> None:
        self._files = files
        self._unread = dict(files.unread)
        self.data: dict[str, Any] = {}
        self.positions: dict[Path, Position] = {(): (1, 1)}
        self.problems = [problem for file, problem in files.unread if not belongs(file)]
        self.spoilt: set[str] = set()

    @contextmanager
    def noting(self, file: str) -> Iterator[None]:
        """Keep the problems of one file, so that the others are read too."""
        try:
            yield
        except ScenarioError as error:
            self.problems += str(error).splitlines()
            self.spoilt.add(self._files.called(file))

    def _text(self, file: str) -> str | None:
        """The text of a file, None if there is none. Raises ScenarioError if it can't be read."""
        if file in self._unread:
            raise ScenarioError(self._unread[file])
        return self._files.text(file)

    def head(self) -> None:
        called = self._files.called(MAIN)
        text = self._text(MAIN)
        if text is None:
            raise ScenarioError(f"{called}:1:1: is missing; put a file of this name here")
        data, positions = parse(text, called)
        if not isinstance(data, dict):
            raise ScenarioError(f"{called}:1:1: a scenario must be a mapping of fields")
        for key in filter(data.__contains__, ELSEWHERE):
            line, column, *_ = positions[key,]
            self.problems.append(f"{called}:{line}:{column}: {key}: goes in {ELSEWHERE[key]}, beside this file")
        self.data = {key: value for key, value in data.items() if key not in ELSEWHERE}
        self.positions = positions

    def knows(self) -> None:
        text = self._text(KNOWS)
        if text is not None:
            called = self._files.called(KNOWS)
            entries, positions = parse_knows(text, called)
            for path, at in positions.items():
                place = self.positions[path] = (*at[:2], called)
                # By id too: which entries there are, and so their places, differs from variant to variant.
                if len(path) > 1:
                    self.positions[path[0], entries[int(path[1])]["id"], *path[2:]] = place
            self.data["entries"] = entries

    def voice(self) -> None:
        self.data["replies"] = default_voice()
        text = self._text(VOICE)
        own: dict[str, list[Any]] = {}
        if text is not None:
            called = self._files.called(VOICE)
            own, positions = parse_voice(text, called)
            self._place(positions, called)
        self.data["replies"] = {**own, **{act: lines for act, lines in default_voice().items() if act not in own}}

    def asks(self) -> None:
        facts = self.data.get("facts")
        listed = facts if isinstance(facts, list) else []
        named = [(place, fact.get("id")) for place, fact in enumerate(listed) if isinstance(fact, dict)]
        places = {fact: place for place, fact in named if isinstance(fact, str)}
        for about, file in self._files.under(ASKS):
            called = self._files.called(file)
            with self.noting(file):
                questions = parse_asks(self._text(file) or "", called)
                if about == NOT_HELD:
                    self._questions(self.data, ("not_held",), questions, called)
                elif about in places:
                    place = places[about]
                    self._questions(listed[place], ("facts", place, "asks"), questions, called)
                elif has_ids(listed):
                    raise ScenarioError(
                        f"{called}:1:1: there is no fact {about!r}; name the file after one of "
                        f"{', '.join(sorted(places))}, or {NOT_HELD}"
                    )
            if called in self.spoilt and about in places:
                # If the fact has too few questions now, this file is why.
                self.positions["facts", places[about], "asks"] = (1, 1, called)

    def variants(self) -> None:
        found: dict[str, dict[str, Any]] = {}
        placed: dict[str, dict[Path, Position]] = {}
        for variant, file in self._files.under(VARIANTS):
            called = self._files.called(file)
            # What is known in a variant that can't be read names it all the same.
            found[variant], placed[variant] = {"id": variant}, {(): (1, 1, called)}
            with self.noting(file):
                data, positions = parse(self._text(file) or "", called)
                if not isinstance(data, dict):
                    raise ScenarioError(f"{called}:1:1: a variant must be a mapping of fields")
                if "id" in data:
                    line, column, *_ = positions["id",]
                    raise ScenarioError(f"{called}:{line}:{column}: id: is the file's name; remove it")
                found[variant] = {"id": variant, **data}
                placed[variant] = {path: (*place[:2], called) for path, place in positions.items()}
        order = self._order(sorted(found))
        self.data["variants"] = [found[variant] for variant in order]
        for place, variant in enumerate(order):
            self.positions |= {("variants", place, *path): at for path, at in placed[variant].items()}

    def _order(self, found: list[str]) -> list[str]:
        """The variants as scenario.yaml lists them, if it does, else by name."""
        listed = self.data.pop("variants", None)
        if listed is None:
            return found
        if isinstance(listed, list) and sorted(map(str, listed)) == found:
            return listed
        line, column, *_ = self.positions["variants",]
        there = f"they are {', '.join(found)}" if found else "there are none"
        said = f"variants: must list the id of each file in {VARIANTS}/ once, in the order you want; {there}"
        self.problems.append(f"{self._files.called(MAIN)}:{line}:{column}: {said}")
        return found

    def _questions(self, held: dict[str, Any], path: Path, questions: list[tuple[str, int]], called: str) -> None:
        """Add questions to a list; one that isn't a list is left for the schema to report."""
        key = str(path[-1])
        if held.get(key) is None:
            held[key] = []
        listed = held[key]
        if not isinstance(listed, list):
            return
        self.positions.setdefault(path, (1, 1, called))
        for question, line in questions:
            self.positions[*path, len(listed)] = (line, 1, called)
            listed.append(question)

    def _place(self, positions: dict[Path, Position], called: str) -> None:
        self.positions |= {path: (*place[:2], called) for path, place in positions.items()}


def parse_asks(text: str, name: str) -> list[tuple[str, int]]:
    """The questions of a file, one a line, each with its line. Raises ScenarioError."""
    questions: list[tuple[str, int]] = []
    read_lines(text, name, lambda line, number: questions.append((line.strip(), number)))
    if not questions:
        raise ScenarioError(f"{name}:1:1: has no questions; write one a line, or delete the file")
    return questions
