"""Times the app under a manager's hands in a headless Chromium, if installed, beside an empty Streamlit chat."""

from __future__ import annotations

import shutil
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.errors import AskwellError

if TYPE_CHECKING:
    from playwright.sync_api import Page

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_LIMIT = 120_000.0
OPENED = 7
"""How many times to open a scenario."""
_TALK = (
    "What has been going on at the plant since?",
    "How is Priya these days?",
    "What do you make of that?",
    "And Warren, what does he say?",
    "What would you like to know yourself?",
    "How was your weekend?",
    "What else is there?",
)
"""Words whose replies are timed."""
BARE_CHAT = """
import streamlit as st
said = st.session_state.setdefault("said", [])
for who, words in said:
    with st.chat_message(who):
        st.write(words)
if words := st.chat_input("Say something"):
    said += [("user", words), ("assistant", "Well.")]
    st.rerun()
"""
"""An empty Streamlit chat that answers at once: what any reply in Streamlit takes at the least."""


@dataclass(frozen=True, slots=True)
class TalkWaits:
    """Median seconds of a talk's turns: from Enter to the reply on the page, and from there to the focus in the box."""

    reply: float
    focus: float


@dataclass(frozen=True, slots=True)
class Waits:
    """Seconds from the command to the first heading and to a reply, seconds to open a scenario, and memory in MB.

    `talk` and `plain` are the turns of a practice and those of an empty Streamlit chat in the same browser. `debrief`
    is from the button that ends the talk to the debrief's first sentence.
    """

    paint: float
    reply: float
    opened: float
    memory: float
    talk: TalkWaits
    plain: TalkWaits
    debrief: float


def chromium() -> str | None:
    """The path of an installed Chromium or Chrome, or None."""
    names = ("chromium", "chromium-browser", "google-chrome", "chromium-headless-shell")
    return next((found for name in names if (found := shutil.which(name))), None)


def waits(launch: Callable[[], str], plain: Callable[[], str], memory: Callable[[], float]) -> Waits:
    """Measure how long a user waits for the app.

    `launch` starts the app and returns its address, `plain` an empty chat's. `memory` returns the app's memory in MB,
    read after the first reply. The browser starts before the clock does. Raises AskwellError if there is no browser or
    playwright, or the app doesn't respond.
    """
    executable = chromium()
    if executable is None:
        raise AskwellError("no Chromium or Chrome is installed")
    try:
        from playwright.sync_api import Error
    except ImportError:
        raise AskwellError("playwright is not installed; run pip install playwright") from None
    try:
        return _measured(executable, launch, plain, memory)
    except Error as error:
        raise AskwellError(f"the browser failed: {str(error).strip().partition(chr(10))[0]}") from None


def _measured(
    executable: str, launch: Callable[[], str], plain: Callable[[], str], memory: Callable[[], float]
) -> Waits:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=executable, args=list(FLAGS))
        page = browser.new_page()
        began = time.perf_counter()
        address = launch()
        page.goto(address)
        page.wait_for_selector("h1", timeout=_LIMIT)
        paint = time.perf_counter() - began
        page.get_by_role("button", name="Start the conversation").first.click(timeout=_LIMIT)
        page.locator(".st-key-call button").click(timeout=_LIMIT)
        box = page.get_by_test_id("stChatInputTextArea")
        box.fill("What, if anything, worries you about this one?", timeout=_LIMIT)
        box.press("Enter")
        page.wait_for_selector(_REPLIES, timeout=_LIMIT)
        reply = time.perf_counter() - began
        held = memory()
        talk = _talked(page, _REPLIES)
        page.get_by_role("button", name="End and debrief").click()
        ends = page.get_by_role("button", name="End and show the debrief")
        ends.wait_for(timeout=_LIMIT)
        page.wait_for_timeout(_SETTLED)
        pressed = time.perf_counter()
        ends.click()
        page.wait_for_selector(".debrief-head h1", timeout=_LIMIT)
        debrief = time.perf_counter() - pressed
        opened = statistics.median(_opened(page, address, number) for number in range(OPENED))
        page.goto(plain())
        return Waits(paint, reply, opened, held, talk, _talked(page, _ANSWERS), debrief)


_REPLIES, _ANSWERS = ".from-rep .spoken", "[aria-label='Chat message from assistant']"
_SETTLED = 1000
"""Milliseconds for the page to settle, as it would before anyone goes on."""


def _talked(page: Page, replies: str) -> TalkWaits:
    """A few turns: Enter, the reply, the focus. What matches `replies` is on the page once per reply."""
    box = page.get_by_test_id("stChatInputTextArea")
    box.wait_for(timeout=_LIMIT)
    took, focused = [], []
    for words in _TALK:
        page.wait_for_timeout(_SETTLED)
        before = page.locator(replies).count()
        box.fill(words)
        began = time.perf_counter()
        box.press("Enter")
        page.wait_for_function(
            "([replies, before]) => document.querySelectorAll(replies).length > before",
            arg=[replies, before],
            timeout=_LIMIT,
        )
        took.append(time.perf_counter() - began)
        page.wait_for_function("() => document.activeElement?.matches('textarea')", timeout=_LIMIT)
        focused.append(time.perf_counter() - began - took[-1])
    return TalkWaits(statistics.median(took), statistics.median(focused))


def _opened(page: Page, address: str, number: int) -> float:
    """Seconds from clicking a scenario in the list until its brief and the button that begins appear."""
    page.goto(f"{address}scenarios")
    starts = page.locator("[class*='st-key-start-'] button")
    starts.first.wait_for(timeout=_LIMIT)
    page.wait_for_timeout(_SETTLED)
    began = time.perf_counter()
    starts.nth(number % starts.count()).click()
    page.wait_for_selector(".scene-head", timeout=_LIMIT)
    page.locator(".st-key-call button").wait_for(timeout=_LIMIT)
    return time.perf_counter() - began
