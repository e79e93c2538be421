"""A newcomer's first minute in a real browser: by keyboard, on a small phone, and after a reload."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from accessible import scrolls_sideways, too_small, violations
from playwright.sync_api import Browser, Page, expect
from serving import FIRST_REPLY, REPLY, Served, serve, words

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def newcomers(spared: Path) -> Iterator[Served]:
    """An app without a session."""
    with serve(spared) as app:
        yield app


def said(page: Page, line: str, effects: int) -> None:
    words(page).fill(line)
    words(page).press("Enter")
    expect(page.locator(".effect")).to_have_count(effects, timeout=FIRST_REPLY)


@pytest.mark.nightly
def test_a_minute_by_keyboard(browser: Browser, newcomers: Served) -> None:
    with browser.new_page(viewport={"width": 1280, "height": 820}) as page:
        page.goto(newcomers.url)
        begin = page.locator(".st-key-taste-now button")
        expect(begin).to_be_visible(timeout=REPLY)
        expect(page.get_by_text("They stay on this machine")).to_be_in_viewport()
        assert violations(page) == []
        begin.press("Enter")
        expect(words(page)).to_be_focused(timeout=REPLY)
        page.keyboard.type("What worries you about Jones?")
        page.keyboard.press("Enter")
        expect(page.locator(".effect")).to_have_count(1, timeout=FIRST_REPLY)
        expect(words(page)).to_be_focused()
        assert violations(page) == []

        page.reload()
        expect(words(page)).to_be_focused(timeout=REPLY)
        expect(page.locator(".effect")).to_have_count(0)
        said(page, "Call Warren tomorrow.", 1)
        said(page, "What have you noticed at the plant lately?", 2)
        expect(page.locator(".idea h2")).to_be_focused()
        expect(page.locator(".st-key-taste-start button")).to_be_in_viewport()
        assert violations(page) == []
        page.locator(".st-key-taste-start button").press("Enter")
        expect(page.locator(".scene-head h1")).to_have_text("The Jones deal looks safe", timeout=REPLY)


@pytest.mark.nightly
@pytest.mark.parametrize("theme", ["light", pytest.param("dark", marks=pytest.mark.nightly)])
def test_on_a_small_phone(browser: Browser, newcomers: Served, theme: str) -> None:
    with browser.new_page(
        viewport={"width": 320, "height": 844}, color_scheme=theme, is_mobile=True, has_touch=True
    ) as page:
        page.goto(newcomers.url)
        expect(page.locator(".st-key-taste-now button")).to_be_in_viewport(timeout=REPLY)
        assert not scrolls_sideways(page)
        assert too_small(page, ".stMain button, .stMain a") == []
        assert violations(page) == []
        page.locator(".st-key-taste-now button").tap()
        expect(words(page)).to_be_in_viewport(timeout=REPLY)
        assert too_small(page, ".st-key-taste-next a") == []
        said(page, "You should ring Priya.", 1)
        assert not scrolls_sideways(page)
        said(page, "What would she say?", 2)
        expect(page.locator(".st-key-taste-start button")).to_be_in_viewport()
        assert too_small(page, ".st-key-taste-end :is(button, a)") == []
        assert not scrolls_sideways(page)
        assert violations(page) == []
