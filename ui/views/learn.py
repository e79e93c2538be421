"""Learn: five passages to begin with, the guidance to search, browse and read, and good questions to take away."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from bot.scoring.saying import sentence_case

from .. import frame, guide, resources, routes, shelf
from ..markup import Html, as_label, element, join, marked, paragraphs
from ..wording import ANYWHERE, AREAS, area_name, count, gate_name, gates_in_order, nearness

if TYPE_CHECKING:
    from bot.knowledge import BankQuestion, Found, Passage

RESULTS = 6
"""Passages that a search gives at most."""
_AT_ONCE = 20
"""Questions that are shown before one asks for more."""
_QUERY, _AREA, _GATE = "learn-query", "learn-area", "learn-gate"
_INSTEAD, _QUESTION_AREA, _SHOWN = "questions-instead", "questions-area", "questions-shown"
_READING = "learn-reading"
_LEAD = "Short pieces on asking instead of telling, and good questions to take with you."


@frame.calm
def page() -> None:
    """One passage where the address names it, else everything."""
    passages = resources.passages()
    wanted = st.query_params.get("passage")
    if wanted:
        for passage in passages:
            if passage.id == wanted:
                _read(passage, guide.themes(passages)[guide.passage_theme(passage)])
                return
    frame.show(element("header", element("h1", "Learn"), element("p", _LEAD, class_="lead"), class_="hero"))
    if st.session_state.pop(_READING, None):
        st.query_params.clear()  # a link from this page to itself leaves the passage in the address
    start = st.container(key="learn-start")  # it is always there, so that the box below keeps its place and the focus
    query, is_cut = guide.tidy(_search_box())
    if wanted and not query:
        frame.notice(f"There is no passage “{guide.tidy(wanted)[0]}”. Here is everything there is to read.", "quiet")
    if query:
        _results(query, is_cut)
    else:
        with start:
            _starters(passages)
        reading, asking = st.tabs(["All guidance", "Questions worth stealing"])
        with reading:
            _browse(passages)
        with asking:
            _questions(resources.bank_questions())
    resources.can_search()  # by the time that somebody has typed, it can


def _starters(passages: Sequence[Passage]) -> None:
    """What to read in the first five minutes."""
    found = guide.starters(passages)
    if found:
        cards = (_card(passage, teaser, "starter") for passage, teaser in found)
        title = element("h2", "Your first five minutes", class_="section")
        frame.show(element("section", title, element("div", *cards, class_="starters")))


def _search_box() -> str:
    typed = st.text_input(
        "Search the guidance",
        placeholder="Or search all guidance: a question or a word",
        key=_QUERY,
        type="search",
        live=True,
        label_visibility="collapsed",
        persist_state="session",
    )
    return typed or ""


# --- Search


def _results(query: str, is_cut: bool) -> None:
    """What answers the query, or that nothing does."""
    found, why = resources.search_guidance(query, RESULTS)
    if why == resources.GETTING_READY:
        _getting_ready()
    elif why:
        frame.notice(f"Matching words only. {sentence_case(why)}")
    if is_cut:
        frame.notice(f"That’s long. We searched for the first {guide.LONGEST_QUERY} characters.", "quiet")
    _practise(query)
    if not found:
        _nothing(query)
        return
    with st.container(key="learn-found", horizontal=True, vertical_alignment="center"):
        frame.show(element("p", count(len(found), "passage"), class_="quiet", role="status"))
        st.button("Show everything", key="learn-clear", type="tertiary", on_click=_clear)
    frame.show(element("div", *(_result(entry) for entry in found), class_="answers"))


def _practise(query: str) -> None:
    """The scenarios about what is searched for, to start at once."""
    found = shelf.to_practise(resources.library().cards(), query)
    if not found:
        return
    with st.container(key="learn-practise", horizontal=True):
        for card in found:
            label = f"Practise this: {as_label(card.title)}"
            if st.button(label, key=f"practise-{card.id}", icon=":material/forum:", help=as_label(card.summary)):
                frame.begin(card.id)


@st.fragment(run_every=1.0)
def _getting_ready() -> None:
    """Looks again every second, and then the page is made anew."""
    if resources.can_search():
        st.rerun()
    words = "Matching words only for now. Search by meaning is getting ready, which takes a moment the first time."
    frame.notice(words, "quiet")


def _nothing(query: str) -> None:
    frame.notice(f"Nothing here answers “{query}”. Try other words, or one of the five areas:", "quiet")
    with st.container(key="learn-areas", horizontal=True):
        for area, name in AREAS.items():
            st.button(name, key=f"learn-area-{area}", on_click=_clear, args=(str(area),))
    st.button("Show everything", key="learn-clear", type="tertiary", on_click=_clear)


def _clear(area: str | None = None) -> None:
    """Leave the search for everything, or for what there is on an area."""
    st.session_state[_QUERY] = ""
    st.session_state[_AREA], st.session_state[_GATE] = area, None


def _result(entry: Found) -> Html:
    passage, words = entry.passage, guide.said(entry.words)
    near = element(
        "span", nearness(entry.score), class_="near", title=f"How close to your search: {entry.score:.2f} of 1"
    )
    return element(
        "article",
        element("p", element("span", guide.passage_theme(passage)), near, class_="overline"),
        element("h2", element("a", marked(passage.title, words), href=routes.passage(passage.id)), class_="card-title"),
        _body(passage, words),
    )


# --- Browse


def _browse(passages: Sequence[Passage]) -> None:
    with st.container(key="learn-filters"):
        areas = {one.area for one in passages if one.area != ANYWHERE}
        known = [str(area) for area in AREAS if area in areas]
        area = _choice("Coaching area", _AREA, {one: area_name(one) for one in (*known, *sorted(areas - set(known)))})
        gates = gates_in_order({one.journey_gate for one in passages if one.journey_gate != ANYWHERE})
        gate = _choice("Buying stage", _GATE, {one: gate_name(one) for one in gates})
    found = guide.matching(passages, area, gate)
    if not found:
        frame.notice("No passages match both.", "quiet")
        st.button("Show everything", key="learn-all", on_click=_clear)
        return
    chosen = area is not None or gate is not None
    frame.show(element("div", *(_theme(*each, chosen) for each in guide.themes(found).items()), class_="themes"))


def _theme(name: str, held: Sequence[Passage], is_open: bool) -> Html:
    """A theme with its passages, folded unless they were asked for."""
    many = element("span", count(len(held), "passage"), class_="quiet small")
    summary = element("summary", element("h3", name, " ", many))
    cards = element("div", *(_card(one, guide.first_sentence(one.text), "passage") for one in held), class_="passages")
    return element("details", summary, cards, open="" if is_open else None)


def _choice(label: str, key: str, names: dict[str, str]) -> str | None:
    """One of the values by its name, or any."""
    return st.selectbox(
        label,
        [None, *names],
        format_func=lambda value: "Any" if value is None else names[value],
        key=key,
        persist_state="session",
    )


def _card(passage: Passage, teaser: str, kind: str) -> Html:
    """Title and a line that says what to expect; the rest when it is opened. `kind` is passage or starter."""
    opening = element("span", teaser, class_="opens", dir="auto")
    summary = element("summary", element("span", passage.title, class_=f"{kind}-title", dir="auto"), opening)
    own_page = element("a", "Open on its own page", href=routes.passage(passage.id), class_="small")
    return element("details", summary, _body(passage), element("p", own_page), id=f"{kind}-{passage.id}")


def _body(passage: Passage, words: re.Pattern[str] | None = None) -> Html:
    prose = element("div", paragraphs(passage.text, words), class_="prose", dir="auto")
    return join(prose, element("p", f"Source: {guide.source_words(passage.source)}", class_="source quiet", dir="auto"))


# --- One passage


def _read(passage: Passage, shelf: Sequence[Passage]) -> None:
    """The passage on its own, and what else stands on its shelf."""
    st.session_state[_READING] = True
    routes.link("learn", "Everything to read", icon=":material/arrow_back:")
    name = guide.passage_theme(passage)
    about = [name]
    if passage.area != ANYWHERE:
        about.append(area_name(passage.area))
    if passage.journey_gate != ANYWHERE:
        about.append(f"Buying stage: {gate_name(passage.journey_gate)}")
    head = join(
        element("p", " · ".join(dict.fromkeys(about)), class_="overline"), element("h1", passage.title, dir="auto")
    )
    frame.show(element("article", head, _body(passage), class_="reading"))
    others = [one for one in shelf if one.id != passage.id]
    if others:
        links = [element("li", element("a", one.title, href=routes.passage(one.id))) for one in others]
        title = f"Also under “{name}”"
        heading = element("h2", title, class_="section")
        frame.show(element("nav", heading, element("ul", *links), class_="more-to-read", aria_label=title))


# --- Questions


def _questions(bank: Sequence[BankQuestion]) -> None:
    """Pairs of what one is tempted to say and a question that takes its place."""
    words = "What you’re tempted to say, and what to ask instead."
    frame.show(element("p", words, class_="quiet questions-lead"))
    with st.container(key="question-filters"):
        held = {one.area for one in bank}
        known = [area for area in (*map(str, AREAS), ANYWHERE) if area in held]
        names = {area: area_name(area) for area in (*known, *sorted(held - set(known)))}
        area = _choice("Questions about", _QUESTION_AREA, names)
        typed = st.text_input(
            "Instead of …",
            placeholder="A word, for example: discount",
            key=_INSTEAD,
            type="search",
            live=True,
            persist_state="session",
        )
    instead, _ = guide.tidy(typed or "")
    found = guide.questions(bank, area, instead)
    many = count(len(bank), "question")
    status = many if len(found) == len(bank) else f"{len(found)} of {many}"
    frame.show(element("p", status, class_="quiet", role="status"))
    if not found:
        frame.notice("We have no question to replace that yet. Try one word of it.", "quiet")
        return
    shown = _shown(area, instead)
    frame.show(_pairs(found[:shown], guide.said(instead.split())))
    if len(found) > shown:
        label = f"Show {min(_AT_ONCE, len(found) - shown)} more ({len(found) - shown} left)"
        more = (area, instead, shown + _AT_ONCE)
        st.button(label, key="more-questions", on_click=_more, args=more, width="stretch")


def _shown(area: str | None, instead: str) -> int:
    """How many of these are shown; of others it begins anew."""
    kept = st.session_state.get(_SHOWN)
    return int(kept[2]) if isinstance(kept, tuple) and kept[:2] == (area, instead) else _AT_ONCE


def _more(area: str | None, instead: str, number: int) -> None:
    st.session_state[_SHOWN] = area, instead, number


def _pairs(shown: Sequence[BankQuestion], words: re.Pattern[str] | None) -> Html:
    groups = []
    for area, held in guide.by_area(shown).items():
        rows = [
            element(
                "li",
                element("p", element("span", "Instead of ", class_="label"), "“", marked(one.replaces, words), "”"),
                element("p", one.text, element("span", marked(one.topic, words), class_="topic-of"), class_="ask"),
            )
            for one in held
        ]
        groups.append(
            element("section", element("h2", area_name(area), class_="section"), element("ul", *rows, class_="pairs"))
        )
    return join(*groups)
