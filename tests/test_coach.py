"""The coach: questions in place of what pushed, and three things to try."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from bot.engine import Engine
from bot.knowledge import Knowledge
from bot.scenario import Scenario
from bot.scenario.library import Library
from bot.scoring.coach import MAX_SUGGESTIONS, THINGS_TO_TRY, asked_to_plan, suggestions, things_to_try
from bot.scoring.measures import measure
from bot.scoring.score import thresholds
from bot.scoring.scorecard import Scorecard, Suggestion, judge
from bot.talk.codebook import Code, Flag, Focus
from bot.talk.direction import Intent, TopicMatch
from bot.talk.transcript import Turn
from bot.testing import manager_turn, small_scenario

SMALL = small_scenario()


# Suggestions


def suggested(turns: Sequence[Turn], engine: Engine, scenario: Scenario | None = None) -> tuple[Suggestion, ...]:
    return suggestions(turns, engine.knowledge, scenario)


def test_what_pushed_gets_a_question_instead(engine: Engine):
    turns = [
        manager_turn(0, ("What worries you?", Code.OPEN_QUESTION), ("You should call the CFO.", Code.ADVICE)),
        manager_turn(2, ("Send me the deck.", Code.DIRECTIVE)),
    ]
    found = suggested(turns, engine)

    title = {passage.id: passage.title for passage in engine.knowledge.passages}
    assert [(entry.turn, entry.quote, entry.source) for entry in found] == [
        (0, "You should call the CFO.", f"{title['asking-leave']} (asking-leave)"),
        (2, "Send me the deck.", f"{title['own-next-step']} (own-next-step)"),
    ]
    bank = {question.text: question for question in engine.knowledge.questions}
    assert {entry.try_instead for entry in found} <= set(bank)
    second = bank[found[1].try_instead]
    assert second.focus == "action" or Code.DIRECTIVE in second.codes


def test_advice_about_a_fact_gets_the_facts_own_question(engine: Engine):
    turn = manager_turn(0, ("You should ask who else quotes.", Code.ADVICE))
    touched = replace(turn, touches=(TopicMatch(0, Intent.ABOUT, fact="rival", score=0.6, sure=True),))

    assert suggested([touched], engine, SMALL)[0].try_instead == "Who else might they be talking to, do you think?"


def test_a_proposed_step_gets_the_question_of_what_it_is_about(engine: Engine):
    turn = manager_turn(0, ("Ask the plant manager about the money.", Code.DIRECTIVE))
    touched = replace(turn, touches=(TopicMatch(0, Intent.ABOUT, step="ask-the-plant"),))

    assert suggested([touched], engine, SMALL)[0].try_instead == "What do you know about where the money comes from?"


def test_the_worst_come_first_and_in_the_order_they_were_said(engine: Engine):
    codes = (Code.ADVICE, Code.CONFRONT, Code.ADVICE, Code.TAKEOVER, Code.ADVICE, Code.LEADING_QUESTION, Code.DIRECTIVE)
    turns = [manager_turn(2 * n, (f"Words number {n}.", code)) for n, code in enumerate(codes)]
    found = suggested(turns, engine)

    assert [entry.turn for entry in found] == [0, 2, 6, 10, 12]
    assert len({entry.try_instead for entry in found}) == MAX_SUGGESTIONS
    assert all(entry.quote in turns[entry.turn // 2].text for entry in found)


def test_who_only_asks_and_listens_needs_no_suggestion(engine: Engine):
    turns = [manager_turn(0, ("What worries you?", Code.OPEN_QUESTION), ("So it is quiet.", Code.REFLECTION))]

    assert suggested(turns, engine) == ()


# Three things to try


def card(*turns: Turn) -> Scorecard:
    measures = measure(turns, [], (0, 8))
    criteria, level, number, sentence = judge(measures, turns, thresholds(), practice=True)
    return Scorecard(measures, criteria, level, number, sentence)


def test_three_things_to_try_begin_with_what_decided(engine: Engine):
    told = card(
        manager_turn(0, ("I'll call him.", Code.TAKEOVER), ("Send it.", Code.DIRECTIVE)),
        manager_turn(2, ("When does it close?", (Code.CLOSED_QUESTION, Focus.STATUS))),
        manager_turn(4, ("You never listen.", Code.CONFRONT)),
    )
    found = things_to_try(told, thresholds(), engine.knowledge, SMALL.facts)

    assert [thing.criterion for thing in found] == ["no_takeover", "ownership", "balance"]
    assert [thing.title for thing in found][:1] == ["Leave the problem where you found it"]
    assert found[0].why == "You took over once."
    questions = [thing.question for thing in found]
    assert questions[2] == "What do you know about where the money comes from?"
    assert len(set(questions)) == 3
    assert all(question.endswith("?") for question in questions)
    assert all(thing.passage for thing in found)


def test_who_asked_for_a_plan_is_not_told_to_ask_for_one(engine: Engine):
    told = card(*(manager_turn(2 * n, ("Send it.", Code.DIRECTIVE)) for n in range(3)))
    asked = [manager_turn(0, ("What could you do?", (Code.OPEN_QUESTION, Focus.ACTION)))]

    def begins(turns: list[Turn]) -> str:
        found = things_to_try(told, thresholds(), engine.knowledge, SMALL.facts, asked_to_plan(turns))
        return next(thing.question for thing in found if thing.criterion == "ownership")

    assert begins([]).endswith("?")
    assert begins(asked) == ""


def test_a_feeling_is_never_the_question_to_begin_with(engine: Engine):
    told = card(*(manager_turn(2 * n, ("Send it.", Code.DIRECTIVE)) for n in range(3)))
    found = things_to_try(told, thresholds(), engine.knowledge, [SMALL.fact("tired")])

    assert len(found) == THINGS_TO_TRY
    assert SMALL.fact("tired").question not in {thing.question for thing in found}


# A team's own passages and questions

OWN_PASSAGE = """---
id: {name}
title: {title}
topics: [{topics}]
area: {area}
codes: [{codes}]
source: Our handbook
---

