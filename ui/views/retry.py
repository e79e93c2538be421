"""Another try at a moment of an ended conversation, within its debrief: the retry is a session of its own.

Its id stands in the address, so that a reload keeps it and two tabs have one each.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from bot.director import State, fold
from bot.errors import AskwellError, MissingError, ScenarioError
from bot.practice import Practice
from bot.scenario import Scenario
from bot.scoring.moments import Moment
from bot.scoring.outcome import compare, outcome
from bot.store import Session
from bot.talk.transcript import Turn

from .. import annotated, called, compared, frame, resources, routes
from ..answering import Tray, Trouble, answering, forget_saved, plainly, take_words, tray, wait_for
from ..effect import what_it_did
from ..markup import Html, as_label, element, spoken
from ..wording import turn_number

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

SHOWN_BEFORE = 2
"""Turns before the moment that are shown again."""
_WORDS, _REFUSED, _CLOSED = "retry-words", "retry-refused", "retry-closed"
_INPUT = f".st-key-{_WORDS} textarea"


def open_retry() -> str | None:
    """The id of the retry that the address names."""
    return st.query_params.get(routes.RETRY) or None


def offer(saved: Session, turn: int) -> None:
    """The button that begins a retry of manager turn `turn`, and the way back to the last one."""
    if refused := why_refused():
        frame.notice(refused)
    with st.container(key="try-again", horizontal=True, vertical_alignment="center"):
        st.button(
            "Try it again from here",
            type="primary",
            key="retry",
            on_click=_begin,
            args=(saved.id, turn, uuid.uuid4().hex[:12]),
        )
        tries = [head.id for head in resources.store().children(saved.parent or saved.id) if head.id != saved.id]
        if tries:
            st.button(
                "Back to your last try",
                type="tertiary",
                key="last-try",
                on_click=routes.here,
                args=(saved.id, tries[0]),
            )
    if st.session_state.pop(_CLOSED, False):
        frame.focus(".st-key-retry button")


def from_turn(saved: Session, turn: int) -> None:
    """The button beside any manager turn that begins a retry of it."""
    st.button(
        "Try again",
        key=f"retry-from-{turn}",
        type="tertiary",
        on_click=_begin,
        args=(saved.id, turn, uuid.uuid4().hex[:12]),
    )


def why_refused() -> str | None:
    """Why the last retry could not be begun, told once."""
    told: str | None = st.session_state.pop(_REFUSED, None)
    return told


@st.fragment
@frame.calm
def panel(saved: Session, retry_id: str, states: Sequence[State], moment: Moment | None) -> None:
    """The retry: what was said before, what is said now, an input, and how it differs from the first time.

    `states` are those of `saved`, one after each of its turns.
    """
    if open_retry() != retry_id:  # another one was begun here, or this one closed
        st.rerun()
    with st.container(key="retry-panel"):
        try:
            retry = resources.store().load(retry_id)
        except MissingError:
            retry = None
        if retry is None or retry.from_turn is None or retry.parent not in (saved.id, saved.parent):
            frame.notice("We can’t find that try. It may have been deleted.", "quiet")
            st.button("Close", key="retry-close", type="tertiary", on_click=_close)
            return
        scenario = resources.saved_practice(retry).scenario
        shown = called.scenario_as_called(scenario)
        frame.show(_heading(retry.from_turn, moment if moment and moment.turn == retry.from_turn else None))
        held = tray(retry.id)
        turns = _talk(retry, retry.from_turn, scenario, shown, held)
        begun = len(turns) > retry.from_turn
        if retry.ended_at is None:
            _ask(retry, shown.rep.name, begun, held)
        if begun:
            _compared(scenario, shown, turns, retry.from_turn, states)
        _what_next(saved, retry, begun)
        if len(turns) > len(retry.turns):
            frame.centre(_INPUT, len(turns))  # the reply above it, the comparison below


def _heading(turn: int, moment: Moment | None) -> Html:
    title = element("h2", f"Again from turn {turn_number(turn)}")
    idea = (
        element("p", element("span", "You might say: ", class_="quiet"), moment.instead, class_="try")
        if moment and moment.instead
        else Html()
    )
    return element("header", title, idea, class_="retry-head")


def _talk(retry: Session, start: int, scenario: Scenario, shown: Scenario, held: Tray) -> tuple[Turn, ...]:
    """Show what was said, and have answered what isn't answered yet; the turns as they are then."""
    before = called.turns_as_called(retry.turns[max(0, start - SHOWN_BEFORE) : start], scenario)
    if before:
        frame.show(element("div", *(_line(turn, shown) for turn in before), class_="said-before"))
    for turn in called.turns_as_called(retry.turns[start:], scenario):
        frame.show(_bubble(turn, shown))
    turns = retry.turns
    if retry.ended_at is None:
        turns = _answered(retry, scenario, shown, held)
    if len(turns) > start and not turns[-1].is_manager:
        _effect(scenario, shown, turns)
    return turns


