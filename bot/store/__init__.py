"""The store: practice sessions in a database. Each turn is saved before anything else can fail.

    with Store.open(settings().database) as store:
        store.create(session)
        store.append(session.id, turn, turn_id="from-the-client", at=clock())

Importing this loads SQLAlchemy and Alembic, so import it only where you use it.
"""

from __future__ import annotations

from .records import KeptRecord, RecordKind, Records
from .session import Challenge, Nudge, Session, SessionHead, first_goes
from .store import Store

__all__ = ["Challenge", "KeptRecord", "Nudge", "RecordKind", "Records", "Session", "SessionHead", "Store", "first_goes"]
