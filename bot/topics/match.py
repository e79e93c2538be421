"""Matches the units of a turn with what the rep could answer: facts, entries and general intents.

One softmax over everything that the manager's words could be after gives a probability to each; cues in the words then
say what kind of question it is about the topic.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..scenario import Entry, Scenario
from ..talk.codebook import ASKING, Code, Unit
from ..talk.direction import Intent, Meant, TopicMatch
from ..talk.transcript import Turn
from ..text.masking import mask
from ..text.names import name_words
from ..text.tokens import EMPTY
from ..vectors.embedding import Embedder, cached_vectors
from ..vectors.kept_head import ready_head
from ..vectors.turns import turn_text
from .again import REPAIRS, asked_earlier, chosen, subject_stems
from .cues import cue_of
from .examples import TALK_INTENTS, labelled_examples

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

# Thresholds on probabilities, chosen on the development managers of evals/data/talks.jsonl; see docs/answers.md.
SURE = 0.28
"""Minimum probability of a fact, with its entries, before it may be revealed."""
NAMED = 0.25
"""Minimum probability of a topic for a unit to be about it."""
NOTHING_FITS = 0.12
"""Below this probability nothing answers the unit."""
ON_THE_TOPIC = 0.2
"""Minimum probability of a fact with its entries for a unit to be about it where none of them stands out."""
IN_CONTEXT = 0.6
"""The weight of a turn read after what was said before it; the rest is that of the turn by itself."""
OF_HEAD, OF_NEAREST, OF_NEAREST_ALONE, LEAST = 0.8, 20.0, 11.5, 1e-3
"""The weights of the logarithm of the head's probability, and of the closeness of the turn in context and alone.

Fitted on 300 turns of 25 development managers, left out of both the head and the examples. The head alone put the right
answer first in 50% of them, all three together in 66% (cross-validated by manager; answers added later left out).
"""
PROPOSED = 0.2
"""Minimum probability for words to count as a step proposed."""
TOLD_NEWS = 0.45
"""Minimum probability for words to count as news: thanks for what nobody told is worse than none."""
UNSURE_BELOW = 0.2
"""Below this probability the rep asks back, or says that he doesn't know."""
EITHER_BELOW, EITHER_RATIO = 0.35, 0.7
"""Below this probability, and with a second answer this near to it, the rep asks which of the two is meant."""
MOST_NAMERS = 20
"""A name that more entries have says nothing about which is meant."""
NAMES_IT, MENTIONS_IT = 8.0, 5.0
"""How much likelier an entry is that is about what the words name, and one that only mentions it."""
OF_ITS_ASKS = 0.3
"""An entry is about a name that at least this share of its questions have, or its subject."""
SHORT = 8
"""In a turn of so few words the name is what it is about, and counts twice as much."""
BARE = 4
"""The same in a turn that says nothing else: "Priya?", "And who's Warren?"."""
MOST_OTHERS, OTHERS_FROM = 12, 0.02
"""How many of the likeliest answers the rep chooses among, and their minimum probability."""
STEP_FROM = 0.05
"""Minimum probability, with what belongs to it, of the step that a question about what he will do means."""
CLOSED = 0.58
"""Minimum closeness of a yes-or-no question to the questions of a closed answer."""
STATED = 0.66
"""Minimum closeness of words to a statement of a fact for them to state it."""
STATED_IF_SAID = 0.55
"""The same where a model says that they state something about this fact."""
_STATES_NOTHING = frozenset({Code.OPEN_QUESTION, Code.DIRECTIVE, Code.ADVICE, Code.TAKEOVER, Code.COLLABORATION})
"""Units with these codes state no fact, even if they name its subject: "I'll ring Kessler myself".

In six free conversations seven facts were taken for told. Six weren't, and three of those came from such units.
"""
GIVEN, BOTH_GIVEN = (0.9,), (0.6, 0.3)
"""The probability of the label that a model gives, and of two labels in their order."""
ECHO = 0.6
"""Words of which this share is the rep's own hand back what he said."""