def _answered(retry: Session, scenario: Scenario, shown: Scenario, held: Tray) -> tuple[Turn, ...]:
    """Show what is being said, and the reply once it is there; the turns as they are then."""
    forget_saved(retry.id, held)
    saved = retry
    while held.unsent or (saved.turns and saved.turns[-1].is_manager):
        waits = bool(saved.turns) and saved.turns[-1].is_manager
        if not waits:
            frame.show(annotated.bubble(shown.manager.name, held.unsent[0].words, "manager"))
        place = st.empty()
        frame.show(element("p", f"{shown.rep.name} is thinking …", class_="quiet thinking"), place)
        future = answering().carry_on(saved, held.unsent[0] if held.unsent else None)
        wait_for(future)
        error = future.exception()
        if isinstance(error, AskwellError):
            _told(retry.id, error, held, place)
        elif error is not None:
            raise error
        forget_saved(retry.id, held)
        saved = resources.store().load(retry.id)
        if held.trouble is not None:
            break
        frame.show(_bubble(called.turns_as_called(saved.turns[-1:], scenario)[0], shown), place)
    return saved.turns


def _told(retry_id: str, error: AskwellError, held: Tray, place: DeltaGenerator) -> None:
    """Why there is no reply; what isn't saved goes back into the input."""
    place.empty()
    forget_saved(retry_id, held)
    held.trouble = Trouble(plainly(error))
    held.give_back()


def _effect(scenario: Scenario, shown: Scenario, turns: tuple[Turn, ...]) -> None:
    """What the last words did."""
    turn, reply = turns[-2:]
    if reply.direction is not None:
        told = what_it_did(shown, turn, reply.direction, fold(scenario, turns[:-2]), fold(scenario, turns))
        frame.show(element("p", told, class_="effect", role="status"))


def _ask(retry: Session, rep: str, begun: bool, held: Tray) -> None:
    if held.trouble is not None:
        frame.notice(held.trouble.words)
        held.trouble = None
    if held.back:
        st.session_state[_WORDS], held.back = held.back, ""
    prompt = as_label(f"Say something to {rep}")
    st.chat_input(prompt, key=_WORDS, on_submit=take_words, args=(_WORDS, retry.id, held))
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
            compared.how_it_differs(compare(shown, before, after)),
            compared.side_by_side(shown, before, after, known),
            class_="comparison",
        )
    )


def _what_next(saved: Session, retry: Session, begun: bool) -> None:
    if refused := why_refused():
        frame.notice(refused)
    with st.container(key="retry-next", horizontal=True, vertical_alignment="center"):
        if begun:
            st.button(
                "Start this moment over",
                key="retry-over",
                on_click=_begin,
                args=(saved.id, retry.from_turn, uuid.uuid4().hex[:12]),
            )
            if retry.ended_at is not None:
                st.button("Read this try’s debrief", key="retry-read", on_click=routes.here, args=(retry.id,))
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
    except ScenarioError:
        st.session_state[_REFUSED] = "This scenario has changed since, so this moment can’t be tried again."
        return
    except AskwellError as error:
        st.session_state[_REFUSED] = plainly(error)
        return
    routes.here(session_id, made.session_id)


def _close() -> None:
    st.query_params.pop(routes.RETRY, None)
    st.session_state[_CLOSED] = True


def _line(turn: Turn, shown: Scenario) -> Html:
    name = "You" if turn.is_manager else shown.rep.name
    return element("div", element("span", name, class_="who"), spoken(turn.text))


def _bubble(turn: Turn, shown: Scenario) -> Html:
    if turn.is_manager:
        return annotated.bubble(shown.manager.name, turn.text, "manager")
    return annotated.bubble(shown.rep.name, turn.text, "rep")
