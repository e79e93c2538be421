"""The settings in a real browser: a name kept, everything deleted by keyboard, and a small phone."""

from __future__ import annotations

from pathlib import Path

import pytest
from accessible import scrolls_sideways, too_small, violations
from playwright.sync_api import Browser, Page, expect
from serving import REPLY, serve, start

from bot.preferences import PREFERENCES, read_preferences
from bot.testing import FakeEndpoint

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def at_settings(page: Page, url: str) -> None:
    page.goto(url)
    expect(page.locator(".st-key-delete-all button")).to_be_visible(timeout=REPLY)


@pytest.mark.nightly
def test_a_name_is_kept_and_everything_deleted_by_keyboard(browser: Browser, spared: Path) -> None:
    with serve(spared) as served, browser.new_page() as page:
        start(page, served)
        at_settings(page, served.at("settings"))
        name = page.get_by_label("Your first name")
        name.fill("Sam <b>")
        name.press("Enter")
        expect(page.locator(".notice")).to_have_text("Saved.", timeout=REPLY)
        assert read_preferences(spared).name == "Sam <b>"
        page.goto(served.at("scenarios"))
        expect(page.get_by_text("You are Sam <b>. You talk to Mike")).to_be_visible(timeout=REPLY)

        at_settings(page, served.at("settings"))
        page.locator(".st-key-delete-all button").press("Enter")
        dialog = page.get_by_role("dialog")
        expect(dialog).to_contain_text("This deletes 1 session", timeout=REPLY)
        assert violations(page) == []
        dialog.locator(".st-key-really-delete-all button").press("Enter")
        expect(page.locator(".notice")).to_have_text("Deleted: 1 session and your settings.", timeout=REPLY)
        assert not (spared / PREFERENCES).exists()
        page.goto(served.url)
        expect(page.locator(".st-key-taste-now button")).to_be_visible(timeout=REPLY)


@pytest.mark.nightly
@pytest.mark.parametrize("theme", ["light", pytest.param("dark", marks=pytest.mark.nightly)])
def test_on_a_small_phone_with_a_model_to_choose(browser: Browser, spared: Path, theme: str) -> None:
    with (
        FakeEndpoint() as endpoint,
        serve(spared, OPENAI_API_KEY="sk-canary0123456789", OPENAI_BASE_URL=endpoint.url) as served,
        browser.new_page(viewport={"width": 320, "height": 844}, color_scheme=theme, is_mobile=True) as page,
    ):
        at_settings(page, served.at("settings"))
        assert not scrolls_sideways(page)
        assert too_small(page, ".st-key-settings :is(button, [data-testid=stRadioOption])") == []
        assert violations(page) == []
        page.get_by_role("radio", name="gpt-4.1-mini").press(" ")
        expect(page.get_by_role("radio", name="gpt-4.1-mini")).to_be_checked(timeout=REPLY)
        page.locator(".st-key-delete-all button").press("Enter")
        expect(page.get_by_role("dialog")).to_contain_text("This can’t be undone.", timeout=REPLY)
        assert too_small(page, "[role=dialog] .stButton button") == []
        assert endpoint.requests == []
