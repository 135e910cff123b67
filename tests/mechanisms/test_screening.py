"""Screening effort: a bank's choice, weighed on its own applicants; and lower risk weights for enterprises on the list."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.agents.bank import BANKS, EFFORT_GUARANTEED, EFFORT_PLAIN, pledged_value, weighted_loans
from simulation.agents.enterprise import FIRM
from simulation.agents.tally import CENTRAL, CONCESSION, COST_RISK_WEIGHT, LOANS_PAID
from simulation.economy.measures import measure
from simulation.markets.lending import relative_weight
from simulation.markets.screening import EFFORTS, choose_efforts, effort_cost, perceived_quality, value_of_place
from tests.helpers.play import policy_with
from tests.helpers.rules import plain
from tests.helpers.tables import rows_of
from tests.mechanisms.programmes import policy_of, rows_each_quarter


def chosen(values, cost, applicants=10.0):
    """Effort taken for plain loans when `values` is what each effort would have brought on average."""
    bank = rows_of(BANKS, {"effort_plain": 0.8, "effort_guaranteed": 0.6})
    desk = np.zeros((1, 2, 5))
    desk[0, 0] = [*(applicants * np.array(values)), applicants]
    choose_efforts(bank.num, desk, policy_with(screening_cost=cost, loan_quarters=20, loan_grace=4))
    return float(bank.num[EFFORT_PLAIN, 0]), float(bank.num[EFFORT_GUARANTEED, 0])


def test_a_bank_takes_the_effort_that_would_have_paid_best():
    assert chosen([0.0100, 0.0102, 0.0103, 0.01031], 0.0003)[0] == 0.8  # a step of effort costs .00002 a year
    assert chosen([0.01, 0.01, 0.01, 0.01], 0.0003)[0] == 0.4
    assert chosen([0.0100, 0.0102, 0.0103, 0.01031], 0.0)[0] == 1.0


def test_without_applicants_a_bank_keeps_its_habit_unless_looking_is_free():
    assert chosen([0, 0, 0, 0], 0.0003)[1] == 0.6
    assert chosen([0, 0, 0, 0], 0.0)[1] == 1.0


def test_screening_is_paid_once_and_counts_over_the_years_of_the_loan():
    assert plain(effort_cost)(0.6, 0.003, 3.0) == pytest.approx(0.0006)


def test_a_loan_is_worth_what_it_adds_to_the_best_one_without_room():
    assert plain(value_of_place)(0.012, 0.010, True) == pytest.approx(0.002)
    assert plain(value_of_place)(0.008, 0.010, True) == pytest.approx(-0.002)
    assert plain(value_of_place)(0.012, 0.010, False) == 0.0  # beyond the bank's own limit of risk, whoever covers it


@given(st.floats(-3, 3), st.floats(-3, 3), st.floats(0, 4))
def test_a_bank_that_looks_less_believes_less_of_what_it_sees(quality, draw, units):
    far = abs(plain(perceived_quality)(quality, 0.0, 1.0, units, 1.0))
    assert abs(plain(perceived_quality)(quality, 0.0, 0.4, units, 1.0)) <= far
    assert np.isfinite(plain(perceived_quality)(quality, draw, EFFORTS[0], units, 1.0))


def test_collateral_brings_its_price_for_the_capital_that_was_pledged():
    assert plain(pledged_value)(60.0, 0.6, 0.3) == pytest.approx(30.0)


def test_a_lower_weight_makes_a_loan_lighter():
    firm = rows_of(FIRM, {"certified_until": 90}, {})
    policy = policy_with(risk_weight=0.85, risk_weight_cert=0.51)
    assert [plain(relative_weight)(firm.code, i, 90, policy) for i in range(2)] == pytest.approx([0.6, 1.0])
    assert plain(weighted_loans)(0.85, 100.0, 40.0) == pytest.approx(51.0)


def two_years(weight: float):
    policy = policy_of(risk_weight_cert=weight)
    rows = rows_each_quarter(policy, 8, lambda s: (
        s.tally[LOANS_PAID, 0], s.cost[COST_RISK_WEIGHT, CENTRAL, CONCESSION], measure(s, policy, 0)["bank_capital_ratio"][0]))  # fmt: skip
    return rows.sum(axis=0)


def test_a_lower_weight_for_the_list_makes_room_for_loans_and_is_a_public_cost():
    usual, light = two_years(0.85), two_years(0.5)
    assert usual[1] == 0.0
    assert light[1] > 0.0
    assert light[0] > usual[0]
    assert light[2] == pytest.approx(usual[2], rel=2e-3)  # technology loans are a hundredth of a bank's book
