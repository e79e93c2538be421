"""Answers one genuine question, as if it were the only one asked."""

from __future__ import annotations

from dataclasses import replace

from ..scenario import Fact, Scenario
from ..talk.codebook import Focus, Unit
from ..talk.direction import Intent, ReplyPart, Source, TopicMatch
from ..text.tokens import sentences_of
from .entries import ASKS_AGAIN, entry_reply, is_kept, more_of
from .moment import (
    ANSWERS_CLOSED,
    RankedDirection,
    TurnContext,
    asks_openly,
    asks_what,
    asks_when,
    form_of,
    hint,
    may_open,
    release,
    will_do,
)
from .state import State

GENERIC_RELEASES = 2
GENERIC_HINTS = 2
MORE_TIMES = 1
_DODGES = frozenset(
    {"the_lot", "unclear", "unknown", "evade", "which", "part_unclear", "hint", "no_more_steps", "no_step_yet"}
)
_NAMES_A_DAY = frozenset({"soon", "committed"})
_SAYS = frozenset({"entry", "insight", "answer"})
NEARLY, AT_ALL = 0.5, 0.25
"""How likely another answer must be, beside the first, in place of a hint, and of a reply that says nothing."""
SAYS_WHEN = 0.5
"""From this probability an answer of its own is what "when?" asks for."""
OWNS_NOTHING = 0.15
"""Below this ownership a rep whose plan was taken over names no step."""
_WORDED = ("-words", "-when")
"""How the ids of entries end that say what he would say in a step, or when he would take it."""
_JUST_PLANNED = ("step", "commit", "entry")
"""Acts after which "when?" asks when the rep will do what he has said."""
_ACTS_OF_PLANNING = ("step", "no_more_steps", "on_my_list")


def answer(moment: TurnContext, unit: Unit, touch: TopicMatch) -> RankedDirection | None:
    """What the rep does about this question; None if it needs no answer.

    Where his first thought would be no answer, he says the next likely thing that is one.
    """
    found = _first_thought(moment, unit, touch)
    if found is None or not _dodges(moment.state, found, unit, touch):
        return found
    act = found.direction.act
    least = NEARLY if act == "hint" else 0.0 if act in _NAMES_A_DAY else AT_ALL
    for label, chance in touch.others:
        if chance < least * touch.score:
            break
        other = _first_thought(moment, unit, _other(moment, touch, label, chance))
        if other is not None and other.direction.act in _SAYS and not _gives_away(moment, other):
            return other
    return found


def _gives_away(moment: TurnContext, found: RankedDirection) -> bool:
    """Whether it tells what is told only to who surely asks for it, or what was said last."""
    entry = found.direction.entry
    if found.direction.releases or found.direction.deep or (entry is not None and entry == moment.state.entry):
        return True
    return entry is not None and is_kept(moment.scenario.entry(entry))


def _dodges(state: State, found: RankedDirection, unit: Unit, touch: TopicMatch) -> bool:
    """Whether it says nothing that was asked for, or what the last reply said."""
    act, entry = found.direction.act, found.direction.entry
    if act in _NAMES_A_DAY:
        # "Which of the eight do you know best?" and "Who do you call tomorrow?" ask for none.
        return not asks_when(unit.text) or form_of(unit.text) == "who"
    if act == "entry":
        return entry == state.entry
    return act in _DODGES or (act == "more" and touch.intent is not Intent.SAY_MORE)


def _other(moment: TurnContext, touch: TopicMatch, label: str, chance: float) -> TopicMatch:
    """The match of the same words with another label."""
    kind, _, name = label.partition(":")
    bare = TopicMatch(touch.unit, Intent.ABOUT, None, chance)
    if kind == "entry":
        return replace(bare, entry=name)
    if kind == "insight":
        about = moment.scenario.insight(name).about[0]
        return replace(bare, intent=Intent.MAKE_OF_IT, fact=about, names_topic=True)
    return replace(bare, fact=name, names_topic=True)


