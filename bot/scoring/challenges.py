"""The manager's own word on what the reader said: units are counted as the manager has them, and so are examples.

The rep reacted to what the reader said, so nothing here changes a state.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ..reader.flags import flags_of
from ..reader.focus import focus_of
from ..reader.read import last_words, units_of
from ..store.session import Challenge, Session
from ..talk.codebook import INSTRUCTING, QUESTIONS, Code, Flag, Focus, Unit
from ..talk.transcript import Turn

__all__ = ["Challenge", "LabelledUnit", "labelled_units", "with_challenges"]


@dataclass(frozen=True, slots=True)
class LabelledUnit:
    """An example for whoever trains or checks a reader: a unit, the rep's words before, and both codes.

    `says` is None where the manager only said that `was` is wrong. `reader` is the id of the reader that was wrong.
    """

    text: str
    context: str
    was: Code
    says: Code | None
    scenario: str
    reader: str

    def as_json(self) -> dict[str, str | None]:
        """text, context, was, says, scenario, reader."""
        return {
            "text": self.text,
            "context": self.context,
            "was": str(self.was),
            "says": str(self.says) if self.says else None,
            "scenario": self.scenario,
            "reader": self.reader,
        }


def with_challenges(
    turns: Sequence[Turn], challenges: Iterable[Challenge], right: Collection[str] = ()
) -> tuple[Turn, ...]:
    """The turns with every challenged unit as the manager has it, flagged `yours`.

    A unit that is named anew is sure, and has the focus and flags of its new code. One that is only called wrong isn't
    claimed any more. `right` are the ids of the steps that the manager is right to order in this scenario. Raises
    ValueError for a challenge of words that aren't a unit.
    """
    said: dict[int, dict[int, Challenge]] = {}
    for challenge in challenges:
        said.setdefault(challenge.turn, {})[challenge.start] = challenge
    units = {(turn.index, unit.start) for turn in turns for unit in turn.units}
    if astray := {(turn, start) for turn, some in said.items() for start in some} - units:
        turn, start = min(astray)
        raise ValueError(f"turn {turn} has no unit at character {start}")
    return tuple(
        _corrected(turn, said[turn.index], last_words(turns[:place]), right) if turn.index in said else turn
        for place, turn in enumerate(turns)
    )


def labelled_units(sessions: Iterable[Session]) -> tuple[LabelledUnit, ...]:
    """The challenged units, in the order of `sessions` and of their conversations.

    A retry repeats words of the session that it goes back to: each unit is there once, as it was challenged last.
    """
    found: dict[tuple[object, ...], tuple[Challenge, LabelledUnit]] = {}
    for session in sessions:
        for challenge in session.challenges:
            turn = session.turns[challenge.turn]
            context = last_words(session.turns[: challenge.turn])
            words = turn.text[challenge.start : challenge.end]
            unit = LabelledUnit(words, context, challenge.was, challenge.says, session.scenario, turn.reader or "")
            key = session.parent or session.id, challenge.turn, challenge.start, turn.text, context
            if key not in found or challenge.at >= found[key][0].at:
                found[key] = challenge, unit
    return tuple(unit for _, unit in found.values())


def _corrected(turn: Turn, said: Mapping[int, Challenge], context: str, right: Collection[str]) -> Turn:
    named = [_named(unit, said[unit.start]) if unit.start in said else unit for unit in turn.units]
    units = units_of(  # as a reader makes them: what the manager calls a question may stack
        [(unit.start, unit.end, unit.text) for unit in named],
        [(unit.code, unit.focus, unit.confidence) for unit in named],
        context,
        [_flags(unit, said.get(unit.start)) for unit in named],
    )
    stepped = {touch.unit for touch in turn.touches if touch.step in right}
    marked = []
    for place, unit in enumerate(units):
        if challenge := said.get(unit.start):
            ordered = (Flag.INSTRUCTED,) if place in stepped and challenge.says in INSTRUCTING else ()
            unit = replace(unit, flags=(*unit.flags, *ordered, Flag.YOURS))
        marked.append(unit)
    return replace(turn, units=tuple(marked))


def _named(unit: Unit, challenge: Challenge) -> Unit:
    if challenge.says is None:
        return replace(unit, confidence=0.0)
    focus = (unit.focus or focus_of(unit.text, Focus.EXPLORE)) if challenge.says in QUESTIONS else None
    return replace(unit, code=challenge.says, focus=focus, confidence=1.0)


def _flags(unit: Unit, challenge: Challenge | None) -> tuple[Flag, ...] | None:
    """The flags of a unit as named, but the stacked one. None where the rules need the whole turn to find them."""
    if challenge is None:
        return tuple(flag for flag in unit.flags if flag is not Flag.STACKED)
    if challenge.says in (None, challenge.was):
        return tuple(flag for flag in unit.flags if flag not in (Flag.STACKED, Flag.INSTRUCTED))
    if unit.code is Code.ADVICE:
        return None
    found = flags_of(unit.code, unit.focus, unit.text, wanted=False)
    return tuple(flag for flag in found if flag is not Flag.RHETORICAL)  # who asked it says that it is a question
