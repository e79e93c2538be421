"""What a debrief comes down to on one page. Made once; the PDF and the web page show the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from bot.scoring.debrief import Debrief
from bot.scoring.measures import Measures
from bot.scoring.moments import Highlights, Moment
from bot.scoring.plan import owned_steps
from bot.talk.direction import Source

from ..wording import count, turning_title

MARK = "Practice, not for appraisal"
MOST_STEPS = 5
"""Steps that the page shows; it counts the others."""


@dataclass(frozen=True, slots=True)
class QuotedMoment:
    """What you said, what the rep answered, what that did, and what to ask instead. All but the quote may be empty."""

    quote: str
    reply: str = ""
    effect: str = ""
    instead: str = ""


@dataclass(frozen=True, slots=True)
class PlanStep:
    """A next step, whose it is in words, and the rep's words for when; empty if no day was named."""

    title: str
    owner: str
    when: str = ""


@dataclass(frozen=True, slots=True)
class OnePage:
    """All that the page says, as plain text. `rep` is a name; `figures` are pairs of a label and its words.

    `unshown` counts the steps beyond `plan`. It names no session.
    """

    title: str
    rep: str
    date: str
    headline: str
    reasons: tuple[str, ...] = ()
    worked: QuotedMoment | None = None
    turning: QuotedMoment | None = None
    plan: tuple[PlanStep, ...] = ()
    unshown: int = 0
    figures: tuple[tuple[str, str], ...] = ()
    coded_by: str = ""
    turning_title: str = "The turning point"

    @property
    def about(self) -> str:
        """One line: who the conversation was with, and when."""
        return f"A practice conversation with {self.rep}, a simulated rep · {self.date}"

    @property
    def moments(self) -> tuple[tuple[str, str, QuotedMoment], ...]:
        """The kind (`worked` or `turning`), the heading and the exchange of each moment that there is."""
        named = (("worked", "What worked", self.worked), ("turning", self.turning_title, self.turning))
        return tuple((kind, heading, exchange) for kind, heading, exchange in named if exchange is not None)

    @property
    def plan_note(self) -> str:
        """What to say under the plan, or in its place; may be empty."""
        if not self.plan:
            return "We counted no next step."
        return f"And {count(self.unshown, 'more step')}." if self.unshown else ""

    @property
    def foot(self) -> str:
        """The page's last line: what it is, who coded the words, and where it comes from."""
        coded = [f"Coded by {self.coded_by}"] if self.coded_by else []
        return " · ".join((MARK, *coded, "Made with Askwell"))


def one_page(debrief: Debrief, found: Highlights, on: date) -> OnePage:
    """The page of a debrief, its highlights and the day of the conversation, as its reader's calendar has it."""
    steps = tuple(_steps(debrief))
    return OnePage(
        title=debrief.scenario.title,
        rep=debrief.scenario.rep.name,
        date=f"{on.day} {on:%B %Y}",
        headline=found.headline,
        reasons=tuple(found.reasons),
        worked=_exchange(found.worked),
        turning=_exchange(found.turning),
        turning_title=turning_title(found.turning.turn, debrief.transcript) if found.turning else "",
        plan=steps[:MOST_STEPS],
        unshown=max(0, len(steps) - MOST_STEPS),
        figures=tuple(_figures(debrief)),
        coded_by=debrief.scorecard.coded_by,
    )


def _exchange(moment: Moment | None) -> QuotedMoment | None:
    if moment is None:
        return None
    return QuotedMoment(moment.quote, moment.reply_quote, moment.effect, moment.instead)


def _steps(debrief: Debrief) -> Iterator[PlanStep]:
    rep = debrief.scenario.rep.name
    for step in owned_steps(debrief):
        words = f"“{step.words}”" if step.quoted else step.words
        if step.by_rep:
            yield PlanStep(words, f"{rep}’s own", "" if step.when == step.words else step.when)
        else:
            yield PlanStep(words, "You took this over" if step.taken else f"You told {rep}")


def _figures(debrief: Debrief) -> Iterator[tuple[str, str]]:
    found: Measures = debrief.scorecard.measures
    if found.ask_share is not None:
        yield "Asking openly or listening, against telling or pushing", _in_ten(found.ask_share)
    if found.directiveness is not None:
        yield "Pushing: orders, leading questions, advice nobody wanted", _in_ten(found.directiveness)
    facts = [fact.id for fact in debrief.scenario.facts if not fact.feeling]
    if facts:
        asked = set(debrief.facts(Source.ELICITED)).intersection(facts)
        yield "Came out after you asked", f"{len(asked)} of {count(len(facts), 'thing')}"


def _in_ten(share: float) -> str:
    """A share of 0 to 1 as people say it: `About 3 times in 10`."""
    tenths = round(10 * share)
    if share in (0, 1):
        return "Every time" if share else "Never"
    if tenths in (0, 10):
        return "Nearly always" if tenths else "Hardly ever"
    return f"About {tenths} {'time' if tenths == 1 else 'times'} in 10"
