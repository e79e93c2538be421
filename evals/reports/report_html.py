"""The report as one page, with charts and the words of conversations: no script, no request, nothing beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median
from typing import Any

from ..records import Record, ReplyRecord
from ..simulate import persons
from .definitions import BY_NAME, CLOCK, Better
from .expectations import Expectations, Unmet, breaks_role, deciding, elicited_share, fault_text
from .figures import Figure
from .statistics import Interval, interval_of_ratio, percentile
from .summary import LEVEL_ORDER, Decision, Summary, as_expected, in_order, provenance, short_id
from .wording import between, plural, shown

_HOW = ("elicited", "donated", "told", "missed")
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


def facts_by_manager(records: Sequence[Record]) -> list[Facts]:
    """How the facts came out, by manager: means over conversations."""
    found = []
    for manager in in_order(records):
        mine = [_counts(record) for record in records if record.manager == manager and record.of]
        if not mine:
            continue
        means = [mean(counts[place] for counts in mine) for place in range(len(_HOW))]
        total = sum(means) or 1.0
        found.append(
            Facts(manager, tuple((how, number, number / total) for how, number in zip(_HOW, means, strict=True)))
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


@dataclass(frozen=True, slots=True)
class _Spoken:
    """One turn; `remarks` say what the rep did, `wrong` what is wrong with it."""

    index: int
    manager: bool
    text: str
    remarks: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation whose words are shown; `chosen` says why, where nothing went wrong. `anchor` names its place."""

    anchor: str
    record: Record
    unmet: tuple[Unmet, ...]
    turns: tuple[_Spoken, ...]
    chosen: str = ""

    @property
    def reason(self) -> str:
        """Why it has its level: the scorecard's sentence, and in records that hold none the criteria that decide."""
        if self.record.error:
            return f"No result: {self.record.error}"
        decide = deciding(self.record).items()
        listed = ", ".join(f"{fault_text(name)} {fault_text(level)}" for name, level in decide) or "none"
        return f"{self.record.sentence} Deciding criteria: {listed}.".strip()


def _conversations(records: Iterable[Record], unmet: Iterable[Unmet]) -> list[Conversation]:
    """The conversations of which something is unmet and words are kept, the gravest first."""
    known = {record.key: record for record in records if record.said}
    by_key: dict[str, list[Unmet]] = {}
    for one in unmet:
        if one.key in known:
            by_key.setdefault(one.key, []).append(one)
    return [
        Conversation(f"c{number}", known[key], tuple(found), tuple(_spoken(known[key])))
        for number, (key, found) in enumerate(by_key.items(), 1)
    ]


def example_transcripts(records: Sequence[Record], besides: Iterable[str] = ()) -> list[Conversation]:
    """The best-scored coach, the lowest-scored teller and who came nearest to a coach without being one.

    Where nothing is expected of anybody, the best-scored and the lowest-scored. None whose key is in `besides`.
    """
    expected = Expectations(records)
    heard = [record for record in records if record.said and record.score is not None]
    if any(expected.of(record) for record in heard):
        chosen = [
            (_best(heard, expected.coaches), "the best-scored coach"),
            (_best(heard, expected.tells, -1), "the lowest-scored of those who must come out as telling"),
            (_best(heard, expected.fails), "the best-scored of those who must not come out as a coach"),
        ]
    else:
        chosen = [(_best(heard, bool), "the best-scored"), (_best(heard, bool, -1), "the lowest-scored")]
    seen, found = set(besides), list[Conversation]()
    for record, why in chosen:
        if record and record.key not in seen:
            seen.add(record.key)
            found.append(Conversation(f"e{len(found) + 1}", record, (), tuple(_spoken(record)), why))
    return found


def _best(records: Iterable[Record], wanted: Callable[[Record], bool], sign: int = 1) -> Record | None:
    """The one with the highest score, or the lowest where `sign` is -1; of equals the first."""
    return max(filter(wanted, records), key=lambda record: sign * (record.score or 0), default=None)


def _spoken(record: Record) -> Iterable[_Spoken]:
    """The turns in order, the manager's first."""
    for index, text in enumerate(record.said):
        place = index // 2
        if index % 2 == 0 or place >= len(record.replies):
            yield _Spoken(index, index % 2 == 0, text)
            continue
        reply = record.replies[place]
        yield _Spoken(index, False, text, tuple(_remarks(record, place, reply)), tuple(_wrong(reply)))


def _remarks(record: Record, place: int, reply: ReplyRecord) -> Iterable[str]:
    yield fault_text(reply.act)
    if reply.withheld:
        yield "withheld"
    if place + 1 < len(record.openness):
        yield f"openness {record.openness[place + 1]:.2f}"
    if record.voice != "lines" and reply.seconds:
        yield f"{reply.seconds:.1f} s"


