"""Words a direction. `LineVoice` chooses among authored lines; it is deterministic and never says a line twice."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from .acts import Direction, Part, Said
from .knowledge import Knowledge, Spoken
from .scenario import Mood, Scenario

_SENTENCE = re.compile(r"\S.*?(?:[.!?…]+[\"'”’)]*(?=\s)|$)", re.DOTALL)
_NEXT_POOLS = {"more": ("reply/already",), "hints": ("reply/evade",), "also": (), "again": ("reply/already",)}
_ANY_REPLY = ("reply/nod", "reply/reflected", "reply/already", "reply/the_lot", "reply/unknown")


@dataclass(frozen=True, slots=True)
class Cue:
    """What a voice may know when it words a direction: nothing here names an unreleased fact."""

    scenario: Scenario
    direction: Direction
    released: frozenset[str]
    heard: str
    used: tuple[str, ...]
    seed: int


@dataclass(frozen=True, slots=True)
class Wording:
    """A reply in words, with what it was made of."""

    text: str
    said: Said


class Voice(Protocol):
    """Anything that can word a direction."""

    name: str

    def speak(self, cue: Cue) -> Wording:
        """The reply, whole."""
        ...


class LineVoice:
    """Says authored lines, retrieved by pool and released facts."""

    name = "lines"

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge

    def speak(self, cue: Cue) -> Wording:
        """One line for each part of the direction, joined; a part whose pool is used up falls back to another."""
        chosen: list[Spoken] = []
        for index, part in enumerate(cue.direction.parts):
            extra = index > 0 or part.pool.startswith("reply/ack_")
            line = self._line(
                cue,
                part,
                (*cue.used, *(spoken.id for spoken in chosen)),
                optional=extra and len(cue.direction.parts) > 1,
            )
            if line:
                chosen.append(line)
        text = " ".join(spoken.line.text for spoken in chosen)
        return Wording(text, Said(self.name, tuple(spoken.id for spoken in chosen)))

    def _line(self, cue: Cue, part: Part, used: tuple[str, ...], optional: bool) -> Spoken | None:
        pools = [part.pool, *_NEXT_POOLS.get(part.pool.rpartition("/")[2], ())]
        releases = part.pool.rpartition("/")[2] == "also"
        if not optional:
            pools += _ANY_REPLY
        for pool in pools:
            found = self._knowledge.lines(cue.scenario, pool, cue.released, cue.heard)
            fresh = [spoken for spoken in found if spoken.id not in used]
            if fresh:
                return min(fresh, key=lambda spoken: _fit(spoken, cue, part))
        if optional and not releases:
            return None
        # Everything has been said: the line that was said longest ago.
        found = self._knowledge.lines(cue.scenario, part.pool, cue.released, cue.heard)
        return min(found, key=lambda spoken: used.index(spoken.id) if spoken.id in used else -1) if found else None


def sentences(text: str) -> Iterator[str]:
    """Whole sentences in order, each with the space that follows it: the pieces in which a reply is streamed."""
    matches = [found.group().strip() for found in _SENTENCE.finditer(text)]
    for index, sentence in enumerate(matches):
        yield sentence + (" " if index + 1 < len(matches) else "")


def _fit(spoken: Spoken, cue: Cue, part: Part) -> tuple[float, ...]:
    """Smaller is better: the manager's verb, the mood, the form of the question, nearness, then the seed."""
    line = spoken.line
    verb = 0 if part.verbs and set(part.verbs) & set(line.verbs) else (2 if line.verbs else 1)
    mood = 0 if line.mood == cue.direction.mood else (1 if line.mood is Mood.ANY else 2)
    form = 0 if part.form and line.form == part.form else (1 if line.form is None else 2)
    order = int(hashlib.sha256(f"{cue.seed}:{spoken.id}".encode()).hexdigest()[:8], 16)
    return verb, mood, form, -round(spoken.near, 1), order
