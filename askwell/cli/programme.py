"""`askwell programme`: list and check programmes."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from .output import print_json

programme_app = typer.Typer(help="List and check programmes.", no_args_is_help=True, rich_markup_mode=None)


@programme_app.command("list")
def list_programmes(as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False) -> None:
    """List the available programmes."""
    from bot.programmes import known_programmes
    from bot.scenario.library import Library
    from bot.settings import settings

    known = known_programmes(Library(settings().data))
    rows = [{"id": one.id, "title": one.title, "weeks": len(one.weeks)} for one in known.programmes.values()]
    if as_json:
        print_json(rows)
    else:
        for row in rows:
            print(f"{row['id']:<20} {row['title']}  ({row['weeks']} weeks)")
    for problem in known.problems:
        print(f"askwell: {problem}", file=sys.stderr)


@programme_app.command("check")
def check(
    programme: Annotated[str | None, typer.Argument(metavar="ID|PATH", help="One programme. Default: all.")] = None,
) -> None:
    """Check programmes: report each mistake with its file, line, field and what to do.

    Mistakes go to standard error and exit with 1.
    """
    from bot.programmes import programme_problems
    from bot.scenario.library import Library
    from bot.settings import settings

    problems = programme_problems(Library(settings().data), programme)
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        raise typer.Exit(1)
    print("no problems")


@programme_app.command("schema")
def schema() -> None:
    """Print the JSON Schema of programme files, for editors."""
    from bot.programmes import programme_schema

    print_json(programme_schema())
