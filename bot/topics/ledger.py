"""Who "he", "she" and "her" are: the people of a scenario, and the one last spoken of."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from ..scenario import Scenario
from ..talk.transcript import Turn

_NAME = re.compile(r"(?<![\w'’-])[A-Z][a-z]+(?:['’-][A-Z][a-z]+)*\b")
_WORD = re.compile(r"[A-Za-z]+")
_SHE = frozenset({"she", "her", "hers", "herself"})
_HE = frozenset({"he", "him", "his", "himself"})
_PRONOUN = re.compile(
    r"\b(?:(?P<own>his|her)(?=\s+[a-z])|(?P<other>he|she|him|her|hers))\b(?P<rest>['’](?:s|d|ll))?", re.IGNORECASE
)
_CLEAR = 0.75
"""The share of the pronouns after a name that must agree."""
_TURNS_BACK = 4


def people(scenario: Scenario) -> dict[str, str]:
    """The people of a scenario by name, each with "she" or "he", as the rep's lines speak of them."""
    own = {scenario.rep.name, scenario.manager.name}
    persons = {
        name for entry in scenario.entries if entry.about.startswith("who ") for name in _NAME.findall(entry.about)
    }
    counts: dict[str, Counter[str]] = {}
    for text in _texts(scenario):
        last: str | None = None
        for found in _WORD.finditer(text):
            word = found.group()
            if word.lower() in _SHE | _HE and last is not None:
                counts.setdefault(last, Counter())["she" if word.lower() in _SHE else "he"] += 1
            elif word[0].isupper() and word.lower() not in _SHE | _HE and _NAME.fullmatch(word):
                last = word
    result = {}
    for name, seen in counts.items():
        pronoun, number = seen.most_common(1)[0]
        if number / seen.total() >= _CLEAR and name in persons - own:
            result[name] = pronoun
    return result


def _texts(scenario: Scenario) -> Iterator[str]:
    for fact in scenario.facts:
        yield fact.text
        for pool in (fact.lines, fact.more, fact.also, fact.confirm, fact.hints):
            yield from (line.text for line in pool)
    for entry in scenario.entries:
        for pool in (entry.says, entry.more):
            yield from (line.text for line in pool)


def resolved(text: str, people: dict[str, str], before: Sequence[Turn]) -> str:
    """`text` with "he", "she" and their forms replaced by whoever they stand for, if somebody was spoken of."""
    if not _PRONOUN.search(text):
        return text
    spoken = [turn.text for turn in reversed(before[-_TURNS_BACK:])]

    def person(match: re.Match[str]) -> str:
        word = (match["own"] or match["other"]).lower()
        wanted = "she" if word in _SHE else "he"
        named_before = _last_named((text[: match.start()],), people, wanted)
        name = named_before or _last_named(spoken, people, wanted)
        if name is None:
            return match.group()
        genitive = "'s" if match["own"] or word == "hers" else ""
        return f"{name}{genitive}{match['rest'] or ''}"

    return _PRONOUN.sub(person, text)


def _last_named(texts: Iterable[str], people: dict[str, str], wanted: str) -> str | None:
    """The person named last in the first of the texts that names one."""
    for text in texts:
        named = [name for name in _NAME.findall(text) if name in people and people[name] == wanted]
        if named:
            return str(named[-1])
    return None
