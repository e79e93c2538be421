"""What must come out of a conversation of a run, held against its record.

What is expected of each manager stands in evals/qualify.py and nowhere else; here it is read for records, which know
no scenario file.
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
"""Objections that say that somebody other than the rep spoke."""
_REACHED = frozenset({"basic", "proficient"})


class ConversationFault(StrEnum):
    """What can be wrong with a conversation, the gravest first."""

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
    """One expectation that was not met; `turn` counts from 0 over the transcript. `key` is empty for one of a group."""

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
    """Who is expected to come out how, in the scenarios of these records."""

    def __init__(self, records: Iterable[Record]) -> None:
        # Only such scenarios have the criterion; a conversation that failed has none, its neighbours do.
        self._direction = {record.scenario for record in records if "instruction" in record.criteria}

    def directive_ok(self, scenario: str) -> bool:
        """Whether direction is right in a scenario."""
        return scenario in self._direction

    def of(self, record: Record) -> Expected | None:
        """What must come out; None for a manager of the user's own, of whom nothing is known."""
        return expected_where(self.directive_ok(record.scenario)).get(record.manager)

    def rank(self, record: Record) -> int | None:
        """The level that must at least be reached, 0 telling to 3 coaching well; None where nothing is expected."""
        wanted = self.of(record)
        return None if wanted is None else RANK[wanted.least]

    def coaches(self, record: Record) -> bool:
        """Whether the manager is expected to come out as a coach."""
        wanted = self.of(record)
        return wanted is not None and RANK[wanted.least] >= RANK["coaching"]

    def finds(self, record: Record) -> bool:
        """Whether most of the facts are expected to come out."""
        wanted = self.of(record)
        return wanted is not None and wanted.share_least > 0

    def fails(self, record: Record) -> bool:
        """Whether the manager is expected not to come out as a coach."""
        wanted = self.of(record)
        return wanted is not None and RANK[wanted.most] < RANK["coaching"]

    def tells(self, record: Record) -> bool:
        """Whether the manager is expected to come out as telling, and nothing better."""
        wanted = self.of(record)
        return wanted is not None and wanted.most == "telling"

    def leads(self, record: Record) -> bool:
        """Whether nobody is expected to come out better in this scenario."""
        wanted = expected_where(self.directive_ok(record.scenario))
        return self.rank(record) == max(RANK[one.least] for one in wanted.values())

    def unmet(self, records: Sequence[Record]) -> list[Unmet]:
        """Every expectation that was not met, the gravest first, then as the records come."""
        found = [one for record in records for one in self._of_one(record)]
        found += self._order(records)
        gravity = list(ConversationFault)
        return sorted(found, key=lambda one: gravity.index(one.fault))

    def _of_one(self, record: Record) -> Iterable[Unmet]:
        def unmet(fault: ConversationFault, why: str, turn: int | None = None) -> Unmet:
            return Unmet(fault, record.manager, place(record), why, record.key, turn)

        if record.error:
            yield unmet(ConversationFault.ERROR, f"no result: {record.error}")
            return
        for number, reply in enumerate(record.replies):
            if reply.leaks:
                yield unmet(ConversationFault.LEAK, f"unreleased words of {', '.join(reply.leaks)}", 2 * number + 1)
            if breaks_role(reply):
                yield unmet(ConversationFault.ROLE_BREAK, reply.objection.replace("_", " "), 2 * number + 1)
        wanted = self.of(record)
        if wanted is None:
            return
        if RANK[record.level] > RANK[wanted.most]:
            yield unmet(
                ConversationFault.TOO_HIGH, f"{fault_text(record.level)}, {fault_text(wanted.most)} at most is wanted"
            )
        if RANK[record.level] < RANK[wanted.least]:
            yield unmet(
                ConversationFault.TOO_LOW,
                f"{fault_text(record.level)}, {fault_text(wanted.least)} is wanted; {_short_of(record)}",
            )
        share = elicited_share(record)
        if share is not None and share > wanted.share_most:
            yield unmet(ConversationFault.OPENED, f"{share:.0%} of the facts, {wanted.share_most:.0%} at most")
        if share is not None and share < wanted.share_least:
            yield unmet(ConversationFault.MISSED, f"{share:.0%} of the facts, {wanted.share_least:.0%} are wanted")

    def _order(self, records: Sequence[Record]) -> Iterable[Unmet]:
        for (scenario, variant, voice), block in _blocks(records).items():
            directive_ok = self.directive_ok(scenario)
            wanted = expected_where(directive_ok)
            means = {manager: mean for manager, mean in block.items() if manager in wanted}
            for failure in out_of_order(variant, means, directive_ok):
                where = f"{scenario}, {variant}" + (f", {voice}" if voice != "lines" else "")
                yield Unmet(ConversationFault.ORDER, failure.manager, where, failure.why)


def place(record: Record) -> str:
    """Where a conversation was played, in words."""
    return f"{record.scenario}, {record.variant}, seed {record.seed}, {record.voice}"


def fault_text(level: str) -> str:
    """A level or criterion as words."""
    return level.replace("_", " ")


def breaks_role(reply: ReplyRecord) -> bool:
    """Whether somebody other than the rep spoke."""
    return reply.objection in ROLE_BREAKS


def elicited_share(record: Record) -> float | None:
    """The share of the facts, those of feeling apart, that came out because the manager asked; 0 to 1."""
    share = record.measures.get("facts_elicited_share")
    return None if share is None else float(share)


def deciding(record: Record) -> dict[str, str]:
    """The levels of the criteria that the overall level is made of, without those that only advise."""
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
