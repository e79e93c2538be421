"""The one focus on the pages: chosen from a debrief, seen before the next talk, and looked at in the next debrief."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from bot.errors import StoreError
from bot.progress.focus import (
    ChosenFocus,
    FocusCourse,
    FocusOutcome,
    Went,
    can_be_focus,
    choose_focus,
    follow,
    goal_from,
    how_it_went,
    keep_focus,
    kept_foci,
    open_focus,
    quotes_faults,
)
from bot.progress.overview import as_they_ended
from bot.progress.talks import Mark
from bot.store import first_goes

from . import frame, resources
from .markup import Html, as_label, element, join
from .progressed import FOCUS_WORDS
from .wording import turn_number

if TYPE_CHECKING:
    from bot.scoring.coach import ThingToTry
    from bot.scoring.debrief import Debrief
    from bot.scoring.scorecard import Scorecard
    from bot.store import Session, SessionHead

_SAID = "focus-said"


def course_now(heads: Iterable[SessionHead]) -> FocusCourse | None:
    """The open focus and how it went in the talks since it was chosen. Raises StoreError."""
    focus = open_focus(kept_foci(resources.store()))
    if focus is None:
        return None
    heads, book = tuple(heads), resources.talk_book()
    first_ids = {head.id for head in first_goes(heads)}
    whole = [head for head in heads if head.parent is None and head.started_at > focus.at]
    talks = as_they_ended(book.talks(whole))
    firsts = [talk for talk in talks if talk.id in first_ids]
    turns = book.turns(talk.id for talk in talks) if focus.habit is not None else {}
    return follow(focus, talks, firsts, turns, frame.now())


def focus_now() -> str:
    """The open focus in three words, empty if there is none. Raises StoreError."""
    focus = open_focus(kept_foci(resources.store()))
    return _words(focus) if focus is not None else ""


def focus_before_talk() -> None:
    """The focus in three words, before a talk. Nothing where there is none, or it is retired."""
    try:
        course = course_now(resources.store().heads())
    except StoreError:
        return  # the page that follows says what is wrong with the store
    if course is not None and course.worked_on:
        frame.show(element("p", element("span", "Your focus: ", class_="quiet"), _words(course.focus), class_="focus"))


def offer_focus(saved: Session, things: Sequence[ThingToTry], card: Scorecard) -> None:
    """A button for each thing to try that may be the focus, and which one it is."""
    about = [thing.criterion for thing in things if can_be_focus(thing.criterion)]
    if not about:
        return
    now = open_focus(kept_foci(resources.store()))
    with st.container(key="focus-offer", horizontal=True):
        for criterion in dict.fromkeys(about):
            words = FOCUS_WORDS[criterion]
            if now is not None and now.about == criterion:
                frame.show(element("p", "Your focus: ", element("b", words), class_="focus"))
                continue
            label = "Make this my focus" if len(about) == 1 else f"Make “{words}” my focus"
            if st.button(as_label(label), key=f"focus-{criterion}", type="tertiary", icon=":material/target:"):
                make_focus(criterion, card.criterion(criterion).level, saved.id)
                st.rerun()


def make_focus(about: str, level: str, session_id: str) -> None:
    """Make something the focus from now on. `level` is the criterion's as it is now. Raises StoreError."""
    at = frame.now()
    choose_focus(resources.store(), ChosenFocus(uuid.uuid4().hex[:12], about, goal_from(about, level), session_id, at))


def take_up_again(focus: ChosenFocus) -> None:
    """Work on a retired focus again, with the same goal. Raises StoreError."""
    choose_focus(resources.store(), replace(focus, id=uuid.uuid4().hex[:12], at=frame.now()))


def close_focus(focus: ChosenFocus) -> None:
    """Give a focus up, or put a retired one away. Raises StoreError."""
    keep_focus(resources.store(), replace(focus, closed_at=frame.now()))


def mark_looked_at(focus: ChosenFocus) -> None:
    """Keep that a retired focus was looked at again, and has stayed. Raises StoreError."""
    keep_focus(resources.store(), replace(focus, looked_at=frame.now(), closed_at=frame.now()))


def focus_in_debrief(saved: Session, debrief: Debrief) -> None:
    """One line: whether the focus of the time held in this talk, with the words that show it."""
    focus = _of_the_time(saved)
    if focus is None:
        return
    card = debrief.scorecard
    marks = {one.id: Mark(one.level, one.value) for one in card.criteria}
    went = how_it_went(focus, marks, card.score is not None, debrief.transcript.manager_turns)
    frame.show(
        element(
            "p",
            element("span", "Your focus, ", class_="quiet"),
            element("b", _words(focus)),
            element("span", ": ", class_="quiet"),
            _went(_with_quote(focus, went, card), _why(focus, card)),
            class_="focus",
        )
    )


def _of_the_time(saved: Session) -> ChosenFocus | None:
    """The focus that was open when a talk began. A retry has none: it tries one moment."""
    if saved.parent is not None:
        return None
    then = [
        focus
        for focus in kept_foci(resources.store())
        if focus.at < saved.started_at and (focus.closed_at is None or focus.closed_at > saved.started_at)
    ]
    return then[-1] if then else None


def _with_quote(focus: ChosenFocus, went: Went, card: Scorecard) -> Went:
    """The same with a criterion's quote, where its quotes show what happened."""
    shows = FocusOutcome.SLIPPED if quotes_faults(focus.about) else FocusOutcome.HELD
    if went.quote or focus.habit is not None or went.outcome is not shows:
        return went
    quotes = next((one.evidence for one in card.criteria if one.id == focus.about), ())
    return replace(went, turn=quotes[0].turn, quote=quotes[0].quote) if quotes else went


def _why(focus: ChosenFocus, card: Scorecard) -> str:
    """What was counted for the criterion that the focus is about; empty for a habit."""
    return next((one.why for one in card.criteria if one.id == focus.about), "")


def _went(went: Went, why: str) -> Html:
    told = {
        FocusOutcome.HELD: "it held.",
        FocusOutcome.SLIPPED: "not yet." if why else "it slipped.",
        FocusOutcome.TOO_LITTLE: "there was too little here to say.",
    }[went.outcome]
    if why and went.outcome is not FocusOutcome.TOO_LITTLE:
        told = f"{told} {why}"
    if not went.quote or went.turn is None:
        return join(told)
    link = element("a", f"Turn {turn_number(went.turn)}", href=f"#turn-{went.turn}", class_="at")
    return join(told, " ", link, ": ", element("q", went.quote, dir="auto"))


def _words(focus: ChosenFocus) -> str:
    return FOCUS_WORDS[focus.about]
