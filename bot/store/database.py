"""Opens a database: the engine, SQLite's settings and the schema. Every failure is one line."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, QueuePool, create_engine, event, inspect, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.exc import SQLAlchemyError, StatementError
from sqlalchemy.pool import ConnectionPoolEntry

from ..errors import ServerError, StoreError
from ..files import close_to_others, make_private
from .tables import HEAD

BUSY_SECONDS = 10.0
_AGAIN_SECONDS = 0.01
_BEGIN = "askwell_begin"
_UPGRADING = 4_157_310  # an arbitrary lock number
_ELSEWHERE = "or set ASKWELL_HOME or ASKWELL_DATABASE_URL to keep sessions elsewhere"
_ADVICE = {
    "locked": "another program is writing to it; close that program, or try again in a moment",
    "unable to open": f"check that its directory exists and that you can write there, {_ELSEWHERE}",
    "readonly": f"make the file and its directory writable, {_ELSEWHERE}",
    "not a database": "it is damaged or not a database; move it away to start with a new one",
    "malformed": "it is damaged; restore a copy, or move it away to start with a new one",
    "disk is full": "free some disk space and try again",
    "disk i/o error": f"check the disk, {_ELSEWHERE}",
}

# One writer per process, across all stores. SQLite allows one writer and doesn't queue fairly, and Alembic keeps a
# running upgrade in module globals.
_WRITING = threading.Lock()


class Database:
    """An engine with an up-to-date schema. Its transactions raise StoreError on failure."""

    def __init__(self, engine: Engine, where: str) -> None:
        self.engine = engine
        self.where = where

    @classmethod
    def open(cls, address: str) -> Database:
        """Connect to the SQLAlchemy URL `address`, create SQLite's directory and upgrade the schema.

        Raises StoreError naming the path, or the URL without its password, and the fix.
        """
        url = _read_url(address)
        database = cls(_engine(url), _where(url))
        try:
            if _is_sqlite(url) and _has_path(url):
                _make_private(Path(url.database or ""))
            database._upgrade()
        except BaseException:
            database.close()
            raise
        return database

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A consistent read. Raises StoreError."""
        engine = self.engine.execution_options(**{_BEGIN: "DEFERRED"})
        with _in_one_line(self.problem), engine.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A write transaction, one at a time. Commits at the end, rolls back on any error. Raises StoreError."""
        engine = self.engine.execution_options(**{_BEGIN: "IMMEDIATE"})
        with _in_one_line(self.problem), _WRITING, engine.begin() as connection:
            yield connection

    def forget(self) -> None:
        """Remove deleted rows from SQLite's log, where they would otherwise stay for a while. Raises StoreError."""
        if self.engine.dialect.name == "sqlite":
            with _in_one_line(self.problem), _WRITING, self.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def problem(self, said: str) -> StoreError:
        """What is wrong with it, after its address."""
        return (StoreError if _is_sqlite(self.engine.url) else ServerError)(f"{self.where}: {said}")

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    def _upgrade(self) -> None:
        with self.read() as connection:
            found = _revisions(connection)
        if found != {HEAD}:
            from .upgrade import check_known, upgrade  # Alembic is slow to load and rarely needed

            check_known(found, self.problem)
            with self.write() as connection:
                if self.engine.dialect.name == "postgresql":  # replicas that start together take turns
                    connection.execute(text(f"SELECT pg_advisory_xact_lock({_UPGRADING})"))
                upgrade(connection)


def _revisions(connection: Connection) -> set[str]:
    if not inspect(connection).has_table("alembic_version"):
        return set()
    return set(connection.scalars(text("SELECT version_num FROM alembic_version")))


def _read_url(address: str) -> URL:
    wanted = "write it like sqlite:////home/me/askwell.db"
    try:
        url = make_url(address)
    except (SQLAlchemyError, ValueError):
        # Don't repeat the address: if it can't be parsed, its password can't be masked.
        raise StoreError(f"ASKWELL_DATABASE_URL: not a database URL; {wanted}") from None
    if "@" in (url.host or ""):  # what stands before it is of the password, and the resolver would be asked for it
        raise StoreError("ASKWELL_DATABASE_URL: its host has an @ in it; write an @ in a password as %40")
    return url


