"""A taste of two turns: what each did, where it leads, and that nothing of it is saved."""

from __future__ import annotations

import pytest
from pages import at, shown, store
from streamlit.testing.v1 import AppTest

from bot.engine import Engine
from bot.preferences import Preferences, keep_preferences
from bot.settings import settings

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _real_engine(app: AppTest, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Jones is played by the engine that a user has."""
    monkeypatch.setattr("bot.engine.default_engine", lambda: engine)


def taste(app: AppTest, words: str) -> str:
    app.chat_input(key="taste-words").set_value(words).run()
    return shown(app)


def test_two_turns_then_the_way_to_a_whole_conversation(app: AppTest) -> None:
    page = shown(at(app, "try"))
    assert "You are Karen, Mike’s manager." in page
    assert "Say it the way you would on a real call." in page
    page = taste(app, "What worries you about Jones?")
    assert "You asked an open question. Mike told you something new" in page
    assert "Now tell Mike what to do, and compare." in page
    page = taste(app, "Call Warren tomorrow and get me a number.")
    assert "You told Mike what to do. Mike agreed, and said no more." in page
    assert page.count('class="effect"') == 2
    assert "That’s the whole idea" in page
    assert not app.chat_input
    assert store().heads() == (), "nothing is saved"
    app.button(key="taste-start").click().run()
    assert [head.scenario for head in store().heads()] == ["jones-deal"]


def test_it_survives_a_rerun_and_can_be_tried_again(app: AppTest) -> None:
    at(app, "try")
    taste(app, "You should call Warren today.")
    page = shown(app.run())
    assert page.count('class="effect"') == 1
    assert "Now ask Mike something you don’t know, and compare." in page
    taste(app, "What have you noticed at the plant lately?")
    app.button(key="taste-again").click().run()
    assert 'class="effect"' not in shown(app)
    assert len(app.chat_input) == 1


def test_what_cannot_be_said_is_told_and_counts_for_nothing(app: AppTest) -> None:
    at(app, "try")
    assert "This is blank" in taste(app, "   ")
    assert 'class="effect"' not in shown(app)


def test_somebody_with_a_name_is_called_by_it(app: AppTest) -> None:
    keep_preferences(settings().home, Preferences("<i>Sam</i>"))
    page = shown(at(app, "try"))
    assert "You are <i>Sam</i>, Mike’s manager." in page
    page = taste(app, "Hi Mike, it's Sam.")
    assert "Afternoon, <i>Sam</i>." in page
    assert "Karen" not in page
    assert not any("<i>" in entry.proto.body for entry in app.get("html")), "a name is text"


def test_nothing_is_sent_even_where_a_model_reads_and_speaks(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASKWELL_MODEL", "small")
    monkeypatch.setenv("ASKWELL_BASE_URL", "http://127.0.0.1:9/v1")
    settings.cache_clear()
    assert settings().speaks == "model"
    at(app, "try")
    assert "You asked an open question." in taste(app, "What worries you about Jones?")
