"""Your own calls: a transcript is dropped or pasted, somebody says who is who, and the call gets its debrief."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from bot.calls.anonymous import anonymous
from bot.calls.kept import LONGEST_TITLE, KeptCall
from bot.errors import StoreError, TranscriptError
from bot.scoring.saying import sentence_case
from bot.scoring.score import coded
from bot.store.records import RecordKind
from bot.talk.transcript import Transcript

from .. import frame, resources, routes
from ..markup import element, join
from ..wording import count, when

if TYPE_CHECKING:
    from bot.calls import Call, Participant

FILE_ENDINGS = ["txt", "md", "vtt", "srt", "sbv", "docx", "xlsx", "csv", "tsv", "json", "jsonl"]
"""Endings of the files that are taken; what a file is, its content says."""
_MEGABYTES = 20
"""bot.calls.MOST_CALL_BYTES, which is not imported before there is a file."""
_FILE, _PASTED, _DROPPED, _CHANGED = "call-file", "call-pasted", "call-dropped", "call-changed"
_PRIVATE = (
    "It’s read on the computer that runs Askwell and goes nowhere else. “Get the debrief” keeps the text as you see it "
    "there, until you delete it. For your own practice, never for appraisal. Record people only with their consent."
)


@frame.calm
def page() -> None:
    """The way to a debrief of one's own call, and the list of those that are kept."""
    frame.show(
        element(
            "header",
            element("h1", "Your own calls"),
            element("p", "Bring a conversation that you had with one of your people, and see how much you asked."),
            element("p", _PRIVATE, class_="quiet small"),
            class_="scene-head",
        )
    )
    if told := st.session_state.pop(_DROPPED, None):
        frame.notice(str(told), "quiet")
    with st.container(key="call-new"):
        _bring()
    _kept()


def _bring() -> None:
    """The transcript, who is who, and what is kept of it."""
    given = _given()
    if given is None:
        return
    from bot.calls import read_call  # a dozen parsers, loaded once somebody has a file

    data, name = given
    try:
        call = read_call(data, name)
        for remark in call.remarks:
            frame.notice(remark, "quiet")
        people = call.participants
        if len(people) < 2:
            raise TranscriptError(f"{name}: only one person speaks; a conversation needs you and your rep")
        manager, rep = _who(call, people)
        transcript = call.transcript(
            [manager.name], [rep.name], [one.name for one in people if one not in (manager, rep)]
        )
    except TranscriptError as error:
        frame.notice(sentence_case(str(error)))
        return
    mark = hashlib.sha256(data + f"{manager.key}|{rep.key}".encode()).hexdigest()[:12]
    _look_through(transcript, mark)


def _given() -> tuple[bytes, str] | None:
    file_tab, paste_tab = st.tabs(["A file", "Paste text"])
    with file_tab:
        file = st.file_uploader("Drop a transcript here", type=FILE_ENDINGS, key=_FILE, max_upload_size=_MEGABYTES)
        told = "From Zoom, Teams, Meet, Otter, Gong, Fireflies and others: captions, Word, text, tables or JSON."
        frame.show(element("p", told, class_="quiet small"))
    with paste_tab:
        pasted = st.text_area(
            "Paste a transcript", key=_PASTED, height=160, placeholder="Dana: What worries you?\nLuis: The renewal …"
        )
    if file is not None:
        from bot.calls import too_large

        if problem := too_large(file.name, file.size):
            frame.notice(sentence_case(str(problem)))
            return None
        return file.getvalue(), file.name
    return (pasted.encode(), "What you pasted") if pasted.strip() else None


