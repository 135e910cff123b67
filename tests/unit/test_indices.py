"""Morris and Sobol indices of functions with known answers, and a dummy that is as large as luck."""

from __future__ import annotations

import numpy as np
import pytest
from SALib.sample import morris as morris_sample
from SALib.sample import sobol as sobol_sample

from simulation.errors import DesignError
from simulation.experiments.indices import blocks_of, change_of_luck, morris_indices, problem, sobol_indices
from simulation.experiments.sensitivity import sensitivity_of
from tests.helpers.swept import LEVERS, made_up

A, B = 7.0, 0.1


def ishigami(x):
    """Over [-pi, pi]^3; first order .314, .442, 0; total .558, .442, .244; only 1 and 3 act together: .244."""
    u = (2 * x - 1) * np.pi
    return np.sin(u[:, 0]) + A * np.sin(u[:, 1]) ** 2 + B * u[:, 2] ** 4 * np.sin(u[:, 0])


def linear(x):
    return 10.0 + 5.0 * x[:, 0] - 2.0 * x[:, 1] + 0.0 * x[:, 2]


def saltelli(n, factors, second=False):
    return sobol_sample.sample(problem(factors), n, calc_second_order=second, seed=1)


def trajectories(n, factors):
    return morris_sample.sample(problem(factors), n, num_levels=4, seed=1)


def value_of(table, factor, measure):
    return float(table[(table["factor"] == factor) & (table["measure"] == measure)]["value"].iloc[0])


@pytest.mark.parametrize("second", [False, True])
def test_sobol_indices_of_ishigami_are_the_known_ones(second):
    x = saltelli(1024, 3, second)
    found = sensitivity_of(made_up(x, ishigami, "sobol", seeds=1, factors=LEVERS[:3], second_order=second))
    first = [value_of(found.table, factor, "first") for factor in LEVERS[:3]]
    total = [value_of(found.table, factor, "total") for factor in LEVERS[:3]]
    assert np.allclose(first, [0.314, 0.442, 0.0], atol=0.03)
    assert np.allclose(total, [0.558, 0.442, 0.244], atol=0.03)
    if second:
        pairs = found.pairs.set_index(["factor", "other"])["value"]
        assert pairs[LEVERS[0], LEVERS[2]] == pytest.approx(0.244, abs=0.05)
        assert abs(pairs[LEVERS[0], LEVERS[1]]) < 0.05
    else:
        assert found.pairs.empty


def test_the_dummy_does_not_change_the_indices_of_the_factors():
    x = saltelli(64, 3, True)
    y = np.stack([ishigami(x) + shift for shift in (0.0, 0.5, -0.5)])
    blocks = blocks_of(x, y, 8)
    with_dummy, pairs = sobol_indices(blocks, True)
    plain, plain_pairs = sobol_indices(type(blocks)(blocks.x, blocks.y, np.array([]), np.array([]), 3.0), True)
    assert len(with_dummy["total"].value) == 4
    for measure in ("first", "total"):
        assert np.allclose(with_dummy[measure].value[:3], plain[measure].value, atol=1e-3)  # SALib centres on all
    upper = np.triu_indices(3, 1)
    assert np.allclose(pairs.value[upper], plain_pairs.value[upper], atol=1e-3)


def test_morris_of_a_linear_function_is_its_slopes_without_spread():
    found = sensitivity_of(made_up(trajectories(10, 3), linear, "morris", factors=LEVERS[:3]))
    for factor, slope in zip(LEVERS[:3], (5.0, -2.0, 0.0), strict=True):
        assert value_of(found.table, factor, "mu") == pytest.approx(slope)
        assert value_of(found.table, factor, "mu_star") == pytest.approx(abs(slope))
        assert value_of(found.table, factor, "sigma") == pytest.approx(0.0, abs=1e-9)


def test_morris_effects_do_not_depend_on_the_units_of_the_factors():
    unit = trajectories(10, 3)
    wide = unit * np.array([300.0, 3.0, 11.0]) + np.array([0.0, 0.0, 1.0])
    tables = [sensitivity_of(made_up(x, lambda _: linear(unit), "morris", factors=LEVERS[:3])).table for x in (unit, wide)]
    assert np.allclose(tables[0]["value"], tables[1]["value"])


