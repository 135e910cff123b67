"""Who may go public, at what price and after which wait, in numbers worked out by hand."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.agents.enterprise import FIRM
from simulation.markets import listing as rule
from simulation.markets import public_market as market
from tests.helpers.rules import plain
from tests.helpers.tables import rows_of

POSITIVE = st.floats(0.1, 1e4)
NOTHING = {"sales": 0.0}
LARGE = {  # market value 1 000 at a multiple of ten: listing set 1 exactly, with two years of profit of 25
    "sales": 25.0, "profit_year_1": 25.0, "profit_year_2": 25.0, "sales_year_1": 100.0, "sales_year_2": 100.0, "sales_year_3": 100.0,
    "rd_year_1": 20.0, "rd_year_2": 20.0, "rd_year_3": 20.0,
}  # fmt: skip


def near(value):
    return pytest.approx(value, rel=1e-12, abs=1e-12)


def distance(firm, tight=1.0, threshold=1.0, bse=1.0, rd_test=60.0, index=1.0):
    table = rows_of(FIRM, firm)
    return plain(rule.distance_to_boards)(table.num, 0, 10.0, index, tight, threshold, bse, rd_test)


def test_a_company_that_meets_set_one_exactly_stands_at_the_threshold():
    assert distance(LARGE)[0] == near(0.0)


def test_thresholds_twice_as_high_are_a_factor_of_two_away():
    assert distance(LARGE, tight=2.0)[0] == near(-math.log(2.0))
    assert distance(LARGE, threshold=2.0)[0] == near(-math.log(2.0))


def test_research_below_the_test_bars_the_main_boards():
    few = LARGE | {"rd_year_1": 3.0, "rd_year_2": 2.0, "rd_year_3": 1.0, "sales_year_2": 1000.0}
    assert distance(few)[0] == near(math.log(6.0 / 60.0))


def test_research_of_five_percent_of_sales_is_as_good_as_the_test():
    assert distance(LARGE | {"rd_year_1": 5.0, "rd_year_2": 5.0, "rd_year_3": 5.0})[0] == near(0.0)


def test_a_company_without_profit_needs_more_value_and_revenue():
    loss = LARGE | {"profit_year_1": -5.0, "sales": 37.5, "sales_year_1": 200.0}
    assert distance(loss)[0] == near(0.0)  # set 2: value 1 500, revenue 200, research 60 of 400
    assert distance(loss | {"sales": 25.0})[0] < 0.0


def test_operating_cash_opens_the_third_set():
    cash = {
        "sales": 50.0, "profit_year_1": -1.0, "sales_year_1": 300.0, "sales_year_2": 300.0, "sales_year_3": 300.0, "rd_year_1": 60.0,
        "flow_year_1": 50.0, "flow_year_2": 50.0,
    }  # fmt: skip
    assert distance(cash)[0] == near(0.0)


def test_sheer_size_opens_the_fourth_set():
    size = {"sales": 75.0, "sales_year_1": 300.0, "sales_year_2": 300.0, "sales_year_3": 300.0, "rd_year_1": 60.0}
    assert distance(size)[0] == near(0.0)


def test_the_small_board_asks_for_profit_in_each_of_two_years():
    small = {"sales": 5.0, "profit_year_1": 15.0, "profit_year_2": 15.0}
    assert distance(small)[1] == near(0.0)
    assert distance(small | {"profit_year_2": 0.0})[1] == rule.FAR
    assert distance(small, bse=2.0)[1] == near(-math.log(2.0))


def test_a_company_that_sells_nothing_is_far_from_every_board():
    assert distance(NOTHING) == (rule.FAR, rule.FAR)


@given(st.floats(0.5, 2.0), st.floats(0.01, 1.0), st.floats(0.5, 1.5))
def test_tighter_rules_bring_nobody_closer(tight, more, index):
    loose, strict = distance(LARGE, tight=tight, index=index), distance(LARGE, tight=tight + more, index=index)
    assert strict[0] <= loose[0]
    assert strict[1] <= loose[1]


def test_a_young_company_is_priced_at_part_of_what_it_may_reach():
    value = plain(rule.value_at_issue)
    assert value(7.0, 1.0, 10.0, 100.0) == near(588.0)  # .6 x (3 x 10 + 5) = 21 of sales
    assert value(7.0, 1.0, 10.0, 20.0) == near(336.0)  # .6 x 20 = 12
    assert value(7.0, 0.5, 10.0, 10.0) == near(140.0)


def test_the_review_passes_more_of_those_who_are_ready_and_eligible():
    passes = plain(rule.pass_chance)
    assert passes(0.0, 2.0, 0.0, 1.5, True) == 0.5
    assert passes(-2.0, 2.0, 1.0, 1.5, True) == 0.5
    assert passes(1.5, 2.0, 0.0, 1.5, False) == 0.5


def test_the_wait_is_the_review_and_the_queue_ahead():
    assert rule.expected_wait(10.0, 4.0, 2.0) == near(4.0)
    assert rule.expected_wait(0.0, 4.0, 2.0) == 2.0
    assert rule.expected_wait(1e6, 4.0, 2.0) == 40.0


def test_with_the_window_closed_the_wait_is_as_long_as_can_be():
    assert rule.expected_wait(10.0, 0.0, 2.0) == 40.0


@given(POSITIVE, POSITIVE, POSITIVE)
def test_more_slots_never_lengthen_and_a_longer_queue_never_shortens_the_wait(queue, slots, more):
    wait = rule.expected_wait
    assert wait(queue, slots + more, 2.0) <= wait(queue, slots, 2.0) <= wait(queue + more, slots, 2.0)


def test_filing_is_worth_the_issue_or_the_alternative_after_the_wait():
    value = plain(rule.value_of_filing)
    assert value(1.0, 100.0, 7.0, 4.0, 4.0, 0.0, 0.0) == 100.0
    assert value(1.0, 121.0, 7.0, 4.0, 4.0, 0.1, 0.0) == near(100.0)  # two years at 10 %
    assert value(0.25, 100.0, 40.0, 0.0, 0.0, 0.1, 0.5) == 55.0
    assert value(1.0, 100.0, 0.0, 8.0, 0.0, 0.0, 0.1) == near(81.0)  # a tenth withdraws in each of two years


@given(st.floats(0.0, 40.0), st.floats(0.5, 40.0))
def test_a_long_wait_makes_filing_worth_less(wait, longer):
    value = plain(rule.value_of_filing)
    assert value(0.9, 100.0, 30.0, wait + longer, 4.0, 0.12, 0.25) < value(0.9, 100.0, 30.0, wait, 4.0, 0.12, 0.25)


def test_supply_above_trend_presses_the_index():
    step = market.next_index
    assert step(1.0, 10.0, 10.0, 0.1, 0.08, 0.0) == 1.0
    assert step(1.0, 10.0 * math.e, 10.0, 0.1, 0.08, 0.0) == near(math.exp(-0.1))
    assert step(1.0, 1e9, 10.0, 0.1, 0.08, 0.0) == near(math.exp(-0.15))  # no more than e^1.5 counts
    assert step(1.0, 0.0, 10.0, 0.1, 0.08, 0.0) == 1.0


def test_the_index_returns_to_one():
    assert market.next_index(math.e, 0.0, 10.0, 0.1, 0.08, 0.0) == near(math.exp(0.92))
    assert market.next_index(1.0, 0.0, 10.0, 0.1, 0.08, 0.05) == near(math.exp(0.05))


def test_savers_pay_for_usual_supply_and_close_a_quarter_of_the_gap_in_cash():
    saves = market.subscription
    assert saves(10.0, 100.0, 60.0, 1.0) == 20.0
    assert saves(10.0, 100.0, 60.0, math.e) == near(30.0)  # bull market: x 1.5 at most
    assert saves(10.0, 100.0, 60.0, math.exp(-2.0)) == near(10.0)
    assert saves(0.0, 0.0, 100.0, 1.0) == -25.0


@given(POSITIVE, POSITIVE, st.floats(0.1, 10.0))
def test_savers_never_take_out_more_than_half_of_the_cash(wanted, cash, price):
    assert market.subscription(0.0, wanted, cash, price) >= -0.5 * cash
