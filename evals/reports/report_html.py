"""Renders the report as one HTML page with charts and transcripts. It needs no scripts, requests or other files."""

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
"""Height of a small openness chart in its own units. Its width is 100."""


@dataclass(frozen=True, slots=True)
class Dots:
    """One manager's scores, 0 to 100: each conversation's, the mean and its interval.

    `kind` is coach, other, or unknown if the manager has no expectations.
    """

    manager: str
    kind: str
    mean: float
    interval: Interval | None
    scores: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """The managers' scores in one scenario with one voice."""

    title: str
    rows: tuple[Dots, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """How one manager's facts came out: (how, mean number, share of all facts) for each way."""

    manager: str
    parts: tuple[tuple[str, float, float], ...]


@dataclass(frozen=True, slots=True)
class Openness:
    """Openness after each reply with one manager: the first and last mean, the line, and the band around it."""

    manager: str
    first: float
    last: float
    line: str
    band: str
    turns: int


@dataclass(frozen=True, slots=True)
class Latency:
    """Seconds per reply of one voice."""

    voice: str
    median: float
    slow: float
    replies: int


def panels(records: Sequence[Record]) -> list[Panel]:
    """Scores by manager, with a panel for each scenario and voice."""
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
    """How the facts came out for each manager, as means over conversations."""
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
    # The share leaves feelings out. Records don't say which of the donated and told facts are feelings.
    elicited = round((elicited_share(record) or 0.0) * record.of)
    donated, told = (sum(how == name for how in record.facts.values()) for name in ("donated", "told"))
    return elicited, donated, told, max(0, record.of - elicited - donated - told)


def openness(records: Sequence[Record]) -> list[Openness]:
    """Openness over the conversation for each manager: mean and range."""
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
    """Seconds per reply by voice, only for models, because only their replies are timed."""
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
    """One turn. `remarks` say what the rep did, `wrong` lists what is wrong with it."""

    index: int
    manager: bool
    text: str
    remarks: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation shown in full. `chosen` says why if nothing went wrong in it; `anchor` is its link target."""

    anchor: str
    record: Record
    unmet: tuple[Unmet, ...]
    turns: tuple[_Spoken, ...]
    chosen: str = ""

    @property
    def reason(self) -> str:
        """The scorecard's sentence (missing in older records) and the deciding criteria."""
        if self.record.error:
            return f"Failed: {self.record.error}"
        decide = deciding(self.record).items()
        listed = ", ".join(f"{fault_text(name)} {fault_text(level)}" for name, level in decide) or "none"
        return f"{self.record.sentence} Deciding criteria: {listed}.".strip()


def _conversations(records: Iterable[Record], unmet: Iterable[Unmet]) -> list[Conversation]:
    """The conversations with unmet expectations and recorded words, worst first."""
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
    """The best coach, the lowest-scoring teller, and the highest-scoring manager who must not pass as a coach.

    Without any expectations, the highest and the lowest score. Leaves out the keys in `besides`.
    """
    expected = Expectations(records)
    heard = [record for record in records if record.said and record.score is not None]
    if any(expected.of(record) for record in heard):
        chosen = [
            (_best(heard, expected.coaches), "the highest-scoring coach"),
            (_best(heard, expected.tells, -1), "the lowest-scoring teller"),
            (_best(heard, expected.fails), "the highest score of a manager who must not pass as a coach"),
        ]
    else:
        chosen = [(_best(heard, bool), "the highest score"), (_best(heard, bool, -1), "the lowest score")]
    seen, found = set(besides), list[Conversation]()
    for record, why in chosen:
        if record and record.key not in seen:
            seen.add(record.key)
            found.append(Conversation(f"e{len(found) + 1}", record, (), tuple(_spoken(record)), why))
    return found


def _best(records: Iterable[Record], wanted: Callable[[Record], bool], sign: int = 1) -> Record | None:
    """The record with the highest score, or the lowest if `sign` is -1; the first one in a tie."""
    return max(filter(wanted, records), key=lambda record: sign * (record.score or 0), default=None)


def _spoken(record: Record) -> Iterable[_Spoken]:
    """The turns in order, starting with the manager's."""
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
        yield f"rejected first: {', '.join(map(fault_text, reply.refused))}"
    if reply.fault:
        yield f"scripted line: {reply.fault}"


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
"""The figures shown at the top."""
HINTS = {
    "discrimination": "1: every coach scores above everyone else; 0: the order is random",
    "skilled_score": "the manager with the highest target, 0 to 100",
    "teller_score": "managers whose expected level is telling, 0 to 100",
    "elicited_share_coaches": "share of facts that coaches found by asking",
    "elicited_share_tellers": "share of facts that tellers found by asking",
    "leaks": "facts the rep gave away before they were released",
    "role_breaks": "replies in which the rep spoke as someone else",
    "errors": "conversations that failed",
}
"""A short explanation of each."""
HOWS = {
    "elicited": "Elicited: the manager asked.",
    "donated": "Donated: the rep gave it unasked.",
    "told": "Told: the manager said it first.",
    "missed": "Missed: it did not come out.",
}
_MOST = 60
"""Maximum number of transcripts on the page. records.jsonl has them all."""
_CLASSES = {Decision.SHIP: "ship", Decision.LOOK: "look", Decision.STOP: "stop"}


def as_html(told: Summary) -> str:
    """The page. The template escapes everything that comes from users or models."""
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
    """The managers behind each figure that covers only some of them."""
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
    """The scenarios where direction is right."""
    expected = Expectations(told.records)
    return [name for name in sorted({one.scenario for one in told.records}) if expected.directive_ok(name)]


def _cards(told: Summary) -> list[Figure]:
    """The deciding figures, and any other that misses its target."""
    missed = [name for name, figure in told.figures.items() if figure.met is False and name not in CARDS]
    return [told.figures[name] for name in (*CARDS, *missed)]
