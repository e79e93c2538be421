"""The rep's voice from a language model, which rewords authored lines. If it fails, the authored line is used.

The director decides what to say before the model is called. The request contains only what the rep may say now: the
public card, released facts, the conversation so far, and lines whose facts are released. The guard checks each sentence
before it is shown.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..errors import ModelError
from ..knowledge import SpokenLine
from ..models.breaker import FAILURES, Breaker
from ..models.llm import Cost, Message
from ..scenario import Mood, Scenario
from ..talk.direction import Said
from ..talk.transcript import clean_text
from .lines import LineVoice
from .words import Cue, Keep, Wording

if TYPE_CHECKING:
    from ..guard import Guard
    from ..models.llm import Model
    from ..models.prompts import Prompt

_TRIES = 2
"""If the guard rejects a reply, we ask once more, with the reason."""
EXAMPLES = 3
_REMEMBERED_TURNS = 40
"""Maximum earlier turns in a request, so that a long conversation fits a small model."""
RUNS_ON = 600
"""Maximum characters to wait for the end of a sentence before checking the text as it is."""
_AS_LONG = 5
"""Minimum words to show at once. Shorter sentences are checked together with the next."""
_TELLS = re.compile(r"fact/[^/]+/(?:lines|closed\d+)$|insight/[^/]+/lines$|step/[^/]+/(?:lines|commit)$")
"""The pools whose lines contain something the debrief will report as said."""
_END = re.compile(r"[.!?…]+[\"'”’)]*\s")
_MOODS = {
    Mood.GUARDED: "you are careful: you give away little, and you would rather have this over with.",
    Mood.OPEN: "you feel listened to, and you think aloud.",
}
_AGAIN = "\nYour last try would not do: $why Say it differently."


@dataclass
class _Reply:
    """A reply in progress."""

    draft: list[SpokenLine]
    began: float
    shown: list[str] = field(default_factory=list)
    objections: list[str] = field(default_factory=list)
    note: str = ""
    cost: Cost = field(default_factory=Cost)
    first: float = 0.0

    @property
    def text(self) -> str:
        return " ".join(self.shown)

    def took(self, cost: Cost) -> None:
        """Record a call's cost, even if its words weren't used."""
        self.cost = Cost(self.cost.tokens_in + cost.tokens_in, self.cost.tokens_out + cost.tokens_out)

    def show(self, sentence: str, now: float) -> str:
        """Add a sentence. Returns the text to yield for it."""
        self.first = self.first or now - self.began
        self.shown.append(sentence)
        return sentence if len(self.shown) == 1 else f" {sentence}"


class ModelVoice:
    """Words a direction with a model. Safe to share between threads and sessions."""

    def __init__(
        self,
        model: Model,
        prompt: Prompt,
        lines: LineVoice,
        guard: Callable[[Scenario], Guard],
        *,
        timeout: float = 30.0,
        most_tokens: int | None = None,
        cached: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = f"model:{model.name}"
        self.model = model
        self._prompt = prompt
        self.lines = lines
        self._guard = guard
        self._timeout = timeout
        self._most_tokens = most_tokens
        self._cached = cached
        self._clock = clock
        self._breaker = Breaker(clock)

    def stream(self, cue: Cue, keep: Keep) -> Iterator[str]:
        """Yield the reply in whole, checked sentences; if the model fails, the authored line."""
        reply = _Reply(self.lines.choose(cue), self._clock())
        try:
            yield from self._by_model(cue, reply)
        except GeneratorExit:
            self._finish(cue, reply, keep, "the reply was interrupted")
            raise
        missing = self._missing(cue, reply)
        rest = [reply.show(line, self._clock()) for line in missing]
        self._kept(reply, keep)
        yield from rest

    def warm(self, scenario: Scenario) -> None:
        """Embed the texts that the guard compares replies with."""
        self._guard(scenario).warm()

    def request(self, cue: Cue, draft: Sequence[SpokenLine], why: str = "") -> list[Message]:
        """The request: the filled prompt, the conversation so far, and what the manager just said."""
        scenario = cue.scenario
        known = [fact.text for fact in scenario.facts if fact.id in cue.released]
        card = [f"- {label}: {value}" for label, value in scenario.crm.items() if value]
        examples = self.lines.others(cue, draft, EXAMPLES)
        filled = self._prompt.fill(
            {
                "name": scenario.rep.name,
                "role": scenario.rep.role,
                "manager": scenario.manager.name,
                "style": scenario.rep.style,
                "scene": scenario.scene,
                "card": "\n".join(card) or "- nothing",
                "known": _listed(known),
                "mood": _MOODS.get(Mood(cue.direction.mood), _MOODS[Mood.GUARDED]),
                "line": " ".join(spoken.line.text for spoken in draft),
                "examples": _listed(examples),
                "again": _AGAIN.replace("$why", why) if why else "",
            }
        )
        talk = [
            Message("user" if is_manager else "assistant", words)
            for is_manager, words in cue.before[-_REMEMBERED_TURNS:]
        ]
        return [Message("system", filled), *talk, Message("user", cue.heard)]

    def _by_model(self, cue: Cue, reply: _Reply) -> Iterator[str]:
        """Yield the model's sentences that pass the guard. Problems go to the reply's note."""
        if self._breaker.resting():
            reply.note = f"{self.name} failed {FAILURES} times in a row; we'll try it again in a minute"
            return
        if self._most_tokens is not None and cue.spent >= self._most_tokens:
            reply.note = f"this session's {self._most_tokens:,} tokens are used up (ASKWELL_BUDGET_SESSION)"
            return
        why = ""
        for _ in range(_TRIES):
            if self._clock() - reply.began >= self._timeout / 2 and why:
                break
            try:
                why = yield from self._attempt(cue, reply, why)
            except ModelError as error:
                self._breaker.went(well=False)
                reply.note = str(error)
                return
            self._breaker.went(well=True)
            if not why or reply.shown:
                return
        reply.note = "the model's reply didn't fit"

    def _attempt(self, cue: Cue, reply: _Reply, why: str) -> Generator[str, None, str]:
        """One attempt. Yields sentences and returns the guard's objection, if any."""
        guard = self._guard(cue.scenario)
        line = " ".join(spoken.line.text for spoken in reply.draft)
        said = tuple(words for _, words in cue.before)

        def refused(words: str, whole: bool) -> str:
            found = guard.check(words, released=cue.released, heard=cue.heard, said=said, line=line, whole=whole)
            if found is not None:
                reply.objections.append(str(found.kind))
            return found.why if found is not None else ""

        left = self._timeout - (self._clock() - reply.began)
        request = self.request(cue, reply.draft, why)
        words = self.model.stream(request, cached=self._cached, within=left, took=reply.took)
        with closing(whole_sentences(words)) as heard:
            for piece in heard:
                sentence = unmarked(piece, cue.scenario.rep.name)
                if not sentence:
                    continue
                if objection := refused(" ".join((*reply.shown, sentence)), whole=False):
                    return objection
                yield reply.show(sentence, self._clock())
        return refused(reply.text, whole=True) if reply.shown else "You said nothing."

    def _missing(self, cue: Cue, reply: _Reply) -> list[str]:
        """The authored lines whose meaning hasn't been said yet; all of them if nothing was said."""
        lines = [spoken.line.text for spoken in reply.draft]
        if not reply.shown:
            return lines
        guard = self._guard(cue.scenario)
        return [
            spoken.line.text
            for spoken in reply.draft
            if _TELLS.match(spoken.pool) and not guard.conveys(reply.text, spoken.line.text)
        ]

    def _finish(self, cue: Cue, reply: _Reply, keep: Keep, note: str) -> None:
        for line in self._missing(cue, reply):
            reply.show(line, self._clock())
        reply.note = reply.note or note
        self._kept(reply, keep)

    def _kept(self, reply: _Reply, keep: Keep) -> None:
        said = Said(
            self.name,
            tuple(spoken.id for spoken in reply.draft),
            prompt=f"{self._prompt.id}-{self._prompt.version}",
            objections=tuple(reply.objections),
            note=reply.note,
            tokens_in=reply.cost.tokens_in,
            tokens_out=reply.cost.tokens_out,
            first=round(reply.first, 3),
            seconds=round(self._clock() - reply.began, 3),
        )
        keep(Wording(reply.text, said))


