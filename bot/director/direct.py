"""What the rep does next: tries every question of a turn, and the best answerable one sets the act."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..scenario import Scenario
from ..talk.codebook import Code, Unit
from ..talk.direction import Direction, Intent, ReplyPart, Source, TopicMatch
from ..talk.transcript import Turn
from .answer import answer, asks_when_of_his
from .moment import RankedDirection, TurnContext
from .state import State, paired
from .telling import instructed_reply, respond, tells

_TOLD_TO = (Code.DIRECTIVE, Code.ADVICE)
PLAIN = 0.6
"""Below this confidence, a push isn't acknowledged as an order."""
ANSWERS = 4
"""From this rank an answer says something of its own."""
SURE_OF_BOTH = 0.4
"""Minimum probability of another answer in one reply. A stranger found one in four right below, three of four above."""
ASKS_ANYWAY = 0.4
"""From this probability, words with a question mark count as a question however they are coded."""
ASKS_FOR_SURE = 0.6
"""From this probability, and if it is surer than the code, so do words without one ("list me the big ones")."""
_STATES = (Code.REFLECTION, Code.INFORMATION, Code.AFFIRMATION, Code.CONFRONT)
_TELLS = ("entry", "release", "answer", "more", "insight", "hint", "step", "commit")
TOGETHER = 3
"""How many questions one reply answers at most. A day, an order that is right and a nod come on top."""
_ORDERS = (Code.TAKEOVER, Code.DIRECTIVE, Code.ADVICE)
AGREES = 0.5
"""Below this probability, a remark isn't acknowledged as what it is coded as."""
_PRAISES = ("talk-praise",)
_HEARS = ("talk-summary", "talk-empathy")
_ABSURD = {Intent.BREAK_PLAY: "puzzled", Intent.RUDE: "rude"}


def direct(scenario: Scenario, state: State, turn: Turn) -> Direction:
    """The direction for the reply to `turn`, which `state` has already heard.

    Pure: the same scenario, state and coded turn give the same direction.
    """
    moment = TurnContext(scenario, state, "open" if state.openness >= 0.5 else "guarded", turn.text)
    special = _special(moment, turn)
    if special:
        return special
    asked = [
        (unit, touch)
        for unit, touch in paired(turn)
        if unit.genuine or _goes_on(unit, touch) or ("?" in unit.text and asks_when_of_his(state, unit))
    ]
    answered = [(unit, touch, found) for unit, touch in asked if (found := answer(moment, unit, touch)) is not None]
    answers = [(touch, found) for _, touch, found in answered]
    told = tells(moment, turn)
    unmapped = tuple(unit.text for unit, touch in asked if touch.intent is Intent.OFF_TOPIC)
    brought = told.steps or told.facts or told.news
    if not answers or (brought and all(found.rank < ANSWERS for _, found in answers)):
        return replace(respond(moment, turn, told), unmapped=unmapped)
    best = _first(answers)
    direction = _with_day(moment, _together(best, answered), [unit for unit, _ in asked])
    direction = replace(direction, told_steps=told.steps, news=told.news, unmapped=unmapped)
    direction = replace(direction, releases=_with_told(direction, told.facts))
    doing = instructed_reply(moment, turn, told)
    if doing:
        commits = doing.commits or direction.commits
        return replace(direction, parts=(*doing.parts, *direction.parts), commits=commits)
    acknowledgement = _acknowledgement(moment, turn, best)
    return replace(direction, parts=(acknowledgement, *direction.parts)) if acknowledgement else direction


def _goes_on(unit: Unit, touch: TopicMatch) -> bool:
    """What asks although it isn't coded as a question: "go on", "and Priya?", a blunt "and you left it at that?"."""
    if unit.code is Code.OTHER and touch.intent is Intent.SAY_MORE:
        return True
    if not (touch.fact or (touch.entry and not touch.entry.startswith("talk-"))):
        return False
    if "?" in unit.text and unit.code not in _ORDERS:
        return touch.score >= ASKS_ANYWAY
    if unit.code is Code.TAKEOVER and unit.claimed:
        return False
    return unit.code not in _STATES and touch.score >= max(ASKS_FOR_SURE, unit.confidence)


