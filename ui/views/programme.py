"""Programmes: the one that was joined, week by week, and those that can be joined."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from bot.programmes import Course, join_programme, joined_programme, known_programmes, leave_programmes
from bot.scoring.saying import sentence_case

from .. import frame, resources, routes, week
from ..markup import Html, as_label, element
from ..wording import count

if TYPE_CHECKING:
    from bot.programmes import Programme, ProgrammeWeek
    from bot.programmes.joined import JoinedProgramme
    from bot.programmes.reading import KnownProgrammes

_COUNTS = "What you do from the day you join counts: a whole talk, not another try at a moment in one."
_LEAD = "A few weeks, each with one practice and one drill. The front page shows this week’s step."


@frame.calm
def page() -> None:
    """The programme that was joined, then the others."""
    frame.show(element("header", element("h1", "Programmes"), element("p", _LEAD, class_="quiet"), class_="scene-head"))
    known = known_programmes(resources.library())
    joined = joined_programme(resources.store())
    with st.container(key="programmes"):
        if joined is not None:
            _joined(joined, known)
        others = [one for one in known.programmes.values() if joined is None or one.id != joined.id]
        if joined is not None and others:
            st.header("Others", anchor=False)
        for programme in others:
            _offer(programme, joined)
        if not known.programmes:
            frame.notice("There are no programmes. An enablement team can write one; see docs/programmes.md.", "quiet")
        for problem in known.problems:
            frame.notice(sentence_case(f"a programme can’t be read: {problem}"))
    routes.link("home", "Back to the start", icon=":material/arrow_back:")


def _joined(joined: JoinedProgramme, known: KnownProgrammes) -> None:
    course = week.standing(joined, known, frame.heads())
    if course is None:
        frame.notice(f"Your programme “{joined.title}” isn’t here any more. What you practised is kept.", "quiet")
    else:
        frame.show(element("h2", course.programme.title, class_="section"))
        frame.show(element("p", _COUNTS, class_="quiet small"))
        frame.show(element("ol", *(_week(course, n) for n in range(len(course.steps))), class_="weeks"))
    with st.container(key="programme-leave"):
        if st.button("Leave this programme", key="leave-programme", type="tertiary"):
            leave_programmes(resources.store())
            st.rerun()


def _week(course: Course, number: int) -> Html:
    asked = course.programme.weeks[number]
    now = "this week" if number == course.week and course.opens is None else ""
    done = "done" if course.is_done(number) else ""
    return element(
        "li",
        element("p", f"Week {number + 1}", f" · {now or done}" if now or done else "", class_="overline"),
        element("h3", asked.title),
        element("p", f"Focus: {asked.focus}", class_="quiet small") if asked.focus else Html(),
        week.steps_list(course.steps[number]),
        _reading(asked),
        class_="week",
        aria_current="step" if now else None,
    )


def _reading(asked: ProgrammeWeek) -> Html:
    titles = {passage.id: passage.title for passage in resources.passages()}
    links = [
        element("li", element("a", titles[name], href=routes.passage(name)))
        for name in asked.passages
        if name in titles
    ]
    return element("ul", *links, class_="week-reading") if links else Html()


def _offer(programme: Programme, joined: JoinedProgramme | None) -> None:
    with st.container(key=f"programme-{programme.id}", border=True):
        frame.show(
            element(
                "article",
                element("h2", programme.title, class_="card-title"),
                element("p", programme.summary),
                element("p", count(len(programme.weeks), "week"), class_="quiet small"),
            )
        )
        label = "Join it" if joined is None else "Join it instead"
        if st.button(as_label(label), key=f"join-{programme.id}", type="primary" if joined is None else "secondary"):
            join_programme(resources.store(), programme.id, programme.title, frame.now())
            routes.go("home")
