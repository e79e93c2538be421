"""Replies to turns without a question: telling, pushing, listening, news and small talk."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ..talk.codebook import Code, Flag, Unit
from ..talk.direction import Direction, Intent, ReplyPart, Source, TopicMatch
from ..talk.transcript import Turn
from .answer import MORE_TIMES
from .entries import entry_reply
from .moment import TurnContext
from .state import forbids_unit, paired

DONATES_AT = 0.6
"""Minimum openness for the rep to volunteer something to a manager who only tells."""
ELABORATES_AT = 0.5

_VERBS = re.compile(
    r"\b(update|fill|log|enter|call|ring|phone|send|email|forward|get|set|book|arrange|schedule|find|ask|check|"
    r"write|prepare|put|build|draft)\b",
    re.IGNORECASE,
)
_PUSHES = (Code.TAKEOVER, Code.CONFRONT, Code.DIRECTIVE, Code.LEADING_QUESTION, Code.ADVICE)


@dataclass(frozen=True, slots=True)
class Told:
    """What the manager brought up in a turn: steps, news and stated facts."""

    steps: tuple[str, ...] = ()
    news: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()


def tells(moment: TurnContext, turn: Turn) -> Told:
    """New steps proposed, news given and facts stated by the manager."""
    steps: list[str] = []
    news: list[str] = []
    facts: list[str] = []
    for unit, touch in paired(turn):
        if (
            touch.step
            and not forbids_unit(unit)
            and (unit.code in _PUSHES or Flag.INSTRUCTED in unit.flags or (touch.proposes and not unit.genuine))
            and touch.step not in moment.state.steps
        ):
            steps.append(touch.step)
        if touch.news and touch.news not in moment.state.news:
            news.append(touch.news)
            counts_as = next(item.counts_as for item in moment.scenario.news if item.id == touch.news)
            facts += [counts_as] if counts_as else []
        if touch.states and unit.code is not Code.REFLECTION:
            facts.append(touch.states)
    fresh = tuple(dict.fromkeys(fact for fact in facts if fact not in moment.state.facts))
    return Told(tuple(dict.fromkeys(steps)), tuple(dict.fromkeys(news)), fresh)


def respond(moment: TurnContext, turn: Turn, told: Told) -> Direction:
    """The direction for a turn without a genuine question that the rep could answer."""
    direction = instructed_reply(moment, turn, told) or _push(moment, turn, told) or _listen(moment, turn, told)
    releases = (
        *direction.releases,
        *((fact, Source.TOLD) for fact in told.facts if fact not in dict(direction.releases)),
    )
    return replace(direction, told_steps=told.steps, news=told.news, releases=releases)


def instructed_reply(moment: TurnContext, turn: Turn, told: Told) -> Direction | None:
    """The response to an order that is right: the step itself, once. The rep commits to one that was his idea."""
    for unit, touch in paired(turn):
        if Flag.INSTRUCTED not in unit.flags or not touch.step:
            continue
        if touch.step in told.steps:
            return moment.direction("told", (ReplyPart(f"step/{touch.step}/told"),))
        if touch.step in moment.state.loose_steps:
            return moment.direction("commit", (ReplyPart(f"step/{touch.step}/commit"),), commits=touch.step)
    return None


def _push(moment: TurnContext, turn: Turn, told: Told) -> Direction | None:
    """The strongest push of the turn decides: taking over, blaming, ordering, then advising."""
    units = paired(turn)
    for code in _PUSHES:
        for unit, touch in units:
            if unit.code is not code or not unit.claimed:
                continue
            if code is Code.TAKEOVER:
                return moment.reply("hand_over")
            if code is Code.CONFRONT:
                return moment.reply("defend")
            return _instructed(moment, unit, touch, told)
    return None


def _instructed(moment: TurnContext, unit: Unit, touch: TopicMatch, told: Told) -> Direction:
    state = moment.state
    if unit.code is Code.ADVICE and Flag.WITH_PERMISSION in unit.flags:
        return moment.reply("advice_taken")
    if forbids_unit(unit):
        return moment.reply("leave_it")
    if touch.step and touch.step in state.steps and state.steps[touch.step].author == "rep":
        return moment.reply("on_my_list")
    donated = _donation(moment, touch)
    if donated:
        return donated
    if touch.states and touch.states in told.facts:
        return _confirm(moment, touch.states)
    if touch.step and touch.step in told.steps:
        return moment.direction("told", (ReplyPart(f"step/{touch.step}/told"),))
    if unit.code is Code.DIRECTIVE:
        verbs = tuple(verb.lower() for verb in _VERBS.findall(unit.text))[:1]
        return moment.direction("comply", (ReplyPart("reply/comply", verbs=verbs),))
    return moment.reply("agree")


def _donation(moment: TurnContext, touch: TopicMatch) -> Direction | None:
    """A very open rep who is told about a topic volunteers what they know about it."""
    if not (touch.fact and touch.sure and touch.fact not in moment.state.facts):
        return None
    fact = moment.scenario.fact(touch.fact)
    if fact.feeling or moment.state.openness < max(DONATES_AT, fact.opens.openness):
        return None
    parts = (ReplyPart(f"fact/{fact.id}/lines"),)
    return moment.direction("release", parts, topic=fact.id, releases=((fact.id, Source.DONATED),))


def _confirm(moment: TurnContext, fact: str) -> Direction:
    return moment.direction(
        "confirm", (ReplyPart(f"fact/{fact}/confirm"),), topic=fact, releases=((fact, Source.TOLD),)
    )


def _listen(moment: TurnContext, turn: Turn, told: Told) -> Direction:
    units = paired(turn)
    codes = [unit.code for unit, _ in units]
    intents = [touch.intent for _, touch in units]
    if told.news:
        return moment.direction("news", (ReplyPart(f"news/{told.news[0]}/acknowledge"),))
    stated = [touch.states for unit, touch in units if touch.states in told.facts and unit.code is not Code.REFLECTION]
    if stated and stated[0]:
        return _confirm(moment, stated[0])
    if told.steps:
        return moment.direction("told", (ReplyPart(f"step/{told.steps[0]}/told"),))
    if any(map(forbids_unit, (unit for unit, _ in units))):
        return moment.reply("leave_it")
    answered = [(unit, touch) for unit, touch in units if touch.entry and not (unit.pushing and unit.claimed)]
    if answered and (found := entry_reply(moment, *answered[-1]).direction).act != "unknown":
        return found
    if Code.REFLECTION in codes:
        return _reflected(moment, units)
    if Code.AFFIRMATION in codes:
        return moment.reply("affirmed")
    for intent in (Intent.HELP, Intent.SMALL_TALK, Intent.OTHER_ACCOUNT):
        if intent in intents and set(codes) <= {Code.OTHER, Code.COLLABORATION}:
            return moment.reply("help_me" if intent is Intent.HELP else str(intent))
    if Code.COLLABORATION in codes:
        offers = [unit.text for unit, _ in units if unit.code is Code.COLLABORATION]
        asks_leave = any("?" in text or _LEAVE.search(text) for text in offers)
        return moment.reply("permission" if asks_leave else "reflected")
    if moment.state.manager_turns == 1:
        return moment.reply("greet")
    if Intent.CLOSING in intents and set(codes) <= {Code.OTHER, Code.INFORMATION}:
        return moment.reply("closing")
    if set(codes) == {Code.OTHER} and not any(len(unit.text.split()) > 2 for unit, _ in units):
        return moment.reply("blank" if not re.search(r"[^\W\d_]{2,}", moment.text) else "nod")
    return moment.reply("nod")


_LEAVE = re.compile(r"\b(?:can|could|may|might|mind if|ok(?:ay)? if|would it help if|shall) (?:i|we)\b", re.IGNORECASE)


def _reflected(moment: TurnContext, units: list[tuple[Unit, TopicMatch]]) -> Direction:
    """After a reflection the rep continues with a detail."""
    state = moment.state
    named = next((touch.fact for unit, touch in units if unit.code is Code.REFLECTION and touch.names_topic), None)
    topic = named if named in state.facts else state.topic
    if topic is None or topic not in state.facts or state.openness < ELABORATES_AT:
        return moment.reply("reflected")
    if state.more.get(topic, 0) < MORE_TIMES:
        return moment.direction("more", (ReplyPart(f"fact/{topic}/more"),), topic=topic)
    return moment.reply("reflected")
