"""One exchange of a practice: what the manager said, what the rep replied, and the rep's state around both. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ..director import State, start
from ..director.state import paired
from ..knowledge.retrieval import spoken_lines
from ..scenario import Fact, Scenario
from ..talk.codebook import Unit
from ..talk.direction import Direction, TopicMatch
from ..talk.transcript import Turn
from ..text.tokens import sentences_of
from .saying import RepWords

LONG_ENOUGH = 8
"""A quote of this many words says enough; a shorter sentence takes the next one with it."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that the manager said, and what it did.

    `quote` is the exact text from the manager's turn `turn`, `reply_quote` from the rep's turn `reply_turn`. If the
    reply isn't worth quoting, they are None and empty. `effect` describes the result. `instead` is a question to ask
    there, and `why` the reason to ask it; both are empty for a moment that worked.
    """

    turn: int
    quote: str
    reply_turn: int | None
    reply_quote: str
    effect: str
    instead: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A manager's turn with the rep's turns around it, and the state before it, once heard, and after the reply."""

    turn: Turn
    last: Turn | None
    reply: Turn
    before: State
    heard: State
    after: State

    @property
    def direction(self) -> Direction:
        """What the rep did in the reply."""
        assert self.reply.direction is not None, "only directed replies make an exchange"
        return self.reply.direction

    @property
    def pushed(self) -> bool:
        """Whether anything in the manager's turn surely pushed."""
        return any(unit.pushing for unit in self.turn.claimed)

    @property
    def claimed(self) -> list[tuple[Unit, TopicMatch]]:
        """The manager's units that are sure enough to quote, each with what it is about."""
        return [(unit, touch) for unit, touch in paired(self.turn) if unit.claimed]


def exchanges(scenario: Scenario, turns: Sequence[Turn], states: Sequence[State]) -> Iterator[Exchange]:
    """Every manager's turn that a directed reply answers. `states[i]` is the state after turn `i`."""
    for turn, reply in pairwise(turns):
        if not turn.is_manager or reply.is_manager or reply.direction is None:
            continue
        place = turn.index
        before = states[place - 1] if place else start(scenario)
        last = turns[place - 1] if place else None
        yield Exchange(turn, last, reply, before, states[place], states[place + 1])


def topic_said(topic: str, scenario: Scenario) -> str:
    """A topic as it can be told to the manager, or an empty string.

    An author may speak to the rep in it ("what it is like for you") or name the manager, which would read as somebody
    else. It becomes the rep's own pronoun where that needs no other verb.
    """
    rep = RepWords.of(scenario)
    if scenario.manager.name in topic:
        return ""
    words = _OBJECT.sub(lambda found: f"{found[1]} {rep.him}", topic)
    words = _SUBJECT.sub(rep.he, words)
    words = re.sub(r"\byour\b", rep.his, words)
    words = re.sub(r"\byou have\b", f"{rep.he} {'have' if rep.was == 'were' else 'has'}", words)
    if _OTHERS.search(words):
        return ""
    if rep.was == "were":  # "what Kim wants" would need another verb
        return words
    words = re.sub(rf"\b{re.escape(rep.name)}['’]s\b", rep.his, words)
    return re.sub(rf"\b{re.escape(rep.name)}\b", rep.he, words)


def topic_told(fact: Fact, scenario: Scenario) -> str:
    """A fact's topic for a list, as `topic_said` tells it where it can."""
    return topic_said(fact.topic, scenario) or fact.topic


_OBJECT = re.compile(r"\b(for|to|with|at|of|from|about|on|tells?|told|asks?|asked|gives?|gave) you\b")
_SUBJECT = re.compile(r"\byou(?= (?:and|would|could|will|can|should|might|did|had)\b)")
_OTHERS = re.compile(r"\b(?:you|your|yours|yourself|me|my)\b", re.IGNORECASE)


def held_by(reply: Turn, scenario: Scenario, about: str, step: str = "") -> str:
    """The words of a reply that hold what it tells, exactly as they stand; those on `step` if it names one.

    Authored lines are known by their ids. Of a model's own words, it is the sentences nearest to `about` in theirs.
    """
    lines = frozenset(reply.said.lines if reply.said else ())
    said = [spoken for spoken in spoken_lines(scenario) if spoken.id in lines and spoken.line.text in reply.text]
    said = [spoken for spoken in said if not spoken.pool.startswith(("reply/", "news/"))]
    said.sort(key=lambda spoken: not (step and spoken.pool.startswith(f"step/{step}/")))
    if said:
        return said[0].line.text
    wanted, sentences = set(about.lower().split()), sentences_of(reply.text)
    shared = [len(wanted & set(sentence.lower().split())) for sentence in sentences]
    return _sentences_from(reply.text, sentences, shared.index(max(shared)) if shared else 0)


def words_that_told(scenario: Scenario, turns: Iterable[Turn]) -> dict[str, tuple[int, str]]:
    """By fact, the index of the turn in which the rep first told it, and the words of it that did, exactly."""
    found: dict[str, tuple[int, str]] = {}
    for turn in turns:
        for name, _ in turn.direction.releases if turn.direction else ():
            if name not in found:
                found[name] = turn.index, held_by(turn, scenario, scenario.fact(name).text)
    return found


def opening_of(reply: Turn) -> str:
    """The first sentence or two of a reply, exactly as they stand."""
    return _sentences_from(reply.text, sentences_of(reply.text), 0)


def _sentences_from(text: str, sentences: Sequence[str], place: int) -> str:
    """The sentence at `place`, and those after it until it is long enough; the whole text if they don't stand in it."""
    if not sentences or (begin := text.find(sentences[place])) < 0:
        return text.strip()
    end = begin + len(sentences[place])
    for sentence in sentences[place + 1 :]:
        follows = text.find(sentence, end)
        if follows < 0 or len(text[begin:end].split()) >= LONG_ENOUGH:
            break
        end = follows + len(sentence)
    return text[begin:end]
