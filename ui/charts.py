"""The two charts of the debrief: asking and telling along the conversation, and the rep over time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import altair as alt

from bot.director import State
from bot.talk.codebook import Group
from bot.talk.transcript import Transcript

from .palette import INK, PAPER, QUIET
from .wording import GROUPS

Chart: TypeAlias = alt.LayerChart | alt.FacetChart
_ABOVE = (Group.ASKS, Group.LISTENS)
_BELOW = (Group.TELLS, Group.PUSHES)
SHOWN = (*_ABOVE, *_BELOW)


def segments(transcript: Transcript) -> list[dict[str, Any]]:
    """The bars of the first chart: for each manager turn what asks and listens above the line, the rest below."""
    rows: list[dict[str, Any]] = []
    for number, turn in enumerate(transcript.manager_turns, 1):
        for groups, sign in ((_ABOVE, 1), (_BELOW, -1)):
            at = 0
            for group in groups:
                units = sum(unit.group is group for unit in turn.units)
                if units:
                    rows.append(_segment(number, group, at, sign * units))
                    at += sign * units
    return rows


def ask_and_tell(transcript: Transcript, theme: str) -> Chart:
    """Units of each manager turn by group: asking and listening upwards, telling and pushing downwards."""
    rows = segments(transcript)
    turns = len(transcript.manager_turns)
    reach = max([2, *(abs(row["to"]) for row in rows)]) + 0.35
    x = alt.X("turn:O", scale=alt.Scale(domain=list(range(1, turns + 1))), axis=_axis("Your turn", theme, labelAngle=0))
    ticks = _axis(None, theme, labelExpr="abs(datum.value)", tickMinStep=1, format="d")
    colours = alt.Scale(domain=[GROUPS[group] for group in SHOWN], range=[INK[group].on(theme) for group in SHOWN])
    base = alt.Chart(alt.InlineData(rows)).encode(x=x)
    bars = base.mark_bar(size=min(26, 420 // max(1, turns)), cornerRadius=3).encode(
        y=alt.Y("from:Q", scale=alt.Scale(domain=[-reach, reach]), axis=ticks),
        y2="to:Q",
        color=alt.Color("group:N", scale=colours, legend=None),
        tooltip=[
            alt.Tooltip("turn:O", title="Your turn"),
            alt.Tooltip("group:N", title="It"),
            alt.Tooltip("units:Q", title="Units"),
        ],
    )
    names = base.mark_text(fontSize=11, fontWeight="bold", color=PAPER.on(theme)).encode(y="middle:Q", text="letter:N")
    line = alt.Chart(alt.InlineData([{"zero": 0}])).mark_rule(color=QUIET.on(theme)).encode(y="zero:Q")
    return alt.layer(bars, names, line).properties(height=240)


def over_time(states: Sequence[State], start: State, theme: str) -> Chart:
    """Openness (solid) and ownership (dashed) after each turn, from where the rep began."""
    rows = [
        {"turn": number, "what": what, "share": getattr(state, what)}
        for number, state in enumerate((start, *states))
        for what in ("openness", "ownership")
    ]
    domain = ["openness", "ownership"]
    colours = alt.Scale(domain=domain, range=[INK[Group.LISTENS].on(theme), INK[Group.TELLS].on(theme)])
    across = alt.Scale(domain=[0, max(1, len(states))], nice=False)
    base = alt.Chart(alt.InlineData(rows)).encode(
        x=alt.X("turn:Q", scale=across, axis=_axis("Turn", theme, format="d", tickMinStep=1, grid=False)),
        y=alt.Y(
            "share:Q",
            scale=alt.Scale(domain=[0, 1]),
            axis=_axis(None, theme, format="%", values=[0, 0.25, 0.5, 0.75, 1]),
        ),
        color=alt.Color("what:N", scale=colours, legend=None),
    )
    dashes = alt.Scale(domain=domain, range=[[1, 0], [6, 3]])
    lines = base.mark_line(strokeWidth=2.5).encode(strokeDash=alt.StrokeDash("what:N", scale=dashes, legend=None))
    points = base.mark_point(filled=True, size=36, opacity=1).encode(
        tooltip=[
            alt.Tooltip("turn:Q", title="After turn"),
            alt.Tooltip("what:N", title="His"),
            alt.Tooltip("share:Q", title="At", format=".0%"),
        ]
    )
    return alt.layer(lines, points).properties(height=240)


def _axis(title: str | None, theme: str, **more: Any) -> alt.Axis:
    """An axis whose words can be read on either ground."""
    return alt.Axis(title=title, labelColor=QUIET.on(theme), titleColor=QUIET.on(theme), **more)


def _segment(number: int, group: Group, at: int, units: int) -> dict[str, Any]:
    return {
        "turn": number,
        "group": GROUPS[group],
        "letter": str(group),
        "units": abs(units),
        "from": at,
        "to": at + units,
        "middle": at + units / 2,
    }
