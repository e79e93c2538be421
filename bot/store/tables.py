"""The tables, and conversion between rows and the values in `session`. bot/store/migrations creates the tables.

Times are ISO 8601 text in UTC, always with microseconds, so they sort as text on every database. JSON is text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    RowMapping,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from ..errors import StoreError
from ..talk.codebook import Code, Unit
from ..talk.direction import Direction, Said, TopicMatch
from ..talk.transcript import Speaker, Turn
from .session import Challenge, Nudge, Session, SessionHead

HEAD = "0003"  # the revision in bot/store/migrations that leads to these tables

_LEVEL = re.compile(r'"overall":\{"level":"([a-z_]+)"')
_Row = RowMapping | Mapping[str, Any]
_ID, _TIME = String(64), String(32)
metadata = MetaData()

sessions = Table(
    "sessions",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("scenario", Text, nullable=False),
    Column("scenario_version", Integer, nullable=False),
    Column("scenario_digest", Text, nullable=False),
    Column("variant", Text, nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("voice", Text, nullable=False),
    Column("manager", Text, nullable=False),
    Column("rep", Text, nullable=False),
    Column("started_at", _TIME, nullable=False),
    Column("ended_at", _TIME),
    Column("title", Text, nullable=False),
    Column("scorecard", Text),
    Column("self_rating", Integer),
    Column("parent", _ID, ForeignKey("sessions.id")),
    Column("from_turn", Integer),
    Index("ix_sessions_started_at", "started_at"),
    Index("ix_sessions_parent", "parent"),
)

turns = Table(
    "turns",
    metadata,
    Column("session_id", _ID, ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False),
    Column("turn_index", Integer, nullable=False, autoincrement=False),
    Column("turn_id", _ID),
    Column("at", _TIME),
    Column("speaker", String(16), nullable=False),
    Column("text", Text, nullable=False),
    Column("reader", Text),
    Column("units", Text),
    Column("touches", Text),
    Column("direction", Text),
    Column("said", Text),
    PrimaryKeyConstraint("session_id", "turn_index"),
    UniqueConstraint("session_id", "turn_id", name="uq_turns_turn_id"),
)

nudges = Table(
    "nudges",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("session_id", _ID, ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False),
    Column("turn", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("at", _TIME, nullable=False),
    Index("ix_nudges_session_id", "session_id"),
)

challenges = Table(
    "challenges",
    metadata,
    Column("session_id", _ID, nullable=False),
    Column("turn", Integer, nullable=False, autoincrement=False),
    Column("unit_start", Integer, nullable=False, autoincrement=False),
    Column("unit_end", Integer, nullable=False),
    Column("was", String(32), nullable=False),
    Column("says", String(32)),
    Column("at", _TIME, nullable=False),
    PrimaryKeyConstraint("session_id", "turn", "unit_start"),
    ForeignKeyConstraint(["session_id", "turn"], ["turns.session_id", "turns.turn_index"], ondelete="CASCADE"),
)

records = Table(
    "records",
    metadata,
    Column("kind", String(32), nullable=False),
    Column("id", _ID, nullable=False),
    Column("at", _TIME, nullable=False),
    Column("body", Text, nullable=False),
    PrimaryKeyConstraint("kind", "id"),
)


def session_values(session: Session) -> dict[str, object]:
    """The row of `session`, without its turns, nudges and challenges.

    Raises StoreError for a time without a zone, a rating outside 1 to 5 or a scorecard that isn't JSON.
    """
    return {
        "id": session.id,
        "scenario": session.scenario,
        "scenario_version": session.scenario_version,
        "scenario_digest": session.scenario_digest,
        "variant": session.variant,
        "seed": session.seed,
        "voice": session.voice,
        "manager": session.manager,
        "rep": session.rep,
        "started_at": time_text(session.started_at),
        "ended_at": time_text(session.ended_at) if session.ended_at else None,
        "title": session.title,
        "scorecard": None if session.scorecard is None else json_text(session.scorecard),
        "self_rating": None if session.self_rating is None else checked_rating(session.self_rating),
        "parent": session.parent,
        "from_turn": session.from_turn,
    }


def turn_values(
    session_id: str, turn: Turn, turn_id: str | None = None, at: datetime | None = None
) -> dict[str, object]:
    """The row of one turn."""
    # Don't sort keys: the order of a direction's releases matters.
    direction = json_text(turn.direction.as_json(), sort=False) if turn.direction else None
    said = json_text(turn.said.as_json()) if turn.said else None
    return {
        "session_id": session_id,
        "turn_index": turn.index,
        "turn_id": turn_id,
        "at": time_text(at) if at else None,
        "speaker": str(turn.speaker),
        "text": turn.text,
        "direction": direction,
        "said": said,
        **coding_values(turn.units, turn.touches, turn.reader),
    }


def coding_values(units: Sequence[Unit], touches: Sequence[TopicMatch], reader: str | None) -> dict[str, object]:
    """The coding columns of a turn, without empty ones."""
    return {
        "reader": reader,
        "units": json_text([unit.as_json() for unit in units]) if units else None,
        "touches": json_text([touch.as_json() for touch in touches]) if touches else None,
    }


def nudge_values(session_id: str, nudge: Nudge) -> dict[str, object]:
    """The row of one nudge. Raises StoreError for a naive time."""
    return {"session_id": session_id, "turn": nudge.turn, "text": nudge.text, "at": time_text(nudge.at)}


def challenge_values(session_id: str, challenge: Challenge) -> dict[str, object]:
    """The row of one challenge. Raises StoreError for a naive time."""
    return {
        "session_id": session_id,
        "turn": challenge.turn,
        "unit_start": challenge.start,
        "unit_end": challenge.end,
        "was": str(challenge.was),
        "says": str(challenge.says) if challenge.says else None,
        "at": time_text(challenge.at),
    }


def check_challenge(challenge: Challenge, turn: Turn | None) -> None:
    """Raises StoreError where the turn has no unit in this place that the reader took for this code."""
    where = f"turn {challenge.turn}, characters {challenge.start} to {challenge.end}"
    place = challenge.start, challenge.end
    units = () if turn is None or not turn.is_manager else turn.units
    unit = next((unit for unit in units if (unit.start, unit.end) == place), None)
    if unit is None:
        raise StoreError(f"{where}: no coded words of the manager's are there to correct")
    if unit.code is not challenge.was:
        raise StoreError(f"{where}: the reader took this for {unit.code}, not {challenge.was}")


def session_from(
    row: _Row, turn_rows: Sequence[_Row], nudge_rows: Sequence[_Row], challenge_rows: Sequence[_Row]
) -> Session:
    """Read rows written by the `_values` functions. Raises ValueError, KeyError or TypeError if one is damaged."""
    plain = dict(row)
    plain["started_at"] = datetime.fromisoformat(row["started_at"])
    plain["ended_at"] = _time(row["ended_at"])
    plain["scorecard"] = json.loads(row["scorecard"]) if row["scorecard"] else None
    plain["turns"] = tuple(turn_from(turn) for turn in turn_rows)
    plain["nudges"] = tuple(
        Nudge(nudge["turn"], nudge["text"], datetime.fromisoformat(nudge["at"])) for nudge in nudge_rows
    )
    plain["challenges"] = tuple(_challenge_from(challenge, plain["turns"]) for challenge in challenge_rows)
    return Session(**plain)


def _challenge_from(row: _Row, spoken: Sequence[Turn]) -> Challenge:
    at = datetime.fromisoformat(row["at"])
    says = Code(row["says"]) if row["says"] else None
    challenge = Challenge(row["turn"], row["unit_start"], row["unit_end"], Code(row["was"]), says, at)
    try:
        check_challenge(challenge, next((turn for turn in spoken if turn.index == challenge.turn), None))
    except StoreError as error:
        raise ValueError(str(error)) from None
    return challenge


def turn_from(row: _Row) -> Turn:
    """Read a row written by `turn_values`. Raises ValueError, KeyError or TypeError if it is damaged."""
    return Turn(
        index=row["turn_index"],
        speaker=Speaker(row["speaker"]),
        text=row["text"],
        units=tuple(Unit.from_json(unit) for unit in json.loads(row["units"] or "[]")),
        touches=tuple(TopicMatch.from_json(touch) for touch in json.loads(row["touches"] or "[]")),
        reader=row["reader"],
        direction=Direction.from_json(json.loads(row["direction"])) if row["direction"] else None,
        said=Said.from_json(json.loads(row["said"])) if row["said"] else None,
    )


def head_from(row: _Row) -> SessionHead:
    """A session in a list, from its row and its number of turns."""
    return SessionHead(
        id=row["id"],
        scenario=row["scenario"],
        title=row["title"],
        variant=row["variant"],
        started_at=datetime.fromisoformat(row["started_at"]),
        ended_at=_time(row["ended_at"]),
        turns=row["turns"],
        level=_level(row["scorecard"]),
        parent=row["parent"],
        rep=row["rep"],
        self_rating=row["self_rating"],
    )


def json_text(value: object, *, sort: bool = True) -> str:
    """Compact JSON. Raises StoreError for values JSON can't represent, such as NaN."""
    try:
        return json.dumps(value, sort_keys=sort, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise StoreError(f"can't be saved as JSON: {error}") from None


def time_text(at: datetime) -> str:
    """`at` as UTC text. Raises StoreError when it has no time zone, since such times can't be ordered."""
    if at.tzinfo is None:
        raise StoreError(f"{at.isoformat()}: the time has no time zone; give it in UTC")
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def checked_rating(rating: int) -> int:
    """The self-rating, if valid. Raises StoreError."""
    if rating not in range(1, 6):
        raise StoreError(f"self_rating: {rating!r} is not one of 1, 2, 3, 4, 5")
    return rating


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _level(scorecard: str | None) -> str | None:
    # `json_text` writes a level so, and no string holds such quotes unescaped; a list of 5,000 is read twice as fast.
    if found := _LEVEL.search(scorecard or ""):
        return found[1]
    # A damaged scorecard must not break the list you need to find and delete it.
    try:
        level = json.loads(scorecard or "{}")["overall"]["level"]
    except (ValueError, KeyError, TypeError):
        return None
    return level if isinstance(level, str) else None
