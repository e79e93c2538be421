"""`askwell scenario draft`: a scenario drafted by the configured model from notes or a transcript."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .output import read_text

if TYPE_CHECKING:
    from bot.authoring.drafting import ScenarioDraft


def draft(
    source: Annotated[
        Path,
        typer.Option("--from", metavar="FILE", help="Notes or a transcript: text, WebVTT (.vtt) or SubRip (.srt)."),
    ],
    scenario_id: Annotated[
        str, typer.Option("--id", metavar="ID", help="The new scenario's id, also its folder's name.")
    ],
    to: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="The directory for scenarios/ID. Default: --data, else this directory."),
    ] = None,
) -> None:
    """Draft a scenario from your notes with the configured model. It stays a draft until you've read it.

    Each fact and entry is compared with your notes; draft.md in the folder lists those that aren't in them.
    """
    from bot.authoring import check_files, new_folder, write_new
    from bot.authoring.drafting import draft_scenario
    from bot.authoring.notes import read_notes
    from bot.engine import default_engine
    from bot.settings import settings

    config = settings()
    root = to or config.data or Path()
    new_folder(root, scenario_id)  # raises before the model is asked
    notes = read_notes(read_text(source), source.name)
    drafted = draft_scenario(scenario_id, notes, source.name, config, _begun)
    folder = write_new(root, drafted.files)
    engine = default_engine()
    report = check_files(drafted.files, engine.embedder, engine.vectors)
    for line in report.errors:
        print(line, file=sys.stderr)
    _print(drafted, folder)
    _print_next(root, scenario_id, folder, len(report.errors), len(report.advice))
    if report.errors:
        raise typer.Exit(1)


def _begun(part: str) -> None:
    print(f"askwell: drafting the {part}", file=sys.stderr)


def _print(drafted: ScenarioDraft, folder: Path) -> None:
    print(f"wrote {folder}: {', '.join(name for name, _ in drafted.files.files)}")
    facts_and_entries = len(drafted.sourced)
    if drafted.unfounded:
        print(f"{len(drafted.unfounded)} of {facts_and_entries} facts and entries aren't in your notes:")
        for one in drafted.unfounded:
            print(f"  {one.part}")
    else:
        print(f"all {facts_and_entries} facts and entries quote your notes")
    print("The draft keeps the names in your notes: change those of real people and firms.")


def _print_next(root: Path, scenario_id: str, folder: Path, mistakes: int, advice: int) -> None:
    found = [f"{_count(mistakes, 'mistake')} to mend"] if mistakes else []
    found += [_count(advice, "piece") + " of advice"] if advice else []
    print(f"The check finds {' and '.join(found) or 'no problems'}.\n\nNext:")
    print(f"  read {folder / 'draft.md'}, mend the files, and delete it")
    for command in ("scenario check", "practice", "scenario qualify"):
        print(f"  askwell --data {shlex.quote(str(root))} {command} {scenario_id}")


def _count(number: int, name: str) -> str:
    return f"{number} {name}" if number == 1 else f"{number} {name}s"
