"""Coming back, in a real browser: the first day, the third talk, a habit that returns, and everything exported."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from accessible import scrolls_sideways, too_small, violations
from playwright.sync_api import Browser, Page, expect
from serving import FIRST_REPLY, REPLY, serve, unfold

from bot.engine import Engine
from bot.practice import Practice
from bot.store import KeptRecord, RecordKind, Store

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ORDER = "Send the revised quote today."
TELLS = (ORDER, "I'll call Warren myself.", "Don't you think you should have told me?", "Put it in the CRM by five.")
ASKS = (
    "What, if anything, worries you about this one?",
    "What do you make of that?",
    "Who else might be involved, do you think?",
    "What could you do to find out?",
)
TARGETS = ".stMain :is(button, summary, [data-testid=stPageLink] a, [data-testid=stRadioOption])"


def talk(engine: Engine, store: Store, days_ago: int, lines: tuple[str, ...], scenario: str = "jones-deal") -> str:
    """Have a talk so many days ago, and end it."""
    now = [datetime.now(UTC) - timedelta(days=days_ago)]

    def clock() -> datetime:
        now[0] += timedelta(seconds=40)
        return now[0]

    practice = Practice.start(scenario, engine=engine, store=store, clock=clock)
    for line in lines:
        practice.say(line)
        "".join(practice.reply())
    practice.finish(4)
    assert practice.session_id is not None
    return practice.session_id


def progress(page: Page, url: str) -> None:
    page.goto(url)
    expect(page.get_by_role("heading", name="How you hear yourself")).to_be_visible(timeout=REPLY)


@pytest.mark.nightly
def test_first_day_third_talk_and_relapse(browser: Browser, engine: Engine, spared: Path) -> None:
    with (
        serve(spared) as served,
        Store.open(f"sqlite:///{spared / 'askwell.db'}") as store,
        browser.new_page(viewport={"width": 1280, "height": 860}, reduced_motion="reduce") as page,
    ):
        progress(page, served.at("progress"))
        expect(page.locator(".lead")).to_contain_text("Your progress appears here")
        expect(page.get_by_role("link", name="Have your first talk")).to_be_visible()
        assert violations(page) == []

        first = talk(engine, store, 6, TELLS)
        progress(page, served.at("progress"))
        expect(page.locator(".progress-sentence")).to_contain_text("Your first talk was telling")
        page.goto(served.at(f"debrief?session={first}"))
        page.locator(".st-key-focus-offer button").first.press("Enter", timeout=FIRST_REPLY)
        expect(page.locator(".st-key-focus-offer .focus")).to_contain_text("Your focus: ", timeout=REPLY)

        talk(engine, store, 3, ASKS, "late-stage-funnel")
        talk(engine, store, 0, (*ASKS, ORDER), "old-playbook")
        progress(page, served.at("progress"))
        expect(page.locator(".progress-sentence")).to_contain_text("last time")
        expect(page.get_by_text("Over your last three first goes")).to_be_visible()
        expect(page.locator("[data-testid=stVegaLiteChart] canvas, [data-testid=stVegaLiteChart] svg")).to_be_visible()
        expect(page.locator(".wide-table tbody").first.locator("tr")).to_have_count(3)
        expect(page.locator(".habit.returned blockquote")).to_have_text(ORDER)
        page.locator(".st-key-focus-orders button").press("Enter")
        expect(page.locator(".focus")).to_contain_text("Give no orders", timeout=REPLY)
        assert violations(page) == []
        unfold(page, "Set a weekly rhythm")
        page.get_by_role("button", name="Keep this rhythm").press("Enter")
        with page.expect_download(timeout=REPLY) as download:
            page.locator(".st-key-calendar button").click(timeout=REPLY)
        assert b"BEGIN:VEVENT" in Path(download.value.path()).read_bytes()

        page.goto(served.url)
        expect(page.locator(".glance")).to_contain_text("Give no orders", timeout=REPLY)
        for width, address in ((320, "progress"), (390, "self-check")):
            page.set_viewport_size({"width": width, "height": 844})
            page.goto(served.at(address))
            expect(page.locator(TARGETS).last).to_be_visible(timeout=REPLY)
            assert violations(page) == []
            assert too_small(page, TARGETS) == []
            assert not scrolls_sideways(page)


@pytest.mark.nightly
def test_everything_is_exported_and_deleted(browser: Browser, engine: Engine, spared: Path) -> None:
    with (
        serve(spared) as served,
        Store.open(f"sqlite:///{spared / 'askwell.db'}") as store,
        browser.new_page(viewport={"width": 320, "height": 844}, color_scheme="dark", reduced_motion="reduce") as page,
    ):
        name = talk(engine, store, 0, ("<b>What</b> worries you?", *ASKS))
        for record in ("a", "b"):
            store.records.keep(KeptRecord(RecordKind.PLAN, record, datetime.now(UTC), {"title": f"Plan {record}"}))
        page.goto(served.at("settings"))
        with page.expect_download(timeout=REPLY) as download:
            page.locator(".st-key-export-json button").click(timeout=REPLY)
        found = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
        assert [one["session"] for one in found["sessions"]] == [name]
        with page.expect_download(timeout=REPLY) as download:
            page.locator(".st-key-export-html button").click()
        readable = browser.new_page()
        readable.set_content(Path(download.value.path()).read_text(encoding="utf-8"))
        readable.locator("summary").first.click()
        expect(readable.get_by_text("<b>What</b> worries you?")).to_be_visible()
        assert violations_of_file(readable) == []

        unfold(page, "Plans for real talks: 2")
        assert violations(page) == []
        assert too_small(page, TARGETS) == []
        assert not scrolls_sideways(page)
        page.get_by_role("combobox", name="Delete one of these").fill("Plan a")
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Delete it").press("Enter")
        expect(page.get_by_text("Plans for real talks: 1")).to_be_visible(timeout=REPLY)
        assert [record.id for record in store.records.all(RecordKind.PLAN)] == ["b"]
        page.locator(".st-key-delete-sessions button").press("Enter")
        page.locator(".st-key-really-delete-sessions button").press("Enter", timeout=REPLY)
        expect(page.locator(".notice")).to_have_text("Deleted: 1 session.", timeout=REPLY)
        assert store.heads() == ()


def violations_of_file(page: Page) -> list[str]:
    """What axe-core finds wrong with a page that is no app."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]
