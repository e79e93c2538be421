"""The product's results for a golden conversation: current, and as recorded in its file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.scoring.score import coded, score
from bot.talk.codebook import Code, Focus, Unit
from bot.talk.transcript import Turn

from .golden import Golden, GoldenTurn

if TYPE_CHECKING:
    from bot.reader import Reader


@dataclass(frozen=True, slots=True)
class CodedUnit:
    """A unit's words, code and focus."""

    says: str
    code: Code
    focus: Focus | None = None

    def __str__(self) -> str:
        return f"{self.code} ({self.focus})" if self.focus else str(self.code)


@dataclass(frozen=True, slots=True)
class CodedConversation:
    """Codes by turn (none for the rep's), criteria by id, overall level and score (None if not scored)."""

    turns: tuple[tuple[CodedUnit, ...], ...]
    criteria: dict[str, str]
    level: str
    score: int | None


@dataclass(frozen=True, slots=True)
class ReaderAnswer:
    """Current results, with the reader's units."""

    answer: CodedConversation
    units: tuple[tuple[Unit, ...], ...]


def read(golden: Golden, reader: Reader | None = None) -> ReaderAnswer:
    """The product's current results. Uses the packaged reader by default."""
    from bot.engine import default_engine

    engine = default_engine().packaged()
    reader = reader or engine.reader
    turns = coded(golden.transcript, reader)
    card = score(replace(golden.transcript, turns=turns), reader=reader, knowledge=engine.knowledge)
    units = tuple(turn.units for turn in turns)
    told = tuple(_told(turn) for turn in turns)
    return ReaderAnswer(
        CodedConversation(told, {entry.id: entry.level for entry in card.criteria}, card.level, card.score), units
    )


def _told(turn: Turn) -> tuple[CodedUnit, ...]:
    """The units of a turn. If the reader finds none ("..."), a single unit `other`, as the codebook requires."""
    if turn.is_manager and not turn.units:
        return (CodedUnit(turn.text, Code.OTHER),)
    return tuple(CodedUnit(unit.text, unit.code, unit.focus) for unit in turn.units)


def recorded(golden: Golden) -> CodedConversation | None:
    """The results recorded in the file, or None."""
    if golden.computed is None:
        return None
    expect, computed = golden.expect, golden.computed
    return CodedConversation(
        tuple(_recorded(turn) for turn in golden.turns),
        {**expect.criteria, **computed.criteria},
        computed.level or expect.level,
        computed.score,
    )


def _recorded(turn: GoldenTurn) -> tuple[CodedUnit, ...]:
    if turn.reader is not None:
        return tuple(CodedUnit(unit.says, unit.code, unit.focus) for unit in turn.reader.units)
    spoken = [(unit.says, unit.reader or unit) for unit in turn.units]
    return tuple(CodedUnit(says, said.code, said.focus) for says, said in spoken)
