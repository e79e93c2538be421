"""A retry goes back to one turn of an ended conversation. It is a session of its own; its parent stays as it was."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.engine import Engine
from bot.errors import ScenarioError, StoreError, TranscriptError
from bot.practice import Practice
from bot.store import Challenge, Session, SessionHead, Store, first_goes
from bot.talk.codebook import Code
from bot.testing.doubles import Label, ScriptedClock, counting_ids, small_engine

BUDGET = "What happened to the budget this year?"
TIRED = "That sounds tiring."
PUSH = "You should have called them."
STEP = "What could you do?"
WHEN = "When will you do it?"
READER: dict[str, Label] = {
    BUDGET: Code.OPEN_QUESTION,
    TIRED: Code.REFLECTION,
    PUSH: Code.ADVICE,
    STEP: Code.OPEN_QUESTION,
    WHEN: Code.CLOSED_QUESTION,
}
OLD = Path(__file__).parent / "sessions_0001.sql"
CLOCK = ScriptedClock()
NOW = CLOCK()
CHANGED = r"^small-deal: the scenario has changed since session first began and no longer fits; start a new session$"


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return small_engine(tmp_path / "data", READER)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path / 'askwell.db'}") as opened:
        yield opened


def edit(data: Path, old: str, new: str) -> None:
    """Replaces some words of the small scenario, wherever they stand."""
    files = [path for path in (data / "scenarios" / "small-deal").rglob("*.*") if old in path.read_text("utf-8")]
    assert files
    for path in files:
        path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")


def say(practice: Practice, *lines: str) -> None:
    for line in lines:
        practice.say(line)
        assert "".join(practice.reply())


def parent(engine: Engine, store: Store) -> Session:
    """An ended conversation: turns 0, 2 and 4 are the manager's."""
    practice = Practice.start(
        "small-deal", seed=3, engine=engine, store=store, clock=ScriptedClock(), new_id=lambda: "first"
    )
    practice.hint()
    say(practice, BUDGET, f"{TIRED} {PUSH}")
    practice.hint()
    say(practice, STEP)
    practice.finish(self_rating=4)
    return store.load("first")


Retry = Callable[..., Practice]


@pytest.fixture
def retry(engine: Engine, store: Store) -> Retry:
    """Retries a session, with the ids retry-1, retry-2 and so on."""
    ids = counting_ids("retry")

    def go(turn: int, session: str = "first") -> Practice:
        return Practice.retry(session, turn, store, engine=engine, clock=ScriptedClock(), new_id=ids)

    return go


# What a retry has


def test_a_retry_has_what_was_said_before_its_turn(engine: Engine, store: Store, retry: Retry) -> None:
    first = parent(engine, store)
    practice = retry(4)
    saved = store.load("retry-1")

    assert saved.turns == first.turns[:4] == practice.transcript.turns
    assert [(nudge.turn, nudge.text) for nudge in saved.nudges] == [
        (nudge.turn, nudge.text) for nudge in first.nudges
    ], "the hint before the turn that is retried was seen"
    assert (saved.parent, saved.from_turn) == ("first", 4)
    assert (saved.scenario, saved.variant, saved.seed) == (first.scenario, first.variant, first.seed)
    assert (saved.ended_at, saved.scorecard, saved.self_rating) == (None, None, None)


def test_a_retry_from_the_first_turn_begins_anew(engine: Engine, store: Store, retry: Retry) -> None:
    parent(engine, store)

    assert len(retry(0).transcript) == 0
    assert [nudge.turn for nudge in store.load("retry-1").nudges] == [0]


def test_a_retry_goes_on_is_ended_and_leaves_its_parent_alone(engine: Engine, store: Store, retry: Retry) -> None:
    first = parent(engine, store)
    practice = retry(2)
    say(practice, TIRED, STEP, WHEN)
    debrief = practice.finish()

    assert debrief.state.steps["ask-the-plant"].committed
    assert store.load("retry-1").scorecard == debrief.scorecard.as_json()
    assert store.load("retry-1").scorecard != first.scorecard
    assert store.load("first") == first
    assert Practice.resume("retry-1", store, engine=engine).debrief() == debrief


def test_a_retry_can_be_resumed(engine: Engine, store: Store, retry: Retry) -> None:
    parent(engine, store)
    practice = retry(2)
    say(practice, TIRED)

    again = Practice.resume("retry-1", store, engine=engine)

    assert (again.transcript, again.state) == (practice.transcript, practice.state)


def test_corrected_codes_before_the_turn_stay_corrected(engine: Engine, store: Store, retry: Retry) -> None:
    parent(engine, store)
    early = Challenge(0, 0, len(BUDGET), Code.OPEN_QUESTION, Code.CLOSED_QUESTION, NOW)
    late = Challenge(4, 0, len(STEP), Code.OPEN_QUESTION, None, NOW)
    store.challenge("first", early)
    store.challenge("first", late)

    retry(2)

    assert store.load("retry-1").challenges == (early,)


