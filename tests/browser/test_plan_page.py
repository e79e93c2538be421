"""A plan, the look back and the step of a programme that it is, in a real browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from accessible import scrolls_sideways, too_small, violations
from playwright.sync_api import Browser, Page, expect
from serving import REPLY, serve

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TARGETS = "[data-testid=stMain] :is(button, [data-testid=stTextInputRootElement], [data-testid=stPageLink] a)"
PROGRAMME = """\
id: one-talk
title: One real talk
summary: A single week.
weeks:
  - title: Have it
    focus: Leave it with them
    real_talk: true
"""


def check(page: Page) -> None:
    assert violations(page) == []
    assert too_small(page, TARGETS) == []
    assert not scrolls_sideways(page)


@pytest.mark.nightly
def test_a_talk_is_planned_looked_back_on_and_ends_the_programme(
    browser: Browser, spared: Path, tmp_path: Path
) -> None:
    own = tmp_path / "own"
    (own / "knowledge" / "programmes").mkdir(parents=True)
    (own / "knowledge" / "programmes" / "one-talk.yaml").write_text(PROGRAMME, encoding="utf-8")
    with serve(spared, own) as served, browser.new_page(viewport={"width": 320, "height": 760}) as page:
        page.goto(served.at("programme"))
        page.locator(".st-key-join-one-talk button").press("Enter")
        week = page.locator(".st-key-week")
        expect(week).to_contain_text("Week 1 of 1 · One real talk", timeout=REPLY)
        check(page)
        week.get_by_role("link", name="Plan a real talk").press("Enter")

        page.get_by_label("Who is it?").fill("Dana <i>")
        page.get_by_label("What is it about?").fill("A renewal that has gone quiet")
        page.get_by_role("button", name="Make the plan").press("Enter")
        expect(page.locator(".planned .ask")).to_have_count(3, timeout=REPLY)
        expect(page.get_by_role("heading", name="Before I talk to Dana <i>")).to_be_visible()
        check(page)
        with page.expect_download() as coming:
            page.locator(".st-key-plan-pdf button").press("Enter")
        assert Path(coming.value.path()).read_bytes().startswith(b"%PDF")

        page.get_by_label("One thing to keep").fill("Wait a little longer")
        page.get_by_role("button", name="Keep it").press("Enter")
        expect(page.locator(".lines").last).to_contain_text("Wait a little longer", timeout=REPLY)
        check(page)

        page.goto(served.url)
        expect(week).to_contain_text("You’ve finished “One real talk”.", timeout=REPLY)
        page.goto(served.at("programme"))
        expect(page.locator(".week-steps .done")).to_have_count(1, timeout=REPLY)
        check(page)
