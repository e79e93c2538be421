"""What all voices share: the cue (input), the wording (output), and sentences."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from ..scenario import Scenario
from ..talk.direction import Direction, Said, TakenStep

_SENTENCE = re.compile(r"\S.*?(?:[.!?…]+[\"'”’)]*(?=\s)|$)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Cue:
    """What a voice may know when it words a direction. It contains no unreleased fact.

    `before` has the earlier turns as (whether the manager spoke, words), `spent` the session's tokens so far.
    `tellable` are the ids of the entries that the rep would tell anybody now, `likely` those that the manager's words
    are probably about, and `told` those told already. `plan` has the steps that the rep has taken on as (id, whether a
    day was named), `spoken` those in his own words, `steps` are the ids of the scenario's steps that may be named now,
    `openness` is the state's.
    """

    scenario: Scenario
    direction: Direction
    released: frozenset[str]
    heard: str
    used: tuple[str, ...]
    seed: int
    before: tuple[tuple[bool, str], ...] = ()
    spent: int = 0
    tellable: tuple[str, ...] = ()
    likely: tuple[str, ...] = ()
    told: frozenset[str] = frozenset()
    plan: tuple[tuple[str, bool], ...] = ()
    spoken: tuple[TakenStep, ...] = ()
    steps: tuple[str, ...] = ()
    openness: float = 0.0


@dataclass(frozen=True, slots=True)
class Wording:
    """A reply in words, with the lines it was made from."""

    text: str
    said: Said


Keep = Callable[[Wording], None]
"""Called once with the whole reply as soon as it is known, even if the caller stops early."""


class Voice(Protocol):
    """Puts a direction into words."""

    name: str

    def stream(self, cue: Cue, keep: Keep) -> Iterator[str]:
        """Yield the reply in whole sentences. Joined, they are the saved text."""
        ...

    def warm(self, scenario: Scenario) -> None:
        """Load everything the first reply in a scenario would otherwise wait for."""
        ...


def reply_sentences(text: str) -> Iterator[str]:
    """Whole sentences in order, each with the space after it. Replies are streamed in these pieces."""
    matches = [found.group().strip() for found in _SENTENCE.finditer(text)]
    for index, sentence in enumerate(matches):
        yield sentence + (" " if index + 1 < len(matches) else "")
