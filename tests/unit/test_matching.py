"""Who is served first: the best, then the lowest id; and a draw in proportion to weights."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simulation.engine.matching import best_first, first_above
from tests.helpers.rules import plain

SCORES = st.lists(st.tuples(st.sampled_from([0.0, 1.0, 2.0, -3.5]), st.integers(0, 2)), max_size=30)


def test_the_highest_score_comes_first_and_the_lowest_id_breaks_ties():
    order = best_first(np.array([1.0, 3.0, 3.0, 2.0]), np.array([9, 8, 7, 6]))
    assert order.tolist() == [2, 1, 3, 0]


def test_groups_are_served_one_after_the_other():
    order = best_first(np.array([1.0, 5.0, 3.0]), np.array([0, 1, 2]), np.array([0, 1, 0]))
    assert order.tolist() == [2, 0, 1]


@given(SCORES)
def test_the_order_is_the_sorted_one(rows):
    score = np.array([row[0] for row in rows], dtype=np.float64)
    group = np.array([row[1] for row in rows], dtype=np.int64)
    tie = np.arange(len(rows), dtype=np.int64)
    expected = sorted(range(len(rows)), key=lambda k: (group[k], -score[k], k))
    assert best_first(score, tie, group).tolist() == expected


@given(st.lists(st.floats(0.0, 10.0), min_size=1, max_size=40), st.floats(0.0, 1.0, exclude_max=True))
def test_a_draw_finds_the_first_whose_cumulative_weight_is_above_it(weights, u):
    cumulative = np.cumsum(weights)
    target = u * cumulative[-1]
    above = [k for k, total in enumerate(cumulative) if total > target]
    expected = above[0] if above else len(weights) - 1
    assert plain(first_above)(cumulative, 0, len(weights), target) == expected


def test_someone_without_weight_is_never_drawn():
    cumulative = np.cumsum([0.0, 2.0, 0.0, 1.0])
    drawn = {plain(first_above)(cumulative, 0, 4, target) for target in np.linspace(0.0, 2.999, 100)}
    assert drawn == {1, 3}
