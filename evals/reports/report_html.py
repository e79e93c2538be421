"""The report as one page: no script, no request, nothing beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..simulate import persons
from . import charts
from .definitions import BY_NAME, CLOCK, Better
from .expectations import Expectations, said
from .figures import Figure
from .summary import LEVELS, Summary, provenance, shortened
from .transcripts import conversations, examples
from .verdict import Decision, as_expected
from .wording import between, count, shown

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
HINTS = {
    "discrimination": "1: every coach scores above everybody who is none; 0: no order",
    "skilled_score": "of the manager of whom most is expected, 0 to 100",
    "teller_score": "of those who must come out as telling, 0 to 100",
    "elicited_share_coaches": "came out because a coach asked",
    "elicited_share_tellers": "came out because a teller asked",
    "leaks": "facts in the rep's words that nobody had brought out",
    "role_breaks": "replies in which the rep spoke as somebody else",
    "errors": "conversations without a result",
}
"""What each of them is, in the fewest words."""
HOWS = {
    "elicited": "Elicited: the manager asked.",
    "donated": "Donated: the rep gave it unasked.",
    "told": "Told: the manager said it first.",
    "missed": "Missed: it never came to the table.",
}
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
    filters: dict[str, Callable[..., Any]] = {
        "said": said, "shown": shown, "between": between, "count": count, "shortened": shortened,
    }  # fmt: skip
    environment.filters.update(filters)
    return environment.get_template("report.html.j2").render(_context(told)) + "\n"


def _context(told: Summary) -> dict[str, Any]:
    records = told.records
    wrong = conversations(records, told.unmet)
    facts = charts.facts(records)
    return {
        "told": told,
        "hints": HINTS,
        "behind": _behind(told),
        "abouts": {one.id: one.about for one in persons()},
        "directive": _directive(told),
        "as_expected": as_expected(records),
        "examples": examples(records, [one.record.key for one in wrong[:MOST]]),
        "says_how": HOWS,
        "hows": [
            how for how in charts.HOW if any(number for row in facts for name, number, _ in row.parts if name == how)
        ],
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
        "facts": facts,
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


def _behind(told: Summary) -> dict[str, str]:
    """By figure of some managers only, who these are."""
    expected = Expectations(told.records)
    of = {
        "skilled_score": expected.leads,
        "teller_score": expected.tells,
        "elicited_share_coaches": expected.finds,
        "elicited_share_tellers": expected.tells,
        "donated_share_tellers": expected.tells,
    }
    return {
        name: ", ".join(sorted({one.manager for one in told.records if wanted(one)})) for name, wanted in of.items()
    }


def _directive(told: Summary) -> list[str]:
    """The scenarios in which direction is right."""
    expected = Expectations(told.records)
    return [name for name in sorted({one.scenario for one in told.records}) if expected.directive_ok(name)]


def _cards(told: Summary) -> list[Figure]:
    """The figures that decide, and whatever else misses its target."""
    missed = [name for name, figure in told.figures.items() if figure.met is False and name not in CARDS]
    return [told.figures[name] for name in (*CARDS, *missed)]
