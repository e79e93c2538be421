"""HTML that cannot be broken out of: whatever is not `Html` is escaped, and this is the only place that makes `Html`.

What people typed, and what scenario authors wrote, is text. It never passes through Markdown, so that a `*`, a `<b>`,
a `![](x)`, a `$x$` or a `:smile:` looks as typed and fetches nothing.
"""

from __future__ import annotations

import re
from html import escape

_VOID = frozenset({"br", "hr", "meta"})


class Html(str):
    """Markup that was made by `element` or `join`; any other text is escaped on its way into it."""

    __slots__ = ()


def text(words: str) -> Html:
    """The words as text, character for character."""
    return Html(escape(words, quote=True))


def join(*inside: str, between: str = "") -> Html:
    """The pieces one after another, with `between` between them."""
    return Html(str(_html(between)).join(_html(piece) for piece in inside))


def element(name: str, *inside: str, **attributes: str | None) -> Html:
    """An element around `inside`; what is not `Html` is escaped.

    Attributes are escaped too, and left out where None; `class_` is class, and an underscore within stands for a
    hyphen. Names come from our own code, never from outside.
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(value, quote=True)}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in _VOID:
        return Html(f"<{name}{written}>")
    return Html(f"<{name}{written}>{join(*inside)}</{name}>")


def paragraphs(words: str, found: re.Pattern[str] | None = None) -> Html:
    """Prose as paragraphs, with what `found` finds marked; a blank line parts them."""
    return join(*(element("p", marked(" ".join(part.split()), found)) for part in words.split("\n\n") if part.strip()))


def marked(words: str, found: re.Pattern[str] | None) -> Html:
    """The words as text, with what `found` finds in them marked."""
    pieces: list[Html] = []
    at = 0
    for match in found.finditer(words) if found else ():
        pieces += [text(words[at : match.start()]), element("mark", match[0])]
        at = match.end()
    return join(*pieces, text(words[at:]))


def as_label(words: str) -> str:
    """The words for the label of a Streamlit widget, which is read as Markdown: every mark is escaped."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", " ".join(words.split()))


def spoken(words: str, more: str = "") -> Html:
    """What somebody said, with its spaces and line breaks, in whichever direction its script runs."""
    return element("div", words, class_=f"spoken {more}".strip(), dir="auto")


def _html(piece: str) -> str:
    return piece if isinstance(piece, Html) else escape(piece, quote=True)
