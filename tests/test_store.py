"""The store keeps every turn, takes each once, and tells every failure in one line."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import IO, Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from bot.errors import StoreError
from bot.store import Nudge, Session, SessionHead, Store
from bot.store.tables import HEAD, metadata
from bot.store.upgrade import scripts
from bot.talk.codebook import Code, Flag, Focus, Unit
from bot.talk.direction import Direction, Intent, ReplyPart, Said, Source, TopicMatch
from bot.talk.transcript import Speaker, Turn

ROOT = Path(__file__).resolve().parents[1]
NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
UNITS = (
    Unit("What does Dana want?", 0, 20, Code.OPEN_QUESTION, Focus.EXPLORE, (Flag.SPECIFIC,), 0.875),
    Unit("Ça va.", 21, 27, Code.AFFIRMATION),
)
TOUCHES = (
    TopicMatch(0, Intent.ABOUT, fact="dana-wants", score=0.75, sure=True, closed=0, names_topic=True),
    TopicMatch(1, Intent.SMALL_TALK),
)
QUESTION = Turn(0, Speaker.MANAGER, "What does Dana want? Ça va.")
CODED = replace(QUESTION, units=UNITS, touches=TOUCHES, reader="rules-1")
ANSWER = Turn(
    1,
    Speaker.REP,
    "She wants a pilot first.",
    direction=Direction(
        act="open_up",
        parts=(ReplyPart("facts/dana-wants", form="full", verbs=("wants",)), ReplyPart("tails")),
        mood="warm",
        topic="dana-wants",
        releases=(("dana-wants", Source.ELICITED), ("budget", Source.DONATED)),
        told_steps=("call-dana",),
        generic=True,
    ),
    said=Said("lines", ("dana-wants.2", "tails.1")),
)
SCORECARD: dict[str, Any] = {
    "measures": {"takeovers": 0},
    "criteria": [],
    "overall": {"level": "coaching", "score": 71.5},
}
STARTED = Session(
    id="s1",
    scenario="jones-deal",
    scenario_version=3,
    scenario_digest="sha256:ab12",
    variant="base",
    seed=2**62,
    voice="lines",
    manager="Karen",
    rep="Mike",
    started_at=NINE,
    title="The Jones deal",
)
ENDED = replace(
    STARTED,
    ended_at=NINE + timedelta(minutes=12),
    turns=(CODED, ANSWER),
    nudges=(Nudge(0, "Ask what he makes of it.", NINE), Nudge(2, "Who owns the next step?", NINE)),
    scorecard=SCORECARD,
    self_rating=4,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "askwell.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{path}") as opened:
        yield opened


def told(caught: pytest.ExceptionInfo[StoreError]) -> str:
    """The message, which is one line and quotes no SQL."""
    message = str(caught.value)
    assert not any(part in message for part in ("\n", "[SQL", "Traceback"))
    return message


def sql(path: Path, statement: str) -> list[Any]:
    """What SQLite itself says, past the store."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        return connection.execute(statement).fetchall()


PREAMBLE = """
import sys, threading
from datetime import UTC, datetime
from bot.store import Session, Store
from bot.talk.transcript import Speaker, Turn
NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
print("ready", flush=True)
sys.stdin.readline()
"""


def processes(code: str, *arguments: tuple[str, ...]) -> list[subprocess.Popen[str]]:
    """Processes that run `code` with each of `arguments`, from the same moment on."""
    commands = [[sys.executable, "-W", "error", "-c", PREAMBLE + code, *some] for some in arguments]
    pipe = subprocess.PIPE
    running = [
        subprocess.Popen(command, cwd=ROOT, text=True, stdin=pipe, stdout=pipe, stderr=pipe) for command in commands
    ]
    assert [line(process.stdout) for process in running] == ["ready\n"] * len(running)
    go(running)
    return running


def go(waiting: list[subprocess.Popen[str]]) -> None:
    """Lets processes that wait for a line go on, all from the same moment."""
    for process in waiting:
        assert process.stdin is not None
        print("go", file=process.stdin, flush=True)


