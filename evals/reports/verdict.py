"""Whether to ship, in one line and for reasons that are given in words.

What a rehearsal promises decides: nothing leaks, the rep stays the rep, nobody is told that he coaches who tells. Any
breach of these says do not ship. What is merely worse than it should be, or could not be looked at, asks for a look.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ..records import Record
from .expectations import Expectations, Fault, Unmet
from .figures import Figure
from .wording import count, shown

FEW_SHORT = 0.05
"""The share of the coaches' conversations that may fall short before it is more than bad luck with a seed."""
DECISIVE = ("discrimination", "skilled_score", "teller_score", "elicited_share_coaches", "elicited_share_tellers")
"""Figures that a run must be able to tell."""


class Decision(StrEnum):
    """What to do."""

    SHIP = "Ship"
    LOOK = "Look before shipping"
    STOP = "Do not ship"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason; `fault` is what it is about, where that is a list of conversations."""

    decision: Decision
    text: str
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The decision with its reasons, the gravest first."""

    decision: Decision
    reasons: tuple[Reason, ...]

    def __str__(self) -> str:
        return f"{self.decision}: {'; '.join(reason.text for reason in self.reasons)}"


def verdict(
    records: Sequence[Record], figures: Mapping[str, Figure], unmet: Sequence[Unmet], planned: int | None = None
) -> Verdict:
    """The verdict on a run, of which `planned` conversations were to be played, where that is known."""
    reasons = [*_broken(records, unmet), *_short(records, unmet), *_missed(figures), *_unseen(figures)]
    if planned is not None and len(records) < planned:
        reasons.append(Reason(Decision.LOOK, f"only {len(records)} of {count(planned, 'conversation')} were played"))
    order = list(Decision)
    reasons.sort(key=lambda reason: -order.index(reason.decision))
    if reasons:
        return Verdict(reasons[0].decision, tuple(reasons))
    return Verdict(Decision.SHIP, (Reason(Decision.SHIP, f"{as_expected(records)}, and {_targets(figures)}"),))


def as_expected(records: Sequence[Record]) -> str:
    """How many came out as expected where nothing is unmet: of those of which something is expected, and no others."""
    expected = Expectations(records)
    of = sum(expected.of(record) is not None for record in records)
    if not of:
        return (
            f"nothing is expected of {'this' if len(records) == 1 else 'these'} {count(len(records), 'conversation')}"
        )
    rest = len(records) - of
    others = f" ({rest} more {'has' if rest == 1 else 'have'} none)" if rest else ""
    return f"{of} of {count(of, 'conversation')} with an expectation came out as expected{others}"


def _targets(figures: Mapping[str, Figure]) -> str:
    unscored = sum(bool(figure.target) and figure.value is None for figure in figures.values())
    return f"every target that could be scored is met ({unscored} could not)" if unscored else "every target is met"


def _broken(records: Sequence[Record], unmet: Sequence[Unmet]) -> list[Reason]:
    of = len(records)
    said = {
        Fault.ERROR: f"of {count(of, 'conversation')} ended without a result",
        Fault.LEAK: "gave away a fact that nobody had asked for",
        Fault.ROLE_BREAK: "fell out of role",
        Fault.TOO_HIGH: "credited somebody who does not coach",
        Fault.OPENED: "opened up to somebody who tells",
    }
    found = []
    for fault, words in said.items():
        keys = {one.key for one in unmet if one.fault is fault}
        if keys:
            number = f"{len(keys)} " if fault is Fault.ERROR else f"{count(len(keys), 'conversation')} "
            found.append(Reason(Decision.STOP, number + words, fault))
    return found


def _short(records: Sequence[Record], unmet: Sequence[Unmet]) -> list[Reason]:
    expected = Expectations(records)
    coached = sum(expected.coaches(record) for record in records)
    found = []
    for fault, words in ((Fault.TOO_LOW, "below the level they deserve"), (Fault.MISSED, "with too few facts")):
        keys = {one.key for one in unmet if one.fault is fault}
        if keys:
            decision = Decision.STOP if len(keys) > FEW_SHORT * coached else Decision.LOOK
            text = f"{len(keys)} of {count(coached, 'conversation')} of coaches came out {words}"
            found.append(Reason(decision, text, fault))
    groups = sum(one.fault is Fault.ORDER for one in unmet)
    if groups:
        text = f"{count(groups, 'group')} of conversations scored too near the coaches, or in the wrong order"
        found.append(Reason(Decision.LOOK, text, Fault.ORDER))
    return found


def _missed(figures: Mapping[str, Figure]) -> list[Reason]:
    told_already = ("leaks", "role_breaks", "errors")
    return [
        Reason(
            Decision.STOP if figure.name == "discrimination" else Decision.LOOK,
            f"{figure.title.lower()} is {shown(figure.value, figure.unit)}, {figure.target} is wanted",
        )
        for figure in figures.values()
        if figure.met is False and figure.name not in told_already
    ]


def _unseen(figures: Mapping[str, Figure]) -> list[Reason]:
    return [
        Reason(Decision.LOOK, f"{figures[name].title.lower()} cannot be told: {figures[name].why}")
        for name in DECISIVE
        if figures[name].value is None
    ]
