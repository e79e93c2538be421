"""`askwell eval`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.errors import AskwellError

from .corpus import corpus
from .golden import golden
from .output import print_json

if TYPE_CHECKING:
    from evals.benches import BenchResult
    from evals.runs.run import RunOutcome

app = typer.Typer(help="Benchmarks, and runs of simulated managers.", no_args_is_help=True, rich_markup_mode=None)


@app.command("bench")
def bench(
    name: Annotated[
        str | None,
        typer.Argument(help="moves, answers, retrieval, mutations, voice, peers, speed or load. Default: all."),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(
            metavar="PATH",
            help="Your own data: questions for retrieval, talks for answers, a scenario's folder for mutations, "
            "conversations for the rest.",
        ),
    ] = None,
    reader: Annotated[
        str, typer.Option(metavar="packaged|model", help="With moves: whose codes to compare with people's.")
    ] = "packaged",
    units: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, help="With moves: only N evenly spaced units of each held-out set."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Run benchmarks on this machine: quality of coding, matching and search, and speed."""
    from evals import benches

    own = _reader(reader) == "model" or units is not None
    if own and name != "moves":
        raise AskwellError("--reader and --units need the benchmark moves")
    if name is None:
        met = _all(data, as_json)
    else:
        result = _moves(reader, units) if own else benches.run_benches(name, data)
        met = result.met
        if as_json:
            print_json(result.as_json())
        else:
            print(result.as_text())
    if not met:
        raise typer.Exit(1)


def _moves(reader: str, units: int | None) -> BenchResult:
    from evals.benches.moves import bench_units

    return bench_units(reader, units)


def _reader(name: str) -> str:
    """The reader's name. Raises AskwellError for an unknown one."""
    if name not in ("packaged", "model"):
        raise AskwellError(f"--reader: {name!r} is not packaged or model")
    return name


def _all(data: Path | None, as_json: bool) -> bool:
    """Print one table of all benchmarks, row by row as each finishes. Returns whether every target was met."""
    from evals import benches

    running = benches.run_all(data)
    done = []
    if not as_json:
        print(benches.heading())
    for ran in running:
        done.append(ran)
        if not as_json:
            print(ran.as_text(), flush=True)
    met = all(ran.met for ran in done)
    if as_json:
        print_json({"met": met, "benches": [ran.as_json() for ran in done]})
    return met


@app.command("run")
def run_suite(
    suite: Annotated[str, typer.Argument(metavar="SUITE", help="A suite's id, or its file.")],
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where to save the run. Default: askwell-eval/SUITE.")
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, max=256, help="Conversations at once. Default: one per core; 8 with a model."),
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Start over, replacing the run there.")] = False,
    reader: Annotated[str, typer.Option(metavar="packaged|model", help="Who codes the managers' words.")] = "packaged",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Run a suite: simulated managers play scenarios. If it stops, run the same command again to resume."""
    from bot.settings import settings
    from evals.runs.progress import Shown
    from evals.runs.run import kept_in, run
    from evals.runs.suite import read_plan

    config = settings().model_copy(update={"reader": _reader(reader)})
    plan = read_plan(suite, config.data)
    directory = out or Path("askwell-eval") / plan.suite.id
    try:
        with Shown(plan.suite.id) as shown:
            outcome = run(plan, directory, config, at_once=jobs, fresh=fresh, heard=shown.heard)
    except KeyboardInterrupt:
        kept = f"{kept_in(directory)} of {len(plan.jobs)} conversations are saved in {directory}"
        print(f"askwell: {kept}; run the same command again to resume", file=sys.stderr)
        raise
    reported = _reported(directory)
    if as_json:
        print_json(outcome.as_json())
    else:
        print("\n".join((*_said(outcome), *reported)))
    if not outcome.ok:
        raise typer.Exit(1)


def _reported(directory: Path) -> list[str]:
    """Write a run's reports. Returns the lines that sum it up."""
    from evals.reports.report import write_reports

    return write_reports(directory).splitlines()


def _said(outcome: RunOutcome) -> list[str]:
    """What happened and what went wrong, as plain text."""
    before = outcome.conversations - outcome.played
    lines = [
        f"{outcome.suite}: {outcome.conversations} conversations, {outcome.replies} replies, {outcome.seconds:.0f} s"
        + (f" ({before} from before)" if before else "")
    ]
    if outcome.faults:
        why, _ = outcome.faults[0]
        times = sum(times for _, times in outcome.faults)
        lines.append(f"the rep used a scripted line instead of the model's, {times} times: {why}")
    if outcome.errors:
        key, error = outcome.errors[0]
        others = f" (and {len(outcome.errors) - 1} more)" if len(outcome.errors) > 1 else ""
        lines.append(
            f"{len(outcome.errors)} of {outcome.conversations} conversations failed: {key}: {error}{others}; "
            "run the same command again to retry"
        )
    return lines


@app.command("schema")
def schema() -> None:
    """The JSON Schema of suite files, for editors."""
    from evals.runs.suite import suite_schema

    print_json(suite_schema())


app.command("corpus")(corpus)
app.command("golden")(golden)
