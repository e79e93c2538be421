"""The practice page under a manager's hands: the input stays, nothing sent is lost, and anybody can use it."""

from __future__ import annotations

import pytest
from accessible import scrolls_sideways, too_small, violations
from playwright.sync_api import Browser, Page, expect
from serving import FIRST_REPLY, REPLY, Served, choose, said, say, start, words

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TARGETS = (
    '.stMain :is(button, a, summary, label):not([aria-label=Dismiss], [href="#stMain"], [data-testid=stTooltipIcon] *),'
    "[role=dialog] :is(button, summary, label):not([data-testid=stTooltipIcon] *)"
)
LINES = ("Hi Mike.", "What worries you about Jones?", "What else?")


def send(page: Page, line: str) -> None:
    words(page).fill(line)
    words(page).press("Enter")


def answered(page: Page, times: int) -> None:
    expect(said(page, "rep")).to_have_count(times, timeout=FIRST_REPLY)


def missed(page: Page) -> list[str]:
    """What a finger would miss, or has to be looked for at the side."""
    assert not scrolls_sideways(page)
    return too_small(page, TARGETS)


def newest_in_sight(page: Page) -> None:
    page.wait_for_function(
        """() => { const last = [...document.querySelectorAll('.bubble')].at(-1).getBoundingClientRect()
                   const below = document.querySelector('[data-testid=stBottomBlockContainer]').getBoundingClientRect()
                   return last.bottom <= below.top && last.bottom > 0 }""",
        timeout=REPLY,
    )


def test_the_talk_begins_and_goes_on_by_keyboard_alone(page: Page, served: Served) -> None:
    choose(page, served)
    expect(page).to_have_title("Mike · The Jones deal looks safe · Askwell")
    expect(page.locator(".in-short dt")).to_have_text(["Who", "Why now", "What you want"])
    expect(words(page)).to_have_count(0)
    page.get_by_role("button", name="Call Mike").press("Enter")
    expect(words(page)).to_be_focused(timeout=REPLY)
    for number, line in enumerate(LINES, 1):
        page.keyboard.type(line)
        page.keyboard.press("Enter")
        answered(page, number)
        expect(words(page)).to_be_focused()
        newest_in_sight(page)
    expect(page.get_by_role("button", name="End and debrief")).to_be_enabled()
    page.wait_for_timeout(500)  # the page hands the focus back to the input after each reply; nobody tabs that fast
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="End and debrief")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="Nudge")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".nudge")).to_have_count(1, timeout=REPLY)
    expect(words(page)).to_be_focused()


def test_what_is_typed_or_sent_while_the_rep_answers_is_kept(page: Page, served: Served) -> None:
    start(page, served)
    send(page, LINES[0])
    page.keyboard.press("Enter")
    page.keyboard.type("A draft")
    answered(page, 1)
    expect(words(page)).to_have_value("A draft")
    expect(words(page)).to_be_focused()
    for line in LINES[1:]:
        send(page, line)
        expect(said(page, "manager").filter(has_text=line)).to_have_count(1, timeout=REPLY)
    answered(page, 3)
    expect(said(page, "manager")).to_have_text(list(LINES))
    page.reload()
    expect(said(page, "manager")).to_have_text(list(LINES), timeout=REPLY)
    expect(words(page)).to_be_focused(timeout=REPLY)
    newest_in_sight(page)


def test_a_screen_reader_hears_the_talk_and_not_the_clock(page: Page, served: Served) -> None:
    start(page, served)
    say(page, LINES[0])
    log = page.get_by_role("log", name="Conversation with Mike")
    expect(log.locator(".from-rep")).to_have_count(1)
    page.get_by_text("Live feedback", exact=True).click()
    expect(page.locator(".live")).to_be_visible()
    expect(page.get_by_role("status")).to_have_count(0)
    expect(log.locator(".counts, .live")).to_have_count(0)


def test_a_talk_is_left_in_the_middle_of_a_reply_and_found_again(page: Page, served: Served) -> None:
    start(page, served)
    say(page, LINES[0])
    send(page, LINES[1])
    expect(said(page, "manager")).to_have_count(2, timeout=REPLY)
    page.get_by_role("link", name="Leave for now").click()
    page.locator(".st-key-go-on-now button").click(timeout=REPLY)
    answered(page, 2)
    expect(said(page, "manager")).to_have_text(list(LINES[:2]))


@pytest.mark.nightly
def test_a_second_click_does_nothing_more(page: Page, served: Served) -> None:
    choose(page, served)
    page.get_by_role("button", name="Call Mike").dblclick()
    say(page, LINES[0])
    page.get_by_role("button", name="Nudge").dblclick()
    expect(page.locator(".nudge")).to_have_count(1, timeout=REPLY)
    expect(page.locator(".counts")).to_contain_text("1 nudge")
    page.get_by_role("button", name="End and debrief").click()
    page.get_by_role("button", name="End and show the debrief").dblclick()
    expect(page.locator(".verdict").first).to_be_visible(timeout=REPLY)
    expect(page.locator(".notice")).to_have_count(0)


@pytest.mark.parametrize(
    ("width", "scheme"),
    [
        pytest.param(1280, "light", marks=pytest.mark.nightly),
        pytest.param(390, "dark", marks=pytest.mark.nightly),
        (320, "light"),
    ],
)
def test_nothing_stands_in_anybodys_way(
    browser: Browser, asked: list[str], served: Served, width: int, scheme: str
) -> None:
    phone = width < 768
    with browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme="dark" if scheme == "dark" else "light",
        is_mobile=phone,
        has_touch=phone,
        reduced_motion="reduce",
    ) as context:
        context.on("request", lambda request: asked.append(request.url))
        page = context.new_page()
        choose(page, served)
        page.get_by_text("Your whole brief and the CRM card").click()
        expect(page.locator(".stMain .crm")).to_be_visible()
        assert violations(page) == []
        assert not phone or missed(page) == []

        page.locator(".st-key-call button").click()
        expect(words(page)).to_be_visible(timeout=REPLY)
        for line in LINES[:2]:
            say(page, line)
        page.get_by_role("button", name="Nudge").click()
        page.get_by_text("Live feedback", exact=True).click()
        expect(page.locator(".live")).to_be_visible()
        newest_in_sight(page)
        assert violations(page) == []
        assert not phone or missed(page) == []

        page.get_by_role("button", name="End and debrief").click()
        expect(page.get_by_role("button", name="End and show the debrief")).to_be_visible()
        assert violations(page) == []
        assert not phone or missed(page) == []
