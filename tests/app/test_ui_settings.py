"""The settings: what is kept at once, who words the rep, and deleting everything."""

from __future__ import annotations

from pathlib import Path

import pytest
from pages import at, finished, say, shown, started, store
from streamlit.testing.v1 import AppTest

from bot.preferences import PREFERENCES, Consent, Preferences, keep_consent, read_consent, read_preferences
from bot.settings import DEFAULT_MODEL, settings

pytestmark = pytest.mark.slow


def test_a_name_and_live_feedback_are_kept_at_once(app: AppTest) -> None:
    at(app, "settings")
    app.text_input(key="settings-name").set_value("  Sam\n Smith ").run()
    assert read_preferences(settings().home) == Preferences("Sam Smith")
    assert "Saved." in shown(app)
    app.toggle(key="settings-live").set_value(True).run()
    assert read_preferences(settings().home) == Preferences("Sam Smith", live=True)
    assert at(app, "settings").text_input(key="settings-name").value == "Sam Smith"


def test_a_home_that_cannot_be_written_is_told_in_one_line(
    app: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASKWELL_DATABASE_URL", f"sqlite:///{tmp_path / 'kept.db'}")
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("ASKWELL_HOME", str(tmp_path / "file"))
    settings.cache_clear()
    at(app, "settings")
    app.text_input(key="settings-name").set_value("Sam").run()
    assert "We can't keep your settings in" in shown(app)
    assert "Saved." not in shown(app)


def test_without_a_model_there_is_nothing_to_choose(app: AppTest) -> None:
    page = shown(at(app, "settings"))
    assert "Reps speak scripted lines" in page
    assert not app.radio


def test_the_answer_about_a_model_is_shown_and_changed(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary0123456789")
    settings.cache_clear()
    at(app, "settings")
    words = app.radio[0]
    assert (words.value, words.options) == ("lines", ["Scripted lines", r"gpt\-4\.1\-mini"])
    words.set_value("model").run()
    assert read_consent(settings().home) == Consent(True, DEFAULT_MODEL, settings().host)
    assert settings().speaks == "model"
    assert "never sends facts that haven’t come out" in shown(app)
    app.radio[0].set_value("lines").run()
    assert settings().speaks == "lines"


def test_a_model_that_the_settings_name_is_shown(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASKWELL_MODEL", "small")
    monkeypatch.setenv("ASKWELL_BASE_URL", "http://127.0.0.1:9/v1")
    settings.cache_clear()
    page = shown(at(app, "settings"))
    assert "small words the replies" in page
    assert "127.0.0.1:9" in page
    assert not app.radio


def test_everything_is_deleted_after_a_second_yes(app: AppTest) -> None:
    finished(app)
    started(app)
    say(app, "What do you know about the budget?")
    keep_consent(settings().home, Consent(False))
    at(app, "settings")
    assert "You have 2 sessions" in shown(app)
    app.button(key="delete-all").click().run()
    assert "This deletes 2 sessions" in shown(app)
    assert "This can’t be undone." in shown(app)
    assert len(store().heads()) == 2, "nothing is deleted yet"
    # A dialog runs by itself in a browser; here the page runs whole, so that it must be asked for again.
    app.button(key="delete-all").click()
    app.button(key="really-delete-all").click().run()
    assert store().heads() == ()
    assert not (settings().home / PREFERENCES).exists()
    assert "Deleted: 2 sessions and your settings." in shown(app)
    assert "You have no sessions yet." in shown(app)
    assert store().clear() == 0


def test_keeping_everything_keeps_it(app: AppTest) -> None:
    started(app)
    at(app, "settings")
    app.button(key="delete-all").click().run()
    app.button(key="delete-all").click()
    app.button(key="keep-all").click().run()
    assert len(store().heads()) == 1