# Several retries


def test_a_retry_of_a_retry_goes_back_to_the_first_session(engine: Engine, store: Store, retry: Retry) -> None:
    parent(engine, store)
    practice = retry(2)
    say(practice, TIRED, STEP)
    practice.finish()

    second = retry(4, "retry-1")

    saved = store.load("retry-2")
    assert (saved.parent, saved.from_turn) == ("first", 4)
    assert second.transcript.turns == store.load("retry-1").turns[:4]
    assert [head.id for head in store.children("first")] == ["retry-2", "retry-1"]
    assert store.children("retry-1") == ()
    assert {head.id: head.parent for head in store.heads()} == {"first": None, "retry-1": "first", "retry-2": "first"}


def test_two_tabs_that_retry_get_two_retries(engine: Engine, store: Store, retry: Retry) -> None:
    parent(engine, store)

    assert retry(2).session_id != retry(2).session_id
    assert len(store.children("first")) == 2


def test_a_double_click_makes_one_retry(engine: Engine, store: Store) -> None:
    parent(engine, store)

    def click() -> Practice:
        return Practice.retry("first", 2, store, engine=engine, clock=ScriptedClock(), new_id=lambda: "once")

    first = click()
    say(first, TIRED)

    assert click().transcript == first.transcript
    assert [head.id for head in store.children("first")] == ["once"]


def test_clicks_in_several_threads_at_once_make_one_retry(engine: Engine, store: Store) -> None:
    parent(engine, store)
    made: list[str | None] = []

    def click() -> None:
        practice = Practice.retry("first", 2, store, engine=engine, clock=ScriptedClock(), new_id=lambda: "once")
        made.append(practice.session_id)

    threads = [threading.Thread(target=click) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert made == ["once"] * 6
    assert [head.id for head in store.children("first")] == ["once"]


def test_an_id_that_is_another_sessions_is_refused(engine: Engine, store: Store) -> None:
    parent(engine, store)
    Practice.retry("first", 2, store, engine=engine, new_id=lambda: "once")

    for turn, name in ((4, "once"), (2, "first")):
        with pytest.raises(StoreError, match=f"session '{name}' is already saved"):
            Practice.retry("first", turn, store, engine=engine, new_id=lambda name=name: name)


# What is refused


@pytest.mark.slow
@pytest.mark.parametrize("turn", [-2, -1, 1, 3, 5, 6, 99])
def test_only_a_turn_of_the_managers_is_retried(engine: Engine, store: Store, retry: Retry, turn: int) -> None:
    parent(engine, store)

    with pytest.raises(TranscriptError, match=f"session first: turn {turn} isn't yours; choose one of your own"):
        retry(turn)
    assert store.children("first") == ()


def test_a_session_in_progress_is_not_retried(engine: Engine, store: Store, retry: Retry) -> None:
    parent(engine, store)
    say(retry(2), TIRED)

    with pytest.raises(TranscriptError, match="session retry-1 is still in progress; end it before you retry it"):
        retry(2, "retry-1")


def test_a_session_that_is_not_there_is_not_retried(engine: Engine, store: Store, retry: Retry) -> None:
    with pytest.raises(StoreError, match="we can't find session 'first'"):
        retry(0)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("old", "new"),
    [("budget", "money"), ("ask-the-plant", "ask-around")],
    ids=["a fact is gone", "a step is gone"],
)
def test_a_scenario_that_lost_what_came_up_is_told(
    engine: Engine, store: Store, tmp_path: Path, old: str, new: str
) -> None:
    practice = Practice.start("small-deal", engine=engine, store=store, clock=ScriptedClock(), new_id=lambda: "first")
    say(practice, BUDGET, STEP, WHEN)
    practice.finish()
    edit(tmp_path / "data", old, new)
    assert engine.library.problems("small-deal") == []

    with pytest.raises(ScenarioError, match=CHANGED):
        Practice.retry("first", 4, store, engine=engine)
    assert Practice.retry("first", 0, store, engine=engine).scenario.variant == "base", "nothing came up before that"


def test_a_scenario_with_other_words_in_it_still_fits(engine: Engine, store: Store, tmp_path: Path) -> None:
    first = parent(engine, store)
    edit(tmp_path / "data", "title: A small deal", "title: A smaller deal")

    Practice.retry("first", 4, store, engine=engine, new_id=lambda: "again")

    assert store.load("again").title == "A smaller deal"
    assert store.load("again").scenario_digest != first.scenario_digest


