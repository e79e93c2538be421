"""Detects unreleased facts by runs of words found only in the fact's own texts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from bot.knowledge import spoken_lines
from bot.scenario import EntryLevel, Scenario

_RUN = 5
"""Number of words in a row that gives a fact away."""

WordRun = tuple[str, ...]


def secrets(scenario: Scenario) -> dict[str, frozenset[WordRun]]:
    """For every fact, the runs of words found only in its own texts. None may be in a request before its release."""
    texts: dict[str, list[str]] = {fact.id: [fact.text] for fact in scenario.facts}
    for spoken in spoken_lines(scenario):
        for need in spoken.line.needs:
            if need in texts and not spoken.pool.endswith("/hints"):
                texts[need].append(spoken.line.text)
    public = " ".join((scenario.scene, scenario.brief, scenario.rep.style, *scenario.crm.values()))
    open_lines = [spoken.line.text for spoken in spoken_lines(scenario) if not spoken.line.needs]
    known = _runs(public).union(*map(_runs, open_lines))
    return {fact: frozenset().union(*map(_runs, held)) - known for fact, held in texts.items()}


def entry_secrets(scenario: Scenario) -> dict[str, frozenset[WordRun]]:
    """The same for every entry that isn't told to anybody, by `entry:ID`."""
    texts: dict[str, list[str]] = {}
    others: list[str] = [scenario.scene, scenario.brief, scenario.rep.style, *scenario.crm.values()]
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


@lru_cache(maxsize=4096)
def _runs(text: str) -> frozenset[WordRun]:
    """Every run of five words in a text, ignoring case, apostrophes and punctuation."""
    words = "".join(
        letter if letter.isalnum() else " " for letter in text.lower().replace("'", "").replace("’", "")
    ).split()
    return frozenset(tuple(words[start : start + _RUN]) for start in range(len(words) - _RUN + 1))
