"""The page of a conversation: nothing is lost or said twice on a rerun."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any, NoReturn

import pytest
from pages import HOSTILE, at, finished, opened, say, shown, started, store
from streamlit.testing.v1 import AppTest

from bot.engine import Engine
from bot.errors import StoreError
from bot.practice import Practice
from bot.scoring.nudges import NO_MORE, NUDGES_AT_ONCE
from bot.store import Store
from bot.talk.transcript import Turn
from bot.testing import SMALL
from ui.answering import Outgoing
from ui.markup import element, spoken

pytestmark = pytest.mark.slow


def send(app: AppTest, *outgoing: Outgoing) -> None:
    """Put words on their way, as the input does."""
    app.session_state[f"tray-{outgoing[0].session}"].unsent.extend(outgoing)


def test_a_conversation_is_kept_turn_by_turn(app: AppTest) -> None:
    session = started(app)
    assert "Ada has a quote out at Lund" in shown(app)
    assert 'class="blank"' in shown(app), "a blank field of the CRM card is shown as blank"
    say(app, "What do you know about the budget?")
    with store() as kept:
        turns = kept.load(session).turns
    assert [turn.speaker for turn in turns] == ["manager", "rep"]
    assert all(turn.text in shown(app) for turn in turns)


def test_a_second_tab_shows_the_same_and_a_rerun_says_nothing_twice(app: AppTest) -> None:
    session = started(app)
    say(app, "What do you know about the budget?")
    with store() as kept:
        before = kept.load(session).turns
    other = opened("practice", session)
    assert before[1].text in shown(other)
    other.run()
    app.run()
    with store() as kept:
        assert kept.load(session).turns == before


def test_words_that_are_sent_twice_are_taken_once(app: AppTest) -> None:
    session = started(app)
    for _ in range(2):
        app.session_state[f"tray-{session}"].unsent.append(
            Outgoing(session, "the-same-id", "You carry a lot of quotes.")
        )
        app.run()
    with store() as kept:
        assert len(kept.load(session).turns) == 2
    assert not app.exception


def test_a_turn_whose_reply_was_cut_off_is_answered_on_load(app: AppTest, own_engine: Engine) -> None:
    session = started(app)
    with store() as kept:
        Practice.resume(session, kept, engine=own_engine).say("What do you know about the budget?")
    other = opened("practice", session)
    with store() as kept:
        turns = kept.load(session).turns
    assert len(turns) == 2
    assert turns[1].text in shown(other)


def test_words_sent_before_the_reply_was_there_wait_for_it(app: AppTest, own_engine: Engine) -> None:
    session = started(app)
    with store() as kept:
        Practice.resume(session, kept, engine=own_engine).say("What do you know about the budget?")
    send(app, Outgoing(session, "an-id", "You carry a lot of quotes."))
    app.run()
    with store() as kept:
        assert [turn.speaker for turn in kept.load(session).turns] == ["manager", "rep", "manager", "rep"]


@pytest.mark.parametrize(
    ("words", "told"),
    [("x" * 20_000, "20,000 characters is too long; the limit is 8,000 a turn"), ("  \n ", "This is blank")],
)
def test_words_that_cannot_be_taken_are_refused_in_one_line_and_given_back(app: AppTest, words: str, told: str) -> None:
    session = started(app)
    say(app, words)
    assert told in shown(app)
    assert app.chat_input(key="words").proto.value == words
    with store() as kept:
        assert kept.load(session).turns == ()
    say(app, "Let me do it.")
    assert told not in shown(app)


def test_what_is_sent_while_the_rep_answers_waits_its_turn(app: AppTest) -> None:
    session = started(app)
    lines = ("What do you know about the budget?", "You carry a lot of quotes.", "Let me do it.")
    send(app, *(Outgoing(session, f"id-{line}", line) for line in lines))
    app.run()
    with store() as kept:
        turns = kept.load(session).turns
    assert [turn.text for turn in turns if turn.is_manager] == list(lines)
    assert len(turns) == 6
    assert all(shown(app).count(line) == 1 for line in lines)


def test_while_the_store_is_away_the_talk_stays_and_the_words_come_back(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = started(app)
    say(app, "What do you know about the budget?")

    def gone(*_: object, **__: object) -> NoReturn:
        raise StoreError("/home/somebody/askwell.db: disk I/O error")

    with monkeypatch.context() as away:
        for name in ("load", "append", "holds"):
            away.setattr(Store, name, gone)
        say(app, "You carry a lot of quotes.")
        assert "We can’t reach your saved conversations right now. Your words are back in the box." in shown(app)
        assert "What do you know about the budget?" in shown(app)
        assert "askwell.db" not in shown(app)
        assert app.chat_input(key="words").proto.value == "You carry a lot of quotes."
    say(app, "You carry a lot of quotes.")
    assert "can’t reach" not in shown(app)
    with store() as kept:
        assert len(kept.load(session).turns) == 4


def test_a_reply_that_could_not_be_saved_is_asked_for_again(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    session = started(app)
    append = Store.append

    def only_the_manager(self: Store, session_id: str, turn: Turn, **how: Any) -> Turn:
        if not turn.is_manager:
            raise StoreError("database is locked")
        return append(self, session_id, turn, **how)

    with monkeypatch.context() as locked:
        locked.setattr(Store, "append", only_the_manager)
        say(app, "What do you know about the budget?")
        assert "We can’t reach your saved conversations right now." in shown(app)
        assert "back in the box" not in shown(app), "the words are saved"
    app.button(key="again").click().run()
    with store() as kept:
        assert len(kept.load(session).turns) == 2
    assert "can’t reach" not in shown(app)


def test_a_session_that_is_gone_is_told_plainly(app: AppTest) -> None:
    session = started(app)
    with store() as kept:
        kept.delete(session)
    app.run()
    assert "We can’t find that session." in shown(app)
    assert session not in shown(app)


def test_a_scenario_that_no_longer_fits_is_told_plainly(app: AppTest, data: Path) -> None:
    session = started(app)
    say(app, "What do you know about the budget?")
    folder = data / "scenarios" / SMALL
    kept_aside = folder.with_name("aside")
    folder.rename(kept_aside)
    try:
        assert "This scenario has changed since you began" in shown(opened("practice", session))
    finally:
        kept_aside.rename(folder)


def test_hostile_words_reach_the_page_as_text(app: AppTest) -> None:
    started(app)
    words = "\n".join(HOSTILE)
    say(app, words)
    bodies = [entry.proto.body for entry in app.get("html") if ' from-manager"' in entry.proto.body]
    assert bodies == [element("div", element("div", "Nora", class_="who"), spoken(words), class_="bubble from-manager")]
    assert not [entry for entry in app.markdown if "evil" in entry.value]


def test_a_nudge_is_counted_kept_and_gives_nothing_away(app: AppTest) -> None:
    session = started(app)
    app.button(key="nudge").click().run()
    assert "1 nudge" in shown(app)
    app.button(key="nudge").click().run()
    assert "1 nudge" in shown(app), "a double click is one press"
    assert "Nudge" in shown(opened("practice", session))
    assert "cut in half" not in shown(app)


def test_the_last_nudge_says_that_there_is_no_more(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.views.practice.AT_LEAST_APART", timedelta(0))
    started(app)
    for _ in range(NUDGES_AT_ONCE + 2):
        app.button(key="nudge").click().run()
    assert f"{NUDGES_AT_ONCE} nudges" in shown(app)
    assert NO_MORE in shown(app)


def test_the_brief_comes_in_three_lines_before_the_first_word(app: AppTest) -> None:
    at(app, "scenarios")
    app.button(key=f"start-{SMALL}").click().run()
    assert "Who" in shown(app)
    assert "What you want" in shown(app)
    assert not app.chat_input
    assert not app.sidebar.get("html")
    assert app.expander[0].label == "Your whole brief and the CRM card"
    app.button(key="call").click().run()
    assert app.chat_input
    assert app.sidebar.get("html")
    app.run()
    assert app.chat_input, "once called, a rerun goes on with the talk"


def test_live_asking_and_telling_is_off_until_switched_on(app: AppTest) -> None:
    started(app)
    say(app, "What do you know about the budget?")
    assert "Last turn" not in shown(app)
    app.toggle(key="live").set_value(True).run()
    assert "open question, exploring" in shown(app)
    assert "too early to say" in shown(app)


def test_an_ended_conversation_takes_no_more_words(app: AppTest) -> None:
    session = finished(app)
    other = opened("practice", session)
    assert "has ended" in shown(other)
    assert not other.chat_input


def test_a_variant_is_offered_once_the_base_has_been_finished(app: AppTest) -> None:
    at(app, "scenarios")
    assert f"variant-{SMALL}" not in [button.key for button in app.button]
    finished(app)
    app.button(key="another").click().run()
    with store() as kept:
        newest, first = kept.heads()
    assert (first.variant, newest.variant != "base", newest.turns) == ("base", True, 0)
    assert f"variant-{SMALL}" in [button.key for button in opened("library").button]


def test_a_run_of_the_page_loads_the_session_once(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    started(app)
    loads: list[str] = []
    load = Store.load
    monkeypatch.setattr(Store, "load", lambda self, session_id: loads.append(session_id) or load(self, session_id))

    app.run()
    assert len(loads) == 1
    say(app, "What do you know about the budget?")
    assert len(loads) == 3, "one for the run that answers, one for the run that shows the answer"
