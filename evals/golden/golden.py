"""Golden conversations: reviewed transcripts with the codes, criteria and level that a person gave them.

One YAML file a conversation, in `evals/golden`. Beside what the hand says stands what the product says where it
differs, each difference signed for, and a seal over it all: docs/golden.md tells how a change is signed. They are for
measuring and train nothing.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from bot.errors import AskwellError, ScenarioError
from bot.files import write_whole
from bot.scenario.problems import Source
from bot.scenario.strictyaml import parse
from bot.talk.codebook import QUESTIONS, Code, Flag, Focus
from bot.talk.transcript import Speaker, Transcript, Turn

GOLDEN = Path(__file__).parent
MIN_TURNS = 6
HAND_FLAGS = (Flag.STACKED, Flag.RHETORICAL, Flag.WITH_PERMISSION, Flag.SPECIFIC)
"""The flags that a hand gives: those that decide a criterion and cannot be counted from the words."""

Area = Literal["pipeline", "skills_and_behaviours", "account", "territory", "lead_and_opportunity", "beyond_sales"]
Reached = Literal["below", "basic", "proficient", "not_scored"]
Level = Literal["telling", "mixed", "coaching", "coaching_well", "not_scored"]


def _said(value: Any) -> Any:
    if isinstance(value, str) and not value.strip():
        raise ValueError("is empty")
    return value


Said = Annotated[str, BeforeValidator(_said)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ReaderSays(_Strict):
    """What the reader says of a unit where the hand says otherwise, and why that is accepted for now."""

    code: Code
    focus: Focus | None = None
    signed: Said


class CutUnit(_Strict):
    """A unit as the reader cuts and codes it."""

    says: Said
    code: Code
    focus: Focus | None = None


class ReaderCuts(_Strict):
    """All that the reader says of a turn which it cuts in other places than the hand, and why that is accepted."""

    units: Annotated[tuple[CutUnit, ...], Field(min_length=1)]
    signed: Said


class HandUnit(_Strict):
    """One thought of the manager's: its words, its code by hand, a question's focus, flags that decide something."""

    says: Said
    code: Code
    focus: Focus | None = None
    flags: tuple[Flag, ...] = ()
    reader: ReaderSays | None = None

    @model_validator(mode="after")
    def _by_the_codebook(self) -> HandUnit:
        if (self.code in QUESTIONS) != (self.focus is not None):
            raise ValueError("a question needs a focus, and nothing else has one")
        if wrong := [flag for flag in self.flags if flag not in HAND_FLAGS]:
            raise ValueError(f"the flag {wrong[0]} is not coded by hand; choose of {', '.join(HAND_FLAGS)}")
        return self


class HandStep(_Strict):
    """A next step in the rep's words, and who voiced it first. A step that he says again is given once."""

    says: Said
    author: Literal["rep", "manager"] = "rep"


class GoldenTurn(_Strict):
    """One turn. The manager's words are its units with blanks between; the rep's are `says`, with the steps in them."""

    who: Speaker
    says: Said | None = None
    units: tuple[HandUnit, ...] = ()
    steps: tuple[HandStep, ...] = ()
    reader: ReaderCuts | None = None

    @model_validator(mode="after")
    def _of_one_of_the_two(self) -> GoldenTurn:
        if self.who is Speaker.MANAGER:
            if not self.units or self.says is not None or self.steps:
                raise ValueError("the manager's turn has units, and neither says nor steps")
        elif self.says is None or self.units or self.reader:
            raise ValueError("the rep's turn has says, and neither units nor reader")
        if missing := [step.says for step in self.steps if step.says not in (self.says or "")]:
            raise ValueError(f"the step {missing[0]!r} is not in the turn's words")
        return self

    @property
    def text(self) -> str:
        """The turn's words."""
        return self.says if self.says is not None else " ".join(unit.says for unit in self.units)


class Trainer(_Strict):
    """What a fair trainer would say where the thresholds cannot."""

    level: Level
    why: Said


class Expect(_Strict):
    """Criteria and level that follow from the hand's codes, without `forward`, whose flags no hand gives."""

    criteria: dict[str, Reached]
    level: Level
    trainer: Trainer | None = None

    @model_validator(mode="after")
    def _says_something_else(self) -> Expect:
        if self.trainer and self.trainer.level == self.level:
            raise ValueError("trainer stands only where the level is not the trainer's")
        return self


class Computed(_Strict):
    """What the product says: its score, and the criteria and the level where they are not as expected."""

    score: int | None = None
    level: Level | None = None
    criteria: dict[str, Reached] = {}


class Signature(_Strict):
    """A change that was looked at and accepted: when, what changed, and why. `date` is a day or a version."""

    date: Said
    what: Said
    why: Said


