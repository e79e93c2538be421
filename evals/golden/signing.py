"""Compares current results with the recorded ones of the golden conversations, and signs changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.errors import AskwellError

from .answer import CodedConversation, CodedUnit, read, recorded
from .golden import (
    Computed,
    CutUnit,
    Golden,
    GoldenTurn,
    HandUnit,
    ReaderCuts,
    ReaderSays,
    Signature,
    seal_of,
)
from .handcoded import hand_levels

if TYPE_CHECKING:
    from bot.reader import Reader

_HOW = 'review it, then sign it in the same change: python -m evals.golden sign {id} --why "..."'


@dataclass(frozen=True, slots=True)
class GoldenChange:
    """A difference from the file. `turn` counts from 0, and is None if the whole conversation differs."""

    file: str
    turn: int | None
    words: str
    recorded: str
    now: str

    def __str__(self) -> str:
        turn = f" turn {self.turn}:" if self.turn is not None else ""
        return f"{self.file}:{turn} {self.words}: recorded {self.recorded}, now {self.now}"

    def as_json(self) -> dict[str, Any]:
        """file, turn, words, recorded, now."""
        return {"file": self.file, "turn": self.turn, "words": self.words, "recorded": self.recorded, "now": self.now}


def check_golden(golden: Golden, reader: Reader | None = None) -> list[GoldenChange]:
    """Every difference between the signed file and the current results, or the file itself."""
    return [*unsealed(golden), *by_thresholds(golden), *golden_changes(golden, read(golden, reader).answer)]


def change_text(found: Sequence[GoldenChange]) -> str:
    """The differences, one per line, with what to do about each conversation."""
    files = dict.fromkeys(difference.file for difference in found)
    lines: list[str] = []
    for file in files:
        lines += [str(difference) for difference in found if difference.file == file]
        lines.append("  " + _HOW.format(id=file.removesuffix(".yaml")))
    return "\n".join(lines)


def unsealed(golden: Golden) -> list[GoldenChange]:
    """A difference if the file changed after it was signed, or was never signed."""
    if golden.signed and golden.seal == seal_of(golden):
        return []
    return [GoldenChange(golden.file, None, "seal", golden.seal[:12] or "none", f"{seal_of(golden)[:12]}, unsigned")]


def by_thresholds(golden: Golden) -> list[GoldenChange]:
    """Differences between the expected result and what the current scoring computes from the hand coding."""
    criteria, level = hand_levels(golden)
    now, before = {**criteria, "level": level}, {**golden.expect.criteria, "level": golden.expect.level}
    return [
        GoldenChange(
            golden.file, None, f"{name}, from the hand coding", before.get(name, "none"), now.get(name, "none")
        )
        for name in {**before, **now}
        if before.get(name) != now.get(name)
    ]


def golden_changes(golden: Golden, answer: CodedConversation) -> list[GoldenChange]:
    """Differences between `answer` and the recorded results: units by turn, criteria, level and score."""
    before = recorded(golden)
    if before is None:
        return [GoldenChange(golden.file, None, "the product's answer", "nothing", f"{answer.level}, {answer.score}")]
    found: list[GoldenChange] = []
    for turn, (then, now) in enumerate(zip(before.turns, answer.turns, strict=True)):
        found += _in_turn(golden.file, turn, then, now)
    for name in {**before.criteria, **answer.criteria}:
        was, is_now = before.criteria.get(name, "none"), answer.criteria.get(name, "none")
        if was != is_now:
            found.append(GoldenChange(golden.file, None, name, was, is_now))
    if before.level != answer.level:
        found.append(GoldenChange(golden.file, None, "level", before.level, answer.level))
    if before.score != answer.score:
        found.append(GoldenChange(golden.file, None, "score", str(before.score), str(answer.score)))
    return found


def _in_turn(file: str, turn: int, then: Sequence[CodedUnit], now: Sequence[CodedUnit]) -> list[GoldenChange]:
    if [unit.says for unit in then] == [unit.says for unit in now]:
        pairs = zip(then, now, strict=True)
        return [GoldenChange(file, turn, f'"{a.says}"', str(a), str(b)) for a, b in pairs if a != b]
    was, is_now = (" | ".join(f"{unit.says} [{unit}]" for unit in units) for units in (then, now))
    return [GoldenChange(file, turn, "cut", was, is_now)]


def sign(golden: Golden, answer: CodedConversation, date: str, why: str) -> Golden:
    """The conversation with `answer` recorded, a signature for the changes, and a new seal.

    Raises AskwellError if `why` is blank or there is nothing to sign.
    """
    if not why.strip():
        raise AskwellError(f"{golden.file}: use --why to say why you accept this")
    criteria, level = hand_levels(golden)
    trainer = golden.expect.trainer if golden.expect.trainer and golden.expect.trainer.level != level else None
    expect = golden.expect.model_copy(update={"criteria": criteria, "level": level, "trainer": trainer})
    changed = [*golden_changes(golden, answer), *by_thresholds(golden), *unsealed(golden)]
    if not changed:
        raise AskwellError(f"{golden.file}: nothing has changed, so there is nothing to sign")
    turns = tuple(_recorded(turn, now, why) for turn, now in zip(golden.turns, answer.turns, strict=True))
    computed = Computed(
        score=answer.score,
        level=None if answer.level == level else answer.level,
        criteria={name: reached for name, reached in answer.criteria.items() if criteria.get(name) != reached},
    )
    signature = Signature(date=date, what=_what(changed), why=why.strip())
    values = golden.model_dump() | {
        "turns": [turn.model_dump() for turn in turns],
        "expect": expect.model_dump(),
        "computed": computed.model_dump(),
        "signed": [*(entry.model_dump() for entry in golden.signed), signature.model_dump()],
    }
    signed = Golden.model_validate(values)
    return signed.model_copy(update={"seal": seal_of(signed)})


def _what(changed: Sequence[GoldenChange]) -> str:
    """A summary of the signed changes: how many codes, and which levels."""
    codes = sum(difference.turn is not None for difference in changed)
    rest = [f"{entry.words} {entry.recorded} -> {entry.now}" for entry in changed if entry.turn is None]
    of_the_file = [entry for entry in rest if not entry.startswith("seal ")] or ([] if codes else ["the file"])
    return ", ".join([*([f"codes in {codes} places"] if codes else []), *of_the_file])


def _recorded(turn: GoldenTurn, now: Sequence[CodedUnit], why: str) -> GoldenTurn:
    """The turn with the reader's current results. Differences that were signed earlier keep their reasons."""
    if not turn.units:
        return turn
    if [unit.says for unit in turn.units] != [unit.says for unit in now]:
        cut = tuple(CutUnit(says=unit.says, code=unit.code, focus=unit.focus) for unit in now)
        kept = turn.reader.signed if turn.reader and turn.reader.units == cut else why
        bare = tuple(unit.model_copy(update={"reader": None}) for unit in turn.units)
        return turn.model_copy(update={"reader": ReaderCuts(units=cut, signed=kept), "units": bare})
    units = tuple(_of_unit(unit, said, why) for unit, said in zip(turn.units, now, strict=True))
    return turn.model_copy(update={"reader": None, "units": units})


def _of_unit(unit: HandUnit, now: CodedUnit, why: str) -> HandUnit:
    if (unit.code, unit.focus) == (now.code, now.focus):
        return unit.model_copy(update={"reader": None})
    before = unit.reader
    kept = before.signed if before and (before.code, before.focus) == (now.code, now.focus) else why
    return unit.model_copy(update={"reader": ReaderSays(code=now.code, focus=now.focus, signed=kept)})
