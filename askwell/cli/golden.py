"""`askwell eval golden`: compares the product with the reviewed conversations and their signed results."""

from __future__ import annotations

from typing import Annotated

import typer

from .output import print_json


def golden(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Compare the product with hand-coded conversations. Exits with 1 if it differs from the signed results."""
    from evals.golden.golden import all_golden
    from evals.golden.handreport import golden_report

    found = golden_report(all_golden())
    if as_json:
        print_json(found.as_json())
    else:
        print(found.as_text())
    if found.differences:
        raise typer.Exit(1)
