"""Writes a run's reports (report.md, report.html and junit.xml) beside its records, and a summary for the terminal."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from xml.etree import ElementTree

from bot.errors import AskwellError
from bot.files import write_whole

from ..records import Record
from .expectations import Unmet, fault_text
from .recorded import RECORDS, read_run
from .report_html import CARDS, as_html
from .summary import LEVEL_ORDER, Summary, as_expected, provenance, short_id, summary
from .wording import between, plural, shown

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 doesn't allow."""


def as_junit(told: Summary) -> bytes:
    """The JUnit XML: failures say what was expected, errors why there is no result.

    A failure that concerns a group of conversations is a test case of its own, with the manager's name.
    """
    of_one: dict[str, list[Unmet]] = {}
    for one in told.unmet:
        of_one.setdefault(one.key, []).append(one)
    groups = of_one.pop("", [])
    failed = sum(not record.error for record in told.records if record.key in of_one) + len(groups)
    suite = ElementTree.Element(
        "testsuite",
        name=_clean(told.title),
        tests=str(len(told.records) + len(groups)),
        failures=str(failed),
        errors=str(sum(bool(record.error) for record in told.records)),
        time=f"{sum(record.seconds for record in told.records):.3f}",
    )
    for record in told.records:
        _case(suite, record, of_one.get(record.key, []))
    for one in groups:
        case = ElementTree.SubElement(
            suite, "testcase", classname=_clean(one.where), name=_clean(f"{one.manager} order")
        )
        ElementTree.SubElement(case, "failure", message=_clean(one.why), type=str(one.fault))
    document = ElementTree.Element("testsuites")
    document.append(suite)
    ElementTree.indent(document)
    return bytes(ElementTree.tostring(document, encoding="utf-8", xml_declaration=True)) + b"\n"


def _case(suite: ElementTree.Element, record: Record, unmet: list[Unmet]) -> None:
    case = ElementTree.SubElement(
        suite,
        "testcase",
        classname=_clean(f"{record.scenario}.{record.variant}"),
        name=_clean(f"{record.manager} seed {record.seed} {record.voice}"),
        time=f"{record.seconds:.3f}",
    )
    if record.error:
        ElementTree.SubElement(case, "error", message=_clean(record.error), type="error")
    elif unmet:
        told = ElementTree.SubElement(
            case, "failure", message=_clean("; ".join(one.why for one in unmet)), type=str(unmet[0].fault)
        )
        told.text = _clean("\n".join(str(one) for one in unmet))


def _clean(words: str) -> str:
    return _NOT_XML.sub("\ufffd", words)


_MOST = 40
"""Maximum number of unmet expectations listed per kind."""
_MARKS = {True: "met", False: "**missed**", None: ""}
_STEERS = str.maketrans({letter: f"\\{letter}" for letter in "\\`*_{}[]()#+!|<>~"})


def _as_markdown(told: Summary) -> str:
    """The report as Markdown."""
    parts = [_head(told), _figures(told), _levels(told), _wrong(told), _made(told)]
    return "\n".join("\n".join(part) + "\n" for part in parts)


def markdown_text(words: object) -> str:
    """Someone else's words, on one line and escaped for Markdown."""
    return " ".join(str(words).split()).translate(_STEERS)


def _head(told: Summary) -> Iterable[str]:
    yield f"# {told.verdict.decision}: {markdown_text(told.title)}"
    yield ""
    for reason in told.verdict.reasons:
        yield f"- {markdown_text(reason.text)}"
    yield ""
    yield told.played + ". " + markdown_text(" ".join(told.scope))


def _figures(told: Summary) -> Iterable[str]:
    yield "## Figures"
    yield ""
    yield "| figure | value | 95% interval | of | target | |"
    yield "|---|---:|---|---:|---|---|"
    for figure in told.listed:
        value = shown(figure.value, figure.unit)
        interval = between(figure.interval, figure.unit) if figure.value is not None else markdown_text(figure.why)
        of = plural(figure.of, figure.counted) if figure.of else ""
        yield (
            f"| {markdown_text(figure.title)} `{figure.name}` | {value} | {interval} | {of} | "
            f"{figure.target} | {_MARKS[figure.met]} |"
        )


def _levels(told: Summary) -> Iterable[str]:
    yield "## Who scored what"
    yield ""
    yield f"| manager | expected | {' | '.join(map(fault_text, LEVEL_ORDER))} | no level | score | facts |"
    yield f"|---|---|{'---:|' * (len(LEVEL_ORDER) + 3)}"
    for row in told.rows:
        cells = (
            f"**{cell.number}** !" if cell.number and not cell.wanted else str(cell.number or "") for cell in row.cells
        )
        wanted = f"{row.wanted}{', ' + row.note if row.note else ''}"
        score, facts = shown(row.score, "points"), shown(row.facts, "share")
        manager, unscored = markdown_text(row.manager), row.unscored or ""
        yield f"| {manager} | {wanted} | {' | '.join(cells)} | {unscored} | {score} | {facts} |"


def _wrong(told: Summary) -> Iterable[str]:
    yield "## What went wrong"
    yield ""
    if not told.unmet:
        yield f"Nothing: {as_expected(told.records)}."
    for _, heading, found in told.groups():
        yield f"### {heading}: {len(found)}"
        yield ""
        for one in found[:_MOST]:
            yield f"- {markdown_text(one)}"
        if len(found) > _MOST:
            yield f"- and {len(found) - _MOST} more; `junit.xml` lists them all"
        yield ""


def _made(told: Summary) -> Iterable[str]:
    yield "## Run details"
    yield ""
    for name, value in provenance(told.run):
        yield f"- {markdown_text(name)}: {markdown_text(value if len(value) == 64 else short_id(value))}"


MARKDOWN, HTML, JUNIT = "report.md", "report.html", "junit.xml"


def write_reports(directory: Path) -> str:
    """Write the reports of the run in `directory` atomically, and return the text for the terminal.

    Raises AskwellError if there is no run or it can't be read.
    """
    if not directory.is_dir():
        raise AskwellError(f"{directory}: not a directory with a run's {RECORDS}")
    told = summary(read_run(directory))
    for name, data in (
        (MARKDOWN, _as_markdown(told).encode("utf-8", "replace")),
        (HTML, as_html(told).encode("utf-8", "replace")),
        (JUNIT, as_junit(told)),
    ):
        write_whole(directory / name, data)
    return in_short(told, directory)


def in_short(told: Summary, directory: Path) -> str:
    """The verdict, the deciding figures, and the paths of the reports."""
    lines = [str(told.verdict.decision)]
    lines += [f"  {reason.text}" for reason in told.verdict.reasons]
    lines.append(f"{told.played}:")
    for name in CARDS:
        figure = told.figures[name]
        value = shown(figure.value, figure.unit)
        mark = {True: "met", False: "missed", None: ""}[figure.met]
        interval = between(figure.interval, figure.unit)
        lines.append(f"  {figure.title:<26} {value:>10}  {interval:<16} {figure.target:<14} {mark}".rstrip())
    lines += [f"{directory / name}" for name in (HTML, MARKDOWN, JUNIT)]
    return "\n".join(lines)
