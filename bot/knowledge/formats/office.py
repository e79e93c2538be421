"""What Word's and PowerPoint's XML have in common. Elements are told apart by their names without namespace."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_DIAGRAM = "diagramData+xml"
_STAMPS = ("slidenum", "datetime")


def tag(element: Any) -> str:
    """An element's name without its namespace; "" for a comment or an entity."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def attribute(element: Any, name: str) -> str | None:
    """An attribute's value, whatever namespace its name is in; None if it is missing."""
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), None)


def child(element: Any, *names: str) -> Any:
    """The element reached by these names, one below the other; None if one is missing."""
    for name in names:
        element = next((one for one in element if tag(one) == name), None)
        if element is None:
            return None
    return element


def rendered(element: Any) -> Iterator[Any]:
    """The children that a reader shows: of two renderings of a drawing, the first."""
    for one in element:
        if tag(one) == "AlternateContent":
            chosen = next((found for name in ("Choice", "Fallback") if (found := child(one, name)) is not None), None)
            if chosen is not None:
                yield from rendered(chosen)
        else:
            yield one


def drawn_paragraphs(element: Any) -> Iterator[str]:
    """The text of each paragraph of a slide or diagram, in order; a merged cell once. No slide numbers or dates."""
    for one in rendered(element):
        name = tag(one)
        if name == "p":
            yield "".join(_drawn(one))
        elif name == "tr":
            # One line per row, as in a table of Word.
            cells = [" ".join(filter(None, drawn_paragraphs(cell))) for cell in one if tag(cell) == "tc"]
            yield " ".join(filter(None, cells))
        elif not (name == "tc" and (attribute(one, "hMerge") or attribute(one, "vMerge"))):
            yield from drawn_paragraphs(one)


def _drawn(paragraph: Any) -> Iterator[str]:
    for run in rendered(paragraph):
        if tag(run) == "br":
            yield "\n"
        elif tag(run) == "r" or (tag(run) == "fld" and not (attribute(run, "type") or "").startswith(_STAMPS)):
            text = child(run, "t")
            yield (text.text or "") if text is not None else ""


def diagrams(part: Any) -> Iterator[str]:
    """The text of each diagram (SmartArt) of a part, a line per paragraph."""
    from lxml import etree

    for relation in part.rels.values():
        if not relation.is_external and relation.target_part.content_type.endswith(_DIAGRAM):
            parser = etree.XMLParser(resolve_entities=False, no_network=True)
            found = drawn_paragraphs(etree.fromstring(relation.target_part.blob, parser))
            yield "\n".join(line for line in found if line.strip())
