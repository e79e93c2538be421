"""What the rep does next: tries every question of a turn, and the best answerable one sets the act."""

from __future__ import annotations

from dataclasses import replace

from ..scenario import Scenario
from ..talk.codebook import Code, Flag, Unit
from ..talk.direction import Direction, Intent, ReplyPart, Source, TopicMatch
from ..talk.transcript import Turn
from .answer import answer
from .moment import RankedDirection, TurnContext
from .state import State, paired
from .telling import instructed_reply, respond, tells

_TOLD_TO = (Code.DIRECTIVE, Code.ADVICE)
PLAIN = 0.6
"""Below this confidence, a push isn't acknowledged as an order."""
HEARD = 0.75
"""Below this confidence, a reflection isn't acknowledged as one."""
_ABSURD = {Intent.BREAK_PLAY: "puzzled", Intent.RUDE: "rude"}


def direct(scenario: Scenario, state: State, turn: Turn) -> Direction:
    """The direction for the reply to `turn`, which `state` has already heard.

    Pure: the same scenario, state and coded turn give the same direction.
    """
    moment = TurnContext(scenario, state, "open" if state.openness >= 0.5 else "guarded", turn.text)
    special = _special(moment, turn)
    if special:
        return special
    asked = [(unit, touch) for unit, touch in paired(turn) if unit.genuine or _goes_on(unit, touch)]
    answers = [found for unit, touch in asked if (found := answer(moment, unit, touch)) is not None]
    told = tells(moment, turn)
    unmapped = tuple(unit.text for unit, touch in asked if touch.intent is Intent.OFF_TOPIC)
    if not answers:
        return replace(respond(moment, turn, told), unmapped=unmapped)
    best = max(enumerate(answers), key=lambda pair: (pair[1].rank, pair[0]))[1]
    direction = _second(best, answers).direction
    direction = replace(direction, told_steps=told.steps, news=told.news, unmapped=unmapped)
    direction = replace(direction, releases=_with_told(direction, told.facts, asked))
    doing = instructed_reply(moment, turn, told)
    if doing:
        return replace(direction, parts=(*doing.parts, *direction.parts))
    acknowledgement = _acknowledgement(moment, turn, best)
    return replace(direction, parts=(acknowledgement, *direction.parts)) if acknowledgement else direction


def _goes_on(unit: Unit, touch: TopicMatch) -> bool:
    """ "And then?", "go on": too short to be coded as a question, but it asks the rep to continue."""
    return unit.code is Code.OTHER and touch.intent is Intent.SAY_MORE


def _with_told(
    direction: Direction, facts: tuple[str, ...], asked: list[tuple[Unit, TopicMatch]]
) -> tuple[tuple[str, Source], ...]:
    """The released facts. A fact that the manager stated, or that the question assumed, counts as told."""
    presupposed = {touch.states for _, touch in asked}
    released = [
        (fact, Source.TOLD if fact in facts and fact in presupposed else how) for fact, how in direction.releases
    ]
    already = {fact for fact, _ in released}
    return (*released, *((fact, Source.TOLD) for fact in facts if fact not in already))


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


def _second(best: RankedDirection, answers: list[RankedDirection]) -> RankedDirection:
    """Add a second released fact as `also`. At most two facts per reply."""
    fresh = [fact for fact, _ in best.direction.releases]
    if len(fresh) >= 2 or any(part.pool.endswith("/hints") for part in best.direction.parts):
        return best
    for other in answers:
        for fact, how in other.direction.releases:
            if fact not in fresh and other is not best and other.direction.act == "release":
                parts = (*best.direction.parts, ReplyPart(f"fact/{fact}/also"))
                releases = (*best.direction.releases, (fact, how))
                return replace(best, direction=replace(best.direction, parts=parts, releases=releases))
    return best


def _acknowledgement(moment: TurnContext, turn: Turn, best: RankedDirection) -> ReplyPart | None:
    """One short acknowledgement of what was said before the question, never twice in a row."""
    if best.direction.parts[0].pool.startswith("reply/") and best.direction.act not in ("answer", "release"):
        return None
    fresh_news = [touch.news for _, touch in paired(turn) if touch.news and touch.news not in moment.state.news]
    if fresh_news:
        return ReplyPart(f"news/{fresh_news[0]}/acknowledge")
    if moment.state.acknowledged:
        return None
    for unit, _ in paired(turn):
        if unit.code in _TOLD_TO and unit.pushing and unit.confidence >= PLAIN:
            return ReplyPart("reply/ack_tell")
        if unit.code is Code.AFFIRMATION and (Flag.SPECIFIC in unit.flags or len(turn.units) > 1):
            return ReplyPart("reply/ack_affirmation")
        if unit.code is Code.REFLECTION and unit.confidence >= HEARD:
            return ReplyPart("reply/ack_reflection")
    return None
