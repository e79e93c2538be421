"""The scorecard: levels at their limits, the rules of the whole, and quotes that were said."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from bot.director import State
from bot.director.state import StepState
from bot.engine import Engine
from bot.scoring.evidence import REP_STEP, Evidence, evidence_of
from bot.scoring.measures import Measures, measure
from bot.scoring.saying import RepWords
from bot.scoring.score import Practised, score, thresholds
from bot.scoring.scorecard import Criterion, Scorecard, judge
from bot.talk.codebook import Code, Flag, Focus
from bot.talk.direction import Direction, Source
from bot.talk.transcript import Speaker, Transcript, Turn
from bot.testing import FakeReader, Label, manager_turn, rep_turn, small_scenario

LIMITS = thresholds()

# Every criterion proficient, with no number at its limit.
WELL = Measures(
    question_ratio=0.7,
    directiveness=0.0,
    exploring_share=0.9,
    status_share=0.1,
    ask_share=1.0,
    takeovers=0,
    rep_owned_steps=3,
    rep_owned_share=1.0,
    facts_elicited_share=0.9,
    stacked_share=0.0,
    reflection_ratio=1.2,
    specific_affirmations=2,
    forward_share=0.6,
    talk_share=0.4,
    longest_turn=30,
    genuine_questions=10,
    asks_and_pushes=12,
    manager_turns=12,
)
CRITERIA = (
    "exploring", "inspection", "ownership", "balance", "discovery", "one_at_a_time", "no_takeover", "listening",
    "affirming", "forward", "airtime",
)  # fmt: skip


def judged(practice: bool = True, directive_ok: bool = False, **changed: float | int | None) -> Scorecard:
    criteria, level, number, sentence = judge(replace(WELL, **changed), (), LIMITS, practice, directive_ok)  # type: ignore[arg-type]  # by name
    return Scorecard(WELL, criteria, level, number, sentence)


# Criteria


@pytest.mark.parametrize(
    ("criterion", "changed", "level"),
    [
        ("exploring", {"exploring_share": 0.49}, "below"),
        ("exploring", {"exploring_share": 0.5}, "basic"),
        ("exploring", {"exploring_share": 0.69}, "basic"),
        ("exploring", {"exploring_share": 0.7}, "proficient"),
        ("exploring", {"genuine_questions": 3}, "not_scored"),
        ("inspection", {"status_share": 0.51}, "below"),
        ("inspection", {"status_share": 0.5}, "basic"),
        ("inspection", {"status_share": 0.31}, "basic"),
        ("inspection", {"status_share": 0.3}, "proficient"),
        ("inspection", {"genuine_questions": 3}, "not_scored"),
        ("ownership", {"rep_owned_share": 0.49}, "below"),
        ("ownership", {"rep_owned_share": 0.5}, "basic"),
        ("ownership", {"rep_owned_share": 0.74}, "basic"),
        ("ownership", {"rep_owned_share": 0.75, "rep_owned_steps": 3}, "proficient"),
        ("ownership", {"rep_owned_share": 1.0, "rep_owned_steps": 1}, "basic"),
        ("ownership", {"rep_owned_share": 1.0, "rep_owned_steps": 2}, "proficient"),
        ("ownership", {"rep_owned_share": None, "rep_owned_steps": 0}, "below"),
        ("balance", {"ask_share": 0.49}, "below"),
        ("balance", {"ask_share": 0.5}, "basic"),
        ("balance", {"ask_share": 0.66}, "basic"),
        ("balance", {"ask_share": 0.67}, "proficient"),
        ("balance", {"ask_share": None, "asks_and_pushes": 2}, "not_scored"),
        ("discovery", {"facts_elicited_share": 0.49}, "below"),
        ("discovery", {"facts_elicited_share": 0.5}, "basic"),
        ("discovery", {"facts_elicited_share": 0.8}, "proficient"),
        ("one_at_a_time", {"stacked_share": 0.51}, "below"),
        ("one_at_a_time", {"stacked_share": 0.5}, "basic"),
        ("one_at_a_time", {"stacked_share": 0.2}, "proficient"),
        ("one_at_a_time", {"stacked_share": None}, "not_scored"),
        ("no_takeover", {"takeovers": 0}, "proficient"),
        ("no_takeover", {"takeovers": 1}, "below"),
        ("listening", {"reflection_ratio": 0.49}, "below"),
        ("listening", {"reflection_ratio": 0.5}, "basic"),
        ("listening", {"reflection_ratio": 1.0}, "proficient"),
        ("listening", {"reflection_ratio": None}, "not_scored"),
        ("affirming", {"specific_affirmations": 0}, "below"),
        ("affirming", {"specific_affirmations": 1}, "basic"),
        ("affirming", {"specific_affirmations": 2}, "proficient"),
        ("forward", {"forward_share": 0.29}, "below"),
        ("forward", {"forward_share": 0.3}, "basic"),
        ("forward", {"forward_share": 0.5}, "proficient"),
        ("forward", {"forward_share": None}, "not_scored"),
        ("airtime", {"talk_share": 0.61}, "below"),
        ("airtime", {"talk_share": 0.6}, "basic"),
        ("airtime", {"talk_share": 0.45}, "proficient"),
    ],
)
def test_a_criterion_reaches_its_level_at_its_limit(criterion: str, changed: dict[str, float | None], level: str):
    assert judged(**changed).criterion(criterion).level == level


def test_a_practice_is_judged_by_every_criterion_and_a_call_by_all_but_discovery():
    assert tuple(entry.id for entry in judged().criteria) == CRITERIA
    assert tuple(entry.id for entry in judged(practice=False).criteria) == tuple(
        c for c in CRITERIA if c != "discovery"
    )


@pytest.mark.parametrize(
    ("changed", "criterion", "why"),
    [
        ({"genuine_questions": 1}, "exploring", "You asked one genuine question; scoring this needs at least four."),
        (
            {"exploring_share": 0.4},
            "exploring",
            (
                "About two fifths of the questions that we counted invited thinking; the others asked where things "
                "stand, or needed only a word."
            ),
        ),
        (
            {"status_share": 1.0, "genuine_questions": 9},
            "inspection",
            "All the questions that we counted asked where things stand.",
        ),
        ({"rep_owned_share": None}, "ownership", "We counted no next step."),
        (
            {"rep_owned_share": 0.25, "rep_owned_steps": 1},
            "ownership",
            "One of four next steps came from the rep.",
        ),
        (
            {"ask_share": None, "asks_and_pushes": 1},
            "balance",
            "You asked, listened or pushed once; scoring this needs at least three.",
        ),
        ({"takeovers": 2}, "no_takeover", "You took over twice."),
        ({}, "no_takeover", "We counted no taking over."),
        ({"stacked_share": None}, "one_at_a_time", "There was nothing to measure."),
        (
            {"reflection_ratio": 0.1},
            "listening",
            "We heard you say back or feel what the rep told you once, and ask more often than that.",
        ),
        (
            {"reflection_ratio": 0.5},
            "listening",
            "We heard you say back or feel what the rep told you about five times, and ask more often than that.",
        ),
        (
            {"reflection_ratio": 7.0},
            "listening",
            "You said back or felt what you heard at least as often as you asked.",
        ),
        (
            {"reflection_ratio": 0.0},
            "listening",
            "We didn't hear you say back or feel what the rep told you.",
        ),
        (
            {"specific_affirmations": 3},
            "affirming",
            "We heard you name something the rep did well three times or more.",
        ),
        ({"specific_affirmations": 0}, "affirming", "We counted no praise for anything the rep did."),
        (
            {"facts_elicited_share": 0.22},
            "discovery",
            "Your questions brought out about a fifth of what was worth knowing, feelings not counted.",
        ),
        ({"facts_elicited_share": 0.0}, "discovery", "Nothing worth knowing came out after you asked."),
        ({"rep_owned_steps": 2}, "ownership", "Both next steps came from the rep."),
        (
            {"stacked_share": 0.04},
            "one_at_a_time",
            "In a few of the turns in which you asked, we counted two questions or more.",
        ),
        ({}, "airtime", "You said about two fifths of the words; your longest turn had 30."),
    ],
)
def test_a_criterion_says_why(changed: dict[str, float | None], criterion: str, why: str):
    assert judged(**changed).criterion(criterion).why == why


def test_the_rep_has_a_name_where_there_is_one():
    mike = RepWords("Mike", "he", "him", "his", "his", "himself", "was")
    worse = replace(WELL, rep_owned_share=0.2, rep_owned_steps=1, takeovers=0)
    criteria, _, _, sentence = judge(worse, (), LIMITS, practice=True, rep=mike)

    said = {entry.id: entry.why for entry in criteria}
    assert sentence == "Mixed: the next steps aren't Mike's yet."
    assert (said["ownership"], said["no_takeover"]) == (
        "One of five next steps came from Mike.",
        "We counted no taking over.",
    )
    assert not [why for why in said.values() if "the rep" in why]


@pytest.mark.parametrize("share", [0.0, 0.05, 0.33, 0.5, 0.99, 1.0, 7.0])
def test_no_reason_holds_a_percentage_or_a_fraction(share: float):
    named = ("exploring", "status", "ask", "rep_owned", "forward", "facts_elicited", "stacked", "talk")
    shares = dict.fromkeys((f"{name}_share" for name in named), share) if share <= 1 else {}
    card = judged(**shares, reflection_ratio=share)

    assert not [entry.why for entry in card.criteria if re.search(r"%|\d\.\d", entry.why)]


# The whole


@pytest.mark.parametrize(
    ("changed", "level", "sentence"),
    [
        (
            {},
            "coaching_well",
            "Coaching well: the rep found the answer and owns it, and you asked one thing at a time.",
        ),
        ({"stacked_share": 0.3}, "coaching", "Coaching: all you missed was asking one question at a time."),
        ({"stacked_share": None}, "coaching", "Coaching: all you missed was asking one question at a time."),
        (
            {"exploring_share": 0.6},
            "coaching",
            "Coaching: explore with more of your questions.",
        ),
        (
            {"rep_owned_steps": 1},
            "coaching",
            "Coaching: let the rep come up with more of the plan.",
        ),
        (
            {"status_share": 1.0, "genuine_questions": 9},
            "mixed",
            "Mixed: you checked more than you explored.",
        ),
        (
            {"facts_elicited_share": 0.25},
            "mixed",
            "Mixed: most of it stayed hidden.",
        ),
        (
            {"ask_share": 0.4},
            "mixed",
            "Mixed: telling still outweighs asking.",
        ),
        (
            {"rep_owned_share": 0.2, "rep_owned_steps": 1},
            "mixed",
            "Mixed: the next steps aren't the rep's yet.",
        ),
        # Not scored counts as not reached.
        (
            {"genuine_questions": 3},
            "mixed",
            "Mixed: you asked too few questions to tell whether they explored.",
        ),
        (
            {"ask_share": 0.4, "rep_owned_share": 0.2, "directiveness": 0.55},
            "telling",
            "Telling: about three fifths of what we could place was pushing, and the rep owns little of the plan.",
        ),
        (
            {"ask_share": 0.4, "rep_owned_share": None, "rep_owned_steps": 0, "directiveness": 0.9},
            "telling",
            "Telling: nearly all of what we could place was pushing, and the rep left without a plan of their own.",
        ),
        (
            {"ask_share": None, "rep_owned_share": None, "rep_owned_steps": 0},
            "telling",
            "Telling: you checked instead of exploring, and the rep left without a plan of their own.",
        ),
        # One takeover caps it.
        ({"takeovers": 1}, "mixed", "Mixed: your questions were good, but you took over once."),
        ({"takeovers": 2, "stacked_share": 0.3}, "mixed", "Mixed: your questions were good, but you took over twice."),
        (
            {"takeovers": 1, "genuine_questions": 3},
            "mixed",
            "Mixed: you asked too few questions to tell whether they explored.",
        ),
        (
            {"takeovers": 1, "ask_share": 0.1, "rep_owned_share": 0.0, "directiveness": 1.0},
            "telling",
            "Telling: all of what we could place was pushing, and the rep owns little of the plan.",
        ),
        # Too little to judge.
        ({"manager_turns": 2}, "not_scored", "Not scored: two manager turns; scoring needs at least three."),
        (
            {"manager_turns": 1, "takeovers": 1},
            "not_scored",
            "Not scored: one manager turn; scoring needs at least three.",
        ),
    ],
)
def test_the_whole_follows_its_rules(changed: dict[str, float | None], level: str, sentence: str):
    card = judged(**changed)

    assert (card.level, card.sentence) == (level, sentence)
    assert (card.score is None) == (level == "not_scored")


def test_what_is_advised_never_decides():
    card = judged(reflection_ratio=None, specific_affirmations=0, forward_share=0.0, talk_share=0.9)

    assert card.level == "coaching_well"


def test_a_call_is_not_held_to_what_there_was_to_discover():
    assert judged(practice=False, facts_elicited_share=None).level == "coaching_well"


RIGHT = {"instruction": 2, "view_questions": 6, "debrief_questions": 4}
"""A clear instruction with its reason, the rep's view asked, and a debrief."""


