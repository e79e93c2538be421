"""The simulated coaches ask in words of their own, never in those of the scenario."""

from __future__ import annotations

from pathlib import Path

import pytest
from bundled import VARIANTS

from bot.authoring.enough import same
from bot.authoring.words import word_runs
from bot.practice import Practice
from bot.scenario.library import Library
from bot.testing import small_engine, small_scenario
from evals.coaches import FRAMES, asked_about, wordings
from evals.simulate import person, simulate


@pytest.mark.parametrize(("name", "variant"), VARIANTS)
def test_every_bundled_fact_has_fresh_questions_that_copy_nothing_and_tell_nothing(name: str, variant: str):
    scenario = Library().scenario(name, variant)
    for fact in scenario.facts:
        own = wordings(scenario, fact.id)
        held = {same(text) for text in (fact.question, *fact.asks)}

        assert len(own) >= 3
        assert not own[0].startswith("Tell me more about ")
        assert [text for text in own if same(text) in held] == []
        assert [text for text in own if word_runs(text).keys() & word_runs(fact.text).keys()] == []


def test_a_fact_of_any_other_scenario_is_asked_about_by_its_topic():
    small = small_scenario()

    assert wordings(small, "rival")[:2] == (
        "Tell me more about who else is quoting.",
        "What have you noticed about who else is quoting?",
    )
    assert len(wordings(small, "rival")) == len(FRAMES)


def test_a_variant_has_questions_of_its_own_where_it_is_about_something_else():
    base, variant = (Library().scenario("late-stage-funnel", name) for name in ("base", "quiet-source"))

    assert "What happened when you rang Mesa Grande?" in wordings(base, "the-call")
    assert "What went on between you and Hector at the show?" in wordings(variant, "the-call")
    assert wordings(base, "calendar") == wordings(variant, "calendar")


def test_a_turn_tells_which_fact_it_asks_about():
    small = small_scenario()

    assert asked_about(small, "I hear you. What have you noticed about who else is quoting?") == (
        "rival",
        "What have you noticed about who else is quoting?",
    )
    assert asked_about(small, small.fact("rival").question) is None


@pytest.mark.slow
def test_the_skilled_coach_never_uses_a_question_of_the_file(tmp_path: Path):
    practice = Practice.start("small-deal", engine=small_engine(tmp_path))

    said = [turn.text for turn in simulate(person("skilled-coach"), practice).transcript.manager_turns]

    asked = [about[0] for text in said if (about := asked_about(practice.scenario, text))]
    assert {"budget", "rival", "tired"} <= set(asked)
    assert [text for text in said for fact in practice.scenario.facts if fact.question in text] == []
