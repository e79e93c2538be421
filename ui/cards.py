"""A scenario's card: what it is about, how hard and long it is, how far it has been tried, and the way into it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from . import called, frame
from .markup import Html, element, join, text
from .wording import AREAS, BADGE_TEXTS, LENSES, OVERALL, count, gate_name

if TYPE_CHECKING:
    from bot.scenario.library import Card
    from bot.store import SessionHead

HARDEST = 5


def put(card: Card, heads: tuple[SessionHead, ...], level: str | None, label: str, primary: bool) -> None:
    """The card with its buttons. `level` is that of the last time, `label` our own wording for the start."""
    with st.container(key=f"scenario-{card.id}", border=True):
        frame.show(face(card, level))
        with st.container(key=f"begin-{card.id}", horizontal=True, vertical_alignment="center"):
            if st.button(label, type="primary" if primary else "secondary", key=f"start-{card.id}"):
                frame.begin(card.id)
            if frame.has_variants_open(card.id, card.has_variants, heads) and st.button(
                "Another variant",
                key=f"variant-{card.id}",
                type="tertiary",
                help="The same people, with a different hidden cause.",
            ):
                frame.begin_another(card.id, than="base")


def face(card: Card, level: str | None) -> Html:
    """All that is read on a card."""
    about = f"{AREAS[card.area]} · {LENSES[card.lens]}"
    you = called.own_name(card.rep_name) or card.manager_name
    people = f"You are {you}. You talk to {card.rep_name}, {card.rep_role}."
    return element(
        "article",
        element("p", element("span", about), _badge(card.badge), class_="overline"),
        element("h2", card.title, class_="card-title"),
        element("p", card.summary, class_="summary"),
        element("p", people, class_="quiet small"),
        element("ul", *(element("li", mark) for mark in _marks(card)), class_="marks"),
        _last(level),
        class_="face",
    )


def _marks(card: Card) -> tuple[Html, ...]:
    return (
        text(f"Buying stage: {gate_name(card.journey_gate)}"),
        text(f"About {count(card.minutes, 'minute')}"),
        join("Difficulty ", _dots(card.difficulty), f" {card.difficulty} of {HARDEST}"),
    )


def _dots(difficulty: int) -> Html:
    dots = (element("i", class_="on" if number < difficulty else None) for number in range(HARDEST))
    return element("span", *dots, class_="dots", aria_hidden="true")


def _badge(badge: str) -> Html:
    name, meaning = BADGE_TEXTS[badge]
    return element("span", name, class_=f"badge {badge}", title=meaning)


def _last(level: str | None) -> Html:
    if level is None:
        return Html()
    name = element("span", OVERALL.get(level, "Ended"), class_=f"level {level}")
    return element("p", element("span", "Last time ", class_="quiet small"), name)
