"""PDF files, by page. Imports pypdf."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ...errors import KnowledgeError
from .section import Section, Unread, not_installed

_LETTER = re.compile(r"[^\W\d_]")
_NAMED = 12
"""How many pages or stretches of pages a message names."""


def pdf_sections(path: Path) -> Iterator[Section | Unread]:
    """One section per page. Pages that are only a picture, as scans are, are named at the end."""
    try:
        import pypdf
        from pypdf.errors import DependencyError, FileNotDecryptedError
    except ImportError:
        raise not_installed() from None
    logging.getLogger("pypdf").setLevel(logging.ERROR)  # it warns about every oddity it recovers from
    pictures: list[int] = []
    count = 0
    try:
        for count, page in enumerate(pypdf.PdfReader(path).pages, 1):
            text = page.extract_text()
            if _LETTER.search(text):
                yield Section("", f"page {count}", text)
            elif _draws(page):
                pictures.append(count)
    except FileNotDecryptedError:
        raise KnowledgeError("needs a password; save a copy without one") from None
    except DependencyError:  # pypdf is there without what its extra `crypto` brings
        raise not_installed() from None
    if pictures:
        yield Unread(f"{_pages(pictures, count)}, as in a scan; run text recognition (OCR) on it")


def _draws(page: Any) -> bool:
    """Whether a page has a picture or draws anything."""
    contents = page.get_contents()
    return contents is not None and bool(contents.get_data().strip())


def _pages(pictures: Sequence[int], count: int) -> str:
    """ "pages 2 to 3 have no text"."""
    if len(pictures) == count:
        return "its only page is a picture without text" if count == 1 else "its pages are pictures without text"
    runs: list[tuple[int, int]] = []
    for number in pictures:
        if runs and runs[-1][1] == number - 1:
            runs[-1] = runs[-1][0], number
        else:
            runs.append((number, number))
    named = [
        str(first) if first == last else f"{first}{' and ' if last == first + 1 else ' to '}{last}"
        for first, last in runs
    ]
    more = f" and {len(named) - _NAMED} more" if len(named) > _NAMED else ""
    if len(pictures) == 1:
        return f"page {pictures[0]} is a picture without text"
    return f"pages {', '.join(named[:_NAMED])}{more} are pictures without text"
