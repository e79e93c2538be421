"""The conversation with its marks: each may be corrected, and is recounted at once; each turn may be tried again."""

from __future__ import annotations

import streamlit as st

from bot.errors import AskwellError
from bot.scoring.saying import sentence_case
from bot.store import Challenge, Session
from bot.talk.codebook import Code, Flag, Unit
from bot.talk.transcript import Transcript, Turn

from .. import annotated, frame, resources
from ..markup import as_label, element
from ..wording import CODES, code_label
from . import retry

_UNSURE = "unsure"
_CHANGED, _REFUSED = "marks-changed", "marks-refused"
_LONG = 60


@st.fragment
@frame.calm
def marked_talk(saved: Session, transcript: Transcript, opened: str | None) -> None:
    """Every turn of a session with its marks. `transcript` has them as corrected, `saved` as they were read.

    `opened` is the retry that is open on the page.
    """
    if st.session_state.pop(_CHANGED, False) or retry.open_retry() != opened:
        st.rerun()
    if refused := st.session_state.pop(_REFUSED, None) or retry.why_refused():
        frame.notice(str(refused))
    frame.show(annotated.legend())
    for turn, read in zip(transcript, saved.turns, strict=True):
        if not read.units:
            frame.show(annotated.one_turn(turn, transcript))
            continue
        with st.container(horizontal=True, vertical_alignment="bottom", key=f"said-{turn.index}", gap=None):
            frame.show(annotated.one_turn(turn, transcript))
            retry.from_turn(saved, read.index)
            _correct(saved, read)


def _correct(saved: Session, read: Turn) -> None:
    """A button beside a turn. What it opens is made only while it is open."""
    key = f"mark-{read.index}"
    with st.popover("Not so?", key=key, type="tertiary", on_change="rerun") as opened:
        if not opened.open:
            return
        unit = _which(read)
        said = next((one for one in saved.challenges if (one.turn, one.start) == (read.index, unit.start)), None)
        told = unit.claimed or Flag.YOURS in unit.flags  # what we aren't sure of may well be what we thought
        asks = f"We took it for “{code_label(unit.code)}”. What was it?" if told else "We aren’t sure. What was it?"
        options = [str(code) for code in Code if not (told and code is unit.code)] + [_UNSURE] * told
        st.pills(
            asks,
            options,
            format_func=_named,
            key=f"says-{read.index}-{unit.start}",
            on_change=_say,
            args=(saved.id, read.index, unit, key),
        )
        if said is not None:
            yours = f"it isn’t “{code_label(unit.code)}”" if said.says is None else f"it is “{code_label(said.says)}”"
            frame.show(element("p", f"You said that {yours}.", class_="quiet small"))
            st.button(
                "Take that back",
                key=f"back-{read.index}-{unit.start}",
                on_click=_take_back,
                args=(saved.id, read.index, unit, key),
            )


def _which(read: Turn) -> Unit:
    """The unit to correct, chosen if there are several."""
    if len(read.units) == 1:
        return read.units[0]
    unsure = (place for place, unit in enumerate(read.units) if not unit.claimed)
    place = st.radio(
        "Which words?",
        range(len(read.units)),
        next(unsure, 0),
        format_func=lambda place: as_label(_short(read.units[place].text)),
        key=f"which-{read.index}",
    )
    return read.units[place or 0]


def _named(option: str) -> str:
    return "I don’t know, just not that" if option == _UNSURE else sentence_case(CODES[Code(option)][0])


def _say(session_id: str, turn: int, unit: Unit, popover: str) -> None:
    key = f"says-{turn}-{unit.start}"
    picked = st.session_state[key]
    st.session_state[key] = None
    if picked is None:
        return
    says = None if picked == _UNSURE else Code(picked)
    try:
        resources.store().challenge(session_id, Challenge(turn, unit.start, unit.end, unit.code, says, frame.now()))
    except AskwellError as error:
        st.session_state[_REFUSED] = sentence_case(frame.page_message(error))
    _done(popover)


def _take_back(session_id: str, turn: int, unit: Unit, popover: str) -> None:
    try:
        resources.store().unchallenge(session_id, turn, unit.start)
    except AskwellError as error:
        st.session_state[_REFUSED] = sentence_case(frame.page_message(error))
    _done(popover)


def _done(popover: str) -> None:
    st.session_state[popover] = False
    st.session_state[_CHANGED] = True


def _short(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= _LONG else words[: _LONG - 1].rstrip() + "…"
