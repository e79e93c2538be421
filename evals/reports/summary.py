"""Everything a report says about a run, computed once for the HTML page, the Markdown and the terminal.

It starts with whether to ship, and why. A rehearsal makes three promises: no secret leaks, the rep stays in character,
and a manager who only tells is never praised for coaching. A run that breaks one must not ship. A run that is worse
than it should be, or couldn't be checked in full, needs a review.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import mean
from typing import Any

from ..qualify import RANK, Expected
from ..records import Record
from .expectations import ConversationFault, Expectations, Unmet, elicited_share, fault_text
from .figures import Figure, figures
from .recorded import RecordedRun, digest, scope
from .statistics import Interval, interval_of_ratio
from .wording import plural, shown

FEW_SHORT = 0.05
"""The share of the coaches' conversations that may fall short. More than that isn't just an unlucky seed."""
DECISIVE = ("discrimination", "skilled_score", "teller_score", "elicited_share_coaches", "elicited_share_tellers")
"""Figures that a run must be able to score."""


class Decision(StrEnum):
    """What to do with the run."""

    SHIP = "Ship"
    LOOK = "Look before shipping"
    STOP = "Do not ship"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason. `fault` is the kind of fault behind it, if it refers to a list of conversations."""

    decision: Decision
    text: str
    fault: ConversationFault | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The decision with its reasons, worst first."""

    decision: Decision
    reasons: tuple[Reason, ...]

    def __str__(self) -> str:
        return f"{self.decision}: {'; '.join(reason.text for reason in self.reasons)}"


def verdict(
    records: Sequence[Record], figures: Mapping[str, Figure], unmet: Sequence[Unmet], planned: int | None = None
) -> Verdict:
    """The verdict on a run. `planned` is the planned number of conversations, if known."""
    reasons = [*_broken(records, unmet), *_short(records, unmet), *_missed(figures), *_unseen(figures)]
    if planned is not None and len(records) < planned:
        reasons.append(Reason(Decision.LOOK, f"only {len(records)} of {plural(planned, 'conversation')} were played"))
    order = list(Decision)
    reasons.sort(key=lambda reason: -order.index(reason.decision))
    if reasons:
        return Verdict(reasons[0].decision, tuple(reasons))
    return Verdict(Decision.SHIP, (Reason(Decision.SHIP, f"{as_expected(records)}, and {_targets(figures)}"),))


def as_expected(records: Sequence[Record]) -> str:
    """How many conversations met expectations, for a run without unmet ones."""
    expected = Expectations(records)
    of = sum(expected.of(record) is not None for record in records)
    if not of:
        return (
            f"there are no expectations for {'this' if len(records) == 1 else 'these'} "
            f"{plural(len(records), 'conversation')}"
        )
    rest = len(records) - of
    others = f" ({rest} more {'has' if rest == 1 else 'have'} none)" if rest else ""
    return f"{of} of {plural(of, 'conversation')} met expectations{others}"


def _targets(figures: Mapping[str, Figure]) -> str:
    unscored = sum(bool(figure.target) and figure.value is None for figure in figures.values())
    return (
        f"every figure that could be scored met its target ({unscored} couldn't)" if unscored else "every target is met"
    )


def _broken(records: Sequence[Record], unmet: Sequence[Unmet]) -> list[Reason]:
    of = len(records)
    fault_text = {
        ConversationFault.ERROR: f"of {plural(of, 'conversation')} failed",
        ConversationFault.LEAK: "gave away a fact nobody asked for",
        ConversationFault.ROLE_BREAK: "broke character",
        ConversationFault.TOO_HIGH: "credited a manager who doesn't coach",
        ConversationFault.OPENED: "opened up to a teller",
    }
    found = []
    for fault, words in fault_text.items():
        keys = {one.key for one in unmet if one.fault is fault}
        if keys:
            number = f"{len(keys)} " if fault is ConversationFault.ERROR else f"{plural(len(keys), 'conversation')} "
            found.append(Reason(Decision.STOP, number + words, fault))
    return found


def _short(records: Sequence[Record], unmet: Sequence[Unmet]) -> list[Reason]:
    expected = Expectations(records)
    coached = sum(expected.coaches(record) for record in records)
    found = []
    for fault, words in (
        (ConversationFault.TOO_LOW, "scored below the expected level"),
        (ConversationFault.MISSED, "found too few facts"),
    ):
        keys = {one.key for one in unmet if one.fault is fault}
        if keys:
            decision = Decision.STOP if len(keys) > FEW_SHORT * coached else Decision.LOOK
            text = f"{len(keys)} of {plural(coached, 'conversation')} with coaches {words}"
            found.append(Reason(decision, text, fault))
    groups = sum(one.fault is ConversationFault.ORDER for one in unmet)
    if groups:
        text = f"{plural(groups, 'mean score')} came too close to the coaches', or out of order"
        found.append(Reason(Decision.LOOK, text, ConversationFault.ORDER))
    return found


def _missed(figures: Mapping[str, Figure]) -> list[Reason]:
    told_already = ("leaks", "role_breaks", "errors")
    return [
        Reason(
            Decision.STOP if figure.name == "discrimination" else Decision.LOOK,
            f"{figure.title.lower()}: {shown(figure.value, figure.unit)} (target: {figure.target})",
        )
        for figure in figures.values()
        if figure.met is False and figure.name not in told_already
    ]


def _unseen(figures: Mapping[str, Figure]) -> list[Reason]:
    return [
        Reason(Decision.LOOK, f"{figures[name].title.lower()} can't be scored: {figures[name].why}")
        for name in DECISIVE
        if figures[name].value is None
    ]


_SHORT = 12
"""Length of an abbreviated hash."""
LEVEL_ORDER = ("telling", "mixed", "coaching", "coaching_well")
HEADINGS = {
    ConversationFault.ERROR: "Failed",
    ConversationFault.LEAK: "Gave away a fact nobody asked for",
    ConversationFault.ROLE_BREAK: "Broke character",
    ConversationFault.TOO_HIGH: "Credited without coaching",
    ConversationFault.TOO_LOW: "Below the expected level",
    ConversationFault.OPENED: "Opened up to a teller",
    ConversationFault.MISSED: "Too few facts found",
    ConversationFault.ORDER: "Mean score too close to the coaches', or out of order",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """How many conversations reached a level, their share of the row, and whether that level is expected."""

    level: str
    number: int
    share: float
    wanted: bool


@dataclass(frozen=True, slots=True)
class _Row:
    """One manager's levels. `note` marks scenarios where direction is right, because they have different targets."""

    manager: str
    note: str
    wanted: str
    cells: tuple[Cell, ...]
    unscored: int
    score: float | None
    interval: Interval | None
    facts: float | None
    steps: float


