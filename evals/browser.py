"""A headless Chromium for the speed benchmark, where there is one."""

from __future__ import annotations

import shutil
import time

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def chromium() -> str | None:
    """The path of an installed Chromium or Chrome, or None."""
    return next(
        (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
    )


def first_heading(url: str, began: float, limit: float = 60.0) -> float | None:
    """Seconds from `began` (perf_counter) until the page shows its first heading; None without a browser."""
    executable = chromium()
    if executable is None:
        return None
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return None
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=executable, args=list(FLAGS))
        page = browser.new_page()
        page.goto(url)
        page.wait_for_selector("h1", timeout=1000 * limit)
        seconds = time.perf_counter() - began
        browser.close()
    return seconds
