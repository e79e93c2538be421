"""Computes the figures of a run from its records. Each has a value and an interval, or the reason why it has none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..qualify import RANK
from ..records import Record
from .definitions import BY_NAME, DEFINITIONS, DISCRIMINATION, Better, Definition, Fraction, Ratio
from .expectations import Expectations
from .statistics import Interval, cliffs_delta, eta_squared, interval_of_ratio, kendall_tau, order, percentile


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. `of` is how many items of kind `counted` it covers; `why` says why there is no value.

    `target` is the target in words; `met` is None without a target or a value.
    """

    name: str
    title: str
    unit: str
    says: str
    value: float | None
    interval: Interval | None = None
    of: int = 0
    why: str = ""
    target: str = ""
    met: bool | None = None
    counted: str = "conversation"

    def as_json(self) -> dict[str, Any]:
        """value, interval, of, why, target, met."""
        return {
            "value": _rounded(self.value),
            "interval": [round(end, 4) for end in self.interval.as_json()] if self.interval else None,
            "of": self.of,
            "why": self.why,
            "target": self.target,
            "met": self.met,
        }


def figures(records: Sequence[Record]) -> dict[str, Figure]:
    """Every figure by name, in report order."""
    expected = Expectations(records)
    found = [_discrimination(records, expected)]
    found += [_one(definition, records, expected) for definition in DEFINITIONS]
    found += [
        _effect(records, expected),
        _slowest(records),
        _agreement(records),
        _by_manager(records),
        _by_voice(records),
    ]
    return {figure.name: figure for figure in found}


def shares(part: Ratio, records: Iterable[Record], expected: Expectations) -> dict[str, Fraction]:
    """Numerator and denominator, by key, of every conversation that the figure applies to."""
    found = {record.key: part(record, expected) for record in records}
    return {key: share for key, share in found.items() if share is not None}


def blocks(records: Iterable[Record], expected: Expectations) -> dict[str, Fraction]:
    """Discrimination by group: one scenario, variant, seed and voice, played by every manager.

    The numerator is the group's rank order (see `statistics.order`), the denominator 1.
    """
    members: dict[str, list[tuple[float, float]]] = {}
    for record in records:
        rank = expected.rank(record)
        if rank is not None and record.score is not None:
            name = f"{record.scenario}/{record.variant}/{record.seed}/{record.voice}"
            members.setdefault(name, []).append((rank, record.score))
    found = {name: order([rank for rank, _ in pairs], [score for _, score in pairs]) for name, pairs in members.items()}
    return {name: (tau, 1.0) for name, tau in found.items() if tau is not None}


def target_of(definition: Definition) -> str:
    """The target in words; empty if there is none."""
    if definition.target is None:
        return ""
    if definition.counts and definition.target == 0:
        return "none allowed"
    shown = f"{definition.target:.0%}" if definition.unit == "share" else f"{definition.target:g}"
    return f"{'at least' if definition.better is Better.MORE else 'at most'} {shown}"


def _one(definition: Definition, records: Sequence[Record], expected: Expectations) -> Figure:
    return _from_shares(definition, list(shares(definition.part, records, expected).values()))


def _discrimination(records: Sequence[Record], expected: Expectations) -> Figure:
    return replace(_from_shares(DISCRIMINATION, list(blocks(records, expected).values())), counted="group")


def _from_shares(definition: Definition, found: Sequence[Fraction]) -> Figure:
    plain = (definition.name, definition.title, definition.unit, definition.says)
    if not found:
        return Figure(*plain, None, why=definition.none or "there are no conversations", target=target_of(definition))
    parts, wholes = [part for part, _ in found], [whole for _, whole in found]
    value = sum(parts) if definition.counts else sum(parts) / sum(wholes)
    interval = None if definition.counts else interval_of_ratio(parts, wholes)
    return Figure(*plain, value, interval, len(found), target=target_of(definition), met=definition.meets(value))


def _effect(records: Sequence[Record], expected: Expectations) -> Figure:
    says = (
        "How often a coach's conversation scores above a non-coach's, minus how often it scores below, over all pairs "
        "of conversations (Cliff's delta)."
    )
    coached = [record.score for record in records if record.score is not None and expected.coaches(record)]
    others = [record.score for record in records if record.score is not None and expected.fails(record)]
    value = cliffs_delta(coached, others)
    why = "this needs both coaches and non-coaches" if value is None else ""
    title = "Coaching effect size"
    return Figure("effect_size", title, "-1 to 1", says, value, of=len(coached) + len(others), why=why)


def _slowest(records: Sequence[Record]) -> Figure:
    says = "95% of a model's replies are complete within this time."
    times = [reply.seconds for record in records if record.voice != "lines" for reply in record.replies]
    value = percentile([time for time in times if time > 0], 0.95)
    return Figure(
        "latency_p95", "Seconds per reply, p95", "s", says, value, of=len(times),
        why="" if value is not None else BY_NAME["latency"].none, counted="reply",
    )  # fmt: skip


def _agreement(records: Sequence[Record]) -> Figure:
    says = "Kendall's tau-b between the judge's rating (mean of medians) and the computed level, if judged."
    pairs = []
    for record in records:
        medians = [one.median for one in record.judged if one.median is not None]
        if medians and record.level != "not_scored":
            pairs.append((sum(medians) / len(medians), float(RANK[record.level])))
    value = kendall_tau([rating for rating, _ in pairs], [level for _, level in pairs])
    why = "no judge was used" if not pairs else "the judge's ratings, or the levels, are the same everywhere"
    why = why if value is None else ""
    return Figure("judge_agreement", "Judge's agreement", "-1 to 1", says, value, of=len(pairs), why=why)


def _by_manager(records: Sequence[Record]) -> Figure:
    says = "Share of the score's variance that the manager explains, 0 to 1 (eta squared)."
    return _variance("eta_manager", "Variance explained by the manager", says, _scores(records, "manager"), "manager")


def _by_voice(records: Sequence[Record]) -> Figure:
    says = "The same for the voice. Skill should explain more of the score than the model does."
    return _variance("eta_voice", "Variance explained by the voice", says, _scores(records, "voice"), "voice")


def _scores(records: Sequence[Record], group: str) -> Mapping[str, list[float]]:
    found: dict[str, list[float]] = {}
    for record in records:
        if record.score is not None:
            found.setdefault(getattr(record, group), []).append(float(record.score))
    return found


def _variance(name: str, title: str, says: str, scores: Mapping[str, list[float]], group: str) -> Figure:
    value = eta_squared(scores)
    if value is not None:
        why = ""
    elif len(scores) < 2:
        why = f"there is only one {group}, so nothing to compare" if scores else "no conversation has a score"
    else:
        why = "every conversation has the same score"
    return Figure(name, title, "share", says, value, of=sum(map(len, scores.values())), why=why)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
