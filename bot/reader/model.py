"""The model reader: a language model codes the units that we cut, and says which candidate each one is about.

We cut the turn, so that offsets are always right, and we only take what fits: a code of the codebook, flags that go
with it, numbers of the list. Code still decides what the rep tells. The cache gives the same reading for the same
request.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pydantic import BaseModel, ConfigDict, Field

from ..errors import ModelError
from ..models.llm import Message, Model
from ..models.prompts import Prompt
from ..scenario.schema import Form
from ..talk.codebook import ASKING, QUESTIONS, Code, Flag, Focus, Unit
from ..talk.direction import Meant
from ..talk.transcript import Speaker, Turn
from ..topics.candidates import Candidate
from .read import Reading, last_words, units_of
from .split import split

TALK_TURNS = 8
"""Earlier turns in a request."""
_AT_ONCE = 12
"""Units per request."""
_MOST_LABELS = 2
_LONGEST = 1200
"""Maximum characters of an earlier turn."""
_FENCE = re.compile("={3,}")
_GOES_WITH: Mapping[Flag, frozenset[Code]] = {
    Flag.RHETORICAL: QUESTIONS,
    Flag.ADVICE_AS_QUESTION: frozenset({Code.LEADING_QUESTION}),
    Flag.WITH_PERMISSION: frozenset({Code.ADVICE}),
    Flag.SPECIFIC: frozenset({Code.AFFIRMATION}),
    Flag.COMPLEX: frozenset({Code.REFLECTION}),
    Flag.PAST: frozenset(Code) - {Code.OTHER},
    Flag.NEXT: frozenset(Code) - {Code.OTHER},
}
"""The flags that a model may give, and the codes that each goes with. Rules set the others."""


class UnitAnswer(BaseModel):
    """The model's answer for one unit. `about` has numbers of candidates, or only 0 for none of them."""

    model_config = ConfigDict(extra="forbid")

    n: int
    code: Code
    focus: Focus | None = Field(None)
    flags: list[Flag] | None = Field(None)
    sure: float = Field(ge=0, le=1, allow_inf_nan=False)
    about: list[int] = Field(default_factory=list)
    form: Form | None = Field(None)
    states: int | None = Field(None)


class CodedUnits(BaseModel):
    """The model's answer for the units of one request."""

    model_config = ConfigDict(extra="forbid")

    units: list[UnitAnswer]


