"""`askwell knowledge` and `askwell eval`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..errors import KnowledgeError
from .output import print_json

app = typer.Typer(help="Search the coaching guidance; rebuild the index.", no_args_is_help=True, rich_markup_mode=None)
eval_app = typer.Typer(help="Benchmarks.", no_args_is_help=True, rich_markup_mode=None)


@app.command("search")
def search(
    query: Annotated[str, typer.Argument(help="What you are looking for.")],
    k: Annotated[int, typer.Option("-k", min=1, max=20, help="How many passages.")] = 3,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """The passages of guidance nearest to a question."""
    from ..engine import default_engine

    if not query.strip():
        raise KnowledgeError("the query is empty; type a few words")
    found = default_engine().knowledge.guidance(query[:2000], k)
    if as_json:
        print_json([{"id": one.id, "title": one.title, "score": near, "source": one.source} for one, near in found])
        return
    for passage, near in found:
        print(f"{passage.title}  ({passage.id}, {near:.2f})\n{passage.text}\n  Source: {passage.source}\n")


@app.command("rebuild")
def rebuild(
    if_stale: Annotated[bool, typer.Option("--if-stale", help="Only where something is missing.")] = False,
) -> None:
    """Compute the kept vectors anew; they are disposable, and computed by themselves when files change."""
    from ..engine import default_engine
    from ..files import write_whole
    from ..settings import settings

    engine = default_engine()
    try:
        write_whole(settings().cache / "writable", b"")
    except OSError:
        raise KnowledgeError(
            f"{settings().cache}: cannot be written; set ASKWELL_HOME to a directory that can"
        ) from None
    counts = engine.knowledge.rebuild() if not if_stale else None
    for scenario in engine.library.scenarios():
        engine.warm(scenario)
    print(f"indexed {counts['guidance']} passages and {counts['lines']} lines" if counts else "the index is up to date")


@eval_app.command("bench")
def bench(
    name: Annotated[str, typer.Argument(help="moves, topics or speed.")],
    data: Annotated[
        Path | None,
        typer.Option(metavar="PATH", help="topics: a file of questions; moves: a directory of coded conversations."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Measure on this machine: how well topics are matched, how fast the product is."""
    from evals import benches

    result = benches.run(name, data)
    if as_json:
        print_json(result.as_json())
    else:
        print(result.as_text())
    if not result.met:
        raise typer.Exit(1)
