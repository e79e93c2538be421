"""The debrief: how it went, what worked, the turning point with another try at it, and what next. The rest folds."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass

import streamlit as st

from bot.director import fold
from bot.errors import ModelError, ScenarioError
from bot.practice import Debrief, check_fits, practice_json
from bot.scoring.coach import ThingToTry, asked_to_plan, things_to_try
from bot.scoring.measures import possible_ask_share
from bot.scoring.moments import EVERYTHING, Highlights, highlights
from bot.scoring.score import thresholds
from bot.store import Session, first_goes

from .. import annotated, called, charts, figures, focus, frame, highlighted, resources, routes, written
from ..markup import Html, element, join, paragraphs
from ..report import markdown
from ..share.buttons import downloads
from ..share.content import one_page
from ..wording import RATINGS, count, lasted, turn_number, when
from . import marks, retry


@dataclass(frozen=True, slots=True)
class _Page:
    """What the page is made of: the debrief as it is kept, and as it is shown, with the user's own name."""

    saved: Session
    kept: Debrief
    shown: Debrief
    found: Highlights
    things: tuple[ThingToTry, ...]


@frame.calm
def page() -> None:
    """The debrief of the session that the address names."""
    session_id = frame.session_id()
    if session_id is None:
        frame.notice("No session is open.", "quiet")
        routes.link("home", "Choose a session", icon=":material/arrow_back:")
        return
    saved = resources.store().load(session_id)
    frame.titled("Debrief", saved.title)
    if saved.ended_at is None:
        _in_progress(saved)
        return
    try:
        with st.spinner("Preparing your debrief…"):
            made = _made(saved)
    except ScenarioError:
        frame.notice("This scenario has changed since you had this conversation, so we can’t show its debrief.")
        routes.link("home", "Start a new one", icon=":material/arrow_back:")
        return
    _top(made)
    focus.focus_in_debrief(saved, made.kept)
    _moments(made)
    _afterwards(made)
    _next(made)
    _closer(made)
    _written_up(made)
    _take_along(made)


def _in_progress(saved: Session) -> None:
    frame.notice("This conversation is still in progress. End it to see the debrief.", "quiet")
    if saved.parent is None:
        routes.link("practice", "Back to the conversation", saved.id, icon=":material/arrow_back:")
    else:
        st.button("Back to your try", key="to-try", on_click=routes.here, args=(saved.parent, saved.id))


def _made(saved: Session) -> _Page:
    practice = resources.saved_practice(saved)
    check_fits(saved, practice.scenario)
    kept = practice.debrief()
    shown, knowledge = called.debrief_as_called(kept), resources.engine().knowledge
    found = highlights(kept.scenario, kept.transcript, kept.states, kept.state, kept.scorecard, knowledge)
    unasked = [shown.scenario.fact(name) for name in shown.missed if name not in shown.asked_about]
    planned, area = asked_to_plan(kept.transcript), str(kept.scenario.area)
    things = things_to_try(kept.scorecard, thresholds(), knowledge, unasked, planned, area)
    things = things if kept.transcript.manager_turns else ()  # nothing was said that could be said better
    return _Page(saved, kept, shown, called.highlights_as_called(found, kept.scenario), things)


def _top(made: _Page) -> None:
    frame.show(highlighted.headed(made.found, made.kept.scorecard, _about(made)))
    saved = made.saved
    if saved.parent is not None and saved.from_turn is not None:
        with st.container(key="another-try", horizontal=True, vertical_alignment="center"):
            told = f"Another try from turn {turn_number(saved.from_turn)} of a conversation you had before."
            frame.show(element("p", told, class_="quiet small"))
            st.button("See the first go", type="tertiary", key="first-go", on_click=routes.here, args=(saved.parent,))


def _about(made: _Page) -> Iterator[str]:
    saved = made.saved
    yield made.shown.scenario.title
    yield when(saved.started_at, frame.now(), frame.zone())
    yield count(len(made.shown.transcript.manager_turns), "turn")
    yield lasted(saved.started_at, saved.ended_at or saved.started_at)


