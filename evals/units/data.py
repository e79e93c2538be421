"""The coded units: written for Askwell, cut from turns in context and from free conversations, and contrast sets.

A unit is held out with its person: its topic's writer, its manager, or the writer of its contrast set.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from bot.talk.codebook import Code, Focus

from ..rows import rows_of

_DATA = Path(__file__).parents[1] / "data"
WRITTEN, NATURAL, CONTRAST = "written", "natural", "contrast"
"""Where a unit comes from. In natural ones things happen as often as in conversations."""


@dataclass(frozen=True, slots=True)
class Example:
    """A coded unit with the rep's words before it and the turn's previous unit, either of which may be empty.

    `split` is `train`, `dev`, `test`, `calibration` or `held_out`; only `train` trains. `person` is whose conversation
    it is from.
    """

    id: str
    source: str
    split: str
    person: str
    context: str
    previous: str
    text: str
    code: Code
    focus: Focus | None
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Written:
    """A line of units.jsonl."""

    id: str
    area: str
    topic: str
    split: str
    context: str
    text: str
    code: str
    focus: str | None
    flags: Sequence[str]


@dataclass(frozen=True, slots=True)
class _InTurn:
    """A line of turn_units.jsonl: `id` ends in the unit's number in its turn."""

    id: str
    scenario: str
    before: str
    text: str
    code: str
    focus: str | None
    flags: Sequence[str]


@dataclass(frozen=True, slots=True)
class _Free:
    """A line of free_units.jsonl, as two people coded it and a third settled; `half` is that of the manager."""

    id: str
    half: str
    scenario: str
    before: str
    text: str
    flags: Sequence[str]
    coders: Sequence[str]
    code: str
    focus: str | None


@dataclass(frozen=True, slots=True)
class _Contrast:
    """A line of contrast_units.jsonl. `set` names its writer."""

    id: str
    set: str
    half: str
    before: str
    previous: str
    text: str
    code: str
    focus: str | None
    flags: Sequence[str]


@lru_cache(maxsize=1)
def examples() -> tuple[Example, ...]:
    """Every coded unit, in file order. Raises AskwellError naming the file and line."""
    return (*_written(), *_in_turns(), *_free(), *_contrast())


def written_units(split: str) -> list[Example]:
    """The units written for Askwell of one split: train, dev or test."""
    return [one for one in examples() if one.source == WRITTEN and one.split == split]


def held_out(source: str) -> list[Example]:
    """The held-out units of free conversations or of contrast sets."""
    return [one for one in examples() if one.source == source and one.split == "held_out"]


def calibration() -> list[Example]:
    """Units of free conversations that set thresholds and train nothing."""
    return [one for one in examples() if one.split == "calibration"]


def training() -> list[Example]:
    """The units that may train."""
    return [one for one in examples() if one.split == "train"]


def _written() -> Iterator[Example]:
    for _, row in rows_of(_DATA / "units.jsonl", _Written, "a coded unit"):
        yield Example(
            row.id, WRITTEN, row.split, row.topic, row.context, "", row.text, *_codes(row.code, row.focus, row.flags)
        )


def _in_turns() -> Iterator[Example]:
    rows = [row for _, row in rows_of(_DATA / "turn_units.jsonl", _InTurn, "a coded unit")]
    earlier = _previous([(row.id, row.text) for row in rows])
    for row in rows:
        coded = _codes(row.code, row.focus, row.flags)
        yield Example(row.id, NATURAL, "train", row.scenario, row.before, earlier[row.id], row.text, *coded)


def _free() -> Iterator[Example]:
    rows = [row for _, row in rows_of(_DATA / "free_units.jsonl", _Free, "a coded unit")]
    earlier = _previous([(row.id, row.text) for row in rows])
    for row in rows:
        split = "train" if row.half == "development" else row.half
        person = row.id.partition("-")[0]
        coded = _codes(row.code, row.focus, row.flags)
        yield Example(row.id, NATURAL, split, person, row.before, earlier[row.id], row.text, *coded)


def _contrast() -> Iterator[Example]:
    for _, row in rows_of(_DATA / "contrast_units.jsonl", _Contrast, "a coded unit"):
        split = "train" if row.half == "development" else row.half
        coded = _codes(row.code, row.focus, row.flags)
        yield Example(row.id, CONTRAST, split, row.set, row.before, row.previous, row.text, *coded)


def _codes(code: str, focus: str | None, flags: Sequence[str]) -> tuple[Code, Focus | None, tuple[str, ...]]:
    return Code(code), Focus(focus) if focus else None, tuple(flags)


def _previous(rows: Sequence[tuple[str, str]]) -> dict[str, str]:
    """For each id, the text of the unit before it in its turn; ids end in the unit's number."""
    texts = dict(rows)
    found = {}
    for name in texts:
        turn, _, number = name.rpartition(".")
        found[name] = texts.get(f"{turn}.{int(number) - 1}", "")
    return found