Ask first.
"""
OWN_QUESTIONS = """questions:
  - {id: own-near, text: "Who at the CFO's office have you met?", focus: explore, topic: cfo, replaces: "You should call the CFO."}
  - {id: own-any, text: "What would our founder ask?", focus: explore, topic: any, replaces: "Do it.", codes: [confront]}
"""  # noqa: E501
CFO = manager_turn(0, ("You should call the CFO.", Code.ADVICE))


def own_knowledge(engine: Engine, root: Path, *passages: tuple[str, str, str, str], questions: str = "") -> Knowledge:
    """The guidance with a team's own passages (name, topics, area, codes) and questions."""
    for folder in ("guidance", "questions"):
        (root / "knowledge" / folder).mkdir(parents=True)
    for name, topics, area, codes in passages:
        text = OWN_PASSAGE.format(name=name, title=name, topics=topics, area=area, codes=codes)
        (root / "knowledge" / "guidance" / f"{name}.md").write_text(text, encoding="utf-8")
    if questions:
        (root / "knowledge" / "questions" / "own.yml").write_text(questions, encoding="utf-8")
    return Knowledge(Library(root), engine.embedder)


@pytest.mark.parametrize(
    ("passages", "cited"),
    [
        ([("ours", "phone calls", "any", "advice")], "ours"),
        ([("ours", "phone calls", str(SMALL.area), "information, advice")], "ours"),
        ([("ours", "phone calls", "territory", "advice")], "asking-leave"),
        ([("ours", "phone calls", "any", "takeover")], "asking-leave"),
        ([("far", "holidays", "any", "advice"), ("near", "calling a CFO", "any", "advice")], "near"),
        ([("wide", "calls", "any", "advice"), ("close", "calls", str(SMALL.area), "other, advice")], "close"),
        ([("late", "calls", "any", "other, advice"), ("early", "calls", "any", "advice, other")], "early"),
    ],
)
def test_a_teams_own_passage_is_cited_if_it_answers_to_the_code(
    engine: Engine, tmp_path: Path, passages: list[tuple[str, str, str, str]], cited: str
):
    own = own_knowledge(engine, tmp_path, *passages)

    assert suggestions([CFO], own, SMALL)[0].source.endswith(f"({cited})")


def test_a_teams_own_passage_is_read_for_the_criterion_whose_code_it_names_first(engine: Engine, tmp_path: Path):
    own = own_knowledge(engine, tmp_path, ("ours", "x", "any", "takeover"), ("other", "x", "any", "advice, directive"))
    told = card(manager_turn(0, ("I'll call him.", Code.TAKEOVER), ("Send it.", Code.DIRECTIVE)))
    found = {one.criterion: one.title for one in things_to_try(told, thresholds(), own, SMALL.facts)}

    assert found["no_takeover"] == "ours"
    assert found["ownership"] == {one.id: one.title for one in engine.knowledge.passages}["own-next-step"]


def test_a_teams_own_questions_come_first(engine: Engine, tmp_path: Path):
    own = own_knowledge(engine, tmp_path, questions=OWN_QUESTIONS)
    instead = partial(own.question_for, area="any", focus=None)

    assert instead("You should call the CFO.", code=Code.ADVICE) == "Who at the CFO's office have you met?"
    assert instead("Xylophones for wombats.", code=Code.CONFRONT) == "What would our founder ask?"
    bundled = engine.knowledge.question_for("Xylophones for wombats.", "any", None, (), Code.TAKEOVER)
    assert instead("Xylophones for wombats.", code=Code.TAKEOVER) == bundled


def test_every_criterion_and_every_push_has_a_passage(engine: Engine):
    from bot.scoring.coach import PASSAGE_FOR, PASSAGE_FOR_CODE, WORST

    known = {passage.id for passage in engine.knowledge.passages}

    assert set(PASSAGE_FOR) == {entry.id for entry in thresholds().criteria}
    assert {*PASSAGE_FOR.values(), *PASSAGE_FOR_CODE.values()} <= known
    assert set(PASSAGE_FOR_CODE) == set(WORST)


@pytest.mark.slow
def test_every_question_that_may_be_suggested_is_a_genuine_open_one(engine: Engine):
    """The real reader codes the bank and what every fact of every scenario would have been asked with."""
    scenarios = [
        engine.library.scenario(scenario.id, variant)
        for scenario in engine.library.scenarios()
        for variant in scenario.variant_ids
    ]
    questions = {question.text for question in engine.knowledge.questions}
    questions |= {fact.question for scenario in scenarios for fact in scenario.facts}

    assert len(questions) > 400
    assert [
        question
        for question in sorted(questions)
        if not all(
            unit.code is Code.OPEN_QUESTION and unit.genuine and Flag.STACKED not in unit.flags
            for unit in engine.reader.read(question, "")
        )
    ] == []
