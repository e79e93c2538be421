"""The pages with their addresses. A session's id stands in the address bar: `/practice?session=…`."""

from __future__ import annotations

from typing import NoReturn

import streamlit as st


def pages() -> dict[str, st.Page]:
    """The pages by name; those of one session are reached by links only."""
    return {
        "home": st.Page(_home, title="Practice", default=True),
        "library": st.Page(_library, title="Scenarios", url_path="scenarios"),
        "examples": st.Page(_examples, title="Two conversations", url_path="examples"),
        "practice": st.Page(_practice, title="Conversation", url_path="practice", visibility="hidden"),
        "debrief": st.Page(_debrief, title="Debrief", url_path="debrief", visibility="hidden"),
    }


def go(name: str, session_id: str | None = None) -> NoReturn:
    """Go to a page, with a session in the address where it has one."""
    st.switch_page(pages()[name], query_params={"session": session_id} if session_id else None)


def link(name: str, label: str, session_id: str | None = None, icon: str | None = None) -> None:
    """A link to a page; it works in a new tab as well. `label` is our own wording, never a user's."""
    st.page_link(pages()[name], label=label, icon=icon, query_params={"session": session_id} if session_id else None)


# Each page is imported when it is first shown, so that the first one need not wait for the charts of another.


def _home() -> None:
    from .views import home

    home.page()


def _library() -> None:
    from .views import library

    library.page()


def _examples() -> None:
    from .views import examples

    examples.page()


def _practice() -> None:
    from .views import practice

    practice.page()


def _debrief() -> None:
    from .views import debrief

    debrief.page()
