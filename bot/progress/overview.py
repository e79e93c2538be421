"""Progress in one value: first goes and retakes, last time and this time, trends, areas, criteria."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..store import SessionHead, first_goes
from .talks import EndedTalk
from .trend import ScoreTrend, Way, direction, trend

AS_GOOD_AS = 5.0
"""Points of 100 that two scores must lie apart for one to be higher: a word more or less moves as much."""
SHARE_AS_GOOD_AS = 0.05
LOOKED_BACK = 300
"""The newest sessions that are read: six years of one a week."""
LATELY = 12
"""First goes that a trend looks back on: somebody's first year says little about this month."""


@dataclass(frozen=True, slots=True)
class Compared:
    """The last talk and the one before it, and where the score went."""

    before: EndedTalk
    now: EndedTalk
    way: Way


@dataclass(frozen=True, slots=True)
class CriterionCourse:
    """A criterion over the first goes in which it was scored: its values in order, and its level in the newest."""

    criterion: str
    values: tuple[float, ...]
    level: str
    before: str | None


@dataclass(frozen=True, slots=True)
class AreaCourse:
    """A coaching area: how many first goes it had, and the newest of them that was scored. Empty `area`: it is gone."""

    area: str
    talks: int
    newest: EndedTalk | None


@dataclass(frozen=True, slots=True)
class Progress:
    """What progress counts, each from the oldest to the newest.

    `firsts` are the first goes at a variant; `retakes` are later goes at one that had been seen. Retries of a moment
    are neither. `readers` are those that coded the first goes of the trend, and `rubrics` what judged them: where
    there are several, old and new figures were not made alike.
    """

    firsts: tuple[EndedTalk, ...]
    retakes: tuple[EndedTalk, ...]
    compared: Compared | None
    scores: ScoreTrend
    asking: ScoreTrend
    readers: tuple[str, ...]
    rubrics: tuple[str, ...]
    criteria: tuple[CriterionCourse, ...]
    areas: tuple[AreaCourse, ...]

    @property
    def scored(self) -> tuple[EndedTalk, ...]:
        """The first goes in which enough was said to score them."""
        return tuple(talk for talk in self.firsts if talk.scored)


def overview(
    talks: Sequence[EndedTalk], areas: Mapping[str, str], heads: Sequence[SessionHead] | None = None
) -> Progress:
    """The progress over `talks`, in any order. `areas` gives the area of each scenario that there is.

    `heads` are all sessions, where `talks` are only the latest: what is a first go depends on all of them.
    """
    by_id = {talk.id: talk for talk in talks}
    gone_first = first_goes([talk.head for talk in talks] if heads is None else heads)
    firsts = tuple(by_id[head.id] for head in gone_first if head.id in by_id)
    ids = {talk.id for talk in firsts}
    retakes = as_they_ended(talk for talk in talks if talk.id not in ids and talk.head.parent is None)
    scored = [talk for talk in firsts if talk.scored]
    lately = scored[-LATELY:]
    return Progress(
        firsts=firsts,
        retakes=retakes,
        compared=compared_talks(scored),
        scores=trend([float(talk.score or 0) for talk in lately]),
        asking=trend([talk.ask_share for talk in lately if talk.ask_share is not None]),
        readers=tuple(dict.fromkeys(talk.reader for talk in lately)),
        rubrics=tuple(dict.fromkeys(talk.rubric for talk in lately)),
        criteria=_criteria(scored[-5 * LATELY :]),  # some are scored in few scenarios only
        areas=_areas(firsts, gone_first, areas),
    )


def latest(heads: Iterable[SessionHead]) -> tuple[SessionHead, ...]:
    """The sessions that ended last, as many as are looked back on, the newest first."""
    ended = [(head.ended_at, head.id, head) for head in heads if head.ended_at is not None]
    return tuple(head for _, _, head in sorted(ended, key=lambda one: one[:2], reverse=True)[:LOOKED_BACK])


def compared_talks(scored: Sequence[EndedTalk]) -> Compared | None:
    """The last two of the talks that were scored, from the oldest to the newest. None where there are fewer."""
    if len(scored) < 2:
        return None
    before, now = scored[-2:]
    return Compared(before, now, direction(float(before.score or 0), float(now.score or 0), AS_GOOD_AS))


def as_they_ended(talks: Iterable[EndedTalk]) -> tuple[EndedTalk, ...]:
    """From the first that ended to the last."""
    return tuple(sorted(talks, key=lambda talk: (talk.ended_at, talk.head.started_at, talk.id)))


def _criteria(scored: Sequence[EndedTalk]) -> tuple[CriterionCourse, ...]:
    found: dict[str, list[tuple[float, str]]] = {}
    for talk in scored:
        for name, mark in talk.marks.items():
            if mark.value is not None:
                found.setdefault(name, []).append((mark.value, mark.level))
    return tuple(
        CriterionCourse(name, tuple(value for value, _ in row), row[-1][1], row[-2][1] if len(row) > 1 else None)
        for name, row in found.items()
    )


def _areas(
    firsts: Sequence[EndedTalk], gone_first: Sequence[SessionHead], areas: Mapping[str, str]
) -> tuple[AreaCourse, ...]:
    numbers = Counter(areas.get(head.scenario, "") for head in gone_first)
    newest = {areas.get(talk.head.scenario, ""): talk for talk in firsts if talk.scored}
    return tuple(
        AreaCourse(area, numbers[area], newest.get(area)) for area in dict.fromkeys((*areas.values(), *numbers))
    )
