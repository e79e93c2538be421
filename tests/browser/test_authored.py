"""A scenario that an author has just begun, in a directory of her own, is in the app and can be practised."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from serving import REPLY, end, say, serve, start

from bot.authoring import Beginning, new_scenario, write_new

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BEGUN = Beginning(
    rep="Dana Pym",
    role="Account executive, dental software",
    manager="Ruth",
    area="pipeline",
    looks="Trials turn into orders at the usual rate",
    truth="half of the trials are old customers who asked for a second seat",
)


@pytest.mark.nightly
def test_an_authors_own_scenario_is_in_the_app_and_can_be_practised(
    browser: Browser, tmp_path: Path, spared: Path
) -> None:
    write_new(tmp_path / "my", new_scenario("trials", BEGUN))

    with serve(spared, tmp_path / "my") as served, browser.new_page() as page:
        page.goto(served.at("scenarios"))
        expect(page.locator(".st-key-shelf")).to_contain_text("Dana Pym", timeout=REPLY)
        start(page, served, "trials")
        assert say(page, "What has been on your mind about it lately?")
        end(page)
        expect(page.locator(".verdict")).to_be_visible()