def _first(answers: list[tuple[TopicMatch, RankedDirection]]) -> RankedDirection:
    """The answer to the last question, unless the rep can only turn it away and can answer another."""
    last = answers[-1][1]
    best = max((found for _, found in answers), key=lambda found: found.rank)
    return last if last.rank >= ANSWERS or best.rank < ANSWERS else best


def _with_told(direction: Direction, facts: tuple[str, ...]) -> tuple[tuple[str, Source], ...]:
    """The released facts, and those that the manager stated: told, unless the rep tells them in reply to a question."""
    already = {fact for fact, _ in direction.releases}
    return (*direction.releases, *((fact, Source.TOLD) for fact in facts if fact not in already))


def _special(moment: TurnContext, turn: Turn) -> Direction | None:
    for unit, touch in paired(turn):
        handed_back = unit.code is Code.REFLECTION and touch.intent is Intent.RUDE
        if touch.intent in _ABSURD and touch.sure and not handed_back:
            return moment.reply(_ABSURD[touch.intent])
    if not turn.units:
        return moment.reply("blank")
    if moment.state.repeated:
        return moment.reply("repeat")
    return None


def _with_day(moment: TurnContext, direction: Direction, asked: list[Unit]) -> Direction:
    """The direction, and the day of a step of the rep's own if one of several questions asks for it."""
    loose = [name for name in moment.state.loose_steps if name != direction.step]
    if direction.commits or direction.step or not loose or len(asked) < 2:
        return direction
    if not any(asks_when_of_his(moment.state, unit) for unit in asked):
        return direction
    return replace(direction, parts=(*direction.parts, ReplyPart(f"step/{loose[0]}/commit")), commits=loose[0])


def _together(best: RankedDirection, answered: Sequence[tuple[Unit, TopicMatch, RankedDirection]]) -> Direction:
    """The answer with those to other questions, in the order asked, where the rep is sure of them.

    What lets something deep out is told by itself; else at most `TOGETHER` questions are answered.
    """
    first = best.direction
    if first.deep or first.act not in _TELLS:
        return first
    said, room = {first.entry}, TOGETHER - len(first.parts)
    parts: list[ReplyPart] = []
    for unit, touch, found in answered:
        other = found.direction
        if found is best:
            parts += first.parts
        elif room > 0 and touch.score >= SURE_OF_BOTH and _beside(unit, other) and other.entry not in said:
            parts += other.parts[:1]
            said.add(other.entry)
            room -= 1
    return replace(first, parts=tuple(parts))


def _beside(unit: Unit, other: Direction) -> bool:
    """Whether an answer may stand beside another: to a question, and about the world, with nothing given away.

    Remarks about the talk are for when nothing else was asked.
    """
    asks = unit.genuine or "?" in unit.text
    tells = other.act == "entry" and not (other.deep or other.releases or other.step)
    return asks and tells and not str(other.entry).startswith("talk-")


def _acknowledgement(moment: TurnContext, turn: Turn, best: RankedDirection) -> ReplyPart | None:
    """One short acknowledgement of what was said before the question, never twice in a row.

    The code and the matched remark must agree: a thank-you for what was no praise is worse than none.
    """
    direction = best.direction
    if direction.asks_back or (direction.parts[0].pool.startswith("reply/") and direction.act not in _TELLS):
        return None
    fresh_news = [touch.news for _, touch in paired(turn) if touch.news and touch.news not in moment.state.news]
    if fresh_news:
        return ReplyPart(f"news/{fresh_news[0]}/acknowledge")
    if moment.state.acknowledged:
        return None
    for unit, touch in paired(turn):
        sure = unit.confidence >= PLAIN and touch.score >= AGREES
        if unit.code in _TOLD_TO and unit.pushing and unit.confidence >= PLAIN and not touch.entry:
            return ReplyPart("reply/ack_tell")
        if unit.code is Code.AFFIRMATION and sure and touch.entry in _PRAISES:
            return ReplyPart("reply/ack_affirmation")
        if unit.code is Code.REFLECTION and sure and touch.entry in _HEARS:
            return ReplyPart("reply/ack_reflection")
    return None
