"""What an enterprise does, in numbers worked out by hand."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.agents import enterprise as rule
from simulation.markets.operations import next_demand
from tests.helpers.rules import compiled, plain

RATE = st.floats(0.0, 1.0)
MONEY = st.floats(0.001, 1e5)


def near(value):
    return pytest.approx(value, rel=1e-12)


def test_even_odds_lie_at_zero():
    logistic = plain(rule.logistic)
    assert logistic(0.0) == 0.5
    assert logistic(math.log(3.0)) == near(0.75)
    assert logistic(-math.log(9.0)) == near(0.1)


@given(st.floats(-700.0, 700.0))
def test_odds_turn_over_with_the_sign(x):
    logistic = plain(rule.logistic)
    assert logistic(x) + logistic(-x) == near(1.0)


def test_a_clipped_number_stays_within_its_bounds():
    clip = plain(rule.clip)
    assert (clip(2.0, 0.0, 1.0), clip(-2.0, 0.0, 1.0), clip(0.3, 0.0, 1.0)) == (1.0, 0.0, 0.3)


def test_the_newest_value_weighs_two_over_n_plus_one():
    average = plain(rule.average)
    assert average(10.0, 20.0, 3.0) == 15.0
    assert average(10.0, 20.0, 19.0) == 11.0


def test_full_spending_finishes_a_stage_in_its_duration():
    progress = plain(rule.progress_made)
    assert progress(1.5, 1.5, 5.0, 0.7, 0.0, 0.0) == near(0.2)
    assert progress(1.0, 4.0, 5.0, 0.5, 0.0, 0.0) == near(0.1)  # a quarter of the burn: sqrt(1/4) = 1/2
    assert progress(0.0, 4.0, 5.0, 0.5, 0.0, 0.0) == 0.0


def test_knowledge_of_e_minus_one_speeds_research_by_the_spillover():
    assert plain(rule.progress_made)(4.0, 4.0, 5.0, 0.5, 0.1, math.e - 1.0) == near(0.22)


@given(MONEY, MONEY, st.floats(1.0, 20.0), st.floats(0.1, 1.0), RATE, st.floats(0.0, 50.0))
def test_more_money_or_knowledge_never_slows_research(one, more, duration, elasticity, spillover, knowledge):
    progress = plain(rule.progress_made)
    slow = progress(one, 5.0, duration, elasticity, spillover, knowledge)
    assert progress(one + more, 5.0, duration, elasticity, spillover, knowledge) >= slow
    assert progress(one, 5.0, duration, elasticity, spillover, knowledge + more) >= slow


def test_a_project_of_average_quality_passes_as_the_intercept_says():
    chance = plain(rule.pass_probability)
    assert chance(0.0, 0.9, 0.0) == 0.5
    assert chance(math.log(4.0) - 0.9, 0.9, 1.0) == near(0.8)


@given(st.floats(-4.0, 4.0), st.floats(0.001, 2.0))
def test_better_projects_pass_more_often_unless_tests_are_blind(quality, more):
    chance = plain(rule.pass_probability)
    assert chance(0.4, 0.9, quality + more) > chance(0.4, 0.9, quality)
    assert chance(0.4, 0.0, quality + more) == chance(0.4, 0.0, quality)


def test_costs_halve_when_output_has_grown_to_three_reference_volumes():
    index = plain(rule.unit_cost_index)
    assert index(0.0, 10.0, 0.5) == 1.0
    assert index(30.0, 10.0, 0.5) == near(0.5)  # (1 + 3)^(-1/2)


def test_a_part_of_the_cost_fall_is_kept_down_to_a_floor():
    share = plain(rule.unit_cost_share)
    assert share(1.0, 0.75, 0.62, 0.3) == 0.75
    assert share(0.5, 0.8, 0.62, 0.3) == near(0.68)  # .8 x (1 - .3 x .5)
    assert share(0.0, 0.75, 0.62, 0.3) == 0.62


def test_care_rises_with_the_damage_at_stake_up_to_all_of_it():
    care = plain(rule.care)
    assert care(0.4, 0.05, 0.2, 0.01) == near(0.2)
    assert care(0.4, 0.9, 1.0, 0.01) == 1.0
    assert care(0.0, 0.9, 1.0, 0.01) == 0.0


def test_users_gain_what_performance_adds_less_the_risk_they_bear():
    assert plain(rule.user_benefit)(1.2, 0.1, 0.5, 1.0) == near(0.1)
    assert plain(rule.user_benefit)(1.2, 0.1, 0.5, 0.0) == near(0.15)


def test_sales_grow_by_innovation_and_imitation_and_stop_at_the_potential():
    growth = plain(rule.sales_growth)
    assert growth(0.02, 0.15, 0.0, 100.0) == near(2.0)
    assert growth(0.02, 0.15, 40.0, 100.0) == near(4.8)  # (.02 + .06) x 60
    assert growth(0.02, 0.15, 100.0, 100.0) == 0.0


def test_products_age_and_research_renews_half_of_it():
    ageing = plain(rule.ageing)
    assert ageing(0.02, 0.5, 0.0, 5.0, 0.7) == near(0.98)
    assert ageing(0.02, 0.5, 5.0, 5.0, 0.7) == near(0.99)
    assert ageing(0.02, 0.5, 9.0, 5.0, 0.7) == near(0.99)  # more than planned renews no more
    assert ageing(0.02, 0.5, 1.25, 5.0, 0.5) == near(0.985)
    assert ageing(0.02, 0.5, 0.0, 0.0, 0.7) == near(0.98)


def test_capital_of_a_years_intensity_carries_a_quarters_sales():
    assert plain(rule.capacity)(36.0, 0.9) == near(10.0)


def test_a_dividend_is_a_share_of_profit_or_idle_cash_and_leaves_a_floor():
    dividend = plain(rule.dividend)
    assert dividend(10.0, 50.0, 50.0, 0.0, 0.2, 1.0, 0.3, 0.05) == near(2.0)  # a fifth of profit
    assert dividend(10.0, 80.0, 50.0, 100.0, 0.2, 1.0, 0.3, 0.05) == near(25.0)  # 80 - 50 - 5 idle
    assert dividend(100.0, 16.0, 50.0, 0.0, 0.2, 1.0, 0.3, 0.05) == near(1.0)  # down to 15
    assert dividend(100.0, 10.0, 50.0, 0.0, 0.2, 1.0, 0.3, 0.05) == 0.0


@given(st.floats(-1e4, 1e4), MONEY, MONEY, MONEY)
def test_a_dividend_never_overdraws_the_firm(profit, cash, sales, capital):
    paid = plain(rule.dividend)(profit, cash, sales, capital, 0.2, 1.0, 0.3, 0.05)
    assert 0.0 <= paid <= cash


def test_sector_demand_returns_to_normal():
    assert next_demand(1.0, 0.9, 0.0) == 1.0
    assert next_demand(4.0, 0.5, 0.0) == near(2.0)
    assert next_demand(1.0, 0.9, math.log(1.1)) == near(1.1)


def test_the_compiled_rules_are_the_plain_ones():
    for function, arguments in (
        (rule.logistic, (0.3,)), (rule.progress_made, (1.1, 1.5, 5.0, 0.7, 0.1, 2.0)), (rule.sales_growth, (0.02, 0.15, 40.0, 100.0)),
        (rule.ageing, (0.02, 0.5, 1.3, 5.0, 0.7)), (rule.care, (0.4, 0.08, 0.2, 0.01)),
    ):  # fmt: skip
        assert compiled(function)(*arguments) == plain(function)(*arguments)
