"""Detects unreleased facts by runs of words found only in the fact's own texts.

A run is five words with at least two content words: "how you feel about it" gives nothing away.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.knowledge import spoken_lines
from bot.scenario import EntryLevel, Scenario
from bot.text.tokens import runs as _runs

WordRun = tuple[str, ...]


def secrets(scenario: Scenario) -> dict[str, frozenset[WordRun]]:
    """For every fact, the runs of words found only in its own texts. None may be in a request before its release."""
    texts: dict[str, list[str]] = {fact.id: [fact.text] for fact in scenario.facts}
    for spoken in spoken_lines(scenario):
        for need in spoken.line.needs:
            if need in texts and not spoken.pool.endswith("/hints"):
                texts[need].append(spoken.line.text)
    open_lines = [spoken.line.text for spoken in spoken_lines(scenario) if not spoken.line.needs]
    known = frozenset[WordRun]().union(*map(_runs, (*_public(scenario), *open_lines)))
    return {fact: frozenset().union(*map(_runs, held)) - known for fact, held in texts.items()}


def _public(scenario: Scenario) -> tuple[str, ...]:
    """What is shown to everybody, and what subjects are called: that is safe to name."""
    subjects = (*(fact.topic for fact in scenario.facts), *(entry.about for entry in scenario.entries))
    return (scenario.scene, scenario.brief, scenario.rep.style, *scenario.crm.values(), *subjects)


def entry_secrets(scenario: Scenario) -> dict[str, frozenset[WordRun]]:
    """The same for every entry that isn't told to anybody, by `entry:ID`."""
    texts: dict[str, list[str]] = {}
    others = list(_public(scenario))
    for spoken in spoken_lines(scenario):
        kind, name, *part = spoken.pool.split("/")
        entry = scenario.entry(name) if kind == "entry" else None
        bare = entry is not None and entry.level is EntryLevel.GUARDED and not (entry.after or entry.fact)
        if entry is not None and part != ["hints"] and (bare or entry.level is EntryLevel.HIDDEN):
            texts.setdefault(f"entry:{name}", []).append(spoken.line.text)
        else:
            others.append(spoken.line.text)
    known = frozenset[WordRun]().union(*map(_runs, others))
    return {key: frozenset[WordRun]().union(*map(_runs, held)) - known for key, held in texts.items()}


def leaked(
    words: str, held: Mapping[str, frozenset[WordRun]], released: Iterable[str], stated: Iterable[str]
) -> tuple[str, ...]:
    """The unreleased facts whose runs are in `words`, in the order of `held`.

    `held` are a scenario's secrets, `released` the facts that are out, `stated` those the manager has stated.
    """
    out = frozenset(released)
    closed = _runs(words).difference(*(held[fact] for fact in held if fact in out), *map(_runs, stated))
    return tuple(fact for fact, own in held.items() if fact not in out and own & closed)
