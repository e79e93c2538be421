"""What a manager reads before a conversation: three lines, and behind them the whole brief with the CRM card."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import streamlit as st

from . import frame
from .markup import Html, element, join, paragraphs

if TYPE_CHECKING:
    from bot.scenario import Scenario

_SENTENCE = re.compile(r"(?<=[.?!])\s+")
_WANTED = "Find out "
"""How the sentence of a brief begins that says what the call is for."""
_BY_PHONE = re.compile(r"\b(?:picks? up|answers?|phone|rings?|call)\b", re.IGNORECASE)


def three_lines(scenario: Scenario) -> Html:
    """Who is on the line, why now, and what the manager wants from the talk, in three lines."""
    rep, manager = scenario.rep, scenario.manager
    who = join(f"{rep.name}, {rep.role}. ", element("span", f"You are {manager.name}, {manager.role}.", class_="quiet"))
    rows = (("Who", who), ("Why now", scenario.summary), ("What you want", wanted(scenario)))
    return element("dl", *(join(element("dt", label), element("dd", told)) for label, told in rows), class_="in-short")


def wanted(scenario: Scenario) -> str:
    """What the talk is for: the brief's sentence that begins with "Find out", or what any such talk is for."""
    told = next((part for part in _SENTENCE.split(scenario.brief) if part.startswith(_WANTED)), None)
    if told is not None:
        return told
    name = scenario.rep.name
    if scenario.directive_ok:
        return f"Say plainly what has to happen today, and why. Then ask how {name} sees it."
    return f"Find out what {name} hasn’t told you, and leave the next step to {name}."


def begins(scenario: Scenario) -> str:
    """The label of the button that begins the talk."""
    return f"{'Call' if _BY_PHONE.search(scenario.scene) else 'Talk to'} {scenario.rep.name}"


def whole(scenario: Scenario) -> Html:
    """Who you are, what you may know, and the CRM card."""
    rows = join(
        *(
            join(
                element("dt", label), element("dd", value) if value.strip() else element("dd", "blank", class_="blank")
            )
            for label, value in scenario.crm.items()
        )
    )
    rep = scenario.rep
    about = element(
        "details",
        element("summary", f"About {rep.name}"),
        element("p", rep.role, class_="quiet"),
        element("p", rep.style),
        element("p", "Good at", class_="quiet"),
        element("ul", *(element("li", strength) for strength in rep.strengths)),
    )
    return element(
        "div",
        element("p", element("b", f"You are {scenario.manager.name}, {scenario.manager.role}.")),
        element("dl", rows, class_="crm", aria_label="CRM card"),
        element("h2", "Your brief"),
        paragraphs(scenario.brief),
        about,
        class_="brief",
    )


@st.dialog("Your brief and the CRM card")
@frame.calm
def open_whole(scenario: Scenario) -> None:
    """The whole brief over the page, for windows without room for a side."""
    frame.show(whole(scenario))