def _who(call: Call, people: tuple[Participant, ...]) -> tuple[Participant, Participant]:
    """Who you are and who your rep is, as they are chosen; the guess stands there first."""
    try:
        guess = call.roles()
        first, second = guess.manager.key, guess.rep.key
    except TranscriptError:  # more than two speak: those who speak most are the likeliest
        most = sorted(people, key=lambda one: -one.utterances)[:2]
        first, second = (one.key for one in people if one in most)
    keys = [one.key for one in people]
    left, right = st.columns(2)
    chosen = left.selectbox(
        "You are", people, keys.index(first), format_func=_shown, key=f"call-you-{'|'.join(keys)[:80]}"
    )
    others = tuple(one for one in people if one.key != chosen.key)
    other_keys = [one.key for one in others]
    at = other_keys.index(second) if second in other_keys else 0
    rep = right.selectbox("Your rep is", others, at, format_func=_shown, key=f"call-rep-{chosen.key[:80]}")
    if len(others) > 1:
        left_out = ", ".join(one.name for one in others if one.key != rep.key)
        frame.show(element("p", f"Left out: {left_out}.", class_="quiet small"))
    return chosen, rep


def _shown(person: Participant) -> str:
    return f"{person.name}: “{person.first_words}…”"  # a selectbox shows it as it is


def _look_through(transcript: Transcript, mark: str) -> None:
    """The words as they will be kept, to be read and mended; then the debrief."""
    hide = st.toggle("Take out names, firms and figures", value=True, key="call-hide")
    told = (
        "We can miss a name, or hide a word that is none. Read it through, and change what you like."
        if hide
        else "Names stay. Think of the people in this call, and of who else uses this computer."
    )
    frame.show(element("p", told, class_="quiet small"))
    manager = "You" if hide else transcript.manager
    key = f"call-words-{mark}-{hide}"
    if key not in st.session_state:  # what was changed by hand outlasts a look at the text with its names
        st.session_state[key] = st.session_state.get(_CHANGED, {}).get(key) or _lines(transcript, hide)
    words = st.text_area("What will be kept", height=560, key=key)
    st.session_state[_CHANGED] = {**st.session_state.get(_CHANGED, {}), key: words}
    about = "Call it (without names)" if hide else "Call it"
    title = st.text_input(about, "My call", max_chars=LONGEST_TITLE, key="call-title")
    if not st.button("Get the debrief", type="primary", key="call-debrief"):
        return
    try:
        read = Transcript.parse(words, manager, "The text")
    except TranscriptError as error:
        frame.notice(sentence_case(str(error)))
        return
    with st.spinner("Reading your call …"):
        reader = resources.engine().reader
        kept = KeptCall(
            uuid.uuid4().hex[:12], frame.now(), title.strip() or "My call", replace(read, turns=coded(read, reader))
        )
        resources.store().records.keep(kept.record())
    st.session_state.pop(_CHANGED, None)
    routes.go("call", **{routes.CALL: kept.id})


def _lines(transcript: Transcript, hide: bool) -> str:
    shown = anonymous(transcript) if hide else transcript
    manager, rep = ("You", "Rep") if hide else (shown.manager, shown.rep)
    return "\n".join(f"{manager if turn.is_manager else rep}: {' '.join(turn.text.split())}" for turn in shown)


# What is kept


def _kept() -> None:
    records = resources.store().records.all(RecordKind.CALL)
    if not records:
        return
    st.header("Kept on this machine", anchor=False)
    for record in reversed(records):
        with st.container(key=f"call-{record.id}", horizontal=True, vertical_alignment="center"):
            call = None
            try:
                call = KeptCall.of(record)
            except StoreError:
                frame.show(element("p", "A call that can’t be read. It may have been kept by a newer Askwell."))
            else:
                turns = count(len(call.transcript.manager_turns), "turn")
                about = f"{when(call.at, frame.now(), frame.zone())} · {turns}"
                frame.show(join(element("p", element("b", call.title)), element("p", about, class_="quiet small")))
                routes.link("call", "Open", **{routes.CALL: record.id})
            title = call.title if call else "The call that can’t be read"
            if st.button("Delete", key=f"drop-{record.id}", type="tertiary"):
                confirm_delete(record.id, title)


@st.dialog("Delete this call?")
@frame.calm
def confirm_delete(call_id: str, title: str) -> None:
    """Delete a kept call once somebody has said that they mean it, and show the others."""
    frame.show(element("p", f"“{title}” ", element("b", "can’t be brought back.")))
    if st.button("Delete this call", type="primary", key="really-drop"):
        resources.store().records.drop(RecordKind.CALL, call_id)
        st.session_state[_DROPPED] = f"“{title}” is deleted."
        routes.go("calls")
