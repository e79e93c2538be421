"""Every figure of a run that is made of one number a conversation: what it is, how it is counted, which way is better.

A figure is the sum of the conversations' parts over the sum of their wholes, or the bare sum where it counts. Suites
name tolerances by the names here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

from ..qualify import EXPECTED, RANK
from ..records import Record, ReplyRecord
from .expectations import Expectations, breaks_role, elicited_share

GIVING = frozenset({"release", "answer", "more", "confirm", "insight", "insight_again", "step", "commit"})
"""Acts of the rep that give something to a genuine question."""
_FIRST = 3
"""Replies from the start within which a rep is as guarded as he was set up to be; later it is the manager's work."""
Fraction = tuple[float, float]
"""A conversation's part and whole."""
Ratio = Callable[[Record, Expectations], Fraction | None]
"""None where the figure says nothing of the conversation."""


def share_of_replies(of: Callable[[ReplyRecord], bool]) -> Ratio:
    """The share of replies of which something holds."""

    def part(record: Record, _: Expectations) -> Fraction | None:
        return (sum(map(of, record.replies)), len(record.replies)) if record.replies else None

    return part


def share_of_model_replies(of: Callable[[ReplyRecord], bool]) -> Ratio:
    """The same of the conversations that a model voiced."""
    plain = share_of_replies(of)
    return lambda record, expected: None if record.voice == "lines" else plain(record, expected)


def counted(of: Callable[[Record], int]) -> Ratio:
    """A number that is summed over conversations, never divided."""
    return lambda record, _: (of(record), 1)


def mean_of(of: Callable[[Record], float | None], who: Callable[[Expectations, Record], bool] | None = None) -> Ratio:
    """One value a conversation, of those whose manager is meant."""

    def part(record: Record, expected: Expectations) -> Fraction | None:
        if record.error or (who is not None and not who(expected, record)):
            return None
        value = of(record)
        return None if value is None else (value, 1)

    return part


def guardedness(record: Record) -> Fraction | None:
    """(replies that withheld, replies to genuine questions) among the first three; None where nothing was asked."""
    asked = [reply for reply in record.replies[:_FIRST] if reply.withheld or reply.act in GIVING]
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


def spoken_words(of: Callable[[ReplyRecord], float]) -> Callable[[Record], float | None]:
    """The median over the replies that took any time: a voice that is not timed has none."""

    def value(record: Record) -> float | None:
        timed = [of(reply) for reply in record.replies if of(reply) > 0]
        return median(timed) if timed and record.voice != "lines" else None

    return value


def tokens_used(record: Record) -> float | None:
    """Tokens in and out of all replies; None where none were counted."""
    spent = sum(reply.tokens_in + reply.tokens_out for reply in record.replies)
    return spent or None


def score_spread(record: Record) -> float | None:
    """The judge's spread, mean over its scales; None where nothing was judged."""
    spreads = [one.spread for one in record.judged if one.spread is not None]
    return sum(spreads) / len(spreads) if spreads else None


def mean_score(record: Record) -> float | None:
    """The score, 0 to 100."""
    return record.score


_NO_VOICE = "no model spoke, and scripted lines take almost no time"


