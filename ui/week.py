"""This week's step of the programme that somebody has joined: on the front page, and week by week on its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from bot.drills.kept import drilled_items
from bot.errors import AskwellError
from bot.plans import plans
from bot.programmes import Course, Done, WeekStep, course_of, joined_programme, known_programmes
from bot.programmes.joined import JoinedProgramme
from bot.programmes.reading import KnownProgrammes

from . import drilled, frame, resources, routes
from .markup import Html, as_label, element

if TYPE_CHECKING:
    from bot.store import SessionHead


def standing(joined: JoinedProgramme, known: KnownProgrammes, heads: Sequence[SessionHead]) -> Course | None:
    """Where somebody stands in the programme that was joined; None if it isn't there any more. Raises StoreError."""
    programme = known.programmes.get(joined.id)
    if programme is None:
        return None
    now, store = frame.now(), resources.store()
    answers = [(item.kind, one.at) for item in drilled_items(store, now).values() for one in item.answers]
    talked = [plan.back_at for plan in plans(store) if plan.back_at is not None]
    return course_of(programme, joined.at, now, heads, answers, talked, resources.library().scenario_ids())


def step_of_the_week(heads: Sequence[SessionHead]) -> None:
    """The card on the front page, where a programme was joined. What can't be read is told in a line."""
    try:
        joined = joined_programme(resources.store())
        if joined is None:
            return
        course = standing(joined, known_programmes(resources.library()), heads)
    except AskwellError:
        return  # the front page has told why nothing can be read
    with st.container(key="week"):
        if course is None:
            frame.notice(f"Your programme “{joined.title}” isn’t here any more.", "quiet")
            routes.link("programme", "Choose another, or leave it")
            return
        _card(course)
        routes.link("programme", "The whole programme")


def _card(course: Course) -> None:
    programme, number = course.programme, course.week
    if number is None or course.current is None:
        frame.show(element("h2", f"You’ve finished “{programme.title}”.", class_="card-title"))
        return
    place = f"Week {number + 1} of {len(programme.weeks)} · {programme.title}"
    if course.opens is not None:
        begins = drilled.when_it_comes_back(course.opens, frame.now(), frame.zone())
        told = f"This week is done. Week {number + 1} begins {begins}."
        frame.show(element("div", element("p", programme.title, class_="overline"), element("p", told)))
        return
    frame.show(
        element(
            "div",
            element("p", place, class_="overline"),
            element("h2", course.current.title, class_="card-title"),
            element("p", f"Focus: {course.current.focus}", class_="quiet") if course.current.focus else Html(),
            steps_list(course.steps[number]),
        )
    )
    next_step(course.steps[number])


def next_step(steps: Sequence[Done]) -> None:
    """The way to the first step that isn't done."""
    step = next((one for one in steps if not (one.done or one.gone)), None)
    if step is None:
        return
    if step.scenario is not None:
        if st.button(as_label(step_name(step)), key="week-play"):
            frame.begin(step.scenario.id, step.scenario.variant)
    elif step.drill is not None:
        routes.link("drills", step_name(step), icon=":material/fitness_center:", **{routes.DRILL_KIND: str(step.drill)})
    else:
        routes.link("plan", step_name(step), icon=":material/edit_note:")


def steps_list(steps: Sequence[Done]) -> Html:
    """The steps of a week, each done, to do, or not there any more."""
    return element("ul", *map(_line, steps), class_="week-steps")


def _line(step: Done) -> Html:
    state = "done" if step.done else "gone" if step.gone else "to do"
    mark = {"done": "✓", "gone": "–", "to do": "○"}[state]
    told = element("span", mark, role="img", aria_label="not there any more" if step.gone else state, class_="mark")
    return element("li", told, " ", step_name(step), " (not there any more)" if step.gone else "", class_=state[:4])


def step_name(step: Done) -> str:
    """What a step asks for, as a line."""
    if step.kind is WeekStep.PLAY and step.scenario is not None:
        titles = {card.id: card.title for card in resources.library().cards()}
        title = titles.get(step.scenario.id, step.scenario.id)
        return f"Play “{title}”{', a variant you haven’t seen' if step.scenario.variant != 'base' else ''}"
    if step.drill is not None:
        return f"A round of “{drilled.DRILL_NAMES[step.drill]}”"
    return "Plan a real talk, and look back on it"
