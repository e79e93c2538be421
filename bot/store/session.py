"""The values that the store saves. Plain and frozen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..talk.codebook import Code
from ..talk.transcript import Turn


@dataclass(frozen=True, slots=True)
class Nudge:
    """A hint shown to the manager before manager turn `turn`."""

    turn: int
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Challenge:
    """The manager's own mark on one unit: what the reader said it was, and what the manager says it is.

    The unit is that of manager turn `turn` from character `start` to `end`. `says` is None for "wrong, and I don't say
    what it is".
    """

    turn: int
    start: int
    end: int
    was: Code
    says: Code | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Session:
    """A saved practice: its scenario, people and turns, and the scorecard once it has ended.

    Times are aware and come back in UTC. `scenario_digest` and `title` are those of the scenario at the time.
    `scorecard` has the shape of `Scorecard.as_json` and stays as it was at the end, whatever is challenged later;
    `self_rating` runs from 1 to 5. A retry has a `parent`, the first session that it goes back to, and `from_turn`, the
    index of the manager turn that it replaces. Challenges come in the order of the conversation.
    """

    id: str
    scenario: str
    scenario_version: int
    scenario_digest: str
    variant: str
    seed: int
    voice: str
    manager: str
    rep: str
    started_at: datetime
    ended_at: datetime | None = None
    title: str = ""
    turns: tuple[Turn, ...] = ()
    nudges: tuple[Nudge, ...] = ()
    scorecard: dict[str, Any] | None = None
    self_rating: int | None = None
    parent: str | None = None
    from_turn: int | None = None
    challenges: tuple[Challenge, ...] = ()


@dataclass(frozen=True, slots=True)
class SessionHead:
    """A session in a list. `turns` is a count; `level` is the overall level, set once there is a scorecard.

    `parent` is the session that it retries, if it is a retry; `self_rating` runs from 1 to 5.
    """

    id: str
    scenario: str
    title: str
    variant: str
    started_at: datetime
    ended_at: datetime | None
    turns: int
    level: str | None
    parent: str | None = None
    rep: str = ""
    self_rating: int | None = None


def first_goes(heads: Iterable[SessionHead]) -> tuple[SessionHead, ...]:
    """The sessions that show progress, the first to end first: the first go at each variant of each scenario.

    Whoever has ended a variant has read its debrief, so no later session of it counts, and a retry never does. Deleted
    sessions are forgotten.
    """
    ended = [(head.ended_at, head) for head in heads if head.ended_at is not None and head.parent is None]
    first: dict[tuple[str, str], SessionHead] = {}
    for _, head in sorted(ended, key=lambda one: (one[0], one[1].started_at, one[1].id)):
        first.setdefault((head.scenario, head.variant), head)
    return tuple(first.values())
