"""Rich Text Format. Imports striprtf."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from ...errors import KnowledgeError
from .plain import paragraphs_by_line
from .section import Section, not_installed

_NOT_SHOWN = re.compile(r"\{[^{}]*\\(?:deleted|v)(?![a-z0-9])[^{}]*\}")
"""A run that was deleted with changes tracked, or is hidden."""


def rtf_sections(path: Path) -> Iterator[Section]:
    """Sections of one or more paragraphs, labelled with the number of their first paragraph. Raises KnowledgeError."""
    try:
        from striprtf.striprtf import rtf_to_text
    except ImportError:
        raise not_installed() from None
    written = path.read_bytes().decode("cp1252", "replace").lstrip("\ufeffï»¿")
    if not written.startswith("{\\rtf"):
        raise KnowledgeError("is not RTF; save it again as .rtf or .docx")
    # striprtf searches each line for links from every field on, so let each field begin a line; RTF ignores line ends.
    written = _NOT_SHOWN.sub("", written).replace("{\\field", "\n{\\field")
    return _spaced(str(rtf_to_text(written, errors="replace")))  # type: ignore[no-untyped-call]


def _spaced(text: str) -> Iterator[Section]:
    """RTF has no blank lines between paragraphs: each line is one."""
    for section in paragraphs_by_line("\n\n".join(text.split("\n")), "line"):
        number = (int(section.place.removeprefix("line ")) + 1) // 2
        yield section._replace(place=f"paragraph {number}")
