"""The reader: splits a turn, reads each unit with what was said before it, and gives it a code."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from ..once import once
from ..talk.codebook import CLAIMED_FROM, QUESTIONS, Code, Flag, Focus, Unit
from ..talk.direction import Meant
from ..talk.transcript import Turn
from ..vectors.embedding import Embedder
from ..vectors.units import unit_encoder, unit_text
from .cue import STRONG
from .flags import advice_wanted, changes_topic, flags_of
from .rules import heard, votes
from .split import split
from .weights import shipped_weights

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ..topics.candidates import Candidate

    Floats = NDArray[np.float32]

_TAKING = frozenset({Code.TAKEOVER, Code.INFORMATION, Code.OTHER, Code.DIRECTIVE, Code.ADVICE})
"""Codes beside which plain words of taking over ("I'll run the meeting") are listened for: the encoder has seen few."""
_BOTH = CLAIMED_FROM[Code.TAKEOVER]
"""How sure a takeover is at least that the encoder and the words agree on: of 17 such units in the free conversations,
16 are one."""
_HEARD_ONLY = 0.5
"""How sure one is that only the words tell. Of 29 there 3 are one, so it isn't claimed but shown as unsure."""
_ACCEPTS = re.compile(
    r"\W*i(?:['’]?ll| will) (?:take|have) (?:\d|one|two|three|four|five|six|seven|eight|nine|ten)\b", re.IGNORECASE
)
"""Words that accept what the rep offered ("I'll take nine" of ten), which the encoder is sure take something over."""
_FOCUS_FROM = 0.7
"""Minimum probability of status or action, chosen on the units that set thresholds."""


class Reader(Protocol):
    """Codes turns. The rules reader, the encoder reader and the model reader share this interface."""

    id: str

    def read(self, text: str, context: str = "") -> tuple[Unit, ...]:
        """The coded units of a manager's turn, in order. `context` is the rep's previous turn."""
        ...


@dataclass(frozen=True, slots=True)
class Reading:
    """A turn as it was read: its units, the id of the reader that read it, and what a model says each unit means."""

    units: tuple[Unit, ...]
    by: str
    meant: tuple[Meant, ...] = ()


@runtime_checkable
class TurnReader(Reader, Protocol):
    """A reader that reads a turn in its conversation, and chooses what it is about from a list."""

    def reading(self, text: str, before: Sequence[Turn] = (), candidates: Sequence[Candidate] = ()) -> Reading:
        """The turn as read, given the turns before it."""
        ...


def read_turn(reader: Reader, text: str, before: Sequence[Turn] = ()) -> Reading:
    """A manager's turn as `reader` reads it, given the turns before it."""
    if isinstance(reader, TurnReader):
        return reader.reading(text, before)
    return Reading(reader.read(text, last_words(before)), reader.id)


def last_words(before: Sequence[Turn]) -> str:
    """The rep's last turn, empty if there is none."""
    return next((turn.text for turn in reversed(before) if not turn.is_manager), "")


class EncoderReader:
    """Two linear heads, for code and focus, over a tuned encoder. The same words give the same codes everywhere."""

    def __init__(self, encoder: Embedder) -> None:
        self._encoder = encoder
        weights = shipped_weights()
        self._codes, self._focus = weights.codes, weights.focus
        self.id = f"encoder-{weights.digest[:8]}"

    def judge(self, pieces: Sequence[tuple[str, str, str]]) -> list[dict[Code, float]]:
        """The probability of every code, unit by unit.

        `pieces` are the rep's words before, the turn's previous unit, and the unit; the first two may be empty.
        """
        chances = self._codes.chances(self._encoder.embed([unit_text(*piece) for piece in pieces]))
        codes = [Code(name) for name in self._codes.classes]
        return [dict(zip(codes, map(float, row), strict=True)) for row in chances]

    def read(self, text: str, context: str = "") -> tuple[Unit, ...]:
        """The coded units of a manager's turn, in order. Accepts any text and never raises."""
        return self.read_all([(text, context)])[0]

    def read_all(self, turns: Sequence[tuple[str, str]]) -> list[tuple[Unit, ...]]:
        """The same for many turns, each with its context."""
        return [self._units(text, context, split(text)) for text, context in turns]

    def _units(self, text: str, context: str, spans: Sequence[tuple[int, int]]) -> tuple[Unit, ...]:
        """The units of one turn, from their offsets."""
        if not spans:
            return ()
        pieces = [text[start:end] for start, end in spans]
        vectors = self._encoder.embed(
            [unit_text(context, before, piece) for before, piece in zip(["", *pieces], pieces, strict=False)]
        )
        coded: list[tuple[Code, Focus | None, float]] = []
        for chance, leaning in zip(self._codes.chances(vectors), self._focus.chances(vectors), strict=True):
            best = int(chance.argmax())
            code, sure = Code(self._codes.classes[best]), float(chance[best])
            if code in _TAKING and votes(heard(pieces[len(coded)]), False).get(Code.TAKEOVER, 0.0) >= STRONG:
                code, sure = Code.TAKEOVER, max(sure, _BOTH) if code is Code.TAKEOVER else _HEARD_ONLY
            if code is Code.TAKEOVER and _ACCEPTS.match(pieces[len(coded)]):
                sure = min(sure, _HEARD_ONLY)
            focus = self._leaning(leaning) if code in QUESTIONS else None
            coded.append((code, focus, round(sure, 3)))  # as stored, so that a saved turn loads unchanged
        return units_of([(*span, piece) for span, piece in zip(spans, pieces, strict=True)], coded, context)

    def _leaning(self, chances: Floats) -> Focus:
        """The likeliest focus if it is likely enough. Otherwise explore, the codebook's default."""
        best = int(chances.argmax())
        return Focus(self._focus.classes[best]) if chances[best] >= _FOCUS_FROM else Focus.EXPLORE


