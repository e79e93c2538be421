"""What every voice has in common: the cue it is given, the wording that it makes of it, and sentences."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from ..scenario import Scenario
from ..talk.direction import Direction, Said

_SENTENCE = re.compile(r"\S.*?(?:[.!?…]+[\"'”’)]*(?=\s)|$)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Cue:
    """What a voice may know when it words a direction: nothing here names an unreleased fact.

    `before` are the earlier turns as (whether the manager spoke, words); `spent` the tokens of this session so far.
    """

    scenario: Scenario
    direction: Direction
    released: frozenset[str]
    heard: str
    used: tuple[str, ...]
    seed: int
    before: tuple[tuple[bool, str], ...] = ()
    spent: int = 0


@dataclass(frozen=True, slots=True)
class Wording:
    """A reply in words, with what it was made of."""

    text: str
    said: Said


Keep = Callable[[Wording], None]
"""Called once with the whole reply, as soon as it is known, and also where nobody listens to its end."""


class Voice(Protocol):
    """Anything that can word a direction."""

    name: str

    def stream(self, cue: Cue, keep: Keep) -> Iterator[str]:
        """The reply in whole sentences, which joined are the text that is kept."""
        ...

    def warm(self, scenario: Scenario) -> None:
        """Load whatever its first reply in a scenario would otherwise wait for."""
        ...


def sentences(text: str) -> Iterator[str]:
    """Whole sentences in order, each with the space that follows it: the pieces in which a reply is streamed."""
    matches = [found.group().strip() for found in _SENTENCE.finditer(text)]
    for index, sentence in enumerate(matches):
        yield sentence + (" " if index + 1 < len(matches) else "")