@pytest.mark.parametrize(
    ("changed", "level"),
    [
        ({}, "coaching_well"),
        ({"takeovers": 1}, "coaching_well"),
        ({"facts_elicited_share": 0.0, "rep_owned_share": 0.0, "rep_owned_steps": 0}, "coaching"),
        ({"instruction": 1}, "coaching"),
        ({"debrief_questions": 2}, "coaching"),
        ({"instruction": 0}, "mixed"),
        ({"debrief_questions": 1}, "mixed"),
        ({"ask_share": 0.4}, "mixed"),
        ({"view_questions": 1, "debrief_questions": 0}, "telling"),
    ],
)
def test_where_direction_is_right_it_has_criteria_of_its_own(changed: dict[str, int], level: str):
    assert judged(directive_ok=True, **{**RIGHT, **changed}).level == level


def test_where_direction_is_not_right_its_criteria_are_not_shown():
    assert {"instruction", "view_asked", "debrief"} & {entry.id for entry in judged().criteria} == set()
    assert [entry.id for entry in judged(directive_ok=True, **RIGHT).criteria if entry.decides] == [
        "balance", "instruction", "view_asked", "debrief", "one_at_a_time", "no_takeover",
    ]  # fmt: skip


def test_an_order_that_is_right_is_counted_with_its_reason_and_what_was_asked_after_it():
    order = ("Submit it now.", (Code.DIRECTIVE, Flag.INSTRUCTED))
    why = ("The portal closes at five.", Code.INFORMATION)
    asked = ("What kept you?", Code.OPEN_QUESTION)
    turns = (manager_turn(0, asked), manager_turn(1, order, why), manager_turn(2, asked), manager_turn(3, asked))

    counted = measure(turns, [], None, directive_ok=True)

    assert (counted.instruction, counted.view_questions, counted.debrief_questions) == (2, 3, 2)
    assert counted.directiveness == 0.0
    assert measure((manager_turn(0, order),), [], None, directive_ok=True).instruction == 1
    assert "instruction" not in measure(turns, [], None).as_json()


