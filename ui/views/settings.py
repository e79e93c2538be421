"""Settings: what reps call you, live feedback, who words the rep, the theme, and deleting everything."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from bot.errors import AskwellError
from bot.preferences import LONGEST_NAME, clean_name, forget_preferences, keep_preferences, read_preferences
from bot.scoring.saying import sentence_case
from bot.settings import settings

from .. import frame, mine, resources, speaker
from ..markup import element
from ..wording import count

_THEME = (
    "Askwell follows your system. To choose, open the menu (⋮) at the top right: System, Light or Dark. Your browser "
    "remembers your choice."
)
_NAME = "settings-name"
_LIVE = "settings-live"
_SAVED = "setting-saved"


@frame.calm
def page() -> None:
    """The settings, each kept as soon as it is changed."""
    kept = read_preferences(settings().home)
    st.session_state[_NAME], st.session_state[_LIVE] = kept.name, kept.live  # another tab may have changed them
    frame.show(element("header", element("h1", "Settings"), class_="scene-head"))
    refused = st.session_state.pop(speaker.REFUSED, None)
    saved = st.session_state.pop(_SAVED, None)
    if refused:
        frame.notice(sentence_case(str(refused)))
    elif saved:
        frame.notice(str(saved), "quiet")
    with st.container(key="settings"):
        _you()
        st.header("Who writes the rep’s words", anchor=False)
        speaker.in_settings()
        st.header("Light or dark", anchor=False)
        frame.show(element("p", _THEME))
        mine.mine_section()
        _everything()


def _you() -> None:
    st.header("You", anchor=False)
    st.text_input(
        "Your first name",
        key=_NAME,
        max_chars=LONGEST_NAME,
        placeholder="As a rep would say it",
        autocomplete="given-name",
        on_change=_keep,
    )
    instead = (
        "Reps call you by it, in place of Karen, Tomas and the other managers of the scripts. If somebody else in a "
        "story has your name, you keep the one in the script. Saved conversations don’t change."
    )
    frame.show(element("p", instead, class_="quiet small"))
    st.toggle("Show live feedback when a conversation opens", key=_LIVE, on_change=_keep)
    frame.show(element("p", "It shows how much you ask and tell as you talk.", class_="quiet small"))


def _keep() -> None:
    """Runs before the page does."""
    home = settings().home
    name = clean_name(str(st.session_state[_NAME] or ""))
    try:
        keep_preferences(home, replace(read_preferences(home), name=name, live=bool(st.session_state[_LIVE])))
        st.session_state[_SAVED] = "Saved."
    except AskwellError as error:
        st.session_state[speaker.REFUSED] = str(error)


def _everything() -> None:
    st.header("Delete everything", anchor=False)
    sessions = len(resources.store().heads())
    has = f"You have {count(sessions, 'session')}, which nobody else sees unless you show them. "
    frame.show(
        element(
            "p",
            has if sessions else "You have no sessions yet. ",
            "This also deletes all else that you keep, and these settings.",
        )
    )
    if st.button("Delete everything…", key="delete-all"):
        _confirm()


@st.dialog("Delete everything?")
@frame.calm
def _confirm() -> None:
    sessions, others = len(resources.store().heads()), sum(resources.store().records.counts().values())
    beside = f", {count(others, 'other thing')} that you keep" if others else ""
    goes = (
        f"{count(sessions, 'session')} with every word and debrief{beside}, and these settings"
        if sessions
        else f"{beside.removeprefix(', ')} and these settings"
        if others
        else "these settings"
    )
    frame.show(element("p", f"This deletes {goes}. ", element("b", "This can’t be undone.")))
    with st.container(horizontal=True):
        if st.button("Delete everything", type="primary", key="really-delete-all"):
            gone = resources.store().clear()
            resources.store().records.clear()
            forget_preferences(settings().home)
            st.session_state[_SAVED] = f"Deleted: {count(gone, 'session')} and your settings."
            st.rerun()
        if st.button("Keep everything", key="keep-all"):
            st.rerun()
