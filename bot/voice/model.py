"""The rep played by a language model. Where it fails, or says what it may not, authored lines stand in.

The director decides what the rep does before the model is called. The request holds only what the rep may say now: the
public card, entries he would tell anybody, what is out, and the conversation. The guard checks each sentence before it
is shown.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..errors import ModelError
from ..guard import Kind, objection
from ..models.breaker import FAILURES, Breaker
from ..models.llm import Cost
from ..scenario import Scenario
from ..talk.direction import Said, TakenStep
from ..talk.transcript import clean_text
from .beat import Beat, Stance, beat_of
from .check import ReplyCheck
from .lines import LineVoice
from .request import Request, make_request
from .words import Cue, Keep, Wording

if TYPE_CHECKING:
    from ..guard import Guard
    from ..knowledge import SpokenLine
    from ..models.llm import Model
    from ..models.prompts import Prompt

_TRIES = 2
"""If the guard rejects a reply, we ask once more, with the reason."""
RUNS_ON = 600
"""Maximum characters to wait for the end of a sentence before checking the text as it is."""
_AS_LONG = 5
"""Minimum words to show at once. Shorter sentences are checked together with the next."""
_END = re.compile(r"[.!?…]+[\"'”’)]*\s")


@dataclass
class _Reply:
    """A reply in progress."""

    draft: list[SpokenLine]
    beat: Beat
    began: float
    shown: list[str] = field(default_factory=list)
    objections: list[str] = field(default_factory=list)
    note: str = ""
    cost: Cost = field(default_factory=Cost)
    first: float = 0.0
    steps: tuple[TakenStep, ...] = ()

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


@dataclass
class _Attempt:
    """One try at a reply: why the last one wouldn't do, the sentences that passed, and why this one won't."""

    again: str = ""
    passed: list[str] = field(default_factory=list)
    why: str = ""


class ModelVoice:
    """Plays the rep with a model. Safe to share between threads and sessions."""

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
        check: ReplyCheck | None = None,
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
        self._check = check
        self._clock = clock
        self._breaker = Breaker(clock)

    def stream(self, cue: Cue, keep: Keep) -> Iterator[str]:
        """Yield the reply in whole, checked sentences; if the model fails, the authored line."""
        draft = self.lines.choose(cue)
        reply = _Reply(draft, beat_of(cue, draft), self._clock())
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
        """Fetch the entries, and embed what the guard compares replies with."""
        self.lines.knowledge.recall(scenario, (), (), ["What worries you?"], 1)
        self._guard(scenario).warm()

    def request(self, cue: Cue, beat: Beat, why: str = "") -> Request:
        """The request for a reply, with `why` the last try was rejected."""
        return make_request(cue, beat, self.lines.knowledge, self._prompt, why)

    def _by_model(self, cue: Cue, reply: _Reply) -> Iterator[str]:
        """Yield the model's sentences once all of them have passed. Problems go to the reply's note."""
        if self._breaker.resting():
            reply.note = f"{self.name} failed {FAILURES} times in a row; we'll try it again in a minute"
            return
        if self._most_tokens is not None and cue.spent >= self._most_tokens:
            reply.note = f"this session's {self._most_tokens:,} tokens are used up (ASKWELL_BUDGET_SESSION)"
            return
        attempt = _Attempt()
        for _ in range(_TRIES):
            if self._clock() - reply.began >= self._timeout / 2 and attempt.why:
                break
            attempt = _Attempt(again=attempt.why)
            try:
                self._listen(cue, reply, attempt)
            except ModelError as error:
                self._breaker.went(well=False)
                reply.note = str(error)
                break
            self._breaker.went(well=True)
            if not attempt.why:
                break
        # Half of what must be told may say something else than all of it.
        showable = [] if reply.beat.must and (attempt.why or reply.note) else attempt.passed
        if attempt.why and not showable:
            reply.note = "the model's reply didn't fit"
        for sentence in showable:
            yield reply.show(sentence, self._clock())

    def _listen(self, cue: Cue, reply: _Reply, attempt: _Attempt) -> None:
        """Ask once. `attempt` then has the sentences that passed, and why the rest won't do, if it won't.

        A reply is shown when all of it has come: one that is cut off after a good sentence answers half, and a manager
        can't see that more was meant. Raises ModelError.
        """
        request = self.request(cue, reply.beat, attempt.again)
        guard = self._guard(cue.scenario)
        own = tuple(words for is_manager, words in cue.before if not is_manager)

        def refused(sentences: list[str]) -> bool:
            words, must = " ".join(sentences), reply.beat.must
            found = guard.check(words, given=request.given, out=request.out, said=own, must=must)
            if found is not None:
                reply.objections.append(str(found.kind))
                attempt.why = found.why
            return found is not None

        left = self._timeout - (self._clock() - reply.began)
        words = self.model.stream(request.messages, cached=self._cached, within=left, took=reply.took)
        with closing(whole_sentences(words)) as heard:
            for piece in heard:
                sentence = unmarked(piece, cue.scenario.rep.name)
                if sentence and refused([*attempt.passed, sentence]):
                    return
                attempt.passed += [sentence] if sentence else []
        if not attempt.passed:
            attempt.why = "You said nothing."
        elif self._check is not None:
            attempt.why = self._contradicts(self._check, cue, reply, " ".join(attempt.passed))
            attempt.passed = [] if attempt.why else attempt.passed

    def _contradicts(self, check: ReplyCheck, cue: Cue, reply: _Reply, words: str) -> str:
        """What the model itself finds wrong with words that tell something; empty if nothing, or if it can't say.

        The steps that it finds in the words are kept with the reply, unless the director has the rep bring one up.
        """
        must = reply.beat.must if reply.beat.stance is Stance.TELL else ()
        if not check.wants(cue, words, must):
            return ""
        found = check.checked(cue, words, must, reply.took)
        directed = cue.direction.step or cue.direction.commits
        reply.steps = () if directed or found.wrong else found.steps
        if not found.wrong:
            return ""
        reply.objections.append(str(Kind.CONTRADICTION))
        return objection(Kind.CONTRADICTION, cue.scenario.rep.name, cue.scenario.manager.name, found.wrong).why

    def _missing(self, cue: Cue, reply: _Reply) -> list[str]:
        """The authored lines whose meaning hasn't been said yet; all of them if nothing was said."""
        if not reply.shown:
            return [spoken.line.text for spoken in reply.draft]
        guard = self._guard(cue.scenario)
        return [line for line in reply.beat.must if not guard.conveys(reply.text, line)]

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
            steps=reply.steps if reply.shown and not reply.note else (),
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
