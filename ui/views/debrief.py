"""The debrief: the level in a sentence, what to try, the annotated conversation, then figures. Read from the top."""

from __future__ import annotations

import json

import streamlit as st

from bot.director import fold
from bot.errors import ModelError
from bot.practice import Debrief, practice_json
from bot.scoring.coach import ThingToTry, asked_to_plan, things_to_try
from bot.scoring.moments import highlights
from bot.scoring.score import thresholds
from bot.store import Session

from .. import annotated, charts, figures, frame, resources, routes, written
from ..markup import Html, element, join, paragraphs
from ..report import markdown
from ..wording import RATINGS, count, lasted, when


@frame.calm
def page() -> None:
    """The debrief of the session that the address names."""
    session_id = frame.session_id()
    if session_id is None:
        frame.notice("No session is open.", "quiet")
        routes.link("home", "Choose a session", icon=":material/arrow_back:")
        return
    saved = resources.store().load(session_id)
    if saved.ended_at is None:
        frame.notice("This conversation is still in progress. End it to see the debrief.", "quiet")
        routes.link("practice", "Back to the conversation", session_id, icon=":material/arrow_back:")
        return
    with st.spinner("Preparing your debrief…"):
        debrief = resources.saved_practice(saved).debrief()
    unasked = [debrief.scenario.fact(name) for name in debrief.missed if name not in debrief.asked_about]
    things = things_to_try(
        debrief.scorecard, thresholds(), resources.engine().knowledge, unasked, asked_to_plan(debrief.transcript)
    )
    _top(debrief, saved, things)
    _written_up(debrief, saved)
    _conversation(debrief)
    _figures(debrief)
    _over_time(debrief)
    _afterwards(debrief)
    _rating(debrief, saved)
    _next(debrief, saved, things)


def _top(debrief: Debrief, saved: Session, things: tuple[ThingToTry, ...]) -> None:
    when_ = when(saved.started_at, frame.now(), frame.zone())
    turns = count(len(debrief.transcript.manager_turns), "turn")
    minutes = lasted(saved.started_at, saved.ended_at or saved.started_at)
    coded = [f"coded by {debrief.scorecard.coded_by}"] if debrief.scorecard.coded_by else []
    overline = element("p", " · ".join((debrief.scenario.title, when_, turns, minutes, *coded)), class_="overline")
    frame.show(element("header", overline, figures.level_sentence(debrief.scorecard), class_="debrief-head"))
    if things:
        st.header("Try this next time", anchor=False)
        frame.show(figures.to_try(things, resources.passages()))


def _written_up(debrief: Debrief, saved: Session) -> None:
    """Only where a model is configured, and only when asked for: it sends the conversation to an endpoint."""
    model = resources.coach()
    if model is None:
        return
    key = f"written-up-{saved.id}"
    if key not in st.session_state:
        asked = st.button("Write it up", key="write-up", type="tertiary", icon=":material/edit_note:")
        note = f"This sends the conversation to {model} at your configured endpoint, and may take a minute."
        frame.show(element("p", note, class_="quiet small"))
        if not asked:
            return
        try:
            with st.spinner("Writing it up…"):
                st.session_state[key] = resources.written_up(debrief)
        except ModelError as error:
            frame.notice(f"We couldn’t write it up: {error}")
            return
        st.rerun()
    found = st.session_state[key]
    st.header("Write-up", anchor=False)
    frame.show(join(written.narrative(found.narrative, thresholds()), written.opinion(found.judgement)))


def _conversation(debrief: Debrief) -> None:
    st.header("What was said", anchor=False)
    frame.show(join(annotated.legend(), annotated.annotated_turns(debrief.transcript)))


