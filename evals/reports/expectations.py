"""Compares the records of a run with what each conversation should achieve.

The expectations for each manager are defined only in evals/qualify.py. This module applies them to records, without
loading scenario files.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.guard.kinds import Kind
from bot.scoring.score import thresholds

from ..qualify import RANK, Expected, expected_where, out_of_order
from ..records import Record, ReplyRecord

ROLE_BREAKS = frozenset({Kind.OUT_OF_ROLE, Kind.SPEAKS_AS_MANAGER, Kind.COACHING})
"""Objections that mean someone other than the rep spoke."""
_REACHED = frozenset({"basic", "proficient"})


class ConversationFault(StrEnum):
    """What can go wrong in a conversation, worst first."""

    ERROR = "error"
    LEAK = "leak"
    ROLE_BREAK = "role_break"
    TOO_HIGH = "too_high"
    TOO_LOW = "too_low"
    OPENED = "opened"
    MISSED = "missed"
    ORDER = "order"


@dataclass(frozen=True, slots=True)
class Unmet:
    """An expectation that wasn't met. `turn` counts from 0 over the transcript; `key` is empty for a group."""

    fault: ConversationFault
    manager: str
    where: str
    why: str
    key: str = ""
    turn: int | None = None

    def __str__(self) -> str:
        turn = f", turn {self.turn}" if self.turn is not None else ""
        return f"{self.manager} in {self.where}{turn}: {self.why}"


class Expectations:
    """The expected result of each manager in the scenarios of these records."""

    def __init__(self, records: Iterable[Record]) -> None:
        # Only scenarios where direction is right have this criterion. Failed conversations lack it, so check them all.
        self._direction = {record.scenario for record in records if "instruction" in record.criteria}

    def directive_ok(self, scenario: str) -> bool:
        """Whether direction is right in a scenario."""
        return scenario in self._direction

    def of(self, record: Record) -> Expected | None:
        """The expected result; None for the user's own managers."""
        return expected_where(self.directive_ok(record.scenario)).get(record.manager)

    def rank(self, record: Record) -> int | None:
        """The minimum level, from 0 (telling) to 3 (coaching well); None if there is no expectation."""
        wanted = self.of(record)
        return None if wanted is None else RANK[wanted.least]

    def coaches(self, record: Record) -> bool:
        """Whether the manager should pass as a coach."""
        wanted = self.of(record)
        return wanted is not None and RANK[wanted.least] >= RANK["coaching"]

    def finds(self, record: Record) -> bool:
        """Whether the manager should find most of the facts."""
        wanted = self.of(record)
        return wanted is not None and wanted.share_least > 0

    def fails(self, record: Record) -> bool:
        """Whether the manager must not pass as a coach."""
        wanted = self.of(record)
        return wanted is not None and RANK[wanted.most] < RANK["coaching"]

    def tells(self, record: Record) -> bool:
        """Whether the manager's expected level is telling, and no higher."""
        wanted = self.of(record)
        return wanted is not None and wanted.most == "telling"

    def leads(self, record: Record) -> bool:
        """Whether no manager has a higher target in this scenario."""
        wanted = expected_where(self.directive_ok(record.scenario))
        return self.rank(record) == max(RANK[one.least] for one in wanted.values())

    def unmet(self, records: Sequence[Record]) -> list[Unmet]:
        """Every expectation that wasn't met, worst first, then in the order of the records."""
        found = [one for record in records for one in self._of_one(record)]
        found += self._order(records)
        gravity = list(ConversationFault)
        return sorted(found, key=lambda one: gravity.index(one.fault))

    def _of_one(self, record: Record) -> Iterable[Unmet]:
        def unmet(fault: ConversationFault, why: str, turn: int | None = None) -> Unmet:
            return Unmet(fault, record.manager, place(record), why, record.key, turn)

        if record.error:
            yield unmet(ConversationFault.ERROR, f"failed: {record.error}")
            return
        for number, reply in enumerate(record.replies):
            if reply.leaks:
                yield unmet(ConversationFault.LEAK, f"gave away {', '.join(reply.leaks)}", 2 * number + 1)
            if breaks_role(reply):
                yield unmet(ConversationFault.ROLE_BREAK, reply.objection.replace("_", " "), 2 * number + 1)
        wanted = self.of(record)
        if wanted is None:
            return
        if RANK[record.level] > RANK[wanted.most]:
            yield unmet(
                ConversationFault.TOO_HIGH,
                f"{fault_text(record.level)}, but should be at most {fault_text(wanted.most)}",
            )
        if RANK[record.level] < RANK[wanted.least]:
            yield unmet(
                ConversationFault.TOO_LOW,
                f"{fault_text(record.level)}, but should be at least {fault_text(wanted.least)}; {_short_of(record)}",
            )
        share = elicited_share(record)
        if share is not None and share > wanted.share_most:
            why = f"got {share:.0%} of the facts, but should get at most {wanted.share_most:.0%}"
            yield unmet(ConversationFault.OPENED, why)
        if share is not None and share < wanted.share_least:
            why = f"got {share:.0%} of the facts, but should get at least {wanted.share_least:.0%}"
            yield unmet(ConversationFault.MISSED, why)

    def _order(self, records: Sequence[Record]) -> Iterable[Unmet]:
        for (scenario, variant, voice), block in _blocks(records).items():
            directive_ok = self.directive_ok(scenario)
            wanted = expected_where(directive_ok)
            means = {manager: mean for manager, mean in block.items() if manager in wanted}
            for failure in out_of_order(variant, means, directive_ok):
                where = f"{scenario}, {variant}" + (f", {voice}" if voice != "lines" else "")
                yield Unmet(ConversationFault.ORDER, failure.manager, where, failure.why)


def place(record: Record) -> str:
    """Where a conversation took place, in words."""
    return f"{record.scenario}, {record.variant}, seed {record.seed}, {record.voice}"


def fault_text(level: str) -> str:
    """A level or criterion in words."""
    return level.replace("_", " ")


def breaks_role(reply: ReplyRecord) -> bool:
    """Whether someone other than the rep spoke."""
    return reply.objection in ROLE_BREAKS


def elicited_share(record: Record) -> float | None:
    """The share of the facts (without feelings) that the manager elicited, 0 to 1."""
    share = record.measures.get("facts_elicited_share")
    return None if share is None else float(share)


def deciding(record: Record) -> dict[str, str]:
    """The levels of the criteria that decide the overall level, without purely advisory ones."""
    kinds = ("directive", "well") if "instruction" in record.criteria else ("required", "practice", "well", "cap")
    wanted = {entry.id for entry in thresholds().criteria if entry.kind in kinds} | {"balance"}
    return {name: level for name, level in record.criteria.items() if name in wanted}


def _short_of(record: Record) -> str:
    short = [fault_text(name) for name, level in deciding(record).items() if level not in _REACHED]
    return f"not reached: {', '.join(short)}" if short else "every criterion was reached"


def _blocks(records: Sequence[Record]) -> Mapping[tuple[str, str, str], dict[str, float]]:
    """The mean score of each manager by scenario, variant and voice."""
    scores: dict[tuple[str, str, str], dict[str, list[int]]] = {}
    for record in records:
        if record.score is not None:
            block = scores.setdefault((record.scenario, record.variant, record.voice), {})
            block.setdefault(record.manager, []).append(record.score)
    return {
        key: {manager: sum(values) / len(values) for manager, values in block.items()} for key, block in scores.items()
    }