def _first_thought(moment: TurnContext, unit: Unit, touch: TopicMatch) -> RankedDirection | None:
    state = moment.state
    if touch.either and state.may_ask_back and not touch.sure:
        parts = (ReplyPart("entry/talk-which/says"),)
        return RankedDirection(2, moment.direction("which", parts, asks_back=touch.either))
    if asks_when_of_his(state, unit):
        return _commit(moment, touch)
    if asks_for_a_date(unit) and touch.score < SAYS_WHEN:
        return _commit(moment, touch)
    if touch.entry:
        planned = _step_behind(moment, touch.entry)
        if planned and planned not in state.steps:
            option = _option(moment, topic_of(state, touch), planned)
            if option.direction.step:
                return option
        return _planning(moment, unit, touch.entry, entry_reply(moment, unit, touch))
    topic = topic_of(state, touch)
    match touch.intent:
        case Intent.SMALL_TALK | Intent.OTHER_ACCOUNT as intent:
            return RankedDirection(2, moment.reply(str(intent)))
        case Intent.OPENING:
            return RankedDirection(1, moment.reply("greet" if state.manager_turns <= 1 else "small_talk"))
        case Intent.CLOSING | Intent.CHECK_UNDERSTANDING:
            return RankedDirection(1, moment.reply("closing" if touch.intent is Intent.CLOSING else "check"))
        case Intent.HELP:
            return RankedDirection(4, moment.reply("help_me"))
        case Intent.FEELINGS:
            return _feeling(moment, unit, touch)
        case Intent.OPTIONS:
            return _option(moment, topic, touch.step)
        case Intent.WHICH_FIRST:
            return _commit(moment, touch)
        case Intent.WHY | Intent.MAKE_OF_IT:
            return _meaning(moment, unit, touch, topic)
        case Intent.SAY_MORE:
            if state.entry and not touch.names_topic:
                return more_of(moment, moment.scenario.entry(state.entry))
            return _more(moment, unit, topic)
        case Intent.WHAT_ELSE:
            going_on = state.act in _ACTS_OF_PLANNING and is_short(unit)
            return _option(moment, topic, touch.step) if going_on else _volunteer(moment, unit)
        case Intent.OVERALL_STATUS:
            # "How is it going?" gets the good news until the rep is open. Then it is a normal question.
            exploring = asks_openly(unit) and (state.deep or state.openness >= ANSWERS_CLOSED)
            return _volunteer(moment, unit) if exploring else _good_news(moment)
        case Intent.OFF_TOPIC if state.act in _ACTS_OF_PLANNING and is_short(unit) and asks_openly(unit):
            return _option(moment, topic, touch.step)  # "And beyond those two calls?"
        case Intent.OFF_TOPIC if not touch.sure and unit.genuine and state.act != "unclear":
            return RankedDirection(1, moment.reply("unclear"))
        case Intent.ABOUT if touch.fact:
            return _about(moment, unit, touch, moment.scenario.fact(touch.fact))
    return RankedDirection(1, moment.reply("unknown"))


def topic_of(state: State, touch: TopicMatch) -> str | None:
    """The fact that is talked about now. A weak match doesn't change it."""
    strong = touch.sure or state.topic is None or touch.fact in state.facts
    return touch.fact if touch.names_topic and strong else state.topic


def asks_when_of_his(state: State, unit: Unit) -> bool:
    """Whether the unit asks when the rep will do a step of his own."""
    if not state.loose_steps or not asks_when(unit.text):
        return False
    return state.act in _JUST_PLANNED or will_do(unit.text)


def asks_for_a_date(unit: Unit) -> bool:
    """Whether the unit asks when the rep will do something: "and when will you?", a bare "when?"."""
    bare = is_short(unit) and unit.text.lower().strip(" ?.!,").endswith("when")
    return unit.genuine and asks_when(unit.text) and (bare or (unit.focus is Focus.ACTION and will_do(unit.text)))


def _step_behind(moment: TurnContext, entry_id: str) -> str | None:
    """The step of an entry about how to take it, if its facts aren't out yet: the step itself comes first."""
    entry = moment.scenario.entry(entry_id)
    return None if all(fact in moment.state.facts for fact in entry.after) else _step_of(moment.scenario, entry_id)


def _step_of(scenario: Scenario, entry_id: str) -> str | None:
    """The step that an entry says how to take: its id begins with "step-" and the step's."""
    return max((step.id for step in scenario.steps if entry_id.startswith(f"step-{step.id}-")), key=len, default=None)


