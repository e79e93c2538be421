"""The statistics of reports, held against what is known of small and of degenerate samples."""

from __future__ import annotations

import pytest

from evals.reports.statistics import (
    Interval,
    cliffs_delta,
    eta_squared,
    interval_of_difference,
    interval_of_ratio,
    kendall_tau,
    order,
    percentile,
    sign_test,
)

SCORES = [55.0, 60.0, 62.0, 64.0, 70.0, 71.0, 75.0, 80.0]
ONES = [1.0] * 8


@pytest.mark.parametrize(
    ("some", "others", "delta"),
    [
        ([3, 3, 3], [0, 1, 2], 1.0),
        ([0, 1], [2, 3], -1.0),
        ([1, 2], [1, 2], 0.0),
        ([5, 5], [5, 5, 5], 0.0),
        ([1, 3], [2], 0.0),
        ([2, 3], [1, 2], 0.75),
        ([], [1], None),
    ],
)
def test_cliffs_delta_counts_who_beats_whom(some: list[float], others: list[float], delta: float | None):
    assert cliffs_delta(some, others) == delta


@pytest.mark.parametrize(
    ("ranks", "values", "tau"),
    [
        ([0, 0, 0, 2, 3], [1, 9, 5, 10, 11], 1.0),  # ties in the ranks cost nothing
        ([0, 0, 2], [9, 9, 1], -1.0),
        ([0, 0, 2, 2], [1, 3, 2, 4], 0.5),
        ([0, 1], [5, 5], 0.0),
        ([1, 1], [5, 6], None),
    ],
)
def test_order_is_perfect_where_every_pair_of_unlike_rank_is(
    ranks: list[float], values: list[float], tau: float | None
):
    assert order(ranks, values) == tau


def test_the_judges_tau_counts_ties_on_either_side():
    assert kendall_tau([1, 2, 3, 4], [1, 2, 3, 4]) == pytest.approx(1.0)
    assert kendall_tau([1, 2, 2, 4], [4, 3, 2, 1]) == pytest.approx(-0.9128709)
    assert kendall_tau([2, 2, 2], [1, 2, 3]) is None


@pytest.mark.parametrize(
    ("groups", "share"),
    [
        ({"a": [1, 1], "b": [5, 5]}, 1.0),
        ({"a": [1, 5], "b": [1, 5]}, 0.0),
        ({"a": [1, 2], "b": [3, 4]}, 0.8),
        ({"a": [1, 2, 3]}, None),
        ({"a": [2, 2], "b": [2]}, None),
        ({"a": [1, 2], "b": []}, None),
    ],
)
def test_eta_squared_is_the_share_between_groups(groups: dict[str, list[float]], share: float | None):
    assert eta_squared(groups) == share


def test_an_interval_holds_the_mean_and_is_the_same_each_time():
    first = interval_of_ratio(SCORES, ONES)

    assert first is not None
    assert first.low < sum(SCORES) / 8 < first.high
    assert first == interval_of_ratio(SCORES, ONES)
    assert first.level == 0.95


def test_a_wider_level_gives_a_wider_interval():
    before, after = (SCORES, ONES), (SCORES[::-1], ONES)
    usual, wide = interval_of_difference(before, after), interval_of_difference(before, after, 0.99)

    assert usual is not None
    assert wide is not None
    assert (wide.low < usual.low, wide.high > usual.high) == (True, True)


@pytest.mark.parametrize("scores", [[70.0] * 8, SCORES[:4], []])
def test_a_sample_that_says_nothing_has_no_interval(scores: list[float]):
    assert interval_of_ratio(scores, [1.0] * len(scores)) is None


def test_a_share_is_resampled_by_conversation_with_its_own_number_of_replies():
    found = interval_of_ratio([0, 0, 1, 3, 0, 2], [10, 12, 9, 10, 11, 8])

    assert found is not None
    assert 0.0 <= found.low < 0.1 < found.high < 0.3


def test_the_difference_of_pairs_is_seen_where_that_of_groups_would_not_be():
    later = [score + 4 + place % 2 for place, score in enumerate(SCORES)]
    found = interval_of_difference((SCORES, ONES), (later, ONES))

    assert found is not None
    assert 3.8 < found.low < 4.5 < found.high < 5.2


def test_pairs_that_all_moved_alike_have_no_interval():
    assert interval_of_difference((SCORES, ONES), ([score + 3 for score in SCORES], ONES)) is None


def test_many_conversations_are_resampled_in_batches():
    many = [float(place % 7) for place in range(5000)]
    found = interval_of_ratio(many, [1.0] * 5000)

    assert found is not None
    assert (round(found.low, 1), round(found.high, 1)) == (2.9, 3.1)


@pytest.mark.parametrize(("up", "down", "chance"), [(0, 0, 1.0), (6, 0, 0.03125), (0, 6, 0.03125), (3, 3, 1.0)])
def test_the_sign_test_is_exact(up: int, down: int, chance: float):
    assert sign_test(up, down) == pytest.approx(chance)


def test_a_percentile_of_nothing_is_none():
    assert percentile([], 0.95) is None
    assert percentile([1.0, 2.0, 3.0], 0.5) == 2.0


def test_an_interval_is_two_numbers_in_json():
    assert Interval(0.1, 0.2).as_json() == [0.1, 0.2]
