"""The store: saves, reads and deletes sessions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, RowMapping, Select, delete, func, insert, select, update

from ..errors import MissingError, StoreError
from ..talk.codebook import Unit
from ..talk.direction import TopicMatch
from ..talk.transcript import Speaker, Turn
from . import tables
from .database import Database
from .session import Nudge, Session, SessionHead
from .tables import nudges, sessions, turns


class Store:
    """Saved practice sessions. Every method raises StoreError, in one line, if the database fails.

    A session that has ended takes no more turns or nudges, and a turn is coded only once, so old sessions never change.
    """

    def __init__(self, database: Database) -> None:
        self.database = database

    @classmethod
    def open(cls, url: str) -> Store:
        """Open the store at a SQLAlchemy URL, creating or upgrading its tables.

        Raises StoreError naming the path, or the URL without its password, and the fix.
        """
        return cls(Database.open(url))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection."""
        self.database.close()

    def create(self, session: Session) -> None:
        """Save a session with everything in it. Raises StoreError when its id is taken."""
        row = tables.session_values(session)
        turn_rows = [tables.turn_values(session.id, turn) for turn in session.turns]
        nudge_rows = [tables.nudge_values(session.id, nudge) for nudge in session.nudges]
        with self.database.write() as connection:
            if connection.execute(select(sessions.c.id).where(sessions.c.id == session.id)).first():
                raise StoreError(f"session {session.id!r} is already saved")
            connection.execute(insert(sessions).values(row))
            if turn_rows:
                connection.execute(insert(turns), turn_rows)
            if nudge_rows:
                connection.execute(insert(nudges), nudge_rows)

    def load(self, session_id: str) -> Session:
        """The session with its turns and nudges. Raises StoreError if it is missing or damaged."""
        with self.database.read() as connection, self._readable(session_id):
            return tables.session_from(
                _session(connection, session_id),
                connection.execute(_turns(session_id)).mappings().all(),
                connection.execute(_nudges(session_id)).mappings().all(),
            )

    def heads(self, limit: int | None = None) -> tuple[SessionHead, ...]:
        """The newest `limit` sessions, or all, newest first."""
        count = select(func.count()).where(turns.c.session_id == sessions.c.id).scalar_subquery()
        newest = sessions.c.started_at.desc(), sessions.c.id.desc()
        with self.database.read() as connection:
            rows = connection.execute(select(sessions, count.label("turns")).order_by(*newest).limit(limit))
            return tuple(tables.head_from(row) for row in rows.mappings())

    def append(self, session_id: str, turn: Turn, *, turn_id: str | None, at: datetime) -> Turn:
        """Save the next turn and return it as stored.

        Sending a known `turn_id` again returns the stored turn and writes nothing. Raises StoreError when the session
        has ended or this isn't its next turn, for instance when two tabs talk at once.
        """
        row = tables.turn_values(session_id, turn, turn_id, at)
        with self.database.write() as connection:
            session = _session(connection, session_id, alone=True)
            stored = _resent(connection, session_id, turn_id)
            if stored is not None:
                with self._readable(session_id):
                    return tables.turn_from(stored)
            _check_going_on(session)
            _check_next(connection, session_id, turn.index)
            connection.execute(insert(turns).values(row))
            return tables.turn_from(row)

    def holds(self, session_id: str, turn_id: str | None) -> bool:
        """Whether a turn with this `turn_id` is saved in the session."""
        with self.database.read() as connection:
            return _resent(connection, session_id, turn_id) is not None

    def annotate(
        self, session_id: str, index: int, units: Sequence[Unit], touches: Sequence[TopicMatch], reader: str
    ) -> None:
        """Save `reader`'s coding of manager turn `index`.

        Raises StoreError when the turn is already coded, belongs to the rep or doesn't exist.
        """
        row = tables.coding_values(units, touches, reader)
        with self.database.write() as connection:
            _session(connection, session_id, alone=True)
            turn = connection.execute(_turns(session_id).where(turns.c.turn_index == index)).mappings().first()
            if turn is None or turn["speaker"] != Speaker.MANAGER:
                raise StoreError(f"session {session_id!r}: turn {index} is not a saved manager turn")
            if any(turn[name] is not None for name in row):
                raise StoreError(
                    f"session {session_id!r}: turn {index} is already coded by {turn['reader']} and can't be recoded"
                )
            connection.execute(
                update(turns).where(turns.c.session_id == session_id, turns.c.turn_index == index).values(row)
            )

    def nudge(self, session_id: str, nudge: Nudge) -> None:
        """Save a hint the manager was shown. Raises StoreError when the session has ended."""
        row = tables.nudge_values(session_id, nudge)
        with self.database.write() as connection:
            _check_going_on(_session(connection, session_id, alone=True))
            connection.execute(insert(nudges).values(row))

    def finish(self, session_id: str, scorecard: dict[str, Any], at: datetime, self_rating: int | None = None) -> None:
        """End the session with its scorecard. Ending it again changes nothing."""
        row = {"scorecard": tables.json_text(scorecard), "ended_at": tables.time_text(at)}
        rating = {} if self_rating is None else {"self_rating": tables.checked_rating(self_rating)}
        with self.database.write() as connection:
            if _session(connection, session_id, alone=True)["ended_at"] is None:
                connection.execute(update(sessions).where(sessions.c.id == session_id).values({**row, **rating}))

    def revoice(self, session_id: str, voice: str) -> None:
        """Save who words the rep, by the voice's name. Raises StoreError once something has been said."""
        with self.database.write() as connection:
            _check_going_on(_session(connection, session_id, alone=True))
            if connection.execute(_turns(session_id)).first():
                raise StoreError(f"session {session_id!r} has begun; choose who words the rep before you speak")
            connection.execute(update(sessions).where(sessions.c.id == session_id).values(voice=voice))

    def rate(self, session_id: str, self_rating: int) -> None:
        """Save the manager's rating of their own coaching, 1 to 5. The last rating counts."""
        row = {"self_rating": tables.checked_rating(self_rating)}
        with self.database.write() as connection:
            _session(connection, session_id, alone=True)
            connection.execute(update(sessions).where(sessions.c.id == session_id).values(row))

    def delete(self, session_id: str) -> None:
        """Delete the session, its turns and its nudges; from SQLite, beyond recovery. Raises StoreError."""
        with self.database.write() as connection:
            _session(connection, session_id, alone=True)
            connection.execute(delete(sessions).where(sessions.c.id == session_id))
        self.database.forget()

    @contextmanager
    def _readable(self, session_id: str) -> Iterator[None]:
        try:
            yield
        except (ValueError, KeyError, TypeError) as error:
            said = f"session {session_id!r} is damaged, or was saved by a newer version of Askwell: {error}"
            raise self.database.problem(said) from None


