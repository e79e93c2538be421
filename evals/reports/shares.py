"""What one conversation adds to a figure: a part and a whole, so that figures are sums over sums."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median

from ..records import Record, ReplyRecord
from .expectations import Expectations

GIVING = frozenset({"release", "answer", "more", "confirm", "insight", "insight_again", "step", "commit"})
"""Acts of the rep that give something to a genuine question."""
FIRST = 3
"""Replies from the start within which a rep is as guarded as he was set up to be; later it is the manager's work."""
Share = tuple[float, float]
"""A conversation's part and whole."""
Part = Callable[[Record, Expectations], Share | None]
"""None where the figure says nothing of the conversation."""


def share_of_replies(of: Callable[[ReplyRecord], bool]) -> Part:
    """The share of replies of which something holds."""

    def part(record: Record, _: Expectations) -> Share | None:
        return (sum(map(of, record.replies)), len(record.replies)) if record.replies else None

    return part


def share_of_model_replies(of: Callable[[ReplyRecord], bool]) -> Part:
    """The same of the conversations that a model voiced."""
    plain = share_of_replies(of)
    return lambda record, expected: None if record.voice == "lines" else plain(record, expected)


def counted(of: Callable[[Record], int]) -> Part:
    """A number that is summed over conversations, never divided."""
    return lambda record, _: (of(record), 1)


def mean_of(of: Callable[[Record], float | None], who: Callable[[Expectations, Record], bool] | None = None) -> Part:
    """One value a conversation, of those whose manager is meant."""

    def part(record: Record, expected: Expectations) -> Share | None:
        if record.error or (who is not None and not who(expected, record)):
            return None
        value = of(record)
        return None if value is None else (value, 1)

    return part


def guardedness(record: Record) -> Share | None:
    """(replies that withheld, replies to genuine questions) among the first three; None where nothing was asked."""
    asked = [reply for reply in record.replies[:FIRST] if reply.withheld or reply.act in GIVING]
    return (sum(reply.withheld for reply in asked), len(asked)) if asked else None


def gap(record: Record) -> float | None:
    """Guardedness seen less guardedness set, which is 1 - openness at the start; -1 to 1."""
    seen = guardedness(record)
    if seen is None or not record.openness:
        return None
    return seen[0] / seen[1] - (1 - record.openness[0])


def donated(record: Record) -> float | None:
    """The share of the facts that the rep gave unasked, 0 to 1; a feeling counts where one was donated."""
    return sum(how == "donated" for how in record.facts.values()) / record.of if record.of else None


def spoken(of: Callable[[ReplyRecord], float]) -> Callable[[Record], float | None]:
    """The median over the replies that took any time: a voice that is not timed has none."""

    def value(record: Record) -> float | None:
        timed = [of(reply) for reply in record.replies if of(reply) > 0]
        return median(timed) if timed and record.voice != "lines" else None

    return value


def tokens(record: Record) -> float | None:
    """Tokens in and out of all replies; None where none were counted."""
    spent = sum(reply.tokens_in + reply.tokens_out for reply in record.replies)
    return spent or None


def spread(record: Record) -> float | None:
    """The judge's spread, mean over its scales; None where nothing was judged."""
    spreads = [one.spread for one in record.judged if one.spread is not None]
    return sum(spreads) / len(spreads) if spreads else None


def score(record: Record) -> float | None:
    """The score, 0 to 100."""
    return record.score
