"""The practice: first the brief in three lines, then the talk. The store is the truth on every rerun."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import streamlit as st

from bot.errors import AskwellError, MissingError, ScenarioError, StoreError
from bot.preferences import read_preferences
from bot.scoring.nudges import NO_MORE
from bot.settings import settings

from .. import annotated, attention, brief, called, frame, resources, routes, speaker
from ..answering import Tray, Trouble, answering, forget_saved, plainly, take_words, tray, wait_for
from ..markup import Html, as_label, element, join
from ..wording import RATINGS, count, minutes_between, percent

if TYPE_CHECKING:
    from bot.scenario import Scenario
    from bot.store import Session
    from bot.talk.transcript import Turn

LONG_AGO = 180
"""Minutes after which a session's clock tells nothing any more."""
AT_LEAST_APART = timedelta(seconds=1)
"""A second press of Nudge within this time is a double click."""
_WORDS = "words"
_UNREACHABLE = "We can’t reach your saved conversations right now."
_AGAIN = "Your words are back in the box. Send them again in a minute."


@frame.calm
def page() -> None:
    """The conversation that the address names."""
    session_id = frame.session_id()
    if session_id is None:
        frame.notice("No conversation is open.", "quiet")
        routes.link("home", "Choose a scenario", icon=":material/arrow_back:")
        return
    held = tray(session_id)
    saved, trouble = _loaded(session_id, held)
    scenario = _scenario(saved)
    if scenario is None:
        return
    frame.titled(scenario.rep.name, scenario.title)
    if saved.ended_at is not None:
        _ended(saved, scenario, held)
        return
    resources.soon(saved.scenario, saved.variant)
    if held.called or held.unsent or saved.turns or saved.nudges:
        _talk(saved, scenario, held, trouble)
    else:
        _before(saved, called.scenario_as_called(scenario), held, trouble)


def _loaded(session_id: str, held: Tray) -> tuple[Session, str | None]:
    """The session with what was chosen for it, or as it was last seen, with the reason, while the store is away."""
    try:
        forget_saved(session_id, held)
        saved, trouble = speaker.settle(resources.store().load(session_id))
    except MissingError:
        raise
    except StoreError:
        if held.last is None:
            raise
        return held.last, _UNREACHABLE
    held.last = saved
    return saved, trouble


def _scenario(saved: Session) -> Scenario | None:
    """The scenario of a session; None, and the page says so, where it no longer fits what was said."""
    try:
        scenario = resources.library().scenario(saved.scenario, saved.variant)
        if saved.ended_at is None and scenario.digest != saved.scenario_digest:
            resources.saved_practice(saved)
    except ScenarioError:
        frame.notice(
            "This scenario has changed since you began, so the conversation can’t continue. All you said is kept."
        )
        routes.link("home", "Start a new one", icon=":material/arrow_back:")
        return None
    return scenario


# Before the talk


def _before(saved: Session, scenario: Scenario, held: Tray, trouble: str | None) -> None:
    """The brief in three lines, all of it one touch away, and the button that begins."""
    frame.show(element("header", element("h1", scenario.title), brief.three_lines(scenario), class_="scene-head"))
    if trouble:
        frame.notice(trouble)
    st.button(
        as_label(brief.begins(scenario)), key="call", type="primary", on_click=_call, args=(held,), width="stretch"
    )
    length = f"About {count(scenario.minutes, 'minute')} · {speaker.named(saved)}."
    about = f"{length} You speak first, and you can leave and come back."
    frame.show(element("p", about, class_="quiet small"))
    with st.expander("Your whole brief and the CRM card", key="whole-brief"):
        frame.show(brief.whole(scenario))
    speaker.before_talk(saved, scenario)
    with st.container(key="leave"):
        routes.link("home", "Leave for now", icon=":material/arrow_back:")


def _call(held: Tray) -> None:
    """Runs before the page does."""
    held.called = True


# The talk


