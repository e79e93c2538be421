"""Who words the rep, in a real browser: asked, answered and changed by keyboard, and easy to hit on a phone."""

from __future__ import annotations

from pathlib import Path

import pytest
from accessible import too_small
from playwright.sync_api import Browser, expect
from serving import REPLY, choose, serve

from bot.testing import FakeEndpoint

pytestmark = [pytest.mark.browser, pytest.mark.slow]

KEY = "sk-canary0123456789"


@pytest.mark.nightly
def test_the_question_is_answered_and_the_answer_changed_by_keyboard(browser: Browser, spared: Path) -> None:
    with (
        FakeEndpoint() as endpoint,
        serve(spared, OPENAI_API_KEY=KEY, OPENAI_BASE_URL=endpoint.url) as served,
        browser.new_page(viewport={"width": 320, "height": 844}) as page,
    ):
        choose(page, served)
        expect(page.locator(".consent")).to_contain_text(endpoint.url.split("/")[2])
        assert too_small(page, ".st-key-answers button") == []

        page.locator(".st-key-decline button").press("Enter")
        choice = page.get_by_role("radiogroup", name="Who writes the replies")
        expect(choice.get_by_role("radio", name="Scripted lines")).to_be_checked(timeout=REPLY)
        assert too_small(page, ".st-key-speaker [data-testid=stRadioOption]") == []

        choice.get_by_role("radio", name="Scripted lines").press("ArrowRight")
        expect(choice.get_by_role("radio", name="gpt-4.1-mini", exact=True)).to_be_checked(timeout=REPLY)
        page.locator(".st-key-call button").press("Enter")
        expect(page.locator(".counts")).to_contain_text("words by gpt-4.1-mini", timeout=REPLY)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert KEY not in page.content()
        assert endpoint.requests == []


@pytest.mark.nightly
def test_a_models_name_is_shown_as_it_is_written(browser: Browser, spared: Path) -> None:
    name = "my_small_model:8b *x* :material/home: $y$"
    with (
        FakeEndpoint() as endpoint,
        serve(spared, ASKWELL_BASE_URL=endpoint.url, ASKWELL_MODEL=name) as served,
        browser.new_page() as page,
    ):
        choose(page, served)
        expect(page.get_by_role("radio", name=name, exact=True)).to_be_checked(timeout=REPLY)
        page.locator(".st-key-call button").click()
        expect(page.locator(".counts")).to_contain_text(f"words by {name}", timeout=REPLY)
