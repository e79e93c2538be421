"""The report of a run in a real browser: nothing is asked for, nothing scrolls sideways, the words open on a click."""

from __future__ import annotations

from pathlib import Path

import pytest
from eval_records import made, matrix
from playwright.sync_api import Browser, expect

from evals.records import ReplyRecord
from evals.reports.report import write_reports

pytestmark = pytest.mark.browser

LONG = "An_unbroken_word_" * 30


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    leak = made("teller", 7, replies=(ReplyRecord(words=9, act="agree", leaks=("visitor-log",)),) * 4, said=(LONG,) * 8)
    failed = made("spammer", 9, error=LONG, score=None, replies=(), said=())
    place: Path = tmp_path_factory.mktemp("run")
    records = (*matrix(), leak, failed)
    (place / "records.jsonl").write_text("".join(f"{record.as_line()}\n" for record in records), encoding="utf-8")
    write_reports(place)
    return (place / "report.html").as_uri()


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_stands_alone_and_fits(browser: Browser, report: str, width: int, scheme: str):
    asked: list[str] = []
    with browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme) as context:  # type: ignore[arg-type]
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: asked.append(message.text))
        page.goto(report)

        expect(page.locator("h1")).to_have_text("Do not ship")
        expect(page.locator("h1")).to_be_in_viewport()
        for folded in page.locator("details").all():
            folded.locator("summary").click()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert asked == [report]


def test_a_link_to_the_words_opens_them(browser: Browser, report: str):
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(report)
        expect(page.locator("#c1-1")).to_be_hidden()

        page.get_by_role("link", name="Transcript").first.click()

        expect(page.locator("#c1-1")).to_be_in_viewport()


def test_a_passing_run_opens_a_conversation_with_the_reason_for_its_level(browser: Browser, tmp_path: Path):
    records = [one.model_copy(update={"sentence": "Why it is so."}) for one in matrix()]
    (tmp_path / "records.jsonl").write_text("".join(f"{one.as_line()}\n" for one in records), encoding="utf-8")
    write_reports(tmp_path)
    with browser.new_context(viewport={"width": 390, "height": 800}) as context:
        page = context.new_page()
        page.goto((tmp_path / "report.html").as_uri())
        first = page.locator("#e1")
        expect(first.locator("q").first).to_be_hidden()

        first.locator("summary").click()

        expect(first).to_contain_text("Why it is so. Deciding criteria: balance proficient")
        expect(first.locator("q").first).to_be_visible()
