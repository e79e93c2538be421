"""Help for the manager: nudges during practice, then suggestions and three things to try.

Without a model, all of it is authored or retrieved. A nudge names a topic, never a fact.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from ..director import State
from ..knowledge import Knowledge
from ..scenario import Fact, Scenario
from ..talk.codebook import Code, Focus
from ..talk.transcript import Turn
from .asked import facts_asked_about, put_already, was_put
from .saying import RepWords
from .scorecard import BASIC, BELOW, NOT_SCORED, Scorecard, Suggestion, Thresholds

MAX_SUGGESTIONS = 5
THINGS_TO_TRY = 3
ENOUGH_FACTS = 3
"""Once this many facts are out, a nudge stops pointing at facts and asks what the rep makes of them."""

PASSAGE_FOR = {
    "exploring": "checking-and-exploring",
    "inspection": "status-questions",
    "ownership": "own-next-step",
    "balance": "asking-and-telling",
    "discovery": "follow-up",
    "one_at_a_time": "stacked-questions",
    "instruction": "when-direction-is-right",
    "view_asked": "asking-and-telling",
    "debrief": "when-direction-is-right",
    "no_takeover": "leaving-the-problem",
    "listening": "reflections",
    "affirming": "specific-affirmation",
    "forward": "past-and-next",
    "airtime": "airtime",
}
PASSAGE_FOR_CODE = {
    Code.TAKEOVER: "leaving-the-problem",
    Code.DIRECTIVE: "own-next-step",
    Code.LEADING_QUESTION: "advice-in-disguise",
    Code.ADVICE: "asking-leave",
    Code.CONFRONT: "past-and-next",
}
WORST = (Code.TAKEOVER, Code.CONFRONT, Code.DIRECTIVE, Code.LEADING_QUESTION, Code.ADVICE)


@dataclass(frozen=True, slots=True)
class ThingToTry:
    """One thing to try next time, a question to start with, and the passage to read."""

    criterion: str
    title: str
    why: str
    question: str
    passage: str


NUDGE_LEVELS = 3
"""The first nudge names the topic, the second says how, the third gives a question. None gives away the fact."""


def nudge(scenario: Scenario, state: State, before: int = 0) -> str:
    """A hint for the manager, more explicit with each nudge already given (`before`) at this point."""
    level = min(before + 1, NUDGE_LEVELS)
    topic, how, question = _pointer(scenario, state)
    if level == 1:
        return topic
    return how if level == 2 else f"You could ask: {question}"


def _pointer(scenario: Scenario, state: State) -> tuple[str, str, str]:
    """The topic to raise, how to raise it, and a question."""
    name, they = scenario.rep.name, RepWords.of(scenario).he
    fact = nearest(scenario, state)
    if len(state.facts) >= ENOUGH_FACTS and not state.steps and not state.spoken:
        return (
            f"{name} has told you several things. Ask what {name} makes of them, or could do about them.",
            f"Ask one short question, then wait. The conclusion is worth more when {name} draws it.",
            "What do you make of all that?",
        )
    if len(state.steps) >= 2 and all(not step.committed for step in state.steps.values()):
        return (
            f"There are ideas now, but no commitment. Ask {name} what {they} will do first, and when.",
            f"Leave the choice to {name}: ask which, then when, and write down the answer in {name}'s words.",
            "What will you do first, and when?",
        )
    if fact is None:
        return (
            f"You've heard what {name} knows. What's missing is what {they} will do, and by when.",
            f"Ask for several options before you settle on one: {name} may have more than the first.",
            "What could you do about it?",
        )
    return (*_towards(scenario, state, fact), fact.question)


def _towards(scenario: Scenario, state: State, fact: Fact) -> tuple[str, str]:
    """The topic of a fact that hasn't come out yet, and how to get there."""
    rep = RepWords.of(scenario)
    name, they, their = rep.name, rep.he, rep.his
    if fact.id in state.hinted:
        return (
            f"{name} let something slip about {fact.topic}. Stay with it: ask openly, and only about that.",
            f"Repeat the words {they} used, then ask what's behind them. Ask one question and stop.",
        )
    if fact.feeling:
        return (
            f"You haven't heard about {fact.topic} yet. First say what you hear in {their} voice, then ask.",
            "Reflect first: say what you hear, as a statement, and wait. It opens this turn and the next.",
        )
    if state.openness < fact.opens.openness:
        return (
            f"{name} is still guarded. Say back what {they} just said in your own words, then ask about {fact.topic}.",
            f"Name something {name} did well, and mean it. Then ask what or how, and give it time.",
        )
    return (
        f"You haven't heard about {fact.topic} yet. Try a question that starts with what or how.",
        f"Ask about {fact.topic} as someone who doesn't know the answer and would like to.",
    )


def nearest(scenario: Scenario, state: State) -> Fact | None:
    """The fact to ask about next: one hinted at, else where the last topic leads, else file order; feelings last."""
    waiting = [fact for fact in scenario.facts if fact.id not in state.facts]
    for fact in waiting:
        if fact.id in state.hinted and not fact.feeling:
            return fact
    if state.topic:
        leads = scenario.fact(state.topic).leads
        for fact in waiting:
            if fact.id == leads:
                return fact
    return min(waiting, key=lambda fact: fact.feeling, default=None)


