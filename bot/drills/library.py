"""The drills that come with Askwell or from an author: YAML files in knowledge/drills, and the two checked calls."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from ..errors import AskwellError
from ..knowledge.checked import CHECKED_CALLS, checked_talk
from ..scenario.authored import Authored, no_such, read_authored
from ..scenario.library import Library
from ..talk.codebook import Code
from .item import DrillItem, DrillKind, DrillMoment

DRILLS_FOLDER = "knowledge/drills"
NEAR_CODES: dict[Code, tuple[Code, Code, Code]] = {
    Code.OPEN_QUESTION: (Code.CLOSED_QUESTION, Code.LEADING_QUESTION, Code.REFLECTION),
    Code.CLOSED_QUESTION: (Code.OPEN_QUESTION, Code.LEADING_QUESTION, Code.DIRECTIVE),
    Code.LEADING_QUESTION: (Code.OPEN_QUESTION, Code.CLOSED_QUESTION, Code.CONFRONT),
    Code.REFLECTION: (Code.OPEN_QUESTION, Code.AFFIRMATION, Code.INFORMATION),
    Code.AFFIRMATION: (Code.REFLECTION, Code.INFORMATION, Code.CONFRONT),
    Code.COLLABORATION: (Code.CLOSED_QUESTION, Code.TAKEOVER, Code.DIRECTIVE),
    Code.INFORMATION: (Code.REFLECTION, Code.ADVICE, Code.CONFRONT),
    Code.ADVICE: (Code.LEADING_QUESTION, Code.INFORMATION, Code.DIRECTIVE),
    Code.DIRECTIVE: (Code.CLOSED_QUESTION, Code.ADVICE, Code.TAKEOVER),
    Code.CONFRONT: (Code.AFFIRMATION, Code.INFORMATION, Code.DIRECTIVE),
    Code.TAKEOVER: (Code.COLLABORATION, Code.INFORMATION, Code.DIRECTIVE),
    Code.OTHER: (Code.REFLECTION, Code.AFFIRMATION, Code.INFORMATION),
}
"""What each code is most easily taken for: the other choices beside it."""
_BECAUSE = {
    Code.OPEN_QUESTION: "It invites thinking, and the answer isn’t in it.",
    Code.CLOSED_QUESTION: "A yes or no, a name, a number, a date or a choice answers it.",
    Code.LEADING_QUESTION: "It’s a question in form only: the answer is built in.",
    Code.REFLECTION: "It hands back what the rep said or felt.",
    Code.AFFIRMATION: "It names what the rep did well.",
    Code.COLLABORATION: "It shares the choice, or asks leave.",
    Code.INFORMATION: "It states something, and faults nobody.",
    Code.ADVICE: "It says what the rep should do, without ordering it.",
    Code.DIRECTIVE: "It orders, however politely.",
    Code.CONFRONT: "It finds fault with the rep.",
    Code.TAKEOVER: "The manager takes what was the rep’s to do.",
    Code.OTHER: "It greets, agrees or keeps the talk running.",
}
_NEEDS_MORE = frozenset({"karen-telling:2:0", "karen-telling:6:0", "karen-telling:12:0", "karen-coaching:2:0"})
"""Units of the checked calls whose code rests on more of the talk than the line before."""
_Text = Annotated[str, StringConstraints(min_length=1, max_length=600, strip_whitespace=True)]
_Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,60}$")]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    id: _Id


class MoveEntry(_Entry):
    """A unit to name: what the rep said before it (may be left out), its code, and why."""

    says: str = ""
    words: _Text
    code: Code
    reason: _Text


class FactEntry(_Entry):
    """What the rep lets slip about a fact of a scenario, and a question that opens it; `words` for a line that told."""

    scenario: _Id
    fact: _Id
    says: _Text
    words: str = ""
    example: _Text


class SaidEntry(_Entry):
    """What a rep says, and a reflection of it."""

    rep: _Text
    says: _Text
    example: _Text


class StepEntry(_Entry):
    """A step that the rep of a scenario comes up with, and a question that gets a day for it."""

    scenario: _Id
    step: _Id
    says: _Text
    example: _Text


class DrillFile(Authored):
    """A file of drills: any of the five lists. Its `id` is the file's name."""

    moves: tuple[MoveEntry, ...] = ()
    tellings: tuple[FactEntry, ...] = ()
    hints: tuple[FactEntry, ...] = ()
    said: tuple[SaidEntry, ...] = ()
    steps: tuple[StepEntry, ...] = ()

    @property
    def entries(self) -> dict[str, tuple[_Entry, ...]]:
        """The entries of each list."""
        return {name: getattr(self, name) for name in ("moves", "tellings", "hints", "said", "steps")}


