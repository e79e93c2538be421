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
    from evals.corpora.corpus import CorpusSummary

SHOWN_EVERY = 2.0
"""Seconds between progress lines on a terminal."""


def corpus(
    source: Annotated[
        Path, typer.Argument(metavar="DIR|FILE", help="A directory of transcripts, or a .jsonl or .parquet file.")
    ],
    out: Annotated[Path, typer.Option(metavar="OUT.jsonl", help="The output, one JSON line per conversation.")],
    reader: Annotated[
        str | None,
        typer.Option(
            metavar="linear|rules|model",
            help="linear is the packaged one; rules is much faster; model asks the configured one. Default: linear, or "
            "model if ASKWELL_READER=model.",
        ),
    ] = None,
    manager: Annotated[
        str | None, typer.Option(metavar="NAME", help="The manager in every conversation. Default: the first speaker.")
    ] = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="How many processes to use. Default: one per core.")] = None,
    dask: Annotated[
        str | None, typer.Option(metavar="tcp://…", help="Score on a Dask cluster, at this scheduler address.")
    ] = None,
    quotes: Annotated[bool, typer.Option("--quotes", help="Also write the quotes behind each level.")] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="Start over, even if there is output.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
) -> None:
    """Score many real conversations. If it stops, run the same command again to resume."""
    from bot.settings import settings
    from evals.corpora.corpus import score_corpus
    from evals.corpora.corpus_in import Corpus
    from evals.corpora.corpus_row import How

    found = score_corpus(
        Corpus.at(source),
        out,
        How(reader or ("model" if settings().reader == "model" else "linear"), manager, quotes),
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


def told(found: CorpusSummary) -> str:
    """The summary as plain text."""
    rows = [f"{found.scored} scored" + (f", {found.failed.total()} failed" if found.failed else "")]
    rows += [f"  {count:>8}  {level}" for level, count in found.levels.most_common()]
    rows += [f"  {count:>8}  failed: {reason}" for reason, count in found.failed.most_common()]
    rows += [f"  {count:>8}  criterion not scored: {name}" for name, count in found.not_scored.most_common()]
    if found.left_alone:
        rows.append(f"  {found.left_alone:>8}  other files ignored")
    rate = found.here / found.seconds if found.seconds else 0.0
    rows.append(f"{found.here} in this run, {found.seconds:.1f} s, {rate:.1f} per second")
    return "\n".join(rows)


def _progress() -> Callable[[int], None]:
    """Prints how many lines are written, every few seconds, if this is a terminal."""
    last = time.monotonic()

    def tell(written: int) -> None:
        nonlocal last
        if time.monotonic() - last >= SHOWN_EVERY:
            last = time.monotonic()
            print(f"{written:,} written", file=sys.stderr)

    return tell