_ANSWERS = frozenset({"entry", "fact", "insight"})
_ON_TOPIC = frozenset({Intent.WHY, Intent.MAKE_OF_IT, Intent.OPTIONS, Intent.WHICH_FIRST, Intent.SAY_MORE})
_REACTS = frozenset({Intent.RUDE, Intent.BREAK_PLAY})
REACTION = 0.4
"""Minimum probability for the rep to react to an out-of-role intent."""
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
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
    """Matches turns with one variant of a scenario.

    `encoder` reads turns in their context; `embedder` compares sentences.
    """

    def __init__(self, scenario: Scenario, embedder: Embedder, encoder: Embedder, cache: Path | None = None) -> None:
        self._scenario = scenario
        self._embedder = embedder
        self._encoder = encoder
        examples = labelled_examples(scenario)
        texts = [mask(text, scenario.aliases) for _, text in examples]
        known = ready_head(encoder, [label for label, _ in examples], texts, cache)
        self._head, self._examples = known.head, known.examples
        self._columns = [known.examples.labels.index(label) for label in known.head.classes]
        self._topics = _topics(scenario)
        self._namers = _namers(scenario, self._head.classes)
        groups = _compared(scenario)
        held = [text for pairs in groups.values() for _, text in pairs]
        vectors = cached_vectors(embedder, [mask(text, scenario.aliases) for text in held], cache)
        self._groups: dict[str, _Group] = {}
        start = 0
        for name, pairs in groups.items():
            self._groups[name] = _Group(tuple(key for key, _ in pairs), vectors[start : start + len(pairs)])
            start += len(pairs)

    def match(
        self, units: Sequence[Unit], before: Sequence[Turn] = (), text: str = "", meant: Sequence[Meant] = ()
    ) -> tuple[TopicMatch, ...]:
        """One touch per unit, in order.

        The main unit, the last question or else the last unit, is read with the whole turn and what the rep said
        `before`; the others by themselves. `meant` has what a model says of each unit, or is empty: its labels take
        most of the probability, and the rules are the same.
        """
        if not units:
            return ()
        main = max((n for n, unit in enumerate(units) if unit.genuine), default=len(units) - 1)
        whole = text or " ".join(unit.text for unit in units)
        asked = [whole if n == main else unit.text for n, unit in enumerate(units)]
        vectors = self._encoder.embed([query for one in asked for query in self._queries(one, before)])
        own = self._embedder.embed([mask(unit.text, self._scenario.aliases) for unit in units])
        found = [self._chances(asked[n], vectors[2 * n : 2 * n + 2]) for n in range(len(units))]
        said = meant or [Meant()] * len(units)
        if not said[main].labels:
            found[main] = self._repaired(found[main], whole, before)
        touches = []
        for n, unit in enumerate(units):
            if said[n].nothing and unit.genuine:
                touch = TopicMatch(n, Intent.OFF_TOPIC, None, GIVEN[0], sure=True)
            else:
                touch = self._with_others(unit, _as_meant(found[n], said[n]), before, n)
            touches.append(self._particulars(replace(touch, form=said[n].form), unit, own[n], before, said[n].states))
        return tuple(touches)

    def likely(self, texts: Sequence[str], before: Sequence[Turn] = ()) -> list[str]:
        """Every label, likeliest first, by its best chance in any of a turn's `texts` or the question they repeat."""
        best: dict[str, float] = {}
        for text in dict.fromkeys(texts):
            found = self.chances(text, before)
            for chances in (found, self._repaired(found, text, before)):
                best |= {label: max(chance, best.get(label, 0.0)) for label, chance in chances.items()}
        return sorted(best, key=lambda label: (-best[label], label))

    def _with_others(self, unit: Unit, chances: dict[str, float], before: Sequence[Turn], n: int) -> TopicMatch:
        touch = self._touch(n, unit, chances, _picks_up(unit.text, before))
        if touch.intent in (Intent.OPTIONS, Intent.WHICH_FIRST) and touch.step is None:
            touch = replace(touch, step=self._step(chances))
        taken = {f"entry:{touch.entry}"} if touch.entry else {f"fact:{touch.fact}"} if touch.names_topic else set()
        ranked = sorted(chances.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_OTHERS]
        others = [pair for pair in ranked if pair[0] not in taken and pair[1] >= OTHERS_FROM]
        return replace(touch, others=tuple(pair for pair in others if pair[0].partition(":")[0] in _ANSWERS))

    def _step(self, chances: dict[str, float]) -> str | None:
        """The step that the words are about, if any."""
        mass = {
            step.id: sum(
                chance
                for label, chance in chances.items()
                if label == f"told:{step.id}" or label.startswith(f"entry:step-{step.id}-")
            )
            for step in self._scenario.steps
        }
        best = max(mass, key=lambda name: (mass[name], name), default=None)
        return best if best is not None and mass[best] >= STEP_FROM else None

    def chances(self, text: str, before: Sequence[Turn] = ()) -> dict[str, float]:
        """The probability of each label for a turn, most likely first."""
        found = self._chances(text, self._encoder.embed(self._queries(text, before)))
        return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))

    def closeness(self, text: str) -> float:
        """How close words are to the nearest statement of a fact, 0 to 1: from `STATED` on, they state that fact."""
        vector = self._embedder.embed([mask(text, self._scenario.aliases)])[0]
        return round(max(0.0, self._groups["states"].best(vector)[1]), 4)

    def _repaired(self, found: dict[str, float], text: str, before: Sequence[Turn]) -> dict[str, float]:
        """The chances of a turn, or of the earlier question that it asks again or chooses an answer to."""
        last = before[-1].direction if before else None
        pick = chosen(text, last.asks_back) if last and last.asks_back else None
        if pick in (0, 1) and last:
            meant = [label for label in found if self._subject(label) == last.asks_back[pick or 0]]
            return {**found, meant[0]: 1.0} if meant else found
        label, chance = max(found.items(), key=lambda pair: (pair[1], pair[0]))
        earlier = asked_earlier(before) if pick == -1 or (label in REPAIRS and chance >= SURE) else None
        if earlier is None:
            return found
        place, given = earlier
        again = self.chances(before[place].text, before[:place])
        offered = last.asks_back if last else ()
        open_still = {
            name: share for name, share in again.items() if name not in given and self._subject(name) not in offered
        }
        total = sum(open_still.values()) or 1.0
        sure = {name: round(share / total, 4) for name, share in open_still.items()}
        return sure if max(sure.values(), default=0.0) >= UNSURE_BELOW else found

    def _queries(self, text: str, before: Sequence[Turn]) -> list[str]:
        """The text with what was said before it, and by itself."""
        heard = mask(before[-1].text, self._scenario.aliases) if before else ""
        own = mask(text, self._scenario.aliases)
        return [turn_text(heard, own), turn_text("", own)]

    def _chances(self, text: str, vectors: Floats) -> dict[str, float]:
        """By label. What names a person or thing that the words name is likelier: vectors hardly see names."""
        after, alone = self._head.chances(vectors)
        chances = self._weighed(IN_CONTEXT * after + (1 - IN_CONTEXT) * alone, vectors)
        words = _words(text)
        named = set(words) & self._namers.keys()
        bare = set(words) - EMPTY <= named
        for name in named:
            about, mention = self._namers[name]
            power = BARE if bare else 1 if len(words) > SHORT else 2
            chances[about or mention] *= NAMES_IT**power
            if about:
                chances[mention] *= MENTIONS_IT**power
        chances /= chances.sum()
        return {label: round(float(chance), 4) for label, chance in zip(self._head.classes, chances, strict=True)}

    def _weighed(self, chances: Floats, vectors: Floats) -> Floats:
        """The chances of a turn weighed by how near the examples of each label are, in context and alone."""
        import numpy as np

        near, near_alone = self._examples.closeness(vectors)[:, self._columns]
        weight = OF_HEAD * np.log(chances + LEAST) + OF_NEAREST * near + OF_NEAREST_ALONE * near_alone
        shares: Floats = np.exp(weight - weight.max())
        shares /= shares.sum()
        return shares

    def _touch(self, index: int, unit: Unit, chances: dict[str, float], picks_up: bool) -> TopicMatch:
        label, chance = max(chances.items(), key=lambda pair: (pair[1], pair[0]))
        kind, _, name = label.partition(":")
        mass = {fact: sum(chances.get(one, 0.0) for one in labels) for fact, labels in self._topics.items()}
        topic = max(mass, key=lambda fact: (mass[fact], fact))
        cue = cue_of(unit.text) if unit.genuine else None
        either = self._either(chances, label) if unit.genuine and UNSURE_BELOW <= chance < EITHER_BELOW else ()
        together = mass[topic] if label not in self._topics[topic] else 0.0
        if unit.genuine and ((chance < UNSURE_BELOW and mass[topic] >= ON_THE_TOPIC) or together > chance):
            # No answer stands out, but together those on one fact do.
            chance = round(mass[topic], 4)
            return TopicMatch(index, cue or Intent.ABOUT, topic, chance, chance >= SURE, names_topic=True)
        if chance < NOTHING_FITS:
            return TopicMatch(index, cue or Intent.OFF_TOPIC, None, chance)
        if unit.genuine and chance < UNSURE_BELOW:
            follows = Intent.SAY_MORE if picks_up else Intent.OFF_TOPIC
            return TopicMatch(index, cue or follows, None, chance)
        match kind:
            case "entry":
                own = next((fact for fact, labels in self._topics.items() if label in labels), None)
                sure = own is not None and mass[own] >= SURE
                return TopicMatch(
                    index, TALK_INTENTS.get(name, Intent.ABOUT), own, chance, sure, entry=name, either=either
                )
            case "fact":
                sure = mass[name] >= SURE
                return TopicMatch(index, cue or Intent.ABOUT, name, chance, sure, names_topic=True, either=either)
            case "insight":
                about = self._scenario.insight(name).about[0]
                return TopicMatch(index, Intent.MAKE_OF_IT, about, chance, False, names_topic=True)
            case "told" if chance >= PROPOSED:
                return TopicMatch(
                    index, cue or Intent.OFF_TOPIC, None, chance, step=None if name == "order" else name, proposes=True
                )
            case "news" if chance >= TOLD_NEWS and not unit.genuine and "?" not in unit.text:
                return TopicMatch(index, Intent.OFF_TOPIC, None, chance, news=name)
        intent = Intent(name) if kind == "intent" else Intent.OFF_TOPIC
        if intent in _REACTS:
            return TopicMatch(index, intent, None, chance, chance >= REACTION)
        if intent is Intent.OFF_TOPIC and cue is None:
            return TopicMatch(index, intent, None, chance, kind == "intent")
        intent = cue if intent is Intent.OFF_TOPIC and cue is not None else intent
        on_topic = mass[topic] >= NAMED and intent in _ON_TOPIC
        sure = on_topic and mass[topic] >= SURE
        return TopicMatch(index, intent, topic if on_topic else None, chance, sure, names_topic=on_topic)

    def _either(self, chances: dict[str, float], first: str) -> tuple[str, ...]:
        """The subjects of the two likeliest answers, if the second is nearly as likely and about something else."""
        second = max((label for label in chances if label != first), key=lambda label: (chances[label], label))
        subjects = [self._subject(label) for label in (first, second)]
        related = any(first in labels and second in labels for labels in self._topics.values())
        if related or chances[second] < EITHER_RATIO * chances[first] or not all(subjects):
            return ()
        return tuple(subjects)

    def _subject(self, label: str) -> str:
        """What a label is about, safe to name; empty if the rep can't ask about it."""
        kind, _, name = label.partition(":")
        if kind == "fact":
            return self._scenario.fact(name).topic
        return "" if kind != "entry" or name.startswith("talk-") else self._scenario.entry(name).about

    def _particulars(
        self, touch: TopicMatch, unit: Unit, vector: Floats, before: Sequence[Turn], states: str | None = None
    ) -> TopicMatch:
        """The closed answer and the stated fact that match a unit closely enough.

        A model knows only the topic of what is held back, so the words must also be close to the fact that it names.
        """
        if unit.code in ASKING and touch.fact and unit.code is Code.CLOSED_QUESTION:
            key, score = self._groups["closed"].best(vector)
            if key and score >= CLOSED and key.rpartition("/")[0] == touch.fact:
                touch = replace(touch, closed=int(key.rpartition("/")[2]))
        # A grammatical question states nothing; a question worded as a statement does.
        if unit.code in _STATES_NOTHING or (unit.genuine and _ASKS.match(unit.text)):
            return touch
        stated, score = self._groups["states"].best(vector)
        told = (
            stated
            if stated
            and score >= (STATED_IF_SAID if stated == states else STATED)
            and not self._scenario.fact(stated).feeling
            else None
        )
        if told and not _echoes(unit.text, before):
            touch = replace(touch, states=told)
        return touch