@pytest.mark.slow
def test_what_the_reader_is_unsure_of_counts_for_nothing(engine: Engine):
    def turn(index: int, confidence: float) -> Turn:
        asked = manager_turn(index, ("What do you see?", Code.OPEN_QUESTION))
        return replace(asked, units=tuple(replace(unit, confidence=confidence) for unit in asked.units))

    turns = [turn(0, 0.9), turn(1, 0.9), turn(2, 0.9), turn(3, 0.3)]
    card = score(Transcript(tuple(turns)), reader=FakeReader({}), knowledge=engine.knowledge)

    assert card.measures.genuine_questions == 3
    assert card.criterion("exploring").level == "not_scored"


SCORED = ("exploring_share", "reflection_ratio", "rep_owned_share", "ask_share", "facts_elicited_share")


@pytest.mark.parametrize(
    ("values", "score"),
    [
        ((1.0, 1.0, 1.0, 1.0, 1.0), 100),
        ((0.0, 0.0, 0.0, 0.0, 0.0), 0),
        ((0.5, 0.5, 0.5, 0.5, 0.5), 50),
        ((0.6, 0.75, 0.5, 0.5, 0.5), 56),
        ((0.25, 0.25, 0.25, 0.25, 0.25), 25),
        ((1.0, 1.0, None, None, 1.0), 60),
    ],
)
def test_the_score_is_the_mean_of_how_far_each_is_on_its_way(values: tuple[float | None, ...], score: int):
    assert judged(**dict(zip(SCORED, values, strict=True))).score == score


