"""Learn in a real browser: search it, read a passage by its address, take questions away, and look at it on a phone."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from serving import FIRST_REPLY, REPLY, Served, settled

from bot.knowledge import read_passages
from bot.scenario.library import Library
from ui.guide import source_words

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PASSAGES = {passage.id: passage for passage in read_passages(Library().files("knowledge/guidance", "*.md"))}
WAITING = PASSAGES["waiting"]
HOSTILE = "<img src=http://evil.example/x.png> <b>b</b> ![](http://evil.example/y.png) $x$ :smile: **silence**"


def box(page: Page) -> Locator:
    return page.get_by_role("searchbox", name="Search the guidance")


def opened(page: Page, served: Served) -> None:
    """From the front page to Learn by the navigation, with every passage there."""
    page.goto(served.url)
    page.get_by_role("link", name="Learn", exact=True).click()
    expect(page.locator(".passages details")).to_have_count(len(PASSAGES), timeout=REPLY)


def by_meaning(page: Page) -> None:
    """Until the vectors are there: before, words alone find passages, and a notice says so."""
    expect(page.get_by_text("Matching words only")).to_have_count(0, timeout=FIRST_REPLY)


def sideways(page: Page) -> list[str]:
    """Whatever reaches beyond the window."""
    assert page.evaluate("document.documentElement.scrollWidth") <= page.evaluate("innerWidth")
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll('.stMain *')]
          .filter(e => e.getClientRects().length && !e.closest('svg, [aria-hidden=true], [role=tablist]')
                       && (e.getBoundingClientRect().right > innerWidth + 1 || e.getBoundingClientRect().left < -1))
          .map(e => e.tagName + '.' + e.className)"""
    )
    return found


@pytest.mark.nightly
def test_what_is_asked_is_found_with_its_words_marked(page: Page, served: Served) -> None:
    opened(page, served)
    expect(page.locator(".starters details")).to_have_count(5)
    box(page).press_sequentially("silence", delay=80)  # and no Enter: it follows the typing, and keeps the focus
    first = page.locator(".answers article").first
    expect(first.locator(".card-title")).to_have_text(WAITING.title, timeout=FIRST_REPLY)
    expect(box(page)).to_be_focused()
    expect(page.locator(".starters")).to_have_count(0)
    expect(first.locator("mark").first).to_have_text(re.compile("silence", re.IGNORECASE))
    expect(first.locator(".source")).to_have_text(f"Source: {source_words(WAITING.source)}")
    expect(first.locator(".near")).to_have_attribute("title", re.compile(r"0\.\d\d of 1"))
    by_meaning(page)
    expect(first.locator(".card-title")).to_have_text(WAITING.title)

    box(page).fill("banana cake recipe")
    expect(page.locator(".notice")).to_contain_text("Nothing here answers “banana cake recipe”", timeout=REPLY)
    page.get_by_role("button", name="Pipeline", exact=True).click()
    here = [one.title for one in PASSAGES.values() if one.area == "pipeline"]
    expect(page.locator(".passages details")).to_have_count(len(here), timeout=REPLY)
    assert sorted(page.locator(".passage-title").all_inner_texts()) == sorted(here)
    expect(box(page)).to_have_value("")


@pytest.mark.nightly
def test_the_menu_of_a_phone_folds_away_once_a_page_is_chosen(browser: Browser, served: Served) -> None:
    with browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True) as phone:
        page = phone.new_page()
        page.goto(served.url)
        settled(page)  # a run of the page folds the menu
        menu = page.get_by_test_id("stSidebar")
        for name in ("Learn", "Scenarios"):
            page.get_by_test_id("stExpandSidebarButton").click()
            menu.get_by_role("link", name=name, exact=True).click()
            expect(page).to_have_title(f"{name} · Askwell", timeout=REPLY)
            expect(menu).not_to_be_in_viewport(timeout=REPLY)


@pytest.mark.nightly
def test_a_hostile_query_is_shown_as_typed_and_a_long_one_is_cut(page: Page, served: Served) -> None:
    opened(page, served)
    box(page).fill(f"{HOSTILE} banana")
    page.wait_for_function("document.querySelector('.answers, .st-key-learn-areas')", timeout=FIRST_REPLY)
    by_meaning(page)
    expect(page.locator(".stMain img")).to_have_count(0)
    if page.locator(".notice").count():
        expect(page.locator(".notice")).to_contain_text(HOSTILE)
    box(page).fill("silence " * 1250)
    expect(page.locator(".notice")).to_contain_text("We searched for the first 300 characters", timeout=REPLY)
    expect(page.locator(".answers .card-title").first).to_be_visible()
    box(page).fill("!!!")
    expect(page.locator(".notice")).to_contain_text("Nothing here answers “!!!”", timeout=REPLY)


