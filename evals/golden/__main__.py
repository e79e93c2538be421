"""`python -m evals.golden`: the table; `sign ID --why WORDS`: record and sign what the product says now.

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
    """What `python -m evals.golden` does; 0 done, 1 something differs, 2 bad input."""
    parser = ArgumentParser(prog="python -m evals.golden", description="Golden conversations: see docs/golden.md.")
    signing = parser.add_subparsers(dest="command").add_parser("sign", help="record what the product says, and why")
    signing.add_argument("ids", nargs="+", metavar="ID", help=f"conversations; {ALL}: those in which anything changed")
    signing.add_argument("--why", required=True, help="why the change is accepted; it stays in the file")
    signing.add_argument("--date", help="the day, or a version; today without it")
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
    """Sign for each conversation, and only when all can be signed for; raises AskwellError."""
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
