"""The debrief's download buttons. A file is made when it is asked for, and not on every run of the page."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from .content import OnePage
from .pdf import as_pdf
from .web import as_web_page


def files_to_download(
    page: Callable[[], OnePage], markdown: Callable[[], str], kept: Callable[[], Mapping[str, Any]]
) -> tuple[tuple[str, str, str, Callable[[], str | bytes]], ...]:
    """Each file's kind, the ending of its name, its media type, and what makes it."""
    return (
        ("PDF", "pdf", "application/pdf", lambda: as_pdf(page())),
        ("web page", "html", "text/html", lambda: as_web_page(page())),
        ("Markdown", "md", "text/markdown", markdown),
        ("JSON", "json", "application/json", lambda: json.dumps(kept(), ensure_ascii=False, indent=2) + "\n"),
    )


def downloads(
    name: str, page: Callable[[], OnePage], markdown: Callable[[], str], kept: Callable[[], Mapping[str, Any]]
) -> None:
    """Four buttons in a row. `name` is the files' name without its ending; each callable makes what a file holds.

    The callables run in a thread of their own, after the page: they may use no Streamlit and no open database session.
    A press doesn't run the page again: a run replaces every callable, and the file just asked for may be lost with it.
    """
    with st.container(horizontal=True, key="downloads"):
        for label, ending, mime, make in files_to_download(page, markdown, kept):
            st.download_button(
                f"Download as {label}",
                make,
                f"{name}.{ending}",
                mime,
                on_click="ignore",
                type="secondary" if ending == "pdf" else "tertiary",
                icon=":material/download:",
                key=f"download-{ending}",
            )
