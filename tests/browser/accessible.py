"""What every page must be for a keyboard, a finger and a screen reader: shared by the browser tests."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from serving import settled

SMALLEST = 44
"""Pixels that a finger needs."""


def violations(page: Page) -> list[str]:
    """What axe-core finds wrong, each with where it stands."""
    settled(page)  # Streamlit fades a page while it is rewriting it
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]


def too_small(page: Page, inside: str) -> list[str]:
    """The targets that are too low, or reach out of the window; `inside` is a CSS selector of targets."""
    found: list[str] = page.evaluate(
        """([inside, least]) => [...document.querySelectorAll(inside)].filter(e => {
          const box = e.getBoundingClientRect();
          return box.width && (box.height < least - 0.5 || box.left < 0 || box.right > innerWidth) })
          .map(e => e.outerHTML.slice(0, 120))""",
        [inside, SMALLEST],
    )
    return found


def scrolls_sideways(page: Page) -> bool:
    wider: bool = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return wider
