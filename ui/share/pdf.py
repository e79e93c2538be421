"""The page as a PDF: one sheet of A4, tagged, and the same bytes for the same page. Typst sets it, offline."""

from __future__ import annotations

import json
import unicodedata
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.talk.codebook import Group
from bot.talk.transcript import clean_text

from .. import palette
from .content import OnePage, PlanStep, QuotedMoment

if TYPE_CHECKING:
    from typst import Fonts, PDFStandard

_TEMPLATE = Path(__file__).with_name("debrief.typ")
_LENGTHS = (420, 260, 160, 100, 60, 36)
"""Characters that a text may have; the template takes the first with which all fits on the sheet."""
_LONGEST_LINE = 110
_MOST_REASONS = 4
_COLOURS = {
    "words": palette.WORDS,
    "quiet": palette.QUIET,
    "edge": palette.EDGE,
    "accent": palette.ACCENT,
    "mine": palette.MINE,
    "worked": palette.INK[Group.LISTENS],
    "turning": palette.INK[Group.TELLS],
}
_UNSHOWN = "Boxes stand for characters that no font on this computer has. The web page has them all."


def as_pdf(page: OnePage) -> bytes:
    """One sheet of A4. Text that is too long for it is shortened at a word, and ends in an ellipsis.

    It meets PDF/UA-1, the standard for accessible documents, unless this computer lacks a font for one of its
    characters: then the sheet shows a box there and says so. The machine's own fonts are used only for characters that
    Typst's don't have. Raises TypstError only for a mistake in our template.
    """
    import typst

    note = ""
    for system in (False, True):
        try:
            return _set(page, _fonts(system), "ua-1")
        except typst.TypstError as error:
            if "PDF/UA" not in error.message:
                raise
            note = _UNSHOWN if "could not be displayed" in error.message else ""
    return _set(page, _fonts(True), None, note)


def _set(page: OnePage, fonts: Fonts, standard: PDFStandard | None, note: str = "") -> bytes:
    import typst

    given = {
        "title": _cut(f"{page.title}: debrief, {page.date}", _LONGEST_LINE)["text"],
        "foot": _cut(page.foot, _LONGEST_LINE),
        "note": _cut(note, _LONGEST_LINE),
        "colours": {name: shade.light for name, shade in _COLOURS.items()},
        "sheets": [_sheet(page, length) for length in _LENGTHS],
    }
    return typst.compile(
        _TEMPLATE.read_bytes(),
        sys_inputs={"given": json.dumps(given)},
        font_paths=fonts,
        ignore_system_fonts=True,
        pdf_standards=standard,
    )


@cache
def _fonts(system: bool) -> Fonts:
    import typst

    return typst.Fonts(include_system_fonts=system)


def _sheet(page: OnePage, length: int) -> dict[str, Any]:
    """What the template shows, with no text longer than `length`."""
    return {
        "about": _cut(page.about, length),
        "title": _cut(page.title, length),
        "headline": _cut(page.headline, length),
        "reasons": [_cut(reason, length) for reason in page.reasons[:_MOST_REASONS]],
        "moments": [_moment(page, *moment, length) for moment in page.moments],
        "plan": [_step(step, length) for step in page.plan],
        "plan_note": _cut(page.plan_note, length),
        "figures": [[_cut(words, length), _cut(label, length)] for label, words in page.figures],
    }


def _moment(page: OnePage, kind: str, heading: str, exchange: QuotedMoment, length: int) -> dict[str, Any]:
    return {
        "kind": kind,
        "heading": _cut(heading, length),
        "quote": _cut(exchange.quote, length),
        "rep": _cut(page.rep, length),
        "reply": _cut(exchange.reply, length),
        "effect": _cut(exchange.effect, length),
        "instead": _cut(exchange.instead, length),
    }


def _step(step: PlanStep, length: int) -> dict[str, Any]:
    return {"title": _cut(step.title, length), "owner": _cut(step.owner, length), "when": _cut(step.when, length)}


def _cut(words: str, length: int) -> dict[str, Any]:
    """The words on one line, shortened at a word, and whether their script runs from the right."""
    plain = " ".join(clean_text(words).split())
    if len(plain) > length:
        kept = plain[: length - 1]
        whole, _, _ = kept.rpartition(" ")
        plain = (whole if 2 * len(whole) >= length else kept).rstrip(" ,;:–-") + "…"
    ways = (unicodedata.bidirectional(letter) for letter in plain)
    return {"text": plain, "rtl": next((way for way in ways if way in ("L", "R", "AL")), "L") != "L"}
