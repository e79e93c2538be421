"""The words of a recorded conversation with what a report remarks on each turn."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from ..records import Record, ReplyRecord
from .expectations import Expectations, Unmet, breaks_role, deciding, said


@dataclass(frozen=True, slots=True)
class Spoken:
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
    turns: tuple[Spoken, ...]
    chosen: str = ""

    @property
    def reason(self) -> str:
        """Why it has its level: the scorecard's sentence, and in records that hold none the criteria that decide."""
        if self.record.error:
            return f"No result: {self.record.error}"
        decide = deciding(self.record).items()
        listed = ", ".join(f"{said(name)} {said(level)}" for name, level in decide) or "none"
        return f"{self.record.sentence} The criteria that decide: {listed}.".strip()


def conversations(records: Iterable[Record], unmet: Iterable[Unmet]) -> list[Conversation]:
    """The conversations of which something is unmet and words are kept, the gravest first."""
    known = {record.key: record for record in records if record.said}
    by_key: dict[str, list[Unmet]] = {}
    for one in unmet:
        if one.key in known:
            by_key.setdefault(one.key, []).append(one)
    return [
        Conversation(f"c{number}", known[key], tuple(found), tuple(spoken(known[key])))
        for number, (key, found) in enumerate(by_key.items(), 1)
    ]


def examples(records: Sequence[Record], besides: Iterable[str] = ()) -> list[Conversation]:
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
            found.append(Conversation(f"e{len(found) + 1}", record, (), tuple(spoken(record)), why))
    return found


def _best(records: Iterable[Record], wanted: Callable[[Record], bool], sign: int = 1) -> Record | None:
    """The one with the highest score, or the lowest where `sign` is -1; of equals the first."""
    return max(filter(wanted, records), key=lambda record: sign * (record.score or 0), default=None)


def spoken(record: Record) -> Iterable[Spoken]:
    """The turns in order, the manager's first."""
    for index, text in enumerate(record.said):
        place = index // 2
        if index % 2 == 0 or place >= len(record.replies):
            yield Spoken(index, index % 2 == 0, text)
            continue
        reply = record.replies[place]
        yield Spoken(index, False, text, tuple(_remarks(record, place, reply)), tuple(_wrong(reply)))


def _remarks(record: Record, place: int, reply: ReplyRecord) -> Iterable[str]:
    yield said(reply.act)
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
        yield f"role break: {said(reply.objection)}"
    elif reply.objection:
        yield f"the guard objects: {said(reply.objection)}"
    if reply.repeats:
        yield "said before"
    if reply.refused:
        yield f"refused first: {', '.join(map(said, reply.refused))}"
    if reply.fault:
        yield f"written line: {reply.fault}"
