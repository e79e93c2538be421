"""What happens after the call follows from what was committed, ordered and taken over, in every bundled scenario."""

# ruff: noqa: E501  (tables of mistakes, one a row)

from __future__ import annotations

import random
import re
from dataclasses import replace

import pytest
from bundled import VARIANTS

from bot.authoring.afterwards import unearned
from bot.director import State, StepState, direct, epilogue, hear, record, start, step_ends
from bot.errors import ScenarioError
from bot.scenario import Epilogue, Scenario, Step, StepEnd, load_files
from bot.scenario.library import Library
from bot.talk.codebook import Code, Flag, Focus
from bot.talk.direction import Direction, Intent, Source, TakenStep, TopicMatch
from bot.talk.transcript import Turn
from bot.testing import manager_turn, small_files, small_scenario

SMALL = small_scenario()
PLANT, QUOTE = "ask-the-plant", "smaller-quote"
DONE = "The plant manager had a third of the money left, and told her who to ask for it."
MEANT = "She meant to ask the plant manager, and had not said when."
BEGINS, ENDS = "Ada had thought of something herself.", "In June the new buyer wrote to thank her."


def turn(text: str, code: object, intent: Intent = Intent.OFF_TOPIC, step: str | None = None) -> Turn:
    said = manager_turn(0, (text, code))  # type: ignore[arg-type]  # a code, or a tuple with its focus and flags
    return replace(said, touches=(TopicMatch(0, intent, step=step),))


OPTIONS = turn("What could you do?", (Code.OPEN_QUESTION, Focus.ACTION), Intent.OPTIONS)
WHEN = turn("And when?", (Code.OPEN_QUESTION, Focus.ACTION), Intent.WHICH_FIRST)
TELL = turn("Ask the plant manager.", Code.DIRECTIVE, Intent.ABOUT, PLANT)
ORDER = turn("Ask the plant manager.", (Code.DIRECTIVE, Flag.INSTRUCTED), Intent.ABOUT, PLANT)
TAKE = turn("I will ask the plant manager myself.", Code.TAKEOVER, Intent.ABOUT, PLANT)
TAKE_ALL = turn("Leave it to me.", Code.TAKEOVER)
TAKE_OTHER = turn("I will send the quote.", Code.TAKEOVER, Intent.ABOUT, QUOTE)


def after(*turns: Turn, scenario: Scenario = SMALL) -> State:
    """The state after these turns, when the budget is out and the rep at ease."""
    state = replace(start(scenario), openness=0.9, facts={"budget": Source.ELICITED}, topic="budget", manager_turns=2)
    for number, said in enumerate(turns):
        state = replace(hear(state, replace(said, text=f"{said.text} {number}")), openness=0.9)
        state = record(state, direct(scenario, state, said))
    return state


@pytest.mark.parametrize(
    ("turns", "ends"),
    [
        ((), None),
        ((OPTIONS,), StepEnd.NAMED),
        ((OPTIONS, WHEN), StepEnd.DONE),
        ((TELL,), StepEnd.TOLD),
        ((TELL, WHEN), StepEnd.TOLD),
        ((OPTIONS, TELL), StepEnd.NAMED),
        ((TAKE,), StepEnd.TAKEN),
        ((OPTIONS, WHEN, TAKE), StepEnd.TAKEN),
        ((OPTIONS, WHEN, TAKE_ALL), StepEnd.TAKEN),
        ((OPTIONS, WHEN, TAKE_OTHER), StepEnd.DONE),
        ((OPTIONS, WHEN, TAKE, WHEN), StepEnd.DONE),
        ((OPTIONS, TAKE_ALL, WHEN), StepEnd.DONE),
    ],
    ids=lambda value: "-".join(said.text.split()[-1] for said in value) if isinstance(value, tuple) else str(value),
)
def test_a_step_ends_as_the_talk_left_it(turns: tuple[Turn, ...], ends: StepEnd | None):
    assert step_ends(SMALL, after(*turns)).get(PLANT) is ends


RIGHT = SMALL.model_copy(
    update={
        "directive_ok": True,
        "steps": tuple(step.model_copy(update={"instructed": step.id == PLANT}) for step in SMALL.steps),
    }
)


@pytest.mark.parametrize("turns", [(ORDER,), (OPTIONS, ORDER), (ORDER, TAKE_ALL)])
def test_an_order_that_is_right_gets_the_step_done_whoever_thought_of_it(turns: tuple[Turn, ...]):
    state = after(*turns, scenario=RIGHT)

    assert step_ends(RIGHT, state)[PLANT] is StepEnd.DONE
    assert DONE in epilogue(RIGHT, state).text


def test_a_right_order_that_the_rep_did_not_answer_gets_nothing_done():
    blamed = record(start(RIGHT), Direction("defend", (), "guarded", told_steps=(PLANT,)))

    assert step_ends(RIGHT, blamed) == {PLANT: StepEnd.TOLD}


