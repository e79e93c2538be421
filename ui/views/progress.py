"""Progress: one sentence, one chart with its table, the focus, habits, this week, and how well you hear yourself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from bot.errors import StoreError
from bot.progress.focus import FocusCourse, FocusOutcome, Stage
from bot.progress.habits import Habit, Seen, habits
from bot.progress.minutes import minutes_spoken, week_of
from bot.progress.overview import Progress, as_they_ended, latest, overview
from bot.progress.selfcheck import check_is_due, hearing_gap, kept_answers
from bot.scoring.score import thresholds

from .. import focus, frame, progressed, resources, routes, weekly
from ..markup import Html, as_label, element
from ..progress_chart import MOST_SHOWN, plain_table, score_chart, score_table, talk_day
from ..wording import OVERALL, area_name, count

if TYPE_CHECKING:
    from bot.progress.talks import EndedTalk
    from bot.store import SessionHead

_EMPTY = (
    "Your progress appears here once you’ve had a talk and ended it. One talk shows where you are, two a direction, "
    "three a trend. What counts is your first go at a scenario or a variant. Retakes are for practice."
)
_SHOWN_WENT = 5


@frame.calm
def page() -> None:
    """The page."""
    frame.show(element("header", element("h1", "Progress"), class_="scene-head"))
    heads = resources.store().heads()
    looked_at = latest(heads)
    talks = as_they_ended(resources.talk_book().talks(looked_at))
    with st.container(key="progress"):
        if talks:
            _over_time(talks, heads)
        else:
            _nothing_yet(heads)
        _left_out(heads, len(looked_at), len(talks))
        course = _focus(heads, talks)
        if talks:
            _habits(talks, course)
        weekly.week_section(talks, _minutes())
        _yourself(talks)


def _nothing_yet(heads: tuple[SessionHead, ...]) -> None:
    frame.show(element("p", _EMPTY, class_="lead"))
    unfinished = next((head for head in heads if head.ended_at is None and head.turns), None)
    if unfinished is not None:
        routes.link("practice", "Finish your first talk", unfinished.id, icon=":material/arrow_forward:")
    else:
        routes.link("home", "Have your first talk", icon=":material/arrow_forward:")


def _over_time(talks: tuple[EndedTalk, ...], heads: tuple[SessionHead, ...]) -> None:
    areas = {card.id: str(card.area) for card in resources.library().cards()}
    found = overview(talks, areas, heads)
    sentence = progressed.progress_sentence(found.scored, found.compared, len(found.firsts))
    frame.show(element("p", sentence, class_="lead progress-sentence"))
    if found.scored:
        frame.show(element("p", progressed.trend_line(found)))
        if differences := progressed.differences_line(found):
            frame.notice(differences, "quiet")
        _chart(found)
    _closer(found)


def _chart(found: Progress) -> None:
    shown, zone = found.scored[-MOST_SHOWN:], frame.zone()
    if len(shown) > 1:
        alt = f"The scores of your last {len(shown)} first goes. The table below says the same."
        st.vega_lite_chart(spec=score_chart(shown, zone, frame.theme()), alt=alt)
    note = "A score only ranks your own talks: it isn’t a grade, and only you see it. Retakes aren’t in it."
    frame.show(score_table(shown, zone, "Your first goes, newest first"))
    frame.show(element("p", note, class_="quiet small"))


def _closer(found: Progress) -> None:
    if found.criteria:
        with st.expander("By criterion", key="by-criterion"):
            limits = {entry.id: entry for entry in thresholds().criteria}
            rows = [
                (
                    limits[one.criterion].title,
                    progressed.level_name(one.level),
                    progressed.level_name(one.before),
                    progressed.criterion_trend(one, limits[one.criterion].at_most),
                )
                for one in found.criteria
                if one.criterion in limits
            ]
            frame.show(plain_table("First goes only", ("Criterion", "Last", "Before", "Trend"), rows))
    with st.expander("By area", key="by-area"):
        areas = [
            (
                area_name(one.area) if one.area else "Scenarios that are gone",
                str(one.talks) if one.talks else "None yet",
                OVERALL.get(one.newest.level, "–") if one.newest else "–",
            )
            for one in found.areas
        ]
        frame.show(plain_table("Each coaching area", ("Area", "First goes", "Last level"), areas))
    if found.retakes:
        with st.expander(f"Retakes: {len(found.retakes)}", key="retakes"):
            told = "You had seen these variants before. A retake is practice, so it isn’t in the chart."
            frame.show(element("p", told, class_="quiet"))
            frame.show(score_table(found.retakes[-MOST_SHOWN:], frame.zone(), "Your retakes, newest first"))


def _left_out(heads: tuple[SessionHead, ...], looked_at: int, read: int) -> None:
    if lost := looked_at - read:
        frame.notice(f"We can’t read the score of {count(lost, 'session')}, which we left out here.", "quiet")
    if sum(head.ended_at is not None for head in heads) > looked_at:
        frame.show(element("p", f"This page looks back on your last {looked_at} talks.", class_="quiet small"))


# The focus


def _focus(heads: tuple[SessionHead, ...], talks: tuple[EndedTalk, ...]) -> FocusCourse | None:
    st.header("Your focus", anchor=False)
    course = focus.course_now(heads)
    if course is None:
        told = "You have none. Choose one from a debrief, from your habits, or here. One is enough."
        frame.show(element("p", told if talks else "You have none yet. Your first debrief suggests one."))
        _choose("Choose a focus", talks)
        return None
    words = progressed.FOCUS_WORDS[course.focus.about]
    frame.show(element("p", element("b", words), ". ", progressed.focus_line(course), class_="focus"))
    if course.went:
        frame.show(element("ul", *(_went(course, place) for place in _newest(course)), class_="went"))
    with st.container(key="focus-buttons", horizontal=True):
        if course.stage is Stage.LOOK_AGAIN:
            if st.button("It has stayed", key="focus-stayed"):
                focus.mark_looked_at(course.focus)
                st.rerun()
            if st.button("Work on it again", key="focus-again"):
                focus.take_up_again(course.focus)
                st.rerun()
        elif st.button("Give it up" if course.worked_on else "Put it away", key="focus-close"):
            focus.close_focus(course.focus)
            st.rerun()
    _choose("Choose another focus", talks)
    return course


def _newest(course: FocusCourse) -> list[int]:
    places = range(len(course.went))
    return list(reversed(places))[:_SHOWN_WENT]


def _went(course: FocusCourse, place: int) -> Html:
    talk, went = course.went[place]
    said = {
        FocusOutcome.HELD: "It held",
        FocusOutcome.SLIPPED: "It slipped" if course.focus.habit is not None else "Not yet",
        FocusOutcome.TOO_LITTLE: "Too little to say",
    }[went.outcome]
    kind = "" if talk.id in course.firsts else " (a retake)"
    quote = element("q", went.quote, dir="auto") if went.quote else Html()
    return element("li", f"{said} in {talk.head.title}{kind}. ", quote)


def _choose(label: str, talks: tuple[EndedTalk, ...]) -> None:
    with st.expander(label, key="choose-focus"), st.form("focus-form", border=False):
        names = _to_choose()
        about = st.selectbox("What to work on", list(names), format_func=names.__getitem__, key="focus-about")
        if st.form_submit_button("Make this my focus") and about is not None:
            focus.make_focus(about, _level_now(about, talks), "")
            st.rerun()


def _level_now(about: str, talks: tuple[EndedTalk, ...]) -> str:
    """The level of a criterion in the newest talk that has it; empty for a habit, or where there is none."""
    return next((talk.marks[about].level for talk in reversed(talks) if about in talk.marks), "")


def _to_choose() -> dict[str, str]:
    """What a focus may be about, each three words once, and what it means."""
    names: dict[str, str] = {}
    for entry in thresholds().criteria:
        names[entry.id] = f"{progressed.FOCUS_WORDS[entry.id]}: {entry.title.lower()}"
    taken = {progressed.FOCUS_WORDS[about] for about in names}
    for habit in Habit:
        if progressed.FOCUS_WORDS[habit] not in taken:
            names[str(habit)] = f"{progressed.FOCUS_WORDS[habit]}: {progressed.HABIT_NAMES[habit].lower()}"
    return names


# Habits, minutes, and oneself


def _habits(talks: tuple[EndedTalk, ...], course: FocusCourse | None) -> None:
    whole = [talk for talk in talks if talk.head.parent is None][-12:]
    found = habits(whole, resources.talk_book().turns(talk.id for talk in whole))
    st.header("Habits", anchor=False)
    if not found:
        frame.show(element("p", "We heard no advice in disguise, no orders and no taking over. Nothing to break."))
        return
    for seen in found:
        with st.container(key=f"habit-{seen.habit}"):
            _habit(seen, course)


def _habit(seen: Seen, course: FocusCourse | None) -> None:
    last = seen.last
    frame.show(
        element(
            "div",
            element("h3", progressed.HABIT_NAMES[seen.habit], class_="part"),
            element("p", progressed.habit_line(seen)),
            element("blockquote", last.quote, dir="auto", class_="spoken"),
            element("p", f"From {last.talk.head.title}, {talk_day(last.talk, frame.zone())}", class_="quiet small"),
            class_=f"habit {seen.course}",
        )
    )
    with st.container(key=f"habit-next-{seen.habit}", horizontal=True, vertical_alignment="center"):
        routes.link("debrief", "Open that debrief", last.talk.id)
        words = progressed.FOCUS_WORDS[seen.habit]
        if course is not None and progressed.FOCUS_WORDS[course.focus.about] == words:
            frame.show(element("p", "This is your focus.", class_="quiet"))
        elif st.button(as_label(f"Focus: {words}"), key=f"focus-{seen.habit}", type="tertiary"):
            focus.make_focus(str(seen.habit), "", last.talk.id)
            st.rerun()


def _minutes() -> int:
    begins, ends = week_of(frame.now(), frame.zone())
    return minutes_spoken(resources.store().many.spoken_at(begins), begins, ends)


def _yourself(talks: tuple[EndedTalk, ...]) -> None:
    st.header("How you hear yourself", anchor=False)
    frame.show(element("p", progressed.gap_line(hearing_gap(talks))))
    try:
        due = check_is_due(kept_answers(resources.store()), frame.now())
    except StoreError:
        due = False
    told = (
        "Nine questions and one about your company, twice a year. It’s time."
        if due
        else "Nine questions, twice a year."
    )
    frame.show(element("p", told, class_="quiet"))
    routes.link("selfcheck", "How I see myself", icon=":material/arrow_forward:")