def _wrong(reply: ReplyRecord) -> Iterable[str]:
    if reply.leaks:
        yield f"leaks {', '.join(reply.leaks)}"
    if breaks_role(reply):
        yield f"role break: {fault_text(reply.objection)}"
    elif reply.objection:
        yield f"the guard objects: {fault_text(reply.objection)}"
    if reply.repeats:
        yield "said before"
    if reply.refused:
        yield f"refused first: {', '.join(map(fault_text, reply.refused))}"
    if reply.fault:
        yield f"written line: {reply.fault}"


TEMPLATES = Path(__file__).parent / "templates"
CARDS = (
    "discrimination",
    "skilled_score",
    "teller_score",
    "elicited_share_coaches",
    "elicited_share_tellers",
    "leaks",
    "role_breaks",
    "errors",
)
"""The figures that are looked at first."""
HINTS = {
    "discrimination": "1: every coach scores above everybody who is none; 0: no order",
    "skilled_score": "of the manager with the highest target, 0 to 100",
    "teller_score": "of those who must come out as telling, 0 to 100",
    "elicited_share_coaches": "came out because a coach asked",
    "elicited_share_tellers": "came out because a teller asked",
    "leaks": "facts in the rep's words that nobody had brought out",
    "role_breaks": "replies in which the rep spoke as somebody else",
    "errors": "conversations without a result",
}
"""What each of them is, in the fewest words."""
HOWS = {
    "elicited": "Elicited: the manager asked.",
    "donated": "Donated: the rep gave it unasked.",
    "told": "Told: the manager said it first.",
    "missed": "Missed: it never came up.",
}
_MOST = 60
"""Conversations whose words are put on the page; records.jsonl has them all."""
_CLASSES = {Decision.SHIP: "ship", Decision.LOOK: "look", Decision.STOP: "stop"}


def as_html(told: Summary) -> str:
    """The page. Everything that somebody wrote is escaped by the template."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters: dict[str, Callable[..., Any]] = {
        "said": fault_text, "shown": shown, "between": between, "count": plural, "shortened": short_id,
    }  # fmt: skip
    environment.filters.update(filters)
    return environment.get_template("report.html.j2").render(_context(told)) + "\n"


def _context(told: Summary) -> dict[str, Any]:
    records = told.records
    wrong = _conversations(records, told.unmet)
    told_facts = facts_by_manager(records)
    return {
        "told": told,
        "hints": HINTS,
        "behind": _behind(told),
        "abouts": {one.id: one.about for one in persons()},
        "directive": _directive(told),
        "as_expected": as_expected(records),
        "examples": example_transcripts(records, [one.record.key for one in wrong[:_MOST]]),
        "says_how": HOWS,
        "hows": [
            how for how in _HOW if any(number for row in told_facts for name, number, _ in row.parts if name == how)
        ],
        "mood": _CLASSES[told.verdict.decision],
        "cards": _cards(told),
        "missed": [figure for figure in told.figures.values() if figure.met is False],
        "levels": LEVEL_ORDER,
        "unscored": any(row.unscored for row in told.rows),
        "groups": told.groups(),
        "conversations": wrong[:_MOST],
        "left_out": len(wrong) - _MOST,
        "anchors": {one.record.key: one.anchor for one in wrong[:_MOST]},
        "panels": panels(records),
        "facts": told_facts,
        "openness": openness(records),
        "latency": latency(records),
        "high": HIGH,
        "tolerances": {
            name: (told.run.about.tolerance.get(name, definition.tolerance), definition.unit)
            for name, definition in BY_NAME.items()
            if name not in CLOCK and (name in told.run.about.tolerance or definition.better is not Better.NEITHER)
        },
        "provenance": provenance(told.run),
    }


def _behind(told: Summary) -> dict[str, str]:
    """By figure of some managers only, who these are."""
    expected = Expectations(told.records)
    of = {
        "skilled_score": expected.leads,
        "teller_score": expected.tells,
        "elicited_share_coaches": expected.finds,
        "elicited_share_tellers": expected.tells,
        "donated_share_tellers": expected.tells,
    }
    return {
        name: ", ".join(sorted({one.manager for one in told.records if wanted(one)})) for name, wanted in of.items()
    }


def _directive(told: Summary) -> list[str]:
    """The scenarios in which direction is right."""
    expected = Expectations(told.records)
    return [name for name in sorted({one.scenario for one in told.records}) if expected.directive_ok(name)]


def _cards(told: Summary) -> list[Figure]:
    """The figures that decide, and whatever else misses its target."""
    missed = [name for name, figure in told.figures.items() if figure.met is False and name not in CARDS]
    return [told.figures[name] for name in (*CARDS, *missed)]