def line(stream: IO[str] | None) -> str:
    assert stream is not None
    return stream.readline()


def outcome(process: subprocess.Popen[str]) -> tuple[str, int]:
    """What a process said on standard error, and its exit status."""
    _, errors = process.communicate(timeout=60)
    return errors, process.returncode


# Saving and reading


def test_a_whole_session_comes_back_as_it_was_saved(store: Store, path: Path) -> None:
    store.create(ENDED)
    assert store.load("s1") == ENDED
    with Store.open(f"sqlite:///{path}") as reopened:
        assert reopened.load("s1") == ENDED


def test_a_practice_saved_step_by_step_is_the_same_session(store: Store) -> None:
    store.create(STARTED)
    store.nudge("s1", ENDED.nudges[0])
    assert store.append("s1", QUESTION, turn_id="t0", at=NINE) == QUESTION
    store.annotate("s1", 0, UNITS, TOUCHES, "rules-1")
    assert store.append("s1", ANSWER, turn_id=None, at=NINE) == ANSWER
    store.nudge("s1", ENDED.nudges[1])
    store.finish("s1", SCORECARD, NINE + timedelta(minutes=12), self_rating=4)
    assert store.load("s1") == ENDED


def test_times_in_any_zone_come_back_in_utc(store: Store) -> None:
    store.create(replace(STARTED, started_at=datetime(2026, 3, 2, 4, 0, tzinfo=timezone(timedelta(hours=-5)))))
    started = store.load("s1").started_at
    assert (started, started.tzinfo) == (NINE, UTC)


def test_heads_list_the_newest_first(store: Store) -> None:
    store.create(ENDED)
    store.create(replace(STARTED, id="s2", variant="new-cto", started_at=NINE + timedelta(microseconds=1)))
    store.create(replace(STARTED, id="s0", started_at=NINE - timedelta(days=1)))
    ended, rating = ENDED.ended_at, ENDED.self_rating
    first = SessionHead(
        "s1", "jones-deal", "The Jones deal", "base", NINE, ended, 2, "coaching", rep="Mike", self_rating=rating
    )
    newest = replace(
        first,
        self_rating=None,
        id="s2",
        variant="new-cto",
        started_at=NINE + timedelta(microseconds=1),
        ended_at=None,
        turns=0,
        level=None,
    )
    oldest = replace(newest, id="s0", variant="base", started_at=NINE - timedelta(days=1))
    assert store.heads() == (newest, first, oldest)
    assert store.heads(limit=2) == (newest, first)


def test_json_is_kept_compact_and_sorted(store: Store, path: Path) -> None:
    store.create(ENDED)
    rows = sql(path, "SELECT scorecard, said FROM sessions JOIN turns WHERE turn_index = 1")
    scorecard = '{"criteria":[],"measures":{"takeovers":0},"overall":{"level":"coaching","score":71.5}}'
    assert rows == [(scorecard, '{"lines":["dana-wants.2","tails.1"],"voice":"lines"}')]


# What is taken once


def test_a_resend_returns_the_stored_turn_and_writes_nothing(store: Store) -> None:
    store.create(STARTED)
    store.append("s1", QUESTION, turn_id="t0", at=NINE)
    store.annotate("s1", 0, UNITS, TOUCHES, "rules-1")
    resent = Turn(2, Speaker.MANAGER, "What does Dana want?")
    assert store.append("s1", resent, turn_id="t0", at=NINE) == CODED
    store.finish("s1", SCORECARD, NINE)
    assert store.append("s1", resent, turn_id="t0", at=NINE) == CODED
    assert store.load("s1").turns == (CODED,)


