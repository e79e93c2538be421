"""The library in a real browser: search it, filter it, start one, and look at it on a phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from serving import REPLY, Served

from bot.scenario.library import Library
from ui.wording import gate_name

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CARDS = {card.id: card for card in Library().cards()}
AISHA = CARDS["happy-customer"]


def titles(page: Page) -> Locator:
    return page.locator(".st-key-shelf .card-title")


def opened(page: Page, served: Served) -> None:
    """From the front page to the library by its link, with every card there."""
    page.goto(served.url)
    page.get_by_role("link", name=f"Choose from all {len(CARDS)} scenarios").click()
    expect(titles(page)).to_have_count(len(CARDS), timeout=REPLY)


def choose(page: Page, label: str, option: str) -> None:
    page.get_by_role("combobox", name=label).click()
    page.get_by_role("option", name=option, exact=True).click()


def sideways(page: Page) -> list[str]:
    """Whatever reaches beyond the window."""
    assert page.evaluate("document.documentElement.scrollWidth") <= page.evaluate("innerWidth")
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll('.stMain *')]
          .filter(e => e.getClientRects().length && !e.closest('svg, [aria-hidden=true]')
                       && (e.getBoundingClientRect().right > innerWidth + 1 || e.getBoundingClientRect().left < -1))
          .map(e => e.tagName + '.' + e.className)"""
    )
    return found


@pytest.mark.nightly
def test_a_scenario_is_searched_filtered_and_started(page: Page, served: Served) -> None:
    opened(page, served)
    box = page.get_by_role("searchbox", name="Search the scenarios")
    box.press_sequentially("aisha hotels")  # and no Enter: it follows the typing
    expect(titles(page)).to_have_text([AISHA.title], timeout=REPLY)
    expect(page.get_by_text(f"1 of {len(CARDS)} scenarios")).to_be_visible()
    box.fill("nobody bakes this")
    expect(page.locator(".notice")).to_have_text("No scenarios match.", timeout=REPLY)
    page.get_by_role("button", name="Show all scenarios").click()
    expect(titles(page)).to_have_count(len(CARDS), timeout=REPLY)
    expect(box).to_have_value("")

    choose(page, "Buying stage", gate_name("evaluation"))
    here = [card for card in CARDS.values() if card.journey_gate == "evaluation"]
    expect(titles(page)).to_have_count(len(here), timeout=REPLY)
    choose(page, "Sort by", "Hardest first")
    hardest = max(here, key=lambda card: card.difficulty)
    expect(titles(page).first).to_have_text(hardest.title, timeout=REPLY)

    begin = page.locator(f".st-key-start-{hardest.id} button")
    expect(begin).to_have_count(1, timeout=REPLY)  # while the cards change places, one may stand there twice
    begin.click()
    expect(page.locator(".st-key-call button")).to_be_visible(timeout=REPLY)
    expect(page.locator(".scene-head h1")).to_have_text(hardest.title)
    page.get_by_role("link", name="Scenarios", exact=True).click()
    expect(titles(page).first).to_have_text(hardest.title, timeout=REPLY)
    expect(titles(page)).to_have_count(len(here))


@pytest.mark.nightly
def test_surprise_me_starts_one_of_those_that_are_shown(page: Page, served: Served) -> None:
    opened(page, served)
    choose(page, "Coaching area", "Accounts")
    shown = [card.title for card in CARDS.values() if card.area == "account"]
    expect(titles(page)).to_have_count(len(shown), timeout=REPLY)
    page.get_by_role("button", name="Surprise me").click()
    expect(page.locator(".st-key-call button")).to_be_visible(timeout=REPLY)
    expect(page.locator(".scene-head h1")).to_have_text(re.compile("|".join(map(re.escape, shown))))


@pytest.mark.parametrize("width", [pytest.param(390, marks=pytest.mark.nightly), 320])
def test_nothing_scrolls_sideways_on_a_phone(browser: Browser, asked: list[str], served: Served, width: int) -> None:
    with browser.new_context(viewport={"width": width, "height": 844}, has_touch=True, is_mobile=True) as phone:
        phone.on("request", lambda request: asked.append(request.url))
        page = phone.new_page()
        page.goto(served.url)
        expect(page.locator(".card-title").first).to_be_visible(timeout=REPLY)
        assert sideways(page) == []
        opened(page, served)
        assert sideways(page) == []
        page.get_by_text("What the badges mean").click()
        expect(page.locator(".badges dd").first).to_be_visible()
        assert sideways(page) == []
