"""Rewords a simulated manager's lines with a model, keeping the meaning. If the model fails, the line is used."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.errors import ModelError
from bot.models.breaker import FAILURES, Breaker
from bot.models.llm import Message, Model
from bot.models.prompts import Prompt
from bot.talk.transcript import clean_text
from bot.vectors.embedding import Embedder

from ..simulate import Persona

if TYPE_CHECKING:
    from bot.practice import Practice

_REMEMBERED_TURNS = 20
MOST_TIMES, MOST_MORE = 2.5, 20
"""Maximum length of a rewording: this many times the line, plus this many words."""
_ABOUT = 0.25
"""Minimum cosine between a rewording and its line, as for the rep's words (bot/voice/model.py)."""
_AS_LONG = 5
"""Minimum words for a line's vector to be meaningful."""
_WRAPPED = re.compile(r'^["“](?P<inside>[^"“”]*)["”]$', re.DOTALL)


class Rewording:
    """Rewords lines with a model. Safe to share between threads."""

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

    def request(self, person: Persona, practice: Practice, line: str) -> list[Message]:
        """The request. It contains nothing the manager doesn't know."""
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
            for turn in practice.transcript.turns[-_REMEMBERED_TURNS:]
        ]
        # A request must end with the other person's words, so invent some before the first turn.
        return [Message("system", filled), *(talk or [Message("user", f"({scenario.rep.name} picks up.)")])]

    def ask(self, messages: list[Message]) -> tuple[str, int, int]:
        """The rewording, and the tokens in and out. Raises ModelError."""
        pieces, said = self.model.stream(messages, within=self._timeout), []
        while True:
            try:
                said.append(next(pieces))
            except StopIteration as end:
                return "".join(said), end.value.tokens_in, end.value.tokens_out

    def suits(self, words: str, line: str) -> str:
        """Why a rewording doesn't fit its line, or an empty string."""
        if not words:
            return "the model said nothing"
        long, own = len(words.split()), len(line.split())
        if long > max(MOST_TIMES * own, own + MOST_MORE):
            return f"the model used {long} words for a line of {own}"
        if own >= _AS_LONG:
            meant, told = self._embedder.embed([line, words])
            if float(meant @ told) < _ABOUT:
                return "the model's words were about something else"
        return ""


class Reworded:
    """The manager of one conversation, with the faults and the tokens used."""

    def __init__(self, by: Rewording, person: Persona) -> None:
        self.faults: list[str] = []
        self.tokens_in = self.tokens_out = 0
        self._by = by
        self._person = person

    def reword(self, practice: Practice, line: str) -> str:
        """The line in the model's words, or the line itself if they fail or don't fit."""
        name = self._by.model.name
        if self._by.breaker.resting():
            return self._said(line, f"{name} failed {FAILURES} times in a row; we'll try it again in a minute")
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
    """The words on one line, without a leading name or quotation marks around them."""
    text = " ".join(clean_text(words).split())
    text = re.sub(rf"^[*]*{re.escape(name)}[*]*:[*]* *", "", text)
    wrapped = _WRAPPED.match(text)
    return wrapped["inside"].strip() if wrapped else text
