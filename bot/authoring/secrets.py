"""Finds lines that give a fact away before its release: by its words, names, numbers or meaning."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ..scenario import Fact, Scenario
from .finding import Finding, Placed, Weight
from .nearness import Nearness
from .words import RUN, lower_case_words, lower_tokens, marks_in, word_runs

LEAKS = 0.97
"""Minimum nearness (see nearness.py) for a line to count as telling a fact. In five scenarios, half of a fact's
tellings are at least this near to its other tellings, but only four lines about something else are."""
STATES = 1.25
"""The same for a fact's own topic and question. They are about the fact, so they must be nearer to state it."""
OFTEN = 2
"""A name in at least this many of a fact's tellings also gives it away, even if it isn't in its text."""
CURRENT = 3
"""A name or number that this many lines use freely isn't secret."""


@dataclass(frozen=True, slots=True)
class Secret:
    """What gives a fact away: names and numbers that only it mentions, and its text in runs of five words.

    `marks` are in the text itself, `lesser` in its lines alone.
    """

    fact: Fact
    marks: frozenset[str]
    lesser: frozenset[str]
    runs: frozenset[tuple[str, ...]]


def leaks(scenario: Scenario, lines: list[Placed], nearness: Nearness) -> Iterator[Finding]:
    """Lines that tell a fact before its release, and topics and questions that state their fact."""
    secrets = [_uncommon(secret, lines) for secret in secrets_of(scenario)]
    near = nearness.of(scenario, [placed.line.text for placed in lines])
    marks = frozenset().union(*(secret.marks | secret.lesser for secret in secrets))
    all_runs = frozenset().union(*(secret.runs for secret in secrets))
    for placed, scores in zip(lines, near, strict=True):
        text = placed.line.text
        said = marks_in(text, everywhere=True)
        if marks.isdisjoint(said) and all_runs.isdisjoint(word_runs(text)) and max(scores.values()) < LEAKS:
            continue  # nearly all lines contain no secret
        for secret in secrets:
            if secret.fact.id not in placed.known:
                yield from _line(placed, secret, scores[secret.fact.id])
    for field in ("topic", "question"):
        near = nearness.of(scenario, [getattr(fact, field) for fact in scenario.facts])
        for i, (secret, scores) in enumerate(zip(secrets, near, strict=True)):
            yield from _own(i, field, secret, scores[secret.fact.id])


def secrets_of(scenario: Scenario) -> list[Secret]:
    """What gives each fact away, in order."""
    told = [[fact.text, *(line.text for line in fact.lines)] for fact in scenario.facts]
    public = list(public_texts(scenario))
    known = {mark for text in public for mark in marks_in(text, everywhere=True)}
    known_runs = {run for text in public for run in word_runs(text)}
    plain = lower_case_words([*public, *(text for texts in told for text in texts)])
    owners = Counter(mark for texts in told for mark in {mark for text in texts for mark in marks_in(text, True)})
    secrets = []
    for fact, texts in zip(scenario.facts, told, strict=True):
        inside = {mark for text in texts for mark in marks_in(text)}
        own = {mark for mark in inside - known if owners[mark] == 1 and mark.lower() not in plain}
        times = Counter(mark for text in texts for mark in own & marks_in(text, everywhere=True))
        marks = frozenset(own & marks_in(fact.text, everywhere=True))
        lesser = frozenset(mark for mark in own - marks if times[mark] >= OFTEN)
        secrets.append(Secret(fact, marks, lesser, frozenset(word_runs(fact.text).keys() - known_runs)))
    return secrets


def _uncommon(secret: Secret, lines: list[Placed]) -> Secret:
    """The secret, without names and numbers that many lines use freely."""
    free = [placed for placed in lines if secret.fact.id not in placed.known and placed.hints_at != secret.fact.id]
    uses = Counter(mark for placed in free for mark in marks_in(placed.line.text, everywhere=True))
    common = {mark for mark, count in uses.items() if count >= CURRENT}
    return replace(secret, marks=secret.marks - common, lesser=secret.lesser - common)


def public_texts(scenario: Scenario) -> Iterator[str]:
    """What the manager knows at the start."""
    yield from (scenario.title, scenario.summary, scenario.scene, scenario.brief, *scenario.aliases)
    for label, value in scenario.crm.items():
        yield from (label, value)
    for person in (scenario.manager, scenario.rep):
        yield from (person.name, person.role)
    yield from (scenario.rep.style, *scenario.rep.goals, *scenario.rep.strengths)
    yield from (insight.topic for insight in scenario.insights)


def _line(placed: Placed, secret: Secret, near: float) -> Iterator[Finding]:
    fact, text = secret.fact, placed.line.text
    own_hint = placed.hints_at == fact.id
    needs = f"[needs {fact.id}]" if placed.path[0] in ("entries", "replies") else f"needs: [{fact.id}]"
    mend = "name the topic, not the fact" if own_hint else f"add {needs!r} to the line, or remove that"
    marks, lesser = _marks(text, secret.marks - placed.brought), _marks(text, secret.lesser - placed.brought)
    shared = [run for run in word_runs(text) if run in secret.runs]
    if marks:
        # An entry is told at its own level of trust. Whether a name in it gives anything away is for the author to say.
        weight = Weight.ADVICE if placed.path[0] == "entries" else Weight.ERROR
        yield Finding(placed.path, f"gives {fact.id!r} away with {marks}; {mend}", weight)
    elif shared:
        weight = Weight.ERROR if own_hint else Weight.ADVICE
        yield Finding(placed.path, f"gives {fact.id!r} away with {' '.join(shared[0])!r}; {mend}", weight)
    elif placed.answers == fact.id:
        return  # a short answer partly tells its fact
    elif near >= LEAKS:
        yield Finding(placed.path, f"seems to tell {fact.id!r} (nearness {near:.2f}); {mend}", Weight.ADVICE)
    elif lesser and not own_hint:
        yield Finding(placed.path, f"names {lesser}, which only {fact.id!r} mentions; {mend}", Weight.ADVICE)


def _own(index: int, field: str, secret: Secret, near: float) -> Iterator[Finding]:
    text, path = getattr(secret.fact, field), ("facts", index, field)
    mend = "ask about it without saying what it is" if field == "question" else "name it without saying what it is"
    marks = _marks(text, secret.marks)
    if marks:
        yield Finding(path, f"gives {secret.fact.id!r} away with {marks}; {mend}")
        return
    shared = [run for run in word_runs(text) if run in secret.runs]
    # A topic uses the fact's words. A question states the fact if it says little else.
    stated = field == "question" and 2 * (len(shared) + RUN - 1) >= len(lower_tokens(text))
    if shared:
        weight = Weight.ERROR if stated else Weight.ADVICE
        yield Finding(path, f"gives {secret.fact.id!r} away with {' '.join(shared[0])!r}; {mend}", weight)
    elif near >= STATES:
        yield Finding(path, f"seems to state {secret.fact.id!r} (nearness {near:.2f}); {mend}", Weight.ADVICE)


def _marks(text: str, marks: frozenset[str]) -> str:
    return ", ".join(map(repr, sorted(marks & marks_in(text, everywhere=True))))
