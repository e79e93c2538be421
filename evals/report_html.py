"""The report as one page: no script, no request, nothing beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import charts
from .definitions import BY_NAME, CLOCK, Better
from .expectations import said
from .figures import Figure
from .summary import LEVELS, Summary, provenance
from .transcripts import conversations
from .verdict import Decision
from .wording import between, shown

TEMPLATES = Path(__file__).parent / "templates"
CARDS = (
    "discrimination",
    "skilled_score",
    "teller_score",
    "elicited_share_coaches",
    "elicited_share_tellers",
    "leaks",
    "role_breaks",
    "errors",
)
"""The figures that are looked at first."""
MOST = 60
"""Conversations whose words are put on the page; records.jsonl has them all."""
_CLASSES = {Decision.SHIP: "ship", Decision.LOOK: "look", Decision.STOP: "stop"}


def as_html(told: Summary) -> str:
    """The page. Everything that somebody wrote is escaped by the template."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters: dict[str, Callable[..., Any]] = {"said": said, "shown": shown, "between": between}
    environment.filters.update(filters)
    return environment.get_template("report.html.j2").render(_context(told)) + "\n"


def _context(told: Summary) -> dict[str, Any]:
    records = told.records
    wrong = conversations(records, told.unmet)
    return {
        "told": told,
        "mood": _CLASSES[told.verdict.decision],
        "cards": _cards(told),
        "missed": [figure for figure in told.figures.values() if figure.met is False],
        "levels": LEVELS,
        "unscored": any(row.unscored for row in told.rows),
        "groups": told.groups(),
        "conversations": wrong[:MOST],
        "left_out": len(wrong) - MOST,
        "anchors": {one.record.key: one.anchor for one in wrong[:MOST]},
        "panels": charts.panels(records),
        "facts": charts.facts(records),
        "openness": charts.openness(records),
        "latency": charts.latency(records),
        "high": charts.HIGH,
        "tolerances": {
            name: (told.run.about.tolerance.get(name, definition.tolerance), definition.unit)
            for name, definition in BY_NAME.items()
            if name not in CLOCK and (name in told.run.about.tolerance or definition.better is not Better.NEITHER)
        },
        "provenance": provenance(told.run),
    }


def _cards(told: Summary) -> list[Figure]:
    """The figures that decide, and whatever else misses its target."""
    missed = [name for name, figure in told.figures.items() if figure.met is False and name not in CARDS]
    return [told.figures[name] for name in (*CARDS, *missed)]
