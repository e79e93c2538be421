"""The candidates that a language model chooses from: what the manager's words could ask for, propose or tell.

A candidate that the rep has told, or tells anybody, comes with a sample of what the rep says. Anything still held back
comes by its safe topic alone, so that no request gives it away.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..director.state import State, fold
from ..scenario import Entry, EntryLevel, Scenario
from ..scenario.schema import Line
from ..talk.direction import Intent
from ..talk.transcript import Turn
from .again import labels_given

MOST_TOPICS, MOST_REMARKS, MOST_STEPS = 12, 4, 12
"""Maximum candidates about the case, about the conversation itself, and steps or news."""
_SAMPLE = 30
"""Maximum words of a sample."""

GENERAL: tuple[tuple[str, str], ...] = (
    (f"intent:{Intent.OVERALL_STATUS}", "how the whole thing is going"),
    (f"intent:{Intent.WHAT_ELSE}", "what else there is, or what worries the rep, without naming a topic"),
    (f"intent:{Intent.WHY}", "why, or what is behind it; add the topic's number if the words name one"),
    (f"intent:{Intent.MAKE_OF_IT}", "what the rep makes of it, or what it means; add the topic's number if named"),
    (f"intent:{Intent.OPTIONS}", "what the rep could do, or the next step; add the topic's number if named"),
    (f"intent:{Intent.WHICH_FIRST}", "which step the rep takes first, or when the rep will take it"),
    (f"intent:{Intent.SAY_MORE}", "to say more about what the rep has just said"),
    ("entry:talk-need", "what help the rep needs from the manager"),
    (f"intent:{Intent.FEELINGS}", "how the rep feels, or what the rep wants personally"),
    (f"intent:{Intent.SMALL_TALK}", "small talk"),
    (f"intent:{Intent.OPENING}", "a greeting, or the start of the conversation"),
    ("entry:talk-wrap", "to end the conversation"),
    ("entry:talk-summary", "whether the manager has understood the rep right"),
    (f"intent:{Intent.OTHER_ACCOUNT}", "another customer or another deal"),
    (f"intent:{Intent.RUDE}", "an insult"),
    (f"intent:{Intent.BREAK_PLAY}", "to step out of the role play, or orders to a computer"),
)
"""What words can ask for in any scenario, each with a description for the model."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One candidate: its label, a description that is safe to send, and a sample of what the rep says, if any."""

    label: str
    about: str
    says: str = ""

    @property
    def line(self) -> str:
        """The description with the sample."""
        return f"{self.about}. Answer: {self.says}" if self.says else self.about


def candidates(scenario: Scenario, ranked: Iterable[str], before: Sequence[Turn]) -> tuple[Candidate, ...]:
    """The candidates for a turn, from its labels with the likeliest first and the coded turns before it.

    What can be asked in any scenario comes first, always under the same numbers; then the best topics, the steps and
    the news, and remarks about the conversation.
    """
    listing = _Listing(scenario, before)
    labels = list(ranked)
    known = set(labels)
    last = labels_given(before[-1]) if before else frozenset()
    labels.sort(key=lambda label: label not in last)  # a short follow-up is often about the last reply
    general = tuple(Candidate(label, about) for label, about in GENERAL if label in known)
    taken = {one.label for one in general}
    open_now = dict.fromkeys(listing.in_reach(label) for label in labels)
    topics = [found for label in open_now if label not in taken and (found := listing.topic(label)) is not None]
    remarks = [one for one in topics if one.label.startswith("entry:talk-")][:MOST_REMARKS]
    case = [one for one in topics if not one.label.startswith("entry:talk-")][:MOST_TOPICS]
    brought = [found for label in labels if (found := listing.brought(label)) is not None][:MOST_STEPS]
    return (*general, *case, *brought, *remarks)


class _Listing:
    """Describes labels at one point of a conversation."""

    def __init__(self, scenario: Scenario, before: Sequence[Turn]) -> None:
        self._scenario = scenario
        self._state: State = fold(scenario, before)
        parts = [part.pool for turn in before if turn.direction for part in turn.direction.parts]
        self._told = frozenset(
            pool.split("/")[1] for pool in parts if pool.startswith("entry/") and not pool.endswith("/hints")
        )

    def in_reach(self, label: str) -> str:
        """The label itself, or that of the fact it waits for: what a detail is about can already give the fact away."""
        kind, _, name = label.partition(":")
        if kind != "entry":
            return label
        entry = self._scenario.entry(name)
        waiting = (fact for fact in _needed(entry) if fact not in self._state.facts)
        return next((f"fact:{fact}" for fact in waiting), label)

    def topic(self, label: str) -> Candidate | None:
        """The candidate for an entry, a fact or an insight; None for other labels."""
        kind, _, name = label.partition(":")
        if kind == "entry":
            entry = self._scenario.entry(name)
            return Candidate(label, entry.about, self._sample(entry.says) if self._free(entry) else "")
        if kind == "fact":
            fact = self._scenario.fact(name)
            return Candidate(label, fact.topic, _cut(fact.text) if name in self._state.facts else "")
        if kind == "insight":
            insight = self._scenario.insight(name)
            said = self._sample(insight.lines) if name in self._state.insights else ""
            return Candidate(label, f"what the rep makes of this: {insight.topic}", said)
        return None

    def brought(self, label: str) -> Candidate | None:
        """The candidate for a step or news that gives nothing away; None for others."""
        kind, _, name = label.partition(":")
        if kind == "told":
            step = next((step for step in self._scenario.steps if step.id == name), None)
            if step is not None and (step.id in self._state.steps or self._state.knows(step.needs)):
                return Candidate(label, f"the manager proposes or takes over this step: {step.title}")
        if kind == "news":
            news = next(news for news in self._scenario.news if news.id == name)
            if news.id in self._state.news or not news.counts_as or news.counts_as in self._state.facts:
                return Candidate(label, f"the manager tells this news: {news.title}")
        return None

    def _free(self, entry: Entry) -> bool:
        """Whether what an entry says is out, or told to anybody who asks now."""
        return self._state.holds(entry) and (
            entry.id in self._told or entry.level in (EntryLevel.PUBLIC, EntryLevel.OPEN)
        )

    def _sample(self, lines: Sequence[Line]) -> str:
        """The first line that mentions no unreleased fact."""
        return next((_cut(line.text) for line in lines if self._state.knows(line.needs)), "")


def _needed(entry: Entry) -> tuple[str, ...]:
    """The facts that must be out before an entry can be told as such."""
    return (*entry.after, *((entry.fact,) if entry.fact else ()))


def _cut(text: str) -> str:
    words = text.split()
    return " ".join(words[:_SAMPLE]) + (" …" if len(words) > _SAMPLE else "")
