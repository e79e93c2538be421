"""`askwell eval corpus`."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .output import print_json

if TYPE_CHECKING:
    from evals.corpora.corpus import Summary

SHOWN_EVERY = 2.0
"""Seconds between two lines of progress on a terminal."""


def corpus(
    source: Annotated[
        Path, typer.Argument(metavar="DIR|FILE", help="A directory of transcripts, a .jsonl or a .parquet file.")
    ],
    out: Annotated[Path, typer.Option(metavar="OUT.jsonl", help="Where to write one JSON line a conversation.")],
    reader: Annotated[str, typer.Option(help="linear agrees best with people; rules is faster by far.")] = "linear",
    manager: Annotated[
        str | None, typer.Option(metavar="NAME", help="Who the manager is in every one; else the first to speak.")
    ] = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="Processes; all cores without it.")] = None,
    dask: Annotated[
        str | None, typer.Option(metavar="tcp://…", help="Score on a Dask cluster: its scheduler's address.")
    ] = None,
    quotes: Annotated[
        bool, typer.Option("--quotes", help="Write the quotes behind the levels too: words of the conversations.")
    ] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="Begin anew, whatever the output holds.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON on standard output.")] = False,
) -> None:
    """Score many real conversations. Killed, it goes on where the output ends when you give the same command."""
    from evals.corpora.corpus import run
    from evals.corpora.corpus_in import Corpus
    from evals.corpora.corpus_row import How

    found = run(
        Corpus.at(source),
        out,
        How(reader, manager, quotes),
        jobs=jobs,
        dask=dask,
        fresh=fresh,
        heard=_progress() if sys.stderr.isatty() else lambda written: None,
    )
    if as_json:
        print_json(found.as_json())
    else:
        print(told(found), file=sys.stderr)
    if found.failed:
        raise typer.Exit(1)


def told(found: Summary) -> str:
    """The summary for people."""
    rows = [f"{found.scored} scored" + (f", {found.failed.total()} failed" if found.failed else "")]
    rows += [f"  {count:>8}  {level}" for level, count in found.levels.most_common()]
    rows += [f"  {count:>8}  failed: {reason}" for reason, count in found.failed.most_common()]
    rows += [f"  {count:>8}  criterion not scored: {name}" for name, count in found.not_scored.most_common()]
    if found.left_alone:
        rows.append(f"  {found.left_alone:>8}  other files, left alone")
    rate = found.here / found.seconds if found.seconds else 0.0
    rows.append(f"{found.here} in this run, {found.seconds:.1f} s, {rate:.1f} a second")
    return "\n".join(rows)


def _progress() -> Callable[[int], None]:
    """Tells on a terminal, every few seconds, how many lines are written."""
    last = time.monotonic()

    def tell(written: int) -> None:
        nonlocal last
        if time.monotonic() - last >= SHOWN_EVERY:
            last = time.monotonic()
            print(f"{written:,} written", file=sys.stderr)

    return tell
