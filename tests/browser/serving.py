"""The app as a user starts it, and a Chromium to look at it: shared by the browser tests and the screenshots."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, Playwright, expect

ROOT = Path(__file__).resolve().parents[2]
# The headless shell first: a page costs it a sixth of the CPU that it costs a whole browser.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = ("/usr/bin/chromium", "/snap/bin/chromium", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--metrics-recording-only",
    "--no-first-run",
    "--font-render-hinting=none",  # the headless shell sets words wider otherwise than a whole browser does
    # Whatever the page asks for elsewhere finds nobody.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
)
STARTS = 90.0
"""Seconds in which the server must answer on a busy machine."""
FIRST_REPLY = 240_000
"""Milliseconds for the first reply of all, which waits for the index to be built."""
REPLY = 60_000
FADES = 400
"""Milliseconds for what Streamlit has faded to be whole again."""


@dataclass(frozen=True)
class Served:
    """A running app."""

    url: str
    log: Path

    def at(self, path: str) -> str:
        """The address of a page."""
        return f"{self.url}/{path}"


def chromium() -> str | None:
    """The Chromium to use: what ASKWELL_CHROMIUM names, or the first that is installed."""
    named = os.environ.get("ASKWELL_CHROMIUM")
    if named:
        return named
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    return found or next((place for place in PLACES if Path(place).exists()), None)


def browser(driver: Playwright, executable: str) -> Browser:
    """A headless Chromium that talks to nobody but the page's server."""
    as_root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    return driver.chromium.launch(executable_path=executable, args=[*FLAGS, *as_root])


@contextmanager
def serve(home: Path, data: Path | None = None, **variables: str) -> Iterator[Served]:
    """The app on a free port of loopback with its own home, from a directory that is not the checkout.

    With `data` an author's own directory is added, as `askwell --data` does. `variables` go into its environment.
    """
    port = _free_port()
    home.mkdir(parents=True, exist_ok=True)
    log = home / "server.log"
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("ASKWELL_", "STREAMLIT_", "OPENAI_"))
    }
    env = {**kept, "ASKWELL_HOME": str(home), "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", **variables}
    if data is not None:
        env["ASKWELL_DATA"] = str(data)
    command = [sys.executable, "-c", f"import sys; from ui.launch import launch; sys.exit(launch({port}))"]
    with log.open("w", encoding="utf-8") as output:
        server = subprocess.Popen(command, cwd=home, env=env, stdout=output, stderr=subprocess.STDOUT)
    try:
        _wait_for(f"http://127.0.0.1:{port}/_stcore/health", server, log)
        yield Served(f"http://127.0.0.1:{port}", log)
    finally:
        server.terminate()
        try:
            server.wait(90)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def choose(page: Page, served: Served, scenario: str = "jones-deal") -> None:
    """From the library to the brief of a conversation."""
    page.goto(served.at("scenarios"))
    page.locator(f".st-key-start-{scenario} button").click()
    expect(page.locator(".st-key-call button")).to_be_visible(timeout=REPLY)


def start(page: Page, served: Served, scenario: str = "jones-deal") -> None:
    """From the library to an open conversation."""
    choose(page, served, scenario)
    page.locator(".st-key-call button").click()
    expect(words(page)).to_be_enabled(timeout=REPLY)


def words(page: Page) -> Locator:
    """The input."""
    return page.get_by_test_id("stChatInputTextArea")


def said(page: Page, speaker: str) -> Locator:
    """The words in the bubbles of `manager` or `rep`."""
    return page.locator(f".from-{speaker} .spoken")


def settled(page: Page) -> None:
    """Wait until the page's script has run and nothing on it waits to be replaced."""
    page.wait_for_function(
        """() => document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'
          && !document.querySelector('[data-stale=true]')""",
        timeout=REPLY,
    )
    page.wait_for_timeout(FADES)


def unfold(page: Page, title: str) -> None:
    """Open what is folded under `title`, once the page stands still: a click before that may be lost."""
    settled(page)
    page.locator("summary", has_text=title).click()


def say(page: Page, line: str) -> str:
    """Type a line, send it, and wait for the reply, which is returned."""
    before = said(page, "rep").count()
    words(page).fill(line)
    words(page).press("Enter")
    expect(said(page, "rep")).to_have_count(before + 1, timeout=REPLY if before else FIRST_REPLY)
    expect(words(page)).to_be_enabled(timeout=REPLY)
    return said(page, "rep").nth(before).inner_text()


def end(page: Page, rating: str | None = None) -> None:
    """End the conversation and wait for its debrief."""
    page.get_by_role("button", name="End and debrief").click()
    if rating is not None:
        page.get_by_text(rating).click()
    page.get_by_role("button", name="End and show the debrief").click()
    expect(page.locator(".verdict")).to_be_visible(timeout=REPLY)
    expect(page.get_by_role("button", name="Download as JSON")).to_be_visible()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + STARTS
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"the app did not start:\n{log.read_text(encoding='utf-8')}")