def test_a_column_that_no_scenario_reads_shows_nothing_under_paired_seeds():
    x = trajectories(20, 4)
    y = np.stack([linear(x[:, :3]) + shift for shift in (0.0, 3.0, -1.0)])  # luck that all points share
    found = morris_indices(blocks_of(x, y, 5), 4)
    assert np.abs(found["mu_star"].value[3:]).max() < 1e-9  # the unread column, and luck that pairing cancels
    own = y + np.random.default_rng(1).normal(0.0, 1.0, (3, 20, 1)).repeat(5, axis=2).reshape(3, 100)
    found = morris_indices(blocks_of(x, own, 5), 4)
    assert abs(found["mu_star"].value[3]) < 1e-9  # what differs from trajectory to trajectory alone
    assert found["mu_star"].value[4] > 0.5  # the dummy sees it


@pytest.mark.parametrize("seeds", [2, 5, 8])
def test_the_dummy_is_as_large_as_other_seeds_would_make_it(seeds):
    """A step between two means of n seeds is normal with variance 2 s^2 / n; its size over delta = 2/3 is mu*."""
    noise = 3.0
    sweep = made_up(trajectories(600, 2), linear_2, "morris", seeds=seeds, noise=noise, factors=LEVERS[:2])
    table = sensitivity_of(sweep).table
    expected = np.sqrt(2.0 / np.pi) * np.sqrt(2.0 / seeds) * noise * 1.5
    assert value_of(table, "dummy", "mu_star") == pytest.approx(expected, rel=0.12)
    assert (table["noise"][table["measure"] == "mu_star"] == value_of(table, "dummy", "mu_star")).all()


def linear_2(x):
    return 1.0 + 40.0 * x[:, 0] + 0.0 * x[:, 1]


def test_the_total_index_of_the_dummy_is_the_share_of_luck():
    sweep = made_up(saltelli(2048, 2), linear_2, "sobol", seeds=4, noise=8.0, factors=LEVERS[:2])
    luck = 8.0**2 / 4
    assert value_of(sensitivity_of(sweep).table, "dummy", "total") == pytest.approx(luck / (40.0**2 / 12 + luck), rel=0.1)


def test_what_is_not_beyond_the_dummy_is_marked_and_what_is_stands_first():
    sweep = made_up(trajectories(30, 2), linear_2, "morris", seeds=4, noise=2.0, factors=LEVERS[:2])
    found = sensitivity_of(sweep)
    ranking = found.ranking("equity_invested").set_index("factor")["beyond_noise"]
    assert ranking.index[0] == LEVERS[0]
    assert ranking.to_dict() == {LEVERS[0]: True, LEVERS[1]: False, "dummy": False}
    assert "Early-stage mandate 40" in found.brief()


def test_one_seed_gives_indices_without_a_dummy_and_says_so():
    found = sensitivity_of(made_up(trajectories(6, 2), linear_2, "morris", seeds=1, factors=LEVERS[:2]))
    assert "dummy" not in set(found.table["factor"])
    assert "One seed a point" in found.brief()


def test_a_partly_finished_sweep_uses_complete_trajectories_only():
    sweep = made_up(trajectories(8, 2), linear_2, "morris", factors=LEVERS[:2])
    sweep.y[:, 4] = np.nan  # in the second trajectory
    sweep.y[1, 7] = np.nan  # one seed in the third
    table = sensitivity_of(sweep).table
    assert set(table["blocks"]) == {7}
    assert value_of(table, LEVERS[0], "mu") == pytest.approx(40.0)


def test_too_few_trajectories_and_other_designs_are_refused():
    sweep = made_up(trajectories(6, 2), linear_2, "morris", factors=LEVERS[:2])
    sweep.y[:, 9:] = np.nan
    with pytest.raises(DesignError, match="3 complete trajectories of 3 points"):
        sensitivity_of(sweep)
    with pytest.raises(DesignError, match="method grid"):
        sensitivity_of(made_up(np.random.default_rng(0).random((8, 2)), linear_2, "grid", factors=LEVERS[:2]))


def test_a_change_of_luck_needs_two_seeds():
    assert np.isnan(change_of_luck(np.array([1.0]), np.random.default_rng(0)))