def test_giving_direction_goes_well_only_with_half_of_the_facts_and_a_step_of_the_reps():
    assert judged(directive_ok=True, **RIGHT).level == "coaching_well"
    found_little = judged(directive_ok=True, **{**RIGHT, "facts_elicited_share": 0.4})
    without_a_step = judged(directive_ok=True, **{**RIGHT, "rep_owned_steps": 0})

    assert (found_little.level, found_little.sentence) == ("coaching", "Coaching: there was more to find out.")
    assert found_little.score is not None
    assert found_little.score < (judged(directive_ok=True, **RIGHT).score or 0)
    assert without_a_step.level == "coaching"
    assert without_a_step.sentence == "Coaching: the rep came to no next step of their own."


def test_better_never_scores_less():
    for name in ("exploring_share", "rep_owned_share", "ask_share", "facts_elicited_share"):
        scores = [judged(**{name: step / 20}).score for step in range(21)]
        assert scores == sorted(scores, key=lambda value: value or 0)
    for name in ("status_share", "stacked_share"):
        scores = [judged(**{name: 1 - step / 20}).score for step in range(21)]
        assert scores == sorted(scores, key=lambda value: value or 0)


# Evidence

SAID = (
    manager_turn(
        0,
        ("What worries you?", Code.OPEN_QUESTION),
        ("When does it close?", (Code.CLOSED_QUESTION, Focus.STATUS, Flag.STACKED)),
    ),
    rep_turn(1, "Nothing does."),
    manager_turn(2, ("So it is fine.", Code.REFLECTION), ("Good.", Code.AFFIRMATION)),
    manager_turn(3, ("You asked her twice.", (Code.AFFIRMATION, Flag.SPECIFIC)), ("I'll call.", Code.TAKEOVER)),
    manager_turn(
        4, ("Don't you think?", Code.LEADING_QUESTION), ("What will you do?", (Code.OPEN_QUESTION, Focus.ACTION))
    ),
    manager_turn(5, ("Then go.", (Code.DIRECTIVE, Flag.NEXT)), ("Bye.", (Code.OTHER, Flag.NEXT))),
)