def _figures(debrief: Debrief) -> None:
    card = debrief.scorecard
    st.header("In figures", anchor=False)
    frame.show(figures.measures(card.measures))
    st.subheader("Asking and telling over the conversation", anchor=False)
    if any(turn.units for turn in debrief.transcript.manager_turns):
        words = "Each block is one thought. Above the line you asked or listened, below it you told or pushed."
        frame.show(join(element("p", words, class_="quiet"), annotated.short_legend(charts.SHOWN)))
        st.vega_lite_chart(spec=charts.ask_and_tell(debrief.transcript, frame.theme()), alt=words)
    st.subheader("How you were scored", anchor=False)
    frame.show(figures.criteria(card.criteria, thresholds()))
    if card.score is not None:
        note = f"Score {card.score} of 100. It only ranks your own sessions; it isn’t a grade, and nobody else sees it."
        frame.show(element("p", note, class_="quiet small"))
    st.header("What came out", anchor=False)
    frame.show(
        join(
            figures.facts(debrief),
            element("h3", "Next steps, and who owns them", class_="steps-title"),
            figures.steps(debrief),
            figures.insights(debrief),
        )
    )


def _over_time(debrief: Debrief) -> None:
    name = debrief.scenario.rep.name
    frame.show(element("h2", f"How it was for {name}", class_="section"))
    caption = f"How open {name} was (solid), and how far the plan felt like {name}’s own (dashed), after each turn."
    frame.show(element("p", caption, class_="quiet"))
    chart = charts.over_time(debrief.states, fold(debrief.scenario, ()), frame.theme())
    st.vega_lite_chart(spec=chart, alt="Openness and ownership over the conversation")


def _afterwards(debrief: Debrief) -> None:
    st.header("What happened next", anchor=False)
    parts: list[Html] = [element("div", paragraphs(debrief.epilogue.text), class_="epilogue")]
    parts += [
        figures.story(variant.told_afterwards, "What was different this time")
        for variant in debrief.scenario.variants
        if variant.id == debrief.scenario.variant
    ]
    frame.show(join(*parts))
    if debrief.scorecard.feedback:
        st.header("Say this instead", anchor=False)
        frame.show(figures.feedback(debrief.scorecard.feedback, resources.passages()))


def _rating(debrief: Debrief, saved: Session) -> None:
    st.header("How you heard yourself", anchor=False)
    if saved.self_rating is not None:
        frame.show(element("p", figures.rating_gap(saved.self_rating, debrief.scorecard.measures.ask_share)))
        return
    frame.show(
        element(
            "p", "How much of what you said was asking? Optional. We keep it with this session only.", class_="quiet"
        )
    )
    rating = st.segmented_control(
        "How much was asking", list(RATINGS), format_func=RATINGS.__getitem__, label_visibility="collapsed"
    )
    if rating is not None:
        resources.store().rate(saved.id, rating)
        st.rerun()


def _next(debrief: Debrief, saved: Session, things: tuple[ThingToTry, ...]) -> None:
    scenario = debrief.scenario
    st.header("Go again", anchor=False)
    with st.container(horizontal=True, key="again"):
        if st.button("Play this scenario again", type="primary", key="same"):
            frame.begin(scenario.id, scenario.variant)
        has_variants = len(scenario.variant_ids) > 1
        another = frame.has_variants_open(scenario.id, has_variants, resources.store().heads())
        if another and st.button("Another variant", key="another"):
            frame.begin_another(scenario.id, than=scenario.variant)
    name = f"askwell-{scenario.id}-{saved.started_at:%Y-%m-%d}"
    kept = practice_json(debrief, None, saved.seed)
    knowledge = resources.engine().knowledge
    found = highlights(scenario, debrief.transcript, debrief.states, debrief.state, debrief.scorecard, knowledge)
    with st.container(horizontal=True, key="downloads"):
        st.download_button(
            "Download as Markdown",
            markdown(debrief, things, thresholds(), saved.self_rating, found=found),
            f"{name}.md",
            "text/markdown",
            on_click="ignore",
            icon=":material/download:",
        )
        st.download_button(
            "Download as JSON",
            json.dumps(kept, ensure_ascii=False, indent=2) + "\n",
            f"{name}.json",
            "application/json",
            on_click="ignore",
            icon=":material/download:",
        )
