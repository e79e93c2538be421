"""Figures from records: what each counts, and why one is not scored."""

from __future__ import annotations

from pathlib import Path

import pytest
from eval_records import made, matrix

from evals.qualify import EXPECTED_WHERE_DIRECTION_IS_RIGHT
from evals.records import Judged, Record, ReplyRecord
from evals.reports.definitions import BY_NAME
from evals.reports.differences import PAIR_FIGURES
from evals.reports.expectations import ConversationFault, Expectations
from evals.reports.figures import figures
from evals.reports.summary import Decision, verdict

RATED = Judged(id="evoking", median=2, spread=1)
NO_PAIR = "no two managers have different targets"
NO_RESULT = "1 of 34 conversations failed"


def value(records: list[Record], name: str) -> float | None:
    return figures(records)[name].value


def replies(*some: ReplyRecord) -> tuple[ReplyRecord, ...]:
    return some


def told(**changed: object) -> ReplyRecord:
    return ReplyRecord.model_validate({"words": 10, "act": "release", **changed})


def test_a_run_as_expected_meets_every_target():
    found = figures(matrix())

    assert {name: figure.met for name, figure in found.items() if figure.met is not None and not figure.met} == {}
    assert (found["discrimination"].value, found["skilled_score"].value, found["teller_score"].value) == (1.0, 95, 10)


@pytest.mark.parametrize(
    ("record", "name", "wanted"),
    [
        (made(replies=replies(told(leaks=("a", "b")), told(leaks=("a",)))), "leaks", 3),
        (made(replies=replies(told(objection="out_of_role"), told(objection="coaching"))), "role_breaks", 2),
        (made(replies=replies(told(objection="invention"), told(objection="leak"))), "role_breaks", 0),
        (made(error="the endpoint did not answer", score=None), "errors", 1),
        (made(replies=replies(told(), told(repeats=True))), "repeats_share", 0.5),
        (made(replies=replies(told(words=5), told(words=9), told(words=30))), "words_median", 9),
        (made(voice="m", replies=replies(told(), told(), told(), told(fault="timed out"))), "faults", 0.25),
        (made(voice="m", replies=replies(told(refused=("leak",)), told())), "refused", 0.5),
        (made("skilled-coach", score=88), "skilled_score", 88),
        (made("polite-teller", score=7), "teller_score", 7),
        (made(measures={"facts_elicited_share": 0.3}), "elicited_share_tellers", 0.3),
        (made(facts={"a": "donated", "b": "told"}), "donated_share_tellers", 0.1),
        (made(judged=(RATED, Judged(id="listening", median=None, spread=None))), "judge_spread", 1),
        (made(voice="m", replies=replies(told(seconds=1), told(seconds=3), told(seconds=2))), "latency", 2),
        (made(voice="m", replies=replies(told(tokens_in=900, tokens_out=20))), "tokens", 920),
    ],
)  # fmt: skip
def test_a_figure_counts_what_it_says(record: Record, name: str, wanted: float):
    assert value([record], name) == pytest.approx(wanted)


def test_guardedness_looks_at_the_first_answers_to_questions_alone():
    guarded = made(
        openness=(0.4, 0.4),
        replies=replies(told(act="agree"), told(act="evade", withheld=True), told(), told(act="evade", withheld=True)),
    )

    assert value([guarded], "guardedness_gap") == pytest.approx(
        0.5 - 0.6
    )  # the fourth is too late, the first no answer


def test_discrimination_is_counted_within_one_seed_of_one_scenario():
    right = [made("skilled-coach", 0, score=90), made("teller", 0, score=10)]
    wrong = [made("skilled-coach", 1, score=10), made("teller", 1, score=90)]

    assert value([*right, *wrong], "discrimination") == 0.0
    assert figures([*right, *wrong])["discrimination"].of == 2


