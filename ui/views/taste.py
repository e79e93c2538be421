"""A taste: two turns with the first scenario's rep, and after each what those words did. Nothing is saved."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import streamlit as st

from bot.director import fold
from bot.errors import TranscriptError
from bot.scoring.saying import sentence_case
from bot.talk.codebook import Group
from bot.talk.transcript import MAX_TURN_CHARS, Turn, check_words

from .. import annotated, called, frame, resources, routes, shelf
from ..effect import what_it_did
from ..markup import Html, element
from ..wording import count

if TYPE_CHECKING:
    from bot.scenario import Scenario

TURNS = 2
_SAID, _TURNS, _REFUSED = "taste-said", "taste-turns", "taste-refused"
_WORDS = "taste-words"


@frame.calm
def page() -> None:
    """Two turns, then the way to a whole conversation. Kept in this tab alone: a reload begins anew."""
    scenario = resources.library().scenario(shelf.FIRST)
    shown = called.scenario_as_called(scenario)
    resources.soon(shelf.FIRST)
    frame.show(_heading(shown))
    said: list[str] = st.session_state.setdefault(_SAID, [])
    with st.container(key="taste"):
        turns = _talk(scenario, shown, said)
    if len(said) >= TURNS:
        _whole_idea(scenario, shown, turns)
        return
    refused = st.session_state.pop(_REFUSED, None)
    if refused:
        frame.notice(sentence_case(str(refused)))
    with st.container(key="taste-next", horizontal=True, vertical_alignment="center"):
        frame.show(element("p", _next_try(turns, shown.rep.name), class_="try"))
        routes.link("home", "Skip this")
    # At the root of the page: then Streamlit pins the input below and keeps the newest words in sight.
    st.chat_input(f"Say something to {shown.rep.name}", key=_WORDS, max_chars=MAX_TURN_CHARS, on_submit=_submit)
    if not said:
        frame.focus(frame.CHAT, types=True)  # once there, it stays


def _submit() -> None:
    """Runs before the page does: the words are kept until they are answered, even if the page runs again meanwhile."""
    try:
        words = check_words(str(st.session_state.get(_WORDS) or ""))
    except TranscriptError as error:
        st.session_state[_REFUSED] = str(error).removeprefix("turn: ")
        return
    said: list[str] = st.session_state.setdefault(_SAID, [])
    if len(said) < TURNS:
        said.append(words)


def _talk(scenario: Scenario, shown: Scenario, said: list[str]) -> tuple[Turn, ...]:
    """Show the talk so far, and have answered what isn't answered yet; the turns as they are then."""
    turns: tuple[Turn, ...] = st.session_state.get(_TURNS, ())
    for at in range(0, len(turns), 2):
        frame.show(annotated.bubble(shown.manager.name, turns[at].text, "manager"))
        frame.show(annotated.bubble(shown.rep.name, called.called(turns[at + 1].text, scenario), "rep"))
        _effect(shown, turns[: at + 2])
    for words in said[len(turns) // 2 :]:
        frame.show(annotated.bubble(shown.manager.name, words, "manager"))
        place = st.empty()
        waiting = "is thinking" if resources.ready() else "will be on the line in a moment"
        frame.show(element("p", f"{shown.rep.name} {waiting} …", class_="quiet"), place)
        turns = st.session_state[_TURNS] = _with_reply(scenario, turns, words)
        frame.show(annotated.bubble(shown.rep.name, called.called(turns[-1].text, scenario), "rep"), place)
        _effect(shown, turns)
    return turns


def _with_reply(scenario: Scenario, turns: tuple[Turn, ...], words: str) -> tuple[Turn, ...]:
    """The talk with these words and the reply to them.

    A throw-away practice: no store, scripted lines and the packaged reader, so that nothing is saved or sent.
    """
    from bot.practice import Practice

    practice = Practice(scenario, resources.engine().packaged(), voice=resources.voice("lines"), turns=turns)
    practice.say(words)
    deque(practice.reply(), maxlen=0)
    return practice.transcript.turns


def _effect(shown: Scenario, turns: tuple[Turn, ...]) -> None:
    """What the last turn did, from its reading and the director's decision."""
    turn, reply = turns[-2:]
    if reply.direction is not None:
        before, after = fold(shown, turns[:-2]), fold(shown, turns)
        told = what_it_did(shown, turn, reply.direction, before, after)
        frame.show(element("p", told, class_="effect", role="status"))


def _next_try(turns: tuple[Turn, ...], rep: str) -> str:
    """What to say next: the opposite of what was done, so that both are heard."""
    if not turns:
        return "Say it the way you would on a real call."
    groups = {unit.group for unit in turns[-2].units}
    if groups & {Group.PUSHES, Group.TELLS}:
        return f"Now ask {rep} something you don’t know, and compare."
    if turns[-2].claimed and all(unit.genuine and not unit.exploring for unit in turns[-2].claimed):
        return f"Now ask what {rep} makes of it, and compare."
    if groups & {Group.ASKS, Group.LISTENS}:
        return f"Now tell {rep} what to do, and compare."
    return "Now ask about the deal, and see what changes."


def _whole_idea(scenario: Scenario, shown: Scenario, turns: tuple[Turn, ...]) -> None:
    """The end of the taste, and where to go from here."""
    rep, left = shown.rep.name, len(scenario.facts) - len(fold(scenario, turns).facts)
    idea = (
        f"What you say decides what you get to hear. {rep} could still tell you {count(left, 'thing')} you don’t know. "
        f"A whole conversation takes about {count(shown.minutes, 'minute')}. Its debrief shows, in your own words, "
        "what opened doors and what closed them."
    )
    frame.show(
        element("section", element("h2", "That’s the whole idea", tabindex="-1"), element("p", idea), class_="idea")
    )
    with st.container(key="taste-end", horizontal=True, vertical_alignment="center"):
        if st.button("Start the whole conversation", type="primary", key="taste-start"):
            frame.begin(shelf.FIRST)
        st.button("Try again", key="taste-again", on_click=_again)
        routes.link("library", "Choose another scenario")
    frame.focus(".idea h2")  # the input, which had it, is gone


def _again() -> None:
    st.session_state[_SAID], st.session_state[_TURNS] = [], ()


def _heading(shown: Scenario) -> Html:
    you = f"You are {shown.manager.name}, {shown.rep.name}’s manager. {shown.summary} You speak first."
    return element(
        "header",
        element("h1", "Try it for a minute"),
        element("p", shown.scene, class_="scene"),
        element("p", you),
        class_="scene-head",
    )
