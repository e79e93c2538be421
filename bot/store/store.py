"""The store: saves, reads and deletes sessions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, Table, delete, func, insert, select, update

from ..errors import MissingError, StoreError
from ..talk.codebook import Unit
from ..talk.direction import TopicMatch
from ..talk.transcript import Speaker, Turn
from . import tables
from .database import Database
from .many import Many
from .records import Records
from .session import Challenge, Nudge, Session, SessionHead
from .tables import challenges, nudges, sessions, turns


class Store:
    """Saved practice sessions. Every method raises StoreError, in one line, if the database fails.

    A session that has ended takes no more turns or nudges, a turn is coded only once, and the scorecard stays what it
    was, so old sessions never change. What the manager thinks of a code is kept beside it, as a challenge.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self.records = Records(database)
        self.many = Many(database)

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
        rows = _rows(session)
        with self.database.write() as connection:
            _insert(connection, rows)

    def branch(self, retry: Session) -> Session:
        """Save a retry, a session with a `parent` and `from_turn`, and return it as stored.

        Sent again with the same id, as by a double click, it returns what is stored and writes nothing. Raises
        StoreError when the id is another session's, or the parent is missing or still in progress.
        """
        rows = _rows(retry)
        with self.database.write() as connection:
            parent = _session(connection, str(retry.parent), alone=True)  # so that two clicks take turns
            stored = connection.execute(select(sessions).where(sessions.c.id == retry.id)).mappings().first()
            if stored is None or (stored["parent"], stored["from_turn"]) != (retry.parent, retry.from_turn):
                _check_ended(parent, "retry it")
                _insert(connection, rows)
            with self._readable(retry.id):
                return _whole(connection, retry.id)

    def load(self, session_id: str) -> Session:
        """The session with its turns, nudges and challenges. Raises StoreError if it is missing or damaged."""
        with self.database.read() as connection, self._readable(session_id):
            return _whole(connection, session_id)

    def heads(self, limit: int | None = None) -> tuple[SessionHead, ...]:
        """The newest `limit` sessions, or all, newest first. Retries are among them."""
        return self._heads(_newest().limit(limit))

    def children(self, session_id: str) -> tuple[SessionHead, ...]:
        """The retries of a session, newest first. There are none of a retry: its own go back to its parent."""
        return self._heads(_newest().where(sessions.c.parent == session_id))

    def challenged(self) -> tuple[str, ...]:
        """Ids of the sessions in which the manager corrected a code, oldest first."""
        corrected = select(challenges.c.session_id)
        found = select(sessions.c.id).where(sessions.c.id.in_(corrected)).order_by(sessions.c.started_at, sessions.c.id)
        with self.database.read() as connection:
            return tuple(connection.scalars(found))

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

    def challenge(self, session_id: str, challenge: Challenge) -> None:
        """Save what the manager says of one unit, in place of what was said of it before.

        Raises StoreError while the session is in progress, and where its turn has no such unit with that code.
        """
        row = tables.challenge_values(session_id, challenge)
        with self.database.write() as connection:
            _check_ended(_session(connection, session_id, alone=True), "correct a code")
            stored = (
                connection.execute(_turns(session_id).where(turns.c.turn_index == challenge.turn)).mappings().first()
            )
            with self._readable(session_id):
                tables.check_challenge(challenge, tables.turn_from(stored) if stored else None)
            connection.execute(delete(challenges).where(*_unit(session_id, challenge.turn, challenge.start)))
            connection.execute(insert(challenges).values(row))

    def unchallenge(self, session_id: str, turn: int, start: int) -> None:
        """Take back what the manager said of the unit at `start` of `turn`, if anything was. Raises StoreError."""
        with self.database.write() as connection:
            _session(connection, session_id, alone=True)
            connection.execute(delete(challenges).where(*_unit(session_id, turn, start)))

    def delete(self, session_id: str) -> None:
        """Delete the session with all that was said, and its retries; from SQLite, beyond recovery.

        Raises StoreError.
        """
        with self.database.write() as connection:
            _session(connection, session_id, alone=True)
            connection.execute(delete(sessions).where(sessions.c.parent == session_id))
            connection.execute(delete(sessions).where(sessions.c.id == session_id))
        self.database.forget()

    def clear(self) -> int:
        """Delete every session, with its turns and its nudges, all or none. Returns how many there were."""
        with self.database.write() as connection:
            count = connection.scalar(select(func.count()).select_from(sessions)) or 0
            connection.execute(delete(sessions))
        self.database.forget()
        return count

    def _heads(self, query: Select[*tuple[Any, ...]]) -> tuple[SessionHead, ...]:
        with self.database.read() as connection:
            return tuple(tables.head_from(row) for row in connection.execute(query).mappings())

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


def _rows(session: Session) -> list[tuple[Table, list[dict[str, object]]]]:
    """The rows of a session by table, in the order in which one refers to the other. Raises StoreError."""
    spoken = {turn.index: turn for turn in session.turns}
    for challenge in session.challenges:
        tables.check_challenge(challenge, spoken.get(challenge.turn))
    return [
        (sessions, [tables.session_values(session)]),
        (turns, [tables.turn_values(session.id, turn) for turn in session.turns]),
        (nudges, [tables.nudge_values(session.id, nudge) for nudge in session.nudges]),
        (challenges, [tables.challenge_values(session.id, challenge) for challenge in session.challenges]),
    ]


def _insert(connection: Connection, rows: Sequence[tuple[Table, list[dict[str, object]]]]) -> None:
    session_id = rows[0][1][0]["id"]
    if connection.execute(select(sessions.c.id).where(sessions.c.id == session_id)).first():
        raise StoreError(f"session {session_id!r} is already saved")
    parent = rows[0][1][0]["parent"]
    if parent is not None and _session(connection, str(parent))["parent"] is not None:
        raise StoreError(f"session {parent!r} is a retry itself; a retry goes back to the first session")
    for table, some in rows:
        if some:
            connection.execute(insert(table), some)


def _whole(connection: Connection, session_id: str) -> Session:
    """The session with everything in it. Raises ValueError, KeyError or TypeError if it is damaged."""
    said = select(challenges).where(challenges.c.session_id == session_id)
    return tables.session_from(
        _session(connection, session_id),
        connection.execute(_turns(session_id)).mappings().all(),
        connection.execute(_nudges(session_id)).mappings().all(),
        connection.execute(said.order_by(challenges.c.turn, challenges.c.unit_start)).mappings().all(),
    )


def _newest() -> Select[*tuple[Any, ...]]:
    """Every session with its number of turns, newest first."""
    count = select(func.count()).where(turns.c.session_id == sessions.c.id).scalar_subquery()
    return select(sessions, count.label("turns")).order_by(sessions.c.started_at.desc(), sessions.c.id.desc())


def _unit(session_id: str, turn: int, start: int) -> tuple[ColumnElement[bool], ...]:
    return challenges.c.session_id == session_id, challenges.c.turn == turn, challenges.c.unit_start == start


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


def _check_ended(session: RowMapping, what: str) -> None:
    if session["ended_at"] is None:
        raise StoreError(f"session {session['id']!r} is still in progress; end it before you {what}")


def _check_next(connection: Connection, session_id: str, index: int) -> None:
    expected = connection.scalar(select(func.count()).where(turns.c.session_id == session_id)) or 0
    if index < expected:
        raise StoreError(f"session {session_id!r}: turn {index} was said in another tab or program; reload")
    if index > expected:
        raise StoreError(f"session {session_id!r}: turn {index} came before turn {expected}; reload to continue")
