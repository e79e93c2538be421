"""Another try at a moment of an ended conversation, within its debrief: the retry is a session of its own.

Its id stands in the address, so that a reload keeps it and two tabs have one each.
"""

from __future__ import annotations

import uuid
from collections import deque
from collections.abc import Sequence

import streamlit as st

from bot.director import State, fold
from bot.errors import AskwellError, StoreError
from bot.practice import Practice
from bot.scenario import Scenario
from bot.scoring.moments import Moment
from bot.scoring.outcome import compare, outcome
from bot.store import Session
from bot.talk.transcript import Turn

from .. import called, compared, frame, resources, routes
from ..effect import what_it_did
from ..markup import Html, element, join, spoken
from ..wording import turn_number

SHOWN_BEFORE = 2
"""Turns before the moment that are shown again."""
_WORDS, _REFUSED, _CLOSED = "retry-words", "retry-refused", "retry-closed"
_INPUT = f".st-key-{_WORDS} textarea"


def open_retry() -> str | None:
    """The id of the retry that the address names."""
    return st.query_params.get(routes.RETRY) or None


def offer(saved: Session, turn: int) -> None:
    """The button that begins a retry of manager turn `turn`, and the way back to the last one."""
    if refused := st.session_state.pop(_REFUSED, None):
        frame.notice(str(refused))
    with st.container(key="try-again", horizontal=True, vertical_alignment="center"):
        st.button(
            "Try it again from here",
            type="primary",
            key="retry",
            on_click=_begin,
            args=(saved.id, turn, uuid.uuid4().hex[:12]),
        )
        if earlier := resources.store().children(saved.parent or saved.id):
            st.button("Back to your last try", type="tertiary", key="last-try", on_click=_open, args=(earlier[0].id,))
    if st.session_state.pop(_CLOSED, False):
        frame.focus(".st-key-retry button")


@st.fragment
@frame.calm
def panel(saved: Session, retry_id: str, states: Sequence[State], moment: Moment | None) -> None:
    """The retry: what was said before, what is said now, an input, and how it differs from the first time.

    `states` are those of `saved`, one after each of its turns.
    """
    with st.container(key="retry-panel"):
        try:
            retry = resources.store().load(retry_id)
        except StoreError:
            retry = None
        if retry is None or retry.from_turn is None or retry.parent not in (saved.id, saved.parent):
            frame.notice("We can’t find that try. It may have been deleted.", "quiet")
            st.button("Close", key="retry-close", type="tertiary", on_click=_close)
            return
        scenario = resources.library().scenario(retry.scenario, retry.variant)
        shown = called.scenario_as_called(scenario)
        frame.show(_heading(retry.from_turn, moment if moment and moment.turn == retry.from_turn else None))
        turns = _talk(retry, retry.from_turn, scenario, shown)
        begun = len(turns) > retry.from_turn
        if retry.ended_at is None:
            _ask(retry, shown.rep.name, begun)
        if begun:
            _compared(scenario, shown, turns, retry.from_turn, states)
        _what_next(saved, retry, begun)


def _heading(turn: int, moment: Moment | None) -> Html:
    title = element("h2", f"Again from turn {turn_number(turn)}")
    idea = (
        element("p", element("span", "You might say: ", class_="quiet"), moment.instead, class_="try")
        if moment and moment.instead
        else Html()
    )
    return element("header", title, idea, class_="retry-head")


def _talk(retry: Session, start: int, scenario: Scenario, shown: Scenario) -> tuple[Turn, ...]:
    """Show what was said, and have answered what isn't answered yet; the turns as they are then."""
    before = called.turns_as_called(retry.turns[max(0, start - SHOWN_BEFORE) : start], scenario)
    if before:
        frame.show(element("div", *(_line(turn, shown) for turn in before), class_="said-before"))
    for turn in called.turns_as_called(retry.turns[start:], scenario):
        frame.show(_bubble(turn, shown))
    turns = retry.turns
    if retry.ended_at is None and turns and turns[-1].is_manager:
        turns = _answered(retry, scenario, shown)
    if len(turns) > start:
        _effect(scenario, shown, turns)
    return turns


def _answered(retry: Session, scenario: Scenario, shown: Scenario) -> tuple[Turn, ...]:
    """The turns with the reply that was to come, shown as it comes; another tab may have got it meanwhile."""
    place = st.empty()
    frame.show(element("p", f"{shown.rep.name} is thinking …", class_="quiet"), place)
    practice, said = resources.saved_practice(retry), ""
    try:
        for piece in practice.reply():
            said += piece
            frame.show(_words_of(shown.rep.name, called.called(said, scenario), "rep"), place)
    except StoreError:
        turns = resources.store().load(retry.id).turns
        if turns[-1].is_manager:
            raise
        frame.show(_bubble(called.turns_as_called(turns[-1:], scenario)[0], shown), place)
        return turns
    return practice.transcript.turns


