"""One server and one Chromium for all browser tests; without a Chromium they are skipped, and say so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import serving
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from bot.engine import Engine


@pytest.fixture(scope="session")
def executable() -> str:
    found = serving.chromium()
    if found is None:
        pytest.skip("no Chromium was found; install one or name it in ASKWELL_CHROMIUM")
    return found


@pytest.fixture(scope="session")
def browser(executable: str) -> Iterator[Browser]:
    with sync_playwright() as driver:
        chromium = serving.browser(driver, executable)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def served(
    executable: str, engine: Engine, home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[serving.Served]:
    own = tmp_path_factory.mktemp("home")
    engine.warm(engine.library.scenario("jones-deal"))  # the other tests have done so; it is not done twice
    (own / "cache").mkdir()
    (own / "cache" / "vectors").symlink_to(home / "cache" / "vectors", target_is_directory=True)
    with serving.serve(own) as app:
        yield app


@pytest.fixture
def asked(served: serving.Served) -> Iterator[list[str]]:
    """Every address that a page of the test asked for; at its end, none may lie outside this machine."""
    addresses: list[str] = []
    yield addresses
    strangers = [url for url in addresses if not url.startswith((served.url, f"ws{served.url[4:]}", "data:", "blob:"))]
    assert strangers == []


@pytest.fixture
def context(browser: Browser, asked: list[str]) -> Iterator[BrowserContext]:
    """A desktop browser of its own."""
    with browser.new_context(viewport={"width": 1280, "height": 860}, color_scheme="light") as opened:
        opened.on("request", lambda request: asked.append(request.url))
        opened.on("page", lambda page: page.on("websocket", lambda socket: asked.append(socket.url)))
        yield opened


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()
