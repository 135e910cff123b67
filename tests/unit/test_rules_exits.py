"""Acquisitions, secondary sales, redemptions and the people they set free, in numbers worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.agents.enterprise import ACQUIRED, DEAD, FIRM, PUBLIC
from simulation.agents.investor import FUND, HOLDING
from simulation.markets import acquisition, redemption, secondary, serial_founders, stopping
from simulation.markets.distribution import share_price
from tests.helpers.play import policy_with
from tests.helpers.rules import plain
from tests.helpers.tables import rows_of

POSITIVE = st.floats(0.1, 1e4)
YES, NO = 1, 0


def near(value):
    return pytest.approx(value, rel=1e-12)


def test_a_company_on_the_market_is_bought_by_sales_multiple():
    price = plain(acquisition.offered_price)
    assert price(3, 0.0, 1.0, 0.25, 0.3, 4.5, 1.0, 5.0, 10.0) == near(101.25)  # .75 x 4 x 4.5 x 7.5


def test_a_company_before_the_market_is_bought_at_value_with_a_premium_for_fit():
    price = plain(acquisition.offered_price)
    assert price(2, 100.0, 1.0, 0.25, 0.3, 4.5, 1.0, 0.0, 10.0) == near(97.5)
    assert price(2, 100.0, 0.0, 0.25, 0.3, 4.5, 1.0, 0.0, 10.0) == near(75.0)


def test_sectors_fit_themselves_and_their_neighbours():
    assert (acquisition.FIT == acquisition.FIT.T).all()
    assert (np.diag(acquisition.FIT) == 1.0).all()
    assert acquisition.FIT[0, 3] == acquisition.FIT[5, 1] == 0.5
    assert acquisition.FIT[0, 2] == 0.0


def test_the_oldest_fund_among_the_holders_presses_for_an_exit():
    holding = rows_of(HOLDING, {"holder": 1}, {"holder": 2}, {"holder": 0}, {"holder": -1})
    fund = rows_of(FUND, {}, {"vintage": 20}, {"vintage": 12})
    head, following = np.array([0, -1]), np.array([1, 2, 3, -1])
    oldest = plain(acquisition.oldest_fund)
    assert oldest(0, head, following, holding.code, fund.code, 40) == 28
    assert oldest(1, head, following, holding.code, fund.code, 40) == -1


def test_scarce_cash_deepens_the_discount_on_stakes():
    discount = secondary.discount_to_value
    assert discount(0.4, 0.1, 50.0, 50.0) == near(0.4)
    assert discount(0.4, 0.1, 50.0 * math.e, 50.0) == near(0.3)
    assert discount(0.4, 0.1, 1e9, 1.0) == 0.05
    assert discount(0.4, 0.1, 0.0, 50.0) == 0.6


@given(POSITIVE, POSITIVE, POSITIVE)
def test_more_cash_never_deepens_the_discount(cash, supply, more):
    discount = secondary.discount_to_value
    assert discount(0.4, 0.1, cash + more, supply) <= discount(0.4, 0.1, cash, supply) <= discount(0.4, 0.1, cash, supply + more)


def test_a_redemption_claim_is_cost_with_interest_on_what_is_still_held():
    assert plain(redemption.claim_of)(100.0, 0.5, 2.0, 0.08) == near(58.32)
    assert plain(redemption.claim_of)(100.0, 1.0, 0.0, 0.08) == 100.0


def means(**firm):
    table = rows_of(FIRM, {"stage": 3, "retained": 30.0, "cash": 50.0, "gap": 10.0} | firm)
    return plain(redemption.means_of)(table.num, table.code, 0, policy_with(burn_2=15.0))


def test_a_company_redeems_from_retained_profit_and_spare_cash_only():
    assert means() == 30.0
    assert means(cash=25.0) == 15.0
    assert means(cash=5.0) == 0.0
    assert means(stage=2, cash=50.0) == 25.0  # a pilot keeps its quarter's research too
    assert means(arrears=1) == 0.0


def test_founders_leave_after_an_exit_and_seldom_after_a_failure():
    people = plain(serial_founders.people_released)
    assert people(PUBLIC, 1.5, 0.1, 0.4) == 2
    assert people(ACQUIRED, 1.5, 0.1, 0.6) == 1
    assert people(PUBLIC, 2.0, 0.1, 0.0) == 2
    assert people(DEAD, 1.5, 0.1, 0.09) == 1
    assert people(DEAD, 1.5, 0.1, 0.11) == 0


def must_stop(indebted=False, hazard=1.0, t=40, **firm):
    table = rows_of(FIRM, {"id": 1, "stage": 1, "venture": YES, "cash": 100.0, "birth": 0} | firm)
    policy = policy_with(stop_hazard=hazard, burn_1=6.0, leave_after_default=1.0, stop_cash=0.1, stop_quarters=2, tests_allowed=2)
    return plain(stopping.must_stop)(table.num, table.code, 0, indebted, policy, 1, t)


def test_an_enterprise_with_cash_and_hope_goes_on():
    assert must_stop() == 0


def test_two_failed_tests_end_a_project():
    assert must_stop(failed_tests=2) == 1
    assert must_stop(failed_tests=1) == 0


def test_a_project_without_money_stops_at_a_hazard_but_not_right_after_a_round():
    assert must_stop(cash=0.5) == 2  # below a tenth of the burn of 6
    assert must_stop(cash=0.7) == 0
    assert must_stop(cash=0.5, last_round=39) == 0
    assert must_stop(cash=0.5, hazard=0.0) == 0
    assert must_stop(cash=0.5, stage=5) == 0


def test_default_ends_a_venture_and_leaves_a_market_firm_a_choice():
    assert must_stop(defaulted_at=39) == 3
    market = {"venture": NO, "stage": 3, "defaulted_at": 39}
    assert must_stop(indebted=True, **market) == 0  # the banks are not done with it
    assert must_stop(**market) == 4


def price(t=40, **firm):
    table = rows_of(FIRM, {"stage": 3, "price": 10.0, "cash": 100.0, "gap": 10.0, "last_round": 10, "listed_at": 38} | firm)
    return plain(share_price)(table.num, table.code, 0, t, policy_with(lockup=4, lockup_discount=0.15, mark_down=0.5))


def test_a_stake_is_marked_at_the_last_round_or_at_half_of_it_when_cash_runs_out():
    assert price() == 10.0
    assert price(cash=19.0) == 5.0
    assert price(cash=19.0, last_round=39) == 10.0


def test_locked_up_shares_are_worth_less_than_free_ones():
    assert price(stage=5) == near(8.5)
    assert price(stage=5, t=42) == 10.0