def _where(url: URL) -> str:
    if _is_sqlite(url):
        return url.database or ":memory:"
    return url.set(query={}).render_as_string(hide_password=True)  # a query may contain a password too


def _is_sqlite(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def _has_path(url: URL) -> bool:
    return url.database not in (None, "", ":memory:") and not str(url.database).startswith("file:")


def _make_private(path: Path) -> None:
    try:
        make_private(path.parent)
    except OSError as error:
        raise StoreError(f"{path}: can't create its directory: {error.strerror}; create it, {_ELSEWHERE}") from None
    try:
        if not path.exists():  # SQLite copies the database's permissions to its log and index
            path.touch(mode=0o600)
    except OSError as error:
        remedy = f"make its directory writable, {_ELSEWHERE}"
        raise StoreError(f"{path}: can't be created: {error.strerror}; {remedy}") from None
    for suffix in ("", "-wal", "-shm"):  # earlier versions left them open to others
        close_to_others(path.with_name(f"{path.name}{suffix}"))


def _engine(url: URL) -> Engine:
    where = _where(url)
    try:
        if not _is_sqlite(url):
            return create_engine(url, pool_pre_ping=True)
        return _sqlite_engine(url)
    except ImportError as error:
        raise ServerError(
            f"{where}: the driver {error.name} is not installed; install it in the same environment as Askwell"
        ) from None
    except (SQLAlchemyError, TypeError, ValueError) as error:
        kind = StoreError if _is_sqlite(url) else ServerError
        raise kind(f"{where}: this database URL can't be used: {_first_line(error)}") from None


def _sqlite_engine(url: URL) -> Engine:
    waiting = {} if "timeout" in url.query else {"timeout": BUSY_SECONDS}
    connecting = {"check_same_thread": False, "isolation_level": None, **waiting}
    if _has_path(url):
        engine = create_engine(url, connect_args=connecting)
    else:
        # An in-memory database exists only in its one connection, so all threads share it.
        engine = create_engine(url, poolclass=QueuePool, pool_size=1, max_overflow=0, connect_args=connecting)
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin)
    return engine


def _set_up_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    try:
        _log_ahead(cursor)
        for pragma in ("foreign_keys=ON", "secure_delete=ON"):
            cursor.execute(f"PRAGMA {pragma}")
    finally:
        cursor.close()


def _log_ahead(cursor: DBAPICursor) -> None:
    # Whoever opens a new database first changes its journal, and SQLite refuses the others at once, whatever its
    # timeout: that wait is ours, for as long as SQLite would wait for any other lock.
    cursor.execute("PRAGMA busy_timeout")
    (milliseconds,) = cursor.fetchone() or (0,)
    until = time.monotonic() + milliseconds / 1000
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() >= until:
                raise
        time.sleep(_AGAIN_SECONDS)


def _begin(connection: Connection) -> None:
    # sqlite3 must not start transactions itself: a write that starts as a read can fail halfway.
    kind = connection.get_execution_options().get(_BEGIN)
    if kind:
        connection.exec_driver_sql(f"BEGIN {kind}")


@contextmanager
def _in_one_line(problem: Callable[[str], StoreError]) -> Iterator[None]:
    try:
        yield
    except (SQLAlchemyError, OSError, UnicodeError, OverflowError) as error:
        raise problem(_told(error)) from None


def _told(error: Exception) -> str:
    line = _first_line(error)
    advice = next((advice for sign, advice in _ADVICE.items() if sign in line.lower()), None)
    return f"{line}; {advice}" if advice else line


def _first_line(error: BaseException) -> str:
    """The driver's message. SQLAlchemy's own would also quote the statement and its values."""
    if isinstance(error, StatementError) and error.orig is not None:
        error = error.orig
    lines = str(error.args[0] if isinstance(error, SQLAlchemyError) and error.args else error).splitlines()
    return lines[0].strip() if lines else type(error).__name__