def test_of_two_tabs_that_speak_at_once_the_second_is_told(store: Store, path: Path) -> None:
    store.create(STARTED)
    store.append("s1", QUESTION, turn_id="tab-1", at=NINE)
    with Store.open(f"sqlite:///{path}") as other, pytest.raises(StoreError) as caught:
        other.append("s1", replace(QUESTION, text="Call Dana."), turn_id="tab-2", at=NINE)
    assert told(caught) == "session 's1': turn 0 was said in another tab or program; reload"
    assert store.load("s1").turns == (QUESTION,)


def test_a_turn_is_not_saved_before_the_one_that_it_follows(store: Store) -> None:
    store.create(STARTED)
    with pytest.raises(StoreError) as caught:
        store.append("s1", ANSWER, turn_id=None, at=NINE)
    assert told(caught) == "session 's1': turn 1 came before turn 0; reload to continue"


def test_a_coding_is_never_overwritten(store: Store) -> None:
    store.create(STARTED)
    store.append("s1", QUESTION, turn_id="t0", at=NINE)
    store.annotate("s1", 0, UNITS, TOUCHES, "rules-1")
    with pytest.raises(StoreError) as caught:
        store.annotate("s1", 0, (), (), "rules-2")
    assert told(caught) == "session 's1': turn 0 is already coded by rules-1 and can't be recoded"
    assert store.load("s1").turns == (CODED,)


def test_a_coding_that_found_nothing_stays_too(store: Store) -> None:
    store.create(STARTED)
    store.append("s1", QUESTION, turn_id="t0", at=NINE)
    store.annotate("s1", 0, (), (), "rules-1")
    with pytest.raises(StoreError, match="already coded by rules-1"):
        store.annotate("s1", 0, UNITS, TOUCHES, "rules-2")


@pytest.mark.parametrize("index", [1, 2])
def test_only_a_saved_turn_of_the_manager_is_coded(store: Store, index: int) -> None:
    store.create(replace(STARTED, turns=(QUESTION, ANSWER)))
    with pytest.raises(StoreError) as caught:
        store.annotate("s1", index, UNITS, TOUCHES, "rules-1")
    assert told(caught) == f"session 's1': turn {index} is not a saved manager turn"


def test_the_first_end_stays(store: Store) -> None:
    store.create(ENDED)
    store.finish("s1", {"overall": {"level": "telling"}}, NINE + timedelta(days=1), self_rating=1)
    assert store.load("s1") == ENDED


def test_an_ended_session_takes_no_turn_and_no_nudge(store: Store) -> None:
    store.create(ENDED)
    with pytest.raises(StoreError) as caught:
        store.append("s1", replace(QUESTION, index=2), turn_id="t2", at=NINE)
    assert told(caught) == "session 's1' has ended; start a new one"
    with pytest.raises(StoreError, match="has ended"):
        store.nudge("s1", Nudge(2, "Too late.", NINE))
    assert store.load("s1") == ENDED


def test_who_words_the_rep_may_change_until_something_is_said(store: Store) -> None:
    store.create(STARTED)
    store.revoice("s1", "model:fake")
    assert store.load("s1") == replace(STARTED, voice="model:fake")
    store.append("s1", QUESTION, turn_id="t0", at=NINE)
    with pytest.raises(StoreError) as caught:
        store.revoice("s1", "lines")
    assert told(caught) == "session 's1' has begun; choose who words the rep before you speak"
    assert store.load("s1").voice == "model:fake"


def test_a_session_is_saved_under_its_id_once(store: Store) -> None:
    store.create(ENDED)
    with pytest.raises(StoreError) as caught:
        store.create(STARTED)
    assert told(caught) == "session 's1' is already saved"
    assert store.load("s1") == ENDED


# Ratings, deleting, and what cannot be saved


def test_a_rating_may_change_after_the_end(store: Store) -> None:
    store.create(ENDED)
    store.rate("s1", 2)
    assert store.load("s1") == replace(ENDED, self_rating=2)


def test_a_rating_off_the_scale_is_refused(store: Store) -> None:
    store.create(STARTED)
    for rating in (0, 6):
        with pytest.raises(StoreError) as caught:
            store.rate("s1", rating)
        assert told(caught) == f"self_rating: {rating} is not one of 1, 2, 3, 4, 5"
        with pytest.raises(StoreError):
            store.finish("s1", SCORECARD, NINE, self_rating=rating)
    assert store.load("s1") == STARTED


