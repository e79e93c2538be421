"""The store: practice sessions kept in a database, each turn saved before anything else can fail.

    with Store.open(settings().database) as store:
        store.create(session)
        store.append(session.id, turn, turn_id="from-the-client", at=clock())

Importing this loads SQLAlchemy and Alembic, so light modules import it only where they use it.
"""

from __future__ import annotations

from .session import Nudge, Session, SessionHead
from .store import Store

__all__ = ["Nudge", "Session", "SessionHead", "Store"]
