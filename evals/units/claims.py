"""`python -m evals.units.claims` prints from which confidence each code may be claimed, and what is claimed then.

The thresholds are those of `CLAIMED_FROM` in bot/talk/codebook.py. They come from free conversations that trained
nothing and are not the held-out ones.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.reader import default_reader
from bot.talk.codebook import Code

from .data import Example, calibration

RIGHT = 0.9
"""The share of claims that must be right, to two digits."""
STEP = 0.05


def lowest(code: Code, judged: Sequence[tuple[Example, Code, float]]) -> tuple[float, int, int]:
    """The lowest threshold from which claims of `code` are right often enough, with the claims and how many are right.

    1 if there is none.
    """
    own = [(one, sure) for one, found, sure in judged if found is code]
    for number in range(int(1 / STEP)):
        limit = round(number * STEP, 2)
        claims = [one.code is code for one, sure in own if sure >= limit]
        if claims and round(sum(claims) / len(claims), 2) >= RIGHT:
            return limit, len(claims), sum(claims)
    return 1.0, 0, 0


def main() -> None:
    """Print a row for each code."""
    units = calibration()
    judged = []
    for unit, chances in zip(
        units, default_reader().judge([(one.context, one.previous, one.text) for one in units]), strict=True
    ):
        code = max(chances, key=chances.__getitem__)
        judged.append((unit, code, chances[code]))
    for code in Code:
        limit, claims, right = lowest(code, judged)
        truth, found = sum(one.code is code for one in units), sum(code is given for _, given, _ in judged)
        print(f"{code!s:<17} from {limit:.2f}: {right} of {claims} claims right; {found} found, {truth} there are")


if __name__ == "__main__":
    main()
