"""Your own calls: a transcript is dropped or pasted, somebody says who is who, and the call gets its debrief."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from bot.calls.anonymous import anonymous
from bot.calls.kept import LONGEST_TITLE, KeptCall
from bot.errors import AskwellError, StoreError, TranscriptError
from bot.scoring.saying import sentence_case
from bot.scoring.score import coded, thresholds
from bot.scoring.score import score as score_call
from bot.scoring.scorecard import NOT_SCORED
from bot.store.records import RecordKind
from bot.talk.transcript import Transcript

from .. import annotated, charts, figures, frame, resources, routes
from ..markup import element, join
from ..wording import OVERALL, count, when

if TYPE_CHECKING:
    from bot.calls import Call, Participant
    from bot.scoring.scorecard import Scorecard

FILE_ENDINGS = ["txt", "md", "vtt", "srt", "sbv", "docx", "xlsx", "csv", "tsv", "json", "jsonl"]
"""Endings of the files that are taken; what a file is, its content says."""
MOST_TO_SAY = 3
_MEGABYTES = 20
"""bot.calls.MOST_CALL_BYTES, which is not imported before there is a file."""
_FILE, _PASTED, _DROPPED = "call-file", "call-pasted", "call-dropped"
_PRIVATE = (
    "It’s read on this machine and goes nowhere else. Only what you keep is saved, and you can delete it at any time. "
    "For your own practice, never for appraisal. Record people only with their consent."
)


@frame.calm
def page() -> None:
    """The call that the address names, or the way to another and the list of those that are kept."""
    named = st.query_params.get(routes.CALL)
    if named:
        _one(named)
        return
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
        "By patterns, so read it through: what they miss, take out by hand."
        if hide
        else "Names stay. Think of the people in this call, and of who can open this machine."
    )
    frame.show(element("p", told, class_="quiet small"))
    shown = anonymous(transcript) if hide else transcript
    manager, rep = ("You", "Rep") if hide else (shown.manager, shown.rep)
    lines = "\n".join(f"{manager if turn.is_manager else rep}: {' '.join(turn.text.split())}" for turn in shown)
    words = st.text_area("What will be kept", lines, height=320, key=f"call-words-{mark}-{hide}")
    title = st.text_input("Call it", "My call", max_chars=LONGEST_TITLE, key="call-title")
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
    st.query_params[routes.CALL] = kept.id
    st.rerun()


# What is kept


def _kept() -> None:
    records = resources.store().records.all(RecordKind.CALL)
    if not records:
        return
    st.header("Kept on this machine", anchor=False)
    for record in reversed(records):
        with st.container(key=f"call-{record.id}", horizontal=True, vertical_alignment="center"):
            try:
                call = KeptCall.of(record)
            except StoreError:
                frame.show(element("p", "A call that can’t be read. It may have been kept by a newer Askwell."))
            else:
                turns = count(len(call.transcript.manager_turns), "turn")
                about = f"{when(call.at, frame.now(), frame.zone())} · {turns}"
                frame.show(join(element("p", element("b", call.title)), element("p", about, class_="quiet small")))
                st.button("Open", key=f"open-{record.id}", on_click=_open, args=(record.id,))
            st.button("Delete", key=f"drop-{record.id}", type="tertiary", on_click=_drop, args=(record.id,))


def _open(call_id: str) -> None:
    st.query_params[routes.CALL] = call_id


def _drop(call_id: str) -> None:
    """Runs before the page does."""
    try:
        resources.store().records.drop(RecordKind.CALL, call_id)
    except AskwellError as error:
        st.session_state[_DROPPED] = sentence_case(frame.page_message(error))
        return
    st.session_state[_DROPPED] = "Deleted."
    st.query_params.pop(routes.CALL, None)


def _one(call_id: str) -> None:
    """The debrief of a kept call: no facts and no epilogue, since nobody but the rep knows what there was to hear."""
    call = KeptCall.of(resources.store().records.one(RecordKind.CALL, call_id))
    engine = resources.engine()
    card = score_call(call.transcript, reader=engine.packaged().reader, knowledge=engine.knowledge)
    frame.titled("Your call", call.title)
    _top(call, card)
    if card.feedback:
        st.header("Say this instead", anchor=False)
        frame.show(figures.feedback(card.feedback[:MOST_TO_SAY], resources.passages()))
    st.header("Look closer", anchor=False)
    frame.unfold()
    with st.expander("What was said, mark by mark", key="call-said"):
        frame.show(join(annotated.legend(), annotated.annotated_turns(call.transcript)))
    with st.expander("How it was scored", key="call-scored"):
        frame.show(figures.criteria(card.criteria, thresholds()))
    _figures(call, card)
    with st.container(key="call-next", horizontal=True, vertical_alignment="center"):
        routes.link("calls", "All your calls", icon=":material/arrow_back:")
        st.button("Delete this call", key="call-drop", type="tertiary", on_click=_drop, args=(call.id,))


def _top(call: KeptCall, card: Scorecard) -> None:
    level = element("span", OVERALL[card.level], class_=f"level {card.level}")
    about = " · ".join(
        (call.title, when(call.at, frame.now(), frame.zone()), count(len(call.transcript.manager_turns), "turn"))
    )
    frame.show(
        element(
            "header",
            element("p", join(level, " ", about), class_="overline"),
            element("h1", sentence_case(card.sentence.partition(": ")[2] or card.sentence), class_="verdict"),
            element("p", " ".join(_reasons(card)), class_="reasons"),
            class_="debrief-head",
        )
    )


def _reasons(card: Scorecard) -> list[str]:
    """Why, in a few sentences: what was counted for the criteria that decide the level."""
    return [entry.why for entry in card.criteria if entry.decides and entry.level != NOT_SCORED][:MOST_TO_SAY]


@st.fragment
@frame.calm
def _figures(call: KeptCall, card: Scorecard) -> None:
    """The chart is drawn once somebody looks: it takes a large script."""
    with st.expander("The figures", key="call-figures", on_change="rerun") as folded:
        if not folded.open:
            return
        frame.show(figures.measures(card.measures))
        if any(turn.units for turn in call.transcript.manager_turns):
            words = "Each block is one thought. Above the line you asked or listened, below it you told or pushed."
            frame.show(join(element("p", words, class_="quiet"), annotated.short_legend(charts.SHOWN)))
            st.vega_lite_chart(spec=charts.ask_and_tell(call.transcript, frame.theme()), alt=words)
