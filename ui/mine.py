"""Everything of mine, on the settings page: export it, or delete one thing, one kind, or all."""

from __future__ import annotations

import json
from collections.abc import Sequence

import streamlit as st

from bot.store import KeptRecord, RecordKind, SessionHead
from bot.store.exported import everything_json

from . import frame, resources
from .markup import element
from .progressed import FOCUS_WORDS
from .share.everything import RECORD_NAMES, as_readable, moment_words
from .wording import count

DELETED = "mine-deleted"
SESSIONS = "sessions"
_CHOSEN = "mine-one"


def mine_section() -> None:
    """The exports, and a way to delete each kind of thing or one of it. Raises StoreError."""
    st.header("Everything of yours", anchor=False)
    heads, counts = resources.store().heads(), resources.store().records.counts()
    frame.show(element("p", _what_there_is(heads, counts)))
    if deleted := st.session_state.pop(DELETED, None):
        frame.notice(str(deleted), "quiet")
    if heads or counts:
        _exports()
    for kind, number in counts.items():
        with st.expander(f"{RECORD_NAMES[kind]}: {number}", key=f"mine-{kind}"):
            _one_of(kind)
            if st.button(f"Delete all of these ({number})…", key=f"delete-kind-{kind}"):
                _confirm_kind(kind, number)
    if heads and st.button(f"Delete all sessions ({len(heads)})…", key="delete-sessions"):
        _confirm_sessions(len(heads))


def _what_there_is(heads: Sequence[SessionHead], counts: dict[RecordKind, int]) -> str:
    if not heads and not counts:
        return "Nothing is kept yet."
    beside = f" and {count(sum(counts.values()), 'other thing')}" if counts else ""
    tries = sum(head.parent is not None for head in heads)
    sessions = count(len(heads), "session") + (f" ({tries} of them another try at a moment)" if tries else "")
    where = "To delete a single session with its retries, use the front page." if heads else ""
    return f"You keep {sessions}{beside}, on this machine only. {where}".strip()


def _exports() -> None:
    store, now, zone = resources.store(), frame.now(), frame.zone()
    with st.container(key="exports", horizontal=True):
        # Made when it is asked for, in a thread of its own, so that all it needs is at hand.
        st.download_button(
            "Export as a web page",
            lambda: as_readable(everything_json(store, now), zone),
            f"askwell-{now:%Y-%m-%d}.html",
            "text/html",
            on_click="ignore",
            icon=":material/download:",
            key="export-html",
        )
        st.download_button(
            "Export as JSON",
            lambda: json.dumps(everything_json(store, now), ensure_ascii=False, indent=2) + "\n",
            f"askwell-{now:%Y-%m-%d}.json",
            "application/json",
            on_click="ignore",
            type="tertiary",
            icon=":material/download:",
            key="export-json",
        )


def _one_of(kind: RecordKind) -> None:
    sound, damaged = resources.store().records.sound(kind)
    names = {record.id: _named(record) for record in reversed(sound)}
    names |= {name: f"{name}, which can’t be read" for name in damaged}
    with st.form(f"one-of-{kind}", border=False):
        chosen = st.selectbox("Delete one of these", list(names), None, names.__getitem__, key=f"{_CHOSEN}-{kind}")
        pressed = st.form_submit_button("Delete it")
    if pressed and chosen is not None:
        resources.store().records.drop(kind, chosen)
        st.session_state[DELETED] = "Deleted."
        st.rerun()


def _named(record: KeptRecord) -> str:
    """A record in a list: what it is about where that is known, and its day."""
    about = FOCUS_WORDS.get(str(record.body.get("about")), "") or str(record.body.get("title") or "")
    day = moment_words(record.at.isoformat(), frame.zone())
    return f"{about}, {day}" if about else day


@st.dialog("Delete all of these?")
@frame.calm
def _confirm_kind(kind: RecordKind, number: int) -> None:
    what = RECORD_NAMES[kind]
    frame.show(element("p", f"{what}: this deletes {number}. ", element("b", "This can’t be undone.")))
    if st.button("Delete all of these", type="primary", key="really-delete-kind"):
        gone = resources.store().records.clear(kind)
        _told(f"Deleted: {count(gone, 'thing')}.")


@st.dialog("Delete all sessions?")
@frame.calm
def _confirm_sessions(number: int) -> None:
    told = f"This deletes {count(number, 'session')} with every word and debrief. Your settings stay. "
    frame.show(element("p", told, element("b", "This can’t be undone.")))
    if st.button("Delete all sessions", type="primary", key="really-delete-sessions"):
        _told(f"Deleted: {count(resources.store().clear(), 'session')}.")


def _told(words: str) -> None:
    st.session_state[DELETED] = words
    st.rerun()
