"""Interactions of functions with known answers: a product, a sum, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.errors import DesignError, UsageError
from simulation.experiments.effects import mean_interval
from simulation.experiments.interactions import bilinear, interactions_of
from tests.helpers.swept import LEVERS, made_up


def grid(*levels):
    return np.array(np.meshgrid(*levels, indexing="ij")).reshape(len(levels), -1).T.astype(float)


def product(x):
    return 100.0 + 3.0 * x[:, 0] + 2.0 * x[:, 1] + 10.0 * x[:, 0] * x[:, 1]


def total(x):
    return 5.0 * x[:, 0] ** 2 + 7.0 * np.sqrt(x[:, 1])


@pytest.mark.parametrize("levels", [(0, 1), (0, 0.25, 1), (0, 0.1, 0.6, 0.9, 1)])
def test_a_product_is_found_exactly_on_any_grid(levels):
    row = interactions_of(made_up(grid(levels, levels), product, "grid", factors=LEVERS[:2])).table.iloc[0]
    assert row["interaction"] == pytest.approx(10.0)
    assert row["corner"] == pytest.approx(10.0)
    assert (row["first_alone"], row["second_alone"], row["together"]) == pytest.approx((3.0, 2.0, 15.0))
    assert row["verdict"] == "complements"


def test_a_sum_has_no_interaction_whatever_its_bends():
    row = interactions_of(made_up(grid((0, 1, 2, 4), (0, 1, 3)), total, "grid", factors=LEVERS[:2])).table.iloc[0]
    assert row["interaction"] == pytest.approx(0.0, abs=1e-9)
    assert row["corner"] == pytest.approx(0.0, abs=1e-9)


def test_less_than_the_sum_is_a_substitute_and_where_less_is_better_a_complement():
    sweep = made_up(grid((0, 1), (0, 1)), lambda x: -product(x), "grid", factors=LEVERS[:2])
    assert interactions_of(sweep).table["verdict"].iloc[0] == "substitutes"
    sweep = made_up(grid((0, 1), (0, 1)), lambda x: -product(x), "grid", factors=LEVERS[:2], indicator="npl_ratio")
    assert interactions_of(sweep).table["verdict"].iloc[0] == "complements"


def test_the_interval_covers_the_truth_nineteen_times_in_twenty():
    luck, levels = np.random.default_rng(1), np.array([0.0, 0.5, 1.0])
    truth = 10.0 * levels[:, None] * levels[None, :]
    runs = (mean_interval(bilinear(levels, levels, truth + luck.normal(0.0, 2.0, (6, 3, 3)))) for _ in range(1000))
    covered = sum(low <= 10.0 <= high for _, low, high in runs)
    assert 930 <= covered <= 970


def test_luck_that_a_seed_has_at_every_point_does_not_widen_the_interval():
    sweep = made_up(grid((0, 1), (0, 1)), product, "grid", seeds=4, factors=LEVERS[:2])
    sweep.y[:] += np.array([0.0, 50.0, -20.0, 8.0])[:, None, None]
    row = interactions_of(sweep).table.iloc[0]
    assert row["interaction_high"] - row["interaction_low"] == pytest.approx(0.0, abs=1e-9)


def test_other_factors_are_averaged_and_all_pairs_told():
    sweep = made_up(grid((0, 1), (0, 1), (0, 1)), lambda x: product(x) + 4 * x[:, 2], "factorial", factors=LEVERS[:3])
    table = interactions_of(sweep).table
    assert len(table) == 3
    assert table.set_index(["first", "second"])["interaction"].round(6).to_dict() == {
        (LEVERS[0], LEVERS[1]): 10.0, (LEVERS[0], LEVERS[2]): 0.0, (LEVERS[1], LEVERS[2]): 0.0,
    }  # fmt: skip
    assert len(interactions_of(sweep, levers=f"{LEVERS[2]},{LEVERS[0]}").table) == 1


def test_seeds_that_are_not_complete_do_not_count():
    sweep = made_up(grid((0, 1), (0, 1)), product, "grid", seeds=3, factors=LEVERS[:2])
    sweep.y[2, 3] = np.nan
    assert interactions_of(sweep).table["seeds"].iloc[0] == 2
    sweep.y[:, 3] = np.nan
    with pytest.raises(DesignError, match="no seed with all its runs"):
        interactions_of(sweep)


def test_one_seed_has_no_interval_and_no_verdict():
    found = interactions_of(made_up(grid((0, 1), (0, 1)), product, "grid", seeds=1, factors=LEVERS[:2]))
    assert found.table["verdict"].iloc[0] == "unclear"
    assert "no intervals" in found.brief()


@pytest.mark.parametrize(
    ("points", "method", "levers", "error", "told"),
    [
        (grid((0, 1), (0, 1))[:3], "listed", None, DesignError, "no grid"),
        (grid((0, 1), (0,)), "grid", None, DesignError, "2 x 1 values"),
        (np.random.default_rng(0).random((6, 2)), "latin", None, DesignError, "method latin"),
        (grid((0, 1), (0, 1)), "grid", "early_mandat,ipo_window", UsageError, "early_mandate"),
        (grid((0, 1), (0, 1)), "grid", "ipo_window", UsageError, "1 names"),
    ],
)
def test_what_is_no_grid_is_refused(points, method, levers, error, told):
    with pytest.raises(error) as caught:
        interactions_of(made_up(points, product, method, factors=LEVERS[:2]), levers=levers)
    assert told in str(caught.value)
