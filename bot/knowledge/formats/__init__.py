"""Reads each kind of document into sections. `FORMATS` has one reader for each ending.

The libraries come with `askwell[documents]`, and each module here is the only one that imports its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from .pdf import pdf_sections
from .plain import markdown_sections, text_sections
from .rtf import rtf_sections
from .section import Section, Unread
from .slides import slide_sections
from .web import html_sections
from .word import word_sections

__all__ = ["FORMATS", "INSTEAD", "Section", "Unread"]

FORMATS: dict[str, Callable[[Path], Iterator[Section | Unread]]] = {
    ".docx": word_sections,
    ".htm": html_sections,
    ".html": html_sections,
    ".md": markdown_sections,
    ".pdf": pdf_sections,
    ".pptx": slide_sections,
    ".rtf": rtf_sections,
    ".txt": text_sections,
}
"""What reads a file of each ending. A reader may raise anything for a damaged file."""

INSTEAD = {
    ".doc": ".docx",
    ".docm": ".docx",
    ".dotx": ".docx",
    ".key": ".pptx",
    ".odp": ".pptx",
    ".odt": ".docx",
    ".pages": ".docx",
    ".potx": ".pptx",
    ".pps": ".pptx",
    ".ppsx": ".pptx",
    ".ppt": ".pptx",
    ".pptm": ".pptx",
}
"""The endings that people have for the same thing, with the one to save the file as."""
