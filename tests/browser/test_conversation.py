"""A conversation in a real browser, from the front page to the download, and what must hold on every page."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from serving import FIRST_REPLY, REPLY, Served, end, said, say, settled, start, unfold, words

pytestmark = [pytest.mark.browser, pytest.mark.slow]

EIGHT = (
    "Hi Mike, thanks for picking up. I'd like to hear how you see Jones.",
    "What, if anything, worries you about this one?",
    "Three weeks, and not a comment. What do you make of that?",
    "What have you noticed at the plant lately, even something small?",
    "You should have told me. Call Warren tomorrow.",
    "That came out wrong. What could you do about it yourself?",
    "Which of those will you do first, and by when?",
    "It's your call. Thanks, Mike.",
)
HOSTILE = "*bold* <b>b</b> ![](http://evil.example/x.png) $x$ :smile: :red[r] [l](http://evil.example)\n# h\n  - two"


def no_overflow(page: Page) -> None:
    """Nothing is wider than the window, and no inner part is cut off by it."""
    wide = page.evaluate(
        """() => [...document.querySelectorAll('.stMain *')]
          .filter(e => e.getClientRects().length && e.getBoundingClientRect().right > innerWidth + 1
                       && !e.closest('svg, canvas, [aria-hidden=true]'))
          .map(e => e.tagName + '.' + e.className).slice(0, 5)"""
    )
    assert wide == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.evaluate("innerWidth")


def test_eight_turns_with_a_reload_and_a_second_tab_to_the_download(
    page: Page, context: BrowserContext, served: Served, tmp_path: Path
) -> None:
    start(page, served)
    expect(page.locator("section[data-testid=stSidebar] .crm")).to_be_visible()
    replies = [say(page, line) for line in EIGHT[:4]]

    page.reload()
    expect(said(page, "rep")).to_have_text(replies, timeout=REPLY)
    expect(said(page, "manager")).to_have_text(EIGHT[:4])

    page.get_by_role("button", name="Nudge", exact=True).click()
    expect(page.locator(".nudge")).to_have_count(1)
    replies += [say(page, line) for line in EIGHT[4:6]]

    second = context.new_page()
    second.goto(page.url)
    expect(said(second, "rep")).to_have_text(replies, timeout=REPLY)
    expect(second.locator(".nudge")).to_have_count(1)
    replies.append(say(second, EIGHT[6]))
    page.reload()
    expect(said(page, "rep")).to_have_text(replies, timeout=REPLY)
    replies.append(say(page, EIGHT[7]))
    assert len(set(replies)) == 8, "no line occurs twice"
    expect(page.locator(".counts")).to_contain_text("8 turns · 1 nudge")

    end(page, rating="4 · most of it")
    unfold(page, "What was said, mark by mark")
    expect(page.locator(".turn.rep.alone .spoken")).to_have_text(replies)
    expect(page.locator(".unit.pushes").first).to_be_visible()
    unfold(page, "How you heard yourself")
    expect(page.get_by_text("You rated yourself 4 out of 5")).to_be_visible()

    settled(page)
    with (
        page.expect_download(lambda file: file.suggested_filename.endswith(".md")) as markdown_file,
        page.expect_download(lambda file: file.suggested_filename.endswith(".json")) as json_file,
    ):
        for kind in ("JSON", "Markdown"):  # the second is asked for before the first has come
            page.get_by_role("button", name=f"Download as {kind}").click()
    kept = json.loads(Path(json_file.value.path()).read_text(encoding="utf-8"))
    assert [turn["text"] for turn in kept["turns"] if turn["speaker"] == "rep"] == replies
    assert [turn["text"] for turn in kept["turns"] if turn["speaker"] == "manager"] == list(EIGHT)
    report = Path(markdown_file.value.path()).read_text(encoding="utf-8")
    assert report.startswith("# Debrief: ")
    assert page.locator(".verdict").inner_text() in report.replace("\\", "")


def test_hostile_words_look_as_typed_everywhere_and_fetch_nothing(page: Page, served: Served) -> None:
    start(page, served)
    words(page).fill(HOSTILE)
    words(page).press("Enter")
    expect(said(page, "rep")).to_have_count(1, timeout=FIRST_REPLY)
    assert said(page, "manager").first.inner_text() == HOSTILE
    say(page, "What worries you?")
    say(page, "What else?")
    end(page)
    unfold(page, "What was said, mark by mark")
    expect(page.locator(".turn.manager").first).to_be_visible()
    typed = page.locator(".turn.manager").first.locator(".spoken").all_inner_texts()
    assert "".join("".join(typed).split()) == "".join(HOSTILE.split())
    assert page.locator("img[src*='evil']").count() == 0
    assert page.locator("a[href*='evil']").count() == 0


@pytest.mark.nightly
def test_words_that_are_refused_come_back_into_the_input(page: Page, served: Served) -> None:
    start(page, served)
    words(page).fill("x" * 8001)
    words(page).press("Enter")
    expect(page.locator(".notice")).to_contain_text("8,001 characters is too long", timeout=REPLY)
    expect(words(page)).to_have_value("x" * 8001)


def test_a_session_that_is_not_there_is_told_in_one_calm_line(page: Page, served: Served) -> None:
    for path in ("practice", "debrief"):
        page.goto(served.at(f"{path}?session=![](http://evil.example/z.png)<b>x"))
        expect(page.locator(".notice")).to_contain_text("We can’t find that session", timeout=REPLY)
        expect(page.get_by_text("Traceback")).to_have_count(0)


@pytest.mark.nightly
def test_a_phone_shows_everything_without_overflow(browser: Browser, asked: list[str], served: Served) -> None:
    with browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True) as phone:
        phone.on("request", lambda request: asked.append(request.url))
        page = phone.new_page()
        start(page, served)
        expect(page.get_by_test_id("stSidebar").locator(".crm")).not_to_be_in_viewport()
        page.get_by_role("button", name="Brief", exact=True).click()
        expect(page.get_by_role("dialog").locator(".crm")).to_be_visible()
        page.keyboard.press("Escape")
        say(page, "w" * 300)
        page.get_by_text("Live feedback", exact=True).click()
        expect(page.locator(".live")).to_be_visible()
        say(page, "What worries you? Don't you think you should call Warren? I'll fly in.")
        box = words(page).bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 844
        no_overflow(page)
        say(page, "What else?")
        end(page)
        no_overflow(page)
        page.goto(served.at("examples"))
        expect(page.locator(".annotated").first).to_be_visible(timeout=REPLY)
        no_overflow(page)
        page.goto(served.url)
        expect(page.locator(".session").first).to_be_visible(timeout=REPLY)
        no_overflow(page)


@pytest.mark.parametrize(
    ("scheme", "ground"),
    [pytest.param("light", "rgb(252, 251, 248)", marks=pytest.mark.nightly), ("dark", "rgb(21, 25, 27)")],
)
def test_the_theme_follows_the_system(
    browser: Browser, asked: list[str], served: Served, tmp_path: Path, scheme: str, ground: str
) -> None:
    with browser.new_context(viewport={"width": 1280, "height": 860}, color_scheme=scheme) as themed:  # type: ignore[arg-type]
        themed.on("request", lambda request: asked.append(request.url))
        page = themed.new_page()
        page.goto(served.at("examples"))
        expect(page.locator(".unit.asks").first).to_be_visible(timeout=FIRST_REPLY)
        assert page.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor") == ground
        inks = {
            page.evaluate(
                "e => getComputedStyle(e).backgroundColor", page.locator(f".letter.{group}").first.element_handle()
            )
            for group in ("asks", "listens", "tells", "pushes")
        }
        assert len(inks) == 4
        page.screenshot(path=str(tmp_path / f"{scheme}.png"))