def whole_sentences(pieces: Generator[str, None, Cost]) -> Generator[str, None, None]:
    """Yield whole sentences from a stream as soon as they are long enough."""
    buffer = ""
    with closing(pieces):
        for piece in pieces:
            buffer += piece
            if len(buffer) > RUNS_ON:  # too long for a sentence: don't wait for a model that never ends one
                yield buffer
                buffer = ""
            whole = [found.end() for found in _END.finditer(buffer)]
            # A short sentence waits for the next one: alone it is too short to check.
            while whole:
                place = whole.pop(0)
                if len(buffer[:place].split()) >= _AS_LONG:
                    yield buffer[:place]
                    buffer, whole = buffer[place:], [later - place for later in whole]
    if buffer.strip():
        yield buffer


def unmarked(sentence: str, name: str) -> str:
    """A sentence without a leading name, quotation marks around it, or line ends."""
    text = " ".join(clean_text(sentence).split())
    text = re.sub(rf"^[\"“*]*{re.escape(name)}[*]*:[*\"“ ]*", "", text)
    if (text.count('"') % 2) or (text.count("“") != text.count("”")):
        text = text.strip('"“”')
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' and text.count('"') == 2 else text


def _listed(lines: Sequence[str]) -> str:
    return "\n".join(f"- {line}" for line in lines) or "- nothing"
