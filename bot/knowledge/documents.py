"""Your own documents: Markdown, text, PDF and Word files, split into sections that the guidance search finds.

Documents are data for the manager's guidance; the rep never sees them. Unreadable ones are skipped and reported.
pypdf and python-docx come with `askwell[documents]` and are imported only when a file needs them.
"""

from __future__ import annotations

import logging
import os
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ..errors import KnowledgeError
from ..scenario.library import Library
from .guidance import Passage
from .ranking import prose_sentences

FOLDER = "knowledge/documents"
MOST_BYTES = 20 * 1024 * 1024
MOST_UNPACKED = 200 * 1024 * 1024
"""Maximum unpacked size of a Word file, in bytes."""
MOST_PARTS = 5000
PART_CHARS = 700
"""Maximum characters of a part, about as much as the embedding model reads."""

_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.*?)[ \t#]*")
_FENCE = re.compile(r" {0,3}(```|~~~)")
_FRONT = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")  # characters that could control a terminal
_EXTRA = "install askwell[documents] to read it"

Section = tuple[str, str, str]
"""Title, place in the file, text."""


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


def document_text(path: Path) -> str:
    """The text of a .md or .txt file, with line feeds as line ends. Raises KnowledgeError."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise KnowledgeError(f"is not UTF-8 text (byte {error.start})") from None
    if "\x00" in text:
        raise KnowledgeError("is not text: it contains a zero byte")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _files(folder: Path) -> Iterator[Path]:
    """Files and symlinks in a folder, in order, without hidden ones. Doesn't follow symlinks to directories."""
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        linked = [name for name in folders if (Path(place) / name).is_symlink()]
        for name in sorted([*files, *linked]):
            if not name.startswith("."):
                yield Path(place) / name


def _document(name: str, path: Path, inside: Path) -> Document:
    try:
        _refuse(path, inside)
        sections = _READERS[path.suffix.lower()](path)
        parts: list[Passage] = []
        for title, place, text in sections:
            for piece in _pieces(_CONTROL.sub(" ", text)):
                if len(parts) == MOST_PARTS:
                    return Document(name, path, tuple(parts), f"only its first {MOST_PARTS:,} sections are searched")
                parts.append(_part(name, len(parts), title or Path(name).stem, place, piece))
    except KnowledgeError as error:
        return Document(name, path, problem=str(error))
    except Exception as error:  # these readers may raise anything for a damaged file
        said = str(error).partition("\n")[0]
        return Document(name, path, problem=f"can't be read: {type(error).__name__}{f': {said}' if said else ''}")
    return Document(name, path, tuple(parts), "" if parts else "contains no text")


def _refuse(path: Path, inside: Path) -> None:
    if not path.resolve().is_relative_to(inside):
        raise KnowledgeError("is a link to a file outside the directory; put the file itself here")
    if not path.is_file():
        raise KnowledgeError("is not a regular file")
    if path.suffix.lower() not in _READERS:
        raise KnowledgeError(f"is not one of {', '.join(sorted(_READERS))}")
    if path.stat().st_size > MOST_BYTES:
        raise KnowledgeError(f"is larger than {MOST_BYTES // 1024**2} MB; split it up")


def _part(name: str, number: int, title: str, place: str, text: str) -> Passage:
    title = " ".join(_CONTROL.sub(" ", title).split())
    source = _CONTROL.sub(" ", f"{name}, {place}" if place else name)
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


def _markdown(path: Path) -> Iterator[Section]:
    """One section per heading, labelled with its parent headings: "Pricing > Discounts"."""
    above: list[tuple[int, str]] = []
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
        yield _section(above, lines)
        lines = []
        above = [*(entry for entry in above if entry[0] < len(heading[1])), (len(heading[1]), heading[2])]
    yield _section(above, lines)


def _section(above: list[tuple[int, str]], lines: list[str]) -> Section:
    titles = [title for _, title in above if title]
    return titles[-1] if titles else "", " > ".join(titles), "\n".join(lines)


def _plain(path: Path) -> Iterator[Section]:
    """Sections of one or more paragraphs, labelled with their first line number."""
    held: list[str] = []
    began, chars = 1, 0
    for number, line in enumerate(document_text(path).split("\n"), 1):
        if not line.strip() and chars > PART_CHARS // 2:
            yield "", f"line {began}", "\n".join(held)
            held, chars = [], 0
        if line.strip() and not chars:
            began = number
        held.append(line)
        chars += len(line.strip())
    yield "", f"line {began}", "\n".join(held)


def _pdf(path: Path) -> Iterator[Section]:
    try:
        import pypdf
    except ImportError:
        raise KnowledgeError(_EXTRA) from None
    logging.getLogger("pypdf").setLevel(logging.ERROR)  # it warns about every oddity it recovers from
    for number, page in enumerate(pypdf.PdfReader(path).pages, 1):
        yield "", f"page {number}", page.extract_text()


def _word(path: Path) -> Iterator[Section]:
    try:
        import docx
    except ImportError:
        raise KnowledgeError(_EXTRA) from None
    with zipfile.ZipFile(path) as packed:
        if sum(entry.file_size for entry in packed.infolist()) > MOST_UNPACKED:
            raise KnowledgeError(f"unpacks to more than {MOST_UNPACKED // 1024**2} MB")
    above: list[tuple[int, str]] = []
    lines: list[str] = []
    for block in docx.Document(str(path)).iter_inner_content():
        style = getattr(block.style, "name", None) or ""
        level = re.fullmatch(r"Title|Heading ([1-9])", style)
        if isinstance(block, docx.table.Table):
            lines += [" ".join(cell.text for cell in row.cells) for row in block.rows]
        elif level is None:
            lines += [block.text, ""]
        else:
            yield _section(above, lines)
            depth, lines = int(level[1] or 0), []
            above = [*(entry for entry in above if entry[0] < depth), (depth, block.text.strip())]
    yield _section(above, lines)


_READERS: dict[str, Callable[[Path], Iterator[Section]]] = {
    ".md": _markdown,
    ".txt": _plain,
    ".pdf": _pdf,
    ".docx": _word,
}