class Golden(_Strict):
    """One conversation. `about` says what makes it worth keeping; `seal` is over everything else in the file."""

    id: str
    area: Area
    title: Said
    about: Said
    manager: Said
    rep: Said
    turns: tuple[GoldenTurn, ...]
    expect: Expect
    computed: Computed | None = None
    signed: tuple[Signature, ...] = ()
    seal: str = ""

    @model_validator(mode="after")
    def _two_who_take_turns(self) -> Golden:
        who = [turn.who for turn in self.turns]
        if len(who) < MIN_TURNS or any(one is other for one, other in pairwise(who)):
            raise ValueError(f"turns: {MIN_TURNS} at least are needed, the manager's and the rep's by turns")
        return self

    @property
    def transcript(self) -> Transcript:
        """The words alone, for the product to read and score."""
        turns = tuple(Turn(index, turn.who, turn.text) for index, turn in enumerate(self.turns))
        return Transcript(turns, self.manager, self.rep)

    @property
    def file(self) -> str:
        """The name of its file."""
        return f"{self.id}.yaml"


def seal_of(golden: Golden) -> str:
    """SHA-256, in hex, over all that a file holds but the seal: its words, codes, recorded answers and signatures."""
    held = golden.model_dump(mode="json", exclude={"seal"})
    return hashlib.sha256(json.dumps(held, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def all_golden(directory: Path = GOLDEN) -> tuple[Golden, ...]:
    """Every golden conversation, by id. Raises AskwellError with file, line and field."""
    return tuple(load(path) for path in sorted(directory.glob("*.yaml")))


def load(path: Path) -> Golden:
    """One golden conversation. Raises AskwellError, one line a problem: `file:line:column: field: problem`."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        known = ", ".join(sorted(other.stem for other in path.parent.glob("*.yaml")))
        raise AskwellError(f"there is no golden conversation {path.stem!r}; choose one of {known}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise AskwellError(f"{path.name}: cannot be read: {error}") from None
    try:
        data, positions = parse(text, path.name)
        source = Source(path.name, positions)
        try:
            found = Golden.model_validate(data)
        except ValidationError as error:
            source.refuse(_problems(error))
            raise
        source.refuse([(("id",), f"{found.id!r} must be the file's name")] if found.id != path.stem else [])
    except ScenarioError as error:
        raise AskwellError(str(error)) from None
    return found


def _problems(error: ValidationError) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for wrong in error.errors(include_url=False):
        kind = wrong["type"]
        plain = {"extra_forbidden": "is not a field here", "missing": "is missing"}.get(kind, wrong["msg"])
        yield tuple(wrong["loc"]), plain.removeprefix("Value error, ")


def save(golden: Golden, directory: Path = GOLDEN) -> Path:
    """Write a conversation to its file, whole or not at all; returns the path. Raises OSError."""
    path = directory / golden.file
    write_whole(path, as_yaml(golden).encode())
    return path


def as_yaml(golden: Golden) -> str:
    """The file of a conversation: a line a unit, so that a change of one code is a change of one line."""
    held = golden.model_dump(mode="json", exclude_defaults=True)
    lines = [f"{key}: {_plain(held[key])}" for key in ("id", "area", "title", "about", "manager", "rep")]
    lines.append("turns:")
    for turn in held["turns"]:
        lines.append(f"- who: {turn['who']}")
        if "says" in turn:
            lines.append(f"  says: {_plain(turn['says'])}")
        for key in ("units", "steps"):
            if key in turn:
                lines += [f"  {key}:", *(f"  - {_flow(entry)}" for entry in turn[key])]
        if "reader" in turn:
            cut = turn["reader"]
            lines += ["  reader:", f"    signed: {_plain(cut['signed'])}", "    units:"]
            lines += [f"    - {_flow(entry)}" for entry in cut["units"]]
    for key in ("expect", "computed"):
        if key in held:
            lines += [f"{key}:", *(f"  {name}: {_flow(value)}" for name, value in held[key].items())]
    if "signed" in held:
        lines += ["signed:", *(f"- {_flow(entry)}" for entry in held["signed"])]
    if golden.seal:
        lines.append(f"seal: {golden.seal}")
    return "\n".join(lines) + "\n"


_BARE = re.compile(r"[a-z][a-z_-]*|[0-9a-f]{64}|[0-9]+")


def _plain(text: str) -> str:
    """A scalar; JSON's quoted strings are YAML's."""
    return text if _BARE.fullmatch(text) else json.dumps(text, ensure_ascii=False)


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        first = sorted(value.items(), key=lambda pair: _ORDER.index(pair[0]) if pair[0] in _ORDER else 0)
        return "{" + ", ".join(f"{key}: {_flow(entry)}" for key, entry in first) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(_flow(entry) for entry in value) + "]"
    return _plain(str(value))


_ORDER = ("code", "focus", "flags", "author", "says", "reader", "signed")