def test_a_reply_that_was_stored_before_outcomes_existed_still_counts():
    stored = {"act": "told", "parts": [{"pool": f"step/{PLANT}/told"}], "mood": "open", "told_steps": [PLANT]}

    state = record(start(RIGHT), Direction.from_json(stored))

    assert step_ends(RIGHT, state) == {PLANT: StepEnd.DONE}


@pytest.mark.parametrize(
    ("turns", "text"),
    [
        ((OPTIONS,), f"{BEGINS} {MEANT} {ENDS}"),
        ((OPTIONS, WHEN), f"{BEGINS} {DONE} {ENDS}"),
        ((OPTIONS, WHEN, TAKE), f"{BEGINS} {ENDS}"),
        ((TELL,), "The quote was never answered."),
        ((TAKE,), "The quote was never answered."),
    ],
)
def test_the_epilogue_is_put_together_from_what_happened(turns: tuple[Turn, ...], text: str):
    assert epilogue(SMALL, after(*turns)).text == text


def test_only_the_reps_own_steps_that_get_done_count_as_committed():
    kept = load_files(small_files(("rep_steps_at_least: 1", "committed_at_least: 1")))

    assert epilogue(kept, after(OPTIONS, WHEN)).id == "she-asked"
    assert epilogue(kept, after(OPTIONS)).id == "silence"
    assert epilogue(kept, after(OPTIONS, WHEN, TAKE_ALL)).id == "silence"
    assert epilogue(kept, after(ORDER, scenario=RIGHT)).id == "silence"


def test_a_step_in_the_reps_own_words_counts_for_an_epilogue_once_it_has_a_day():
    loose, dated = (replace(start(SMALL), spoken=(TakenStep("I might ring round.", day),)) for day in (False, True))

    assert epilogue(SMALL, loose).id == "silence"
    assert epilogue(SMALL, dated).id == "she-asked"


# What the bundled scenarios say of each step, by words that no other sentence has. They stand for the step, done by the
# rep or taken over by the manager.

MARKS = {
    "jones-deal": {
        "call-buyer-legal": r"rang Warren|Warren gave her|Warren spoke|told her in the first ten",
        "ask-engineer": r"Priya (?:said|told him)",
        "call-mary": r"Mary",
        "set-traps": r"new section|wrote the page",
        "revisit-pricing": r"opened the quote|split the offer|(?:price|offer) was hers",
        "map-the-meeting": r"names in the review|whose review",
    },
    "happy-customer": {
        "ask-denise": r"asked Denise",
        "meet-director": r"Fiona Galbraith|very able director|the stairs",
        "answer-form": r"form went back|contract went to Calder",
        "count-pieces": r"missing pieces",
        "ring-pauline": r"Pauline",
    },
    "every-door-alike": {
        "submit-now": r"file went in|the file herself|four minutes\b(?! to five)|six bids",
        "rank-by-date": r"sorted 140",
        "one-page": r"one page and three quarters",
        "call-at-seven": r"before seven",
        "ask-what-good-is": r"Ray named|the card was still",
        "back-to-ansel": r"Ansel Creek",
    },
    "late-stage-funnel": {
        "straight-question": r"straight question|old ones went back|San Pedro to a meeting|At San Pedro he found",
        "call-six": r"the six she|Hector that|Eleven names|the eleven|Hector himself|Hector the reagent",
        "guard-mornings": r"counted conversations|people who hear early|question to Tomas",
        "ask-friends": r"Dolores",
        "honest-page": r"drew the chart|chart that he drew",
        "find-the-desk": r"wrote vacant",
    },
    "old-playbook": {
        "one-page": r"onto one page",
        "ask-for-dollars": r"Pruitt",
        "sit-with-carla": r"Carla built|Marjorie|Teague|corrected page|worth before",
        "send-at-list": r"One quote went out",
        "back-upstairs": r"Miss Lund|second case|finished his sentence|She was halfway",
        "open-the-car": r"Ines sat in|Ines saw the annex",
    },
}


def chance_state(scenario: Scenario, rng: random.Random) -> State:
    """A state in which each step has ended in some way, or has not come up."""
    likely = rng.sample((None, *StepEnd), rng.randint(1, 3))
    quiet = rng.choice((0.0, 0.5, 0.9))
    ways = {step.id: None if rng.random() < quiet else rng.choice(likely) for step in scenario.steps}
    ways |= {step.id: StepEnd.DONE for step in scenario.steps if step.instructed and rng.random() < 0.5}
    steps = {
        step.id: rng.choice(WAYS[way, step.instructed]) for step in scenario.steps if (way := ways[step.id]) is not None
    }
    return replace(
        start(scenario),
        ownership=rng.choice((0.0, 0.35, 0.6)),
        takeovers=sum(way is StepEnd.TAKEN for way in ways.values()),
        facts={fact.id: Source.ELICITED for fact in scenario.facts if rng.random() < 0.8},
        insights=tuple(insight.id for insight in scenario.insights if rng.random() < 0.7),
        taken=frozenset(step for step, way in ways.items() if way is StepEnd.TAKEN),
        steps=steps,
    )


