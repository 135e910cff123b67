"""Amounts are whole numbers of about a yuan: they add exactly, and whoever shares a sum gives all of it away."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from simulation.accounting.ledger import (
    UNIT,
    annual_hazard,
    annual_to_quarter,
    exact,
    lend,
    pay,
    pay_split,
    repay,
    share_out,
)
from tests.helpers.rules import plain

MONEY = st.floats(-4e9, 4e9)
BALANCE = st.integers(0, 2**52).map(lambda units: units * UNIT)
WEIGHTS = st.lists(st.floats(1e-6, 1e6), min_size=1, max_size=30)


def share_all(total, weights):
    parts, left, ahead = [], total, math.fsum(weights)
    for k, weight in enumerate(weights):
        parts.append(plain(share_out)(weight, weight if k == len(weights) - 1 else ahead, left))
        left, ahead = left - parts[-1], ahead - weight
    return parts, left


def test_a_yuan_is_about_the_smallest_amount():
    assert exact(1e-6) == UNIT == 2.0**-20
    assert exact(0.4 * UNIT) == 0.0
    assert exact(0.5 * UNIT) == UNIT
    assert exact(-0.5 * UNIT) == 0.0


@given(MONEY)
def test_rounding_twice_is_rounding_once(amount):
    assert exact(exact(amount)) == exact(amount)
    assert exact(amount) / UNIT == int(exact(amount) / UNIT)


@given(MONEY, MONEY)
def test_rounding_is_monotone(one, other):
    low, high = min(one, other), max(one, other)
    assert exact(low) <= exact(high)


@given(MONEY)
def test_rounding_moves_an_amount_by_half_a_unit_at_most(amount):
    assert abs(exact(amount) - amount) <= UNIT / 2.0


def test_an_amount_that_is_no_number_stays_none_so_that_a_check_can_find_it():
    assert math.isnan(exact(float("nan")))
    assert exact(float("inf")) == math.inf


@given(st.lists(MONEY.map(exact), max_size=60), st.randoms(use_true_random=False))
def test_exact_amounts_add_up_to_the_same_sum_in_any_order(amounts, chance):
    assume(sum(abs(amount) for amount in amounts) < 8.6e9)
    mixed = chance.sample(amounts, len(amounts))
    assert sum(mixed) == sum(amounts) == math.fsum(amounts)


@given(BALANCE, MONEY)
def test_a_payment_capped_by_a_balance_never_overdraws_it(balance, wanted):
    flows, payer, payee = np.zeros(1), np.array([balance]), np.array([7.0])
    moved = pay(flows, 0, payer, 0, payee, 0, min(wanted, balance))
    assert payer[0] >= 0.0
    assert (payer[0] + moved, payee[0] - moved, flows[0]) == (balance, 7.0, moved)


@given(BALANCE, st.floats(0.0, 1.0))
def test_a_split_payment_gives_the_second_the_exact_rest(amount, share):
    flows, payer, one, other = np.zeros(2), np.array([amount]), np.zeros(1), np.zeros(1)
    moved = plain(pay_split)(flows, 0, 1, payer, 0, one, 0, other, 0, amount, share)
    assert payer[0] == 0.0
    assert one[0] + other[0] == moved == amount == flows.sum()
    assert min(one[0], other[0]) >= 0.0


@given(BALANCE, WEIGHTS)
def test_a_shared_sum_is_given_away_to_the_last_yuan(total, weights):
    parts, left = share_all(total, weights)
    assert left == 0.0
    assert sum(parts) == total
    assert min(parts) >= 0.0


@given(st.integers(1, 10**9), st.integers(1, 12))
def test_equal_holders_get_equal_parts_but_for_a_unit_each(units, holders):
    parts, _ = share_all(units * UNIT, [1.0] * holders)
    assert max(parts) - min(parts) <= 2.0 * UNIT


def test_a_holder_of_two_thirds_gets_two_thirds():
    assert share_all(30.0, [2.0, 1.0])[0] == [20.0, 10.0]


def test_a_loan_is_created_and_repaid_on_both_sides():
    flows, deposits, principal, book = np.zeros(2), np.array([1.0]), np.zeros(1), np.array([50.0])
    lent = plain(lend)(flows, 0, deposits, 0, principal, 0, book, 0, 10.0)
    assert (lent, deposits[0], principal[0], book[0]) == (10.0, 11.0, 10.0, 60.0)
    plain(repay)(flows, 1, deposits, 0, principal, 0, book, 0, 4.0)
    assert (deposits[0], principal[0], book[0], flows.tolist()) == (7.0, 6.0, 56.0, [10.0, 4.0])


def test_a_yearly_rate_is_reached_by_four_quarters():
    assert annual_to_quarter(0.4641) == pytest.approx(0.1, abs=1e-12)
    assert annual_to_quarter(0.0) == 0.0


def test_a_yearly_hazard_is_what_four_quarters_survive():
    assert annual_hazard(0.5904) == pytest.approx(0.2, abs=1e-12)
    assert (annual_hazard(0.0), annual_hazard(1.0), annual_hazard(1.7)) == (0.0, 1.0, 1.0)