def suggestions(turns: Sequence[Turn], knowledge: Knowledge, scenario: Scenario | None) -> tuple[Suggestion, ...]:
    """A question to try instead of each of the worst pushing units: the fact's own, else the nearest in the bank.

    They come in the order of the conversation. No question is suggested twice, and none that the manager asked.
    """
    pushes = [
        (turn, number, unit)
        for turn in turns
        if turn.is_manager
        for number, unit in enumerate(turn.units)
        if unit.pushing and unit.claimed
    ]
    worst = sorted(pushes, key=lambda entry: (WORST.index(entry[2].code), entry[0].index))[:MAX_SUGGESTIONS]
    result: list[Suggestion] = []
    known = frozenset(facts_asked_about(scenario, turns) if scenario else ())
    for turn, number, unit in sorted(worst, key=lambda entry: (entry[0].index, entry[1])):
        taken = {entry.try_instead for entry in result}
        question = question_instead(turn, number, turns, knowledge, scenario, known, taken)
        if question is None:
            continue
        passages = {passage.id: passage for passage in knowledge.passages}
        passage = passages.get(PASSAGE_FOR_CODE[unit.code]) or knowledge.passage_for(str(unit.code))
        result.append(Suggestion(turn.index, unit.text, question, f"{passage.title} ({passage.id})" if passage else ""))
    return tuple(result)


def question_instead(
    turn: Turn,
    number: int,
    turns: Sequence[Turn],
    knowledge: Knowledge,
    scenario: Scenario | None,
    known: Collection[str],
    taken: Collection[str] = (),
) -> str | None:
    """What to ask in place of unit `number` of `turn`: a fact's own question, else the nearest in the bank, or None.

    It is none of `taken`, about none of the facts in `known`, and none that the manager asks anywhere in `turns`.
    """
    unit = turn.units[number]
    touch = next((touch for touch in turn.touches if touch.unit == number), None)
    acts = unit.code in (Code.TAKEOVER, Code.DIRECTIVE)
    if scenario is not None and touch is not None:
        facts = [touch.fact] if touch.fact and touch.sure and not acts else []
        facts += scenario.step(touch.step).about if touch.step else []
        for question in (scenario.fact(fact).question for fact in facts if fact not in known):
            if question not in taken and not was_put(question, turns) and knowledge.related(unit.text, question):
                return question
    area = str(scenario.area) if scenario else "any"
    without = {*taken, *put_already((question.text for question in knowledge.questions), turns)}
    return knowledge.question_for(unit.text, area, "action" if acts else None, without, unit.code)


def asked_to_plan(turns: Iterable[Turn]) -> bool:
    """Whether a question of the manager's asked what the rep could or will do."""
    return any(unit.genuine and unit.focus is Focus.ACTION for turn in turns for unit in turn.units)


def things_to_try(
    scorecard: Scorecard,
    thresholds: Thresholds,
    knowledge: Knowledge,
    unasked: Sequence[Fact],
    asked_to_plan: bool = False,
) -> tuple[ThingToTry, ...]:
    """Up to three things for next time, from criteria that fell short. Those that decide come before advice.

    No question is one that the manager asked: `unasked` are the facts that none went for, and `asked_to_plan` says that
    one asked what the rep would do.
    """
    order = {BELOW: 0, NOT_SCORED: 1, BASIC: 2}
    kinds = {"cap": 0, "required": 1, "practice": 1, "directive": 1, "well": 2, "advice": 3}
    entries = {entry.id: entry for entry in thresholds.criteria}
    short = [criterion for criterion in scorecard.criteria if criterion.level in order]
    if any(entries[criterion.id].kind == "directive" for criterion in scorecard.criteria):
        # Where direction is right, the other criteria don't apply.
        short = [criterion for criterion in short if criterion.decides or entries[criterion.id].kind == "advice"]
    short.sort(key=lambda criterion: (kinds[entries[criterion.id].kind], order[criterion.level]))
    passages = {passage.id: passage for passage in knowledge.passages}
    questions = [fact.question for fact in unasked if not fact.feeling]
    result: list[ThingToTry] = []
    for criterion in short[:THINGS_TO_TRY]:
        passage = passages.get(PASSAGE_FOR[criterion.id])
        question = ""
        if criterion.id in ("exploring", "inspection", "discovery", "balance") and questions:
            question = questions.pop(0)
        elif criterion.id in ("ownership", "no_takeover", "forward") and not asked_to_plan:
            asked = {thing.question for thing in result}
            question = knowledge.question_for("Here is what you will do next.", "any", "action", asked) or ""
        result.append(
            ThingToTry(
                criterion.id,
                passage.title if passage else entries[criterion.id].title,
                criterion.why,
                question,
                passage.text if passage else "",
            )
        )
    return tuple(result)
