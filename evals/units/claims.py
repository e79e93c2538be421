"""`python -m evals.units.claims` prints from which confidence each code may be claimed, and what is claimed then.

The thresholds are those of `CLAIMED_FROM` in bot/talk/codebook.py. They come from free conversations that trained
nothing and are not the held-out ones.
"""

from __future__ import annotations

from collections.abc import Sequence, Set

from bot.reader import default_reader
from bot.talk.codebook import ALWAYS_PUSHING, Code

from .data import Example, calibration

RIGHT = 0.9
"""The share of claims that must be right, to two digits."""
STEP = 0.02
_PUSHING = {*ALWAYS_PUSHING, Code.ADVICE}


def lowest(codes: Set[Code], judged: Sequence[tuple[Example, Code, float]]) -> tuple[float, int, int]:
    """The lowest threshold from which claims of `codes` are right often enough, with the claims and how many are right.

    A claim of one of several codes is right if another of them is true. 1 if there is no such threshold.
    """
    own = [(one, sure) for one, found, sure in judged if found in codes]
    for number in range(int(1 / STEP)):
        limit = round(number * STEP, 2)
        claims = [one.code in codes for one, sure in own if sure >= limit]
        if claims and round(sum(claims) / len(claims), 2) >= RIGHT:
            return limit, len(claims), sum(claims)
    return 1.0, 0, 0


def main() -> None:
    """Print a row for each code, and one for the pushing ones together."""
    units = calibration()
    judged = []
    for unit, chances in zip(
        units, default_reader().judge([(one.context, one.previous, one.text) for one in units]), strict=True
    ):
        code = max(chances, key=chances.__getitem__)
        judged.append((unit, code, chances[code]))
    for name, codes in (*((str(code), {code}) for code in Code), ("pushing", _PUSHING)):
        limit, claims, right = lowest(codes, judged)
        truth, found = sum(one.code in codes for one in units), sum(code in codes for _, code, _ in judged)
        print(f"{name:<17} from {limit:.2f}: {right} of {claims} claims right; {found} found, {truth} there are")


if __name__ == "__main__":
    main()
