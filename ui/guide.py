"""Which passages and questions are shown, under which theme, and which of their words were asked for. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from .wording import ANYWHERE, AREAS, OTHER_THEME, THEMES

if TYPE_CHECKING:
    from bot.knowledge import BankQuestion, Passage

LONGEST_QUERY = 300
"""Characters of a query that are looked up."""
STARTERS = {
    "asking-and-telling": "You hang up knowing what you knew before. Trade one sentence a day and see what comes back.",
    "advice-in-disguise": (
        "“Have you thought about calling the finance director?” There is no question in that. Here are two honest ways "
        "out."
    ),
    "follow-up": "The rep says it’s “mostly on track”, and you ask about the demo. “Mostly” gets up and leaves.",
    "leaving-the-problem": "“Leave it with me” may be the most expensive kind sentence in sales management.",
    "own-next-step": "“Sure, will do” is politeness. “I’ll ring Tom on Thursday” is a decision. How to get there.",
}
"""What a newcomer reads in the first five minutes, in that order: passages by id, each with a line that invites."""
_UNDATED = {"(publisher and year not given)": "(publisher and date unknown)", "(year not given)": "(undated)"}
_OURS = "Askwell"
_FIRST_SENTENCE = re.compile(r".+?[.!?][\"'”’]?(?=\s|$)", re.DOTALL)
_FILLERS = re.compile(
    r"about|does|from|have|into|just|like|more|much|some|than|that|their|them|then|they|there|this|very|want|what|when|"
    r"where|which|will|with|would|your"
)
"""Words that stand in every passage, so that marking them shows nothing."""


def tidy(words: str) -> tuple[str, bool]:
    """What is looked up of what was typed, and whether that is only its beginning."""
    whole = " ".join(words.split())
    return whole[:LONGEST_QUERY].strip(), len(whole) > LONGEST_QUERY


def passage_theme(passage: Passage) -> str:
    """Where a passage is shelved: by the first of its topics that a theme knows, else by its area."""
    return _place(passage)[0]


def themes(passages: Iterable[Passage]) -> dict[str, list[Passage]]:
    """The passages by theme, both in the order in which `THEMES` names them and their topics."""
    shelves: dict[str, list[tuple[int, Passage]]] = {name: [] for name in (*THEMES, OTHER_THEME)}
    for passage in passages:
        name, rank = _place(passage)
        shelves[name].append((rank, passage))
    ordered = {name: sorted(held, key=lambda pair: pair[0]) for name, held in shelves.items() if held}
    return {name: [passage for _, passage in held] for name, held in ordered.items()}


def _place(passage: Passage) -> tuple[str, int]:
    """The theme of a passage and how far down its shelf it stands."""
    for topic in passage.topics:
        for name, topics in THEMES.items():
            if topic in topics:
                return name, topics.index(topic)
    name = OTHER_THEME if passage.area == ANYWHERE else "The five areas"
    return name, len(THEMES.get(name, ()))


def matching(passages: Iterable[Passage], area: str | None, gate: str | None) -> list[Passage]:
    """The passages written for an area and a gate of the journey, where these are given."""
    return [one for one in passages if area in (None, one.area) and gate in (None, one.journey_gate)]


def first_sentence(words: str) -> str:
    """How a passage begins."""
    opening = " ".join(words.split("\n\n", 1)[0].split())
    found = _FIRST_SENTENCE.match(opening)
    return found[0] if found else opening


def starters(passages: Iterable[Passage]) -> list[tuple[Passage, str]]:
    """The passages to begin with that are there, each with the line that invites to read it."""
    held = {passage.id: passage for passage in passages}
    return [(held[name], teaser) for name, teaser in STARTERS.items() if name in held]


def source_words(source: str) -> str:
    """Where a passage comes from, as one would say it: `A; Askwell` as `Askwell, drawing on A`."""
    for noted, plainly in _UNDATED.items():
        source = source.replace(noted, plainly)
    parts = [part.strip() for part in source.split(";")]
    others = "; ".join(part for part in parts if part != _OURS)
    return others if _OURS not in parts else f"{_OURS}, drawing on {others}" if others else _OURS


def said(words: Iterable[str]) -> re.Pattern[str] | None:
    """Finds the words that begin with one of those given; None where there is nothing to find."""
    wanted = sorted({word for word in words if not _FILLERS.fullmatch(word.casefold())}, key=len, reverse=True)
    return re.compile("|".join(rf"{_start(word)}[\w’']*" for word in wanted), re.IGNORECASE) if wanted else None


def questions(bank: Iterable[BankQuestion], area: str | None, instead: str) -> list[BankQuestion]:
    """The questions of an area whose topic, or what they take the place of, has every word of `instead`; by area."""
    wanted = [re.compile(_start(word), re.IGNORECASE) for word in instead.split()]
    found = [
        one
        for one in bank
        if area in (None, one.area) and all(word.search(f"{one.replaces} {one.topic}") for word in wanted)
    ]
    order = [*AREAS, ANYWHERE]
    return sorted(found, key=lambda one: order.index(one.area) if one.area in order else len(order))


def by_area(shown: Sequence[BankQuestion]) -> dict[str, list[BankQuestion]]:
    """Questions in groups of one area, in their order."""
    groups: dict[str, list[BankQuestion]] = {}
    for question in shown:
        groups.setdefault(question.area, []).append(question)
    return groups


def _start(word: str) -> str:
    """The pattern of a word's beginning; of what begins with a mark, anywhere."""
    return (r"\b" if re.match(r"\w", word) else "") + re.escape(word)
