"""`python -m evals.golden` prints the table. `sign ID --why WORDS` records and signs the product's current results.

See docs/golden.md.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bot.errors import AskwellError

from .answer import read
from .golden import GOLDEN, all_golden, load, save
from .handreport import golden_report
from .signing import check_golden, sign

ALL = "all"


def command(arguments: Sequence[str], directory: Path = GOLDEN) -> int:
    """Run the command. Returns 0 if done, 1 if something differs, 2 for bad input."""
    parser = ArgumentParser(prog="python -m evals.golden", description="Golden conversations. See docs/golden.md.")
    signing = parser.add_subparsers(dest="command").add_parser("sign", help="record the current results, with a reason")
    signing.add_argument("ids", nargs="+", metavar="ID", help=f"the conversations, or {ALL} for every changed one")
    signing.add_argument("--why", required=True, help="why you accept the change; saved in the file")
    signing.add_argument("--date", help="a day or a version (default: today)")
    given = parser.parse_args(arguments)
    try:
        if given.command == "sign":
            date = given.date or datetime.now(UTC).date().isoformat()
            _sign_all(given.ids, given.why, date, directory)
            return 0
        found = golden_report(all_golden(directory))
        print(found.as_text())
        return 1 if found.differences else 0
    except AskwellError as error:
        print(error, file=sys.stderr)
        return 2


def _sign_all(ids: Sequence[str], why: str, date: str, directory: Path) -> None:
    """Sign all the conversations, or none if one of them can't be signed. Raises AskwellError."""
    if list(ids) == [ALL]:
        chosen = [golden for golden in all_golden(directory) if check_golden(golden)]
    else:
        chosen = [load(directory / f"{name}.yaml") for name in ids]
    signed = [sign(golden, read(golden).answer, date, why) for golden in chosen]
    for golden in signed:
        print(f"{save(golden, directory).name}: {golden.signed[-1].what}")
    if not signed:
        print("nothing has changed, so there is nothing to sign")


if __name__ == "__main__":
    sys.exit(command(sys.argv[1:]))
