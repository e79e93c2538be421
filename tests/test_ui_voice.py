"""The conversation page with a model as the rep's voice: whose words they are, and why written ones stand in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from bot.engine import Engine
from bot.practice import Practice
from bot.settings import settings
from bot.store import Store
from bot.testing import SMALL, FakeEndpoint, Fault, Received, small_engine

pytestmark = pytest.mark.slow

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


def talk(engine: Engine, endpoint: FakeEndpoint, monkeypatch: pytest.MonkeyPatch, words: str) -> str:
    """What the page shows after one thing said to a model that is set up."""
    monkeypatch.setenv("ASKWELL_BASE_URL", endpoint.url)
    monkeypatch.setenv("ASKWELL_MODEL", "fake")
    monkeypatch.setenv("ASKWELL_VOICE", "model")
    settings.cache_clear()
    with Store.open(settings().database) as store:
        voice = engine.voice(settings())
        Practice.start(SMALL, engine=engine, voice=voice, store=store, new_id=lambda: "one")
    app = AppTest.from_string(_PAGE, default_timeout=60)
    app.query_params["session"] = "one"
    app.run()
    app.chat_input(key="words").set_value(words).run()
    assert not app.exception, app.exception
    return "\n".join(entry.proto.body for entry in app.get("html") if not entry.proto.body.startswith("<style"))


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