def _planning(moment: TurnContext, unit: Unit, entry_id: str, found: RankedDirection) -> RankedDirection:
    """The answer with its step as the rep's own, if he says in it with what words or when he would take the step.

    A plan comes in pieces: "how would you put it to her?" and "when?", with nobody asking what he will do.
    """
    name, state = _step_of(moment.scenario, entry_id), moment.state
    if name is None or found.direction.entry != entry_id or found.direction.act != "entry" or name in state.steps:
        return found
    if not state.knows(moment.scenario.step(name).needs) or (state.takeovers and state.ownership < OWNS_NOTHING):
        return found
    if asks_when(unit.text) and will_do(unit.text):
        parts = (ReplyPart(f"step/{name}/commit"),)
        return RankedDirection(8, moment.direction("commit", parts, step=name, commits=name))
    if not entry_id.endswith(_WORDED):
        return found
    return replace(found, direction=replace(found.direction, step=name))


def _about(moment: TurnContext, unit: Unit, touch: TopicMatch, fact: Fact) -> RankedDirection:
    state = moment.state
    if fact.id in state.facts:
        if touch.closed is not None:
            return _closed(moment, fact, touch.closed)
        return _more(moment, unit, fact.id, leads=False)
    if fact.feeling:
        return _feeling(moment, unit, touch) if touch.sure else hint(moment, fact)
    hinted = fact.id in state.hinted and asks_openly(unit) and touch.score >= ASKS_AGAIN
    if (touch.sure and may_open(state, fact, unit)) or hinted:
        return release(moment, fact, unit)
    if touch.closed is not None:
        return _closed(moment, fact, touch.closed)
    return hint(moment, fact)


def _closed(moment: TurnContext, fact: Fact, index: int) -> RankedDirection:
    gives = fact.closed[index].gives
    fresh = ((gives, Source.ELICITED),) if gives and gives not in moment.state.facts else ()
    parts = (ReplyPart(f"fact/{fact.id}/closed{index}"),)
    return RankedDirection(7, moment.direction("answer", parts, topic=fact.id, releases=fresh))


def _feeling(moment: TurnContext, unit: Unit, touch: TopicMatch) -> RankedDirection:
    state = moment.state
    feelings = [fact for fact in moment.scenario.facts if fact.feeling]
    named = [fact for fact in feelings if fact.id == touch.fact]
    for fact in named or feelings:
        if fact.id in state.facts:
            continue
        if may_open(state, fact, unit):
            return release(moment, fact, unit)
        if touch.fact == fact.id:
            return hint(moment, fact)
        return RankedDirection(4, moment.reply("feeling_closed"))
    if named and named[0].id in state.facts:
        return _more(moment, unit, named[0].id)
    return RankedDirection(4, moment.reply("already"))


def _option(moment: TurnContext, topic: str | None, named_step: str | None) -> RankedDirection:
    """One step per reply: on the topic first, then by rank. None while the manager owns the plan."""
    state = moment.state
    if state.takeovers and state.ownership < OWNS_NOTHING:
        return RankedDirection(4, moment.reply("yours_now"))
    ready = [step for step in moment.scenario.steps if step.id not in state.steps and state.knows(step.needs)]
    if not ready and state.act == "no_step_yet" and moment.mood == "open":
        return RankedDirection(4, moment.reply("advice_asked"))
    if not ready:
        planned = state.steps or any(one.day for one in state.spoken)
        return RankedDirection(4, moment.reply("no_more_steps" if planned else "no_step_yet"))
    step = min(ready, key=lambda entry: (entry.id != named_step, topic not in entry.about, entry.rank))
    fresh = tuple((fact, Source.ELICITED) for fact in step.gives if fact not in state.facts)
    when = any(map(asks_when, sentences_of(moment.text)))  # "what will you do, and when?"
    pools = ("lines", "commit") if when else ("lines",)
    parts = tuple(ReplyPart(f"step/{step.id}/{pool}") for pool in pools)
    commits = step.id if when else None
    return RankedDirection(8, moment.direction("step", parts, step=step.id, commits=commits, releases=fresh))


def _commit(moment: TurnContext, touch: TopicMatch) -> RankedDirection:
    loose = moment.state.loose_steps
    if not loose:
        found = _option(moment, moment.state.topic, touch.step)
        if found.direction.step or found.direction.act == "yours_now" or asks_what(moment.text):
            return found
        return RankedDirection(
            4, moment.reply("committed" if moment.state.own_steps or moment.state.spoken else "soon")
        )
    chosen = touch.step if touch.step in loose else loose[0]
    return RankedDirection(8, moment.direction("commit", (ReplyPart(f"step/{chosen}/commit"),), commits=chosen))


