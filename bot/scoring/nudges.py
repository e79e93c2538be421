"""Nudges during a practice. They point the manager on, and never name what the rep has kept to himself."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import lru_cache

from ..director import State
from ..scenario import Fact, Scenario
from ..text.words import WORD, word_class, word_set
from .saying import RepWords

ENOUGH_FACTS = 3
"""Once this many facts are out, a nudge stops pointing at facts and asks what the rep makes of them."""
NUDGES_AT_ONCE = 3
"""The first nudge says where to go, the second how, the third gives a question. Then it is the manager's turn."""
NO_MORE = "That’s all we can say without giving it away."
_QUESTIONS = (
    "What haven't we talked about yet?",
    "What have you noticed that you haven't mentioned to anyone?",
    "What would you look into, if you had a free afternoon?",
    "What would have to be true for this to go wrong?",
)
"""Asked in place of a question that would name what is hidden."""
_NAMING = frozenset({"word", "number", "-s", "-ing"})
"""Classes of words that can name a thing: nouns, mostly."""
_NAME_NOTHING = word_set(
    "above all along becomes being coming days doing done end getting going having inside keeping late lately like "
    "looks many more most new one ones out runs sees seen sits something these thing things this those time times top "
    "way"
)
"""Words of these classes that name nothing."""
_STEM = 5
"""Letters in which a word and another form of it agree."""


def nudge(scenario: Scenario, state: State, given: Collection[str] = (), here: int = 0) -> str:
    """A hint for the manager that isn't among those `given` in this session; NO_MORE where there is none.

    `here` counts the hints given since somebody last spoke. They get plainer, and after `NUDGES_AT_ONCE` of them there
    is no more.
    """
    if here >= NUDGES_AT_ONCE:
        return NO_MORE
    return next((hint for hint in _hints(scenario, state) if hint not in given), NO_MORE)


def nearest(scenario: Scenario, state: State) -> Fact | None:
    """The fact to ask about next: one hinted at, else where the last topic leads, else file order; feelings last."""
    return next(_waiting(scenario, state), None)


def _waiting(scenario: Scenario, state: State) -> Iterator[Fact]:
    """The facts that haven't come out, the one to ask about next first."""
    leads = scenario.fact(state.topic).leads if state.topic else None

    def rank(fact: Fact) -> tuple[bool, bool, bool]:
        slipped = fact.id in state.hinted and not fact.feeling
        return not slipped, not slipped and fact.id != leads, fact.feeling

    yield from sorted((fact for fact in scenario.facts if fact.id not in state.facts), key=rank)


def _hints(scenario: Scenario, state: State) -> Iterator[str]:
    """Every hint that fits now, the one to give first at the front."""
    name, they = scenario.rep.name, RepWords.of(scenario).he
    waiting = list(_waiting(scenario, state))
    if len(state.facts) >= ENOUGH_FACTS and not state.steps and not state.spoken:
        yield f"{name} has told you several things. Ask what {name} makes of them, or could do about them."
        yield f"Ask one short question, then wait. The conclusion is worth more when {name} draws it."
        yield "You could ask: What do you make of all that?"
    if len(state.steps) >= 2 and all(not step.committed for step in state.steps.values()):
        yield f"There are ideas now, but no commitment. Ask {name} what {they} will do first, and when."
        yield f"Leave the choice to {name}: ask which, then when, and write down the answer in {name}'s words."
        yield "You could ask: What will you do first, and when?"
    for fact in waiting:
        yield from _towards(scenario, state, fact)
    if not waiting:
        yield f"You've heard what {name} knows. What's missing is what {they} will do, and by when."
        yield f"Ask for several options before you settle on one: {name} may have more than the first."
        yield "You could ask: What could you do about it?"


def _towards(scenario: Scenario, state: State, fact: Fact) -> Iterator[str]:
    """Where a fact lies that hasn't come out yet, how to get there, and a question."""
    rep = RepWords.of(scenario)
    name, they, their = rep.name, rep.he, rep.his
    hinted = fact.id in state.hinted
    about = fact.topic if hinted or not _named(fact.topic, scenario) else ""
    if hinted:
        yield f"{name} let something slip about {fact.topic}. Stay with it: ask openly, and only about that."
        yield f"Repeat the words {they} used, then ask what's behind them. Ask one question and stop."
    elif fact.feeling:
        yield f"You haven't heard how {name} feels about all this. First say what you hear in {their} voice, then ask."
        yield "Reflect first: say what you hear, as a statement, and wait. It opens this turn and the next."
    elif state.openness < fact.opens.openness:
        yield (
            f"{name} is still guarded. Say back what {they} just said in your own words, then ask "
            + (f"about {about}." if about else "what's behind it.")
        )
        yield f"Name something {name} did well, and mean it. Then ask what or how, and give it time."
    elif about:
        yield f"You haven't heard about {about} yet. Try a question that starts with what or how."
        yield f"Ask about {about} as someone who doesn't know the answer and would like to."
    else:
        yield f"There's something {name} hasn't told you. Ask what or how, about something you haven't raised yet."
        yield f"Ask {name} what {they} has seen or heard lately, and let {their} answer choose what you ask next."
    if hinted or not _named(fact.question, scenario) & _named(f"{fact.topic} {fact.text}", scenario):
        yield f"You could ask: {fact.question}"
    else:
        yield from (f"You could ask: {question}" for question in _QUESTIONS)


def _named(words: str, scenario: Scenario) -> frozenset[str]:
    """Stems of what the words name that the manager hasn't read about before the call."""
    rep = scenario.rep
    read = (scenario.title, scenario.summary, scenario.scene, scenario.brief, rep.name, rep.role, rep.style)
    return _stems(words) - _stems(" ".join((*read, *rep.strengths, *scenario.crm, *scenario.crm.values())))


@lru_cache(maxsize=1024)
def _stems(words: str) -> frozenset[str]:
    found = {word.casefold().partition("'")[0] for word in WORD.findall(words)} - _NAME_NOTHING
    return frozenset(word[:_STEM] for word in found if len(word) > 2 and word_class(word) in _NAMING)
