"""Everything that is kept, as plain data: one session, or all of them with the records beside them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ..errors import StoreError
from .records import KeptRecord, RecordKind
from .session import Challenge, Session
from .store import Store

EXPORT = "askwell-export-1"
"""The shape of an export; it may grow, a change of meaning is a new number."""


def everything_json(store: Store, at: datetime) -> Mapping[str, Any]:
    """All sessions, oldest first, and all records by kind, with the names of what is damaged and so left out.

    Raises StoreError where the database cannot be read.
    """
    sessions, damaged = [], []
    for head in reversed(store.heads()):
        try:
            sessions.append(session_json(store.load(head.id)))
        except StoreError:
            damaged.append(f"session {head.id}")
    kept: dict[str, list[dict[str, Any]]] = {}
    for kind in RecordKind:
        sound, broken = store.records.sound(kind)
        kept[str(kind)] = [_record_json(record) for record in sound]
        damaged += [f"{kind} {name}" for name in broken]
    return {
        "shape": EXPORT,
        "exported_at": at.isoformat(),
        "sessions": sessions,
        "records": kept,
        "damaged": damaged,
    }


def session_json(saved: Session) -> dict[str, Any]:
    """Everything saved about a session, as plain data."""
    return {
        "session": saved.id,
        "scenario": saved.scenario,
        "title": saved.title,
        "scenario_version": saved.scenario_version,
        "digest": saved.scenario_digest,
        "variant": saved.variant,
        "seed": saved.seed,
        "voice": saved.voice,
        "manager": saved.manager,
        "rep": saved.rep,
        "started_at": saved.started_at.isoformat(),
        "ended_at": saved.ended_at.isoformat() if saved.ended_at else None,
        "self_rating": saved.self_rating,
        "turns": [
            {
                "index": turn.index,
                "speaker": str(turn.speaker),
                "text": turn.text,
                "reader": turn.reader,
                "units": [unit.as_json() for unit in turn.units],
                "touches": [touch.as_json() for touch in turn.touches],
                "direction": turn.direction.as_json() if turn.direction else None,
                "said": turn.said.as_json() if turn.said else None,
            }
            for turn in saved.turns
        ],
        "nudges": [{"turn": nudge.turn, "text": nudge.text, "at": nudge.at.isoformat()} for nudge in saved.nudges],
        "scorecard": saved.scorecard,
        "parent": saved.parent,
        "from_turn": saved.from_turn,
        "challenges": [_challenge_json(challenge) for challenge in saved.challenges],
    }


def _challenge_json(challenge: Challenge) -> dict[str, Any]:
    return {
        "turn": challenge.turn,
        "start": challenge.start,
        "end": challenge.end,
        "was": str(challenge.was),
        "says": str(challenge.says) if challenge.says else None,
        "at": challenge.at.isoformat(),
    }


def _record_json(record: KeptRecord) -> dict[str, Any]:
    return {"id": record.id, "at": record.at.isoformat(), "body": record.body}
