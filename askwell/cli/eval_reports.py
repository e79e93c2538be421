"""`askwell eval report`, `compare` and `baseline`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.errors import AskwellError

from .output import print_json

if TYPE_CHECKING:
    from evals.reports.recorded import RecordedRun

baseline_app = typer.Typer(
    help="Set the run to compare later runs of a suite with.", no_args_is_help=True, rich_markup_mode=None
)


def register(app: typer.Typer) -> None:
    """Add these commands to `askwell eval`."""
    app.command("report")(report)
    app.command("compare")(compare)
    app.add_typer(baseline_app, name="baseline")


def report(
    run: Annotated[Path, typer.Argument(metavar="DIR", help="The directory of a run.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the verdict and every figure as JSON.")] = False,
) -> None:
    """Report on a run: write report.html, report.md and junit.xml to its directory, and print the verdict."""
    from evals.reports.recorded import read_run
    from evals.reports.report import write_reports
    from evals.reports.summary import summary

    text = write_reports(run)
    if as_json:
        print_json(summary(read_run(run)).as_json())
    else:
        print(text)


def compare(
    before: Annotated[Path, typer.Argument(metavar="A", help="The earlier run. With --baseline, the run to check.")],
    after: Annotated[Path | None, typer.Argument(metavar="[B]", help="The later run.")] = None,
    baseline: Annotated[bool, typer.Option("--baseline", help="Compare A with its suite's baseline.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Compare two runs, conversation by conversation. Exits with 1 on a regression."""
    from evals.reports.compare import compare_runs as compared
    from evals.reports.recorded import read_run

    if baseline is (after is not None):
        raise AskwellError("give two runs to compare, or one run and --baseline")
    if after is None:
        later = read_run(before)
        found = compared(_baseline(later), later)
    else:
        found = compared(read_run(before), read_run(after))
    if as_json:
        print_json(found.as_json())
    else:
        print(found.as_text())
    if found.regressions:
        raise typer.Exit(1)


@baseline_app.command("keep")
def keep(run: Annotated[Path, typer.Argument(metavar="RUN", help="The directory of a run.")]) -> None:
    """Make a run its suite's baseline, replacing the current one."""
    from bot.settings import settings
    from evals.reports.recorded import directory, read_run
    from evals.reports.recorded import keep_baseline as kept

    found = kept(read_run(run), directory(settings().data))
    print(f"kept {found.path}")
    for name in found.replaced:
        print(f"replaced {name}")


def _baseline(run: RecordedRun) -> RecordedRun:
    from bot.settings import settings
    from evals.reports.recorded import directory, find

    return find(run, directory(settings().data))
