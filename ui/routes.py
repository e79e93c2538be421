"""The pages with their addresses. What is shown stands in the address: `/practice?session=…`, `/learn?passage=…`."""

from __future__ import annotations

from typing import NoReturn
from urllib.parse import urlencode

import streamlit as st

_LEARN = "learn"


def pages() -> dict[str, st.Page]:
    """The pages by name; those of one session are reached by links only."""
    return {
        "home": st.Page(_home, title="Practice", default=True),
        "library": st.Page(_library, title="Scenarios", url_path="scenarios"),
        "learn": st.Page(_learn, title="Learn", url_path=_LEARN),
        "examples": st.Page(_examples, title="Two conversations", url_path="examples"),
        "practice": st.Page(_practice, title="Conversation", url_path="practice", visibility="hidden"),
        "debrief": st.Page(_debrief, title="Debrief", url_path="debrief", visibility="hidden"),
    }


def passage(passage_id: str) -> str:
    """The address of a passage of the guidance, from any page."""
    return f"{_LEARN}?{urlencode({'passage': passage_id})}"


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


def _learn() -> None:
    from .views import learn

    learn.page()


def _examples() -> None:
    from .views import examples

    examples.page()


def _practice() -> None:
    from .views import practice

    practice.page()


def _debrief() -> None:
    from .views import debrief

    debrief.page()
