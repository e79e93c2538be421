"""Two conversations about one deal, told and coached, side by side, with the checked code of every unit."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from bot import Scorecard
from bot.knowledge.checked import CheckedTalk, checked_talk
from bot.scoring.score import judged

from .. import annotated, frame, routes
from ..markup import Html, element, join
from ..wording import OVERALL, percent

_TELLS = (
    "She is civil and quick. Two of her questions only check up on Mike, and the third has its answer built in. In the "
    "end the flight, the meeting and the price are hers, and Mike has a room to find."
)
_COACHES = (
    "She asks one thing, waits, and says back what she hears. The quiet agreement, the name in the visitors’ book and "
    "all three steps come from Mike, and he says when he’ll take them."
)
_PAIR = (("karen-telling", "Karen tells", _TELLS), ("karen-coaching", "Karen coaches", _COACHES))
"""The file's stem, a title, and what to look for."""
_LEAD = (
    "Karen calls Mike about Jones. In one call she tells, in the other she coaches. She asks questions both times. "
    "What differs is the kind of question, who takes over, and whose plan it is."
)
_CHECKED = "Every code was checked against the codebook, one by one, and the figures are counted from these codes."
_SOURCE = (
    "The case is from an article by I. Barry Goldberg in The Leader Board (Entelechy Partners). The words are ours."
)
_KAREN_AND_MIKE = "karen-and-mike"
"""The passage about the pair."""


@dataclass(frozen=True, slots=True)
class _Example:
    """A bundled conversation with its codes and its score."""

    name: str
    title: str
    look_for: str
    talk: CheckedTalk
    card: Scorecard


@frame.calm
def page() -> None:
    """What separates the pair, then both in full."""
    examples = _examples()
    lead = element("p", _LEAD, class_="lead")
    frame.show(element("header", element("h1", "The same deal, twice"), lead, class_="hero"))
    with st.container(key="pair"):
        frame.show(
            join(
                _compared(examples),
                element("h2", "Word for word", class_="section"),
                element("p", _CHECKED, class_="quiet pair-note"),
                annotated.legend(),
                _jumps(examples),
                element("div", *(_conversation(entry) for entry in examples), class_="pair"),
                element("p", _SOURCE, " ", _passage(), class_="quiet small pair-source"),
            )
        )


@st.cache_resource(show_spinner=False)
def _examples() -> tuple[_Example, ...]:
    talks = [checked_talk(name) for name, _, _ in _PAIR]
    return tuple(_Example(*told, talk, judged(talk.transcript.turns)) for told, talk in zip(_PAIR, talks, strict=True))


def _passage() -> Html:
    return element("a", "Read what he makes of it", href=routes.passage(_KAREN_AND_MIKE))


def _jumps(examples: tuple[_Example, ...]) -> Html:
    """Ways to either call, for a phone, where the second begins far below."""
    links = (element("li", element("a", entry.title, href=f"#{entry.name}")) for entry in examples)
    return element("nav", element("ul", *links), class_="jumps", aria_label="The two calls")


def _conversation(entry: _Example) -> Html:
    title = element("h3", entry.title, " ", _level(entry), id=entry.name)
    return element(
        "section",
        title,
        element("p", entry.look_for, class_="look-for"),
        annotated.annotated_turns(entry.talk.transcript, anchor=f"{entry.name}-turn"),
        aria_labelledby=entry.name,
    )


def _level(entry: _Example) -> Html:
    return element("span", OVERALL[entry.card.level], class_=f"level {entry.card.level}")


def _compared(examples: tuple[_Example, ...]) -> Html:
    """Side by side: what the two have in common, and what separates them."""
    rows = [
        ("Questions that invite thinking", [_exploring(entry) for entry in examples]),
        ("Asking over telling", [percent(entry.card.measures.ask_share) for entry in examples]),
        ("Pushing", [percent(entry.card.measures.directiveness) for entry in examples]),
        ("Takeovers", [str(entry.card.measures.takeovers) for entry in examples]),
        ("Next steps that are Mike’s own", [str(len(entry.talk.own_steps)) for entry in examples]),
        ("Karen’s share of the words", [percent(entry.card.measures.talk_share) for entry in examples]),
    ]
    titles = (element("th", entry.title, scope="col") for entry in examples)
    head = element("tr", element("td", class_="corner"), *titles)
    levels = element("tr", element("th", "Level", scope="row"), *(element("td", _level(entry)) for entry in examples))
    body = [
        element("tr", element("th", name, scope="row"), *(element("td", value) for value in values))
        for name, values in rows
    ]
    return element("table", element("thead", head), element("tbody", levels, *body), class_="compared")


def _exploring(entry: _Example) -> str:
    """`10 of 11`: the genuine questions that explore, as a count, since there are few."""
    turns = entry.talk.transcript.manager_turns
    asked = [unit for turn in turns for unit in turn.units if unit.genuine]
    return f"{sum(unit.exploring for unit in asked)} of {len(asked)}"