def _moments(made: _Page) -> None:
    """What worked and the turning point, side by side where there is room; then the retry that is open.

    Without a turning point, its place has the way to another go: the first screen always has something to do.
    """
    found, names, opened = made.found, made.shown.transcript, retry.open_retry()
    with st.container(key="moments"):
        if found.worked is not None:
            with st.container(key="worked"):
                frame.show(highlighted.worked_moment(found.worked, names))
        if found.turning is not None:
            with st.container(key="turning"):
                frame.show(highlighted.turning_moment(found.turning, names))
                if opened is None:
                    retry.offer(made.saved, found.turning.turn)
        else:
            with st.container(key="next-card"):
                frame.show(element("h2", "Next time" if len(_things(made)) == 1 else "Go again", class_="card-title"))
                if len(_things(made)) == 1:
                    _to_try(made)
                _again(made, primary=True)
                if made.saved.turns:
                    told = "Or try one of your turns again, in other words: each has a button under Look closer."
                    frame.show(element("p", told, class_="quiet small"))
    if opened is not None:
        retry.panel(made.saved, opened, made.kept.states, found.turning)


def _afterwards(made: _Page) -> None:
    debrief = made.shown
    st.header("What happened next", anchor=False)
    parts: list[Html] = [element("div", paragraphs(debrief.epilogue.text), class_="epilogue")]
    parts += [
        figures.story(variant.told_afterwards, "What was different this time")
        for variant in debrief.scenario.variants
        if variant.id == debrief.scenario.variant
    ]
    if meant := called.who_is_meant(made.kept):
        parts.append(element("p", meant, class_="quiet small"))
    frame.show(join(*parts))


def _things(made: _Page) -> tuple[ThingToTry, ...]:
    """As much to try as somebody at this level can take in."""
    return made.things[: made.found.amount]


def _next(made: _Page) -> None:
    """What to try and the way to try it, as far as they don't stand at the top, for want of a turning point."""
    turned = made.found.turning is not None
    if turned or len(_things(made)) > 1:
        st.header("Next time", anchor=False)
        _to_try(made)
    if turned:
        _again(made, primary=False)


def _to_try(made: _Page) -> None:
    if things := _things(made):
        frame.show(figures.to_try(things, made.kept.scorecard, resources.passages()))
        focus.offer_focus(made.saved, things, made.kept.scorecard)


def _again(made: _Page, primary: bool) -> None:
    """Another conversation: in a variant that hasn't been played, if there is one left."""
    scenario = made.shown.scenario
    seen = {head.variant for head in first_goes(resources.store().heads()) if head.scenario == scenario.id}
    unseen = [variant for variant in scenario.variant_ids if variant not in seen]
    others = len(scenario.variant_ids) > 1
    label = "Practise another variant" if others else "Practise it again"
    with st.container(key="again"):
        if st.button(label, type="primary" if primary else "secondary", key="another"):
            if unseen:
                frame.begin(scenario.id, secrets.choice(unseen))
            elif others:
                frame.begin_another(scenario.id, than=scenario.variant)
            frame.begin(scenario.id, scenario.variant)
        frame.show(element("p", _counts_for(scenario.rep.name, bool(unseen), others), class_="quiet small"))


def _counts_for(rep: str, unseen: bool, others: bool) -> str:
    """What another go is worth over time."""
    if unseen:
        return (
            f"It’s {rep} again, with something else going on. Your progress over time counts your first go at each "
            "variant. A retake is practice and doesn’t count."
        )
    seen = "You’ve seen every variant. " if others else ""
    return f"{seen}Your progress over time counts only your first go. A retake is practice and doesn’t count."


def _closer(made: _Page) -> None:
    """All the rest, folded; somebody who coaches well reads the whole table."""
    debrief, card = made.shown, made.kept.scorecard
    st.header("Look closer", anchor=False)
    frame.unfold()
    with st.expander("What was said, mark by mark", key="closer-said"):
        marks.marked_talk(made.saved, debrief.transcript, retry.open_retry())
        if instead := card.feedback[: made.found.amount]:
            frame.show(element("h3", "Say this instead", class_="part"))
            frame.show(figures.feedback(instead, resources.passages()))
    with st.expander("What came out, and what didn’t", key="closer-facts"):
        frame.show(
            join(
                figures.facts(debrief),
                element("h3", "The next steps that we heard, and who owns them", class_="part"),
                figures.steps(debrief),
                figures.insights(debrief),
            )
        )
    _figures(debrief)
    with st.expander("How you were scored", key="closer-scored", expanded=made.found.amount >= EVERYTHING):
        frame.show(figures.criteria(card.criteria, thresholds()))
        if card.score is not None:
            note = f"Score {card.score} of 100. It only ranks your own sessions: it isn’t a grade, and only you see it."
            frame.show(element("p", note, class_="quiet small"))
        if card.coded_by:
            yours = dict(card.provenance).get("challenged")
            told = f"Your words were marked by {card.coded_by}{f', and {yours} of them by you' if yours else ''}."
            frame.show(element("p", told, class_="quiet small"))
    with st.expander("How you heard yourself", key="closer-heard"):
        _rating(made)