def test_a_deleted_session_is_gone_with_its_turns(store: Store, path: Path) -> None:
    store.create(ENDED)
    store.create(replace(ENDED, id="s2"))
    store.delete("s1")
    counts = sql(
        path,
        "SELECT (SELECT group_concat(id) FROM sessions), (SELECT count(*) FROM turns), (SELECT count(*) FROM nudges)",
    )
    assert counts == [("s2", 2, 2)]
    assert store.load("s2") == replace(ENDED, id="s2")


def test_deleted_words_are_not_left_in_the_files(store: Store, path: Path) -> None:
    store.create(replace(STARTED, turns=(replace(QUESTION, text="zanzibar " * 2000),)))
    sql(path, "PRAGMA wal_checkpoint")
    assert b"zanzibar" in path.read_bytes()
    store.delete("s1")
    assert [file.name for file in path.parent.iterdir() if b"zanzibar" in file.read_bytes()] == []


def test_a_session_that_is_not_there_is_named(store: Store) -> None:
    calls = (
        lambda: store.load("nope"),
        lambda: store.append("nope", QUESTION, turn_id=None, at=NINE),
        lambda: store.annotate("nope", 0, UNITS, TOUCHES, "rules-1"),
        lambda: store.nudge("nope", ENDED.nudges[0]),
        lambda: store.finish("nope", SCORECARD, NINE),
        lambda: store.rate("nope", 3),
        lambda: store.delete("nope"),
    )
    for call in calls:
        with pytest.raises(StoreError) as caught:
            call()
        assert told(caught) == "we can't find session 'nope'; to see your sessions: askwell sessions list"


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"started_at": NINE.replace(tzinfo=None)}, "the time has no time zone"),
        ({"scorecard": {"score": float("nan")}}, "can't be saved as JSON"),
        ({"scorecard": {"score": NINE}}, "can't be saved as JSON"),
        ({"seed": 2**64}, "too large"),
        ({"title": "\ud800"}, "surrogates not allowed"),
        ({"turns": (QUESTION, replace(QUESTION, text="\ud800", index=1))}, "surrogates not allowed"),
    ],
)
def test_what_cannot_be_kept_is_refused_whole(store: Store, change: dict[str, Any], problem: str) -> None:
    with pytest.raises(StoreError, match=problem) as caught:
        store.create(replace(STARTED, **change))
    told(caught)
    assert store.heads() == ()


def test_a_damaged_session_is_named_and_can_be_found_and_deleted(store: Store, path: Path) -> None:
    store.create(ENDED)
    sql(path, """UPDATE turns SET units = '[{"code": "shout"}]' WHERE turn_index = 0""")
    sql(path, "UPDATE sessions SET scorecard = '{'")
    with pytest.raises(
        StoreError, match="session 's1' is damaged, or was saved by a newer version of Askwell"
    ) as caught:
        store.load("s1")
    assert told(caught).startswith(f"{path}: ")
    assert [(head.id, head.level) for head in store.heads()] == [("s1", None)]
    store.delete("s1")
    assert store.heads() == ()


# Opening


def test_sqlite_is_set_up_for_many_readers_and_one_writer(path: Path) -> None:
    with Store.open(f"sqlite:///{path}") as store, store.database.engine.connect() as connection:
        pragmas = ("journal_mode", "foreign_keys", "busy_timeout", "synchronous")
        assert [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in pragmas] == ["wal", 1, 10_000, 2]


def test_the_migrations_make_the_tables_that_the_code_expects(store: Store) -> None:
    with store.database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    assert scripts().get_heads() == [HEAD]


def test_opening_makes_a_private_directory(tmp_path: Path) -> None:
    Store.open(f"sqlite:///{tmp_path / '100% new' / 'home' / 'askwell.db'}").close()
    assert (tmp_path / "100% new" / "home").stat().st_mode & 0o777 == 0o700


