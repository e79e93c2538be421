"""Word files as utterances: Teams' and Zoom's transcripts, with every text in document order."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from ..errors import TranscriptError
from .plain import read_plain
from .tables import utterances_of_rows
from .utterance import NobodyNamedError, Utterances
from .zipped import check_office_file

_SPACE = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SKIPPED = frozenset(
    {
        f"{_SPACE}del",
        f"{_SPACE}moveFrom",
        f"{_SPACE}instrText",
        "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
    }
)
_BREAKS = {f"{_SPACE}br": "\n", f"{_SPACE}cr": "\n", f"{_SPACE}tab": "  ", f"{_SPACE}noBreakHyphen": "-"}


def read_word(data: bytes, name: str) -> Utterances:
    """The utterances of a Word file: of its paragraphs, or of its largest table. Raises TranscriptError."""
    check_office_file(data, name)
    try:
        import docx
    except ImportError:
        raise TranscriptError(f"{name}: install askwell[documents] to read a Word file") from None
    try:
        body = docx.Document(io.BytesIO(data)).element.body
        tables = [list(_rows(table)) for table in body.iter(f"{_SPACE}tbl")]
        text = "\n\n".join(_paragraph(one) for one in body.iter(f"{_SPACE}p") if not _nested(one))
    except Exception as error:  # it may raise anything for a damaged file
        raise TranscriptError(f"{name}: can't be read as Word: {type(error).__name__}; save it as text") from None
    largest = max(tables, key=len, default=[])
    if len(largest) > 3 and max(len(row) for row in largest) > 1:
        try:
            return utterances_of_rows(largest, name)
        except TranscriptError:
            pass  # a table of something else beside the talk
    try:
        return read_plain(text, name)
    except NobodyNamedError as error:
        said = str(error).removeprefix(name).partition(": ")[2]
        raise NobodyNamedError(f"{name}: {said}") from None


def _rows(table: Any) -> Iterator[list[str]]:
    for row in table.iterchildren(f"{_SPACE}tr"):
        yield [" ".join(_paragraph(one) for one in cell.iter(f"{_SPACE}p")) for cell in row.iterchildren(f"{_SPACE}tc")]


def _nested(paragraph: Any) -> bool:
    return any(above.tag in _SKIPPED for above in paragraph.iterancestors())


def _paragraph(paragraph: Any) -> str:
    return "".join(_texts(paragraph))


def _texts(element: Any) -> Iterator[str]:
    for child in element:
        if child.tag in _SKIPPED or child.tag == f"{_SPACE}p":
            continue
        if child.tag == f"{_SPACE}t":
            yield child.text or ""
        elif child.tag in _BREAKS:
            yield _BREAKS[child.tag]
        else:
            yield from _texts(child)
