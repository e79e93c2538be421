"""A conversation in a few sentences: what it came to, and why, as one manager would tell another. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..director import State, step_ends
from ..scenario import Scenario, StepEnd
from ..talk.codebook import Code
from ..talk.direction import Source
from ..talk.transcript import Turn
from .saying import RepWords, number_word, portion, sentence_case, times_word
from .score import other_orders, step_words
from .scorecard import BELOW, NOT_SCORED, Scorecard

REASONS = 3
_OPEN, _HALF = 0.5, 0.5
_PUSHED, _ASKED, _ASKED_MOSTLY, _MORE, _CHECKED = 0.15, 0.9, 0.67, 0.58, 0.5
_A_LOT = 0.3
_TAKEN = "you took the plan over"
_OWN_WORDS = Source.ELICITED, Source.DONATED
_REACHED = ("basic", "proficient")
_THOUGH = {
    "balance": "though you told more than you asked",
    "exploring": "though more of your questions could have invited thinking",
    "inspection": "though many of your questions only checked",
    "discovery": "though less of it came from your questions than could have",
    "ownership": "though you gave as much of the plan as {name} did",
}


@dataclass(frozen=True, slots=True)
class _Plan:
    """Whose the next steps are: the rep's own by how they end, how many are the manager's, and sure takeovers."""

    done: int
    named: int
    yours: int
    takeovers: int

    @property
    def own(self) -> bool:
        """Whether the rep left with a plan of their own."""
        return self.done > 0 and self.done + self.named >= self.yours


def headline(scenario: Scenario, turns: Sequence[Turn], state: State, card: Scorecard) -> str:
    """One sentence about the whole conversation, true to its level."""
    rep = RepWords.of(scenario)
    if card.level == NOT_SCORED:
        return _too_short(card, rep)
    if scenario.directive_ok:
        return _directed(card, _order_done(scenario, state), rep)
    plan = _plan(scenario, turns, state)
    told, opened = _told_part(scenario, state, rep)
    owned, subject = _plan_part(plan, rep)
    if card.level == "telling":
        pushed = (card.measures.directiveness or 0) > _A_LOT
        first = f"You told {rep.name} what to do" if pushed else f"You checked on {rep.name}"
        if owned == _TAKEN:
            return f"{first} and took the plan over."
        return f"{first}, and {owned if subject else f'{rep.he} {owned}'}."
    if plan.own and not opened:
        return f"{rep.name} {owned}, but {told}."
    if plan.own and opened:
        though = _though(plan, card, rep) if card.level == "mixed" else ""
        return f"{rep.name} {told} and {owned}{f', {though}' if though else ''}."
    joined = ", but " if opened else (", and " if subject else " and ")
    return f"{rep.name} {told}{joined}{owned}."


def _too_short(card: Scorecard, rep: RepWords) -> str:
    if card.measures.manager_turns >= 3:
        return sentence_case(card.sentence.removeprefix("Not scored: "))
    if not card.measures.manager_turns:
        return f"You and {rep.name} hadn't begun to talk yet."
    return f"You stopped after {_turns(card.measures.manager_turns)}: too soon to tell you much."


def _turns(number: int) -> str:
    return "one turn" if number == 1 else f"{number_word(number)} turns"


def _directed(card: Scorecard, by_himself: bool, rep: RepWords) -> str:
    """Where direction is right: whether it was given, with its reason, and whether the manager also asked."""
    given = card.measures.instruction or 0
    asked = all(card.criterion(name).level in _REACHED for name in ("view_asked", "debrief"))
    if not given and by_himself:
        return f"{rep.name} came to what had to be done by {rep.himself}, without an instruction from you."
    if not given and card.criterion("view_asked").level in _REACHED:
        return f"You asked {rep.name} for {rep.his} view, but we heard no clear instruction."
    if not given:
        return f"We heard no clear instruction for {rep.name}, and few questions."
    why = "what had to be done, and why" if given > 1 else "what had to be done, but not why"
    if asked:
        return f"You told {rep.name} {why}, and you asked what {rep.he} made of it."
    return f"You told {rep.name} {why}; after that you asked {rep.him} very little."


def _told_part(scenario: Scenario, state: State, rep: RepWords) -> tuple[str, bool]:
    """What the rep did with what was worth knowing, and whether most of it was told."""
    told, total = _told(scenario, state)
    if total and told / total >= _OPEN:
        return "opened up", True
    return ("told you only part of the story" if told else f"kept the story to {rep.himself}"), False


def _told(scenario: Scenario, state: State) -> tuple[int, int]:
    """How many things worth knowing the rep told, asked or unasked, and how many there were. Feelings don't count."""
    facts = [fact.id for fact in scenario.facts if not fact.feeling]
    return sum(state.facts.get(fact) in _OWN_WORDS for fact in facts), len(facts)