def test_a_store_in_memory_is_shared_by_threads() -> None:
    with Store.open("sqlite://") as store:
        thread = threading.Thread(target=store.create, args=(ENDED,))
        thread.start()
        thread.join()
        assert store.load("s1") == ENDED


def test_a_directory_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    path = tmp_path / "file" / "home" / "askwell.db"
    with pytest.raises(StoreError) as caught:
        Store.open(f"sqlite:///{path}")
    assert told(caught) == (
        f"{path}: can't create its directory: Not a directory; create it, "
        "or set ASKWELL_HOME or ASKWELL_DATABASE_URL to keep sessions elsewhere"
    )


def test_a_path_that_is_a_directory_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as caught:
        Store.open(f"sqlite:///{tmp_path}")
    assert told(caught).startswith(f"{tmp_path}: unable to open database file; check that its directory exists")


def test_a_file_that_is_no_database_is_told_and_left_alone(path: Path) -> None:
    path.write_text("dear diary\n" * 500)
    with pytest.raises(StoreError) as caught:
        Store.open(f"sqlite:///{path}")
    assert told(caught) == (
        f"{path}: file is not a database; it is damaged or not a database; move it away to start with a new one"
    )
    assert path.read_text() == "dear diary\n" * 500


def test_a_database_damaged_inside_is_told(path: Path) -> None:
    with Store.open(f"sqlite:///{path}") as store:
        store.create(ENDED)
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
    with (
        pytest.raises(StoreError, match="malformed; it is damaged") as caught,
        Store.open(f"sqlite:///{path}") as store,
    ):
        store.load("s1")
    assert told(caught).startswith(f"{path}: ")


def test_a_newer_schema_is_told_and_left_alone(path: Path) -> None:
    Store.open(f"sqlite:///{path}").close()
    sql(path, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError) as caught:
        Store.open(f"sqlite:///{path}")
    assert told(caught) == (
        f"{path}: saved by a newer Askwell (schema 9999); update Askwell, "
        "or set ASKWELL_HOME or ASKWELL_DATABASE_URL to keep sessions elsewhere"
    )


def test_a_database_that_another_program_holds_is_told(path: Path) -> None:
    with Store.open(f"sqlite:///{path}?timeout=0.05") as store:
        store.create(STARTED)
        holder = sqlite3.connect(path, isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError) as caught:
            store.append("s1", QUESTION, turn_id="t0", at=NINE)
        advice = "another program is writing to it; close that program, or try again in a moment"
        assert told(caught) == f"{path}: database is locked; {advice}"
        assert store.load("s1") == STARTED
        holder.close()
        store.append("s1", QUESTION, turn_id="t0", at=NINE)


@pytest.mark.parametrize(
    ("url", "where"),
    [
        (
            "nosuch://karen:hunter2@db/askwell?password=hunter2",
            "nosuch://karen:***@db/askwell: this database URL can't be used",
        ),
        ("firebird://karen:hunter2@db/askwell", "firebird://karen:***@db/askwell: this database URL can't be used"),
        ("karen:hunter2", "ASKWELL_DATABASE_URL: not a database URL"),
        ("postgresql://karen:hunter2@db:port/askwell", "ASKWELL_DATABASE_URL: not a database URL"),
        (
            "oracle+cx_oracle://karen:hunter2@db/askwell",
            "oracle+cx_oracle://karen:***@db/askwell: the driver cx_Oracle",
        ),
    ],
)
def test_a_url_that_cannot_be_used_is_told_without_its_password(url: str, where: str) -> None:
    with pytest.raises(StoreError) as caught:
        Store.open(url)
    assert told(caught).startswith(where)
    assert "hunter2" not in told(caught)


# Several writers, and sudden ends

