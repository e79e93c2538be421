"""The debrief of one of your own calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from bot.calls.kept import KeptCall
from bot.scoring.saying import sentence_case
from bot.scoring.score import score as score_call
from bot.scoring.score import thresholds
from bot.scoring.scorecard import NOT_SCORED
from bot.store.records import RecordKind

from .. import annotated, charts, figures, frame, resources, routes
from ..markup import element, join
from ..wording import OVERALL, count, when
from .calls import confirm_delete

if TYPE_CHECKING:
    from bot.scoring.scorecard import Scorecard

MOST_TO_SAY = 3


@frame.calm
def page() -> None:
    """The debrief of a kept call: no facts and no epilogue, since nobody but the rep knows what there was to hear."""
    named = st.query_params.get(routes.CALL)
    if not named:  # somebody cut the address
        routes.go("calls")
    call = KeptCall.of(resources.store().records.one(RecordKind.CALL, named))
    engine = resources.engine()
    card = score_call(call.transcript, reader=engine.packaged().reader, knowledge=engine.knowledge)
    frame.titled("Your call", call.title)
    _top(call, card)
    if card.feedback:
        st.header("Say this instead", anchor=False)
        frame.show(figures.feedback(card.feedback[:MOST_TO_SAY], resources.passages()))
    st.header("Look closer", anchor=False)
    frame.unfold()
    with st.expander("What was said, mark by mark", key="call-said"):
        frame.show(join(annotated.legend(corrected=False), annotated.annotated_turns(call.transcript)))
    with st.expander("How it was scored", key="call-scored"):
        frame.show(figures.criteria(card.criteria, thresholds()))
    _figures(call, card)
    with st.container(key="call-next", horizontal=True, vertical_alignment="center"):
        routes.link("calls", "All your calls", icon=":material/arrow_back:")
        if st.button("Delete this call", key="call-drop", type="tertiary"):
            confirm_delete(call.id, call.title)


def _top(call: KeptCall, card: Scorecard) -> None:
    level = element("span", OVERALL[card.level], class_=f"level {card.level}")
    about = " · ".join(
        (call.title, when(call.at, frame.now(), frame.zone()), count(len(call.transcript.manager_turns), "turn"))
    )
    frame.show(
        element(
            "header",
            element("p", join(level, " ", about), class_="overline"),
            element("h1", sentence_case(card.sentence.partition(": ")[2] or card.sentence), class_="verdict"),
            element("p", " ".join(_reasons(card)), class_="reasons"),
            class_="debrief-head",
        )
    )


def _reasons(card: Scorecard) -> list[str]:
    """Why, in a few sentences: what was counted for the criteria that decide the level."""
    return [entry.why for entry in card.criteria if entry.decides and entry.level != NOT_SCORED][:MOST_TO_SAY]


@st.fragment
@frame.calm
def _figures(call: KeptCall, card: Scorecard) -> None:
    """The chart is drawn once somebody looks: it takes a large script."""
    with st.expander("The figures", key="call-figures", on_change="rerun") as folded:
        if not folded.open:
            return
        frame.show(figures.measures(card.measures))
        if any(turn.units for turn in call.transcript.manager_turns):
            words = "Each block is one thought. Above the line you asked or listened, below it you told or pushed."
            frame.show(join(element("p", words, class_="quiet"), annotated.short_legend(charts.SHOWN)))
            st.vega_lite_chart(spec=charts.ask_and_tell(call.transcript, frame.theme()), alt=words)
