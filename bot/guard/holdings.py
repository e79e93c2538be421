"""A scenario's content, statement by statement, and which parts may be said once certain facts are released."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, TypeVar

from ..knowledge import spoken_lines
from ..scenario import Scenario
from ..text.names import names_in
from ..text.numbers import Number, numbers_in
from ..text.tokens import DAYS, EMPTY, lower_words, runs, sentences_of, stem, stems, tokens
from .lists import data

Held = TypeVar("Held")


class Statement(NamedTuple):
    """An authored text, the facts it needs, and the fact it is about, if any.

    `tells` is False for text that only fills a reply: a nod, an evasion, a hint.
    """

    text: str
    needs: frozenset[str]
    about: str = ""
    tells: bool = True


def statements_of(scenario: Scenario) -> tuple[Statement, ...]:
    """Every text that is said or shown in a scenario, except sample questions for managers."""
    return tuple(_statements(scenario))


def _statements(scenario: Scenario) -> Iterator[Statement]:
    free: frozenset[str] = frozenset()
    cards = (f"{label}: {value}" for label, value in scenario.crm.items())
    people = (scenario.manager.name, scenario.manager.role, scenario.rep.name, scenario.rep.role, scenario.rep.style)
    for text in (scenario.title, scenario.summary, scenario.scene, scenario.brief, *scenario.aliases, *cards, *people):
        yield Statement(text, free)
    for text in (*scenario.rep.goals, *scenario.rep.strengths):
        yield Statement(text, free)
    for news in scenario.news:
        for text in (news.title, *news.says):
            yield Statement(text, free)
    for fact in scenario.facts:
        yield Statement(fact.topic, free, fact.id, tells=False)
        for text in (fact.text, *fact.states):
            yield Statement(text, frozenset({fact.id}), fact.id)
    for spoken in spoken_lines(scenario):
        kind, entry, *part = spoken.pool.split("/")
        needs = _needs(scenario, kind, entry, part, frozenset(spoken.line.needs))
        about = entry if kind == "fact" else ""
        tells = bool(needs) or kind in ("insight", "step", "news")
        yield Statement(spoken.line.text, needs, about, tells)


def _needs(scenario: Scenario, kind: str, entry: str, part: list[str], needs: frozenset[str]) -> frozenset[str]:
    """The facts a line needs, including those behind the insights that its step needs."""
    if kind != "step" or part == ["told"]:
        return needs
    waits_for = scenario.step(entry).needs
    behind = (fact for insight in scenario.insights if insight.id in waits_for for fact in insight.needs)
    return needs | frozenset(behind)


@dataclass(frozen=True)
class Ground:
    """What may be said with these facts released, and what would give each of the others away.

    `base` is the same without any released facts. Sharing its results means that a reply waits only for what is new.
    """

    statements: tuple[Statement, ...]
    released: frozenset[str]
    base: Ground | None = None

    @cached_property
    def held(self) -> tuple[Statement, ...]:
        """The statements that may be said."""
        return tuple(one for one in self.statements if one.needs <= self.released)

    @cached_property
    def _own(self) -> tuple[Statement, ...]:
        """The statements that may be said here but not in the base."""
        return self.held if self.base is None else tuple(one for one in self.held if one.needs)

    def _and(self, found: Iterable[Held], based: Callable[[Ground], frozenset[Held]]) -> frozenset[Held]:
        """Items found in our own statements, plus those of the base."""
        return frozenset(found) if self.base is None else based(self.base).union(found)

    @cached_property
    def secret(self) -> dict[str, tuple[Statement, ...]]:
        """The statements that need each unreleased fact."""
        found: dict[str, list[Statement]] = {}
        for one in self.statements:
            for fact in one.needs - self.released if one.needs else ():
                found.setdefault(fact, []).append(one)
        return {fact: tuple(several) for fact, several in found.items()}

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word that may be said, in lower case."""
        return self._and((word for one in self._own for word in tokens(one.text)), lambda base: base.words)

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Every word written in lower case anywhere in the scenario, secret or not."""
        if self.base is not None:
            return self.base.vocabulary
        return frozenset(word for one in self.statements for word in lower_words(one.text))

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stems of words that may be said."""
        return self._and((stem for one in self._own for stem in stems(one.text)), lambda base: base.stems)

    @cached_property
    def names(self) -> frozenset[str]:
        """The names that may be said."""
        return self._and(
            (name.word.lower() for one in self._own for name in names_in(one.text)), lambda base: base.names
        )

    @cached_property
    def numbers(self) -> frozenset[Number]:
        """The numbers that may be said."""
        return self._and((number for one in self._own for number in numbers_in(one.text)), lambda base: base.numbers)

    @cached_property
    def sentences(self) -> frozenset[tuple[str, ...]]:
        """The sentences that may be said, word for word."""
        return self._and(
            (tokens(sentence) for one in self._own for sentence in sentences_of(one.text)), lambda base: base.sentences
        )

    @cached_property
    def secret_runs(self) -> frozenset[tuple[str, ...]]:
        """Runs of five words that occur only in unreleased facts."""
        return (
            frozenset(run for several in self.secret.values() for one in several for run in runs(one.text)) - self.runs
        )

    @cached_property
    def runs(self) -> frozenset[tuple[str, ...]]:
        """Runs of five words that may be said."""
        return self._and((run for one in self._own for run in runs(one.text)), lambda base: base.runs)

    def tells(self, run: tuple[str, ...]) -> bool:
        """Whether a run is more than a turn of phrase made of words that may be said."""
        content = [word for word in run if word not in EMPTY]
        return len(content) > 2 or any(stem(word) not in self.stems for word in content)

    @cached_property
    def secret_stems(self) -> dict[str, frozenset[str]]:
        """For each unreleased fact, the stems that don't occur in anything released."""
        return {
            fact: frozenset(stem for one in several for stem in stems(one.text)) - self.stems
            for fact, several in self.secret.items()
        }

    @cached_property
    def stem_weight(self) -> dict[str, float]:
        """How strongly a secret stem points to one fact: 1 if only one has it, 1/2 if two do."""
        owners = Counter(stem for held in self.secret_stems.values() for stem in held)
        return {stem: 1 / count for stem, count in owners.items()}

    @cached_property
    def secret_names(self) -> frozenset[str]:
        """The names that occur only in unreleased facts."""
        several = (one for held in self.secret.values() for one in held)
        names = (name.word.lower() for one in several for name in names_in(one.text) if not name.begins)
        return frozenset(names) - self.words - data().names - DAYS