@dataclass(frozen=True, slots=True)
class Summary:
    """A run as shown in its report."""

    run: RecordedRun
    figures: dict[str, Figure]
    unmet: tuple[Unmet, ...]
    verdict: Verdict
    rows: tuple[_Row, ...]

    @property
    def records(self) -> tuple[Record, ...]:
        """The conversations, by key."""
        return self.run.records

    @property
    def title(self) -> str:
        """The run's title."""
        return self.run.about.title or self.run.about.suite or self.run.path.name

    @property
    def played(self) -> str:
        """What was played, in one line."""
        return ", ".join(
            (
                plural(len(self.records), "conversation"),
                plural(len({record.manager for record in self.records}), "manager"),
                plural(len({record.scenario for record in self.records}), "scenario"),
                plural(len({record.seed for record in self.records}), "seed"),
                plural(len({record.voice for record in self.records}), "voice"),
            )
        )

    @property
    def scope(self) -> tuple[str, ...]:
        """Sentences that say what the run covers and what it doesn't."""
        return scope(self.run)

    @property
    def listed(self) -> list[Figure]:
        """Every figure, with the ones that couldn't be scored last."""
        return sorted(self.figures.values(), key=lambda figure: figure.value is None)

    def as_json(self) -> dict[str, Any]:
        """The verdict, every figure and what went wrong, as JSON."""
        return {
            "suite": self.run.about.suite,
            "conversations": len(self.records),
            "verdict": str(self.verdict.decision),
            "reasons": [reason.text for reason in self.verdict.reasons],
            "figures": {name: figure.as_json() for name, figure in self.figures.items()},
            "unmet": [
                {"fault": str(one.fault), "key": one.key, "manager": one.manager, "turn": one.turn, "why": one.why}
                for one in self.unmet
            ],
        }

    def groups(self) -> list[tuple[ConversationFault, str, list[Unmet]]]:
        """What went wrong by kind, worst first, each with its heading."""
        kinds = [(fault, [one for one in self.unmet if one.fault is fault]) for fault in ConversationFault]
        return [(fault, HEADINGS[fault], found) for fault, found in kinds if found]


