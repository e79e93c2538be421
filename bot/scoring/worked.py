"""The one moment that worked best: what the manager asked, said back or named, and what the rep then said. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..director.state import paired
from ..scenario import Fact, Scenario
from ..talk.codebook import Code, Focus, Group, Unit
from ..talk.direction import Source
from .exchange import Exchange, Moment, held_by, opening_of, topic_said
from .saying import RepWords, sentence_case

_DEEP, _HIDDEN, _OWN, _FACT, _OPENER = 6, 5, 4, 3, 1
_CHECK = 2.5
"""What a check of status is worth less: what came of it came by luck."""
_GOES_ON = frozenset({"entry", "more", "answer", "insight_again", "reflected"})
"""Acts in which the rep says something of substance, without which nobody could tell that it did him good."""
_SUBSTANCE = 5
"""With fewer words nobody says back or names anything. The reader takes "Ah yes, the weather." for a reflection."""
NOTICEABLE = 0.05
"""A change in openness from which somebody in the room would notice it."""


@dataclass(frozen=True, slots=True)
class _Good:
    """Something good in a reply: its worth, its effect in words, what it is about, and its fact or step if any."""

    worth: float
    effect: str
    about: str = ""
    fact: str | None = None
    step: str = ""


def what_worked(scenario: Scenario, talk: Iterable[Exchange]) -> Moment | None:
    """The most valuable moment: a feeling, something hidden, an insight or a step, a fact, else a rise in openness.

    None if nothing of that kind followed anything the manager asked, said back or named. Turns that pushed don't count.
    """
    best: tuple[float, Exchange, Unit, _Good] | None = None
    for exchange in talk:
        if exchange.pushed:
            continue
        for good in _goods(scenario, exchange):
            unit = _credited(exchange, good)
            if unit is None:
                continue
            worth = good.worth + (0.5 if unit.exploring or unit.code is Code.REFLECTION else 0.0)
            worth -= _CHECK * (unit.focus is Focus.STATUS)
            if best is None or worth > best[0]:
                best = worth, exchange, unit, good
    if best is None:
        return None
    _, exchange, unit, good = best
    quote = held_by(exchange.reply, scenario, good.about, good.step) if good.about else opening_of(exchange.reply)
    return Moment(exchange.turn.index, unit.text, exchange.reply.index, quote, good.effect)


def _credited(exchange: Exchange, good: _Good) -> Unit | None:
    """The unit that the reply answers: on the fact or the plan, else the last question, else the last that listened."""
    units = [(unit, touch) for unit, touch in exchange.claimed if unit.group in (Group.ASKS, Group.LISTENS)]
    if good.worth == _OPENER:
        units = [(unit, touch) for unit, touch in units if unit.group is Group.LISTENS]
        units = [(unit, touch) for unit, touch in units if len(unit.text.split()) >= _SUBSTANCE]
    on_it = [unit for unit, touch in units if good.fact and touch.fact == good.fact]
    if good.fact and not on_it and any(touch.fact == good.fact for _, touch in paired(exchange.turn)):
        return None  # the words that went for it aren't sure enough to quote, and no others deserve the credit
    asked = [unit for unit, _ in units if unit.genuine]
    on_it = on_it or [unit for unit in asked if good.step and unit.focus is Focus.ACTION]
    return next((found[-1] for found in (on_it, asked, [unit for unit, _ in units]) if found), None)


def _goods(scenario: Scenario, exchange: Exchange) -> Iterator[_Good]:
    """What went well in a reply, in no order."""
    rep, done = RepWords.of(scenario), exchange.direction
    he = sentence_case(rep.he)
    for name, how in done.releases:
        if how is Source.ELICITED and name not in exchange.before.facts:
            yield _told(scenario.fact(name), scenario, exchange, rep)
    if done.deep and done.entry and not done.releases:
        entry = scenario.entry(done.entry)
        yield _Good(_DEEP, _personal(topic_said(entry.about, scenario), rep), entry.about)
    if done.insight and done.insight not in exchange.before.insights:
        insight = scenario.insight(done.insight)
        topic = topic_said(insight.topic, scenario)
        yield _Good(_OWN, f"{he} worked it out for {rep.himself}{f': {topic}' if topic else ''}.", insight.topic)
    step = done.step or done.commits
    if step and exchange.after.steps[step].author == "rep":
        when = "said when" if done.commits == step else ""
        if done.step and done.step not in exchange.before.steps:
            yield _Good(
                _OWN, f"{he} came up with a step of {rep.his} own{f', and {when}' if when else ''}.", step, step=step
            )
        elif when:
            yield _Good(_OWN, f"{he} {when} {rep.he} would do it.", step, step=step)
    if fresh := exchange.after.spoken[len(exchange.before.spoken) :]:
        when = ", and said when" if fresh[0].day else ""
        yield _Good(_OWN, f"{he} came up with a step of {rep.his} own{when}.", fresh[0].words)
    if done.act in _GOES_ON and exchange.heard.openness - exchange.before.openness >= NOTICEABLE:
        yield _Good(_OPENER, f"It made {rep.him} readier to talk.")


def _told(fact: Fact, scenario: Scenario, exchange: Exchange, rep: RepWords) -> _Good:
    he, topic = sentence_case(rep.he), topic_said(fact.topic, scenario)
    if fact.feeling:
        return _Good(_DEEP, _personal(topic, rep), fact.text, fact.id)
    what = f"told you about {topic}" if topic else "told you something you needed to know"
    if fact.id in exchange.before.hinted:
        return _Good(_HIDDEN, f"{he} {what}. Until then {rep.he} had only hinted at it.", fact.text, fact.id)
    weight = _FACT + fact.opens.openness if fact.volunteer else _HIDDEN
    return _Good(weight, f"{he} {what}, after you asked.", fact.text, fact.id)


def _personal(topic: str, rep: RepWords) -> str:
    return f"{sentence_case(rep.he)} let you in on something personal{f': {topic}' if topic else ''}."
