"""What the charts of a report draw, as plain numbers: the template makes SVG of them. Shares run 0 to 1."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import mean, median

from ..records import Record
from .expectations import Expectations, elicited_share
from .statistics import Interval, interval_of_ratio, percentile

HOW = ("elicited", "donated", "told", "missed")
HIGH = 40
"""Height of a small openness chart in its own units, which are a hundred wide."""


@dataclass(frozen=True, slots=True)
class Dots:
    """Scores of one manager, 0 to 100: each conversation's, their mean and its interval.

    `kind` is coach, other, or unknown where nothing is expected.
    """

    manager: str
    kind: str
    mean: float
    interval: Interval | None
    scores: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """The managers' scores in one scenario by one voice."""

    title: str
    rows: tuple[Dots, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """How a manager's facts came out, (how, mean number, share of all) each."""

    manager: str
    parts: tuple[tuple[str, float, float], ...]


@dataclass(frozen=True, slots=True)
class Openness:
    """Openness after each reply with one manager: the first and the last mean, the line, and the band around it."""

    manager: str
    first: float
    last: float
    line: str
    band: str
    turns: int


@dataclass(frozen=True, slots=True)
class Latency:
    """Seconds a reply of one voice."""

    voice: str
    median: float
    slow: float
    replies: int


def in_order(records: Sequence[Record]) -> list[str]:
    """The managers who played: of whom most is expected first, then by mean score."""
    expected = Expectations(records)
    best: dict[str, tuple[int, float]] = {}
    for manager in {record.manager for record in records}:
        mine = [record for record in records if record.manager == manager]
        ranks = [rank for record in mine if (rank := expected.rank(record)) is not None]
        scores = [record.score for record in mine if record.score is not None]
        best[manager] = (max(ranks, default=-1), mean(scores) if scores else -1.0)
    return sorted(best, key=lambda manager: (*(-part for part in best[manager]), manager))


def panels(records: Sequence[Record]) -> list[Panel]:
    """Scores by manager, a panel for each scenario and voice."""
    expected, managers = Expectations(records), in_order(records)
    voices = {record.voice for record in records}
    found = []
    for scenario, voice in sorted({(record.scenario, record.voice) for record in records}):
        here = [record for record in records if (record.scenario, record.voice) == (scenario, voice)]
        rows = [row for manager in managers if (row := _dots(manager, here, expected))]
        if rows:
            found.append(Panel(scenario if len(voices) == 1 else f"{scenario}, {voice}", tuple(rows)))
    return found


def _dots(manager: str, records: Sequence[Record], expected: Expectations) -> Dots | None:
    mine = [record for record in records if record.manager == manager and record.score is not None]
    scores = tuple(record.score for record in mine if record.score is not None)
    if not scores:
        return None
    interval = interval_of_ratio(scores, [1.0] * len(scores))
    kind = "unknown" if expected.of(mine[0]) is None else "coach" if expected.coaches(mine[0]) else "other"
    return Dots(manager, kind, mean(scores), interval, scores)


def facts(records: Sequence[Record]) -> list[Facts]:
    """How the facts came out, by manager: means over conversations."""
    found = []
    for manager in in_order(records):
        mine = [_counts(record) for record in records if record.manager == manager and record.of]
        if not mine:
            continue
        means = [mean(counts[place] for counts in mine) for place in range(len(HOW))]
        total = sum(means) or 1.0
        found.append(
            Facts(manager, tuple((how, number, number / total) for how, number in zip(HOW, means, strict=True)))
        )
    return found


def _counts(record: Record) -> tuple[float, ...]:
    # The share leaves feelings out; what was donated or told is not told apart in a record.
    elicited = round((elicited_share(record) or 0.0) * record.of)
    donated, told = (sum(how == name for how in record.facts.values()) for name in ("donated", "told"))
    return elicited, donated, told, max(0, record.of - elicited - donated - told)


def openness(records: Sequence[Record]) -> list[Openness]:
    """Openness along the conversation, by manager: the mean and the range over conversations."""
    found = []
    longest = max((len(record.openness) for record in records), default=0)
    for manager in in_order(records):
        mine = [record.openness for record in records if record.manager == manager and len(record.openness) > 1]
        if mine:
            found.append(_along(manager, mine, longest))
    return found


def _along(manager: str, mine: Sequence[tuple[float, ...]], longest: int) -> Openness:
    columns = [[line[turn] for line in mine if len(line) > turn] for turn in range(max(map(len, mine)))]
    means = [mean(column) for column in columns]
    low, high = [min(column) for column in columns], [max(column) for column in columns]
    forth = list(_points(high, longest))
    back = list(_points(low, longest))[::-1]
    return Openness(
        manager, means[0], means[-1], " ".join(_points(means, longest)), " ".join((*forth, *back)), len(columns) - 1
    )


def _points(values: Sequence[float], longest: int) -> Iterable[str]:
    for turn, value in enumerate(values):
        yield f"{100 * turn / max(1, longest - 1):.2f},{HIGH * (1 - value):.2f}"


def latency(records: Sequence[Record]) -> list[Latency]:
    """Seconds a reply, by voice; only voices that are models, whose replies are timed."""
    found = []
    for voice in sorted({record.voice for record in records if record.voice != "lines"}):
        times = [
            reply.seconds
            for record in records
            if record.voice == voice
            for reply in record.replies
            if reply.seconds > 0
        ]
        if times:
            found.append(Latency(voice, median(times), percentile(times, 0.95) or 0.0, len(times)))
    return found
