"""The moment that most needed other words: what the manager said, its effect, and a question to ask instead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ..director import State
from ..knowledge import Knowledge
from ..scenario import Fact, Scenario
from ..talk.codebook import Code, Flag, Focus, Group, Unit
from ..talk.direction import Direction, Intent, Source, TopicMatch
from ..talk.transcript import Turn
from ..text.forbidding import forbids
from .asked import facts_asked_about, was_put
from .coach import question_instead
from .exchange import Exchange, Moment, opening_of, topic_said
from .measures import instructs
from .saying import RepWords, number_word, sentence_case

_WORSE = {Code.TAKEOVER: 5.0, Code.CONFRONT: 4.0, Code.DIRECTIVE: 3.0, Code.LEADING_QUESTION: 2.0, Code.ADVICE: 2.0}
_DROP, _STEP, _HINT = 5.0, 1.0, 2.0
"""What a push weighs beside its code: for each whole of openness or ownership lost, for a step, and for a hint lost."""
_LONG = 160
"""A stack of questions longer than this, in characters, is quoted by its last question."""
_WHY = {
    Code.TAKEOVER: "If you solve this one, the next one comes to you as well.",
    Code.CONFRONT: "Blame makes people defend what they did. A question lets them look at it.",
    Code.DIRECTIVE: "People carry out their own plans sooner than yours.",
    Code.LEADING_QUESTION: "A question with its answer inside asks for a yes, and a yes tells you little.",
    Code.ADVICE: "Ask for {his} idea before you give yours. It may be the same one, or a better one.",
}
_WHY_HINT = "Where somebody stops short there is often more. Stay with it for one more question."
_WHY_STACK = "Ask the one that matters most, then wait."
_WHY_STATUS = "Before the next check, ask once more about what {he} has just told you."
_GO_ON = (
    "What's behind that?",
    "What makes you put it that way?",
    "How do you mean?",
    "What else should I know there?",
)
"""Questions that stay with what was just said, whatever it was. They name nothing."""
_STAYS = (Intent.SAY_MORE, Intent.WHY, Intent.MAKE_OF_IT, Intent.FEELINGS, Intent.WHAT_ELSE)
_VAGUE = (Intent.ABOUT, Intent.OFF_TOPIC, Intent.CHECK_UNDERSTANDING)


@dataclass(frozen=True, slots=True)
class _Talk:
    """What every part of the search needs: the scenario, the turns, the final state, and what was asked about."""

    scenario: Scenario
    turns: Sequence[Turn]
    state: State
    knowledge: Knowledge
    asked: frozenset[str]
    rep: RepWords

    def waiting(self, fact: Fact) -> bool:
        """Whether a fact's own question may be advised: it's no feeling, never came out and nobody asked about it."""
        known = fact.feeling or fact.id in self.state.facts or fact.id in self.asked
        return not known and not was_put(fact.question, self.turns)

    def go_on(self) -> str:
        """A question that stays with what was just said, and that the manager never asked; else nothing."""
        return next((question for question in _GO_ON if not was_put(question, self.turns)), "")

    def lost(self, exchange: Exchange) -> Fact | None:
        """What the rep had hinted at just before, if the manager left it and it never came out."""
        before = exchange.last.direction if exchange.last else None
        if before is None or before.hint is None or before.hint in self.state.facts:
            return None
        follows = any(touch.intent in _STAYS or unit.code is Code.REFLECTION for unit, touch in exchange.claimed)
        later = facts_asked_about(self.scenario, self.turns[exchange.turn.index :])
        return None if follows or before.hint in later else self.scenario.fact(before.hint)


def turning_point(
    scenario: Scenario, turns: Sequence[Turn], talk: Sequence[Exchange], state: State, knowledge: Knowledge
) -> Moment | None:
    """The worst push by what it did; else a hint left lying, a stack of questions, or a check at an open door.

    None if there was none of these. An order that is right in the scenario is never one.
    """
    held = _Talk(scenario, turns, state, knowledge, facts_asked_about(scenario, turns), RepWords.of(scenario))
    found = _worst_push(held, talk) or _hint_left(held, talk) or _stack(held, talk) or _check(held, talk)
    return found and replace(found, why=found.why.replace("{he}", held.rep.he).replace("{his}", held.rep.his))


def _worst_push(held: _Talk, talk: Sequence[Exchange]) -> Moment | None:
    best: tuple[float, Exchange, Unit, TopicMatch, str] | None = None
    for exchange in talk:
        for unit, touch in exchange.claimed:
            if not _plain(unit) or _right(held.scenario, exchange.turn, unit, touch):
                continue
            weight = _weight(held, exchange, unit)
            effect = _did(held, exchange, unit)
            if effect and (best is None or weight > best[0]):
                best = weight, exchange, unit, touch, effect
    if best is None:
        return None
    _, exchange, unit, touch, effect = best
    # Nothing to ask stands in the place of a mere "don't", as among the suggestions.
    instead = "" if unit.code is Code.DIRECTIVE and forbids(unit.text) else _instead(held, exchange, touch)
    return _moment(exchange, unit.text, effect, instead, _WHY[unit.code])


def _weight(held: _Talk, exchange: Exchange, unit: Unit) -> float:
    """How bad a push was: by its code, by what it did, and by how sure the reader is of it."""
    before, heard = exchange.before, exchange.heard
    lost = before.openness - heard.openness + before.ownership - heard.ownership
    step = bool(exchange.direction.told_steps) or heard.taken != before.taken
    weight = _WORSE[unit.code] + _DROP * max(0.0, lost) + _STEP * step
    return unit.confidence * (weight + _HINT * (held.lost(exchange) is not None))


def _taken(exchange: Exchange) -> set[str]:
    """The steps of the rep's own that this turn took over."""
    return set(exchange.heard.own_steps) & (exchange.heard.taken - exchange.before.taken)


