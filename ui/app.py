"""The app's entry: what every page wears, and which page it is."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from ui import frame, pages, resources, routes

_ABOUT = (
    "**Askwell**: rehearse a coaching conversation before you have it. It runs on this machine, and "
    "nothing leaves it unless a language model has been set up."
)

# A file of ours: an emoji or a material icon for the tab is fetched from another host.
ICON = Path(__file__).with_name("icon.png")


def main() -> None:
    """Show the page in the address, then begin to load what a conversation needs."""
    st.set_page_config(page_title="Askwell", page_icon=str(ICON), layout="centered", menu_items={"About": _ABOUT})
    st.logo(str(ICON), size="large")
    frame.dress()
    all_pages = pages.by_name()
    routes.hand_on(all_pages)
    chosen = st.navigation(list(all_pages.values()), position="top")
    frame.titled(chosen.title)
    frame.fold_menu(chosen.url_path)
    chosen.run()
    resources.loading()


main()