def test_where_direction_is_right_the_instructor_leads():
    criteria = {"instruction": "proficient"}
    records = [made("instructor", score=90, criteria=criteria), made("skilled-coach", score=40, criteria=criteria)]

    assert value(records, "skilled_score") == 90
    assert value(records, "discrimination") == 1.0
    assert Expectations(records).of(records[1]) == EXPECTED_WHERE_DIRECTION_IS_RIGHT["skilled-coach"]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("eta_voice", "there is only one voice, so nothing to compare"),
        ("latency", "no model spoke, and scripted lines take almost no time"),
        ("latency_p95", "no model spoke, and scripted lines take almost no time"),
        ("tokens", "no model spoke"),
        ("faults", "no model spoke"),
        ("refused", "no model spoke"),
        ("judge_agreement", "no judge was used"),
        ("judge_spread", "no judge was used"),
    ],
)
def test_what_cannot_be_scored_is_none_with_its_reason(name: str, why: str):
    figure = figures(matrix())[name]

    assert (figure.value, figure.interval, figure.why) == (None, None, why)


@pytest.mark.parametrize(
    ("managers", "name", "why"),
    [
        (("teller",), "skilled_score", "no top-tier manager played"),
        (("skilled-coach",), "teller_score", "no teller played"),
        (
            ("teller", "polite-teller"),
            "discrimination",
            "no two managers have different targets",
        ),
        (("teller",), "effect_size", "this needs both coaches and non-coaches"),
        (("teller",), "eta_manager", "there is only one manager, so nothing to compare"),
    ],
)
def test_a_run_without_a_manager_says_who_is_missing(managers: tuple[str, ...], name: str, why: str):
    figure = figures(matrix(managers=managers))[name]

    assert (figure.value, figure.why) == (None, why)


def test_a_conversation_that_failed_counts_as_an_error_and_nowhere_else():
    failed = made(
        "skilled-coach", 9, error="killed", score=None, level="not_scored", criteria={}, measures={}, replies=()
    )
    found = figures([*matrix(), failed])

    assert (found["errors"].value, found["skilled_score"].of, found["skilled_score"].value) == (1, 3, 95)


def test_a_model_explains_less_than_the_manager():
    records = [
        made(manager, seed, voice=voice, score=score + bonus + seed)
        for manager, score in (("skilled-coach", 90), ("teller", 10))
        for voice, bonus in (("a", 0), ("b", 2))
        for seed in range(3)
    ]
    found = figures(records)

    assert found["eta_manager"].value == pytest.approx(19200 / 19220)
    assert found["eta_voice"].value == pytest.approx(12 / 19220)
    assert found["effect_size"].value == 1.0


def test_a_manager_of_ones_own_is_played_and_expected_nothing_of():
    mine = made("my-boss", level="coaching", score=77)

    assert Expectations([mine]).of(mine) is None
    assert Expectations([mine]).unmet([*matrix(), mine]) == []
    assert value([*matrix(), mine], "discrimination") == 1.0


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (made(error="no answer"), "teller in jones-deal, base, seed 0, lines: failed: no answer"),
        (
            made(replies=replies(told(), told(leaks=("visitor-log",)))),
            "teller in jones-deal, base, seed 0, lines, turn 3: gave away visitor-log",
        ),
        (
            made(replies=replies(told(objection="speaks_as_manager"))),
            "teller in jones-deal, base, seed 0, lines, turn 1: speaks as manager",
        ),
        (made(level="mixed"), "teller in jones-deal, base, seed 0, lines: mixed, but should be at most telling"),
        (
            made("skilled-coach", level="mixed", criteria={"balance": "below", "listening": "below"}),
            (
                "skilled-coach in jones-deal, base, seed 0, lines: mixed, but should be at least coaching; "
                "not reached: balance"
            ),
        ),
        (
            made(measures={"facts_elicited_share": 0.5}),
            "teller in jones-deal, base, seed 0, lines: got 50% of the facts, but should get at most 20%",
        ),
        (
            made("skilled-coach", measures={"facts_elicited_share": 0.4}),
            "skilled-coach in jones-deal, base, seed 0, lines: got 40% of the facts, but should get at least 50%",
        ),
    ],
)
def test_what_is_not_as_expected_says_where_and_why(record: Record, said: str):
    assert [str(one) for one in Expectations([record]).unmet([record])] == [said]