class Better(StrEnum):
    """Which way a figure is better."""

    MORE = "more"
    LESS = "less"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class Definition:
    """A figure. `counts` means a bare sum; `hard` that any change for the worse is a regression.

    `target` is what a run should reach by itself, `tolerance` how much worse than another run it may be, both in the
    figure's unit; a suite may set other tolerances. `none` says why it cannot be scored where no conversation has it.
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
        """Whether a value reaches the target; None where there is none."""
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
            "Unreleased facts whose words a reply holds: five words in a row that only texts of the "
            "fact have and nobody has said."
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
            "Replies in which somebody other than the rep spoke: the guard, asked about the words "
            "shown, says out of role, speaks as manager, or coaching."
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
        "Conversations without a result.",
        counted(lambda record: bool(record.error)),
        "",
        0,
        counts=True,
        hard=True,
    ),
    Definition(
        "skilled_score",
        "Score of the best",
        "points",
        MORE,
        (
            "Mean score, 0 to 100, of the manager with the highest target: the skilled coach, or the "
            "instructor where direction is right."
        ),
        mean_of(mean_score, Expectations.leads),
        "nobody with the highest target played",
        80,
        3,
    ),
    Definition(
        "teller_score",
        "Score of tellers",
        "points",
        LESS,
        "Mean score of the managers who are expected to come out as telling.",
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
            "Facts that came out because the manager asked / facts there are, feelings apart: mean "
            "over the managers who are expected to find most."
        ),
        mean_of(elicited_share, Expectations.finds),
        "nobody who is expected to find facts played",
        _FOUND,
        0.05,
    ),
    Definition(
        "elicited_share_tellers",
        "Facts given to tellers",
        "share",
        LESS,
        "The same, of the managers who are expected to come out as telling.",
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
        "Facts that the rep gave unasked to managers who are expected to come out as telling / facts there are.",
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
        "Replies whose words were said before in the conversation / replies.",
        share_of_replies(lambda reply: reply.repeats),
        "no reply was given",
        0.05,
        0.02,
    ),
    Definition(
        "consistency",
        "Line-to-line consistency",
        "share",
        MORE,
        (
            "Replies to which the guard, asked about the words shown, does not object as a "
            "contradiction of what is out / replies."
        ),
        share_of_replies(lambda reply: reply.objection != "contradiction"),
        "no reply was given",
        0.98,
        0.01,
    ),
    Definition(
        "guardedness_gap",
        "Guardedness, seen less set",
        "share",
        NEITHER,
        (
            "Of the first three replies, those to a genuine question that gave nothing / all to one; "
            "less 1 - the scenario's openness. Mean over conversations in which something was asked "
            "so early. Above 0 the rep is more guarded than set, below 0 less."
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
        "Median number of words per reply in each conversation, averaged over conversations.",
        mean_of(lambda record: median(reply.words for reply in record.replies) if record.replies else None),
        "no reply was given",
        None,
        5,
    ),
    Definition(
        "faults",
        "Model failures",
        "share",
        LESS,
        "Replies for which a written line stood in for the model / replies.",
        share_of_model_replies(lambda reply: bool(reply.fault)),
        "no model spoke",
        0.02,
        0.02,
    ),
    Definition(
        "refused",
        "Refused by the guard",
        "share",
        LESS,
        ("Replies of which at least one wording was refused before the one shown / replies."),
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
        "Mean score over all managers.",
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
        "Mean level over all managers: telling 0, mixed 1, coaching 2, coaching well 3.",
        mean_of(lambda record: None if record.level == "not_scored" else RANK[record.level]),
        "no conversation has a level",
        None,
        0.2,
    ),
    Definition(
        "first_words",
        "Seconds to the first words",
        "s",
        LESS,
        ("Median of a conversation's replies, mean over conversations that a model voiced."),
        mean_of(spoken_words(lambda reply: reply.first)),
        _NO_VOICE,
    ),
    Definition(
        "latency",
        "Seconds per reply",
        "s",
        LESS,
        "The same until a reply is whole.",
        mean_of(spoken_words(lambda reply: reply.seconds)),
        _NO_VOICE,
    ),
    Definition(
        "tokens",
        "Tokens per conversation",
        "tokens",
        NEITHER,
        ("Tokens in and out of the replies, as the endpoint counted them; mean over conversations that have any."),
        mean_of(tokens_used),
        "no model spoke",
    ),
    Definition(
        "judge_spread",
        "Spread of the judge",
        "of 5",
        LESS,
        ("Highest less lowest rating of the judge's runs, mean over scales and conversations."),
        mean_of(score_spread),
        "no judge was asked",
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
        "Kendall's tau between the level that each manager must reach and the score, over pairs "
        "with different targets (Somers' D): 1 means that every coach scores above "
        "everybody who is none. Counted within each scenario, variant, seed and voice, then the "
        "mean."
    ),
    lambda record, expected: None,
    "there are no two managers with different targets",
    0.95,
    0.02,
)
"""Made of blocks of conversations; its part says nothing of one alone."""
BY_NAME = {definition.name: definition for definition in (DISCRIMINATION, *DEFINITIONS)}
CLOCK = frozenset({"first_words", "latency"})
"""What depends on the machine: shown, and never a regression by itself."""
