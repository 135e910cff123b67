"""An effect is a paired difference with an interval that holds what it promises."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from simulation.experiments import effects as fx
from simulation.experiments.compare import verdict
from simulation.experiments.effects import Sums, paired, quarter_sums, seeds_needed, window_sums
from simulation.indicators.definitions import INDICATORS

PLACE = {name: place for place, name in enumerate(INDICATORS)}
QUARTERS = 20


def arms(base: list[float], policy: list[float], weight: float = 1.0) -> tuple[Sums, Sums]:
    """Both arms of one indicator, a row per seed."""
    den = np.full((len(base), 1), weight)
    return Sums(np.array(base)[:, None] * weight, den), Sums(np.array(policy)[:, None] * weight, den)


def filled(**values: float | list[float]) -> tuple[np.ndarray, np.ndarray]:
    """Values and weights of a run in which only some indicators were measured."""
    table = np.full((QUARTERS, len(INDICATORS)), np.nan)
    weights = np.zeros_like(table)
    for name, value in values.items():
        table[:, PLACE[name]] = value
        weights[:, PLACE[name]] = 1.0
    return table, weights


def test_a_flow_is_summed_and_given_a_year():
    values, weights = filled(equity_invested=[float(quarter) for quarter in range(QUARTERS)])
    num, den = window_sums(values, weights, 4, 11)
    assert (num / np.where(den > 0, den, np.nan))[PLACE["equity_invested"]] == sum(range(4, 12)) / 2


def test_a_level_is_the_mean_of_the_last_four_quarters_of_the_window():
    values, weights = filled(dry_powder=[float(quarter) for quarter in range(QUARTERS)])
    num, den = window_sums(values, weights, 4, 11)
    assert num[PLACE["dry_powder"]] / den[PLACE["dry_powder"]] == (8 + 9 + 10 + 11) / 4


def test_a_quarter_without_a_value_does_not_count_in_a_level():
    values, weights = filled(median_pre_money=10.0)
    values[11, PLACE["median_pre_money"]], weights[11, PLACE["median_pre_money"]] = np.nan, 0.0
    num, den = window_sums(values, weights, 4, 11)
    assert (num[PLACE["median_pre_money"]], den[PLACE["median_pre_money"]]) == (30.0, 3.0)


def test_a_ratio_is_a_ratio_of_sums():
    values, weights = filled(npl_ratio=1.0)
    values[5, PLACE["npl_ratio"]], weights[5, PLACE["npl_ratio"]] = 10.0, 9.0
    num, den = window_sums(values, weights, 4, 11)
    assert num[PLACE["npl_ratio"]] / den[PLACE["npl_ratio"]] == pytest.approx((7 * 1 + 9 * 10) / 16)


def test_a_flow_of_a_single_quarter_stays_that_of_the_quarter():
    values, weights = filled(equity_invested=3.0)
    num, den = quarter_sums(values, weights)
    place = np.ravel_multi_index((7, PLACE["equity_invested"]), values.shape)
    assert (num[place], den[place]) == (3.0, 1.0)


def test_what_was_not_measured_has_no_effect_at_all():
    values, weights = filled(equity_invested=3.0)
    num, den = window_sums(values, weights, 0, 11)
    found = paired(
        Sums(np.array([num] * 3), np.array([den] * 3)),
        Sums(np.array([num] * 3), np.array([den] * 3)),
        fx.of_kind("ratio"),
    )
    assert np.isnan(found.difference[PLACE["label_credibility"]])
    assert found.seeds[PLACE["label_credibility"]] == 0


def test_the_interval_of_a_flow_is_that_of_a_paired_t_test():
    rng = np.random.default_rng(1)
    base = rng.normal(100, 20, 12)
    policy = base + rng.normal(3, 4, 12)
    found = paired(*arms(list(base), list(policy)), np.array([False]))
    known = stats.ttest_rel(policy, base).confidence_interval(0.95)
    assert (found.low[0], found.high[0]) == pytest.approx((known.low, known.high))
    assert found.difference[0] == pytest.approx(np.mean(policy - base))
    assert found.percent[0] == pytest.approx(100 * np.mean(policy - base) / np.mean(base))


@pytest.mark.parametrize("ratio", [False, True])
def test_pairing_takes_out_what_both_arms_share(ratio):
    luck = list(np.random.default_rng(1).normal(100, 30, 20))
    found = paired(*arms(luck, [value + 1 for value in luck]), np.array([ratio]))
    assert found.low[0] == pytest.approx(1)
    assert found.high[0] == pytest.approx(1)


@pytest.mark.parametrize("ratio", [False, True])
def test_a_policy_that_changes_nothing_has_no_clear_effect(ratio):
    found = paired(*arms([3.0, 4.0, 5.0] * 4, [3.0, 4.0, 5.0] * 4), np.array([ratio]))
    assert (found.difference[0], found.low[0], found.high[0], bool(found.clear[0])) == (0, 0, 0, False)
    assert np.isnan(found.needed[0])


def test_one_seed_gives_a_difference_without_an_interval():
    found = paired(*arms([2.0], [3.0]), np.array([False]))
    assert found.difference[0] == 1.0
    assert np.isnan([found.low[0], found.high[0], found.needed[0]]).all()
    assert not found.clear[0]


def test_a_pair_without_a_value_in_one_arm_is_left_out():
    base, policy = arms([1.0, 2.0, 3.0], [2.0, 3.0, 9.0])
    base.den[2, 0] = 0.0
    found = paired(base, policy, np.array([False]))
    assert (found.seeds[0], found.baseline[0], found.difference[0]) == (2, 1.5, 1.0)


def test_the_effect_on_a_ratio_is_the_difference_of_ratios_of_sums():
    num, den = np.array([[1.0], [9.0]] * 5), np.array([[10.0], [10.0]] * 5)
    more = np.array([[10.0], [30.0]] * 5)
    found = paired(Sums(num, den), Sums(num, more), np.array([True]))
    assert (found.baseline[0], found.policy[0]) == pytest.approx((0.5, 0.25))
    assert found.low[0] <= found.difference[0] <= found.high[0]


@pytest.mark.parametrize("seeds", [4, 10, 20])
def test_intervals_of_ratios_hold_the_truth_nineteen_times_in_twenty(seeds):
    rng, trials = np.random.default_rng(2), 1500
    den = rng.gamma(20, 1, (seeds, trials))
    base = den * 0.5 + rng.normal(0, 1, (seeds, trials))
    more = rng.gamma(20, 1, (seeds, trials))
    policy = more * 0.6 + rng.normal(0, 1, (seeds, trials))
    found = paired(Sums(base, den), Sums(policy, more), np.full(trials, True))
    inside = np.mean((found.low <= 0.1) & (found.high >= 0.1))
    assert 0.93 <= inside <= 0.975


def test_resampling_gives_the_same_interval_every_time():
    rng = np.random.default_rng(3)
    base, policy = rng.gamma(5, 1, (2, 15, 4))
    den = np.ones((15, 4))
    first, again = (paired(Sums(base, den), Sums(policy, den), np.full(4, True)) for _ in range(2))
    assert np.array_equal(first.low, again.low)


def test_the_number_of_seeds_needed_is_the_smallest_that_excludes_zero():
    for noise in (0.05, 0.3, 1.0, 4.0, 20.0):
        needed = int(seeds_needed(np.array([1.0]), np.array([noise]))[0])
        half = [stats.t.ppf(0.975, n - 1) * noise / np.sqrt(n) for n in (needed, needed - 1) if n > 1]
        assert half[0] < 1
        assert len(half) < 2 or half[1] >= 1
    assert seeds_needed(np.array([1.0]), np.array([100.0]))[0] == pytest.approx(1.96**2 * 100**2, rel=0.01)


@pytest.mark.parametrize(
    ("wanted", "low", "high", "said"),
    [("higher", 1, 2, "yes"), ("higher", -2, -1, "no"), ("lower", -2, -1, "yes"), ("lower", 1, 2, "no"),
     ("higher", -1, 1, "unclear"), ("none", 1, 2, "unclear"), ("higher", 0, 0, "unclear"),
     ("higher", float("nan"), float("nan"), "unclear")],
)  # fmt: skip
def test_better_means_clearly_in_the_wanted_direction(wanted, low, high, said):
    assert verdict(wanted, low, high) == said


def test_one_interval_in_twenty_excludes_zero_by_chance():
    assert fx.by_chance(100) == "5"
    assert fx.by_chance(4) == "0.2"
