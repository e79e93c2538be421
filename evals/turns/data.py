"""The examples: questions as authors wrote them, turns in context by people who saw a list of what the rep knows, and
the development half of free conversations. The held-out half is never read here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.scenario import Scenario
from bot.scenario.library import Library
from bot.talk.direction import Intent
from bot.text.masking import mask
from bot.topics.examples import labelled_examples
from bot.vectors.turns import turn_text

from ..benches.answers import Labelled, read_labelled
from ..rows import rows_of

DATA = Path(__file__).parents[1] / "data"
ANSWER_WEIGHTS = (1.0, 0.5, 0.35, 0.25)
"""How much the first, second, third and fourth answer that people would accept weigh."""
_INTENTS = {
    "ask:overall": Intent.OVERALL_STATUS,
    "ask:what-else": Intent.WHAT_ELSE,
    "ask:why": Intent.WHY,
    "ask:make-of-it": Intent.MAKE_OF_IT,
    "ask:options": Intent.OPTIONS,
    "ask:when": Intent.WHICH_FIRST,
    "ask:more": Intent.SAY_MORE,
    "ask:feelings": Intent.FEELINGS,
    "other-account": Intent.OTHER_ACCOUNT,
    "rude": Intent.RUDE,
    "none": Intent.OFF_TOPIC,
}
_AS_THEY_ARE = ("fact", "insight", "news")


@dataclass(frozen=True, slots=True)
class TurnExample:
    """A text for the encoder and the labels that it should get, with weights that sum to 1."""

    text: str
    labels: tuple[str, ...]
    weights: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class _Turn:
    """A line of data/turns: what the rep said before, the manager's turn, and what would answer it."""

    before: str
    text: str
    right: Sequence[str]


def label_of(name: str) -> str:
    """A label of people's as one of `labelled_examples`. Which step a rep proposes is his to choose."""
    kind, _, rest = name.partition(":")
    if name in _INTENTS:
        return f"intent:{_INTENTS[name]}"
    if kind == "step":
        step, _, part = rest.partition(":")
        proposed = {"told": f"told:{step}", "when": f"intent:{Intent.WHICH_FIRST}"}
        return proposed.get(part, f"intent:{Intent.OPTIONS}")
    return name if kind in _AS_THEY_ARE or name == "told:order" else f"entry:{name}"


def authored(scenario: Scenario) -> list[TurnExample]:
    """The questions of a scenario's own, one label each, without context."""
    return [TurnExample(mask(text, scenario.aliases), (label,), (1.0,)) for label, text in labelled_examples(scenario)]


def in_context(scenario: Scenario, development: bool = True) -> list[TurnExample]:
    """Turns in context: those written for training and, if `development`, those of the development managers."""
    path = DATA / "turns" / f"{scenario.id}.jsonl"
    rows = (
        [(turn.before, turn.text, turn.right) for _, turn in rows_of(path, _Turn, "a turn")] if path.is_file() else []
    )
    if development:
        rows += [
            (row.before[-1].text if row.before else "", row.text, row.right)
            for row in labelled_turns("development")
            if row.scenario == scenario.id
        ]
    return [_example(scenario, *row) for row in rows]


def labelled_turns(half: str) -> list[Labelled]:
    """The labelled turns of one half of the managers."""
    return [row for row in read_labelled(DATA / "talks.jsonl") if row.half == half]


def query(scenario: Scenario, before: str, text: str) -> str:
    """The text of a turn for the encoder."""
    return turn_text(mask(before, scenario.aliases), mask(text, scenario.aliases))


def _example(scenario: Scenario, before: str, text: str, right: Sequence[str]) -> TurnExample:
    weights: dict[str, float] = {}
    for name, weight in zip(right, ANSWER_WEIGHTS, strict=False):
        weights[label_of(name)] = weights.get(label_of(name), 0.0) + weight
    total = sum(weights.values())
    return TurnExample(query(scenario, before, text), tuple(weights), tuple(w / total for w in weights.values()))


def bundled_variants() -> Iterator[Scenario]:
    """Every bundled scenario in each of its variants."""
    library = Library()
    for scenario_id in library.scenario_ids():
        for variant in library.scenario(scenario_id).variant_ids:
            yield library.scenario(scenario_id, variant)


def rep_lines(scenario: Scenario) -> list[str]:
    """What a rep may have said before, to read questions after."""
    pools = [pool for fact in scenario.facts for pool in (fact.lines, fact.more, fact.hints)]
    pools += [entry.says for entry in scenario.entries] + [step.lines for step in scenario.steps]
    return [line.text for pool in pools for line in pool]
