"""One sheet of A4 as a PDF: tagged, and the same bytes for the same text. Typst sets it, offline."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.talk.codebook import Group
from bot.talk.transcript import clean_text

from .. import palette

if TYPE_CHECKING:
    from typst import Fonts, PDFStandard

_FOLDER = Path(__file__).parent
_LENGTHS = (420, 260, 160, 100, 60, 36)
"""Characters that a text may have; the template takes the first with which all fits on the sheet."""
_LONGEST_LINE = 110
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


def typeset(template: str, title: str, foot: str, sheet: Callable[[int], dict[str, Any]]) -> bytes:
    """The sheet that `template` (a file beside this one) lays out. `sheet` gives its texts, none longer than a length.

    Text that is too long for the sheet is shortened at a word, and ends in an ellipsis. It meets PDF/UA-1, the standard
    for accessible documents, unless this computer lacks a font for one of its characters: then the sheet shows a box
    there and says so. The machine's own fonts are used only for characters that Typst's don't have. Raises TypstError
    only for a mistake in our template.
    """
    import typst

    def set_with(fonts: Fonts, standard: PDFStandard | None, note: str = "") -> bytes:
        given = {
            "title": cut_line(title, _LONGEST_LINE)["text"],
            "foot": cut_line(foot, _LONGEST_LINE),
            "note": cut_line(note, _LONGEST_LINE),
            "colours": {name: shade.light for name, shade in _COLOURS.items()},
            "sheets": [sheet(length) for length in _LENGTHS],
        }
        return typst.compile(
            b"".join((_FOLDER / name).read_bytes() for name in ("head.typ", template, "foot.typ")),
            sys_inputs={"given": json.dumps(given)},
            font_paths=fonts,
            ignore_system_fonts=True,
            pdf_standards=standard,
        )

    note = ""
    for system in (False, True):
        try:
            return set_with(_fonts(system), "ua-1")
        except typst.TypstError as error:
            if "PDF/UA" not in error.message:
                raise
            note = _UNSHOWN if "could not be displayed" in error.message else ""
    return set_with(_fonts(True), None, note)


@cache
def _fonts(system: bool) -> Fonts:
    import typst

    return typst.Fonts(include_system_fonts=system)


def cut_line(words: str, length: int) -> dict[str, Any]:
    """The words on one line, shortened at a word, and whether their script runs from the right."""
    plain = " ".join(clean_text(words).split())
    if len(plain) > length:
        kept = plain[: length - 1]
        whole, _, _ = kept.rpartition(" ")
        plain = (whole if 2 * len(whole) >= length else kept).rstrip(" ,;:–-") + "…"
    ways = (unicodedata.bidirectional(letter) for letter in plain)
    return {"text": plain, "rtl": next((way for way in ways if way in ("L", "R", "AL")), "L") != "L"}
