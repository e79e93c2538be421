"""`askwell eval`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .corpus import corpus
from .output import print_json

app = typer.Typer(help="Benchmarks, and runs of simulated managers.", no_args_is_help=True, rich_markup_mode=None)
app.command("corpus")(corpus)


@app.command("bench")
def bench(
    name: Annotated[str, typer.Argument(help="moves, retrieval, topics, speed or voice.")],
    data: Annotated[
        Path | None,
        typer.Option(
            metavar="PATH", help="topics, retrieval: a file of questions; moves: a directory of coded conversations."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Measure on this machine: how well topics are matched, guidance is found, how fast the product is."""
    from evals import benches

    result = benches.run(name, data)
    if as_json:
        print_json(result.as_json())
    else:
        print(result.as_text())
    if not result.met:
        raise typer.Exit(1)
