"""Word files, by heading. Imports python-docx, which finds the parts; the text is read from their XML.

python-docx's own text leaves out what stands in fields, content controls, boxes and nested tables, and repeats merged
cells. Here a file reads as Word shows it with all changes accepted: no deleted or hidden text, no reviewers' comments.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from .office import attribute, child, diagrams, rendered, tag
from .packed import check_package
from .section import Above, Section, deeper, not_installed, under

_GONE = frozenset(("del", "moveFrom", "delText", "instrText", "rt", "pPr", "rPr", "sdtPr", "sdtEndPr", "tblPr", "tcPr"))
"""What holds no text to show: changes that took it away, a field's code, how something looks."""
_SIGNS = {"tab": " ", "ptab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_HEADING = re.compile(r"heading ([1-9])", re.IGNORECASE)
_NOTES = ("footnotes", "endnotes")
_MARGINS = ("header", "footer")
_LETTER = re.compile(r"[^\W\d_]")
_MOST_STYLES = 20
"""How long a chain of styles may be that are based on each other."""


def word_sections(path: Path) -> Iterator[Section]:
    """One section per heading, labelled with its parent headings; then headers and footers. Raises KnowledgeError."""
    try:
        import docx
    except ImportError:
        raise not_installed() from None
    check_package(path, ".docx")
    document = docx.Document(str(path))
    depths = _heading_depths(document.styles.element)
    notes = _notes(document.part)
    above: Above = []
    lines: list[str] = []
    for block in _blocks(document.element.body):
        text = _text_of(block, notes)
        depth = _depth(block, depths)
        if depth is None or not text.strip():
            lines += [text, ""]
            continue
        yield under(above, lines)
        # What a heading holds beside its words, a box or a note, is text below it.
        title, _, more = text.partition("\n\n")
        above, lines = deeper(above, depth, " ".join(title.split())), [more]
    yield under(above, lines)
    drawn = list(diagrams(document.part))
    if drawn:
        yield Section("", "diagrams", "\n\n".join(drawn))
    margins = list(_margin_texts(document.part))
    if margins:
        yield Section("", "header and footer", "\n\n".join(margins))


def _blocks(element: Any) -> Iterator[Any]:
    """The paragraphs and tables of a body, those in content controls and insertions too."""
    for one in rendered(element):
        name = tag(one)
        if name in ("p", "tbl"):
            yield one
        elif name == "sdt":
            content = child(one, "sdtContent")
            if content is not None and child(one, "sdtPr", "showingPlcHdr") is None:  # else "Click to enter text"
                yield from _blocks(content)
        elif name not in _GONE:
            yield from _blocks(one)


def _text_of(block: Any, notes: Mapping[str, str]) -> str:
    """A paragraph's or a table's text. Boxes and notes follow the paragraph that they hang on, after a blank line."""
    if tag(block) == "tbl":
        return "\n".join(_row_texts(block, notes))
    beside: list[str] = []
    words = "".join(_runs(block, notes, beside))
    return "\n\n".join((words, *filter(None, beside)))


def _runs(element: Any, notes: Mapping[str, str], beside: list[str]) -> Iterator[str]:
    """The words below an element. What stands beside the line goes to `beside`."""
    for one in rendered(element):
        name = tag(one)
        if name == "t":
            yield one.text or ""
        elif name in _SIGNS:
            yield _SIGNS[name]
        elif name == "txbxContent":
            beside.append("\n".join(_text_of(block, notes) for block in _blocks(one)))
        elif name in ("footnoteReference", "endnoteReference"):
            beside.append(notes.get(f"{name}{attribute(one, 'id')}", ""))
        elif name == "sdt":
            content = child(one, "sdtContent")
            if content is not None and child(one, "sdtPr", "showingPlcHdr") is None:
                yield from _runs(content, notes, beside)
        elif name not in _GONE and not (name == "r" and _on(child(one, "rPr", "vanish"))):
            yield from _runs(one, notes, beside)


def _row_texts(table: Any, notes: Mapping[str, str]) -> Iterator[str]:
    """A line per row, its cells in order. A cell merged over several rows is in the first of them alone."""
    for row in _inner(table, "tr"):
        if child(row, "trPr", "del") is not None:
            continue
        cells = []
        for cell in _inner(row, "tc"):
            merged = child(cell, "tcPr", "vMerge")
            if merged is None or attribute(merged, "val") == "restart":
                texts = (_text_of(block, notes) for block in _blocks(cell))
                cells.append(" ".join(text.strip() for text in texts if text.strip()))
        yield " ".join(filter(None, cells))


def _inner(element: Any, name: str) -> Iterator[Any]:
    """A table's rows or a row's cells, those in content controls too."""
    for one in rendered(element):
        if tag(one) == name:
            yield one
        elif tag(one) in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"):
            yield from _inner(one, name)


def _on(switch: Any) -> bool:
    return switch is not None and attribute(switch, "val") not in ("0", "false", "off")


def _heading_depths(styles: Any) -> dict[str, int]:
    """The depth of each style that makes headings, by its id: 0 for a title, 1 to 9 for headings.

    A style counts if Word names it so, in whatever language it shows the name, if it has an outline level, or if it is
    based on one that counts.
    """
    known = {attribute(style, "styleId") or "": style for style in styles if tag(style) == "style"}
    found = {}
    for name in known:
        style, tried = known[name], 0
        while style is not None and tried < _MOST_STYLES:
            depth = _own_depth(style)
            if depth is not None:
                found[name] = depth
                break
            based = child(style, "basedOn")
            style, tried = known.get(attribute(based, "val") or "") if based is not None else None, tried + 1
    return found


def _own_depth(style: Any) -> int | None:
    outline = _outline(style)
    if outline is not None:
        return outline
    named = child(style, "name")
    name = (attribute(named, "val") or "") if named is not None else ""
    heading = _HEADING.fullmatch(name)
    if heading:
        return int(heading[1])
    return 0 if name.lower() == "title" else None


def _outline(element: Any) -> int | None:
    """A heading's depth by its outline level, of a style or paragraph. Word's level 0 is a heading 1, and 9 is text."""
    level = child(element, "pPr", "outlineLvl")
    value = attribute(level, "val") if level is not None else None
    return int(value) + 1 if value is not None and value.isdecimal() and int(value) < 9 else None


def _depth(block: Any, depths: Mapping[str, int]) -> int | None:
    """The depth of a heading; None for other text."""
    if tag(block) != "p":
        return None
    outline = _outline(block)
    style = child(block, "pPr", "pStyle")
    if outline is not None or style is None:
        return outline
    return depths.get(attribute(style, "val") or "")


def _notes(part: Any) -> dict[str, str]:
    """The text of each footnote and endnote, by the name of what refers to it and its id."""
    found = {}
    for root in _related(part, _NOTES):
        for note in root:
            if tag(note) in ("footnote", "endnote") and attribute(note, "type") in (None, "normal"):
                texts = (_text_of(block, {}).strip() for block in _blocks(note))
                found[f"{tag(note)}Reference{attribute(note, 'id')}"] = " ".join(filter(None, texts))
    return found


def _margin_texts(part: Any) -> Iterator[str]:
    """Each different text of headers and footers once, if it holds a word."""
    texts = ("\n".join(_text_of(block, {}) for block in _blocks(root)).strip() for root in _related(part, _MARGINS))
    yield from (text for text in dict.fromkeys(texts) if _LETTER.search(text))


def _related(part: Any, kinds: Iterable[str]) -> Iterator[Any]:
    """The parts of these kinds that a part refers to, as XML, in the order of their names."""
    from lxml import etree

    wanted = [one for one in part.rels.values() if not one.is_external and one.reltype.endswith(tuple(kinds))]
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    for relation in sorted(wanted, key=lambda one: str(one.target_part.partname)):
        yield etree.fromstring(relation.target_part.blob, parser)
