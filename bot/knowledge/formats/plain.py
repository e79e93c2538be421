"""Markdown and plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from ...errors import KnowledgeError
from .section import Above, Section, deeper, under

_LONG_ENOUGH = 350
"""A section of plain text ends at the first blank line after this many characters."""

_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.*?)[ \t#]*")
_FENCE = re.compile(r" {0,3}(```|~~~)")
_FRONT = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)


def document_text(path: Path) -> str:
    """The text of a .md or .txt file, with line feeds as line ends. Raises KnowledgeError."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise KnowledgeError(f"is not UTF-8 text (byte {error.start}); save it as UTF-8") from None
    if "\x00" in text:
        raise KnowledgeError("is not text: it contains a zero byte; save it as UTF-8")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def markdown_sections(path: Path) -> Iterator[Section]:
    """One section per heading, labelled with its parent headings: "Pricing > Discounts"."""
    above: Above = []
    lines: list[str] = []
    fence = ""
    for line in _FRONT.sub("", document_text(path)).split("\n"):
        mark = _FENCE.match(line)
        if mark and fence in ("", mark[1]):
            fence = "" if fence else mark[1]
        heading = None if fence or mark else _HEADING.fullmatch(line)
        if heading is None:
            lines.append(line)
            continue
        yield under(above, lines)
        lines = []
        above = deeper(above, len(heading[1]), heading[2])
    yield under(above, lines)


def text_sections(path: Path) -> Iterator[Section]:
    """Sections of one or more paragraphs, labelled with their first line number."""
    return paragraphs_by_line(document_text(path), "line")


def paragraphs_by_line(text: str, called: str) -> Iterator[Section]:
    """Sections of whole paragraphs, each labelled with the number of its first line, such as "line 41"."""
    held: list[str] = []
    began, chars = 1, 0
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip() and chars > _LONG_ENOUGH:
            yield Section("", f"{called} {began}", "\n".join(held))
            held, chars = [], 0
        if line.strip() and not chars:
            began = number
        held.append(line)
        chars += len(line.strip())
    yield Section("", f"{called} {began}", "\n".join(held))
