"""A simulated manager's lines in a model's words: the line is the meaning; where the model fails, the line is said."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.errors import ModelError
from bot.models.llm import Message, Model
from bot.models.prompts import Prompt
from bot.talk.transcript import clean_text
from bot.vectors.embedding import Embedder
from bot.voice.model import FAILURES, Breaker

from ..simulate import Person

if TYPE_CHECKING:
    from bot.practice import Practice

REMEMBERED_TURNS = 20
MOST_TIMES, MOST_MORE = 2.5, 20
"""Other words may be so many times as long as the line, and so many words more."""
ABOUT = 0.25
"""The cosine to the line that other words for it must reach, as for the rep's words (bot/voice/model.py)."""
AS_LONG = 5
"""Words from which on a line can be told from others by its vector."""
_WRAPPED = re.compile(r'^["“](?P<inside>[^"“”]*)["”]$', re.DOTALL)


class Rewording:
    """What puts lines in other words, at one model. Safe to share between threads."""

    def __init__(
        self,
        model: Model,
        prompt: Prompt,
        embedder: Embedder,
        timeout: float = 30.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.model = model
        self.breaker = Breaker(clock)
        self._prompt = prompt
        self._embedder = embedder
        self._timeout = timeout

    def request(self, person: Person, practice: Practice, line: str) -> list[Message]:
        """What the model is asked; it holds nothing that the manager does not know."""
        scenario = practice.scenario
        card = [f"- {label}: {value}" for label, value in scenario.crm.items() if value]
        filled = self._prompt.fill(
            {
                "name": scenario.manager.name,
                "rep": scenario.rep.name,
                "role": scenario.rep.role,
                "about": person.about,
                "brief": scenario.brief,
                "card": "\n".join(card) or "- nothing",
                "line": line,
            }
        )
        talk = [
            Message("assistant" if turn.is_manager else "user", turn.text)
            for turn in practice.transcript.turns[-REMEMBERED_TURNS:]
        ]
        # A request ends in somebody else's words; before the first turn there are none.
        return [Message("system", filled), *(talk or [Message("user", f"({scenario.rep.name} picks up.)")])]

    def ask(self, messages: list[Message]) -> tuple[str, int, int]:
        """The words, and the tokens in and out. Raises ModelError."""
        pieces, said = self.model.stream(messages, within=self._timeout), []
        while True:
            try:
                said.append(next(pieces))
            except StopIteration as end:
                return "".join(said), end.value.tokens_in, end.value.tokens_out

    def suits(self, words: str, line: str) -> str:
        """Why words cannot stand for a line, or empty."""
        if not words:
            return "the model said nothing"
        long, own = len(words.split()), len(line.split())
        if long > max(MOST_TIMES * own, own + MOST_MORE):
            return f"the model said {long} words for a line of {own}"
        if own >= AS_LONG:
            meant, told = self._embedder.embed([line, words])
            if float(meant @ told) < ABOUT:
                return "the model's words were about something else"
        return ""


class Reworded:
    """One conversation's manager: his faults, and the tokens that his words took."""

    def __init__(self, by: Rewording, person: Person) -> None:
        self.faults: list[str] = []
        self.tokens_in = self.tokens_out = 0
        self._by = by
        self._person = person

    def reword(self, practice: Practice, line: str) -> str:
        """The line in the model's words; the line itself where they fail or do not suit."""
        name = self._by.model.name
        if self._by.breaker.resting():
            return self._said(line, f"{name} failed {FAILURES} times in a row and rests for a minute")
        try:
            words, tokens_in, tokens_out = self._by.ask(self._by.request(self._person, practice, line))
        except ModelError as error:
            self._by.breaker.went(well=False)
            return self._said(line, str(error))
        self._by.breaker.went(well=True)
        self.tokens_in, self.tokens_out = self.tokens_in + tokens_in, self.tokens_out + tokens_out
        words = _plain(words, practice.scenario.manager.name)
        wrong = self._by.suits(words, line)
        return self._said(line, f"{name}: {wrong}") if wrong else words

    def _said(self, line: str, fault: str) -> str:
        self.faults.append(fault)
        return line


def _plain(words: str, name: str) -> str:
    """The words on one line, without a name before them or quotation marks around them."""
    text = " ".join(clean_text(words).split())
    text = re.sub(rf"^[*]*{re.escape(name)}[*]*:[*]* *", "", text)
    wrapped = _WRAPPED.match(text)
    return wrapped["inside"].strip() if wrapped else text