def _as_meant(chances: dict[str, float], meant: Meant) -> dict[str, float]:
    """The chances of a unit once a model has said what it means: its labels take most, the rest share what is left.

    Without a label only what the model ruled out falls to 0. Labels that the scenario doesn't have are left out.
    """
    labels = [label for label in meant.labels if label in chances]
    if not labels:
        return {label: 0.0 if label in meant.ruled_out else chance for label, chance in chances.items()}
    given = dict(zip(labels, BOTH_GIVEN if len(labels) > 1 else GIVEN, strict=False))
    others = sum(chance for label, chance in chances.items() if label not in given) or 1.0
    left = 1 - sum(given.values())
    return {label: given.get(label, round(left * chance / others, 4)) for label, chance in chances.items()}


def _compared(scenario: Scenario) -> dict[str, list[tuple[str, str]]]:
    """The sentences that units are compared with one by one, with their keys: short answers, and facts as stated."""
    closed = [(f"{fact.id}/{n}", ask) for fact in scenario.facts for n, c in enumerate(fact.closed) for ask in c.asks]
    return {
        "closed": closed,
        "states": [(fact.id, text) for fact in scenario.facts for text in (*fact.states, fact.text)],
    }


def compared_texts(scenario: Scenario) -> list[str]:
    """The sentences that a matcher embeds with the packaged model."""
    return [mask(text, scenario.aliases) for pairs in _compared(scenario).values() for _, text in pairs]


