"""The one chart of progress, in Vega-Lite, and the table that says the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from bot.progress.talks import EndedTalk
from bot.talk.codebook import Group

from .charts import Spec
from .markup import Html, element, join
from .palette import INK, QUIET
from .wording import OVERALL, percent

MOST_SHOWN = 24
"""First goes in the chart and in the table: as many as a phone has room for."""


def score_chart(talks: Sequence[EndedTalk], zone: tzinfo | None, theme: str) -> Spec:
    """The score of each first go, from the oldest to the newest."""
    rows = [
        {"go": number, "score": talk.score, "title": talk.head.title, "day": talk_day(talk, zone)}
        for number, talk in enumerate(talks, 1)
    ]
    ink, quiet = INK[Group.ASKS].on(theme), QUIET.on(theme)
    plain = {"labelColor": quiet, "titleColor": quiet, "domainColor": quiet, "tickColor": quiet}
    axis = {**plain, "title": "First go", "labelAngle": 0, "grid": False}
    shared = {
        "x": {"field": "go", "type": "ordinal", "axis": axis},
        "y": {
            "field": "score",
            "type": "quantitative",
            "scale": {"domain": [0, 100]},
            "axis": {**plain, "title": "Score", "values": [0, 25, 50, 75, 100]},
        },
    }
    told = [
        {"field": "title", "type": "nominal", "title": "Talk"},
        {"field": "day", "type": "nominal", "title": "On"},
        {"field": "score", "type": "quantitative", "title": "Score"},
    ]
    # The data stands in each layer: Streamlit turns data at the top of a chart into a table, and loads pandas for it.
    layers = [
        {"mark": {"type": "line", "strokeWidth": 2, "color": ink}, "encoding": shared},
        {
            "mark": {"type": "point", "filled": True, "size": 60, "opacity": 1, "color": ink},
            "encoding": {**shared, "tooltip": told},
        },
    ]
    return {"layer": [{"data": {"values": rows}, **layer} for layer in layers], "height": 220}


def score_table(talks: Sequence[EndedTalk], zone: tzinfo | None, caption: str) -> Html:
    """The talks as a table, the newest first, each with its number in the chart."""
    rows = [
        element(
            "tr",
            element("td", str(number), class_="value"),
            element("th", talk.head.title, scope="row", dir="auto"),
            element("td", talk_day(talk, zone)),
            element("td", OVERALL.get(talk.level, talk.level)),
            element("td", "–" if talk.score is None else str(talk.score), class_="value"),
            element("td", percent(talk.ask_share), class_="value"),
        )
        for number, talk in reversed(list(enumerate(talks, 1)))
    ]
    names = ("No.", "Talk", "Day", "Level", "Score", "Asking")
    head = element("tr", *(element("th", name, scope="col") for name in names))
    table = element("table", element("caption", caption), element("thead", head), element("tbody", *rows))
    return element("div", table, class_="wide-table", tabindex="0", role="region", aria_label=caption)


def plain_table(caption: str, names: Sequence[str], rows: Sequence[Sequence[str]]) -> Html:
    """A table of text, the first cell of each row its heading."""
    head = element("tr", *(element("th", name, scope="col") for name in names))
    body = [
        element("tr", element("th", first, scope="row", dir="auto"), *(element("td", cell) for cell in rest))
        for first, *rest in rows
    ]
    table = element("table", element("caption", caption), element("thead", head), element("tbody", join(*body)))
    return element("div", table, class_="wide-table", tabindex="0", role="region", aria_label=caption)


def talk_day(talk: EndedTalk, zone: tzinfo | None) -> str:
    """The day on which a talk ended, as its reader's calendar has it: `3 Mar 2026`."""
    local = talk.ended_at.astimezone(zone)
    return f"{local.day} {local:%b %Y}"
