"""The debrief's write-up in the app: only where a model is configured, only when asked for, and all of it text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from bot.engine import Engine
from bot.practice import Practice
from bot.settings import settings
from bot.store import Store
from bot.talk.codebook import Code
from bot.testing import SMALL, FakeEndpoint, Fault, Received, small_engine

pytestmark = pytest.mark.slow

HOSTILE = "<img src=http://evil.example/x.png> **bold** ![](http://evil.example/y.png) :smile:"
PUSH = "You should call the plant manager today."
ASK = "What do you know about the budget?"
PLAN = {"opening": f"{ASK} {HOSTILE}", "questions": [ASK], "listen_for": [HOSTILE], "close": ASK}
CLAIM = {"said": f"You told her {HOSTILE}", "turn": 0, "quote": PUSH, "about": "takeovers", "value": 0}
NARRATIVE = {
    "paragraphs": [[CLAIM, {**CLAIM, "quote": "You must call him."}]],
    "rewrites": [{"turn": 0, "quote": PUSH, "question": ASK}],
    "plan": PLAN,
}
RATED = {"reason": f"Told. {HOSTILE}", "turn": 0, "quote": PUSH, "rating": 2}
RATINGS = {"partnership": RATED, "evoking": {**RATED, "turn": 9}, "listening": {**RATED, "rating": 4}}
_PAGE = """
import streamlit as st
from ui import routes
from ui.pages import by_name
pages = by_name()
routes.hand_on(pages)
st.navigation(list(pages.values()))
pages["debrief"]._page()
"""


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    """The debrief of a finished practice."""
    engine: Engine = small_engine(tmp_path / "data", {ASK: Code.OPEN_QUESTION, PUSH: Code.ADVICE})
    monkeypatch.setenv("ASKWELL_DATA", str(tmp_path / "data"))
    monkeypatch.setattr("bot.engine.default_engine", lambda: engine)
    settings.cache_clear()
    st.cache_resource.clear()
    with Store.open(settings().database) as store:
        practice = Practice.start(SMALL, engine=engine, store=store, new_id=lambda: "one")
        practice.say(PUSH)
        "".join(practice.reply())
        practice.finish()
    app = AppTest.from_string(_PAGE, default_timeout=60)
    app.query_params["session"] = "one"
    yield app
    st.cache_resource.clear()


def configure(endpoint: FakeEndpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASKWELL_BASE_URL", endpoint.url)
    monkeypatch.setenv("ASKWELL_MODEL", "fake")
    settings.cache_clear()


def markup(app: AppTest) -> str:
    assert not app.exception, app.exception
    return "\n".join(entry.proto.body for entry in app.get("html") if not entry.proto.body.startswith("<style"))


def written(body: dict[str, Any]) -> str:
    return json.dumps(NARRATIVE if "rewrites" in json.dumps(body["response_format"]) else RATINGS)


def test_without_a_model_nothing_is_offered(page: AppTest) -> None:
    page.run()

    assert "Look closer" in [header.value for header in page.header]
    assert "write-up" not in [button.key for button in page.button]


def test_it_is_written_up_when_asked_for_and_all_of_it_is_text(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    with FakeEndpoint(written) as endpoint:
        configure(endpoint, monkeypatch)
        page.run()
        assert "This sends the conversation to fake" in markup(page)
        assert endpoint.requests == []

        page.button(key="write-up").click().run()
        asked = len(endpoint.requests)
        page.run()
        assert asked == len(endpoint.requests) == 4

    shown = markup(page)
    assert "write-up" not in [button.key for button in page.button]
    assert "<img" not in shown
    assert unescape(shown).count(HOSTILE) == 1 + 2 + 2
    assert not [entry for entry in page.markdown if "evil.example" in entry.value]
    for part in (
        "1 sentence was left out: its quote isn't in the conversation.",
        "Takeovers: 0",
        "Ask this instead",
        "A plan for the real conversation",
        "A model’s opinion, by fake",
        "Partnership</b>: 2 of 5",
        "Evoking</b>: not scored. 0 of 3 runs are usable: 3 quoted something nobody said.",
    ):
        assert part in unescape(shown)


def test_a_failure_is_one_line_and_the_authored_feedback_stays(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    with FakeEndpoint([Received(fault=Fault.UNAUTHORISED)]) as endpoint:
        configure(endpoint, monkeypatch)
        page.run()
        page.button(key="write-up").click().run()

    shown = markup(page)
    assert "We couldn’t write it up: fake: " in shown
    assert "401" in shown
    assert 'class="feedback"' in shown
    assert page.button(key="write-up")
