"""`askwell scenario qualify` and `preview`: simulated managers play a scenario."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from .output import print_json, still_draft

if TYPE_CHECKING:
    from rich.text import Text

    from bot.practice import Debrief
    from evals.qualify import Qualification

SHOWN_UNMAPPED = 10
WIDTH = 120
"""Width of a preview outside a terminal, in columns."""


def qualify(
    scenario: Annotated[str | None, typer.Argument(metavar="ID", help="A scenario. Default: all.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Test a scenario: every simulated manager plays every variant, and only coaches may score as coaches."""
    from bot.scenario.library import Library
    from bot.settings import settings

    library = Library(settings().data)
    wanted = [scenario] if scenario is not None else library.scenario_ids()
    found = [_qualified(scenario_id) for scenario_id in wanted]
    for one in found:
        if one.passed and not library.award(one.scenario, "qualified"):
            print(still_draft(one.scenario), file=sys.stderr)
    if as_json:
        print_json([one.as_json() for one in found])
    else:
        for one in found:
            _print(one)
    if not all(one.passed for one in found):
        raise typer.Exit(1)


def _qualified(scenario_id: str) -> Qualification:
    from rich.console import Console
    from rich.progress import Progress

    from bot.settings import settings
    from evals.qualify import qualify as play_all

    with Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task(scenario_id, total=None)
        return play_all(
            scenario_id, settings().data, heard=lambda done, of: progress.update(task, completed=done, total=of)
        )


def _print(found: Qualification) -> None:
    from evals.qualify import table

    print(f"{found.scenario}: {'qualified' if found.passed else 'not qualified'}\n{table(found)}")
    for failure in found.failures:
        print(f"  {failure}")
    if found.unmapped:
        print("Questions the scenario has no answer for:")
        for text, times in found.unmapped[:SHOWN_UNMAPPED]:
            print(f"  {times} x  {text}")
        left = len(found.unmapped) - SHOWN_UNMAPPED
        if left > 0:
            print(f"  and {left} more; use --json to see all")
    print()


def preview(
    scenario: Annotated[str, typer.Argument(metavar="ID", help="The scenario.")],
    variant: Annotated[str, typer.Option(help="A variant's name, or random.")] = "base",
    seed: Annotated[int, typer.Option(help="Seed for the wording.")] = 0,
) -> None:
    """Show a coach's and a teller's conversations side by side."""
    from rich.console import Console
    from rich.table import Table

    from bot.engine import default_engine
    from bot.practice import Practice
    from evals.simulate import person, simulate

    columns = []
    for manager in ("skilled-coach", "teller"):
        started = Practice.start(scenario, variant=variant, seed=seed, engine=default_engine().packaged())
        columns.append(simulate(person(manager), started))
    shown = Table(expand=True, show_lines=False)
    for debrief, title in zip(columns, ("Coached", "Told"), strict=True):
        shown.add_column(f"{title}: {debrief.scorecard.level}", ratio=1, vertical="top")
    for row in range(max(len(debrief.transcript.turns) for debrief in columns)):
        shown.add_row(*(_turn(debrief, row) for debrief in columns))
    shown.add_section()
    shown.add_row(*(_plain(f"{debrief.scorecard.sentence}\n\n{debrief.epilogue.text}") for debrief in columns))
    console = Console(width=None if sys.stdout.isatty() else WIDTH, highlight=False)
    console.print(shown)


def _turn(debrief: Debrief, row: int) -> Text:
    if row >= len(debrief.transcript.turns):
        return _plain("")
    turn = debrief.transcript.turns[row]
    who = debrief.scenario.manager.name if turn.is_manager else debrief.scenario.rep.name
    return _plain(f"{who}: {turn.text}")


def _plain(words: str) -> Text:
    """Typed words as text, never as markup."""
    from rich.text import Text

    return Text(words)