@pytest.mark.parametrize(
    ("criterion", "quotes"),
    [
        ("exploring", [(0, "What worries you?", "open_question"), (4, "What will you do?", "open_question")]),
        ("inspection", [(0, "When does it close?", "closed_question")]),
        ("ownership", [(3, "I'll call.", "takeover"), (5, "Then go.", "directive")]),
        (
            "balance",
            [(3, "I'll call.", "takeover"), (4, "Don't you think?", "leading_question"), (5, "Then go.", "directive")],
        ),
        ("one_at_a_time", [(0, "When does it close?", "closed_question")]),
        ("no_takeover", [(3, "I'll call.", "takeover")]),
        ("listening", [(2, "So it is fine.", "reflection")]),
        ("affirming", [(3, "You asked her twice.", "affirmation")]),
        ("forward", [(5, "Then go.", "directive")]),
        ("airtime", []),
    ],
)
def test_a_criterion_quotes_what_it_rests_on(criterion: str, quotes: list[tuple[int, str, str]]):
    criteria, *_ = judge(measure(SAID, [], None), SAID, LIMITS, practice=False)

    found = {entry.id: entry.evidence for entry in criteria}[criterion]
    assert found == tuple(Evidence(*quote) for quote in quotes)
    assert all(quote.quote in SAID[quote.turn].text for quote in found)


def test_whose_the_steps_are_rests_on_the_reps_own_words():
    called = (
        manager_turn(0, ("What will you do?", (Code.OPEN_QUESTION, Focus.ACTION))),
        rep_turn(1, "I'll ring Grace."),
    )
    played = (*called[:1], replace(called[1], direction=Direction("step", (), "open", step="ring")))

    for turns in (called, played):
        assert [(one.turn, one.code) for one in evidence_of("ownership", turns)] == [(1, REP_STEP)]


def test_six_quotes_are_enough():
    turns = [manager_turn(index, (f"Do {index}.", Code.DIRECTIVE)) for index in range(9)]
    criteria, *_ = judge(measure(turns, [], None), turns, LIMITS, practice=False)

    assert [len(entry.evidence) for entry in criteria if entry.id == "balance"] == [6]


# From a conversation to its scorecard

OPEN: Label = Code.OPEN_QUESTION


def conversation(*turns: tuple[str, str], labels: dict[str, Label], engine: Engine) -> Scorecard:
    spoken = tuple(Turn(n, Speaker(speaker), text) for n, (speaker, text) in enumerate(turns))
    return score(Transcript(spoken), reader=FakeReader(labels), knowledge=engine.knowledge)


def test_a_spammer_of_questions_does_not_coach(engine: Engine):
    turns = [(who, words) for _ in range(12) for who, words in (("manager", "What else?"), ("rep", "That is the lot."))]
    card = conversation(*turns, labels={"What else?": OPEN}, engine=engine)

    assert (card.measures.question_ratio, card.measures.ask_share, card.measures.rep_owned_steps) == (1.0, 1.0, 0)
    assert (card.level, card.criterion("ownership").level) == ("mixed", "below")


