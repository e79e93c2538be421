"""Matches the units of a turn with what the rep could answer: facts, entries and general intents.

One softmax over everything that the manager's words could be after gives a probability to each; cues in the words then
say what kind of question it is about the topic.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..scenario import Scenario
from ..talk.codebook import ASKING, Code, Unit
from ..talk.direction import Intent, TopicMatch
from ..talk.transcript import Turn
from ..text.masking import clauses, mask
from ..vectors.embedding import Embedder, cached_vectors
from ..vectors.kept_head import ready_head
from .cues import cue_of
from .examples import TALK_INTENTS, labelled_examples
from .ledger import people, resolved

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

# Thresholds on probabilities, chosen on the development half of data/answers.jsonl. docs/topics.md has the figures.
SURE = 0.35
"""Minimum probability of a fact, with its entries, before it may be revealed."""
NAMED = 0.25
"""Minimum probability of a topic for a unit to be about it."""
FLOOR = 0.08
"""Below this probability nothing answers the unit."""
CLOSED = 0.58
STATED = 0.66
STEP = 0.60
NEWS = 0.58

_ON_TOPIC = frozenset({Intent.WHY, Intent.MAKE_OF_IT, Intent.OPTIONS, Intent.WHICH_FIRST, Intent.SAY_MORE})
_REACTS = frozenset({Intent.RUDE, Intent.BREAK_PLAY})
REACTION = 0.4
"""Minimum probability for the rep to react to an out-of-role intent."""
_ASKS = re.compile(
    r"\W*(?:(?:so|and|but|ok|okay|well|hmm)\W+)*(?:what|how|who|whos|whose|why|when|where|which|any|do|does|did|is|are|was|"
    r"were|has|have|had|can|could|will|would)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class _Group:
    """Examples of one kind, with the label of each."""

    keys: tuple[str, ...]
    vectors: Floats

    def best(self, vector: Floats) -> tuple[str | None, float]:
        if not self.keys:
            return None, 0.0
        similar = self.vectors @ vector
        index = int(similar.argmax())
        return self.keys[index], float(similar[index])


class TopicMatcher:
    """Matches turns with one variant of a scenario."""

    def __init__(self, scenario: Scenario, embedder: Embedder, cache: Path | None = None) -> None:
        self._scenario = scenario
        self._embedder = embedder
        self._people = people(scenario)
        examples = labelled_examples(scenario)
        labels = [label for label, _ in examples]
        texts = [mask(text, scenario.aliases) for _, text in examples]
        self._head = ready_head(embedder, labels, texts, cache)
        self._topics = _topics(scenario, self._head.classes)
        groups = {
            "closed": [
                (f"{fact.id}/{n}", ask) for fact in scenario.facts for n, c in enumerate(fact.closed) for ask in c.asks
            ],
            "states": [(fact.id, text) for fact in scenario.facts for text in (*fact.states, fact.text)],
            "steps": [(step.id, text) for step in scenario.steps for text in step.proposals],
            "news": [(news.id, text) for news in scenario.news for text in news.says],
        }
        held = [text for pairs in groups.values() for _, text in pairs]
        vectors = cached_vectors(embedder, [mask(text, scenario.aliases) for text in held], cache)
        self._groups: dict[str, _Group] = {}
        start = 0
        for name, pairs in groups.items():
            self._groups[name] = _Group(tuple(key for key, _ in pairs), vectors[start : start + len(pairs)])
            start += len(pairs)

    def match(self, units: Sequence[Unit], before: Sequence[Turn] = ()) -> tuple[TopicMatch, ...]:
        """One touch per unit, in order. "He" and "she" are the people last spoken of in the turns `before`."""
        touches = []
        for index, unit in enumerate(units):
            vectors = self._embedder.embed(self._pieces(unit.text, before))
            touches.append(self._particulars(self._touch(index, unit, self._chances(vectors)), unit, vectors[0]))
        return tuple(touches)

    def chances(self, text: str, before: Sequence[Turn] = ()) -> dict[str, float]:
        """The probability of each label for a text, most likely first."""
        found = self._chances(self._embedder.embed(self._pieces(text, before)))
        return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))

    def _pieces(self, text: str, before: Sequence[Turn]) -> list[str]:
        masked = mask(resolved(text, self._people, before), self._scenario.aliases)
        return [masked, *clauses(masked)]

    def _chances(self, vectors: Floats) -> dict[str, float]:
        """By label, from the whole sentence and the clause that is surest of something."""
        chances = self._head.chances(vectors)
        best = chances[0] if len(chances) == 1 else (chances[0] + chances[chances.max(axis=1).argmax()]) / 2
        return {label: round(float(chance), 4) for label, chance in zip(self._head.classes, best, strict=True)}

    def _touch(self, index: int, unit: Unit, chances: dict[str, float]) -> TopicMatch:
        label, chance = max(chances.items(), key=lambda pair: (pair[1], pair[0]))
        kind, _, name = label.partition(":")
        topics = {fact: sum(chances[one] for one in labels if one in chances) for fact, labels in self._topics.items()}
        fact, mass = max(topics.items(), key=lambda pair: (pair[1], pair[0]))
        named, sure = mass >= NAMED, mass >= SURE
        cue = cue_of(unit.text) if unit.genuine else None
        if chance < FLOOR:
            return TopicMatch(index, cue or Intent.OFF_TOPIC, None, chance)
        if kind == "entry":
            intent = TALK_INTENTS.get(name, Intent.ABOUT)
            own = next((one for one, labels in self._topics.items() if label in labels), None)
            return TopicMatch(index, intent, own, chance, sure and own == fact, entry=name)
        if kind == "fact":
            return TopicMatch(index, cue or Intent.ABOUT, name, chance, sure and name == fact, names_topic=True)
        intent = Intent(name)
        if intent in _REACTS:
            return TopicMatch(index, intent, None, chance, chance >= REACTION)
        if intent is Intent.OFF_TOPIC and cue is not None:
            intent = cue
        on_topic = named and intent in _ON_TOPIC
        return TopicMatch(index, intent, fact if on_topic else None, chance, on_topic and sure, names_topic=on_topic)

    def _particulars(self, touch: TopicMatch, unit: Unit, vector: Floats) -> TopicMatch:
        """The closed answer, stated fact, step and news that match a unit closely enough."""
        if unit.code in ASKING and touch.fact and unit.code is Code.CLOSED_QUESTION:
            key, score = self._groups["closed"].best(vector)
            if key and score >= CLOSED and key.rpartition("/")[0] == touch.fact:
                touch = replace(touch, closed=int(key.rpartition("/")[2]))
        step, score = self._groups["steps"].best(vector)
        if step and score >= STEP:
            touch = replace(touch, step=step)
        # A grammatical question states nothing; a question worded as a statement does.
        if unit.code is Code.OPEN_QUESTION or (unit.genuine and _ASKS.match(unit.text)):
            return touch
        news, news_score = self._groups["news"].best(vector)
        if news and news_score >= NEWS and unit.code not in ASKING:
            touch = replace(touch, news=news)
        stated, score = self._groups["states"].best(vector)
        if stated and score >= STATED and not self._scenario.fact(stated).feeling:
            touch = replace(touch, states=stated)
        return touch


def _topics(scenario: Scenario, classes: Sequence[str]) -> dict[str, frozenset[str]]:
    """The labels that are about each fact: its own, and those of entries that tell it or follow it."""
    known = set(classes)
    found = {fact.id: {f"fact:{fact.id}"} for fact in scenario.facts}
    for entry in scenario.entries:
        fact = entry.fact or next(iter(entry.after), None)
        if fact in found:
            found[fact].add(f"entry:{entry.id}")
    return {fact: frozenset(labels & known) for fact, labels in found.items()}