def summary(run: RecordedRun) -> Summary:
    """Summarize a run."""
    records = run.records
    found, expected = figures(records), Expectations(records)
    unmet = tuple(expected.unmet(records))
    return Summary(
        run, found, unmet, verdict(records, found, unmet, run.about.conversations), tuple(_rows(records, expected))
    )


def in_order(records: Sequence[Record]) -> list[str]:
    """The managers who played, by target (highest first), then by mean score."""
    expected = Expectations(records)
    best: dict[str, tuple[int, float]] = {}
    for manager in {record.manager for record in records}:
        mine = [record for record in records if record.manager == manager]
        ranks = [rank for record in mine if (rank := expected.rank(record)) is not None]
        scores = [record.score for record in mine if record.score is not None]
        best[manager] = (max(ranks, default=-1), mean(scores) if scores else -1.0)
    return sorted(best, key=lambda manager: (*(-part for part in best[manager]), manager))


def _rows(records: Sequence[Record], expected: Expectations) -> Iterable[_Row]:
    for manager in in_order(records):
        for directive_ok in (False, True):
            mine = [
                record
                for record in records
                if record.manager == manager and expected.directive_ok(record.scenario) is directive_ok
            ]
            if mine:
                yield _row(manager, "where direction is right" if directive_ok else "", mine, expected)


def _row(manager: str, note: str, mine: Sequence[Record], expected: Expectations) -> _Row:
    wanted = expected.of(mine[0])
    levels = [record.level for record in mine if not record.error]
    scores = [record.score for record in mine if record.score is not None]
    shares = [share for record in mine if (share := elicited_share(record)) is not None]
    cells = tuple(
        Cell(level, levels.count(level), levels.count(level) / max(1, len(mine)), _wants(wanted, level))
        for level in LEVEL_ORDER
    )
    return _Row(
        manager,
        note,
        _in_words(wanted),
        cells,
        len(mine) - sum(cell.number for cell in cells),
        mean(scores) if scores else None,
        interval_of_ratio(scores, [1.0] * len(scores)),
        mean(shares) if shares else None,
        mean([record.rep_steps for record in mine if not record.error] or [0]),
    )


def _wants(wanted: Expected | None, level: str) -> bool:
    return wanted is None or RANK[wanted.least] <= RANK[level] <= RANK[wanted.most]


def _in_words(wanted: Expected | None) -> str:
    if wanted is None:
        return "no expectation"
    if wanted.least == wanted.most:
        return fault_text(wanted.least)
    if wanted.most == "coaching_well":
        return f"{fault_text(wanted.least)} or better"
    return f"at most {fault_text(wanted.most)}"


def provenance(run: RecordedRun) -> list[tuple[str, str]]:
    """The run's inputs as (name, value), from the records and then from run.json."""
    records = run.records
    lines = "".join(f"{record.as_line()}\n" for record in records)
    rows = [
        ("suite", run.about.suite or "unknown"),
        ("suite's text, SHA-256", digest(run.about.text) if run.about.text else "unknown"),
        ("records, SHA-256", digest(lines)),
        ("reader", _listed(record.reader for record in records)),
        ("rubric", _listed(record.rubric for record in records)),
        ("voices", _listed(record.voice for record in records)),
        ("seeds", _listed(str(record.seed) for record in records)),
    ]
    for scenario in sorted({record.scenario for record in records}):
        here = [record for record in records if record.scenario == scenario]
        variants = _listed(f"{record.variant} {record.digest[:12]}" for record in here)
        rows.append((scenario, variants))
    rows += [(f"inputs: {name}", _plain(value)) for name, value in run.about.inputs.items()]
    return rows + [(name, _plain(value)) for name, value in (run.about.model_extra or {}).items()]


def short_id(text: str) -> str:
    """The text with every SHA-256 abbreviated."""
    return re.sub(r"\b[0-9a-f]{64}\b", lambda found: found[0][:_SHORT], text)


def _listed(values: Iterable[str]) -> str:
    return ", ".join(sorted({value for value in values if value})) or "unknown"


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_plain(inner)}" for name, inner in value.items()) or "none"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
