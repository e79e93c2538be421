"""The words of a recorded conversation with what a report remarks on each turn."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .expectations import Unmet, breaks_role, said
from .records import Record, ReplyRecord


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
    """A conversation in which something went wrong. `anchor` names it on the page."""

    anchor: str
    record: Record
    unmet: tuple[Unmet, ...]
    turns: tuple[Spoken, ...]


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
