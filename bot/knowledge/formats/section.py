"""What a reader finds in a document."""

from __future__ import annotations

from typing import NamedTuple

from ...errors import KnowledgeError


class Section(NamedTuple):
    """A section's title ("" for the file's name), its place in the file, such as "page 3", and its text."""

    title: str
    place: str
    text: str


class Unread(NamedTuple):
    """Why a part of the file isn't served. The rest is."""

    said: str


Above = list[tuple[int, str]]
"""The headings above a text, outermost first: depth from 0, title."""


def under(above: Above, lines: list[str]) -> Section:
    """The section under these headings, labelled with all of them: "Pricing > Discounts"."""
    titles = [title for _, title in above if title]
    return Section(titles[-1] if titles else "", " > ".join(titles), "\n".join(lines))


def deeper(above: Above, depth: int, title: str) -> Above:
    """The headings above what follows one more heading."""
    return [*(entry for entry in above if entry[0] < depth), (depth, title)]


def not_installed() -> KnowledgeError:
    """The error of a file whose library is missing."""
    return KnowledgeError("install askwell[documents] to read it")
