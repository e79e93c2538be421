"""Golden conversations: reviewed transcripts with hand-coded units, criteria and level.

One YAML file per conversation, in `evals/golden`. If the product's results differ from the hand coding, the file has
both, with a signature for each difference and a seal over everything. docs/golden.md explains signing. They are only
for measuring, never for training.
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
from bot.scenario.problems import SourceText
from bot.scenario.strictyaml import parse
from bot.talk.codebook import QUESTIONS, Code, Flag, Focus
from bot.talk.transcript import Speaker, Transcript, Turn

GOLDEN = Path(__file__).parent
MIN_TURNS = 6
HAND_FLAGS = (Flag.STACKED, Flag.RHETORICAL, Flag.WITH_PERMISSION, Flag.SPECIFIC)
"""The flags that are coded by hand: those that decide a criterion and can't be counted from the words."""

GoldenArea = Literal[
    "pipeline", "skills_and_behaviours", "account", "territory", "lead_and_opportunity", "beyond_sales"
]
Reached = Literal["below", "basic", "proficient", "not_scored"]
Level = Literal["telling", "mixed", "coaching", "coaching_well", "not_scored"]


def _said(value: Any) -> Any:
    if isinstance(value, str) and not value.strip():
        raise ValueError("is empty")
    return value


SpokenTurn = Annotated[str, BeforeValidator(_said)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ReaderSays(_Strict):
    """The reader's code for a unit, if it differs from the hand coding, and why we accept that for now."""

    code: Code
    focus: Focus | None = None
    signed: SpokenTurn


class CutUnit(_Strict):
    """A unit as the reader splits and codes it."""

    says: SpokenTurn
    code: Code
    focus: Focus | None = None


class ReaderCuts(_Strict):
    """The reader's units for a turn that it splits differently, and why we accept that."""

    units: Annotated[tuple[CutUnit, ...], Field(min_length=1)]
    signed: SpokenTurn


class HandUnit(_Strict):
    """One thought unit: its words, its hand-given code, a question's focus, and flags that decide a criterion."""

    says: SpokenTurn
    code: Code
    focus: Focus | None = None
    flags: tuple[Flag, ...] = ()
    reader: ReaderSays | None = None

    @model_validator(mode="after")
    def _by_the_codebook(self) -> HandUnit:
        if (self.code in QUESTIONS) != (self.focus is not None):
            raise ValueError("a question needs a focus, and only a question has one")
        if wrong := [flag for flag in self.flags if flag not in HAND_FLAGS]:
            raise ValueError(f"the flag {wrong[0]} is not coded by hand; choose from {', '.join(HAND_FLAGS)}")
        return self


class HandStep(_Strict):
    """A next step in the rep's words, and who named it first. Repeated steps are given once."""

    says: SpokenTurn
    author: Literal["rep", "manager"] = "rep"


class GoldenTurn(_Strict):
    """One turn. The manager's words are the units joined by spaces. The rep's are `says`, which contains the steps."""

    who: Speaker
    says: SpokenTurn | None = None
    units: tuple[HandUnit, ...] = ()
    steps: tuple[HandStep, ...] = ()
    reader: ReaderCuts | None = None

    @model_validator(mode="after")
    def _of_one_of_the_two(self) -> GoldenTurn:
        if self.who is Speaker.MANAGER:
            if not self.units or self.says is not None or self.steps:
                raise ValueError("a manager turn has units, not says or steps")
        elif self.says is None or self.units or self.reader:
            raise ValueError("a rep turn has says, not units or reader")
        if missing := [step.says for step in self.steps if step.says not in (self.says or "")]:
            raise ValueError(f"the step {missing[0]!r} is not in the turn's words")
        return self

    @property
    def text(self) -> str:
        """The words of the turn."""
        return self.says if self.says is not None else " ".join(unit.says for unit in self.units)


class Trainer(_Strict):
    """What a fair trainer would say if the thresholds don't capture it."""

    level: Level
    why: SpokenTurn


class Expect(_Strict):
    """Criteria and level that follow from the hand coding, except `forward`, whose flags aren't coded by hand."""

    criteria: dict[str, Reached]
    level: Level
    trainer: Trainer | None = None

    @model_validator(mode="after")
    def _says_something_else(self) -> Expect:
        if self.trainer and self.trainer.level == self.level:
            raise ValueError("trainer is only for a level that the trainer disagrees with")
        return self


class Computed(_Strict):
    """The product's score, and any criteria and level that differ from the expected ones."""

    score: int | None = None
    level: Level | None = None
    criteria: dict[str, Reached] = {}


class Signature(_Strict):
    """A reviewed and accepted change: when, what and why. `date` is a day or a version."""

    date: SpokenTurn
    what: SpokenTurn
    why: SpokenTurn


class Golden(_Strict):
    """One conversation. `about` says why it is worth keeping; `seal` covers everything else in the file."""

    id: str
    area: GoldenArea
    title: SpokenTurn
    about: SpokenTurn
    manager: SpokenTurn
    rep: SpokenTurn
    turns: tuple[GoldenTurn, ...]
    expect: Expect
    computed: Computed | None = None
    signed: tuple[Signature, ...] = ()
    seal: str = ""

    @model_validator(mode="after")
    def _two_who_take_turns(self) -> Golden:
        who = [turn.who for turn in self.turns]
        if len(who) < MIN_TURNS or any(one is other for one, other in pairwise(who)):
            raise ValueError(f"turns: needs at least {MIN_TURNS}, alternating between manager and rep")
        return self

    @property
    def transcript(self) -> Transcript:
        """The words only, for the product to code and score."""
        turns = tuple(Turn(index, turn.who, turn.text) for index, turn in enumerate(self.turns))
        return Transcript(turns, self.manager, self.rep)

    @property
    def file(self) -> str:
        """The name of its file."""
        return f"{self.id}.yaml"


def seal_of(golden: Golden) -> str:
    """SHA-256, in hex, of everything in a file except the seal: words, codes, recorded results and signatures."""
    held = golden.model_dump(mode="json", exclude={"seal"})
    return hashlib.sha256(json.dumps(held, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def all_golden(directory: Path = GOLDEN) -> tuple[Golden, ...]:
    """Every golden conversation, by id. Raises AskwellError with file, line and field."""
    return tuple(load(path) for path in sorted(directory.glob("*.yaml")))


def load(path: Path) -> Golden:
    """One golden conversation. Raises AskwellError with one line per problem: `file:line:column: field: problem`."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        known = ", ".join(sorted(other.stem for other in path.parent.glob("*.yaml")))
        raise AskwellError(f"there is no golden conversation {path.stem!r}; choose one of {known}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise AskwellError(f"{path.name}: can't be read: {error}") from None
    try:
        data, positions = parse(text, path.name)
        source = SourceText(path.name, positions)
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
    """Write a conversation to its file atomically. Returns the path. Raises OSError."""
    path = directory / golden.file
    write_whole(path, as_yaml(golden).encode())
    return path


def as_yaml(golden: Golden) -> str:
    """The text of a conversation's file. One line per unit, so that changing a code changes a single line."""
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
    """A scalar. Quoted JSON strings are valid YAML."""
    return text if _BARE.fullmatch(text) else json.dumps(text, ensure_ascii=False)


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        first = sorted(value.items(), key=lambda pair: _ORDER.index(pair[0]) if pair[0] in _ORDER else 0)
        return "{" + ", ".join(f"{key}: {_flow(entry)}" for key, entry in first) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(_flow(entry) for entry in value) + "]"
    return _plain(str(value))


_ORDER = ("code", "focus", "flags", "author", "says", "reader", "signed")