class ModelReader:
    """Reads turns with a language model. The confidence is the model's own claim and isn't calibrated."""

    def __init__(self, model: Model, prompt: Prompt) -> None:
        self._model = model
        self._prompt = prompt
        self.id = f"model-{model.name}-{prompt.id}-{prompt.version}"

    def read(self, text: str, context: str = "") -> tuple[Unit, ...]:
        """The coded units of a manager's turn, in order.

        A unit that the model skipped gets the code `other`, with no confidence. Raises ModelError if the endpoint
        fails.
        """
        pieces, answers = self._asked(text, _said_before(context), ())
        return _units(pieces, answers, context)

    def reading(self, text: str, before: Sequence[Turn] = (), candidates: Sequence[Candidate] = ()) -> Reading:
        """The units of a turn and what each means, given the turns before it and the candidates.

        Raises ModelError if the endpoint fails, skips a unit, or gives a number that isn't in the list.
        """
        pieces, answers = self._asked(text, before, candidates)
        found = [answer for answer in answers if answer is not None]
        numbers = [number for answer in found for number in (*answer.about, answer.states or 0)]
        if len(found) < len(answers) or any(not 0 <= number <= len(candidates) for number in numbers):
            raise ModelError(f"{self._model.name}: the answer's numbers don't fit the request")
        meant = tuple(_meant(answer, candidates) for answer in found)
        return Reading(_units(pieces, answers, last_words(before)), self.id, meant)

    def judge(self, pieces: Sequence[tuple[str, str, str]]) -> list[dict[Code, float]]:
        """The confidence in the code of each unit, 0 for the other codes.

        `pieces` are the rep's words before, the turn's previous unit, and the unit, as for the packaged reader. Raises
        ModelError.
        """
        judged = []
        for context, previous, unit in pieces:
            (*_, answer) = self._answers([*([previous] if previous else []), unit], _said_before(context), ())
            code, sure = (answer.code, answer.sure) if answer else (Code.OTHER, 0.0)
            judged.append({**dict.fromkeys(Code, 0.0), code: round(sure, 3) or 0.001})
        return judged

    def _asked(
        self, text: str, before: Sequence[Turn], candidates: Sequence[Candidate]
    ) -> tuple[list[tuple[int, int, str]], list[UnitAnswer | None]]:
        """The pieces of a turn with their offsets, and the model's answer for each, None where it has none."""
        pieces = [(start, end, text[start:end]) for start, end in split(text)]
        answers: list[UnitAnswer | None] = []
        for start in range(0, len(pieces), _AT_ONCE):
            answers += self._answers([piece for _, _, piece in pieces[start : start + _AT_ONCE]], before, candidates)
        return pieces, answers

    def _answers(
        self, pieces: Sequence[str], before: Sequence[Turn], candidates: Sequence[Candidate]
    ) -> list[UnitAnswer | None]:
        filled = self._prompt.fill(
            {
                "talk": "\n".join(_line(turn) for turn in before[-TALK_TURNS:]) or "(nothing yet)",
                "candidates": _numbered([one.line for one in candidates]) or "(no list: leave about empty)",
                "units": _numbered(pieces),
            }
        )
        answer = self._model.structured([Message("user", filled)], CodedUnits)
        by_number = {said.n: said for said in answer.value.units}
        return [by_number.get(n) for n in range(1, len(pieces) + 1)]


def _units(
    pieces: Sequence[tuple[int, int, str]], answers: Sequence[UnitAnswer | None], context: str
) -> tuple[Unit, ...]:
    coded = [_settled(answer) for answer in answers]
    return units_of(pieces, coded, context, [_flags(answer) for answer in answers])


def _settled(said: UnitAnswer | None) -> tuple[Code, Focus | None, float]:
    if said is None:
        return Code.OTHER, None, 0.0
    focus = (said.focus or Focus.EXPLORE) if said.code in QUESTIONS else None
    return said.code, focus, round(said.sure, 3)


def _flags(said: UnitAnswer | None) -> tuple[Flag, ...] | None:
    """The model's flags that go with its code; None if it gave none, so that rules find them."""
    if said is None or said.flags is None:
        return None
    found = [flag for flag in _GOES_WITH if flag in said.flags and said.code in _GOES_WITH[flag]]
    if Flag.PAST in found and Flag.NEXT in found:
        found.remove(Flag.PAST)
    return tuple(found)


def _meant(said: UnitAnswer, candidates: Sequence[Candidate]) -> Meant:
    """What a unit means, as labels. Only a question can ask for nothing that is listed."""
    labels = tuple(dict.fromkeys(candidates[number - 1].label for number in said.about if number))[:_MOST_LABELS]
    brought = frozenset(one.label for one in candidates if one.label.startswith(("told:", "news:")))
    kind, _, name = candidates[said.states - 1].label.partition(":") if said.states else ("", "", "")
    return Meant(
        labels,
        nothing=bool(said.about) and not labels and said.code in ASKING,
        ruled_out=brought.difference(labels),
        form=str(said.form) if said.form else None,
        states=name if kind == "fact" else None,
    )


def _said_before(context: str) -> tuple[Turn, ...]:
    return (Turn(0, Speaker.REP, context),) if context.strip() else ()


def _line(turn: Turn) -> str:
    return f"{'Manager' if turn.is_manager else 'Rep'}: {_plain(turn.text[:_LONGEST])}"


def _numbered(lines: Sequence[str]) -> str:
    return "\n".join(f"{n}. {_plain(line)}" for n, line in enumerate(lines, 1))


def _plain(text: str) -> str:
    """A text on one line that can't close the fence around it."""
    return _FENCE.sub("==", " ".join(text.split()))
