"""The values that the store saves. Plain and frozen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..talk.transcript import Turn


@dataclass(frozen=True, slots=True)
class Nudge:
    """A hint shown to the manager before manager turn `turn`."""

    turn: int
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Session:
    """A saved practice: its scenario, people and turns, and the scorecard once it has ended.

    Times are aware and come back in UTC. `scenario_digest` and `title` are those of the scenario at the time.
    `scorecard` has the shape of `Scorecard.as_json`; `self_rating` runs from 1 to 5.
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


@dataclass(frozen=True, slots=True)
class SessionHead:
    """A session in a list. `turns` is a count; `level` is the overall level, set once there is a scorecard."""

    id: str
    scenario: str
    title: str
    variant: str
    started_at: datetime
    ended_at: datetime | None
    turns: int
    level: str | None
