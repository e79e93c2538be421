"""The app's entry: what every page wears, and which page it is."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from ui import frame, resources, routes

ABOUT = (
    "**Askwell**: rehearse a coaching conversation before you have it. It runs on this machine and sends nothing "
    "away, unless a language model was set up for it."
)

# A file of ours: an emoji or a material icon for the tab is fetched from another host.
ICON = Path(__file__).with_name("icon.png")


def pages() -> dict[str, st.Page]:
    """The pages by name; those of one session are reached by links only."""
    return {
        "home": st.Page(_home, title="Practice", default=True),
        "library": st.Page(_library, title="Scenarios", url_path="scenarios"),
        "learn": st.Page(_learn, title="Learn", url_path=routes.LEARN),
        "examples": st.Page(_examples, title="Two conversations", url_path="examples"),
        "practice": st.Page(_practice, title="Conversation", url_path="practice", visibility="hidden"),
        "debrief": st.Page(_debrief, title="Debrief", url_path="debrief", visibility="hidden"),
    }


# Each page is imported when it is first shown, so that the first one need not wait for the charts of another.


def _home() -> None:
    from ui.views import home

    home.page()


def _library() -> None:
    from ui.views import library

    library.page()


def _learn() -> None:
    from ui.views import learn

    learn.page()


def _examples() -> None:
    from ui.views import examples

    examples.page()


def _practice() -> None:
    from ui.views import practice

    practice.page()


def _debrief() -> None:
    from ui.views import debrief

    debrief.page()


def main() -> None:
    """Show the page in the address, then begin to load what a conversation needs."""
    st.set_page_config(page_title="Askwell", page_icon=str(ICON), layout="centered", menu_items={"About": ABOUT})
    st.logo(str(ICON), size="large")
    frame.dress()
    all_pages = pages()
    routes.hand_on(all_pages)
    st.navigation(list(all_pages.values()), position="top").run()
    resources.loading()


main()
