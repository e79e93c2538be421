"""Saved web pages, by heading. Imports lxml.html."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ...errors import KnowledgeError
from .section import Above, Section, deeper, not_installed, under

_DECLARED = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_BYTE_ORDERS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_UNSEEN = frozenset(("head", "script", "style", "template", "noscript", "select", "svg", "object", "iframe"))
_INLINE = frozenset(
    (
        *("a", "abbr", "acronym", "b", "bdi", "bdo", "big", "br", "cite", "code", "data", "del", "dfn", "em", "font"),
        *("i", "ins", "kbd", "label", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup"),
        *("td", "th", "time", "tt", "u", "var", "wbr"),
    )
)
"""What doesn't end a block. A row of a table is one."""
_BEFORE = {"br": "\n", "td": " ", "th": " "}
_HEADING = re.compile("h[1-6]")


def html_sections(path: Path) -> Iterator[Section]:
    """One section per heading, labelled with its parent headings. Scripts and hidden parts are left out.

    Raises KnowledgeError.
    """
    try:
        from lxml import etree, html
    except ImportError:
        raise not_installed() from None
    text = _decoded(path.read_bytes())
    parser = html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=True)  # 2,048 elements deep, not 256
    try:
        root = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except etree.ParserError:
        return  # it is empty
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise KnowledgeError("is nested too deeply to be read whole; save it as .docx or .txt")
    above: Above = []
    lines: list[str] = []
    for depth, words in _blocks(root):
        if depth is None:
            lines += [words, ""]
        else:
            yield under(above, lines)
            above, lines = deeper(above, depth, " ".join(words.split())), []
    yield under(above, lines)


def _decoded(data: bytes) -> str:
    """The page's text: as its byte order mark says, else UTF-8, else as the page itself declares."""
    for mark, name in _BYTE_ORDERS:
        if data.startswith(mark):
            return data[len(mark) :].decode(name, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        declared = _DECLARED.search(data[:4096])
        try:
            return data.decode(declared[1].decode("ascii")) if declared else _refused(error)
        except (LookupError, UnicodeDecodeError):
            return _refused(error)


def _refused(error: UnicodeDecodeError) -> str:
    raise KnowledgeError(f"is not UTF-8 text (byte {error.start}); save it as UTF-8") from None


def _blocks(root: Any) -> Iterator[tuple[int | None, str]]:
    """Each block's words, in order, with the depth of a heading, None for other text. No recursion: pages nest."""
    from lxml import etree

    held: list[str] = []
    heading: int | None = None
    walk = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, element in walk:
        name = element.tag if isinstance(element.tag, str) else ""
        unseen = name in _UNSEEN or "hidden" in element.attrib if name else True
        ends = _HEADING.fullmatch(name) or (heading is None and name not in _INLINE and not unseen)
        if ends and "".join(held).strip():
            yield (heading if event == "end" else None), "".join(held)
            held = []
        if _HEADING.fullmatch(name):
            heading = int(name[1]) if event == "start" else None
        if event == "start" and unseen:
            walk.skip_subtree()
        elif event == "start":
            held += [_BEFORE.get(name, ""), _collapsed(element)]
        else:
            held.append(re.sub(r"\s+", " ", element.tail or ""))


def _collapsed(element: Any) -> str:
    text = element.text or ""
    return text if element.tag == "pre" else re.sub(r"\s+", " ", text)
