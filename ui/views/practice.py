"""The conversation: brief at the side, chat in the middle, one quiet strip. The store is the truth on every rerun."""

from __future__ import annotations

import uuid
from collections import deque
from dataclasses import dataclass, replace

import streamlit as st

from bot.errors import AskwellError, StoreError
from bot.scenario import Scenario
from bot.scoring.measures import measure
from bot.store import Session
from bot.talk.transcript import Turn

from .. import annotated, frame, resources, routes, speaker
from ..markup import Html, element, join, paragraphs, spoken
from ..wording import RATINGS, count, minutes_between, percent

LONG_AGO = 180
"""Minutes after which a session's clock tells nothing any more."""
_WORDS = "words"
_OUTBOX = "outbox"
_REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Words on their way to the store, under an id made once: sent twice, they are taken once."""

    session: str
    turn_id: str
    words: str


@frame.calm
def page() -> None:
    """The conversation that the address names."""
    session_id = frame.session_id()
    if session_id is None:
        frame.notice("No conversation is open.", "quiet")
        routes.link("home", "Choose a scenario", icon=":material/arrow_back:")
        return
    saved, unsettled = speaker.settle(resources.store().load(session_id))
    saved, refusal = _send(saved)
    scenario = resources.library().scenario(saved.scenario, saved.variant)
    if saved.ended_at is None:
        resources.soon(saved.scenario, saved.variant)
    brief = _brief(scenario)
    with st.sidebar:
        frame.show(brief)
    frame.show(_heading(scenario, brief))
    talk = st.container(key="talk")
    with talk:
        _said(saved, scenario)
        if saved.ended_at is None and not saved.turns:
            speaker.before_talk(saved, scenario)
    if saved.ended_at is not None:
        frame.notice("This conversation has ended.", "quiet")
        routes.link("debrief", "Read the debrief", session_id, icon=":material/arrow_forward:")
        return
    answering = bool(saved.turns) and saved.turns[-1].is_manager
    with st.bottom.container(key="below"):
        _strip(saved, scenario, answering, refusal or unsettled)
    # At the root of the page: then Streamlit pins the input below and keeps the newest words in sight.
    prompt = f"Say something to {scenario.rep.name}"
    st.chat_input(prompt, key=_WORDS, on_submit=_submit, args=(session_id,), disabled=answering)
    if answering:
        with talk:
            _answer(saved, scenario)
        st.rerun()


def _submit(session_id: str) -> None:
    """Runs before the page does: the words leave the input and get their id here, once."""
    words = st.session_state.get(_WORDS)
    if words:
        st.session_state[_OUTBOX] = Outgoing(session_id, uuid.uuid4().hex, str(words))
        st.session_state.pop(_REFUSED, None)


def _send(saved: Session) -> tuple[Session, str | None]:
    """Save what is in the outbox; give the session as it is then, and why the words were refused, if they were.

    Words that are refused go back into the input.
    """
    outgoing = st.session_state.get(_OUTBOX)
    if isinstance(outgoing, Outgoing) and outgoing.session == saved.id:
        try:
            practice = resources.saved_practice(saved)
            if practice.waiting:  # typed before the last reply was there, which comes first
                deque(practice.reply(), maxlen=0)
            practice.say(outgoing.words, outgoing.turn_id)
            saved = replace(saved, turns=practice.transcript.turns)
        except AskwellError as error:
            st.session_state[_REFUSED] = frame.sentence(frame.page_message(error).removeprefix("turn: "))
            st.session_state[_WORDS] = outgoing.words
            saved = resources.store().load(saved.id)  # another tab may have said something meanwhile
        del st.session_state[_OUTBOX]
    refusal = st.session_state.pop(_REFUSED, None)
    return saved, str(refusal) if refusal else None


def _answer(saved: Session, scenario: Scenario) -> None:
    """The reply that is still to come, sentence by sentence; another tab may have got it in the meantime."""
    with st.chat_message(scenario.rep.name, avatar=None):
        place = st.empty()
        waiting = (
            "is thinking"
            if resources.ready()
            else "will be on the line in a moment; the first time takes a little longer"
        )
        frame.show(element("p", f"{scenario.rep.name} {waiting} …", class_="quiet"), place)
        said = ""
        try:
            for piece in resources.saved_practice(saved).reply():
                said += piece
                frame.show(_bubble(scenario.rep.name, said, "rep"), place)
        except StoreError:
            if resources.store().load(saved.id).turns[-1].is_manager:
                raise


def _heading(scenario: Scenario, brief: Html) -> Html:
    """Title and scene; on a phone, where the side is folded away, the brief as well."""
    folded = element("details", element("summary", "Your brief and the CRM card"), brief, class_="on-phones")
    scene = element("p", scenario.scene, class_="scene")
    return element("header", element("h1", scenario.title), scene, folded, class_="scene-head")


def _said(saved: Session, scenario: Scenario) -> None:
    nudges: dict[int, list[str]] = {}
    for nudge in saved.nudges:
        nudges.setdefault(nudge.turn, []).append(nudge.text)
    if not saved.turns:
        opening = f"You are {scenario.manager.name}. You speak first, and {scenario.rep.name} answers."
        frame.show(element("p", opening, class_="quiet opening"))
    for turn in saved.turns:
        _nudges(nudges.get(turn.index, ()))
        _message(turn, scenario)
    _nudges(nudges.get(len(saved.turns), ()))


def _message(turn: Turn, scenario: Scenario) -> None:
    name, kind = (scenario.manager.name, "manager") if turn.is_manager else (scenario.rep.name, "rep")
    with st.chat_message(name, avatar=None):
        frame.show(_bubble(name, turn.text, kind))
        if turn.said is not None and turn.said.note:
            note = f"We used a scripted line here instead of the model's: {turn.said.note}."
            frame.show(element("p", note, class_="quiet small stood-in", role="note"))


def _bubble(name: str, words: str, kind: str) -> Html:
    return element("div", element("div", name, class_="who"), spoken(words), class_=f"bubble from-{kind}")


def _nudges(texts: tuple[str, ...] | list[str]) -> None:
    for words in texts:
        frame.show(element("p", element("b", "Nudge"), " ", words, class_="nudge", role="note"))


def _strip(saved: Session, scenario: Scenario, answering: bool, refusal: str | None) -> None:
    """Minutes, turns and nudges, and what can be done."""
    if refusal:
        frame.notice(refusal)
    counts = join(*(element("span", told) for told in _counts(saved, scenario)), between=" · ")
    with st.container(key="strip", horizontal=True, vertical_alignment="center"):
        frame.show(element("p", counts, class_="counts", role="status"))
        live = st.toggle("Live feedback", key="live", help="See how much you ask and tell as you talk.")
        if st.button(
            "Nudge", key="nudge", disabled=answering, help="Points you to a topic without giving anything away."
        ):
            resources.saved_practice(saved).hint()
            st.rerun()
        if st.button("End and debrief", key="end", disabled=answering or not saved.turns):
            _end(saved.id)
    if live:
        frame.show(_live(saved))


def _counts(saved: Session, scenario: Scenario) -> list[str]:
    spent = minutes_between(saved.started_at, frame.now())
    clock = (
        f"{spent} of about {count(scenario.minutes, 'minute')}"
        if spent <= LONG_AGO
        else f"about {count(scenario.minutes, 'minute')}"
    )
    turns = sum(turn.is_manager for turn in saved.turns)
    return [clock, count(turns, "turn"), count(len(saved.nudges), "nudge"), speaker.named(saved)]


def _live(saved: Session) -> Html:
    """The letters of the last turn, and the share of asking so far."""
    coded = [turn for turn in saved.turns if turn.is_manager and turn.units]
    if not coded:
        return element("p", "You haven’t said anything yet.", class_="live quiet")
    share = measure(saved.turns, (), None).ask_share
    so_far = "too early to say" if share is None else f"{percent(share)} asking"
    bar = Html() if share is None else element("span", element("span", style=f"width:{share:.0%}"), class_="share")
    last = element("span", element("span", "Last turn: ", class_="quiet"), annotated.letters(coded[-1].units))
    return element(
        "div", last, element("span", element("span", "So far: ", class_="quiet"), so_far, " ", bar), class_="live"
    )


def _brief(scenario: Scenario) -> Html:
    """Who you are, what you may know, and the CRM card."""
    rows = join(
        *(
            join(
                element("dt", label), element("dd", value) if value.strip() else element("dd", "blank", class_="blank")
            )
            for label, value in scenario.crm.items()
        )
    )
    you = f"You are {scenario.manager.name}, {scenario.manager.role}."
    rep = scenario.rep
    about = element(
        "details",
        element("summary", f"About {rep.name}"),
        element("p", rep.role, class_="quiet"),
        element("p", rep.style),
        element("p", "Good at", class_="quiet"),
        element("ul", *(element("li", strength) for strength in rep.strengths)),
    )
    return element(
        "div",
        element("p", element("b", you)),
        element("dl", rows, class_="crm", aria_label="CRM card"),
        element("h2", "Your brief"),
        paragraphs(scenario.brief),
        about,
        class_="brief",
    )


@st.dialog("Before you look")
@frame.calm
def _end(session_id: str) -> None:
    frame.show(element("p", "How much of what you said was asking rather than telling? Optional."))
    rating = st.radio(
        "How much was asking", list(RATINGS), index=None, format_func=RATINGS.__getitem__, label_visibility="collapsed"
    )
    if st.button("End and show the debrief", type="primary", key="really-end"):
        saved = resources.store().load(session_id)  # words may have been said since this was opened
        resources.saved_practice(saved).finish(rating)
        routes.go("debrief", session_id)
