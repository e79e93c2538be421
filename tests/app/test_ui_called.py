"""A manager with a name of their own, from the brief to the debrief; what is saved keeps the script's."""

from __future__ import annotations

import pytest
from pages import at, shown
from streamlit.testing.v1 import AppTest

from bot.engine import Engine
from bot.preferences import Preferences, keep_preferences
from bot.settings import settings
from bot.store import Store

pytestmark = pytest.mark.slow


def test_the_name_is_shown_and_the_scripts_is_saved(
    app: AppTest, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.engine.default_engine", lambda: engine)
    keep_preferences(settings().home, Preferences("<i>Sam</i>", live=True))
    at(app, "scenarios")
    app.button(key="start-jones-deal").click().run()
    assert "You are <i>Sam</i>, National sales manager." in shown(app)
    app.button(key="call").click().run()
    assert app.toggle(key="live").value
    for words in ("Hi Mike, it's Sam. Karen says hello.", "Call Warren today."):
        app.chat_input(key="words").set_value(words).run()
    page = shown(app)
    assert "Afternoon, <i>Sam</i>." in page
    assert "Karen says hello." in page, "what you typed stays"
    app.button(key="end").click().run()
    app.button(key="end").click()
    app.button(key="really-end").click().run()
    page = shown(app)
    assert "Afternoon, <i>Sam</i>." in page
    assert "Afternoon, Karen" not in page
    assert not any("<i>Sam" in entry.proto.body for entry in app.get("html")), "a name is text"
    with Store.open(settings().database) as kept:
        (saved,) = (kept.load(head.id) for head in kept.heads())
    assert saved.manager == "Karen"
    assert "Afternoon, Karen." in saved.turns[1].text
