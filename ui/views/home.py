"""Home: what this is, a scenario to begin with, and the sessions so far."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from bot.errors import AskwellError

from .. import frame, resources, routes
from ..markup import Html, element, join
from ..wording import OVERALL, count, when

if TYPE_CHECKING:
    from bot.scenario import Scenario
    from bot.store import SessionHead

MANY = 6
"""From more scenarios than this, the list can be searched."""
NEWEST = 8
_WHAT = (
    "You call a rep whose deal looks safe, and he answers as a real one would: open when he is asked well, agreeable "
    "and closed when he is told. Afterwards you see, in your own words, how much was asking, how much was telling, and "
    "what he never got to say."
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
    scenarios = list(resources.library().scenarios())
    heads = _heads()
    _choose(scenarios, heads)
    with st.container(key="see-examples"):
        routes.link("examples", "Read one conversation twice: told, and coached", icon=":material/menu_book:")
    _sessions(heads)
    _broken()


def _heads() -> tuple[SessionHead, ...]:
    """The sessions so far; a store that cannot be opened is told, and the page goes on without them."""
    try:
        return resources.store().heads()
    except AskwellError as error:
        frame.notice(f"Your sessions cannot be read. {error}")
        return ()


def _choose(scenarios: Sequence[Scenario], heads: tuple[SessionHead, ...]) -> None:
    if not scenarios:
        frame.notice("No scenario was found. Put one into scenarios/ in the directory that ASKWELL_DATA names.")
        return
    shown = scenarios
    if len(scenarios) > MANY:
        wanted = (
            st.text_input("Search the scenarios", placeholder="A word of the title or the summary").casefold().strip()
        )
        shown = [entry for entry in scenarios if wanted in f"{entry.title} {entry.summary}".casefold()]
        if not shown:
            frame.notice(f"Nothing matches “{wanted}”.", "quiet")
    for scenario in shown:
        with st.container(key=f"scenario-{scenario.id}", border=True):
            _card(scenario, heads)


def _card(scenario: Scenario, heads: tuple[SessionHead, ...]) -> None:
    facts = (
        f"about {count(scenario.minutes, 'minute')}",
        f"you are {scenario.manager.name}",
        f"you talk to {scenario.rep.name}, {scenario.rep.role}",
        f"difficulty {scenario.difficulty} of 5",
    )
    frame.show(
        join(
            element("h2", scenario.title, class_="card-title"),
            element("p", scenario.summary),
            element("p", " · ".join(facts), class_="quiet small"),
        )
    )
    with st.container(horizontal=True):
        if st.button("Start the conversation", type="primary", key=f"start-{scenario.id}"):
            frame.begin(scenario.id)
        if frame.has_variants_open(scenario, heads) and st.button("Another variant", key=f"variant-{scenario.id}"):
            frame.begin_another(scenario.id, than="base")
    if frame.has_variants_open(scenario, heads):
        frame.show(element("p", "Another variant has the same people and another hidden cause.", class_="quiet small"))


def _broken() -> None:
    """Scenario files that do not load are named, so that their author can mend them."""
    problems = _problems(tuple(resources.library().scenario_ids()))
    if problems:
        lines = join(*(element("li", line) for line in problems))
        title = element("summary", f"{count(len(problems), 'problem')} in scenario files")
        frame.show(element("details", title, element("ul", lines), class_="notice quiet"))


@st.cache_data(show_spinner=False, ttl=60)
def _problems(_ids: tuple[str, ...]) -> list[str]:
    return resources.library().problems()


def _sessions(heads: tuple[SessionHead, ...]) -> None:
    st.subheader("Your sessions", anchor=False)
    if not heads:
        frame.show(element("p", "None yet. They stay on this machine.", class_="quiet"))
        return
    everything = len(heads) <= NEWEST or st.session_state.get("all-sessions", False)
    for head in heads if everything else heads[:NEWEST]:
        with st.container(key=f"session-{head.id}", horizontal=True, vertical_alignment="center", wrap=True):
            _session(head)
    if len(heads) > NEWEST:
        st.toggle(f"Show all {len(heads)}", key="all-sessions")


def _session(head: SessionHead) -> None:
    ended = head.ended_at is not None
    told = [when(head.started_at, frame.now(), frame.zone()), count(_turns(head), "turn")]
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
        routes.link("practice", "Go on", head.id)
    if st.button("Delete", key=f"delete-{head.id}", type="tertiary", help="Delete this session"):
        _confirm_delete(head)


def _turns(head: SessionHead) -> int:
    """The manager's turns, as the conversation counts them; the store counts both speakers'."""
    return (head.turns + 1) // 2


def _going() -> Html:
    return element("span", "going on", class_="level going")


@st.dialog("Delete this session?")
@frame.calm
def _confirm_delete(head: SessionHead) -> None:
    started = when(head.started_at, frame.now(), frame.zone())
    frame.show(element("p", f"{head.title}, {started}: {count(_turns(head), 'turn')}. It cannot be brought back."))
    if st.button("Delete it", type="primary"):
        resources.store().delete(head.id)
        st.rerun()
