"""A round of drills in a real browser, by keyboard alone, on a desktop and then on a small phone."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from accessible import scrolls_sideways, too_small, violations
from playwright.sync_api import Browser, Page, Route, expect
from serving import REPLY, serve, settled

from bot.drills import DrillKind
from bot.drills.kept import drilled_items
from bot.store import Store
from ui.frame import now

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TARGETS = "[data-testid=stMain] :is(button, [data-testid=stTextInputRootElement], [data-testid=stPageLink] a)"
ANSWERS = {
    "Turn this line into a question.": "What do you make of what has come back on the agreement?",
    "You may ask one question. Which?": "How have your conversations with Warren changed?",
    "Say back what Mike just said. No question, no advice.": "So no complaints meant that they were happy.",
    "Mike has an idea. Get a day for it, and leave it with Mike.": "<b>When</b> could you see her?",
}


def check(page: Page) -> None:
    assert violations(page) == []
    assert too_small(page, TARGETS) == []
    assert not scrolls_sideways(page)


def late(route: Route) -> None:
    """A server that is busy loading gives the code of the first text field after more than five seconds."""
    time.sleep(6)
    route.continue_()


def focused(page: Page, selector: str) -> None:
    expect(page.locator(f"{selector}:focus")).to_be_visible(timeout=REPLY)
    settled(page)  # a key that is pressed while the page is written anew may be lost


@pytest.mark.nightly
def test_a_round_is_played_by_keyboard_and_ends_with_one_sentence(browser: Browser, spared: Path) -> None:
    with serve(spared) as served, browser.new_page(viewport={"width": 1280, "height": 860}) as page:
        page.route("**/TextInput*.js", late)
        page.goto(served.at("drills"))
        choice = page.locator(".st-key-drill-0-confront button")
        expect(choice).to_be_visible(timeout=REPLY)
        check(page)
        page.locator(".st-key-drill-choices-0 button").first.focus()
        for _ in range(3):
            page.keyboard.press("Tab")
        expect(choice).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator(".graded")).to_contain_text("It turns one slip into a habit.", timeout=REPLY)
        for place in range(1, 5):
            focused(page, f".st-key-drill-next-{place - 1} button")
            page.keyboard.press("Enter")
            focused(page, f".st-key-drill-words-{place} input")
            page.keyboard.type(ANSWERS[page.locator(".drill-task").inner_text()])
            page.keyboard.press("Enter")
            focused(page, f".st-key-drill-next-{place} button")
        expect(page.locator(".bubble.from-manager")).to_have_text("You<b>When</b> could you see her?")
        check(page)
        page.keyboard.press("Enter")
        focused(page, ".st-key-drill-again button")
        expect(page.locator(".st-key-drills .lead")).to_contain_text("That’s the round")

        page.set_viewport_size({"width": 320, "height": 700})
        page.goto(served.at("drills?kind=when"))
        expect(page.locator(".drill-task")).to_be_visible(timeout=REPLY)
        check(page)
        with Store.open(f"sqlite:///{spared / 'askwell.db'}") as store:
            assert {item.kind for item in drilled_items(store, now()).values()} == set(DrillKind)
