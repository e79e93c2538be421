"""Checks a model's write-up against the conversation and its scorecard, and sets aside what fails."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from ..reader import Reader
from ..scoring.scorecard import Scorecard
from ..talk.codebook import Code, Flag, Focus
from ..talk.transcript import Transcript, Turn
from .cited import exact, folded, shows_little, within, written

PARAGRAPHS = 3
REWRITES = 5
_QUESTIONS = 3
LISTEN_FOR = 3
_LONGEST = 400
"""Maximum characters of a sentence, a question or a line of the plan."""
SAME = 0.00005
"""Values have four decimal places. Smaller differences don't count."""

NOT_SAID = "its quote isn't in the conversation"
TOO_SHORT = "its quote is too short to be evidence"
NO_FIGURE = "it cites no computed measure or criterion"
WRONG_VALUE = "it gives a wrong value"
OTHER_FIGURE = "it gives a figure that wasn't computed"
OTHER_WORDS = "it quotes words that aren't in its turn"
NOT_ONE = "it isn't a single sentence"
NO_PUSH = "the words it would replace didn't push"
NOT_OPEN = "it doesn't read as a genuine open question"
ON_STATUS = "it asks about status"
STACKED = "it asks more than one thing"
AGAIN = "it repeats another"
TOO_MANY = "there were too many"
PUSHES = "it pushes"
_EMPTY = "it is empty"
_TOO_LONG = "it is too long"

_QUOTED = re.compile(r"“([^”]*)”|\"([^\"]*)\"")
_NEXT_SENTENCE = re.compile(r"(?<=\w{3})[.!?…]+[\"”’)]*\s+\S")
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_TIMES = re.compile(r"\b(?:(once|twice|thrice)|(\w+) times)\b", re.IGNORECASE)
_NUMBERS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_HOW_OFTEN = {"once": "1", "twice": "2", "thrice": "3", **{name: str(at) for at, name in enumerate(_NUMBERS)}}


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence, with the quote and the figure behind it."""

    said: str
    turn: int
    quote: str
    about: str
    value: float | int | None

    def as_json(self) -> dict[str, Any]:
        """said, turn, quote, about, value."""
        return {"said": self.said, "turn": self.turn, "quote": self.quote, "about": self.about, "value": self.value}


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A unit that pushed, and a question to ask instead."""

    turn: int
    quote: str
    question: str

    def as_json(self) -> dict[str, Any]:
        """turn, quote, question."""
        return {"turn": self.turn, "quote": self.quote, "question": self.question}


@dataclass(frozen=True, slots=True)
class NextConversation:
    """A one-page plan for the real conversation. Parts that failed the checks are empty."""

    opening: str
    questions: tuple[str, ...]
    listen_for: tuple[str, ...]
    close: str

    def as_json(self) -> dict[str, Any]:
        """opening, questions, listen_for, close."""
        return {
            "opening": self.opening,
            "questions": list(self.questions),
            "listen_for": list(self.listen_for),
            "close": self.close,
        }


@dataclass(frozen=True, slots=True)
class Dropped:
    """Something that was left out: its kind, the reason, and its text."""

    what: str
    why: str
    text: str

    def as_json(self) -> dict[str, Any]:
        """what, why, text."""
        return {"what": self.what, "why": self.why, "text": self.text}


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class WrittenClaim(_Strict):
    """One sentence from the model."""

    said: str
    turn: int
    quote: str
    about: str
    value: float | None = Field(allow_inf_nan=False)


class WrittenRewrite(_Strict):
    """One rewritten question from the model."""

    turn: int
    quote: str
    question: str


class WrittenPlan(_Strict):
    """The plan from the model."""

    opening: str
    questions: list[str]
    listen_for: list[str]
    close: str


class Written(_Strict):
    """The model's complete answer."""

    paragraphs: list[list[WrittenClaim]]
    rewrites: list[WrittenRewrite]
    plan: WrittenPlan


