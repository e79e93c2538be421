"""The rep's voice from authored lines: deterministic, instant, and without repeating a line until all are used."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from ..knowledge import Knowledge, SpokenLine
from ..scenario import Mood, PlanTag, Scenario
from ..talk.direction import ReplyPart, Said, TakenStep
from ..text.names import name_words
from ..text.tokens import EMPTY, tokens
from .words import Cue, Keep, Wording, reply_sentences

_NEXT_POOLS = {"more": ("reply/already",), "hints": ("reply/evade",), "again": ("reply/already",)}
_SUBJECTS = ("[one]", "[other]")
"""Where a line that asks which of two things is meant names them."""
_ANY_REPLY = ("reply/nod", "reply/reflected", "reply/already", "reply/the_lot", "reply/unknown")


class LineVoice:
    """Speaks authored lines, retrieved by pool and released facts."""

    name = "lines"

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge

    def stream(self, cue: Cue, keep: Keep) -> Iterator[str]:
        """Yield the reply in whole sentences. It is saved before the first one, so a cut loses nothing."""
        wording = self.speak(cue)
        keep(wording)
        yield from reply_sentences(wording.text)

    def speak(self, cue: Cue) -> Wording:
        """The lines for the direction, joined."""
        chosen = self.choose(cue)
        words = " ".join(spoken.line.text for spoken in chosen)
        for place, subject in zip(_SUBJECTS, cue.direction.asks_back, strict=False):
            words = words.replace(place, subject)
        steps = tuple(_taken(spoken, cue) for spoken in chosen if spoken.line.plan and spoken.pool.startswith("entry/"))
        return Wording(words, Said(self.name, tuple(spoken.id for spoken in chosen), steps=steps))

    def warm(self, scenario: Scenario) -> None:
        """Nothing to load: the lines are in memory."""

    def choose(self, cue: Cue) -> list[SpokenLine]:
        """At least one line, and one per part of the direction. If a pool is used up, another one is used."""
        chosen: list[SpokenLine] = []
        for index, part in enumerate(cue.direction.parts):
            more = part.pool.startswith("reply/ack_") and index + 1 < len(cue.direction.parts)
            used = (*cue.used, *(spoken.id for spoken in chosen))
            if line := self._line(cue, part, used, optional=bool(chosen) or more):
                chosen.append(line)
        return chosen

    def _line(self, cue: Cue, part: ReplyPart, used: tuple[str, ...], optional: bool) -> SpokenLine | None:
        place, _, name = part.pool.rpartition("/")
        pools = [part.pool, *([f"{place}/more"] if name == "says" else []), *_NEXT_POOLS.get(name, ())]
        if not optional:
            pools += _ANY_REPLY
        for pool in pools:
            found = self.knowledge.lines(cue.scenario, pool, cue.released)
            fresh = [spoken for spoken in found if spoken.id not in used]
            if fresh:
                return self._best(fresh, cue, part)
        if optional:
            return None
        # Every line has been used: take the one used longest ago.
        held = (self.knowledge.lines(cue.scenario, pool, cue.released) for pool in pools)
        found = next(filter(None, held), [])
        return min(found, key=lambda spoken: used.index(spoken.id) if spoken.id in used else -1) if found else None

    def _best(self, lines: list[SpokenLine], cue: Cue, part: ReplyPart) -> SpokenLine:
        """The line that fits best; of those that fit as well, the nearest to what was said, then by the seed."""
        fits = [_fit(spoken, cue, part) for spoken in lines]
        best = [spoken for spoken, fit in zip(lines, fits, strict=True) if fit == min(fits)]
        if len(best) == 1:
            return best[0]
        near = self.knowledge.compared(cue.scenario, best, cue.heard)
        return min(near, key=lambda spoken: (-round(spoken.near, 1), _drawn(spoken, cue.seed)))


def _taken(spoken: SpokenLine, cue: Cue) -> TakenStep:
    """The step that a line names: one of the scenario's if that may be named now, else in the line's own words.

    The same entry's words name the same step again.
    """
    entry = cue.scenario.entry(spoken.id.split("/")[1])
    own = {line.text for line in (*entry.says, *entry.more)}
    again = next((place for place, step in enumerate(cue.spoken, 1) if step.words in own), 0)
    named = entry.step if entry.step and entry.step in (*cue.steps, *dict(cue.plan)) else ""
    return TakenStep(spoken.line.text, spoken.line.plan is PlanTag.DATED, named, 0 if named else again)


def _fit(spoken: SpokenLine, cue: Cue, part: ReplyPart) -> tuple[int, ...]:
    """Sort key, smaller is better: the manager's verb, mood, names asked about, form."""
    line = spoken.line
    heard = frozenset(tokens(cue.heard)) - EMPTY
    named = len(heard & frozenset(map(str.lower, name_words(line.text))))
    verb = 0 if part.verbs and set(part.verbs) & set(line.verbs) else (2 if line.verbs else 1)
    mood = 0 if line.mood == cue.direction.mood else (1 if line.mood is Mood.ANY else 2)
    form = 0 if part.form and line.form == part.form else (1 if line.form is None else 2)
    return verb, mood, -named, form


def _drawn(spoken: SpokenLine, seed: int) -> str:
    return hashlib.sha256(f"{seed}:{spoken.id}".encode()).hexdigest()[:8]