def _talk(saved: Session, scenario: Scenario, held: Tray, trouble: str | None) -> None:
    with st.sidebar:
        frame.show(brief.whole(called.scenario_as_called(scenario)))
    with st.container(key="talk-top", horizontal=True, vertical_alignment="top"):
        scene = element("p", scenario.scene, class_="scene")
        frame.show(element("header", element("h1", scenario.title), scene, class_="scene-head"))
        routes.link("home", "Leave for now", icon=":material/arrow_back:")
    if trouble:
        held.give_back()
    told = Trouble(trouble, stops=True) if trouble else held.trouble
    answering_now = (_waits(saved) or bool(held.unsent)) and not (told and told.stops)
    talk = st.container(key="talk")
    with talk:
        # The opening goes when something is on its way: then each bubble has its place, and no reply shows twice.
        if not saved.turns and not held.unsent:
            _opening(scenario)
        _said(saved, scenario)
    with st.bottom.container(key="below"):
        _strip(saved, scenario, answering_now, told, held)
    if held.back:
        st.session_state[_WORDS], held.back = held.back, ""
    # At the root of the page: then Streamlit pins the input below and keeps the newest words in sight. It is never
    # disabled, or it would lose the focus and what is being typed.
    prompt = f"Say something to {scenario.rep.name}"
    st.chat_input(prompt, key=_WORDS, on_submit=take_words, args=(_WORDS, saved.id, held))
    attention.to_the_talk(f"Conversation with {scenario.rep.name}", f"{len(saved.turns)}.{len(saved.nudges)}")
    if answering_now:
        with talk:
            _answer(saved, scenario, held)


def _waits(saved: Session) -> bool:
    """Whether the last words are the manager's."""
    return bool(saved.turns) and saved.turns[-1].is_manager


def _answer(saved: Session, scenario: Scenario, held: Tray) -> None:
    """Show what is on its way, wait for it without standing in the way of anything else, and show the page anew."""
    unsent = tuple(held.unsent)
    first = not _waits(saved)
    you = called.scenario_as_called(scenario).manager.name
    if first:
        _message(you, unsent[0].words, "manager")
    place = st.empty()
    with place.chat_message(scenario.rep.name, avatar=None):
        told = "is thinking" if resources.ready() else "will be on the line in a moment"
        frame.show(element("p", f"{scenario.rep.name} {told} …", class_="quiet thinking", aria_hidden="true"))
    for outgoing in unsent[first:]:
        _message(you, outgoing.words, "manager")
    future = answering().carry_on(saved, unsent[0] if unsent else None)
    wait_for(future)
    error = future.exception()
    if isinstance(error, AskwellError):
        _told(saved, error, held)
    elif error is not None:
        raise error
    elif reply := future.result():
        # At once: the page anew takes as long again.
        with place:
            _turn(called.turns_as_called((reply,), scenario)[0], called.scenario_as_called(scenario))
    st.rerun()


def _told(saved: Session, error: AskwellError, held: Tray) -> None:
    """Keep why there is no reply for the next run, unless another tab has gone on meanwhile."""
    try:
        forget_saved(saved.id, held)
        now = resources.store().load(saved.id)
    except StoreError:
        now = saved
    if len(now.turns) > len(saved.turns) and not _waits(now):
        return
    held.trouble = Trouble(_UNREACHABLE if isinstance(error, StoreError) else plainly(error), stops=True)
    held.give_back()


def _opening(scenario: Scenario) -> None:
    you = called.scenario_as_called(scenario).manager.name
    words = f"You are {you}. You speak first, and {scenario.rep.name} answers."
    frame.show(element("p", words, class_="quiet opening"))


def _said(saved: Session, scenario: Scenario) -> None:
    shown = called.scenario_as_called(scenario)
    nudges: dict[int, list[str]] = {}
    for nudge in saved.nudges:
        nudges.setdefault(nudge.turn, []).append(called.called(nudge.text, scenario))
    for turn in called.turns_as_called(saved.turns, scenario):
        _nudges(nudges.get(turn.index, ()))
        _turn(turn, shown)
    _nudges(nudges.get(len(saved.turns), ()))


def _turn(turn: Turn, scenario: Scenario) -> None:
    name, kind = (scenario.manager.name, "manager") if turn.is_manager else (scenario.rep.name, "rep")
    note = turn.said.note if turn.said is not None else None
    _message(name, turn.text, kind, f"We used a scripted line here instead of the model's: {note}." if note else None)


def _message(name: str, words: str, kind: str, note: str | None = None) -> None:
    with st.chat_message(name, avatar=None):
        frame.show(annotated.bubble(name, words, kind))
        if note:
            frame.show(element("p", note, class_="quiet small stood-in", role="note"))


