"""What a rep may not tell yet: every text of a scenario that needs a fact, or an entry that isn't told to anybody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from ..knowledge import spoken_lines
from ..scenario import EntryLevel, Scenario
from ..text.names import names_in
from ..text.tokens import DAYS, EMPTY, runs, stem, stems
from .given import Given
from .lists import data


class KeptText(NamedTuple):
    """A text, what must be out before it may be said (facts, and `entry:ID`), and what it tells: one of these."""

    text: str
    needs: frozenset[str]
    about: str


def entry_key(entry_id: str) -> str:
    """The name of an entry among what is out."""
    return f"entry:{entry_id}"


def kept_texts(scenario: Scenario) -> tuple[KeptText, ...]:
    """Every text that isn't told to anybody."""
    return tuple(_secrets(scenario))


def known_names(scenario: Scenario) -> frozenset[str]:
    """The names in lines that need nothing, in lower case: using one gives nothing away."""
    kept = {one.text for one in kept_texts(scenario)}
    texts = (spoken.line.text for spoken in spoken_lines(scenario) if spoken.line.text not in kept)
    return frozenset(name.word.lower() for text in texts for name in names_in(text))


def _secrets(scenario: Scenario) -> Iterator[KeptText]:
    for fact in scenario.facts:
        for text in (fact.text, *fact.states):
            yield KeptText(text, frozenset({fact.id}), fact.id)
    kept = {entry.id for entry in scenario.entries if _is_kept(entry.level, bool(entry.after or entry.fact))}
    for spoken in spoken_lines(scenario):
        kind, name, *part = spoken.pool.split("/")
        if part == ["hints"] or (kind == "step" and part == ["told"]):
            continue
        needs = set(spoken.line.needs)
        if kind == "entry" and name in kept:
            needs.add(entry_key(name))
        elif kind == "step":  # a step that needs an insight needs that insight's facts
            waits_for = scenario.step(name).needs
            needs |= {fact for insight in scenario.insights if insight.id in waits_for for fact in insight.needs}
        if needs:
            about = entry_key(name) if kind == "entry" else name if kind == "fact" else min(needs)
            yield KeptText(spoken.line.text, frozenset(needs), about)


def _is_kept(level: EntryLevel, has_fact: bool) -> bool:
    return level is EntryLevel.HIDDEN or (level is EntryLevel.GUARDED and not has_fact)


@dataclass(frozen=True)
class Kept:
    """What is still secret once `out` is out, and how it shows in words that the model was not given."""

    secrets: tuple[KeptText, ...]
    out: frozenset[str]
    known_names: frozenset[str] = frozenset()

    @cached_property
    def by_subject(self) -> dict[str, tuple[str, ...]]:
        """The secret texts of each subject (a fact or an entry)."""
        found: dict[str, list[str]] = {}
        for one in self.secrets:
            if not one.needs <= self.out:
                found.setdefault(one.about, []).append(one.text)
        return {subject: tuple(texts) for subject, texts in found.items()}

    @cached_property
    def runs(self) -> frozenset[tuple[str, ...]]:
        """The runs of five words in secret texts."""
        return frozenset(run for texts in self.by_subject.values() for text in texts for run in runs(text))

    @cached_property
    def stems(self) -> dict[str, frozenset[str]]:
        """The stems of each subject's content words."""
        return {
            subject: frozenset(found for text in texts for found in stems(text))
            for subject, texts in self.by_subject.items()
        }

    @cached_property
    def owners(self) -> Counter[str]:
        """How many subjects have each stem."""
        return Counter(found for held in self.stems.values() for found in held)

    @cached_property
    def names(self) -> frozenset[str]:
        """The names that only secret texts have."""
        texts = (text for several in self.by_subject.values() for text in several)
        names = (name.word.lower() for text in texts for name in names_in(text) if not name.begins)
        return frozenset(names) - self.known_names - data().names - DAYS


def tells_more(run: tuple[str, ...], given: Given) -> bool:
    """Whether a run is more than a turn of phrase made of words that were given."""
    content = [word for word in run if word not in EMPTY]
    return len(content) > 2 or any(stem(word) not in given.stems for word in content)
