"""The conversation page with a model as the rep's voice: whose words they are, and why written ones stand in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from bot.engine import Engine
from bot.practice import Practice
from bot.preferences import Consent, keep_consent, read_consent
from bot.settings import settings
from bot.store import Store
from bot.testing import SMALL, FakeEndpoint, Fault, Received, small_engine

pytestmark = pytest.mark.slow

KEY = "sk-canary0123456789"
HOSTILE = "<b>It's</b> a quiet one. ![](http://evil.example/y.png)"
_PAGE = """
import streamlit as st
from ui import routes
from ui.pages import by_name
pages = by_name()
routes.hand_on(pages)
st.navigation(list(pages.values()))
pages["practice"]._page()
"""


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    made = small_engine(tmp_path / "data")
    monkeypatch.setenv("ASKWELL_DATA", str(tmp_path / "data"))
    monkeypatch.setattr("bot.engine.default_engine", lambda: made)
    st.cache_resource.clear()
    yield made
    settings.cache_clear()
    st.cache_resource.clear()


def configured(monkeypatch: pytest.MonkeyPatch, **variables: str) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()


def opened(engine: Engine) -> AppTest:
    """The page of a conversation that has just been started as the settings say."""
    with Store.open(settings().database) as store:
        Practice.start(SMALL, engine=engine, voice=engine.voice(settings()), store=store, new_id=lambda: "one")
    app = AppTest.from_string(_PAGE, default_timeout=60)
    app.query_params["session"] = "one"
    return app.run()


def shown(app: AppTest) -> str:
    assert not app.exception, app.exception
    page = "\n".join(entry.proto.body for entry in app.get("html") if not entry.proto.body.startswith("<style"))
    assert KEY not in page
    assert all(KEY not in str(button) for button in app.button)
    return page


def keys(app: AppTest) -> set[str]:
    """The buttons and choices on the page."""
    return {str(widget.key) for widget in (*app.button, *app.radio)}


def saved_voice() -> str:
    with Store.open(settings().database) as store:
        return store.load("one").voice


def say(app: AppTest, words: str) -> None:
    """Say something, after a call where there has been none."""
    if not app.chat_input:
        app.button(key="call").click().run()
    app.chat_input(key="words").set_value(words).run()


def talk(engine: Engine, endpoint: FakeEndpoint, monkeypatch: pytest.MonkeyPatch, words: str) -> str:
    """What the page shows after one thing said to a model that is named."""
    configured(monkeypatch, ASKWELL_BASE_URL=endpoint.url, ASKWELL_MODEL="fake")
    app = opened(engine)
    say(app, words)
    return shown(app)


def test_the_models_words_are_text_and_its_name_is_said(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    with FakeEndpoint([HOSTILE]) as endpoint:
        page = talk(engine, endpoint, monkeypatch, "Morning, Ada.")

    assert "words by fake" in page
    assert "<b>It" not in page
    assert "<img" not in page


def test_a_failing_model_is_told_in_a_small_note(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    with FakeEndpoint([Received(fault=Fault.UNAUTHORISED)]) as endpoint:
        page = talk(engine, endpoint, monkeypatch, "Morning, Ada.")

    assert "We used a scripted line here instead of the model" in page
    assert "scripted 401" in page


def test_without_a_key_nothing_is_offered(engine: Engine) -> None:
    app = opened(engine)

    assert keys(app) == {"call"}
    assert "scripted lines" not in shown(app), "there is nothing else, so there is nothing to tell"


def test_a_key_alone_sends_nothing_until_somebody_agrees(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    with FakeEndpoint(["It's a quiet one."]) as endpoint:
        configured(monkeypatch, OPENAI_API_KEY=KEY, OPENAI_BASE_URL=endpoint.url)
        app = opened(engine)
        page = shown(app)
        assert "Should gpt-4.1-mini word Ada’s replies?" in page
        assert f"<b>{settings().host}</b>" in page
        assert "never sends facts that haven’t come out" in page
        assert "scripted lines" in page

        say(app, "Morning, Ada.")
        assert "Should gpt-4.1-mini" not in shown(app), "it is asked before a conversation, not in it"
        assert endpoint.requests == []
        assert read_consent(settings().home) is None


def test_a_yes_is_kept_and_the_model_words_this_conversation_and_the_next(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FakeEndpoint(["It's a quiet one."]) as endpoint:
        configured(monkeypatch, OPENAI_API_KEY=KEY, OPENAI_BASE_URL=endpoint.url)
        app = opened(engine)
        app.button(key="agree").click().run()
        assert "words by gpt-4.1-mini" in shown(app)
        assert "agree" not in keys(app)
        assert endpoint.requests == []

        say(app, "Morning, Ada.")
        assert "It&#x27;s a quiet one." in shown(app)
        assert len(endpoint.requests) == 1
        assert KEY.encode() not in endpoint.requests[0]
        assert engine.voice(settings()).name == "model:gpt-4.1-mini"


def test_a_no_is_kept_and_may_be_changed_in_the_same_place(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    configured(monkeypatch, OPENAI_API_KEY=KEY)
    app = opened(engine)
    app.button(key="decline").click().run()
    assert "Should gpt-4.1-mini" not in shown(app)
    assert (saved_voice(), settings().speaks) == ("lines", "lines")

    app.radio(key="words-by-one").set_value("model").run()
    assert "words by gpt-4.1-mini" in shown(app)
    assert (saved_voice(), settings().speaks) == ("model:gpt-4.1-mini", "model")

    app.radio(key="words-by-one").set_value("lines").run()
    assert "words by" not in shown(app)
    assert (saved_voice(), settings().speaks) == ("lines", "lines")


def test_a_yes_that_was_taken_back_elsewhere_ends_the_models_words(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FakeEndpoint(["It's a quiet one."]) as endpoint:
        configured(monkeypatch, OPENAI_API_KEY=KEY, OPENAI_BASE_URL=endpoint.url)
        app = opened(engine)
        app.button(key="agree").click().run()
        keep_consent(settings().home, Consent(False))
        say(app, "Morning, Ada.")

    assert "words by" not in shown(app)
    assert endpoint.requests == []


def test_a_model_that_is_named_speaks_unless_lines_are_chosen_for_this_conversation(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FakeEndpoint(["It's a quiet one."]) as endpoint:
        configured(monkeypatch, ASKWELL_BASE_URL=endpoint.url, ASKWELL_MODEL="fake*model*")
        app = opened(engine)
        assert "words by fake*model*" in shown(app)
        assert app.radio(key="words-by-one").options == ["Scripted lines", r"fake\*model\*"]

        app.radio(key="words-by-one").set_value("lines").run()
        assert "words by" not in shown(app)
        say(app, "Morning, Ada.")

    assert endpoint.requests == []
    assert settings().speaks == "model", "the choice is for this conversation"
    assert read_consent(settings().home) is None


def test_with_the_voice_set_to_lines_no_model_is_offered(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    configured(monkeypatch, OPENAI_API_KEY=KEY, ASKWELL_VOICE="lines")

    assert keys(opened(engine)) == {"call"}


def test_an_answer_that_cannot_be_kept_is_told_and_changes_nothing(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    configured(monkeypatch, OPENAI_API_KEY=KEY)
    app = opened(engine)
    (settings().home / "preferences.json").mkdir()
    app.button(key="agree").click().run()

    assert "We can&#x27;t keep your answer in" in shown(app)
    assert (saved_voice(), settings().speaks) == ("lines", "lines")


def test_a_conversation_goes_on_in_scripted_lines_once_no_model_is_set(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FakeEndpoint(["It's a quiet one."]) as endpoint:
        configured(monkeypatch, ASKWELL_BASE_URL=endpoint.url, ASKWELL_MODEL="fake")
        app = opened(engine)
        say(app, "Morning, Ada.")
    for name in ("ASKWELL_BASE_URL", "ASKWELL_MODEL"):
        monkeypatch.delenv(name)
    settings.cache_clear()
    say(app, "What do you know about the budget?")

    assert "scripted lines" in shown(app)
    with Store.open(settings().database) as store:
        assert [turn.said.voice for turn in store.load("one").turns if turn.said] == ["model:fake", "lines"]
