"""The two charts of the debrief, in Vega-Lite: asking and telling along the conversation, and the rep over time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from bot.director import State
from bot.talk.codebook import Group
from bot.talk.transcript import Transcript

from .palette import INK, PAPER, QUIET
from .wording import GROUPS

Spec: TypeAlias = dict[str, Any]
"""A Vega-Lite specification, or a part of one."""
_ABOVE = (Group.ASKS, Group.LISTENS)
_BELOW = (Group.TELLS, Group.PUSHES)
SHOWN = (*_ABOVE, *_BELOW)
_KINDS = ["openness", "ownership"]


def segments(transcript: Transcript) -> list[dict[str, Any]]:
    """The bars of the first chart: what counts of each manager turn, asking and listening above the line."""
    rows: list[dict[str, Any]] = []
    for number, turn in enumerate(transcript.manager_turns, 1):
        for groups, sign in ((_ABOVE, 1), (_BELOW, -1)):
            at = 0
            for group in groups:
                units = sum(unit.group is group for unit in turn.claimed)
                if units:
                    rows.append(_segment(number, group, at, sign * units))
                    at += sign * units
    return rows


def ask_and_tell(transcript: Transcript, theme: str) -> Spec:
    """Units of each manager turn by group: asking and listening upwards, telling and pushing downwards."""
    rows = segments(transcript)
    turns = len(transcript.manager_turns)
    reach = max([2, *(abs(row["to"]) for row in rows)]) + 0.35
    x = _field(
        "turn", "ordinal", scale={"domain": list(range(1, turns + 1))}, axis=_axis("Your turn", theme, labelAngle=0)
    )
    ticks = _axis(None, theme, labelExpr="abs(datum.value)", tickMinStep=1, format="d")
    colours = {"domain": [GROUPS[group] for group in SHOWN], "range": [INK[group].on(theme) for group in SHOWN]}
    bars = {
        "mark": {"type": "bar", "size": min(26, 420 // max(1, turns)), "cornerRadius": 3},
        "encoding": {
            "x": x,
            "y": _field("from", "quantitative", scale={"domain": [-reach, reach]}, axis=ticks),
            "y2": {"field": "to"},
            "color": _field("group", "nominal", scale=colours, legend=None),
            "tooltip": [
                _field("turn", "ordinal", title="Your turn"),
                _field("group", "nominal", title="It"),
                _field("units", "quantitative", title="Units"),
            ],
        },
    }
    letters = {
        "mark": {"type": "text", "fontSize": 11, "fontWeight": "bold", "color": PAPER.on(theme)},
        "encoding": {"x": x, "y": _field("middle", "quantitative"), "text": _field("letter", "nominal")},
    }
    line = {
        "data": {"values": [{"zero": 0}]},
        "mark": {"type": "rule", "color": QUIET.on(theme)},
        "encoding": {"y": _field("zero", "quantitative")},
    }
    return _layers(_over(rows, bars), _over(rows, letters), line)


def over_time(states: Sequence[State], start: State, theme: str) -> Spec:
    """Openness (solid) and ownership (dashed) after each reply, from where the rep began, by the manager's turns."""
    replied = states[1::2]
    rows = [
        {"turn": number, "what": what, "share": getattr(state, what)}
        for number, state in enumerate((start, *replied))
        for what in _KINDS
    ]
    colours = {"domain": _KINDS, "range": [INK[Group.LISTENS].on(theme), INK[Group.TELLS].on(theme)]}
    across = {"domain": [0, max(1, len(replied))], "nice": False}
    shares = _axis(None, theme, format="%", values=[0, 0.25, 0.5, 0.75, 1])
    shared = {
        "x": _field(
            "turn", "quantitative", scale=across, axis=_axis("Your turn", theme, format="d", tickMinStep=1, grid=False)
        ),
        "y": _field("share", "quantitative", scale={"domain": [0, 1]}, axis=shares),
        "color": _field("what", "nominal", scale=colours, legend=None),
    }
    dashes = _field("what", "nominal", scale={"domain": _KINDS, "range": [[1, 0], [6, 3]]}, legend=None)
    lines = {"mark": {"type": "line", "strokeWidth": 2.5}, "encoding": {**shared, "strokeDash": dashes}}
    told = [
        _field("turn", "quantitative", title="After your turn"),
        _field("what", "nominal", title="What"),
        _field("share", "quantitative", title="At", format=".0%"),
    ]
    points = {
        "mark": {"type": "point", "filled": True, "size": 36, "opacity": 1},
        "encoding": {**shared, "tooltip": told},
    }
    return _layers(_over(rows, lines), _over(rows, points))


def _layers(*layers: Spec) -> Spec:
    return {"layer": list(layers), "height": 240}


def _over(rows: list[dict[str, Any]], layer: Spec) -> Spec:
    # In its layer: Streamlit turns data at the top of a chart into a table, and loads pandas (100 MB) to do so.
    return {"data": {"values": rows}, **layer}


def _field(name: str, kind: str, **more: Any) -> Spec:
    return {"field": name, "type": kind, **more}


def _axis(title: str | None, theme: str, **more: Any) -> Spec:
    """An axis whose words can be read on either ground."""
    return {"title": title, "labelColor": QUIET.on(theme), "titleColor": QUIET.on(theme), **more}


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