def _session(connection: Connection, session_id: str, *, alone: bool = False) -> RowMapping:
    """The session's row. `alone` locks it until the transaction ends, on databases with several writers."""
    query = select(sessions).where(sessions.c.id == session_id)
    row = connection.execute(query.with_for_update() if alone else query).mappings().first()
    if row is None:
        raise MissingError(f"we can't find session {session_id!r}; to see your sessions: askwell sessions list")
    return row


def _turns(session_id: str) -> Select[*tuple[Any, ...]]:
    return select(turns).where(turns.c.session_id == session_id).order_by(turns.c.turn_index)


def _nudges(session_id: str) -> Select[*tuple[Any, ...]]:
    return select(nudges).where(nudges.c.session_id == session_id).order_by(nudges.c.id)


def _resent(connection: Connection, session_id: str, turn_id: str | None) -> RowMapping | None:
    if turn_id is None:
        return None
    return connection.execute(_turns(session_id).where(turns.c.turn_id == turn_id)).mappings().first()


def _check_going_on(session: RowMapping) -> None:
    if session["ended_at"] is not None:
        raise StoreError(f"session {session['id']!r} has ended; start a new one")


def _check_next(connection: Connection, session_id: str, index: int) -> None:
    expected = connection.scalar(select(func.count()).where(turns.c.session_id == session_id)) or 0
    if index < expected:
        raise StoreError(f"session {session_id!r}: turn {index} was said in another tab or program; reload")
    if index > expected:
        raise StoreError(f"session {session_id!r}: turn {index} came before turn {expected}; reload to continue")
