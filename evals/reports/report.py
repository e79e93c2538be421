"""Reports of a run: report.md, report.html and junit.xml beside its records, and a few lines for the terminal."""

from __future__ import annotations

from pathlib import Path

from bot.errors import AskwellError
from bot.files import write_whole

from .junit import as_junit
from .recorded import RECORDS, read_run
from .report_html import CARDS, as_html
from .report_markdown import as_markdown
from .summary import Summary, summary
from .wording import between, shown

MARKDOWN, HTML, JUNIT = "report.md", "report.html", "junit.xml"


def write_reports(directory: Path) -> str:
    """Write the reports of the run in `directory`, each whole, and return what a terminal shows.

    Raises AskwellError where there is no run or it cannot be read.
    """
    if not directory.is_dir():
        raise AskwellError(f"{directory}: is no directory with a run's {RECORDS}")
    told = summary(read_run(directory))
    for name, data in (
        (MARKDOWN, as_markdown(told).encode("utf-8", "replace")),
        (HTML, as_html(told).encode("utf-8", "replace")),
        (JUNIT, as_junit(told)),
    ):
        write_whole(directory / name, data)
    return in_short(told, directory)


def in_short(told: Summary, directory: Path) -> str:
    """The verdict, the figures that decide, and where the reports lie."""
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