def _effect(scenario: Scenario, shown: Scenario, turns: tuple[Turn, ...]) -> None:
    """What the last words did."""
    turn, reply = turns[-2:]
    if reply.direction is not None:
        told = what_it_did(shown, turn, reply.direction, fold(scenario, turns[:-2]), fold(scenario, turns))
        frame.show(element("p", told, class_="effect", role="status"))


def _ask(retry: Session, rep: str, begun: bool) -> None:
    if refused := st.session_state.pop(_REFUSED, None):
        frame.notice(str(refused))
    st.chat_input(f"Say something to {rep}", key=_WORDS, on_submit=_submit, args=(retry.id,))
    if not begun:
        frame.focus(_INPUT, types=True)  # once there, it stays


def _compared(
    scenario: Scenario, shown: Scenario, turns: tuple[Turn, ...], start: int, states: Sequence[State]
) -> None:
    """Both goes after as many turns, so that neither has had more time."""
    before = outcome(states[min(len(turns), len(states)) - 1])
    after = outcome(fold(scenario, turns))
    known = outcome(fold(scenario, turns[:start])).facts
    frame.show(
        element(
            "section",
            element("h3", "Compared with the first time, at the same point"),
            compared.differences(compare(shown, before, after)),
            compared.side_by_side(shown, before, after, known),
            class_="comparison",
        )
    )


def _what_next(saved: Session, retry: Session, begun: bool) -> None:
    with st.container(key="retry-next", horizontal=True, vertical_alignment="center"):
        if begun:
            st.button(
                "Start this moment over",
                key="retry-over",
                on_click=_begin,
                args=(saved.id, retry.from_turn, uuid.uuid4().hex[:12]),
            )
            if retry.ended_at is not None:
                routes.link("debrief", "Read this try’s debrief", retry.id)
            elif st.button("End this try and read its debrief", key="retry-end", type="tertiary"):
                resources.saved_practice(resources.store().load(retry.id)).finish()
                routes.go("debrief", retry.id)
        st.button("Close", key="retry-close", type="tertiary", on_click=_close)
    frame.show(
        element(
            "p",
            "A retry is for practice. It never changes how the first conversation was scored.",
            class_="quiet small",
        )
    )


def _begin(session_id: str, turn: int, new_id: str) -> None:
    """Runs before the page does. The id was drawn with the button, so that a double click begins one retry."""
    try:
        store = resources.store()
        voice = resources.voice("lines" if store.load(session_id).voice == "lines" else None)
        made = Practice.retry(session_id, turn, store, engine=resources.engine(), voice=voice, new_id=lambda: new_id)
    except AskwellError as error:
        st.session_state[_REFUSED] = frame.sentence(frame.page_message(error))
        return
    _open(str(made.session_id))


def _open(retry_id: str) -> None:
    st.query_params[routes.RETRY] = retry_id


def _close() -> None:
    st.query_params.pop(routes.RETRY, None)
    st.session_state[_CLOSED] = True


def _submit(retry_id: str) -> None:
    """Runs before the page does: the words are saved here, once; words that are refused go back into the input."""
    words = str(st.session_state.get(_WORDS) or "")
    try:
        practice = resources.saved_practice(resources.store().load(retry_id))
        if practice.waiting:  # typed before the last reply was there, which comes first
            deque(practice.reply(), maxlen=0)
        practice.say(words, uuid.uuid4().hex)
    except AskwellError as error:
        st.session_state[_REFUSED] = frame.sentence(frame.page_message(error).removeprefix("turn: "))
        st.session_state[_WORDS] = words


def _line(turn: Turn, shown: Scenario) -> Html:
    name = "You" if turn.is_manager else shown.rep.name
    return element("div", element("span", name, class_="who"), spoken(turn.text))


def _bubble(turn: Turn, shown: Scenario) -> Html:
    if turn.is_manager:
        return _words_of(shown.manager.name, turn.text, "manager")
    return _words_of(shown.rep.name, turn.text, "rep")


def _words_of(name: str, words: str, kind: str) -> Html:
    return element("div", join(element("div", name, class_="who"), spoken(words)), class_=f"bubble from-{kind}")
