"""Simulated managers: YAML files for a small engine that reacts to the rep, offline and seeded.

A manager is a list of moves. We use the first move that fits the moment and has a line left. Simulated managers know
only what a real one does: the card, topics from nudges, and the rep's words. With `knows: questions` they also know
which fact to ask about next, and ask in words of their own (coaches.py), never in the scenario's.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from bot.director import State
from bot.errors import AskwellError
from bot.practice import Debrief, Practice
from bot.scenario import Scenario
from bot.scenario.authored import Authored, read_authored
from bot.scenario.library import Library
from bot.scoring.nudges import nearest
from bot.talk.transcript import Turn

from .coaches import wordings

PERSONAS = Path(__file__).parent / "managers"
_PLACE = re.compile(r"\$([a-z_]+)")
_LONGEST_ECHO = 16
_FRESH = frozenset({"question", "topic", "next_topic", "meaning"})


class RepMove(StrEnum):
    """What the rep just did, as far as a manager can tell."""

    START = "start"
    OPENED = "opened"
    SLIPPED = "slipped"
    CONCLUDED = "concluded"
    PROPOSED = "proposed"
    COMMITTED = "committed"
    OBEYED = "obeyed"
    SHUT = "shut"


class Knows(StrEnum):
    """What a simulated manager may use beyond what everyone sees."""

    NOTHING = "nothing"
    TOPICS = "topics"
    QUESTIONS = "questions"


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Move(_Strict):
    """What a simulated manager says, and when. All conditions must be met."""

    on: Annotated[tuple[RepMove, ...], BeforeValidator(_listed)] = Field((), description="Moments. Default: any.")
    say: tuple[str, ...] = Field(min_length=1, description="Lines, each used once, in random order by seed.")
    since: int = Field(0, ge=0, description="The first turn, from 0, for this move.")
    until: int = Field(99, ge=0, description="The last turn for this move.")
    facts: int = Field(0, ge=0, description="How many times the rep must have opened up.")
    steps: int = Field(0, ge=0, description="How many steps the rep must own.")
    every: int = Field(1, ge=1, description="Only on turns whose number is divisible by this.")
    times: int = Field(99, ge=1, description="Maximum number of times.")


class Persona(Authored):
    """A simulated manager."""

    title: str
    about: str
    turns: int = Field(ge=1, le=30, description="Number of turns.")
    knows: Knows = Knows.NOTHING
    moves: tuple[Move, ...] = Field(min_length=1)


@dataclass
class _Memory:
    """What a simulated manager has said in one conversation."""

    draw: random.Random
    left: dict[int, list[str]] = field(default_factory=dict)
    used: dict[int, int] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    questions: dict[str, list[str]] = field(default_factory=dict)
    """Those about each fact, in the order in which this manager asks them."""


def simulate(
    person: Persona,
    practice: Practice,
    reword: Callable[[Practice, str], str] = lambda _, line: line,
    heard: Callable[[Practice], None] = lambda _: None,
) -> Debrief:
    """Play a whole conversation until the manager has nothing left to say, and return the debrief.

    `reword` may reword a line before it is said. `heard` is called after every reply.
    """
    memory = _Memory(random.Random(f"{person.id}/{practice.seed}"))
    for turn in range(person.turns):
        words = _next_words(person, practice, memory, turn)
        if words is None:
            break
        practice.say(reword(practice, words))
        for _ in practice.reply():
            pass
        heard(practice)
    return practice.finish()


_OBEYS = ("comply", "agree", "told", "hand_over", "leave_it", "on_my_list", "advice_taken")


def moment_of(last: Turn | None) -> RepMove:
    """What the rep's last turn did, from the manager's point of view."""
    if last is None or last.direction is None:
        return RepMove.START
    told = last.direction
    for moment, there in (
        (RepMove.CONCLUDED, told.insight),
        (RepMove.PROPOSED, told.step),
        (RepMove.COMMITTED, told.commits),
        (RepMove.OBEYED, told.act in _OBEYS),
        (RepMove.OPENED, told.releases or told.act in ("more", "confirm", "insight_again")),
        (RepMove.SLIPPED, told.hint),
    ):
        if there:
            return moment
    return RepMove.SHUT


def _next_words(person: Persona, practice: Practice, memory: _Memory, turn: int) -> str | None:
    state, turns = practice.state, practice.transcript.turns
    last = turns[-1] if turns else None
    moment = moment_of(last)
    own = sum(step.author == "rep" for step in state.steps.values())
    opened = sum(moment_of(spoken) is RepMove.OPENED for spoken in turns if not spoken.is_manager)
    for number, move in enumerate(person.moves):
        if not (move.since <= turn <= move.until and opened >= move.facts and own >= move.steps):
            continue
        if (move.on and moment not in move.on) or turn % move.every or memory.used.get(number, 0) >= move.times:
            continue
        words = _line(move, number, person, practice.scenario, state, last, memory)
        if words is not None:
            memory.used[number] = memory.used.get(number, 0) + 1
            return words
    return None


def _line(
    move: Move, number: int, person: Persona, scenario: Scenario, state: State, last: Turn | None, memory: _Memory
) -> str | None:
    """The move's next line whose placeholders can all be filled, or None."""
    if number not in memory.left:
        memory.left[number] = memory.draw.sample(move.say, len(move.say))
    for line in list(memory.left[number]):
        places = {name: _filled(name, person, scenario, state, last, memory) for name in _PLACE.findall(line)}
        if None in places.values():
            continue
        memory.left[number].remove(line)
        if places.keys() & _FRESH:  # the words differ each time, so the line may be used again
            memory.left[number].append(line)
        memory.asked += [str(places[name]) for name in ("question", "meaning") if name in places]
        return _put(line, places)
    return None


