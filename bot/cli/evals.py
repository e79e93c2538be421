"""`askwell eval`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .output import print_json

app = typer.Typer(help="Benchmarks, and runs of simulated managers.", no_args_is_help=True, rich_markup_mode=None)


@app.command("bench")
def bench(
    name: Annotated[
        str | None, typer.Argument(help="moves, retrieval, topics, voice, peers or speed; all without a name.")
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(
            metavar="PATH",
            help="topics, retrieval: a file of questions; moves, voice, peers: a directory of coded conversations.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Measure on this machine: how well topics are matched, guidance is found, how fast the product is."""
    from evals import benches

    if name is None:
        met = _all(data, as_json)
    else:
        result = benches.run(name, data)
        met = result.met
        if as_json:
            print_json(result.as_json())
        else:
            print(result.as_text())
    if not met:
        raise typer.Exit(1)


def _all(data: Path | None, as_json: bool) -> bool:
    """Print one table of every benchmark, row by row as each finishes; whether everything was met."""
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
