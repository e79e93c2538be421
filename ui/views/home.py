"""Home: what this is, what to go on with, one scenario to play next, and the sessions so far."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from .. import cards, frame, resources, routes, shelf, week
from ..markup import Html, element
from ..wording import OVERALL, count, when

if TYPE_CHECKING:
    from bot.scenario.library import Card
    from bot.store import SessionHead

NEWEST = 8
_WHAT = (
    "You call a rep who says all is well. The rep answers as a real one would: openly when you ask well, politely and "
    "guardedly when you tell. Afterwards you see, in your own words, how much you asked, how much you told, and what "
    "you never heard."
)


@frame.calm
def page() -> None:
    """The front page."""
    frame.show(
        element(
            "header",
            element("h1", "Ask well."),
            element("p", _WHAT, class_="lead"),
            class_="hero",
        )
    )
    heads = frame.heads()
    all_cards = resources.library().cards()
    tastes = not heads and any(card.id == shelf.FIRST for card in all_cards)
    if tastes:
        _taste()
    if heads:
        from .. import at_a_glance  # reads talks, for which much is loaded that a newcomer needn't wait for

        at_a_glance.glance(heads)
    week.step_of_the_week(heads)
    unfinished = shelf.to_go_on(heads)
    if unfinished is not None:
        _go_on(unfinished)
    _next(all_cards, heads, alone=unfinished is None, tastes=tastes)
    with st.container(key="see-more", horizontal=True):
        if len(all_cards) > 1:
            routes.link("library", f"Choose from all {len(all_cards)} scenarios", icon=":material/grid_view:")
        if heads:  # a newcomer has enough to choose from
            routes.link("plan", "Plan a real talk", icon=":material/edit_note:")
            routes.link("programme", "Follow a programme", icon=":material/event_repeat:")
            routes.link("calls", "Bring a call of your own", icon=":material/upload_file:")
        routes.link("examples", "Read one call twice: telling, then coaching", icon=":material/menu_book:")
    _sessions(tuple(head for head in heads if head.parent is None))  # a retry is reached from its first go


def _taste() -> None:
    """For somebody who has no session yet: two turns before anything longer."""
    with st.container(key="taste-card", horizontal=True, vertical_alignment="center"):
        frame.show(
            element(
                "div",
                element("h2", "Try it for a minute", class_="card-title"),
                element("p", "Say two things to Mike and see what each one does. Nothing is saved.", class_="quiet"),
            )
        )
        if st.button("Try it", type="primary", key="taste-now"):
            routes.go("taste")


def _go_on(head: SessionHead) -> None:
    """The conversation that was left in the middle."""
    told = f"{when(head.started_at, frame.now(), frame.zone())} · {count(_turns(head), 'turn')} so far"
    with st.container(key="go-on", horizontal=True, vertical_alignment="center"):
        frame.show(
            element(
                "div",
                element("p", "You were in the middle of", class_="overline"),
                element("h2", head.title, class_="card-title"),
                element("p", told, class_="quiet small"),
            )
        )
        if st.button("Continue", type="primary", key="go-on-now"):
            routes.go("practice", head.id)


def _next(all_cards: Sequence[Card], heads: tuple[SessionHead, ...], alone: bool, tastes: bool) -> None:
    """The one scenario to play next; not `alone` where there is a conversation to go on with.

    Where somebody may have a taste first (`tastes`), that is the page's first button.
    """
    card = shelf.recommended(all_cards, heads)
    if card is None:
        frame.no_scenarios()
        return
    done = shelf.finished(heads)
    first = "Then a whole conversation" if tastes else "Start here" if alone else "Or start another"
    heading = "Play again" if card.id in done else "Next for you" if done else first
    frame.show(element("h2", heading, class_="section"))
    level = shelf.last_levels(heads).get(card.id)
    cards.put(card, heads, level, "Start the conversation", primary=alone and not tastes)
    resources.soon(card.id)


def _sessions(heads: tuple[SessionHead, ...]) -> None:
    if not heads:
        frame.show(element("p", "Your sessions will appear here. They stay on this machine.", class_="quiet small"))
        return
    st.subheader("Your sessions", anchor=False)
    everything = len(heads) <= NEWEST or st.session_state.get("all-sessions", False)
    for head in heads if everything else heads[:NEWEST]:
        with st.container(key=f"session-{head.id}", horizontal=True, vertical_alignment="center", wrap=True):
            _session(head)
    if len(heads) > NEWEST:
        st.toggle(f"Show all {len(heads)}", key="all-sessions")


def _session(head: SessionHead) -> None:
    ended = head.ended_at is not None
    told = [when(head.started_at, frame.now(), frame.zone()), count(_turns(head), "turn")]
    if head.rep:
        told.insert(0, f"with {head.rep}")
    if head.variant != "base":
        told.append("a variant")
    level = element("span", OVERALL.get(head.level or "", "Ended"), class_=f"level {head.level}") if ended else _going()
    frame.show(
        element(
            "div",
            element("div", element("b", head.title), level, class_="session-title"),
            element("div", " · ".join(told), class_="quiet small"),
            class_="session",
        )
    )
    if ended:
        routes.link("debrief", "Debrief", head.id)
    else:
        routes.link("practice", "Continue", head.id)
    if st.button("Delete", key=f"delete-{head.id}", type="tertiary", help="Delete this session"):
        _confirm_delete(head)


def _turns(head: SessionHead) -> int:
    """The manager's turns, as the conversation counts them; the store counts both speakers'."""
    return (head.turns + 1) // 2


def _going() -> Html:
    return element("span", "In progress", class_="level going")


@st.dialog("Delete this session?")
@frame.calm
def _confirm_delete(head: SessionHead) -> None:
    started = when(head.started_at, frame.now(), frame.zone())
    tries = len(resources.store().children(head.id))
    goes = {0: "", 1: " Your other try at a moment of it goes too."}
    too = goes.get(tries, f" Your {tries} other tries at moments of it go too.")
    frame.show(element("p", f"{head.title}, {started}: {count(_turns(head), 'turn')}.{too} This can’t be undone."))
    if st.button("Delete it", type="primary"):
        resources.store().delete(head.id)
        st.rerun()
