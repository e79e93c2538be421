"""Scenarios: all that there are, to search, filter and sort, and a random one for whoever cannot choose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

import streamlit as st

from .. import cards, frame, resources, shelf
from ..markup import element, join
from ..wording import AREAS, BADGE_TEXTS, LENSES, ORDER_NAMES, count, gate_name, gates_in_order

if TYPE_CHECKING:
    from bot.scenario.library import Card
    from bot.store import SessionHead

_AT_ONCE = 24
"""Cards that are shown before one asks for more."""
READ_WHOLE = 24
"""Up to so many scenarios are read whole: the user's own to tell their problems, and all so that one opens at once."""
Value = TypeVar("Value")
_SHOWN = "library-shown"
_WORDS, _AREA, _GATE, _LENS = "library-words", "library-area", "library-gate", "library-lens"


@frame.calm
def page() -> None:
    """The library."""
    lead = "Each is a conversation with one rep, and hides something that only good questions bring out."
    frame.show(element("header", element("h1", "Scenarios"), element("p", lead, class_="lead"), class_="hero"))
    everything = resources.library().cards()
    heads = frame.heads()
    if not everything:
        frame.no_scenarios()
    else:
        found = shelf.matching_cards(everything, _wanted(everything))
        _line(found, everything, heads)
        _cards(found, heads)
        _badges()
    _broken(frozenset(card.id for card in everything))
    resources.loading().read(card.id for card in everything[:READ_WHOLE])


def _wanted(everything: Sequence[Card]) -> shelf.Wanted:
    """The search, the filters and the order; they are kept while the app is open."""
    words = st.text_input(
        "Search the scenarios",
        placeholder="A subject, a name or a role, for example: discount",
        key=_WORDS,
        type="search",
        live=True,
        label_visibility="collapsed",
        persist_state="session",
    )
    areas, gates = {card.area for card in everything}, {card.journey_gate for card in everything}
    lenses = {card.lens for card in everything}
    with st.container(key="filters"):
        area = _choice("Coaching area", _AREA, {one: name for one, name in AREAS.items() if one in areas})
        gate = _choice("Buying stage", _GATE, {one: gate_name(one) for one in gates_in_order(gates)})
        lens = _choice("About", _LENS, {one: name for one, name in LENSES.items() if one in lenses})
        order = st.selectbox(
            "Sort by",
            list(ORDER_NAMES),
            format_func=ORDER_NAMES.__getitem__,
            key="library-order",
            persist_state="session",
        )
    return shelf.Wanted(words or "", area, gate, lens, order or "easiest")


def _choice(label: str, key: str, names: Mapping[Value, str]) -> Value | None:
    """One of the values by its name, or any."""
    return st.selectbox(
        label,
        [None, *names],
        format_func=lambda value: "Any" if value is None else names[value],
        key=key,
        persist_state="session",
    )


def _line(found: Sequence[Card], everything: Sequence[Card], heads: tuple[SessionHead, ...]) -> None:
    """How many there are, and one by chance."""
    with st.container(key="found", horizontal=True, vertical_alignment="center"):
        many = count(len(everything), "scenario")
        words = many if len(found) == len(everything) else f"{len(found)} of {many}"
        frame.show(element("p", words, class_="quiet", role="status"))
        if st.button(
            "Surprise me",
            key="surprise",
            icon=":material/shuffle:",
            disabled=not found,
            help="Starts one of the scenarios shown here. You get a new one while any are left.",
        ):
            frame.begin_any(found, heads)


def _cards(found: Sequence[Card], heads: tuple[SessionHead, ...]) -> None:
    if not found:
        frame.notice("No scenarios match.", "quiet")
        st.button("Show all scenarios", key="clear", on_click=_clear)
        return
    levels = shelf.last_levels(heads)
    shown = int(st.session_state.get(_SHOWN, _AT_ONCE))
    with st.container(key="shelf"):
        for card in found[:shown]:
            cards.put(card, heads, levels.get(card.id), "Start", primary=False)
    if len(found) > shown:
        st.button(f"Show more ({len(found) - shown} left)", key="more", on_click=_more, args=(shown,), width="stretch")


def _clear() -> None:
    st.session_state[_WORDS] = ""
    for key in (_AREA, _GATE, _LENS):
        st.session_state[key] = None


def _more(shown: int) -> None:
    st.session_state[_SHOWN] = shown + _AT_ONCE


def _badges() -> None:
    """What the badges mean."""
    rows = join(
        *(
            join(element("dt", element("span", name, class_=f"badge {badge}")), element("dd", meaning))
            for badge, (name, meaning) in BADGE_TEXTS.items()
        )
    )
    title = element("summary", "What the badges mean")
    frame.show(element("details", title, element("dl", rows, class_="badges")))


def _broken(listed: frozenset[str]) -> None:
    """Scenarios of the user's own that do not load are named, so that their author can mend them."""
    ids = resources.library().own_scenario_ids()
    loaded = tuple(ids if len(ids) <= READ_WHOLE else sorted(set(ids) - listed))
    problems = [*_problems(loaded), *resources.library().unconverted()]
    if problems:
        lines = join(*(element("li", line) for line in problems))
        title = element("summary", f"{count(len(problems), 'problem')} in scenario files")
        frame.show(element("details", title, element("ul", lines), class_="notice quiet"))


@st.cache_data(show_spinner=False, ttl=60)
def _problems(ids: tuple[str, ...]) -> list[str]:
    library = resources.library()
    return [problem for scenario_id in ids for problem in library.problems(scenario_id)]
