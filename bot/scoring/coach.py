"""Help for the manager after a practice: suggestions and three things to try.

Without a model, all of it is authored or retrieved.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from ..knowledge import Knowledge
from ..scenario import Fact, Scenario
from ..talk.codebook import Code, Focus
from ..talk.transcript import Turn
from ..text.forbidding import forbids
from .asked import facts_asked_about, put_already, was_put
from .scorecard import BASIC, BELOW, NOT_SCORED, Scorecard, Suggestion, Thresholds

MAX_SUGGESTIONS = 5
THINGS_TO_TRY = 3

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
_TITLES = {"discovery": "There was more to find out"}
"""Titles in place of the passage's, where that would say what was missing ("Your next question is inside the last
answer") to somebody who may have done just that."""
CODE_OF = {
    "exploring": Code.OPEN_QUESTION,
    "inspection": Code.CLOSED_QUESTION,
    "ownership": Code.DIRECTIVE,
    "balance": Code.ADVICE,
    "no_takeover": Code.TAKEOVER,
    "listening": Code.REFLECTION,
    "affirming": Code.AFFIRMATION,
    "forward": Code.CONFRONT,
}
"""The code that a passage of a team's own must name first to be read for a criterion. The others keep their passage."""
WORST = (Code.TAKEOVER, Code.CONFRONT, Code.DIRECTIVE, Code.LEADING_QUESTION, Code.ADVICE)


@dataclass(frozen=True, slots=True)
class ThingToTry:
    """One thing to try next time, a question to start with, and the passage to read."""

    criterion: str
    title: str
    why: str
    question: str
    passage: str


def suggestions(turns: Sequence[Turn], knowledge: Knowledge, scenario: Scenario | None) -> tuple[Suggestion, ...]:
    """A question to try instead of each of the worst pushing units: the fact's own, else the nearest in the bank.

    They come in the order of the conversation. No question is suggested twice, and none that the manager asked. An
    order that only forbids ("Leave Linda out of it") has no question in its place.
    """
    pushes = [
        (turn, number, unit)
        for turn in turns
        if turn.is_manager
        for number, unit in enumerate(turn.units)
        if unit.pushing and unit.claimed and not (unit.code is Code.DIRECTIVE and forbids(unit.text))
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
        own = knowledge.own_passage(str(unit.code), str(scenario.area) if scenario else "any", unit.text)
        passage = own or passages.get(PASSAGE_FOR_CODE[unit.code]) or knowledge.passage_for(str(unit.code))
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
    area: str = "any",
) -> tuple[ThingToTry, ...]:
    """Up to three things for next time, from criteria that fell short. Those that decide come before advice.

    No question is one that the manager asked: `unasked` are the facts that none went for, and `asked_to_plan` says that
    one asked what the rep would do. `area` is the scenario's: a passage of a team's own must be for it, or for any.
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
        code = CODE_OF.get(criterion.id)
        own = knowledge.own_passage(str(code), area, criterion.why, first=True) if code else None
        passage = own or passages.get(PASSAGE_FOR[criterion.id])
        question = ""
        if criterion.id in ("exploring", "inspection", "discovery", "balance") and questions:
            question = questions.pop(0)
        elif criterion.id in ("ownership", "no_takeover", "forward") and not asked_to_plan:
            asked = {thing.question for thing in result}
            question = knowledge.question_for("Here is what you will do next.", "any", "action", asked) or ""
        result.append(
            ThingToTry(
                criterion.id,
                _TITLES.get(criterion.id) or (passage.title if passage else entries[criterion.id].title),
                criterion.why,
                question,
                passage.text if passage else "",
            )
        )
    return tuple(result)
