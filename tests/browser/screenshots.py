"""Plays a conversation and writes the README's pictures to docs/images: `python tests/browser/screenshots.py`."""

from __future__ import annotations

import argparse
import io
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright
from serving import FIRST_REPLY, ROOT, Served, browser, chromium, end, say, serve, start

LIMIT = 250 * 1024
"""Bytes that a picture may have."""
COLOURS = (256, 128, 64)
LINES = (
    "Hi Mike, thanks for picking up. A day early with the specification, that was well done.",
    "What, if anything, sits less easily with you about Jones?",
    "Three weeks, and not a word. What do you make of that?",
    "What have you noticed at the plant lately that you haven't told anyone?",
    "You should have told me that. Don't you think you should call Warren tomorrow?",
    "That was my worry talking. What could you do about it yourself?",
    "What else could you do?",
    "Which of those will you do first, and by when?",
)
SHAPES = {"desktop": (1280, 820, 1.0), "phone": (390, 844, 2.0)}
TALL = {"desktop": 1560, "phone": 1180}
"""Pixels of the debrief and the examples that are shown."""


def main() -> None:
    """Write every picture, for desktop and phone."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=Path, default=ROOT / "docs" / "images")
    parser.add_argument("--theme", choices=["light", "dark"], default="light")
    given = parser.parse_args()
    executable = chromium()
    if executable is None:
        raise SystemExit("no Chromium was found; install one or name it in ASKWELL_CHROMIUM")
    given.to.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home, serve(Path(home)) as served, sync_playwright() as driver:
        opened = browser(driver, executable)
        for shape in SHAPES:
            shoot(opened, served, shape, given.to, given.theme)
        opened.close()


def shoot(opened: Browser, served: Served, shape: str, to: Path, theme: str) -> None:
    """The four pages in one shape."""
    width, height, scale = SHAPES[shape]
    context = opened.new_context(
        viewport={"width": width, "height": height},
        device_scale_factor=scale,
        color_scheme="dark" if theme == "dark" else "light",
        is_mobile=shape == "phone",
        has_touch=shape == "phone",
        reduced_motion="reduce",
    )
    page = context.new_page()
    start(page, served)
    for line in LINES[:2]:
        say(page, line)
    page.get_by_text("Live feedback", exact=True).click()
    expect(page.locator(".live")).to_be_visible()
    if shape == "desktop":
        page.mouse.move(width - 5, height // 2)
    keep(page, to / f"practice-{shape}.png")
    for line in LINES[2:]:
        say(page, line)
    end(page, rating="4 · most of it")
    page.set_viewport_size({"width": width, "height": TALL[shape]})
    keep(page, to / f"debrief-{shape}.png")
    page.goto(served.at("examples"))
    expect(page.locator(".unit").nth(5)).to_be_visible(timeout=FIRST_REPLY)
    keep(page, to / f"examples-{shape}.png")
    page.set_viewport_size({"width": width, "height": height})
    page.goto(served.url)
    expect(page.locator(".session").first).to_be_visible(timeout=FIRST_REPLY)
    keep(page, to / f"home-{shape}.png")
    context.close()


def keep(page: Page, path: Path) -> None:
    """The window as a PNG of few enough colours to stay under the limit."""
    page.wait_for_load_state("networkidle")
    page.evaluate("document.activeElement && document.activeElement.blur()")
    page.wait_for_timeout(600)  # pictures only: scrolling and fading have come to rest
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    for colours in COLOURS:
        picture.quantize(colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(path, optimize=True)
        if path.stat().st_size <= LIMIT:
            break
    print(f"{path} {path.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main()
