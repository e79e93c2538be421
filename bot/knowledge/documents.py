"""Your own documents, split into sections that the guidance search finds. `formats` reads each kind.

Documents are data for the manager's guidance; the rep never sees them. Unreadable ones are skipped and reported.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..errors import KnowledgeError
from ..redaction import redacted
from ..scenario.library import Library
from .formats import FORMATS, INSTEAD, Unread
from .guidance import Passage
from .ranking import prose_sentences
from .tidying import tidied

FOLDER = "knowledge/documents"
MOST_BYTES = 20 * 1024 * 1024
MOST_PARTS = 5000
MOST_SAID = 200
"""How much of a library's own message is repeated."""
PART_CHARS = 700
"""Maximum characters of a part, about as much as the embedding model reads."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")  # characters that could control a terminal
_LEFT_BEHIND = re.compile(r"\..*|~.*|.*~|thumbs\.db|desktop\.ini|icon\r|__macosx", re.IGNORECASE | re.DOTALL)
"""What systems and editors leave beside documents, such as the lock `~$x.docx` of a file that Word has open."""


@dataclass(frozen=True, slots=True)
class Document:
    """A file: its name relative to the folder, its parts, and the reason it (or the rest of it) was skipped."""

    name: str
    path: Path
    parts: tuple[Passage, ...] = ()
    problem: str = ""


def read_documents(library: Library) -> tuple[Document, ...]:
    """Every document in the library's `knowledge/documents`, by name. The first root with a name wins."""
    found: dict[str, Document] = {}
    for root in library.roots:  # the library's own listing omits links and non-files, which we report
        for path in _files(root / FOLDER):
            name = path.relative_to(root / FOLDER).as_posix()
            if name not in found:
                found[name] = _document(name, path, (root / FOLDER).resolve())
    return tuple(found[name] for name in sorted(found))


def _files(folder: Path) -> Iterator[Path]:
    """Files and symlinks in a folder, in order, without what systems leave. Doesn't follow symlinks to directories."""
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not _LEFT_BEHIND.fullmatch(name))
        linked = [name for name in folders if (Path(place) / name).is_symlink()]
        for name in sorted([*files, *linked]):
            if not _LEFT_BEHIND.fullmatch(name):
                yield Path(place) / name


def _document(name: str, path: Path, inside: Path) -> Document:
    parts: list[Passage] = []
    try:
        _refuse(path, inside)
        for found in FORMATS[path.suffix.lower()](path):
            if isinstance(found, Unread):
                return Document(name, path, tuple(parts), found.said)
            for piece in _pieces(_CONTROL.sub(" ", tidied(found.text))):
                if len(parts) == MOST_PARTS:
                    return Document(name, path, tuple(parts), f"only its first {MOST_PARTS:,} sections are searched")
                parts.append(_part(name, len(parts), found.title or Path(name).stem, found.place, piece))
    except KnowledgeError as error:
        return Document(name, path, problem=str(error))
    except Exception as error:  # these readers may raise anything for a damaged file
        said = _CONTROL.sub(" ", str(error).partition("\n")[0])[:MOST_SAID]
        return Document(
            name, path, problem=redacted(f"can't be read: {type(error).__name__}{f': {said}' if said else ''}")
        )
    return Document(name, path, tuple(parts), "" if parts else "contains no text")


def _refuse(path: Path, inside: Path) -> None:
    if not path.resolve().is_relative_to(inside):
        raise KnowledgeError("is a link to a file outside the directory; put the file itself here")
    if not path.is_file():
        raise KnowledgeError("is not a regular file")
    ending = path.suffix.lower()
    if ending in INSTEAD:
        raise KnowledgeError(f"is a {ending} file; save it as {INSTEAD[ending]}")
    if ending not in FORMATS:
        raise KnowledgeError(f"is not one of {', '.join(sorted(FORMATS))}")
    if path.stat().st_size > MOST_BYTES:
        raise KnowledgeError(f"is larger than {MOST_BYTES // 1024**2} MB; split it up")


def _part(name: str, number: int, title: str, place: str, text: str) -> Passage:
    title = " ".join(_CONTROL.sub(" ", tidied(title)).split())
    source = _CONTROL.sub(" ", tidied(f"{name}, {place}" if place else name))
    return Passage(id=f"documents/{name}#{number}", title=title, source=source, text=text)


def _pieces(text: str) -> Iterator[str]:
    """A text split into pieces of at most PART_CHARS characters: whole paragraphs if they fit, else sentences."""
    held = ""
    for block in re.split(r"\n[ \t]*\n", text):
        plain = " ".join(block.split())
        for piece in [plain] if len(plain) <= PART_CHARS else _bits(plain):
            if held and len(held) + len(piece) + 2 > PART_CHARS:
                yield held
                held = ""
            held = f"{held}\n\n{piece}" if held and piece else held or piece
    if held:
        yield held


def _bits(paragraph: str) -> Iterator[str]:
    held = ""
    for sentence in prose_sentences(paragraph):
        for start in range(0, len(sentence), PART_CHARS):
            bit = sentence[start : start + PART_CHARS]
            if held and len(held) + len(bit) + 1 > PART_CHARS:
                yield held
                held = ""
            held = f"{held} {bit}".strip()
    if held:
        yield held
