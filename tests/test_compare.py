"""Comparing runs: what is told apart, what is left to chance, and what is refused."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from eval_records import made, matrix

from bot.errors import AskwellError
from evals.records import Record, ReplyRecord
from evals.reports.compare import Comparison, compare_runs
from evals.reports.differences import FigureDifference
from evals.reports.recorded import About, RecordedRun


def run(records: Sequence[Record], name: str = "a", **about: object) -> RecordedRun:
    return RecordedRun(Path(name), {record.key: record for record in records}, About.model_validate(about))


def changed(manager: str, seeds: Sequence[int] = (0, 1, 2), **what: object) -> list[Record]:
    """The matrix with one manager's conversations otherwise."""
    kept = [one for one in matrix() if one.manager != manager or one.seed not in seeds]
    return [*kept, *(made(manager, seed, **what) for seed in seeds)]


def one(found: Comparison, name: str) -> FigureDifference:
    return next(difference for difference in found.differences if difference.name == name)


def regressions(found: Comparison) -> list[str]:
    return [difference.name for difference in found.regressions]


def reply(**what: object) -> ReplyRecord:
    return ReplyRecord.model_validate({"words": 20, "act": "agree", **what})


def test_equal_runs_show_no_difference():
    found = compare_runs(run(matrix()), run(matrix(), "b"))

    assert {str(difference.finding) for difference in found.differences} == {"no difference shown"}
    assert (found.pairs, found.only_before, found.only_after, found.inputs) == (33, (), (), ())
    assert found.as_text().startswith("No regression\n")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("after", "wanted"),
    [
        (changed("teller", [1], replies=(reply(leaks=("a",)),)), ["leaks"]),
        (changed("teller", [1], replies=(reply(objection="out_of_role"),)), ["role_breaks"]),
        (changed("teller", [1], error="killed", score=None), ["errors"]),
        (changed("teller", [1], level="mixed"), ["unmet", "credited"]),
        (changed("spammer", [1], level="mixed"), ["credited"]),  # as is allowed, and still more credit than before
        (changed("teller", [1], criteria={"balance": "basic", "no_takeover": "proficient"}), ["credited"]),
        (changed("ordinary-coach", [0], level="telling"), ["unmet"]),
        (changed("skilled-coach", measures={"facts_elicited_share": 0.6}), ["elicited_share_coaches"]),
        (changed("teller", facts={"a": "donated"}), ["donated_share_tellers"]),
        (changed("skilled-coach", score=90), ["skilled_score"]),
        (changed("teller", criteria={"balance": "below", "listening": "proficient", "no_takeover": "proficient"}), []),
        (changed("skilled-coach", score=93), []),  # worse, within the tolerance
        (changed("skilled-coach", score=99), []),
    ],
)  # fmt: skip
def test_what_got_worse_with_written_lines_is_a_regression_however_little(after: list[Record], wanted: list[str]):
    assert regressions(compare_runs(run(matrix()), run(after, "b"))) == wanted


def test_a_leak_that_moved_elsewhere_is_a_new_leak():
    before = changed("teller", [1], replies=(reply(leaks=("a",)),))
    after = changed("teller", [2], replies=(reply(leaks=("a",)),))
    found = one(compare_runs(run(before), run(after, "b")), "leaks")

    assert (found.before, found.after, found.regression, found.why) == (
        1,
        1,
        True,
        "1 new, in conversations that had none",
    )


def test_a_regression_names_the_conversations_and_what_changed_in_them():
    taken = {"balance": "basic", "no_takeover": "proficient"}
    found = compare_runs(run(matrix()), run(changed("teller", [1], level="mixed", criteria=taken), "b"))

    assert one(found, "credited").where == (
        "jones-deal/base/teller/1/lines: level telling -> mixed, balance below -> basic",
    )
    assert found.as_text().endswith(
        "\n\nCredit without coaching:\n  jones-deal/base/teller/1/lines: level telling -> mixed, balance below -> basic"
    )


def test_what_got_better_says_so():
    found = compare_runs(
        run(changed("teller", [1], replies=(reply(leaks=("a",)),))), run(changed("skilled-coach", score=99), "b")
    )

    assert (str(one(found, "leaks").finding), str(one(found, "skilled_score").finding)) == ("better", "better")
    assert found.as_text().splitlines()[0] == "No regression; better: leaks, top manager's score"


@pytest.mark.parametrize(
    ("tolerance", "wanted"),
    [
        ({}, ["skilled_score"]),
        ({"skilled_score": 10}, []),
        ({"skilled_score": 4.9}, ["skilled_score"]),
        ({"skilled_score": 10, "score": 0.1}, ["score"]),  # where neither way is better a suite may still set a limit
    ],
)
def test_the_suites_tolerance_decides_what_is_a_regression(tolerance: dict[str, float], wanted: list[str]):
    found = compare_runs(run(matrix(), tolerance=tolerance), run(changed("skilled-coach", score=90), "b"))

    assert regressions(found) == wanted


