"""Plans in the store, one record each, and on this machine alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from ..errors import MissingError
from ..store import KeptRecord, RecordKind
from .plan import LookBack, PlanLines, PlannedTalk

if TYPE_CHECKING:
    from ..store import Store


def plans(store: Store) -> tuple[PlannedTalk, ...]:
    """Every plan, newest first. One that can't be read any more is left out. Raises StoreError."""
    return tuple(_read_all(store.records.sound(RecordKind.PLAN)[0][::-1]))


def plan_of(store: Store, plan_id: str) -> PlannedTalk:
    """The plan with this id. Raises MissingError, also if it can't be read any more."""
    for plan in _read_all((store.records.one(RecordKind.PLAN, plan_id),)):
        return plan
    raise MissingError(f"plan {plan_id!r} can't be read any more")


def keep_plan(store: Store, plan: PlannedTalk) -> None:
    """Save a plan, in place of the one with its id if there is one. Raises StoreError."""
    body: dict[str, Any] = {
        "lines": asdict(plan.lines),
        "focus": plan.focus,
        "questions": list(plan.questions),
        "back": asdict(plan.back) if plan.back else None,
        "back_at": plan.back_at.isoformat() if plan.back_at else None,
        "day": plan.day.isoformat() if plan.day else None,
    }
    store.records.keep(KeptRecord(RecordKind.PLAN, plan.id, plan.at, body))


def drop_plan(store: Store, plan_id: str) -> None:
    """Delete a plan with what was written afterwards. Raises StoreError."""
    store.records.drop(RecordKind.PLAN, plan_id)


def _read_all(records: tuple[KeptRecord, ...]) -> Iterator[PlannedTalk]:
    for record in records:
        body = record.body
        try:
            back, back_at, day = body.get("back"), body.get("back_at"), body.get("day")
            yield PlannedTalk(
                record.id,
                record.at,
                PlanLines(**_texts(body["lines"])),
                str(body.get("focus") or ""),
                tuple(str(one) for one in body["questions"]),
                LookBack(**_texts(back)) if back else None,
                _aware(back_at) if back_at else None,
                date.fromisoformat(day) if day else None,
            )
        except (KeyError, TypeError, ValueError, AttributeError):
            continue


def _texts(data: dict[str, Any]) -> dict[str, str]:
    return {name: str(words) for name, words in data.items()}


def _aware(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"{text} has no zone")
    return at