def _plan(scenario: Scenario, turns: Sequence[Turn], state: State) -> _Plan:
    """The steps by whose they are. One counts as the manager's only where words of theirs surely gave it."""
    ends = step_ends(scenario, state)
    own = [ends[name] for name in state.own_steps]
    yours = sum(step_words(scenario, turns, name) != "" for name, step in state.steps.items() if step.author != "rep")
    taken = own.count(StepEnd.TAKEN)
    timed = sum(step.day for step in state.spoken)
    takeovers = sum(unit.code is Code.TAKEOVER for turn in turns if turn.is_manager for unit in turn.claimed)
    return _Plan(
        own.count(StepEnd.DONE) + timed,
        own.count(StepEnd.NAMED) + len(state.spoken) - timed,
        yours + taken + len(other_orders(turns)),
        takeovers,
    )


def _plan_part(plan: _Plan, rep: RepWords) -> tuple[str, bool]:
    """What became of the plan, and whether the words bring a subject of their own."""
    if plan.own:
        return f"left with {'a step' if plan.done + plan.named == 1 else 'a plan'} of {rep.his} own", False
    if plan.takeovers and not plan.done:
        return _TAKEN, True
    if plan.done:
        return "most of the next steps were yours", True
    if plan.named:
        return (
            f"named no day for what {rep.he} wants to do" if rep.he != "they" else "named no day for any of it",
            False,
        )
    return ("the plan was yours", True) if plan.yours else (f"left without a plan of {rep.his} own", False)


def _though(plan: _Plan, card: Scorecard, rep: RepWords) -> str:
    """What kept a good end from being a good conversation."""
    if plan.takeovers:
        return f"though you took over {times_word(plan.takeovers)}"
    below = [entry.id for entry in card.criteria if entry.decides and entry.level == BELOW]
    return next((_THOUGH[name] for name in below if name in _THOUGH), "").replace("{name}", rep.name)


def reasons(scenario: Scenario, turns: Sequence[Turn], state: State, card: Scorecard) -> tuple[str, ...]:
    """At most three sentences: what was told and how, the plan, and what the manager's way of talking was.

    They count what stayed hidden and never name it.
    """
    if not turns or card.level == NOT_SCORED:
        return ()
    rep = RepWords.of(scenario)
    found = [_facts_told(scenario, state, rep), _plan_told(scenario, turns, state, rep)]
    if scenario.directive_ok:
        found.insert(0, _order_told(scenario, state, card, rep))
    found.append(_manner(card, _plan(scenario, turns, state).takeovers, rep))
    return tuple(filter(None, found))[:REASONS]


def _facts_told(scenario: Scenario, state: State, rep: RepWords) -> str:
    told, total = _told(scenario, state)
    plain = {fact.id for fact in scenario.facts if not fact.feeling}
    deep = any(how is Source.ELICITED for fact, how in state.facts.items() if fact not in plain)
    how = _how_told(sum(state.facts.get(fact) is Source.DONATED for fact in plain), told) if told else ""
    sentence = f"{rep.name} told you {_of_things(told, total)} worth knowing{how}"
    if deep:
        sentence += ", and let you in on something personal"
    return f"{sentence}."