class NarrativeCheck:
    """Checks the write-up of one conversation, and collects what fails in `dropped`."""

    def __init__(self, transcript: Transcript, card: Scorecard, reader: Reader) -> None:
        self._transcript = transcript
        self._card = card
        self._reader = reader
        self._values = _values(card)
        self.dropped: list[Dropped] = []

    def paragraphs(self, given: Sequence[Sequence[WrittenClaim]]) -> tuple[tuple[Claim, ...], ...]:
        """The claims that pass, by paragraph. Empty paragraphs are dropped."""
        found: list[tuple[Claim, ...]] = []
        for paragraph in given:
            room = len(found) < PARAGRAPHS
            kept = [self._claim(claim, room) for claim in paragraph]
            if standing := tuple(claim for claim in kept if claim is not None):
                found.append(standing)
        return tuple(found)

    def _claim(self, given: WrittenClaim, room: bool) -> Claim | None:
        said, about = written(given.said), given.about.strip()
        quote = exact(self._transcript, given.turn, given.quote)
        turn = next((turn for turn in self._transcript if turn.index == given.turn), None)
        if turn is None or quote is None:
            self._drop("sentence", NOT_SAID, said)
            return None
        why = self._wrong(said, turn, quote) or self._wrong_figure(said, turn, about, given.value)
        if why or not room:
            self._drop("sentence", why or TOO_MANY, said)
            return None
        return Claim(said, turn.index, quote, about, self._values[about])

    def _wrong(self, said: str, turn: Turn, quote: str) -> str:
        """The problem with a sentence and its quote, or an empty string."""
        if not said:
            return _EMPTY
        if len(said) > _LONGEST:
            return _TOO_LONG
        if shows_little(self._transcript, turn.index, quote):
            return TOO_SHORT
        if _NEXT_SENTENCE.search(said):
            return NOT_ONE
        own = (found[1] or found[2] for found in _QUOTED.finditer(said))
        return OTHER_WORDS if any(within(turn, words) is None for words in own) else ""

    def _wrong_figure(self, said: str, turn: Turn, about: str, value: float | None) -> str:
        """The problem with the figure a sentence cites, or with figures in its words."""
        if about not in self._values:
            return NO_FIGURE
        computed = self._values[about]
        if (computed is None) != (value is None):
            return WRONG_VALUE
        if computed is not None and value is not None and abs(computed - value) >= SAME:
            return WRONG_VALUE
        why = next((entry.why for entry in self._card.criteria if entry.id == about), "")
        known = {*_FIGURE.findall(folded(turn.text)), *_FIGURE.findall(why), *_readings(computed)}
        often = (_HOW_OFTEN.get((found[1] or found[2]).lower()) for found in _TIMES.finditer(said))
        stated = {*_FIGURE.findall(said), *(number for number in often if number is not None)}
        return "" if stated <= known else OTHER_FIGURE

    def rewrites(self, given: Iterable[WrittenRewrite]) -> tuple[Rewrite, ...]:
        """The questions that can replace pushing units, at most five, in the order of the conversation."""
        found: dict[tuple[int, int], Rewrite] = {}
        for entry in given:
            question = written(entry.question)
            place = self._pushing(entry.turn, entry.quote)
            if place is None:
                said = exact(self._transcript, entry.turn, entry.quote) is not None
                self._drop("question", NO_PUSH if said else NOT_SAID, question)
                continue
            turn, start, words = place
            why = self._not_to_ask(question, self._before(turn.index))
            if (turn.index, start) in found or question in (kept.question for kept in found.values()):
                why = AGAIN
            if why or len(found) == REWRITES:
                self._drop("question", why or TOO_MANY, question)
                continue
            found[turn.index, start] = Rewrite(turn.index, words, question)
        return tuple(found[place] for place in sorted(found))

    def plan(self, given: WrittenPlan) -> NextConversation:
        """The plan, without questions that aren't questions and without an opening or close that pushes."""
        questions: list[str] = []
        for question in map(written, given.questions):
            why = AGAIN if question in questions else self._not_to_ask(question, "")
            if why or len(questions) == _QUESTIONS:
                self._drop("question of the plan", why or TOO_MANY, question)
                continue
            questions.append(question)
        opening, close = written(given.opening), written(given.close)
        if why := self._pushed(opening):
            self._drop("opening", why, opening)
            opening = ""
        if why := self._pushed(close) or self._asks_nothing(close):
            self._drop("close", why, close)
            close = ""
        return NextConversation(opening, tuple(questions), self._listen_for(given.listen_for), close)

    def _listen_for(self, given: Sequence[str]) -> tuple[str, ...]:
        """What to listen for. Not a claim or a question, so only length and number are checked."""
        found: list[str] = []
        for words in filter(None, map(written, given)):
            if len(words) > _LONGEST or len(found) == LISTEN_FOR:
                self._drop("line on what to listen for", _TOO_LONG if len(words) > _LONGEST else TOO_MANY, words)
            else:
                found.append(words)
        return tuple(found)

    def _pushing(self, index: int, quote: str) -> tuple[Turn, int, str] | None:
        """The pushing unit with exactly these words: its turn, its start and its words as spoken."""
        wanted = folded(quote.strip())
        for turn in self._transcript.manager_turns:
            for unit in turn.claimed if turn.index == index else ():
                if unit.pushing and folded(unit.text).strip() == wanted:
                    return turn, unit.start, unit.text
        return None

    def _before(self, index: int) -> str:
        """The rep's last words before a turn."""
        said = [turn.text for turn in self._transcript if turn.index < index and not turn.is_manager]
        return said[-1] if said else ""

    def _not_to_ask(self, question: str, context: str) -> str:
        """The problem with a suggested question; an empty string for one genuine open question."""
        if len(question) > _LONGEST:
            return _TOO_LONG
        units = [unit for unit in self._reader.read(question, context) if unit.code is not Code.OTHER]
        if not units or not all(unit.genuine and unit.code is Code.OPEN_QUESTION for unit in units):
            return NOT_OPEN
        if any(unit.focus is Focus.STATUS for unit in units):
            return ON_STATUS
        return STACKED if any(Flag.STACKED in unit.flags for unit in units) else ""

    def _pushed(self, words: str) -> str:
        if not words:
            return _EMPTY
        if len(words) > _LONGEST:
            return _TOO_LONG
        return PUSHES if any(unit.pushing for unit in self._reader.read(words, "")) else ""

    def _asks_nothing(self, words: str) -> str:
        return "" if any(unit.exploring for unit in self._reader.read(words, "")) else NOT_OPEN

    def _drop(self, what: str, why: str, text: str) -> None:
        self.dropped.append(Dropped(what, why, text))


def _values(card: Scorecard) -> dict[str, float | int | None]:
    """Every measure and criterion by id, as printed."""
    criteria = {entry.id: entry.as_json()["value"] for entry in card.criteria}
    return {**card.measures.as_json(), **criteria}


def _readings(value: float | int | None) -> set[str]:
    """The ways to write a value: in full, to one or two places, as a percentage."""
    if value is None:
        return set()
    plain = {f"{value:g}", f"{value:.1f}", f"{value:.2f}"}
    return plain | ({f"{round(100 * value)}"} if isinstance(value, float) else set())