def _plain(unit: Unit) -> bool:
    """Whether a unit pushes so plainly that it may be the one thing shown. One word alone doesn't."""
    return unit.pushing and len(unit.text.split()) > 1


def _right(scenario: Scenario, turn: Turn, unit: Unit, touch: TopicMatch) -> bool:
    """Whether it may be, or belong to, the order that this scenario calls for. A takeover or blame never does."""
    if not scenario.directive_ok or unit.code in (Code.TAKEOVER, Code.CONFRONT):
        return False
    ordered = touch.step is not None and scenario.step(touch.step).instructed
    # An order in words that the matcher doesn't know is still more likely the right one than not.
    return ordered or instructs(turn) or unit.code in (Code.DIRECTIVE, Code.ADVICE)


def _did(held: _Talk, exchange: Exchange, unit: Unit) -> str:
    """What a push did that the reply shows, or nothing: a rep who goes on talking wasn't visibly hurt by it."""
    if _gave(exchange.direction):
        return ""
    sentences = [_answered(held.rep, exchange, unit)]
    lost = held.lost(exchange)
    if lost is not None:
        topic = topic_said(lost.topic, held.scenario)
        sentences.append(f"What {held.rep.he} had just touched on{f', {topic},' if topic else ''} never came out.")
    return " ".join(sentence for sentence in sentences if sentence)


def _gave(done: Direction) -> bool:
    """Whether the reply tells, works out or plans something: then the push did no harm that anybody can see."""
    return bool(any(how is not Source.TOLD for _, how in done.releases) or done.insight or done.step or done.commits)


def _answered(rep: RepWords, exchange: Exchange, unit: Unit) -> str:
    """What the rep did in reply to a push, where the direction tells it."""
    he, done = sentence_case(rep.he), exchange.direction
    silent = "" if done.releases or done.entry else " and told you nothing new"
    if unit.code is Code.TAKEOVER:
        if _taken(exchange):
            return f"What {rep.he} had meant to do {rep.himself} became yours."
        if done.act == "hand_over":
            return f"{he} left it to you."
        return "That made the plan yours." if not exchange.heard.ownership else ""
    return {
        "defend": f"{he} defended {rep.himself}{silent}.",
        "comply": f"{he} said yes{silent}.",
        "agree": f"{he} agreed{silent}.",
        "leave_it": f"{he} agreed to leave it{silent}.",
        "told": f"{he} agreed to something that was your idea, not {rep.his} own.",
        "on_my_list": f"{he} had already come up with that {rep.himself}.",
    }.get(done.act, "")