def _nudges(texts: tuple[str, ...] | list[str]) -> None:
    for words in texts:
        frame.show(element("p", element("b", "Nudge"), " ", words, class_="nudge", role="note"))


# Below the talk


def _strip(saved: Session, scenario: Scenario, answering_now: bool, trouble: Trouble | None, held: Tray) -> None:
    """Minutes, turns and nudges, and what can be done."""
    if trouble:
        frame.notice(f"{trouble.words} {_AGAIN}" if trouble.stops and held.back else trouble.words)
        if trouble.stops and _waits(saved):
            st.button(as_label(f"Ask {scenario.rep.name} again"), key="again", on_click=_try_again, args=(held,))
    counts = join(*(element("span", told) for told in _counts(saved, scenario)), between=" · ")
    with st.container(key="strip", horizontal=True, vertical_alignment="center"):
        frame.show(element("p", counts, class_="counts"))
        live = st.toggle(
            "Live feedback",
            value=read_preferences(settings().home).live,
            key="live",
            help="See how much you ask and tell as you talk.",
        )
        if st.button("Brief", key="brief"):
            brief.open_whole(called.scenario_as_called(scenario))
        pressed = st.button(
            "Nudge", key="nudge", disabled=answering_now, help="Points you on without giving anything away."
        )
        if st.button("End and debrief", key="end", disabled=answering_now or not saved.turns):
            _end(saved.id)
    if pressed:
        _nudge(saved)
    if live:
        frame.show(_live(saved))


def _try_again(held: Tray) -> None:
    """Runs before the page does."""
    held.trouble = None


def _nudge(saved: Session) -> None:
    if saved.nudges and frame.now() - saved.nudges[-1].at < AT_LEAST_APART:
        return
    if resources.saved_practice(saved).hint() == NO_MORE:
        frame.notice(NO_MORE, "quiet")
    else:
        st.rerun()


def _counts(saved: Session, scenario: Scenario) -> list[str]:
    spent = minutes_between(saved.started_at, frame.now())
    clock = (
        f"{spent} of about {count(scenario.minutes, 'minute')}"
        if spent <= LONG_AGO
        else f"about {count(scenario.minutes, 'minute')}"
    )
    turns = sum(turn.is_manager for turn in saved.turns)
    told = clock, count(turns, "turn"), count(len(saved.nudges), "nudge"), speaker.named(saved)
    return [one for one in told if one]


def _live(saved: Session) -> Html:
    """The letters of the last turn, and the share of asking so far."""
    from bot.scoring.measures import measure

    coded = [turn for turn in saved.turns if turn.is_manager and turn.units]
    if not coded:
        return element("p", "You haven’t said anything yet.", class_="live quiet")
    share = measure(saved.turns, (), None).ask_share
    so_far = "too early to say" if share is None else f"{percent(share)} asking"
    if unsure := sum(not unit.claimed for turn in coded for unit in turn.units):
        so_far += f", and {count(unsure, 'thought')} too unsure to count"
    bar = Html() if share is None else element("span", element("span", style=f"width:{share:.0%}"), class_="share")
    last = element("span", element("span", "Last turn: ", class_="quiet"), annotated.letters(coded[-1].units))
    return element(
        "div", last, element("span", element("span", "So far: ", class_="quiet"), so_far, " ", bar), class_="live"
    )


# The end


def _ended(saved: Session, scenario: Scenario, held: Tray) -> None:
    frame.show(element("header", element("h1", scenario.title), class_="scene-head"))
    with st.container(key="talk"):
        _said(saved, scenario)
    frame.notice("This conversation has ended.", "quiet")
    if held.unsent:
        frame.notice(f"Your last words came too late: {' '.join(one.words for one in held.unsent)}", "quiet")
    with st.container(key="debrief-link"):
        routes.link("debrief", "Read the debrief", saved.id, icon=":material/arrow_forward:")


@st.dialog("Before you look")
@frame.calm
def _end(session_id: str) -> None:
    frame.show(element("p", "How much of what you said was asking rather than telling? Optional."))
    rating = st.radio(
        "How much was asking",
        list(RATINGS),
        index=None,
        format_func=RATINGS.__getitem__,
        label_visibility="collapsed",
        key="rating",
    )
    if st.button("End and show the debrief", type="primary", key="really-end"):
        saved = resources.store().load(session_id)  # words may have been said since this was opened
        resources.saved_practice(saved).finish(rating)
        routes.go("debrief", session_id)