@dataclass(frozen=True, slots=True)
class KnownDrills:
    """The items of the files that can be read, and the problems of those that can't."""

    items: tuple[DrillItem, ...]
    problems: tuple[str, ...]


def library_items(files: Iterable[Path]) -> tuple[DrillItem, ...]:
    """The items of drill files in their order, then the units of the two checked calls.

    Raises AskwellError with `file:line:column: field: problem`.
    """
    return (*(item for path in files for item in _in_file(read_authored(path, DrillFile)[0])), *_checked())


def known_drills(library: Library) -> KnownDrills:
    """The items of a library; a file that can't be read doesn't hide the others."""
    items: list[DrillItem] = []
    problems: list[str] = []
    for path in library.files(DRILLS_FOLDER, "*.yaml"):
        try:
            items += _in_file(read_authored(path, DrillFile)[0])
        except AskwellError as error:
            problems += str(error).splitlines()
    return KnownDrills((*items, *_checked()), tuple(problems))


def drill_problems(library: Library) -> list[str]:
    """The mistakes in a library's drill files, what they name included: a line each with its place and the remedy."""
    problems: list[str] = []
    for path in library.files(DRILLS_FOLDER, "*.yaml"):
        try:
            file, source = read_authored(path, DrillFile)
            source.refuse(_unknown(file, library))
        except AskwellError as error:
            problems += str(error).splitlines()
    return problems


def _unknown(file: DrillFile, library: Library) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every scenario, fact and step that isn't there, and every id that is used twice."""
    scenarios = library.scenario_ids()
    seen: set[str] = set()
    for name, entries in file.entries.items():
        for n, one in enumerate(entries):
            if one.id in seen:
                yield (name, n, "id"), f"{one.id!r} is used twice in this file"
            seen.add(one.id)
            if not isinstance(one, FactEntry | StepEntry):
                continue
            if one.scenario not in scenarios:
                yield (name, n, "scenario"), no_such("scenario", one.scenario, scenarios)
                continue
            scenario = library.scenario(one.scenario)
            wanted, kind = (one.fact, "fact") if isinstance(one, FactEntry) else (one.step, "step")
            there = [held.id for held in (scenario.facts if kind == "fact" else scenario.steps)]
            if wanted not in there:
                yield (name, n, kind), no_such(kind, wanted, there)


def _in_file(file: DrillFile) -> Iterator[DrillItem]:
    for move in file.moves:
        yield _named(f"{file.id}:{move.id}", move.says, move.words, move.code, move.reason)
    for kind, entries in ((DrillKind.ASK_INSTEAD, file.tellings), (DrillKind.ONE_QUESTION, file.hints)):
        for one in entries:
            yield DrillItem(
                f"{file.id}:{one.id}",
                kind,
                one.says,
                words=one.words,
                example=one.example,
                moment=DrillMoment(one.scenario, fact=one.fact),
            )
    for said in file.said:
        yield DrillItem(f"{file.id}:{said.id}", DrillKind.HAND_IT_BACK, said.says, rep=said.rep, example=said.example)
    for step in file.steps:
        moment = DrillMoment(step.scenario, step=step.step)
        yield DrillItem(f"{file.id}:{step.id}", DrillKind.WHEN, step.says, example=step.example, moment=moment)


@lru_cache(maxsize=1)
def _checked() -> tuple[DrillItem, ...]:
    """The units of the checked calls that aren't mere greetings and nods, which the file of moves has enough of."""
    found = []
    for name in CHECKED_CALLS:
        turns = checked_talk(name).transcript.turns
        for turn in turns:
            says = turns[turn.index - 1].text if turn.index else ""
            for unit in turn.units:
                place = f"{name}:{turn.index}:{unit.start}"
                if unit.code is not Code.OTHER and place not in _NEEDS_MORE:
                    found.append(_named(place, says, unit.text, unit.code, _BECAUSE[unit.code]))
    return tuple(found)


def _named(name: str, says: str, words: str, code: Code, reason: str) -> DrillItem:
    among = {code, *NEAR_CODES[code]}
    choices = tuple(one for one in Code if one in among)  # in the codebook's order, which gives nothing away
    return DrillItem(name, DrillKind.NAME_THE_MOVE, says, words=words, code=code, reason=reason, choices=choices)