def _instead(held: _Talk, exchange: Exchange, touch: TopicMatch) -> str:
    lost = held.lost(exchange)
    if lost is not None and held.waiting(lost):
        return lost.question
    known = {fact.id for fact in held.scenario.facts if not held.waiting(fact)}
    # Of the bank, only questions that fit any topic: a near miss would read as if we hadn't listened.
    narrow = {question.text for question in held.knowledge.questions if not question.codes}
    found = question_instead(exchange.turn, touch.unit, held.turns, held.knowledge, held.scenario, known, narrow)
    return found or held.go_on()


def _hint_left(held: _Talk, talk: Sequence[Exchange]) -> Moment | None:
    for exchange in talk:
        lost = held.lost(exchange)
        said = [unit for unit, _ in exchange.claimed if unit.code is not Code.OTHER]
        if lost is None or not said or _may_stay(exchange):
            continue
        topic = topic_said(lost.topic, held.scenario) or "something"
        effect = f"{sentence_case(held.rep.he)} had just touched on {topic}. You went on, and it never came out."
        instead = lost.question if held.waiting(lost) else held.go_on()
        return _moment(exchange, said[-1].text, effect, instead, _WHY_HINT)
    return None


def _may_stay(exchange: Exchange) -> bool:
    """Whether a question that is about nothing else we know may be about what was just said: "Is it me, or them?"."""
    return any(
        unit.genuine and not touch.fact and str(touch.entry or "talk-").startswith("talk-") and touch.intent in _VAGUE
        for unit, touch in exchange.claimed
    )


def _stack(held: _Talk, talk: Sequence[Exchange]) -> Moment | None:
    """The most questions in one turn, of at least three. Each ends in a question mark.

    Without one, a statement may have been taken for a question; this is shown first of all, so it has to be so.
    """
    stacks = [
        (exchange, asked)
        for exchange in talk
        if len(asked := [unit for unit, _ in exchange.claimed if unit.genuine and unit.text.rstrip().endswith("?")]) > 2
        and any(Flag.STACKED in unit.flags for unit in asked)
    ]
    if not stacks:
        return None
    exchange, asked = max(stacks, key=lambda found: len(found[1]))
    quote = exchange.turn.text[asked[0].start : asked[-1].end]
    effect = f"You asked {number_word(len(asked))} things at once, so {held.rep.he} could choose which one to answer."
    return _moment(exchange, quote if len(quote) <= _LONG else asked[-1].text, effect, "", _WHY_STACK)


def _check(held: _Talk, talk: Sequence[Exchange]) -> Moment | None:
    """A question about status, and nothing else, just after the rep told something."""
    for exchange in talk:
        units = [unit for unit, _ in exchange.claimed if unit.group is not Group.NEUTRAL]
        opened = next(_opened(exchange), None)
        if opened is None or not units or not all(unit.genuine and unit.focus is Focus.STATUS for unit in units):
            continue
        topic = topic_said(held.scenario.fact(opened).topic, held.scenario)
        about = f"about {topic}" if topic else "something you needed to know"
        effect = f"{sentence_case(held.rep.he)} had just told you {about}. You asked where things stand."
        return _moment(exchange, units[-1].text, effect, held.go_on(), _WHY_STATUS)
    return None


def _opened(exchange: Exchange) -> Iterator[str]:
    """The facts that the rep told, unasked or asked, just before this exchange."""
    before = exchange.last.direction if exchange.last else None
    yield from (fact for fact, how in (before.releases if before else ()) if how is not Source.TOLD)


def _moment(exchange: Exchange, quote: str, effect: str, instead: str, why: str) -> Moment:
    said = opening_of(exchange.reply)
    return Moment(exchange.turn.index, quote, exchange.reply.index, said, effect, instead, why)
