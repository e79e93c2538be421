"""Defines each figure that uses one number per conversation: what it counts, and whether more or less is better.

A figure is the sum of the conversations' numerators over the sum of their denominators; a count is a plain sum. Suites
refer to figures by these names when they set tolerances.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

from ..qualify import EXPECTED, RANK
from ..records import Record, ReplyRecord
from .expectations import Expectations, breaks_role, elicited_share

GIVING = frozenset({"release", "answer", "more", "confirm", "insight", "insight_again", "step", "commit", "entry"})
"""The rep's acts that give something in reply to a genuine question."""
_FIRST = 3
"""Number of replies, from the start, that show how guarded the rep was set to be. Later ones depend on the manager."""
Fraction = tuple[float, float]
"""A conversation's numerator and denominator."""
Ratio = Callable[[Record, Expectations], Fraction | None]
"""None if the figure doesn't apply to the conversation."""


def share_of_replies(of: Callable[[ReplyRecord], bool]) -> Ratio:
    """The share of replies for which `of` is true."""

    def part(record: Record, _: Expectations) -> Fraction | None:
        return (sum(map(of, record.replies)), len(record.replies)) if record.replies else None

    return part


def share_of_model_replies(of: Callable[[ReplyRecord], bool]) -> Ratio:
    """The same, only for conversations with a model's voice."""
    plain = share_of_replies(of)
    return lambda record, expected: None if record.voice == "lines" else plain(record, expected)


def counted(of: Callable[[Record], int]) -> Ratio:
    """A number summed over conversations, and never divided."""
    return lambda record, _: (of(record), 1)


def mean_of(of: Callable[[Record], float | None], who: Callable[[Expectations, Record], bool] | None = None) -> Ratio:
    """One value per conversation, only for the managers that `who` selects."""

    def part(record: Record, expected: Expectations) -> Fraction | None:
        if record.error or (who is not None and not who(expected, record)):
            return None
        value = of(record)
        return None if value is None else (value, 1)

    return part


def guardedness(record: Record) -> Fraction | None:
    """(replies that withheld, replies to genuine questions) among the first three; None if there was no question."""
    asked = [reply for reply in record.replies[:_FIRST] if reply.withheld or reply.act in GIVING]
    return (sum(reply.withheld for reply in asked), len(asked)) if asked else None


def gap(record: Record) -> float | None:
    """Observed minus intended guardedness (1 - initial openness), -1 to 1."""
    seen = guardedness(record)
    if seen is None or not record.openness:
        return None
    return seen[0] / seen[1] - (1 - record.openness[0])


def donated(record: Record) -> float | None:
    """The share of the facts that the rep gave unasked, 0 to 1. A donated feeling counts too."""
    return sum(how == "donated" for how in record.facts.values()) / record.of if record.of else None


def spoken_words(of: Callable[[ReplyRecord], float]) -> Callable[[Record], float | None]:
    """The median over timed replies; None for voices that aren't timed."""

    def value(record: Record) -> float | None:
        timed = [of(reply) for reply in record.replies if of(reply) > 0]
        return median(timed) if timed and record.voice != "lines" else None

    return value


def tokens_used(record: Record) -> float | None:
    """Input and output tokens of all replies; None if none were counted."""
    spent = sum(reply.tokens_in + reply.tokens_out for reply in record.replies)
    return spent or None


def score_spread(record: Record) -> float | None:
    """The judge's spread, averaged over its scales; None without ratings."""
    spreads = [one.spread for one in record.judged if one.spread is not None]
    return sum(spreads) / len(spreads) if spreads else None


def mean_score(record: Record) -> float | None:
    """The score, 0 to 100."""
    return record.score


_NO_VOICE = "no model spoke, and scripted lines take almost no time"


class Better(StrEnum):
    """Which way a figure should go."""

    MORE = "more"
    LESS = "less"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class Definition:
    """A figure. `counts` marks a plain sum; `hard` means that any change for the worse is a regression.

    `target` is what a run should reach, and `tolerance` how much worse it may be than another run, both in the figure's
    unit; a suite may set other tolerances. `none` says why the figure can't be scored if it applies to no conversation.
    """

    name: str
    title: str
    unit: str
    better: Better
    says: str
    part: Ratio
    none: str
    target: float | None = None
    tolerance: float = 0.0
    counts: bool = False
    hard: bool = False

    def meets(self, value: float) -> bool | None:
        """Whether a value meets the target; None if there is no target."""
        if self.target is None:
            return None
        return value >= self.target if self.better is Better.MORE else value <= self.target