def test_slower_is_told_and_is_no_regression():
    quick = [made("teller", seed, voice="m", replies=(reply(seconds=1 + seed / 10),)) for seed in range(12)]
    slow = [made("teller", seed, voice="m", replies=(reply(seconds=9 + seed / 10),)) for seed in range(12)]
    found = compare_runs(run(quick), run(slow, "b"))

    assert (str(one(found, "latency").finding), regressions(found)) == ("worse", [])


def chance(draw: random.Random) -> ReplyRecord:
    """A reply of a model: now and then it says the same again, contradicts itself or comes too late."""
    return reply(
        words=draw.randint(8, 40),
        seconds=draw.lognormvariate(0, 0.5),
        repeats=draw.random() < 0.02,
        fault="late" if draw.random() < 0.02 else "",
        objection="contradiction" if draw.random() < 0.01 else "",
    )


def voiced(draw: random.Random, skill: float = 0.0) -> list[Record]:
    """A run in which a model spoke: everything varies by chance, as it does when the same is run again."""
    records = []
    for record in matrix(range(6), ("skilled-coach", "ordinary-coach", "teller", "polite-teller", "spammer")):
        score = max(0, min(100, round((record.score or 0) + draw.gauss(0, 4))))
        if record.manager == "skilled-coach":
            score = max(0, round(score - skill))
        criteria = dict(record.criteria)
        if draw.random() < 0.1:
            criteria["balance"] = draw.choice(("below", "basic"))
        what = {"score": score, "criteria": criteria, "replies": tuple(chance(draw) for _ in range(12))}
        records.append(record.model_copy(update={"voice": "m", "key": record.key.replace("lines", "m"), **what}))
    return records


@pytest.mark.parametrize("times", [2, pytest.param(10, marks=pytest.mark.nightly)])
def test_a_model_that_is_only_run_again_raises_no_alarm(times: int):
    draw = random.Random(7)
    first = run(voiced(draw))
    found = [regressions(compare_runs(first, run(voiced(draw), "b"))) for _ in range(times)]

    assert found == [[]] * times


@pytest.mark.parametrize("seed", range(5))
def test_a_model_with_which_the_best_score_less_is_caught(seed: int):
    draw = random.Random(seed)

    assert "skilled_score" in regressions(compare_runs(run(voiced(draw)), run(voiced(draw, skill=20), "b")))


def test_runs_with_nothing_in_common_are_refused():
    with pytest.raises(AskwellError) as refused:
        compare_runs(run([made("teller", 0)]), run([made("teller", 1)], "b"))

    assert str(refused.value) == (
        "a and b have no conversation in common: jones-deal/base/teller/0/lines in one, jones-deal/base/teller/1/lines "
        "in the other"
    )


def test_a_tolerance_of_no_figure_is_refused():
    with pytest.raises(
        AskwellError, match=r"^a: tolerance\.skill: there is no such figure; choose one of discrimination, "
    ):
        compare_runs(run(matrix(), tolerance={"skill": 1}), run(matrix(), "b"))


def test_what_only_one_run_has_is_named_and_left_out():
    found = compare_runs(run(matrix(range(4))), run([*matrix(range(3)), made("my-boss")], "b"))

    assert (found.pairs, len(found.only_before), found.only_after) == (33, 11, ("jones-deal/base/my-boss/0/lines",))
    assert "only in B, so not compared: 1 conversation: jones-deal/base/my-boss/0/lines" in found.as_text().splitlines()


def test_what_the_runs_were_not_given_alike_is_named():
    before = run(matrix(), suite="full", text="id: full", inputs={"prompts": {"actor": "3"}, "version": "1"})
    later = [made(record.manager, record.seed, digest="d2", reader="linear-2") for record in matrix()]
    found = compare_runs(
        before, run(later, "b", suite="full", text="id: full", inputs={"prompts": {"actor": "4"}, "version": "1"})
    )

    assert [(one.name, one.before, one.after) for one in found.inputs] == [
        ("prompts actor", "3", "4"),
        ("scenario jones-deal, base", "d1", "d2"),
    ]


def test_records_alone_tell_their_reader():
    later = [made(record.manager, record.seed, reader="linear-2") for record in matrix()]

    assert [one.name for one in compare_runs(run(matrix()), run(later, "b")).inputs] == ["reader"]


def test_the_shape_for_programs_is_whole():
    found = compare_runs(run(matrix()), run(changed("teller", [1], replies=(reply(leaks=("a",)),)), "b")).as_json()

    assert list(found) == ["a", "b", "pairs", "only_a", "only_b", "inputs", "level", "figures", "regressions"]
    assert found["figures"][0] == {
        "name": "leaks", "a": 0, "b": 1, "difference": 1, "interval": None, "pairs": 33, "finding": "worse",
        "tolerance": 0.0, "regression": True, "why": "", "where": ["jones-deal/base/teller/1/lines"],
    }  # fmt: skip
    assert found["regressions"] == ["leaks"]
