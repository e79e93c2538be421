"""Answers from what else the rep knows: the entries, each told at its own level of trust."""

from __future__ import annotations

from dataclasses import replace

from ..scenario import Entry, EntryLevel, Fact, Scenario
from ..talk.codebook import Unit
from ..talk.direction import ReplyPart, Source, TopicMatch
from .moment import DEEP_FROM, RankedDirection, TurnContext, form_of, hint, may_open, release, seeks
from .state import State

GUARDED_AT = 0.5
"""Minimum openness for a guarded entry."""
ASKS_SURELY, ASKS_AGAIN = 0.35, 0.3
"""Minimum probability that a guarded or hidden entry is what is asked for, and a fact that he has hinted at before."""
HIDDEN_AT = 0.65
"""Minimum openness for a hidden entry, along with a reflection or affirmation just before."""


def entry_reply(moment: TurnContext, unit: Unit, touch: TopicMatch) -> RankedDirection:
    """What the rep says to a unit that `touch.entry` answers. Raises KeyError for an unknown entry."""
    entry = moment.scenario.entry(str(touch.entry))
    state = moment.state
    if not state.holds(entry):
        return RankedDirection(1, moment.reply("unknown"))
    waiting = [fact for fact in entry.after if fact not in state.facts]
    if waiting or (entry.fact and entry.fact not in state.facts and not _opens(moment, entry, unit, touch)):
        fact = moment.scenario.fact(waiting[0] if waiting else str(entry.fact))
        return (
            _behind(moment, unit, touch, fact)
            if not waiting or entry.level is not EntryLevel.OPEN
            else hint(moment, fact)
        )
    if not entry.fact and not (may_tell(state, entry, unit) and (touch.score >= ASKS_SURELY or not is_kept(entry))):
        return _holds_back(moment, entry)
    fresh = ((entry.fact, Source.ELICITED),) if entry.fact and entry.fact not in state.facts else ()
    parts = (ReplyPart(f"entry/{entry.id}/says", touch.form or form_of(unit.text)),)
    return RankedDirection(
        8 if fresh else 7,
        moment.direction(
            "entry",
            parts,
            topic=entry.fact or next(iter(entry.after), None),
            releases=fresh,
            entry=entry.id,
            deep=entry.level is EntryLevel.HIDDEN,
        ),
    )


def _behind(moment: TurnContext, unit: Unit, touch: TopicMatch, fact: Fact) -> RankedDirection:
    """The answer to a question about a detail of a fact that isn't out: if it opens the fact, that and the detail."""
    again = fact.id in moment.state.hinted and seeks(unit) and not fact.feeling and touch.score >= ASKS_AGAIN
    if not ((touch.sure and may_open(moment.state, fact, unit)) or again):
        return hint(moment, fact)
    found, entry = release(moment, fact, unit), moment.scenario.entry(str(touch.entry))
    missing = {*entry.after, *((entry.fact,) if entry.fact else ())} - {*moment.state.facts, fact.id}
    if missing or entry.level is EntryLevel.HIDDEN:
        return found
    detail = ReplyPart(f"entry/{entry.id}/says", touch.form or form_of(unit.text))
    direction = replace(found.direction, parts=(*found.direction.parts, detail), entry=entry.id)
    return replace(found, direction=direction)


def _opens(moment: TurnContext, entry: Entry, unit: Unit, touch: TopicMatch) -> bool:
    """Whether the question opens the fact that the entry tells."""
    fact = moment.scenario.fact(str(entry.fact))
    return touch.sure and may_open(moment.state, fact, unit)


def is_kept(entry: Entry) -> bool:
    """Whether an entry isn't told to anybody: it is guarded, and no detail of something that is out, or hidden."""
    return entry.level is EntryLevel.HIDDEN or (entry.level is EntryLevel.GUARDED and not entry.after)


def may_tell(state: State, entry: Entry, unit: Unit) -> bool:
    """Whether this question, now, gets an entry told that gives no fact away."""
    match entry.level:
        case EntryLevel.PUBLIC | EntryLevel.OPEN:
            return True
        case EntryLevel.GUARDED if entry.after:
            return True  # a detail of something that is out
        case EntryLevel.GUARDED:
            return state.openness >= GUARDED_AT and seeks(unit)
    return state.manager_turns >= DEEP_FROM and state.openness >= HIDDEN_AT and state.feelings_open


def tellable(scenario: Scenario, state: State) -> tuple[str, ...]:
    """Ids of the entries that the rep would tell anybody now: public and open ones, and details of what is out."""
    return tuple(entry.id for entry in scenario.entries if _would_tell_anybody(state, entry))


def _would_tell_anybody(state: State, entry: Entry) -> bool:
    facts = (*entry.after, *((entry.fact,) if entry.fact else ()))
    if not state.holds(entry) or any(fact not in state.facts for fact in facts):
        return False
    return entry.level in (EntryLevel.PUBLIC, EntryLevel.OPEN) or (entry.level is EntryLevel.GUARDED and bool(facts))


def _holds_back(moment: TurnContext, entry: Entry) -> RankedDirection:
    if not entry.hints:
        return RankedDirection(3, moment.reply("feeling_closed" if entry.level is EntryLevel.HIDDEN else "evade"))
    parts = (ReplyPart(f"entry/{entry.id}/hints"),)
    return RankedDirection(5, moment.direction("hint", parts, entry=entry.id))


def more_of(moment: TurnContext, entry: Entry) -> RankedDirection:
    """More about the entry of the last reply."""
    pool = "more" if entry.more else "says"
    return RankedDirection(6, moment.direction("more", (ReplyPart(f"entry/{entry.id}/{pool}"),), entry=entry.id))
