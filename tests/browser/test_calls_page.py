"""Your own calls in a real browser: three tools' files and pasted text, who is who, the debrief, and deleting."""

from __future__ import annotations

import io
import json
from itertools import chain

import docx
import pytest
from accessible import scrolls_sideways, too_small, violations
from playwright.sync_api import Browser, Page, expect
from serving import FIRST_REPLY, REPLY, Served, settled

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TALK = (
    ("Ines Roca", "Hello Pavel, what do you make of the Lindgren quote?"),
    ("Pavel Horak", "It went out on Monday. I have a bad feeling about the second site."),
    ("Ines Roca", "A bad feeling about the second site. What's behind that?"),
    ("Pavel Horak", "Nobody there has called me back."),
    ("Ines Roca", "What could you do to hear from them?"),
    ("Pavel Horak", "I could drive there on Thursday."),
    ("Ines Roca", "What would you want to find out first?"),
    ("Pavel Horak", "Who signs. I'll ask that by Friday."),
)
CUES = "\n\n".join(
    f"00:00:{at:02d}.000 --> 00:00:{at + 2:02d}.000\n<v {who}>{words}</v>" for at, (who, words) in enumerate(TALK)
)
FIREFLIES = json.dumps({"sentences": [{"speaker_name": who, "text": words} for who, words in TALK]})


def word_file() -> bytes:
    file, written = io.BytesIO(), docx.Document()
    for line in chain.from_iterable((f"{who}   0:0{at}", words) for at, (who, words) in enumerate(TALK)):
        written.add_paragraph(line)
    written.save(file)
    return file.getvalue()


FILES = {"meeting.vtt": f"WEBVTT\n\n{CUES}\n".encode(), "call.json": FIREFLIES.encode(), "call.docx": word_file()}


def debriefed(page: Page) -> None:
    """From what was brought to its debrief."""
    expect(page.get_by_label("What will be kept")).to_be_visible(timeout=REPLY)
    page.locator(".st-key-call-debrief button").click()
    expect(page.locator(".verdict")).to_be_visible(timeout=FIRST_REPLY)


@pytest.mark.nightly
def test_three_tools_files_get_the_same_debrief_without_names_and_are_deleted(page: Page, served: Served) -> None:
    told = set()
    page.goto(served.at("calls"))
    for name, data in FILES.items():
        page.locator("input[type=file]").set_input_files({"name": name, "mimeType": "text/plain", "buffer": data})
        expect(page.get_by_label("You are")).to_be_visible(timeout=REPLY)
        words = page.get_by_label("What will be kept")
        expect(words).to_have_value(
            "You: Hello [name 1], what do you make of the [name 2] quote?\n"
            "Rep: It went out on Monday. I have a bad feeling about the second site.\n"
            + "\n".join(f"{'You' if who == 'Ines Roca' else 'Rep'}: {said}" for who, said in TALK[2:]),
            timeout=REPLY,
        )
        debriefed(page)
        told.add(page.locator(".verdict").inner_text() + page.locator(".reasons").inner_text())
        if name == "call.docx":
            assert violations(page) == []
            page.reload()
            expect(page.locator(".verdict")).to_be_visible(timeout=REPLY)
        page.get_by_role("link", name="All your calls").click()  # the next one is dropped there
        expect(page.locator("input[type=file]")).to_be_attached(timeout=REPLY)
    assert len(told) == 1
    kept = page.get_by_role("link", name="Open", exact=True)
    expect(kept).to_have_count(3, timeout=REPLY)
    for left in (2, 1, 0):
        settled(page)
        page.get_by_role("button", name="Delete", exact=True).first.click()
        page.get_by_role("button", name="Delete this call").click()
        expect(kept).to_have_count(left, timeout=REPLY)


def test_pasted_text_on_a_phone_and_what_cannot_be_read(browser: Browser, served: Served) -> None:
    with browser.new_context(viewport={"width": 320, "height": 740}, has_touch=True, reduced_motion="reduce") as phone:
        page = phone.new_page()
        page.goto(served.at("calls"))
        page.get_by_role("tab", name="Paste text").click()
        box = page.get_by_label("Paste a transcript")
        box.fill("just some words and nobody who says them")
        box.blur()
        expect(page.locator(".notice")).to_be_visible(timeout=REPLY)
        box.fill("\n".join(f"{who}: {words}" for who, words in TALK))
        box.blur()
        expect(page.get_by_label("What will be kept")).to_be_visible(timeout=REPLY)
        assert violations(page) == []
        assert not scrolls_sideways(page)
        assert too_small(page, ".st-key-call-new :is(button:not([data-testid=stTooltipIcon] *), [role=tab])") == []
        debriefed(page)
        assert not scrolls_sideways(page)
