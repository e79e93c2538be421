"""The app's pages as a test visits them: where to go, what to say, what is shown."""

from __future__ import annotations

from html import unescape
from pathlib import Path

from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from bot.engine import Engine
from bot.practice import Debrief
from bot.scoring.moments import Highlights, highlights
from bot.settings import settings
from bot.store import Store
from bot.talk.codebook import Code
from bot.testing import SMALL

UI = Path(__file__).resolve().parents[2] / "ui"

HOSTILE = (
    "*bold* _slanted_ ~~gone~~ `code`",
    "<b>big</b> <script>alert(1)</script> <img src=http://evil.example/x.png>",
    "![](http://evil.example/x.png) [a](http://evil.example) <http://evil.example>",
    "$x$ and $$y$$ :smile: :red[hot] :material/home:",
    "# head",
    "- one",
    "1. one",
    "---",
    "a & b &amp; c \"d\" 'e' \\*",
    "| a | b |",
    "www.evil.example and http://evil.example",
    "' onmouseover='alert(1)",
)

WORDS = {
    "What do you know about the budget?": Code.OPEN_QUESTION,
    "You should call the plant manager today.": Code.ADVICE,
    "You carry a lot of quotes.": Code.REFLECTION,
    "Let me do it.": Code.TAKEOVER,
}


def highlights_of(debrief: Debrief, engine: Engine) -> Highlights:
    """The highlights of a debrief."""
    return highlights(
        debrief.scenario, debrief.transcript, debrief.states, debrief.state, debrief.scorecard, engine.knowledge
    )


def shown(app: AppTest) -> str:
    """All markup on the page, as text."""
    assert not app.exception, app.exception
    return "\n".join(
        unescape(entry.proto.body) for entry in app.get("html") if not entry.proto.body.startswith("<style")
    )


def at(app: AppTest, address: str) -> AppTest:
    """The app at a page, as its navigation goes there."""
    app._page_hash = calc_hash(address)
    app.run()
    app._page_hash = ""  # from here on it follows the app
    return app


def started(app: AppTest) -> str:
    """Start the small scenario from the library and call the rep; the session's id."""
    at(app, "scenarios")
    app.button(key=f"start-{SMALL}").click().run()
    app.button(key="call").click().run()
    return named(app, "session")


def named(app: AppTest, key: str) -> str:
    """What the address has under a key."""
    found = app.query_params[key]
    return found[0] if isinstance(found, list) else str(found)


def say(app: AppTest, words: str) -> None:
    app.chat_input(key="words").set_value(words).run()


def store() -> Store:
    return Store.open(settings().database)


def opened(page: str, session: str | None = None, **more: str) -> AppTest:
    """Another tab at a page, as typed into its address bar; `more` stands in the address as well."""
    fresh = AppTest.from_string(PAGE.format(page=page), default_timeout=60)
    if session is not None:
        fresh.query_params["session"] = session
    for name, value in more.items():
        fresh.query_params[name] = value
    return fresh.run()


PAGE = """
import streamlit as st
from ui import routes
from ui.pages import by_name
pages = by_name()
routes.hand_on(pages)
st.navigation(list(pages.values()))
pages["{page}"]._page()
"""


def finished(app: AppTest, rating: int | None = None) -> str:
    """A short conversation, ended from the page."""
    session = started(app)
    for words in WORDS:
        say(app, words)
    app.button(key="end").click().run()
    if rating is not None:
        app.radio[0].set_value(rating)
    # A dialog runs by itself in a browser; here the page runs whole, so that it must be asked for again.
    app.button(key="end").click()
    app.button(key="really-end").click().run()
    return session