HIS, KEPT, HANDED, OBEYED = (
    StepState("rep"),
    StepState("rep", True),
    StepState("manager"),
    StepState("manager", False, True),
)
WAYS = {
    (StepEnd.DONE, False): (KEPT,),
    (StepEnd.DONE, True): (KEPT, OBEYED),
    (StepEnd.NAMED, False): (HIS,),
    (StepEnd.NAMED, True): (HIS,),
    (StepEnd.TOLD, False): (HANDED, OBEYED),
    (StepEnd.TOLD, True): (HANDED,),
    (StepEnd.TAKEN, False): (HIS, KEPT, HANDED, OBEYED),
    (StepEnd.TAKEN, True): (HIS, HANDED),
}
"""What may have become of a step that ends in some way, ordinary or `instructed`."""


@pytest.mark.slow
@pytest.mark.parametrize(("name", "variant"), VARIANTS)
def test_no_bundled_epilogue_tells_of_a_step_that_was_neither_done_nor_taken_over(name: str, variant: str):
    scenario = Library().scenario(name, variant)
    marks = {step: re.compile(mark) for step, mark in MARKS[scenario.id].items()}
    assert set(marks) == {step.id for step in scenario.steps}
    shown = set()
    rng = random.Random(f"{name}-{variant}")
    for _ in range(600):
        state = chance_state(scenario, rng)
        ends, found = step_ends(scenario, state), epilogue(scenario, state)
        shown.add(found.id)
        for step, mark in marks.items():
            if ends.get(step) is StepEnd.DONE:
                assert mark.search(found.text), (step, found)
            elif ends.get(step) is not StepEnd.TAKEN:
                assert not mark.search(found.text), (step, found)

    assert shown == {entry.id for entry in scenario.epilogues}


@pytest.mark.parametrize(("name", "variant"), VARIANTS)
def test_no_sentence_of_a_bundled_epilogue_names_a_step_that_its_conditions_leave_open(name: str, variant: str):
    assert [found.said for found in unearned(Library().scenario(name, variant))] == []


CLAIMS = [
    ("jones-deal", "Mike rang Warren at half past eight.", ["call-buyer-legal"]),
    ("jones-deal", "It had been Mary's proposal that he talked about.", ["call-mary"]),
    ("happy-customer", "The supplier form was answered in the end.", ["answer-form"]),
    ("old-playbook", "Carla sat at his side and built the sheet.", ["sit-with-carla"]),
    ("jones-deal", "It was still a good idea on the Monday after that.", []),
    ("old-playbook", "Walt gave up another nine Saturdays.", []),
]


@pytest.mark.parametrize(("name", "sentence", "about"), CLAIMS)
def test_a_sentence_about_a_step_is_recognised_by_the_words_of_its_title(name: str, sentence: str, about: list[str]):
    scenario = Library().scenario(name).model_copy(update={"epilogues": (Epilogue(id="told", text=sentence),)})
    named = [step.id for step in scenario.steps for found in unearned(scenario) if f"[{step.id}]" in found.said]

    assert named == about


def test_a_part_that_asks_how_the_step_ended_may_tell_of_it():
    asks = SMALL.epilogues[0].model_copy(update={"text": "Ada asked the plant manager."})
    scenario = SMALL.model_copy(update={"epilogues": (asks, *SMALL.epilogues[1:])})

    assert [found.path for found in unearned(scenario)] == [("epilogues", 0, "text")]


MISTAKES = [
    ("{named: [ask-the-plant]}", "{steps: [ask-the-plant]}", r"epilogues\[0\].parts\[0\].when.steps: is not a field here"),
    ("{named: [ask-the-plant]}", "{named: [ask-plant]}",
     r"epilogues\[0\].parts\[0\].when.named\[0\]: 'ask-plant' is not one of ask-the-plant, smaller-quote"),
    ("{rep_steps_at_least: 1}", "{done: [plant]}",
     r"epilogues\[0\].when.done\[0\]: 'plant' is not one of ask-the-plant, smaller-quote"),
    ("afterwards: Lund signed", "after: Lund signed", r"steps\[1\].after: is not a field here; the fields are .*afterwards"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "said"), MISTAKES, ids=[new for _, new, _ in MISTAKES])
def test_a_condition_on_nothing_is_named_with_its_place(old: str, new: str, said: str):
    with pytest.raises(ScenarioError, match=rf"small-deal/scenario.yaml:\d+:\d+: {said}"):
        load_files(small_files((old, new)))


def test_what_came_of_a_step_is_optional():
    assert Step.model_fields["afterwards"].default is None
