"""Times the app's first paint and one reply in a headless Chromium, if installed."""

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


@dataclass(frozen=True, slots=True)
class Waits:
    """Seconds from the command to the first heading and to a reply, seconds to open a scenario, and memory in MB."""

    paint: float
    reply: float
    opened: float
    memory: float


def chromium() -> str | None:
    """The path of an installed Chromium or Chrome, or None."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((found for name in names if (found := shutil.which(name))), None)


def waits(launch: Callable[[], str], memory: Callable[[], float]) -> Waits:
    """Measure how long a user waits for the app.

    `launch` starts the app and returns its address. `memory` returns the app's memory in MB, read after the first
    reply. The browser starts before the clock does. Raises AskwellError if there is no browser or playwright, or the
    app doesn't respond.
    """
    executable = chromium()
    if executable is None:
        raise AskwellError("no Chromium or Chrome is installed")
    try:
        from playwright.sync_api import Error
    except ImportError:
        raise AskwellError("playwright is not installed; run pip install playwright") from None
    try:
        return _measured(executable, launch, memory)
    except Error as error:
        raise AskwellError(f"the browser failed: {str(error).strip().partition(chr(10))[0]}") from None


def _measured(executable: str, launch: Callable[[], str], memory: Callable[[], float]) -> Waits:
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
        box = page.get_by_test_id("stChatInputTextArea")
        box.fill("What, if anything, worries you about this one?", timeout=_LIMIT)
        box.press("Enter")
        page.wait_for_selector(".from-rep .spoken", timeout=_LIMIT)
        reply = time.perf_counter() - began
        held = memory()
        opened = statistics.median(_opened(page, address, number) for number in range(OPENED))
        browser.close()
    return Waits(paint, reply, opened, held)


def _opened(page: Page, address: str, number: int) -> float:
    """Seconds from clicking a scenario in the list until its brief and the input box appear."""
    page.goto(f"{address}scenarios")
    starts = page.locator("[class*='st-key-start-'] button")
    starts.first.wait_for(timeout=_LIMIT)
    page.wait_for_timeout(1000)  # let the list settle, as it would before anyone clicks
    began = time.perf_counter()
    starts.nth(number % starts.count()).click()
    page.wait_for_selector(".scene-head", timeout=_LIMIT)
    page.get_by_test_id("stChatInputTextArea").wait_for(timeout=_LIMIT)
    return time.perf_counter() - began