@pytest.mark.nightly
def test_a_passage_is_opened_by_its_address_and_left_for_all_of_them(page: Page, served: Served) -> None:
    page.goto(served.at("learn?passage=waiting"))
    expect(page.locator(".reading h1")).to_have_text(WAITING.title, timeout=REPLY)
    expect(page.locator(".reading .source")).to_contain_text("Mary Budd Rowe")
    page.get_by_role("link", name=PASSAGES["listening"].title).click()
    expect(page.locator(".reading h1")).to_have_text(PASSAGES["listening"].title, timeout=REPLY)
    expect(page).to_have_url(served.at("learn?passage=listening"))
    page.get_by_role("link", name="Everything to read").click()
    expect(page.locator(".passages details")).to_have_count(len(PASSAGES), timeout=REPLY)
    expect(page).to_have_url(served.at("learn"))
    page.go_back()
    expect(page.locator(".reading h1")).to_have_text(PASSAGES["listening"].title, timeout=REPLY)
    page.get_by_role("link", name="Everything to read").click()
    expect(page).to_have_url(served.at("learn"), timeout=REPLY)

    theme = page.locator(".themes > details", has=page.locator("#passage-waiting"))
    card = page.locator("#passage-waiting")
    expect(card).to_be_hidden()
    theme.locator("> summary").click()
    expect(card.locator(".prose")).to_be_hidden()
    card.locator("summary").click()
    expect(card.locator(".prose")).to_be_visible()
    card.get_by_role("link", name="Open on its own page").click()
    expect(page.locator(".reading h1")).to_have_text(WAITING.title, timeout=REPLY)

    page.goto(served.at(f"learn?passage={quote(HOSTILE)}"))
    expect(page.locator(".notice")).to_contain_text(f"There is no passage “{HOSTILE}”", timeout=REPLY)
    expect(page.locator(".passages details")).to_have_count(len(PASSAGES))


@pytest.mark.nightly
def test_questions_are_found_by_what_they_replace(page: Page, served: Served) -> None:
    opened(page, served)
    page.get_by_role("tab", name="Questions worth stealing").click()
    expect(page.locator(".pairs li")).to_have_count(20)
    page.get_by_role("button", name="Show 20 more").click()
    expect(page.locator(".pairs li")).to_have_count(40, timeout=REPLY)
    page.get_by_role("searchbox", name="Instead of …").press_sequentially("renewal")
    expect(page.locator(".pairs li").filter(has_text="When is the renewal due?")).to_be_visible(timeout=REPLY)
    expect(page.locator(".pairs li")).to_have_count(page.locator(".pairs li:has(mark)").count())
    expect(page.locator(".pairs li").first).to_be_visible()


@pytest.mark.nightly
@pytest.mark.parametrize("width", [390, 320])
def test_nothing_scrolls_sideways_on_a_phone(browser: Browser, asked: list[str], served: Served, width: int) -> None:
    with browser.new_context(viewport={"width": width, "height": 844}, has_touch=True, is_mobile=True) as phone:
        phone.on("request", lambda request: asked.append(request.url))
        page = phone.new_page()
        page.goto(served.at("learn"))
        expect(page.locator(".passages details")).to_have_count(len(PASSAGES), timeout=REPLY)
        for theme in page.locator(".themes > details > summary").all():
            theme.click()
        page.locator("#passage-time-for-coaching summary").click()
        assert sideways(page) == []
        page.get_by_role("tab", name="Questions worth stealing").click()
        expect(page.locator(".pairs li").first).to_be_visible()
        assert sideways(page) == []
        box(page).fill("silence")
        expect(page.locator(".answers .card-title").first).to_be_visible(timeout=FIRST_REPLY)
        assert sideways(page) == []
        box(page).fill("w" * 280)
        expect(page.locator(".st-key-learn-areas")).to_be_visible(timeout=REPLY)
        assert sideways(page) == []
        page.goto(served.at("learn?passage=time-for-coaching"))
        expect(page.locator(".reading h1")).to_be_visible(timeout=REPLY)
        assert sideways(page) == []
