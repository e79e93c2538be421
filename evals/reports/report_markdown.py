"""The report as Markdown, for a pull request or a terminal."""

from __future__ import annotations

from collections.abc import Iterable

from .expectations import said
from .summary import LEVELS, Summary, provenance, shortened
from .verdict import as_expected
from .wording import between, count, shown

MOST = 40
"""Unmet expectations that are listed of one kind."""
_MARKS = {True: "met", False: "**missed**", None: ""}
_STEERS = str.maketrans({letter: f"\\{letter}" for letter in "\\`*_{}[]()#+!|<>~"})


def as_markdown(told: Summary) -> str:
    """The report's text."""
    parts = [_head(told), _figures(told), _levels(told), _wrong(told), _made(told)]
    return "\n".join("\n".join(part) + "\n" for part in parts)


def plain(words: object) -> str:
    """Words that somebody else wrote, on one line and without a meaning in Markdown."""
    return " ".join(str(words).split()).translate(_STEERS)


def _head(told: Summary) -> Iterable[str]:
    yield f"# {told.verdict.decision}: {plain(told.title)}"
    yield ""
    for reason in told.verdict.reasons:
        yield f"- {plain(reason.text)}"
    yield ""
    yield told.played + ". " + plain(" ".join(told.scope))


def _figures(told: Summary) -> Iterable[str]:
    yield "## Figures"
    yield ""
    yield "| figure | value | 95% interval | of | target | |"
    yield "|---|---:|---|---:|---|---|"
    for figure in told.listed:
        value = shown(figure.value, figure.unit)
        interval = between(figure.interval, figure.unit) if figure.value is not None else plain(figure.why)
        of = count(figure.of, figure.counted) if figure.of else ""
        yield (
            f"| {plain(figure.title)} `{figure.name}` | {value} | {interval} | {of} | "
            f"{figure.target} | {_MARKS[figure.met]} |"
        )


def _levels(told: Summary) -> Iterable[str]:
    yield "## Who came out as what"
    yield ""
    yield f"| manager | wanted | {' | '.join(map(said, LEVELS))} | no level | score | facts |"
    yield f"|---|---|{'---:|' * (len(LEVELS) + 3)}"
    for row in told.rows:
        cells = (
            f"**{cell.number}** !" if cell.number and not cell.wanted else str(cell.number or "") for cell in row.cells
        )
        wanted = f"{row.wanted}{', ' + row.note if row.note else ''}"
        score, facts = shown(row.score, "points"), shown(row.facts, "share")
        yield f"| {plain(row.manager)} | {wanted} | {' | '.join(cells)} | {row.unscored or ''} | {score} | {facts} |"


def _wrong(told: Summary) -> Iterable[str]:
    yield "## What went wrong"
    yield ""
    if not told.unmet:
        yield f"Nothing: {as_expected(told.records)}."
    for _, heading, found in told.groups():
        yield f"### {heading}: {len(found)}"
        yield ""
        for one in found[:MOST]:
            yield f"- {plain(one)}"
        if len(found) > MOST:
            yield f"- and {len(found) - MOST} more; `junit.xml` has all"
        yield ""


def _made(told: Summary) -> Iterable[str]:
    yield "## What it was made of"
    yield ""
    for name, value in provenance(told.run):
        yield f"- {plain(name)}: {plain(value if len(value) == 64 else shortened(value))}"
