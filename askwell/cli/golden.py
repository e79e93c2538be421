"""`askwell eval golden`: the reviewed conversations, and whether the product still says of them what was signed."""

from __future__ import annotations

from typing import Annotated

import typer

from .output import print_json


def golden(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Read the hand-reviewed conversations: agreement with the hand, and what differs from what was signed (exit 1)."""
    from evals.golden.golden import all_golden
    from evals.golden.handreport import report

    found = report(all_golden())
    if as_json:
        print_json(found.as_json())
    else:
        print(found.as_text())
    if found.differences:
        raise typer.Exit(1)
