"""Matches the units of a turn with a scenario: intent and topic separately, then combined."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from ..scenario import Fact, Scenario
from ..scenario.strictyaml import parse
from ..talk.codebook import ASKING, Code, Unit
from ..talk.direction import Intent, TopicMatch
from ..text.masking import clauses, mask
from ..vectors.embedding import Embedder, cached_vectors
from ..vectors.head import Head, train
from .cues import cue_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

# Thresholds on the scores of head.py, chosen on development questions. docs/topics.md has the figures.
SURE = 0.40
SURE_MARGIN = 0.04
OFF_MARGIN = 0.12
"""Minimum lead of a fact over everything off topic before it may be revealed."""
NEAR_OFF = 0.05
"""If something off topic is this close to the best fact, the question counts as about neither."""
NAMED = 0.34
CLOSED = 0.58
STATED = 0.66
STEP = 0.60
NEWS = 0.58
REACTION = 0.50
"""Minimum score for the rep to react to an out-of-role intent (rude, break_play)."""

ALONE = 0.45
"""From this score a general question stands alone instead of referring back."""

_OFF_STAGE = frozenset({Intent.SMALL_TALK, Intent.OTHER_ACCOUNT, Intent.BREAK_PLAY, Intent.RUDE, Intent.OFF_TOPIC})
_ON_TOPIC = frozenset({Intent.WHY, Intent.MAKE_OF_IT, Intent.OPTIONS, Intent.WHICH_FIRST, Intent.SAY_MORE})
_STANDS_ALONE = frozenset(
    {Intent.WHAT_ELSE, Intent.HELP, Intent.CLOSING, Intent.OPENING, Intent.BREAK_PLAY, Intent.RUDE}
)
_ASKS = re.compile(
    r"\W*(?:(?:so|and|but|ok|okay|well|hmm)\W+)*(?:what|how|who|whos|whose|why|when|where|which|any|do|does|did|is|are|was|"
    r"were|has|have|had|can|could|will|would)\b",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(r"\b(?:it|that|this|those|these|them|he|she|they|one|blind)\b", re.IGNORECASE)


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


@lru_cache(maxsize=1)
def generic_intents() -> tuple[tuple[str, str], ...]:
    """The bundled examples of generic intents: (intent, example), in order."""
    name = "intents.yaml"
    data, _ = parse(resources.files("bot").joinpath("data", name).read_text(encoding="utf-8"), name)
    return tuple((str(Intent(intent)), example) for intent, examples in data["intents"].items() for example in examples)


class TopicMatcher:
    """Matches turns with one variant of a scenario."""

    def __init__(self, scenario: Scenario, embedder: Embedder, cache: Path | None = None) -> None:
        self._scenario = scenario
        self._embedder = embedder
        self._facts = {fact.id: fact for fact in scenario.facts}
        labelled = [(f"fact:{fact.id}", ask) for fact in scenario.facts for ask in _asks(fact)]
        labelled += [(f"entry:{entry.id}", ask) for entry in scenario.entries for ask in (entry.about, *entry.asked)]
        labelled += [(f"intent:{intent}", example) for intent, example in generic_intents()]
        labelled += [(f"intent:{Intent.OFF_TOPIC}", example) for example in scenario.not_held]
        groups = {
            "closed": [
                (f"{fact.id}/{n}", ask) for fact in scenario.facts for n, c in enumerate(fact.closed) for ask in c.asks
            ],
            "states": [(fact.id, text) for fact in scenario.facts for text in (*fact.states, fact.text)],
            "steps": [(step.id, text) for step in scenario.steps for text in step.proposals],
            "news": [(news.id, text) for news in scenario.news for text in news.says],
        }
        texts = [text for _, text in labelled] + [text for pairs in groups.values() for _, text in pairs]
        vectors = cached_vectors(embedder, [mask(text, scenario.aliases) for text in texts], cache)
        self._head: Head = train([label for label, _ in labelled], vectors[: len(labelled)])
        self._groups: dict[str, _Group] = {}
        start = len(labelled)
        for name, pairs in groups.items():
            self._groups[name] = _Group(tuple(key for key, _ in pairs), vectors[start : start + len(pairs)])
            start += len(pairs)

    def match(self, units: Sequence[Unit]) -> tuple[TopicMatch, ...]:
        """One touch per unit, in order. An elliptical unit takes the topic of the unit before it."""
        if not units:
            return ()
        masked = [mask(unit.text, self._scenario.aliases) for unit in units]
        pieces = [[text, *clauses(text)] for text in masked]
        vectors = self._embedder.embed([piece for group in pieces for piece in group])
        touches: list[TopicMatch] = []
        start = 0
        for index, (unit, group) in enumerate(zip(units, pieces, strict=True)):
            own = vectors[start : start + len(group)]
            start += len(group)
            touches.append(self._inherit(self._touch(index, unit, own), units, touches))
        return tuple(touches)

    def _touch(self, index: int, unit: Unit, vectors: Floats) -> TopicMatch:
        scores = self._head.scores(vectors)
        facts, intents = self._split(scores)
        fact, fact_score = _top(facts)
        intent, intent_score = _top(intents)
        runner_up = sorted(facts.values())[-2] if len(facts) > 1 else 0.0
        off = max(score for name, score in intents.items() if Intent(name) in _OFF_STAGE)
        sure = fact_score >= SURE and fact_score - runner_up >= SURE_MARGIN and fact_score - off >= OFF_MARGIN
        touch = self._combine(index, unit, (fact, fact_score), (Intent(intent), intent_score), sure)
        return self._particulars(touch, unit, vectors[0])

    def _split(self, scores: Floats) -> tuple[dict[str, float], dict[str, float]]:
        """Scores of facts (whole sentence or best clause) and of intents (whole sentence)."""
        facts, intents = {}, {}
        for column, name in enumerate(self._head.classes):
            kind, _, key = name.partition(":")
            if kind == "fact":
                facts[key] = round(float(scores[:, column].max()), 3)
            else:
                intents[key] = round(float(scores[0, column]), 3)
        return facts, intents

    def _combine(
        self, index: int, unit: Unit, fact: tuple[str, float], intent: tuple[Intent, float], sure: bool
    ) -> TopicMatch:
        cue = cue_of(unit.text)
        named = fact[1] >= NAMED
        if intent[0] is Intent.OFF_TOPIC and fact[1] - intent[1] < NEAR_OFF and not sure and unit.genuine:
            return TopicMatch(index, Intent.OFF_TOPIC, None, intent[1])
        if fact[1] >= intent[1]:
            if cue is None or not unit.genuine:
                weak = not sure and fact[1] < NAMED
                return TopicMatch(
                    index, Intent.OFF_TOPIC if weak else Intent.ABOUT, fact[0], fact[1], sure, names_topic=named
                )
            return TopicMatch(index, cue, fact[0], fact[1], sure, names_topic=named)
        points_back = cue and _POINTS_BACK.search(unit.text)
        if intent[0] in _OFF_STAGE and not (points_back and intent[1] < REACTION):
            return TopicMatch(index, intent[0], None, intent[1], intent[1] >= REACTION)
        kind = cue if cue and (intent[0] in _ON_TOPIC or intent[0] in _OFF_STAGE) else intent[0]
        on_topic = named and kind in _ON_TOPIC and intent[1] - fact[1] < 0.20
        return TopicMatch(
            index, kind, fact[0] if on_topic else None, intent[1], on_topic and sure, names_topic=on_topic
        )

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
        if stated and score >= STATED and not self._facts[stated].feeling:
            touch = replace(touch, states=stated)
        return touch

    def _inherit(self, touch: TopicMatch, units: Sequence[Unit], before: Sequence[TopicMatch]) -> TopicMatch:
        if not before or touch.sure or (touch.intent in _STANDS_ALONE and touch.score >= ALONE):
            return touch
        pointing = units[touch.unit].genuine and _POINTS_BACK.search(units[touch.unit].text)
        if touch.names_topic and not pointing:
            return touch
        if not (pointing or touch.intent in _ON_TOPIC):
            return touch
        previous = before[-1]
        if previous.names_topic and previous.fact:
            intent = touch.intent if touch.intent in _ON_TOPIC else Intent.ABOUT
            return replace(touch, intent=intent, fact=previous.fact, sure=previous.sure, names_topic=True)
        return touch


def _asks(fact: Fact) -> tuple[str, ...]:
    # Nudges name the topic, so managers will use its words.
    return (fact.question, fact.topic, *fact.asks, *(ask for closed in fact.closed for ask in closed.asks))


def _top(scores: dict[str, float]) -> tuple[str, float]:
    # Break ties by name, so that they don't depend on dictionary order.
    return max(scores.items(), key=lambda pair: (pair[1], pair[0]))
