"""The pages with their addresses. What is shown stands in the address: `/practice?session=…`, `/learn?passage=…`."""

from __future__ import annotations

from typing import NoReturn
from urllib.parse import urlencode

import streamlit as st

LEARN = "learn"
RETRY = "retry"
"""Names the retry in the address of a debrief."""
CALL = "call"
"""Names one of your own calls in the address of its debrief."""
DRILL_KIND, PLAN = "kind", "plan"
"""Name the kind of drill, and the plan, in the address of their pages."""
_PAGES = "askwell-pages"


def hand_on(pages: dict[str, st.Page]) -> None:
    """Keep the pages, by name, for the links of this visitor's session; app.py makes them anew in every run."""
    st.session_state[_PAGES] = pages


def passage(passage_id: str) -> str:
    """The address of a passage of the guidance, from any page."""
    return f"{LEARN}?{urlencode({'passage': passage_id})}"


def go(name: str, session_id: str | None = None, **more: str) -> NoReturn:
    """Go to a page, with a session in the address where it has one; `more` stands in the address as well."""
    named = {**({"session": session_id} if session_id else {}), **more}
    st.switch_page(st.session_state[_PAGES][name], query_params=named or None)


def link(name: str, label: str, session_id: str | None = None, icon: str | None = None, **more: str) -> None:
    """A link to another page; it works in a new tab as well. `label` is our own wording, never a user's.

    `more` stands in the address as well.
    """
    named = {**({"session": session_id} if session_id else {}), **more}
    st.page_link(
        st.session_state[_PAGES][name],
        label=label,
        icon=icon,
        query_params=named or None,
    )


def here(session_id: str, retry: str | None = None) -> None:
    """As the callback of a button: show another session, or one of its retries, on the page that is open.

    A link would not do: to the page that is open, Streamlit follows it without a change of address.
    """
    st.query_params.from_dict({"session": session_id, **({RETRY: retry} if retry else {})})
