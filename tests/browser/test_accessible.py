"""Learn, Scenarios and the example: no violation that axe-core knows, and targets large enough for a finger."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from accessible import too_small, violations
from playwright.sync_api import Browser, Page, expect
from serving import FIRST_REPLY, REPLY, Served

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TARGETS = ".stMain :is(a, button, summary, input, [role=tab])"


@pytest.fixture(params=["light", pytest.param("dark", marks=pytest.mark.nightly)])
def seen(request: pytest.FixtureRequest, browser: Browser, asked: list[str]) -> Iterator[Page]:
    """A phone in light and in dark."""
    shape = {"width": 390, "height": 844}
    with browser.new_context(
        viewport=shape,  # type: ignore[arg-type]
        color_scheme=request.param,
        has_touch=True,
        is_mobile=True,
        reduced_motion="reduce",
    ) as phone:
        phone.on("request", lambda made: asked.append(made.url))
        yield phone.new_page()


def sound(page: Page) -> None:
    """No violation, and nothing too small for a finger."""
    assert violations(page) == []
    assert too_small(page, TARGETS) == []


@pytest.mark.nightly
def test_learn_opened_and_searched(seen: Page, served: Served) -> None:
    seen.goto(served.at("learn"))
    expect(seen.locator(".starters details")).to_have_count(5, timeout=REPLY)
    sound(seen)
    seen.locator(".starters summary").first.click()
    seen.locator(".themes > details > summary").first.click()
    seen.locator(".passages summary").first.click()
    expect(seen.locator(".passages .prose").first).to_be_visible()
    sound(seen)
    seen.get_by_role("tab", name="Questions worth stealing").click()
    expect(seen.locator(".pairs li").first).to_be_visible()
    sound(seen)
    seen.get_by_role("searchbox", name="Search the guidance").fill("discount")
    expect(seen.get_by_role("button", name="Practise this")).to_be_visible(timeout=FIRST_REPLY)
    expect(seen.get_by_text("Matching words only")).to_have_count(0, timeout=FIRST_REPLY)
    sound(seen)
    seen.goto(served.at("learn?passage=waiting"))
    expect(seen.locator(".reading h1")).to_be_visible(timeout=REPLY)
    sound(seen)


@pytest.mark.nightly
def test_scenarios_listed_and_searched(seen: Page, served: Served) -> None:
    seen.goto(served.at("scenarios"))
    expect(seen.locator(".st-key-shelf .card-title").first).to_be_visible(timeout=REPLY)
    sound(seen)
    seen.get_by_role("searchbox", name="Search the scenarios").fill("new hire")
    expect(seen.locator(".st-key-shelf .card-title")).to_have_text(["Every door alike"], timeout=REPLY)
    sound(seen)
    seen.get_by_role("searchbox", name="Search the scenarios").fill("banana")
    expect(seen.locator(".notice")).to_be_visible(timeout=REPLY)
    sound(seen)


@pytest.mark.nightly
def test_the_example(seen: Page, served: Served) -> None:
    seen.goto(served.at("examples"))
    expect(seen.locator(".unit").first).to_be_visible(timeout=REPLY)
    sound(seen)
    seen.get_by_role("link", name="Karen coaches").click()
    expect(seen.locator("#karen-coaching")).to_be_in_viewport()


@pytest.mark.nightly
def test_the_calls_stand_side_by_side_on_a_desktop_and_one_below_the_other_on_a_phone(
    page: Page, seen: Page, served: Served
) -> None:
    for where, is_beside in ((page, True), (seen, False)):
        where.goto(served.at("examples"))
        expect(where.locator(".pair section").nth(1)).to_be_visible(timeout=REPLY)
        first, second = (where.locator(".pair section").nth(place).bounding_box() for place in (0, 1))
        assert first is not None
        assert second is not None
        assert (abs(first["y"] - second["y"]) < 1 and second["x"] > first["x"] + first["width"]) is is_beside
        assert (second["y"] >= first["y"] + first["height"]) is not is_beside