WRITE_TWO_SESSIONS = """
with Store.open(sys.argv[1]) as store:
    for index in range(50):
        for session in ("s1", "s2"):
            text = f"{session}, turn {index}"
            for _ in range(2):
                store.append(session, Turn(index, Speaker.MANAGER, text), turn_id=f"t{index}", at=NINE)
with Store.open(sys.argv[1]) as store:
    name = sys.argv[2]
    store.create(Session(name, "jones-deal", 3, "sha256:ab12", "base", 1, "lines", "Karen", "Mike", NINE))
    for index in range(50):
        store.append(name, Turn(index, Speaker.MANAGER, f"{name}, turn {index}"), turn_id=f"t{index}", at=NINE)
"""


def said(session: str) -> tuple[Turn, ...]:
    return tuple(Turn(index, Speaker.MANAGER, f"{session}, turn {index}") for index in range(50))


@pytest.mark.slow
def test_two_processes_lose_nothing_and_double_nothing(store: Store, path: Path) -> None:
    store.create(STARTED)
    store.create(replace(STARTED, id="s2"))
    writers = processes(WRITE_TWO_SESSIONS, (f"sqlite:///{path}", "a"), (f"sqlite:///{path}", "b"))
    assert [outcome(writer) for writer in writers] == [("", 0)] * 2
    for session in ("s1", "s2", "a", "b"):
        assert store.load(session).turns == said(session)


OPEN_A_NEW_ONE_EACH_ROUND = """
for round in range(int(sys.argv[2])):
    try:
        Store.open(f"{sys.argv[1]}-{round}").close()
        print("opened", flush=True)
    except Exception as error:
        print(f"round {round}: {error}", flush=True)
    sys.stdin.readline()
"""


@pytest.mark.nightly
@pytest.mark.slow
def test_six_processes_that_open_a_new_database_at_once_all_succeed(path: Path) -> None:
    rounds = 8
    openers = processes(OPEN_A_NEW_ONE_EACH_ROUND, *[(f"sqlite:///{path}", str(rounds))] * 6)

    for _ in range(rounds):
        assert [line(opener.stdout) for opener in openers] == ["opened\n"] * 6
        go(openers)

    assert [outcome(opener) for opener in openers] == [("", 0)] * 6


def test_a_new_database_that_another_program_holds_for_a_moment_is_waited_for(path: Path) -> None:
    holder = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    holder.execute("BEGIN IMMEDIATE")
    soon = threading.Timer(0.2, holder.close)
    soon.start()

    Store.open(f"sqlite:///{path}").close()

    soon.join()


def test_a_new_database_that_another_program_goes_on_holding_is_told(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError) as caught:
            Store.open(f"sqlite:///{path}?timeout=0.05")
    assert told(caught).startswith(f"{path}: database is locked; another program is writing to it")


def test_threads_that_resend_one_turn_save_it_once(store: Store) -> None:
    store.create(STARTED)
    results: list[Turn] = []

    def send() -> None:
        results.append(store.append("s1", QUESTION, turn_id="t0", at=NINE))

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [QUESTION] * 8
    assert store.load("s1").turns == (QUESTION,)


KEEP_A_TURN_THEN_HANG = """
store = Store.open(sys.argv[1])
store.append("s1", Turn(0, Speaker.MANAGER, "What does Dana want? Ça va."), turn_id="t0", at=NINE)
with store.database.write() as connection:
    connection.exec_driver_sql("DELETE FROM turns")
    print("halfway", flush=True)
    threading.Event().wait()
"""


def test_a_process_killed_midway_leaves_the_saved_turn_and_no_half_write(store: Store, path: Path) -> None:
    store.create(STARTED)
    (writer,) = processes(KEEP_A_TURN_THEN_HANG, (f"sqlite:///{path}",))
    assert line(writer.stdout) == "halfway\n"
    writer.kill()
    writer.communicate(timeout=60)
    assert store.load("s1") == replace(STARTED, turns=(QUESTION,))
    assert store.append("s1", ANSWER, turn_id=None, at=NINE) == ANSWER
