"""What the manager asked about, and whether a question was put already. Nobody is advised to ask what was asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from ..director.state import normalise, paired
from ..talk.direction import Intent, TopicMatch
from ..text.tokens import sentences_of

if TYPE_CHECKING:
    from ..scenario import Scenario
    from ..talk.codebook import Unit
    from ..talk.transcript import Turn

LIKELY = 0.25
"""From this probability, a question counts as one about a fact. Claiming "you never asked" must not be wrong."""
MOSTLY_SHARED = 0.7
"""Two questions that share this much of their words are the same question."""
_ASKS_ON = (Intent.SAY_MORE, Intent.WHY, Intent.MAKE_OF_IT)


def facts_asked_about(scenario: Scenario, turns: Iterable[Turn]) -> frozenset[str]:
    """Ids of the facts that a question of the manager's went for, whatever came of it."""
    feelings = {fact.id for fact in scenario.facts if fact.feeling}
    found: set[str] = set()
    topic: str | None = None
    for turn in turns:
        if not turn.is_manager:
            direction = turn.direction
            topic = (direction.topic or topic) if direction else topic
            continue
        for unit, touch in paired(turn):
            if not _asks(unit):
                continue
            found.update(_facts_of(scenario, touch))
            if touch.intent in _ASKS_ON and topic and not touch.names_topic:
                found.add(topic)
            if touch.intent is Intent.FEELINGS:
                found |= feelings
        found.update(fact.id for fact in scenario.facts if was_put(fact.question, (turn,)))
    return frozenset(found)


def facts_surely_asked(scenario: Scenario, turns: Iterable[Turn]) -> dict[str, int]:
    """Ids of the facts that a question surely went for, each with the index of the first turn that did."""
    found: dict[str, int] = {}
    for turn in turns:
        if not turn.is_manager:
            continue
        sure = [touch.fact for unit, touch in paired(turn) if unit.genuine and unit.claimed and touch.sure]
        put = [fact.id for fact in scenario.facts if was_put(fact.question, (turn,))]
        for name in (*filter(None, sure), *put):
            found.setdefault(name, turn.index)
    return found


def was_put(question: str, turns: Iterable[Turn]) -> bool:
    """Whether the manager asked this question, in these words or nearly these."""
    return bool(put_already((question,), turns))


def put_already(questions: Iterable[str], turns: Iterable[Turn]) -> frozenset[str]:
    """Those of the questions that the manager asked, in these words or nearly these."""
    said = tuple(dict.fromkeys(_words(words) for turn in turns for words in _said(turn)))
    return frozenset(question for question in questions if _put(question, said))


@lru_cache(maxsize=4096)  # a debrief asks the same of the whole bank of questions several times
def _put(question: str, said: tuple[frozenset[str], ...]) -> bool:
    wanted = _words(question)
    return any(_alike(wanted, words) for words in said)


def _asks(unit: Unit) -> bool:
    return unit.genuine or ("?" in unit.text and not (unit.pushing and unit.claimed))


def _facts_of(scenario: Scenario, touch: TopicMatch) -> Iterator[str]:
    """The facts that a unit is about, or probably about."""
    labels = [f"fact:{touch.fact}"] if touch.fact else []
    labels += [f"entry:{touch.entry}"] if touch.entry else []
    labels += [label for label, chance in touch.others if chance >= LIKELY]
    for label in labels:
        kind, _, name = label.partition(":")
        if kind == "fact":
            yield name
        elif kind == "entry":
            entry = scenario.entry(name)
            yield from (*entry.after, *((entry.fact,) if entry.fact else ()))


@lru_cache(maxsize=4096)
def _words(text: str) -> frozenset[str]:
    return frozenset(normalise(text).split())


def _said(turn: Turn) -> Iterator[str]:
    if turn.is_manager:
        yield from sentences_of(turn.text)
        yield from (unit.text for unit in turn.units)


def _alike(first: frozenset[str], second: frozenset[str]) -> bool:
    if not first or not second:
        return False
    shared = len(first & second)
    within = shared == len(first) or (shared == len(second) and len(second) >= 3)
    return within or shared >= MOSTLY_SHARED * len(first | second)