def units_of(
    pieces: Sequence[tuple[int, int, str]],
    coded: Sequence[tuple[Code, Focus | None, float]],
    context: str,
    flags: Sequence[tuple[Flag, ...] | None] = (),
) -> tuple[Unit, ...]:
    """The units of a turn with flags, from their offsets and words, and each one's code, focus and confidence.

    `flags` are those of each unit, None where the rules find them. Rules always find stacked questions.
    """
    # Permission to advise matters only for advice.
    wanted = any(code is Code.ADVICE for code, _, _ in coded) and advice_wanted(context)
    units = []
    given = flags or [None] * len(pieces)
    for (start, end, piece), (code, focus, sure), own in zip(pieces, coded, given, strict=True):
        wanted = wanted and not changes_topic(piece)
        found = flags_of(code, focus, piece, wanted) if own is None else own
        units.append(Unit(piece, start, end, code, focus, found, sure))
    return _stacked(tuple(units))


def _stacked(units: tuple[Unit, ...]) -> tuple[Unit, ...]:
    """Flag the second and later questions of a turn, and one that asks two things at once.

    Repeating the same words doesn't count as stacking, and neither does what only leads in to a question ("And tell
    me, what ...").
    """
    result: list[Unit] = []
    seen: set[str] = set()
    marked = any("?" in unit.text for unit in units)  # who sets question marks sets one behind each question
    for unit in units:
        key = " ".join(re.findall(r"\w+", unit.text.lower()))
        leads_in = unit.text.endswith(_LEADS_IN) and len(unit.text.split()) <= _FEW
        sure = unit.claimed and not leads_in and (unit.text.endswith(",") or not marked)
        asks = unit.genuine and (unit.text.endswith("?") or sure or unit.confidence == _SAID)
        if asks and ((seen and key not in seen) or _ASKS_TWO.search(unit.text)):
            unit = replace(unit, flags=(Flag.STACKED, *unit.flags))
        if asks:
            seen.add(key)
        result.append(unit)
    return tuple(result)


_SAID = 1.0
"""The confidence of a code that a manager corrected."""
_LEADS_IN, _FEW = (",", ":", ";", "-", "–", "—"), 3
# "When will you go, and who comes along?", "Who were the four, was Denise one of them?"
_ASKS_TWO = re.compile(
    r"(?i:\b(?:who|what|why|how|which|whose|(?:when|where) (?=(?:is|are|was|were|did|do|does|will|would|can|could)\b))"
    r"(?:['’]?s|['’]re|['’]ll)?\b)[^?]*"
    r"(?:, ?(?:and |or )?(?:who|what|where|why|how|which|whose)(?:['’]?s|['’]re|['’]ll)? \w+ \w+"
    r"|,? and (?:who|what|when|where|why|how|which) (?:is|are|was|were|did|do|does|will|would|can|could|has|have) \w+"
    r"|, ?(?:and |or )?(?:is|are|was|were|did|do|does|have|has|will) (?:you|he|she|it|they|there|that|[A-Z]\w+) "
    r"(?!know\b|think\b|reckon\b|say\b)\w+)"
)


@once
def default_reader() -> EncoderReader:
    """The reader with the packaged encoder, created once per process."""
    return EncoderReader(unit_encoder())