@st.fragment
@frame.calm
def _figures(debrief: Debrief) -> None:
    """The charts are drawn once somebody looks: they take a large script."""
    with st.expander("The figures", key="closer-figures", on_change="rerun") as folded:
        if not folded.open:
            return
        frame.show(figures.measures(debrief.scorecard.measures))
        frame.show(element("h3", "Asking and telling over the conversation", class_="part"))
        if any(turn.units for turn in debrief.transcript.manager_turns):
            words = "Each block is one thought. Above the line you asked or listened, below it you told or pushed."
            frame.show(join(element("p", words, class_="quiet"), annotated.short_legend(charts.SHOWN)))
            st.vega_lite_chart(spec=charts.ask_and_tell(debrief.transcript, frame.theme()), alt=words)
        name = debrief.scenario.rep.name
        frame.show(element("h3", f"How it was for {name}", class_="part"))
        words = f"How open {name} was (solid), and how far the plan felt like {name}’s own (dashed), after each turn."
        frame.show(element("p", words, class_="quiet"))
        chart = charts.over_time(debrief.states, fold(debrief.scenario, ()), frame.theme())
        st.vega_lite_chart(spec=chart, alt=words)


def _rating(made: _Page) -> None:
    saved = made.saved
    if saved.self_rating is not None:
        possible = possible_ask_share(made.kept.transcript.turns)
        gap = figures.rating_gap(saved.self_rating, made.kept.scorecard.measures.ask_share, possible)
        frame.show(element("p", gap))
        return
    asks = "How much of what you said was asking? Optional. We keep it with this session only."
    frame.show(element("p", asks, class_="quiet"))
    rating = st.segmented_control(
        "How much was asking", list(RATINGS), format_func=RATINGS.__getitem__, label_visibility="collapsed"
    )
    if rating is not None:
        resources.store().rate(saved.id, rating)
        st.rerun()


def _written_up(made: _Page) -> None:
    """Only where a model is configured, and only when asked for: it sends the conversation to an endpoint."""
    model = resources.coach()
    if model is None:
        return
    key = f"written-up-{made.saved.id}"
    if key not in st.session_state:
        asked = st.button("Write it up", key="write-up", type="tertiary", icon=":material/edit_note:")
        note = f"This sends the conversation to {model} at your configured endpoint, and may take a minute."
        frame.show(element("p", note, class_="quiet small"))
        if not asked:
            return
        try:
            with st.spinner("Writing it up…"):
                st.session_state[key] = resources.written_up(made.kept)
        except ModelError as error:
            frame.notice(f"We couldn’t write it up: {error}")
            return
        st.rerun()
    found = st.session_state[key]
    st.header("Write-up", anchor=False)
    frame.show(join(written.narrative(found.narrative, thresholds()), written.opinion(found.judgement)))


def _take_along(made: _Page) -> None:
    """Files are made in a thread of their own, so that all they need is at hand."""
    saved, shown, found, things = made.saved, made.shown, made.found, made.things
    st.header("Take it along", anchor=False)
    on = saved.started_at.astimezone(frame.zone()).date()
    limits = thresholds()
    name = f"askwell-{shown.scenario.id}-{on:%Y-%m-%d}"
    downloads(
        name,
        lambda: one_page(shown, found, on),
        lambda: markdown(shown, things, limits, saved.self_rating, found=found),
        lambda: practice_json(made.kept, None, saved.seed),
    )
    told = f"Your browser puts it with your other downloads, named {name}."
    frame.show(element("p", told, class_="quiet small", dir="auto"))
