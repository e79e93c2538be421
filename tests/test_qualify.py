"""Qualification: a scenario must tell the simulated managers apart; the bundled ones do, in every variant."""

from __future__ import annotations

from dataclasses import replace

import pytest

import bot.engine
from bot.engine import Engine
from bot.scenario.library import Library
from bot.testing import small_scenario
from evals.qualify import EXPECTED, SEEDS, Played, failures, qualify, table
from evals.qualify import Qualification as Found

GOOD = Played("skilled-coach", "base", 0, "coaching_well", 95, ("a",), (), 1.0, 2, (), ((0, "What?"),), (), "Well.")
BAD = replace(GOOD, level="telling", score=5, elicited=(), missed=("a",), share=0.0, steps=0, opened_at=())


FIRST_IN_VAIN = (
    "skilled-coach in base, seed 0, turn 4: mixed, but should be at least coaching: Mixed: no plan.; "
    'first got nothing for "And the plant?"'
)

NEVER_ASKED = (
    "skilled-coach in base, seed 0: 40% of the facts, but should get 50%; "
    "never got 'budget' (never asked about it), 'buyer' (never asked about it)"
)


def as_expected() -> list[Played]:
    coaches = {"skilled-coach": GOOD, "ordinary-coach": replace(GOOD, level="coaching", score=80)}
    return [
        replace(coaches.get(manager, BAD), manager=manager, variant=variant, seed=seed)
        for manager in EXPECTED
        for variant in small_scenario().variant_ids
        for seed in SEEDS
    ]


def with_one(manager: str, **changed: object) -> list[str]:
    played = as_expected()
    place = next(n for n, one in enumerate(played) if one.manager == manager)
    played[place] = replace(played[place], **changed)  # type: ignore[arg-type]
    return [str(failure) for failure in failures(small_scenario(), played)]


def test_a_scenario_in_which_everybody_comes_out_as_expected_passes():
    assert list(failures(small_scenario(), as_expected())) == []


@pytest.mark.parametrize(
    ("manager", "changed", "said"),
    [
        (
            "skilled-coach",
            {"level": "mixed", "shut_at": ((4, "And the plant?"),), "weakest": "Mixed: no plan."},
            FIRST_IN_VAIN,
        ),
        (
            "skilled-coach",
            {"share": 0.4, "missed": ("budget", "buyer")},
            NEVER_ASKED,
        ),
        ("spammer", {"level": "coaching"}, "spammer in base, seed 0: coaching, but should be at most mixed: Well."),
        (
            "teller",
            {"share": 0.4, "opened_at": ((2, "Call them."),)},
            'teller in base, seed 0, turn 2: 40% of the facts, but at most 20%; first with "Call them."',
        ),
        (
            "flatterer",
            {"score": 300},
            "flatterer in base: scores 103 on average and the ordinary-coach 80; must trail by 5",
        ),
    ],
)  # fmt: skip
def test_a_failure_says_which_manager_which_turn_and_why(manager: str, changed: dict[str, object], said: str):
    assert with_one(manager, **changed) == [said]


def test_a_missed_fact_is_told_with_what_was_asked_for_it():
    asked = (("budget", "And the money?", ()), ("buyer", "Who buys?", ("buyer",)), ("budget", "How much is it?", ()))

    never_got = """never got 'budget' (asked "And the money?" and "How much is it?")"""

    assert with_one("skilled-coach", share=0.4, missed=("budget",), asked=asked) == [
        f"skilled-coach in base, seed 0: 40% of the facts, but should get 50%; {never_got}"
    ]
    assert with_one("skilled-coach", level="mixed", missed=("budget",), asked=asked, shut_at=((4, "Hm?"),)) == [
        f"skilled-coach in base, seed 0: mixed, but should be at least coaching: Well.; {never_got}"
    ]


def test_a_question_about_one_fact_that_brings_out_another_is_a_failure():
    crossed = (("budget", "And the money?", ("rival",)), ("budget", "How much?", ("rival",)), ("rival", "Who?", ()))

    said = """asked about 'budget' 2 times, as in "And the money?", and got 'rival' instead; are their asks mixed up?"""

    assert with_one("skilled-coach", asked=crossed) == [f"skilled-coach in base: {said}"]
    assert with_one("skilled-coach", asked=(*crossed, ("budget", "How much?", ("budget",)))) == []


def test_the_table_has_a_row_for_everybody_who_played():
    rows = table(Found("small-deal", tuple(as_expected()), (), ())).splitlines()

    assert [row.split()[0] for row in rows] == ["manager", *sorted(EXPECTED)]


# The others' badges, tested below, stand for the same: a scenario that has changed since has none.
@pytest.mark.slow
@pytest.mark.nightly
@pytest.mark.parametrize("scenario", Library().scenario_ids())
def test_a_bundled_scenario_qualifies(scenario: str, engine: Engine, monkeypatch: pytest.MonkeyPatch):
    """With every seed and variant. A badge that a change has made stale is told by the test below, every time."""
    monkeypatch.setattr(bot.engine, "make_engine", lambda config: engine)

    assert [str(failure) for failure in qualify(scenario, seeds=SEEDS, workers=1, variants=None).failures] == []


@pytest.mark.parametrize("card", Library().cards(), ids=lambda card: card.id)
def test_a_bundled_scenario_carries_its_badge(card):
    assert card.badge == "qualified", f"run: askwell scenario qualify {card.id}"