def _put(line: str, places: dict[str, str | None]) -> str:
    return _PLACE.sub(lambda found: str(places[found[1]]), line)


def _filled(
    name: str, person: Persona, scenario: Scenario, state: State, last: Turn | None, memory: _Memory
) -> str | None:
    """The current value of `$name`, or None."""
    if name == "rep":
        return scenario.rep.name
    if name == "echo":
        return echo(last.text) if last is not None and not last.is_manager else None
    if name == "instruction":
        return next((step.proposals[0] for step in scenario.steps if step.instructed), None)
    if name == "card":
        labels = [label for label, value in scenario.crm.items() if label not in memory.asked]
        if labels:
            memory.asked.append(labels[0])
        return labels[0].lower() if labels else None
    if person.knows is Knows.NOTHING:
        return None
    if name == "topic":
        hinted = [fact for fact in scenario.facts if fact.id in state.hinted and fact.id not in state.facts]
        return hinted[-1].topic if hinted else None
    if name == "next_topic":
        wanted = nearest(scenario, state)
        return wanted.topic if wanted else None
    if person.knows is Knows.QUESTIONS and name == "question":
        return _question(scenario, state, memory)
    if person.knows is Knows.QUESTIONS and name == "meaning":
        return _meaning(scenario, state, memory)
    return None


def _question(scenario: Scenario, state: State, memory: _Memory) -> str | None:
    """A question about the nearest fact, or about another if that one was just asked about without success."""
    waiting = [fact for fact in scenario.facts if fact.id not in state.facts]
    first = nearest(scenario, state)
    times = {fact.id: sum(memory.asked.count(one) for one in wordings(scenario, fact.id)) for fact in waiting}
    order = sorted(waiting, key=lambda fact: (times[fact.id], fact is not first, fact.feeling))
    if not order:
        return None
    about, own = order[0].id, wordings(scenario, order[0].id)
    mine = memory.questions.setdefault(about, memory.draw.sample(own, len(own)))
    return mine[times[about] % len(mine)]


def _meaning(scenario: Scenario, state: State, memory: _Memory) -> str | None:
    """The topic whose meaning to ask about, once the rep has everything a conclusion needs."""
    for insight in scenario.insights:
        if insight.id in state.insights or not all(need in state.facts for need in insight.needs):
            continue
        for fact_id in insight.about:
            topic = scenario.fact(fact_id).topic
            if fact_id in state.facts and memory.asked.count(topic) < 2:
                return topic
    return None


_JOINS = re.compile(r"(?:and|but|because|so|or|well|oh|yes|yeah|no|right|okay)\b", re.IGNORECASE)
_COMMON = re.compile(
    r"(?:the|a|an|it|its|it's|that|that's|there|there's|they|they've|he|he's|she|she's|we|we've|you|you're|you've|your|"
    r"this|one|two|three|four|five|nobody|not|what|when|where|if|most|some|all|every|last|in|on|at|of|for|with)\b",
    re.IGNORECASE,
)
_PERSONS = (
    (re.compile(r"\bI'm\b"), "you're"),
    (re.compile(r"\bI've\b"), "you've"),
    (re.compile(r"\bI'd\b"), "you'd"),
    (re.compile(r"\bI'll\b"), "you'll"),
    (re.compile(r"\bI was\b"), "you were"),
    (re.compile(r"\bI am\b"), "you are"),
    (re.compile(r"\bI\b"), "you"),
    (re.compile(r"\bmy\b", re.IGNORECASE), "your"),
    (re.compile(r"\bme\b"), "you"),
    (re.compile(r"\bmyself\b"), "yourself"),
)


def echo(said: str) -> str | None:
    """The rep's last full sentence that is short enough to repeat, with "I" changed to "you"; or None."""
    sentences = [part.strip() for part in re.split(r"(?<=[.!?])\s+", said) if part.strip()]
    short = [
        part
        for part in sentences
        if 3 <= len(part.split()) <= _LONGEST_ECHO and not part.endswith("?") and not _JOINS.match(part)
    ]
    if not short:
        return None
    words = short[-1].rstrip(".!")
    for pattern, other in _PERSONS:
        words = pattern.sub(other, words)
    return words[:1].lower() + words[1:] if _COMMON.match(words) else words


@lru_cache(maxsize=1)
def _shipped() -> tuple[Persona, ...]:
    return tuple(map(read_person, sorted(PERSONAS.glob("*.yaml"))))


def persons(data: Path | None = None) -> tuple[Persona, ...]:
    """Every simulated manager by id: those in `managers/` of the user's directory, then the bundled ones.

    Raises AskwellError with file, line and field.
    """
    own = map(read_person, Library(data).files("managers", "*.y*ml")) if data else ()
    known = {one.id: one for one in (*_shipped(), *own)}
    return tuple(known[name] for name in sorted(known))


def person(person_id: str, data: Path | None = None) -> Persona:
    """The simulated manager with this id. Raises AskwellError listing the choices."""
    known = {one.id: one for one in persons(data)}
    if person_id not in known:
        raise AskwellError(f"there is no manager {person_id!r}; choose one of {', '.join(known)}")
    return known[person_id]


def read_person(path: Path) -> Persona:
    """The simulated manager in a file. Raises AskwellError: `file:line:column: field: problem`."""
    return read_authored(path, Persona)[0]