def test_a_scenario_or_variant_that_is_gone_is_told_in_the_same_words(
    engine: Engine, store: Store, tmp_path: Path
) -> None:
    first = parent(engine, store)
    store.create(replace(first, id="other", variant="lost"))

    with pytest.raises(ScenarioError, match=CHANGED.replace("first", "other")):
        Practice.retry("other", 2, store, engine=engine)
    for path in sorted((tmp_path / "data").rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    for call in (Practice.resume, lambda name, store, engine: Practice.retry(name, 2, store, engine=engine)):
        with pytest.raises(ScenarioError, match=CHANGED):
            call("first", store, engine=engine)


def test_a_scenario_that_cannot_be_read_says_where(engine: Engine, store: Store, tmp_path: Path) -> None:
    parent(engine, store)
    edit(tmp_path / "data", "lens: deal", "lens: moon")

    with pytest.raises(ScenarioError, match=r"scenario\.yaml:\d+:"):
        Practice.retry("first", 2, store, engine=engine)


# In the store


def test_deleting_a_session_deletes_its_retries_and_nothing_else(engine: Engine, store: Store, retry: Retry) -> None:
    first = parent(engine, store)
    store.create(replace(first, id="other"))
    retry(2)
    retry(4)

    store.delete("retry-1")
    assert {head.id for head in store.heads()} == {"first", "other", "retry-2"}
    store.delete("first")
    assert [head.id for head in store.heads()] == ["other"]


def test_a_retry_of_nothing_that_has_ended_is_not_saved(engine: Engine, store: Store, retry: Retry) -> None:
    first = parent(engine, store)
    retry(2)
    branch = replace(first, id="new", parent="first", from_turn=2, turns=first.turns[:2], nudges=())

    refusals = {
        "nobody": "we can't find session 'nobody'",
        "retry-1": "session 'retry-1' is still in progress; end it before you retry it",
    }
    for name, said in refusals.items():
        with pytest.raises(StoreError, match=said):
            store.branch(replace(branch, parent=name))
    with pytest.raises(StoreError, match="session 'retry-1' is a retry itself; a retry goes back to the first session"):
        store.create(replace(branch, parent="retry-1"))


def old_database(path: Path) -> None:
    """A database as version 0.5 wrote it: an ended session, and one in which the reply is still to come."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(OLD.read_text(encoding="utf-8"))


def test_a_database_of_before_there_were_retries_is_upgraded_with_its_sessions(engine: Engine, tmp_path: Path) -> None:
    old_database(tmp_path / "old.db")
    with Store.open(f"sqlite:///{tmp_path / 'old.db'}") as store:
        new, old = store.heads()
        saved = store.load("session-1")

        assert [(head.id, head.turns, head.level, head.parent) for head in (old, new)] == [
            ("session-1", 6, old.level, None),
            ("session-2", 1, None, None),
        ]
        assert old.level is not None
        assert (saved.parent, saved.from_turn, saved.challenges, saved.self_rating) == (None, None, (), 4)
        assert [turn.index for turn in saved.turns] == list(range(6))
        assert [nudge.turn for nudge in saved.nudges] == [0]

        unit = saved.turns[2].units[0]
        store.challenge("session-1", Challenge(2, unit.start, unit.end, unit.code, None, NOW))
        practice = Practice.retry("session-1", 4, store, engine=engine, new_id=lambda: "new")
        assert practice.transcript.turns == saved.turns[:4]
        assert "".join(Practice.resume("session-2", store, engine=engine).reply())
    with Store.open(f"sqlite:///{tmp_path / 'old.db'}") as again:
        assert {head.id for head in again.heads()} == {"session-1", "session-2", "new"}
        assert len(again.load("new").challenges) == 1


# The headline over time


def head(name: str, day: int, **fields: object) -> SessionHead:
    """A session of the base variant that began on `day` and ended in the same hour."""
    began = NOW + timedelta(days=day)
    whole = SessionHead(name, "small-deal", "A small deal", "base", began, began + timedelta(hours=1), 6, "mixed")
    return replace(whole, **fields)  # type: ignore[arg-type]


def test_only_the_first_end_of_a_variant_is_a_first_go() -> None:
    first, again = head("first", 1), head("again", 3, level="coaching")
    other = head("other", 2, variant="old-friend")
    elsewhere = head("elsewhere", 4, scenario="jones-deal")

    assert first_goes([elsewhere, again, other, first]) == (first, other, elsewhere)


def test_a_retry_and_a_session_in_progress_are_no_first_go() -> None:
    open_, retried = head("open", 1, ended_at=None), head("retry", 2, parent="gone")

    assert first_goes([retried, open_]) == ()
    assert first_goes([head("whole", 3), retried, open_]) == (head("whole", 3),)


def test_a_session_that_began_first_and_ended_last_is_no_first_go() -> None:
    quick = head("quick", 2)
    slow = head("slow", 1, ended_at=NOW + timedelta(days=5))

    assert first_goes([quick, slow]) == (quick,)


def test_first_goes_do_not_depend_on_the_order_of_the_list() -> None:
    heads = [head(f"s{day}", day, variant=f"v{day % 3}") for day in range(9)]

    assert first_goes(heads) == first_goes(heads[::-1]) == tuple(heads[:3])