def _of_things(told: int, total: int) -> str:
    """`two of the nine things`, `all nine things`, `both things`, `none of the nine things`."""
    things = f"{number_word(total)} thing{'' if total == 1 else 's'}"
    if told < total:
        return f"{number_word(told) if told else 'none'} of the {things}" if total > 1 else "nothing"
    return {1: "the one thing", 2: "both things"}.get(total, f"all {things}")


def _how_told(donated: int, told: int) -> str:
    both = "both " if told == 2 else ""
    if not donated:
        return f", {both}after you asked"
    if donated == told:
        return f", {both}without being asked"
    return f": {number_word(told - donated)} after you asked, {number_word(donated)} without being asked"


def _plan_told(scenario: Scenario, turns: Sequence[Turn], state: State, rep: RepWords) -> str:
    plan, he = _plan(scenario, turns, state), sentence_case(rep.he)
    taken = [end for end in step_ends(scenario, state).values() if end is StepEnd.TAKEN]
    if plan.done == 1:
        own = f"{he} left with a step of {rep.his} own, and said when"
    elif plan.done:
        own = f"{he} left with {number_word(plan.done)} steps of {rep.his} own, and said when"
    elif plan.named == 1:
        own = f"{he} had an idea of {rep.his} own, but never said when"
    elif plan.named:
        own = f"{he} had {number_word(plan.named)} ideas of {rep.his} own, but never said when"
    elif taken:
        return f"What {rep.he} had meant to do {rep.himself} is now yours to do."
    elif plan.yours:
        return f"{he} left with nothing of {rep.his} own to do: the next steps were your idea."
    else:
        return f"{he} left without a plan of {rep.his} own."
    return (
        f"{own}; the other next {'step was' if plan.yours == 1 else 'steps were'} yours." if plan.yours else f"{own}."
    )


def _order_done(scenario: Scenario, state: State) -> bool:
    """Whether the rep will do what it was right to order."""
    ends = step_ends(scenario, state)
    return any(ends.get(step.id) is StepEnd.DONE for step in scenario.steps if step.instructed)


def _order_told(scenario: Scenario, state: State, card: Scorecard, rep: RepWords) -> str:
    """How the order that is right was given, and what the rep said to it; nothing if none was heard."""
    if not card.measures.instruction:
        return ""
    why = "with the reason" if card.measures.instruction > 1 else "without the reason"
    return f"You gave the instruction {why}" + (f", and {rep.he} said yes." if _order_done(scenario, state) else ".")


def _manner(card: Scorecard, takeovers: int, rep: RepWords) -> str:
    """What the manager's own way of talking was."""
    if takeovers:
        return f"You took over {times_word(takeovers)}, and that took the plan out of {rep.his} hands."
    return next((f"{how}." for how in _manners(card)), "")


def _manners(card: Scorecard) -> Iterator[str]:
    """What stood out in how the manager talked, first things first."""
    found = card.measures
    pushed, asked = found.directiveness or 0.0, found.ask_share
    if pushed >= _PUSHED:
        yield f"{sentence_case(portion(pushed))} of what we could place was pushing"
    if card.criterion("inspection").level != NOT_SCORED and (found.status_share or 0.0) > _CHECKED:
        yield f"{sentence_case(portion(found.status_share or 0.0))} of your questions asked where things stand"
    if (found.stacked_share or 0.0) > _HALF:
        yield "You often asked more than one thing at once"
    if asked is not None and asked >= _ASKED:
        yield "Nearly all that we counted was asking and listening"
    elif asked is not None and asked >= _ASKED_MOSTLY:
        yield "Most of what we counted was asking and listening"
    elif asked is not None:
        if asked >= _MORE:
            yield "We counted more asking than telling"
        else:
            half = asked >= 1 - _MORE
            yield f"{'About half' if half else 'Most'} of what we counted was telling"