def _meaning(moment: TurnContext, unit: Unit, touch: TopicMatch, topic: str | None) -> RankedDirection:
    """The insight on the topic, else the fact asked about, else a remark that something doesn't fit."""
    state = moment.state
    if topic is None:
        return RankedDirection(1, moment.reply("unknown")) if touch.intent is Intent.WHY else _volunteer(moment, unit)
    on_topic = [insight for insight in moment.scenario.insights if topic in insight.about]
    fresh = [insight for insight in on_topic if insight.id not in state.insights]
    ready = [insight for insight in fresh if state.knows(insight.needs)]
    if ready:
        insight = ready[0]
        gives = tuple((fact, Source.ELICITED) for fact in insight.gives if fact not in state.facts)
        parts = (ReplyPart(f"insight/{insight.id}/lines"),)
        return RankedDirection(8, moment.direction("insight", parts, topic=topic, insight=insight.id, releases=gives))
    fact = moment.scenario.fact(topic)
    if topic not in state.facts and not touch.names_topic:
        return _after_hint(moment, unit, fact)
    if topic not in state.facts:
        return _about(moment, unit, replace(touch, fact=topic, closed=None), fact)
    if on_topic and not fresh:
        return RankedDirection(
            5, moment.direction("insight_again", (ReplyPart(f"insight/{on_topic[0].id}/again"),), topic=topic)
        )
    if not on_topic or touch.intent is Intent.WHY:
        return _more(moment, unit, topic)
    return RankedDirection(4, moment.reply("part_unclear"))


def _after_hint(moment: TurnContext, unit: Unit, fact: Fact) -> RankedDirection:
    """Say more after a hint. It opens a hint won by a specific question; otherwise it counts as a general question."""
    state = moment.state
    if fact.id not in state.hinted or fact.feeling or not asks_openly(unit):
        return _volunteer(moment, unit)
    if fact.id not in state.generic_hinted:
        return release(moment, fact, unit)
    if state.generic_releases < GENERIC_RELEASES:
        return release(moment, fact, unit, generic=True)
    return RankedDirection(3, moment.reply("the_lot"))


def _more(moment: TurnContext, unit: Unit, topic: str | None, leads: bool = True) -> RankedDirection:
    """One more detail, then the linked fact if `leads`, then "that's the lot"."""
    state = moment.state
    if topic is None:
        return _volunteer(moment, unit) if is_short(unit) else RankedDirection(1, moment.reply("unknown"))
    fact = moment.scenario.fact(topic)
    if topic not in state.facts:
        return _after_hint(moment, unit, fact)
    if state.more.get(topic, 0) < MORE_TIMES:
        parts = (ReplyPart(f"fact/{topic}/more", form_of(unit.text)),)
        return RankedDirection(6, moment.direction("more", parts, topic=topic))
    if leads and fact.leads and fact.leads not in state.facts:
        linked = moment.scenario.fact(fact.leads)
        if not linked.feeling and state.openness >= linked.opens.openness:
            return release(moment, linked, unit)
    return RankedDirection(3, moment.reply("the_lot"))


def is_short(unit: Unit) -> bool:
    """Whether the question is so short that it only continues the topic."""
    return len(unit.text.split()) <= 5


def _volunteer(moment: TurnContext, unit: Unit) -> RankedDirection:
    """Answer a general question: volunteer the next fact (at most twice), then hints, then "that's the lot"."""
    state = moment.state
    closed_facts = [fact for fact in moment.scenario.facts if fact.id not in state.facts and not fact.feeling]
    if state.generic_releases < GENERIC_RELEASES and asks_openly(unit):
        for fact in closed_facts:
            if fact.volunteer and state.openness >= fact.opens.openness:
                return release(moment, fact, unit, generic=True)
    if state.generic_hints < GENERIC_HINTS and asks_openly(unit):
        for fact in closed_facts:
            if fact.id not in state.hinted:
                return hint(moment, fact, generic=True)
    return RankedDirection(3, moment.reply("the_lot")) if asks_openly(unit) else _good_news(moment)


def _good_news(moment: TurnContext) -> RankedDirection:
    """The sunny script, until something has come out: after that it would be taking it back."""
    return RankedDirection(3, moment.reply("the_lot" if moment.state.facts or moment.state.deep else "sunny"))
