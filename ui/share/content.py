"""What a debrief comes down to on one page. Made once; the PDF and the web page show the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from bot.director import step_ends
from bot.practice import Debrief
from bot.scenario import Step, StepEnd
from bot.scoring.measures import Measures
from bot.scoring.score import other_orders
from bot.talk.direction import Source

from ..wording import count

MARK = "Practice, not for appraisal"
MOST_STEPS = 5
"""Steps that the page shows; it counts the others."""


class _Moment(Protocol):
    """A turn of the manager's, the answer to it, and what it did: `Moment` of bot.scoring.moments."""

    @property
    def quote(self) -> str: ...
    @property
    def reply_quote(self) -> str: ...
    @property
    def effect(self) -> str: ...
    @property
    def instead(self) -> str: ...


class _Highlights(Protocol):
    """The level in a sentence with its reasons, and two moments: `Highlights` of bot.scoring.moments."""

    @property
    def headline(self) -> str: ...
    @property
    def reasons(self) -> Sequence[str]: ...
    @property
    def worked(self) -> _Moment | None: ...
    @property
    def turning(self) -> _Moment | None: ...


@dataclass(frozen=True, slots=True)
class Exchange:
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
    worked: Exchange | None = None
    turning: Exchange | None = None
    plan: tuple[PlanStep, ...] = ()
    unshown: int = 0
    figures: tuple[tuple[str, str], ...] = ()
    coded_by: str = ""

    @property
    def about(self) -> str:
        """One line: who the conversation was with, and when."""
        return f"A practice conversation with {self.rep}, a simulated rep · {self.date}"

    @property
    def moments(self) -> tuple[tuple[str, str, Exchange], ...]:
        """The kind (`worked` or `turning`), the heading and the exchange of each moment that there is."""
        named = (("worked", "What worked", self.worked), ("turning", "The turning point", self.turning))
        return tuple((kind, heading, exchange) for kind, heading, exchange in named if exchange is not None)

    @property
    def plan_note(self) -> str:
        """What to say under the plan, or in its place; may be empty."""
        if not self.plan:
            return "We heard no next step."
        return f"And {count(self.unshown, 'more step')}." if self.unshown else ""

    @property
    def foot(self) -> str:
        """The page's last line: what it is, who coded the words, and where it comes from."""
        coded = [f"Coded by {self.coded_by}"] if self.coded_by else []
        return " · ".join((MARK, *coded, "Made with Askwell"))


def one_page(debrief: Debrief, found: _Highlights, on: date) -> OnePage:
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
        plan=steps[:MOST_STEPS],
        unshown=max(0, len(steps) - MOST_STEPS),
        figures=tuple(_figures(debrief)),
        coded_by=debrief.scorecard.coded_by,
    )


def _exchange(moment: _Moment | None) -> Exchange | None:
    if moment is None:
        return None
    return Exchange(moment.quote, moment.reply_quote, moment.effect, moment.instead)


def _steps(debrief: Debrief) -> Iterator[PlanStep]:
    """The rep's own first, those with a day before the others; then what you gave the rep or took over."""
    scenario, state, rep = debrief.scenario, debrief.state, debrief.scenario.rep.name
    ends = step_ends(scenario, state)
    mine = {name for name, step in state.steps.items() if step.author != "rep" or ends[name] is StepEnd.TAKEN}
    for name in sorted(state.steps, key=lambda name: (name in mine, not state.steps[name].committed)):
        step = scenario.step(name)
        if ends[name] is StepEnd.TAKEN:
            yield PlanStep(step.title, "You took this over")
        elif name in mine:
            yield PlanStep(step.title, f"You told {rep}")
        else:
            yield PlanStep(step.title, f"{rep}’s own", _committing(debrief, step))
    for order in other_orders(debrief.transcript):
        yield PlanStep(f"“{order.text}”", f"You told {rep}")


def _committing(debrief: Debrief, step: Step) -> str:
    """The rep's words on when to do a step: the authored line, or the whole reply where a model worded it."""
    for turn in debrief.transcript:
        if turn.direction is not None and turn.direction.commits == step.id:
            return next((line.text for line in step.commit if line.text in turn.text), turn.text)
    return ""


def _figures(debrief: Debrief) -> Iterator[tuple[str, str]]:
    found: Measures = debrief.scorecard.measures
    if found.ask_share is not None:
        yield "Asking openly or listening, against telling or pushing", _in_ten(found.ask_share)
    if found.directiveness is not None:
        yield "Pushing: orders, leading questions, advice nobody wanted", _in_ten(found.directiveness)
    facts = [fact.id for fact in debrief.scenario.facts if not fact.feeling]
    if facts:
        asked = set(debrief.facts(Source.ELICITED)).intersection(facts)
        yield "Came out because you asked", f"{len(asked)} of {count(len(facts), 'thing')}"


def _in_ten(share: float) -> str:
    """A share of 0 to 1 as people say it: `About 3 times in 10`."""
    tenths = round(10 * share)
    if share in (0, 1):
        return "Every time" if share else "Never"
    if tenths in (0, 10):
        return "Nearly always" if tenths else "Hardly ever"
    return f"About {tenths} {'time' if tenths == 1 else 'times'} in 10"
