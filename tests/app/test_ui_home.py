"""Starting the app, its first page, and what is told when something is wrong."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from pages import at, opened, say, shown, started
from streamlit.testing.v1 import AppTest

from bot.engine import Engine
from bot.errors import AskwellError
from bot.preferences import Preferences, keep_preferences
from bot.settings import settings
from bot.testing import SMALL
from ui import launch

pytestmark = pytest.mark.slow


def test_a_port_in_use_is_one_clear_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(AskwellError, match=rf"^port {port} is in use; choose another with --port$"):
            launch.launch(port)


def test_a_port_that_does_not_exist_is_one_clear_line() -> None:
    with pytest.raises(AskwellError, match=r"^there is no port 70000; choose one of 1 to 65535 with --port$"):
        launch.launch(70_000)


def test_home_says_what_it_is_and_offers_a_newcomer_a_taste_first(app: AppTest) -> None:
    page = shown(app.run())
    assert "Ask well." in page
    assert page.index("Try it for a minute") < page.index("Then a whole conversation")
    assert "The Jones deal looks safe" in page
    assert "A small deal" not in page, "one is enough to begin with"
    assert "They stay on this machine" in page
    assert [button.label for button in app.button] == ["Try it", "Start the conversation"]


def test_home_offers_no_taste_to_somebody_who_has_begun(app: AppTest) -> None:
    started(app)
    page = shown(at(app, ""))
    assert "Try it for a minute" not in page
    assert "Start here" in page


def test_a_card_says_who_you_are_by_your_own_name(app: AppTest) -> None:
    keep_preferences(settings().home, Preferences("<b>Sam</b>"))
    page = shown(app.run())
    assert "You are <b>Sam</b>. You talk to Mike" in page
    assert not any("<b>Sam" in entry.proto.body for entry in app.get("html")), "a name is text"


def test_home_goes_on_with_what_was_begun_and_offers_another(app: AppTest) -> None:
    session = started(app)
    assert "You were in the middle of" not in shown(opened("home")), "nothing was said yet"
    say(app, "What do you know about the budget?")
    home = at(app, "")
    assert "You were in the middle of" in shown(home)
    assert "1 turn so far" in shown(home)
    assert "with Ada · " in shown(home)
    assert "Or start another" in shown(home)
    app.button(key="go-on-now").click().run()
    assert "What do you know about the budget?" in shown(app)
    assert app.query_params["session"] in (session, [session])


def test_what_was_not_foreseen_is_told_calmly_and_logged_whole(
    app: AppTest, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> None:
        raise ValueError("a secret detail")

    monkeypatch.setattr("ui.resources.library", broken)
    page = shown(app.run())
    assert "Something went wrong. What you said before is saved" in page
    assert "secret detail" not in page
    assert "a secret detail" in caplog.text


@pytest.mark.parametrize("page", ["practice", "debrief"])
@pytest.mark.parametrize("session", ["nope", "![](http://evil.example/x.png)<b>", None])
def test_a_session_that_is_not_there_is_told_in_one_line(app: AppTest, page: str, session: str | None) -> None:
    tab = opened(page, session)
    assert "notice" in shown(tab)
    assert not tab.markdown
    assert not tab.error
    if session:
        raw = "".join(entry.proto.body for entry in tab.get("html"))
        assert "<b>" not in raw


def test_a_store_that_cannot_be_opened_is_told_in_one_line(
    app: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("ASKWELL_HOME", str(tmp_path / "file" / "home"))
    settings.cache_clear()
    assert "We can’t read your sessions" in shown(app.run())
    page = shown(at(app, "scenarios"))
    assert "We can’t read your sessions" in page
    assert "A small deal" in page, "the page goes on without them"
    app.button(key=f"start-{SMALL}").click().run()
    assert "create its directory" in shown(app)


def test_a_model_that_cannot_be_loaded_is_told_in_one_line(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> Engine:
        raise AskwellError("the package x is missing; install it with: pip install x")

    monkeypatch.setattr("bot.engine.default_engine", broken)
    at(app, "scenarios")
    app.button(key=f"start-{SMALL}").click().run()
    assert "The package x is missing" in shown(app)