def test_an_order_that_is_echoed_is_no_step_of_his_own(engine: Engine):
    card = conversation(
        ("manager", "Call him."), ("rep", "I'll call him tomorrow."),
        ("manager", "What would you do?"), ("rep", "I could ask the engineer."),
        ("manager", "And when?"), ("rep", "I'll ask her on Monday."),
        labels={"Call him.": Code.DIRECTIVE, "What would you do?": OPEN, "And when?": Code.CLOSED_QUESTION},
        engine=engine,
    )  # fmt: skip

    assert (card.measures.rep_owned_steps, card.measures.rep_owned_share) == (2, 2 / 3)


def test_a_turn_that_is_coded_keeps_its_codes(engine: Engine):
    turns = (*SAID[:1], rep_turn(1, "No."), Turn(2, Speaker.MANAGER, "Fine."))
    card = score(
        Transcript(turns), reader=FakeReader({"What worries you?": Code.DIRECTIVE}), knowledge=engine.knowledge
    )

    assert card.measures.genuine_questions == 2
    assert dict(card.provenance) == {"reader": "fake-reader-1", "rubric": "rubric-3"}


def test_a_practice_is_scored_by_its_state(engine: Engine):
    scenario = small_scenario()
    state = State(
        openness=0.5,
        ownership=0.5,
        facts={"budget": Source.ELICITED, "rival": Source.TOLD, "tired": Source.ELICITED},
        steps={"ask-the-plant": StepState("rep", True), "smaller-quote": StepState("manager")},
    )
    card = score(
        Transcript(SAID, manager="Nora", rep="Ada"),
        reader=FakeReader({}),
        knowledge=engine.knowledge,
        practised=Practised(scenario, state),
    )

    # Feelings are not counted among the facts. The takeover is a step of the manager's; "Then go." names nothing to do,
    # and no words of hers gave the rep the smaller quote.
    assert card.measures.facts_elicited_share == 1 / 2
    assert (card.measures.rep_owned_steps, card.measures.rep_owned_share) == (1, 1 / 2)
    assert dict(card.provenance) == {
        "reader": "fake-reader-1",
        "rubric": "rubric-3",
        "scenario": "small-deal v1",
        "variant": "base",
        "digest": scenario.digest,
    }


def test_a_scorecard_is_written_in_the_documented_shape(engine: Engine):
    card = score(Transcript(SAID), reader=FakeReader({}), knowledge=engine.knowledge)
    written = card.as_json()

    assert list(written) == ["measures", "criteria", "overall", "feedback", "provenance"]
    assert [list(entry) for entry in written["criteria"]] == [["id", "level", "value", "why", "evidence"]] * 10
    assert list(written["criteria"][0]["evidence"][0]) == ["turn", "quote", "code"]
    assert list(written["overall"]) == ["level", "score", "sentence"]
    assert [list(entry) for entry in written["feedback"]] == [["turn", "quote", "try_instead", "source"]] * 3
    assert Criterion("a", "basic", 1 / 3, "", ()).as_json()["value"] == 0.3333


def test_every_threshold_has_a_source():
    own = {"instruction", "view_asked", "debrief"}
    assert [entry.id for entry in LIMITS.criteria if entry.id not in own] == list(CRITERIA)
    assert all(entry.source for entry in LIMITS.criteria)
    assert {entry.kind for entry in LIMITS.criteria} == {"required", "practice", "directive", "well", "cap", "advice"}
    assert LIMITS.needs == {"genuine_questions": 4, "asks_and_pushes": 3, "manager_turns": 3, "proficient_steps": 2}
    with pytest.raises(KeyError):
        LIMITS.get("nothing")


def test_discovery_quotes_the_questions_that_brought_something_out():
    release = Direction("release", (), "open", releases=(("budget", Source.ELICITED),))
    told = replace(rep_turn(3, "Three weeks."), direction=release)
    turns = (
        manager_turn(0, ("What else?", Code.OPEN_QUESTION)),
        rep_turn(1, "All good."),
        manager_turn(2, ("What has gone quiet?", Code.OPEN_QUESTION), ("Right.", Code.OTHER)),
        told,
    )

    assert [(one.turn, one.quote) for one in evidence_of("discovery", turns)] == [(2, "What has gone quiet?")]
