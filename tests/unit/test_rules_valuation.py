"""What a company is worth: limits in which the whole formula can be worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.agents import population
from simulation.agents import valuation as rule
from simulation.agents.enterprise import FIRM
from simulation.agents.population import (
    LISTED_PRICE,
    MEMORY,
    NEXT_GAP,
    NEXT_ROUND,
    ROUTE_SHARE,
)  # fmt: skip
from tests.helpers.play import policy_with
from tests.helpers.rules import plain
from tests.helpers.tables import rows_of

CERTAIN = {
    "signal_noise_0": 0.0, "signal_noise_1": 0.0, "signal_noise_2": 0.0, "signal_noise_3": 0.0, "forecast_noise": 0.0, "hurdle_0": 0.0,
    "hurdle_1": 0.0, "hurdle_2": 0.0, "hurdle_3": 0.0, "potential_spread": 0.0, "potential_mean": 50.0, "test_quality": 0.0,
    "test_intercept_0": 0.0, "test_intercept_1": 0.0, "test_intercept_2": 0.0, "tests_allowed": 2.0, "price_sales_private": 4.0,
    "price_sales_listed": 7.0, "other_route_wait": 0.0, "ticket_3": 180.0,
}  # fmt: skip


def memory_of(**rows):
    """Memory of an economy in which half of all exits are acquisitions at no loss and nothing takes time."""
    memory = np.zeros((len(MEMORY.columns), 9))
    memory[LISTED_PRICE] = 1.0
    memory[ROUTE_SHARE, 0] = 1.0
    for row, value in rows.items():
        memory[getattr(population, row)] = value
    return memory


def worth(firm, memory=None, may_list=0.0, clause=0.0, hurdle=1.0, **changed):
    table = rows_of(FIRM, {"stage": 3, "sector": 0, "shares": 100.0} | firm)
    policy = policy_with(**CERTAIN | changed)
    value, _ = plain(rule.value_company)(
        table.num, table.code, 0, hurdle, 0.0, 0.0, may_list, clause, policy, memory_of() if memory is None else memory, 1, 0)  # fmt: skip
    return value


MATURE = {"sales": 10.0, "potential": 10.0}


def near(value):
    return pytest.approx(value, rel=1e-12)


def test_a_mature_company_is_worth_its_price_sales_multiple():
    assert worth(MATURE) == near(4 * 4 * 10.0)


def test_growth_to_come_counts_by_half():
    assert worth({"sales": 10.0, "potential": 30.0}) == near(4 * 4 * 20.0)


def test_a_sure_listing_is_worth_the_listed_multiple():
    memory = memory_of(LISTED_SHARE=1.0)
    assert worth(MATURE, memory, may_list=1.0, threshold_multiple=1e-9) == near(4 * 7 * 10.0)


def test_a_company_far_below_the_thresholds_gets_nothing_for_listing():
    memory = memory_of(LISTED_SHARE=1.0)
    assert worth(MATURE, memory, may_list=1.0, threshold_multiple=1e9) == near(worth(MATURE))


def test_losses_on_a_route_lower_the_value_by_as_much():
    assert worth(MATURE, memory_of(ROUTE_LOSS=0.25)) == near(120.0)


def test_a_redemption_clause_adds_the_route_of_redemption():
    memory = memory_of()
    memory[ROUTE_SHARE] = [0.5, 0.0, 0.5, 0, 0, 0, 0, 0, 0]
    assert worth(MATURE, memory) == near(80.0)
    assert worth(MATURE, memory, clause=1.0) == near(160.0)


def test_a_year_to_exit_costs_a_year_of_hurdle():
    memory = memory_of(MARKET_TO_EXIT=4.0)
    assert worth(MATURE, memory, hurdle_3=0.25, hurdle_level=1.0) == near(128.0)
    assert worth(MATURE, memory, hurdle_3=0.25, hurdle_level=1.0, hurdle=0.0) == near(160.0)


def test_a_pilot_is_worth_its_chance_less_the_money_it_still_needs():
    memory = memory_of()
    memory[NEXT_ROUND, 5], memory[NEXT_GAP, 5] = 0.5, 6.0
    assert worth({"stage": 2}, memory) == near(0.75 * 4 * 4 * 50.0 - 0.5 * 180.0)


def test_three_tests_ahead_leave_three_chances():
    assert worth({"stage": 0}) == near(0.75**3 * 800.0)


def test_unpaid_redemption_claims_are_deducted_down_to_nothing():
    assert worth(MATURE | {"redemption_debt": 40.0}) == near(120.0)
    assert worth(MATURE | {"redemption_debt": 900.0}) == 0.0


@given(st.floats(0.0, 0.5), st.floats(0.01, 0.5), st.floats(1.0, 40.0))
def test_impatient_investors_pay_less_and_more_so_the_longer_it_takes(hurdle, more, quarters):
    memory = memory_of(MARKET_TO_EXIT=quarters)
    patient, hasty = (worth(MATURE, memory, hurdle_3=h, hurdle_level=1.0) for h in (hurdle, hurdle + more))
    assert hasty < patient


@given(st.floats(0.0, 40.0), st.floats(0.5, 20.0))
def test_news_of_a_longer_listing_wait_cuts_the_value_at_once(wait, longer):
    short, long_ = (
        worth(MATURE, memory_of(LISTED_SHARE=1.0, LISTING_WAIT=w), may_list=1.0, threshold_multiple=0.2, hurdle_3=0.12) for w in (wait, wait + longer)
    )
    assert long_ < short


def test_pairs_of_stages_have_their_places_in_memory():
    assert [plain(rule.pair)(a, b) for a, b in ((0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3))] == [0, 1, 2, 3, 4, 5]


def test_a_sector_that_burns_twice_the_mean_raises_twice_the_ticket():
    policy = policy_with(burn_0=1.0, ticket_0=10.0)
    policy[rule.BURN, 4] = 10.0  # eight sectors burn 1, one burns 10: mean 2
    assert plain(rule.project_ticket)(policy, 0, 4) == near(50.0)
    assert plain(rule.project_ticket)(policy, 0, 0) == near(5.0)


def test_a_company_at_the_threshold_lists_with_half_the_chance_of_those_who_file():
    memory = memory_of(LISTED_SHARE=0.6)
    policy = policy_with(threshold_multiple=2.0, ipo_tightness=1.0)
    chance = plain(rule.listing_chance)
    assert chance(memory, policy, 3000.0, 0.5, 1.0, 0) == near(0.3)  # 1.5 x 1000 x 2
    assert chance(memory, policy, 3000.0, 0.5, 1.0, 3) == near(0.3)
    assert chance(memory, policy, 6000.0, 0.5, 1.0, 3) > chance(memory, policy, 6000.0, 0.5, 1.0, 0) > 0.3


def test_a_valuation_depends_on_the_signal_of_the_stage_alone():
    policy = policy_with()
    table = rows_of(FIRM, {"id": 77, "stage": 1, "quality": 0.5})
    seen = plain(rule.screen)(table.num, table.code, 0, 0.0, 0.0, policy, memory_of(), 1, 0)
    assert plain(rule.screen)(table.num, table.code, 0, 0.0, 0.0, policy, memory_of(), 1, 0) == seen
    assert plain(rule.screen)(table.num, table.code, 0, 1.0, 0.0, policy, memory_of(), 1, 0)[1] < seen[1]
    assert plain(rule.screen)(table.num, table.code, 0, 0.0, 0.0, policy, memory_of(), 2, 0)[0] != seen[0]
