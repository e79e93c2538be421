"""A headless Chromium for the speed benchmark, where there is one: the first paint and one reply of the app."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable

from bot.errors import AskwellError

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
LIMIT = 120_000.0


def chromium() -> str | None:
    """The path of an installed Chromium or Chrome, or None."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((found for name in names if (found := shutil.which(name))), None)


def paint_and_reply(launch: Callable[[], str], after: Callable[[], float]) -> tuple[float, float]:
    """Seconds from `launch`, which starts the app and gives its address, to the first heading; one reply; then `after`.

    The browser runs before the clock does. Raises AskwellError where there is no browser or no playwright, or where
    the app does not answer in the browser.
    """
    executable = chromium()
    if executable is None:
        raise AskwellError("no Chromium or Chrome is installed")
    try:
        from playwright.sync_api import Error
    except ImportError:
        raise AskwellError("playwright is not installed; pip install playwright") from None
    try:
        return _painted(executable, launch, after)
    except Error as error:
        raise AskwellError(f"the browser failed: {str(error).strip().partition(chr(10))[0]}") from None


def _painted(executable: str, launch: Callable[[], str], after: Callable[[], float]) -> tuple[float, float]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=executable, args=list(FLAGS))
        page = browser.new_page()
        began = time.perf_counter()
        page.goto(launch())
        page.wait_for_selector("h1", timeout=LIMIT)
        seconds = time.perf_counter() - began
        page.get_by_role("button", name="Start the conversation").first.click(timeout=LIMIT)
        box = page.get_by_test_id("stChatInputTextArea")
        box.fill("What, if anything, worries you about this one?", timeout=LIMIT)
        box.press("Enter")
        page.wait_for_selector(".from-rep .spoken", timeout=LIMIT)
        measured = after()
        browser.close()
    return seconds, measured
