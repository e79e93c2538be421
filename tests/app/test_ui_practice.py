"""The page of a conversation: nothing is lost or said twice on a rerun."""

from __future__ import annotations

import pytest
from pages import HOSTILE, at, finished, opened, say, shown, started, store
from streamlit.testing.v1 import AppTest

from bot.engine import Engine
from bot.practice import Practice
from bot.store import Store
from bot.testing import SMALL
from ui.answering import Outgoing
from ui.markup import element, spoken

pytestmark = pytest.mark.slow


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
        app.session_state["outbox"] = (Outgoing(session, "the-same-id", "You carry a lot of quotes."),)
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
    app.session_state["outbox"] = (Outgoing(session, "an-id", "You carry a lot of quotes."),)
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
    assert "Nudge" in shown(opened("practice", session))
    assert "cut in half" not in shown(app)


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