MORE, LESS, NEITHER = Better.MORE, Better.LESS, Better.NEITHER
_FOUND, _TOLD = EXPECTED["skilled-coach"].share_least, EXPECTED["teller"].share_most
DEFINITIONS: tuple[Definition, ...] = (
    Definition(
        "leaks",
        "Leaks",
        "count",
        LESS,
        (
            "Unreleased facts that a reply gives away: five words in a row that appear only in that "
            "fact's texts and that nobody has said."
        ),
        counted(lambda record: sum(len(reply.leaks) for reply in record.replies)),
        "",
        0,
        counts=True,
        hard=True,
    ),
    Definition(
        "role_breaks",
        "Role breaks",
        "count",
        LESS,
        (
            "Replies by a model in which someone other than the rep speaks: the guard's rules find the words shown "
            "out of role, speaking as the manager, or coaching."
        ),
        counted(lambda record: sum(map(breaks_role, record.replies))),
        "",
        0,
        counts=True,
        hard=True,
    ),
    Definition(
        "errors",
        "Errors",
        "count",
        LESS,
        "Conversations that failed.",
        counted(lambda record: bool(record.error)),
        "",
        0,
        counts=True,
        hard=True,
    ),
    Definition(
        "skilled_score",
        "Top manager's score",
        "points",
        MORE,
        (
            "Mean score, 0 to 100, of the manager with the highest target: the skilled coach or, if "
            "direction is right in the scenario, the instructor."
        ),
        mean_of(mean_score, Expectations.leads),
        "no top-tier manager played",
        80,
        3,
    ),
    Definition(
        "teller_score",
        "Tellers' score",
        "points",
        LESS,
        "Mean score of tellers, the managers whose expected level is telling.",
        mean_of(mean_score, Expectations.tells),
        "no teller played",
        30,
        3,
    ),
    Definition(
        "elicited_share_coaches",
        "Facts found by coaches",
        "share",
        MORE,
        (
            "Facts the manager found by asking / all facts, not counting feelings. Mean over the "
            "managers who should find most of them."
        ),
        mean_of(elicited_share, Expectations.finds),
        "no manager expected to find facts played",
        _FOUND,
        0.05,
    ),
    Definition(
        "elicited_share_tellers",
        "Facts found by tellers",
        "share",
        LESS,
        "The same for tellers.",
        mean_of(elicited_share, Expectations.tells),
        "no teller played",
        _TOLD,
        0.05,
    ),
    Definition(
        "donated_share_tellers",
        "Facts donated to tellers",
        "share",
        LESS,
        "Facts the rep gave tellers unasked / all facts.",
        mean_of(donated, Expectations.tells),
        "no teller played",
        _TOLD,
        0.02,
    ),
    Definition(
        "repeats_share",
        "Repeats",
        "share",
        LESS,
        "Replies with the same words as an earlier one / all replies.",
        share_of_replies(lambda reply: reply.repeats),
        "there are no replies",
        0.05,
        0.02,
    ),
    Definition(
        "guardedness_gap",
        "Guardedness gap",
        "share",
        NEITHER,
        (
            "In the first three replies: genuine questions that got nothing / all genuine questions, "
            "minus (1 - the scenario's openness). Mean over conversations with such a question. "
            "Above 0 the rep is more guarded than intended, below 0 less."
        ),
        mean_of(gap),
        "nobody asked a genuine question in the first three turns",
        None,
        0.05,
    ),
    Definition(
        "words_median",
        "Words per reply",
        "words",
        NEITHER,
        "Median words per reply in each conversation, averaged over conversations.",
        mean_of(lambda record: median(reply.words for reply in record.replies) if record.replies else None),
        "there are no replies",
        None,
        5,
    ),
    Definition(
        "faults",
        "Model failures",
        "share",
        LESS,
        "Replies where a scripted line replaced the model's words / all replies.",
        share_of_model_replies(lambda reply: bool(reply.fault)),
        "no model spoke",
        0.02,
        0.02,
    ),
    Definition(
        "refused",
        "Rejected by the guard",
        "share",
        LESS,
        "Replies shown after the guard rejected at least one draft / all replies.",
        share_of_model_replies(lambda reply: bool(reply.refused)),
        "no model spoke",
        None,
        0.05,
    ),
    Definition(
        "score",
        "Score",
        "points",
        NEITHER,
        "Mean score of all managers.",
        mean_of(mean_score),
        "no conversation has a score",
        None,
        3,
    ),
    Definition(
        "level",
        "Level",
        "0 to 3",
        NEITHER,
        "Mean level of all managers: telling 0, mixed 1, coaching 2, coaching well 3.",
        mean_of(lambda record: None if record.level == "not_scored" else RANK[record.level]),
        "no conversation has a level",
        None,
        0.2,
    ),
    Definition(
        "first_words",
        "Seconds to first words",
        "s",
        LESS,
        "Median seconds to a reply's first words, averaged over conversations with a model's voice.",
        mean_of(spoken_words(lambda reply: reply.first)),
        _NO_VOICE,
    ),
    Definition(
        "latency",
        "Seconds per reply",
        "s",
        LESS,
        "Median seconds until a reply is complete, averaged over the same conversations.",
        mean_of(spoken_words(lambda reply: reply.seconds)),
        _NO_VOICE,
    ),
    Definition(
        "tokens",
        "Tokens per conversation",
        "tokens",
        NEITHER,
        "Input and output tokens of the replies, as counted by the endpoint. Mean over conversations with a count.",
        mean_of(tokens_used),
        "no model spoke",
    ),
    Definition(
        "judge_spread",
        "Judge's spread",
        "of 5",
        LESS,
        "Highest minus lowest rating across the judge's runs, averaged over scales and conversations.",
        mean_of(score_spread),
        "no judge was used",
        1,
        0.3,
    ),
)
DISCRIMINATION = Definition(
    "discrimination",
    "Discrimination",
    "-1 to 1",
    MORE,
    (
        "Kendall's tau between each manager's target level and the score, over pairs with different "
        "targets (Somers' D). 1 means that every coach scores above everyone else. Computed within "
        "each scenario, variant, seed and voice, then averaged."
    ),
    lambda record, expected: None,
    "no two managers have different targets",
    0.95,
    0.02,
)
"""Computed over groups of conversations, so it has no value for a single one."""
BY_NAME = {definition.name: definition for definition in (DISCRIMINATION, *DEFINITIONS)}
CLOCK = frozenset({"first_words", "latency"})
"""These depend on the machine, so they are shown but never count as a regression."""