def test_who_scores_too_near_a_coach_is_named_once_for_the_group():
    records = [one if one.manager != "spammer" else made("spammer", one.seed, score=69) for one in matrix()]

    assert [str(one) for one in Expectations(records).unmet(records)] == [
        "spammer in jones-deal, base: scores 69 on average and the ordinary-coach 70; must trail by 5"
    ]


def decided(records: list[Record]) -> tuple[str, tuple[str, ...]]:
    found = verdict(records, figures(records), Expectations(records).unmet(records))
    return found.decision, tuple(reason.text for reason in found.reasons)


@pytest.mark.parametrize(
    ("records", "decision", "first"),
    [
        (
            matrix(),
            Decision.SHIP,
            ("33 of 33 conversations met expectations, "
            "and every figure that could be scored met its target (2 couldn't)"),
        ),
        (
            [*matrix(), made("my-manager", 3)],
            Decision.SHIP,
            ("33 of 33 conversations met expectations (1 more has none), "
            "and every figure that could be scored met its target (2 couldn't)"),
        ),
        (
            [*matrix(), made("teller", 3, replies=replies(told(leaks=("a",))))],
            Decision.STOP,
            "1 conversation gave away a fact nobody asked for",
        ),
        (
            [*matrix(), made("teller", 3, level="coaching")],
            Decision.STOP,
            "1 conversation credited a manager who doesn't coach",
        ),
        (
            [*matrix(range(24)), made("skilled-coach", 30, level="mixed")],
            Decision.LOOK,
            "1 of 25 conversations with coaches scored below the expected level",
        ),
        (
            [*matrix(), made("skilled-coach", 30, level="mixed")],
            Decision.STOP,
            "1 of 4 conversations with coaches scored below the expected level",
        ),
        ([*matrix(), made("teller", 3, error="no answer")], Decision.STOP, NO_RESULT),
        (matrix(managers=("teller",)), Decision.LOOK, f"discrimination can't be scored: {NO_PAIR}"),
        (
            [made(one.manager, one.seed, replies=replies(told(), told(repeats=True))) for one in matrix()],
            Decision.LOOK,
            "repeats: 50% (target: at most 5%)",
        ),
    ],
)  # fmt: skip
def test_the_verdict_says_whether_to_ship_and_why(records: list[Record], decision: str, first: str):
    assert (decided(records)[0], decided(records)[1][0]) == (decision, first)


def test_a_run_that_is_not_finished_is_looked_at_first():
    found = verdict(matrix(), figures(matrix()), [], planned=40)

    assert str(found) == "Look before shipping: only 33 of 40 conversations were played"


def test_the_gravest_comes_first():
    records = [made("teller", error="killed"), made("teller", 1, replies=replies(told(leaks=("a",))))]

    assert [one.fault for one in Expectations(records).unmet(records)] == [
        ConversationFault.ERROR,
        ConversationFault.LEAK,
    ]


def test_every_figure_says_what_it_is():
    assert [name for name, definition in BY_NAME.items() if not definition.says.endswith(".")] == []


def test_every_figure_is_in_the_table_of_the_docs_as_it_is_defined():
    page = (Path(__file__).parents[1] / "docs" / "reports.md").read_text(encoding="utf-8")
    wanted = [f"| `{name}` | {figure.says} | {figure.target} | " for name, figure in figures(matrix()).items()]
    wanted += [f"| `{figure.name}` | {figure.says} | " for figure in PAIR_FIGURES]

    assert [row for row in wanted if row not in page] == []
