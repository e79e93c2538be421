"""The debrief in a real browser: its first screen, another try in the same page, the marks, and what may go wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from accessible import scrolls_sideways, too_small, violations
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from serving import REPLY, Served, serve, settled, unfold

from bot.engine import Engine
from bot.practice import Practice
from bot.store import Store

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TELLS = (
    "Mike, where are we on Jones?",
    "What, if anything, worries you about this one?",
    "Don't you think you should have told me earlier?",
    "Send the revised quote today.",
    "What's the close date?",
    "You should ring Priya as well. Just offer them five percent.",
    "Have you updated the CRM?",
    "I'll call Warren myself.",
    "Put it in the CRM by five.",
    "What else is there?",
    "By when?",
    "Good. Do it today.",
)
MOST = 3500
"""Pixels that a debrief of twelve turns may be high on a desktop."""
TARGETS = ".stMain :is(button, summary, [data-testid=stPageLink] a)"


@pytest.fixture
def store(served: Served) -> Iterator[Store]:
    """What the running app keeps."""
    with Store.open(f"sqlite:///{served.log.parent / 'askwell.db'}") as kept:
        yield kept


@pytest.fixture
def ended(engine: Engine, store: Store) -> Callable[..., str]:
    """Has a conversation, and gives its id."""

    def play(*lines: str, scenario: str = "jones-deal") -> str:
        practice = Practice.start(scenario, seed=3, engine=engine, store=store)
        for line in lines:
            practice.say(line)
            "".join(practice.reply())
        practice.finish()
        assert practice.session_id is not None
        return practice.session_id

    return play


def shown(page: Page, served: Served, session: str) -> None:
    page.goto(served.at(f"debrief?session={session}"))
    expect(page.get_by_role("button", name="Download as JSON")).to_be_visible(timeout=REPLY)


def box(page: Page) -> Locator:
    return page.locator(".st-key-retry-words textarea")


def try_it(page: Page, line: str, bubbles: int) -> None:
    box(page).fill(line)
    box(page).press("Enter")
    expect(page.locator(".st-key-retry-panel .bubble")).to_have_count(bubbles, timeout=REPLY)
    expect(page.locator(".comparison")).to_be_visible(timeout=REPLY)


def height(page: Page) -> int:
    found: int = page.evaluate("document.querySelector('[data-testid=stMainBlockContainer]').scrollHeight")
    return found


def headings(page: Page) -> list[int]:
    found: list[int] = page.evaluate(
        "[...document.querySelectorAll('.stMain :is(h1, h2, h3, h4)')].map(e => Number(e.tagName[1]))"
    )
    return found


def test_the_first_screen_has_the_first_action_and_the_rest_is_short(
    page: Page, served: Served, ended: Callable[..., str]
) -> None:
    page.set_viewport_size({"width": 1280, "height": 820})
    for lines in (TELLS, TELLS[:2], ()):
        shown(page, served, ended(*lines))
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        first = page.locator(":is(.st-key-retry, .st-key-another) button").first
        expect(first).to_be_in_viewport(ratio=1)
        assert height(page) < MOST
        order = headings(page)
        assert order[0] == 1
        assert all(below <= above + 1 for above, below in pairwise(order))
        assert violations(page) == []


def test_another_try_by_keyboard_survives_a_reload_and_leaves_the_first_score(
    page: Page, served: Served, ended: Callable[..., str], store: Store
) -> None:
    session = ended(*TELLS)
    before = store.load(session)
    shown(page, served, session)
    page.locator(".st-key-retry button").focus()
    page.keyboard.press("Enter")
    expect(box(page)).to_be_focused(timeout=REPLY)
    page.keyboard.type("What have you tried already?")
    page.keyboard.press("Enter")
    expect(page.locator(".st-key-retry-panel .bubble")).to_have_count(2, timeout=REPLY)
    expect(page.locator(".comparison")).to_be_visible(timeout=REPLY)
    expect(box(page)).to_be_focused()
    assert violations(page) == []

    (retry,) = store.children(session)
    assert f"retry={retry.id}" in page.url
    page.reload()
    expect(page.locator(".st-key-retry-panel .bubble")).to_have_count(2, timeout=REPLY)
    try_it(page, "What could you do about it yourself, and by when?", 4)
    expect(box(page)).to_be_in_viewport()
    expect(page.locator(".st-key-retry-panel .bubble").last).to_be_in_viewport()
    expect(page.locator(".comparison h3")).to_be_in_viewport()
    expect(page.locator(".two-goes thead th")).to_have_text(["First time", "This time"])
    assert store.load(session) == before

    page.get_by_role("button", name="End this try and read its debrief").click()
    expect(page.get_by_text("Another try from turn")).to_be_visible(timeout=REPLY)
    page.get_by_role("button", name="See the first go").click()
    expect(page).to_have_url(re.compile(f"session={session}"), timeout=REPLY)
    expect(page.get_by_role("button", name="Back to your last try")).to_be_visible(timeout=REPLY)


@pytest.mark.nightly
def test_a_double_click_begins_one_try_and_two_tabs_have_one_each(
    page: Page, context: BrowserContext, served: Served, ended: Callable[..., str], store: Store
) -> None:
    session = ended(*TELLS)
    shown(page, served, session)
    other = context.new_page()
    shown(other, served, session)
    page.locator(".st-key-retry button").dblclick()
    expect(box(page)).to_be_visible(timeout=REPLY)
    try_it(page, "What worries you?", 2)
    assert len(store.children(session)) == 1
    other.locator(".st-key-retry button").click()
    expect(box(other)).to_be_visible(timeout=REPLY)
    try_it(other, "Call Warren.", 2)
    assert len(store.children(session)) == 2
    assert page.url != other.url

    page.get_by_role("button", name="Start this moment over").dblclick()
    expect(page.locator(".st-key-retry-panel .bubble")).to_have_count(0, timeout=REPLY)
    try_it(page, "What else?", 2)
    assert len(store.children(session)) == 3
    page.get_by_role("button", name="Close", exact=True).click()
    expect(page.locator(".st-key-retry button")).to_be_focused(timeout=REPLY)
    assert "retry=" not in page.url
    page.go_back()
    expect(page.locator(".st-key-retry-panel .bubble")).to_have_count(2, timeout=REPLY)


@pytest.mark.nightly
def test_any_turn_can_be_tried_again_and_keeps_the_way_back(
    page: Page, served: Served, ended: Callable[..., str], store: Store
) -> None:
    session = ended(*TELLS)
    shown(page, served, session)
    unfold(page, "What was said, mark by mark")
    page.locator(".st-key-retry-from-2 button").click()
    expect(page.get_by_role("heading", name="Again from turn 2")).to_be_visible(timeout=REPLY)
    expect(box(page)).to_be_focused(timeout=REPLY)
    try_it(page, "What makes you say that?", 2)
    (retry,) = store.children(session)
    assert store.load(retry.id).from_turn == 2


@pytest.mark.nightly
def test_words_that_are_refused_come_back_and_a_try_that_is_gone_is_told(
    page: Page, served: Served, ended: Callable[..., str], store: Store
) -> None:
    session = ended(*TELLS)
    shown(page, served, session)
    page.locator(".st-key-retry button").click()
    expect(box(page)).to_be_visible(timeout=REPLY)
    box(page).fill("x" * 20_000)
    box(page).press("Enter")
    expect(page.locator(".st-key-retry-panel .notice")).to_contain_text("20,000 characters is too long", timeout=REPLY)
    expect(box(page)).to_have_value("x" * 20_000)
    (retry,) = store.children(session)
    store.delete(retry.id)
    page.reload()
    expect(page.get_by_text("We can’t find that try.")).to_be_visible(timeout=REPLY)
    page.get_by_role("button", name="Close", exact=True).click()
    expect(page.locator(".st-key-retry button")).to_be_visible(timeout=REPLY)


@pytest.mark.nightly
def test_a_mark_is_corrected_by_keyboard_and_taken_back(
    page: Page, served: Served, ended: Callable[..., str], store: Store
) -> None:
    session = ended(*TELLS)
    shown(page, served, session)
    told = page.locator(".reasons").inner_text()
    page.locator(".moment .at").first.click()
    row = page.locator(".st-key-said-14")  # what was said in turn 8
    expect(row.locator(".code")).to_have_text("takeover")
    row.get_by_role("button", name="Not so?").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("We took it for “takeover”. What was it?")).to_be_visible(timeout=REPLY)
    assert violations(page) == []
    page.get_by_role("radio", name="Information").press("Enter")
    expect(row.locator(".code")).to_have_text("information, yours", timeout=REPLY)
    expect(page.locator(".reasons")).not_to_have_text(told)
    assert [one.turn for one in store.load(session).challenges] == [14]
    settled(page)  # what is pressed while the page is written anew may be lost
    row.get_by_role("button", name="Not so?").click()
    page.get_by_role("radio", name="I don’t know, just not that").click()
    expect(row.locator(".code")).to_have_text(re.compile("not takeover, yours"), timeout=REPLY)
    settled(page)  # what is pressed while the page is written anew may be lost
    row.get_by_role("button", name="Not so?").click()
    page.get_by_role("button", name="Take that back").click()
    expect(row.locator(".code")).to_have_text("takeover", timeout=REPLY)
    expect(page.locator(".reasons")).to_have_text(told)
    assert store.load(session).challenges == ()


@pytest.mark.parametrize(("width", "theme"), [pytest.param(390, "light", marks=pytest.mark.nightly), (320, "dark")])
def test_on_a_phone(
    browser: Browser, asked: list[str], served: Served, ended: Callable[..., str], width: int, theme: str
) -> None:
    with browser.new_context(
        viewport={"width": width, "height": 844},
        color_scheme=theme,  # type: ignore[arg-type]
        has_touch=True,
        is_mobile=True,
        reduced_motion="reduce",
    ) as phone:
        phone.on("request", lambda made: asked.append(made.url))
        page = phone.new_page()
        shown(page, served, ended(*TELLS))
        page.locator(".st-key-retry button").tap()
        expect(box(page)).to_be_in_viewport(timeout=REPLY)
        try_it(page, "What have you tried, and what do you make of it?", 2)
        for name in ("said", "facts", "figures", "scored", "heard"):
            page.locator(f".st-key-closer-{name} summary").first.click()
        expect(page.locator(".vega-embed")).to_have_count(2, timeout=REPLY)
        assert not scrolls_sideways(page)
        assert too_small(page, TARGETS) == []
        assert violations(page) == []


@pytest.mark.nightly
def test_a_scenario_that_has_changed_is_told(browser: Browser, engine: Engine, tmp_path: Path) -> None:
    with serve(tmp_path / "home") as app, Store.open(f"sqlite:///{tmp_path / 'home' / 'askwell.db'}") as kept:
        practice = Practice.start("jones-deal", engine=engine, store=kept)
        practice.say("Hello Mike.")
        practice.finish()
        assert practice.session_id is not None
        with kept.database.write() as connection:
            connection.exec_driver_sql("update sessions set scenario = 'a-deal-of-old'")
        with browser.new_page() as page:
            page.goto(app.at(f"debrief?session={practice.session_id}"))
            expect(page.get_by_text("This scenario has changed")).to_be_visible(timeout=REPLY)