def _topics(scenario: Scenario) -> dict[str, frozenset[str]]:
    """The labels that are about each fact: its own, and those of entries that tell it or follow it."""
    found = {fact.id: {f"fact:{fact.id}"} for fact in scenario.facts}
    for entry in scenario.entries:
        fact = entry.fact or next(iter(entry.after), None)
        if fact in found:
            found[fact].add(f"entry:{entry.id}")
    return {fact: frozenset(labels) for fact, labels in found.items()}


def _picks_up(text: str, before: Sequence[Turn]) -> bool:
    """Whether the words take up a word that the rep has just said: then they ask about that."""
    if not before or before[-1].is_manager:
        return False
    return bool(subject_stems(text) & subject_stems(before[-1].text))


def _echoes(text: str, before: Sequence[Turn]) -> bool:
    """Whether most of the words are the rep's own: handing back is not telling."""
    words = subject_stems(text)
    said = frozenset[str]().union(*(subject_stems(turn.text) for turn in before if not turn.is_manager))
    return bool(words) and len(words & said) >= ECHO * len(words)


def _namers(scenario: Scenario, classes: Sequence[str]) -> dict[str, tuple[list[int], list[int]]]:
    """By name, the places of the entries that are about it and of those that only mention it."""
    places = {label: place for place, label in enumerate(classes)}
    masked = {word.lower() for alias in scenario.aliases for word in alias.split()}
    texts = [text for entry in scenario.entries for text in (entry.about, *entry.asked, *_said(entry))]
    known = {name.lower() for text in texts for name in name_words(text)} - masked
    found: dict[str, tuple[list[int], list[int]]] = {}
    for fact in scenario.facts:
        for name in known.intersection(_words(fact.text)):
            found.setdefault(name, ([], []))[0].append(places[f"fact:{fact.id}"])
    for entry in scenario.entries:
        place = places.get(f"entry:{entry.id}")
        if place is None:
            continue
        # People type questions without capitals.
        asked = Counter(name for ask in entry.asked for name in known.intersection(_words(ask)))
        about = known.intersection(_words(entry.about))
        about |= {name for name in asked if asked[name] >= OF_ITS_ASKS * len(entry.asked)}
        mention = (set(asked) | {name.lower() for line in _said(entry) for name in name_words(line)}) & known
        for at, names in enumerate((about, mention - about)):
            for name in names:
                found.setdefault(name, ([], []))[at].append(place)
    return {name: (about, mention if len(mention) <= MOST_NAMERS else []) for name, (about, mention) in found.items()}


def _said(entry: Entry) -> list[str]:
    return [line.text for line in entry.says]


def _words(text: str) -> list[str]:
    return [word.removesuffix("'s").removesuffix("’s") for word in _WORD.findall(text.lower())]
