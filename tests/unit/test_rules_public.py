"""Where projects come from, what governments give and take, and what funds charge, in numbers worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.agents import newcomer
from simulation.agents.enterprise import FIRM
from simulation.agents.investor import FUND
from simulation.markets import (
    capital_calls,
    development,
    fiscal,
    guidance_funds,
    local_support,
    market_firms,
    origination,
    tax_relief,
)
from tests.helpers.play import policy_with
from tests.helpers.rules import plain
from tests.helpers.tables import rows_of

RATE = st.floats(0.2, 5.0)


def near(value):
    return pytest.approx(value, rel=1e-12)


def test_entry_follows_funding_and_exits_within_bounds():
    rate = origination.origination_rate
    assert rate(1.0, 1.0, 1.0, 0.4, 0.4, 1.0, 0.3, 2.2) == 1.0
    assert rate(1.0, 4.0, 1.0, 0.5, 0.5, 0.75, 0.3, 2.2) == near(1.5)
    assert rate(2.0, 1.0, 4.0, 0.5, 0.5, 9.0, 0.3, 2.2) == near(4.4)
    assert rate(1.0, 0.0001, 1.0, 0.5, 0.5, 1.0, 0.3, 2.2) == 0.3


@given(RATE, RATE, st.floats(0.01, 2.0))
def test_easier_funding_or_exits_never_discourage_projects(funding, exits, more):
    rate = origination.origination_rate
    usual = rate(1.0, funding, exits, 0.4, 0.4, 1.0, 0.3, 2.2)
    assert rate(1.0, funding + more, exits, 0.4, 0.4, 1.0, 0.3, 2.2) >= usual
    assert rate(1.0, funding, exits + more, 0.4, 0.4, 1.0, 0.3, 2.2) >= usual


def test_a_draw_picks_in_proportion_to_shares_that_need_not_add_up_to_one():
    shares = np.array([[2.0, 0.0, 6.0]])
    assert [plain(newcomer.pick)(shares, 0, 3, u) for u in (0.0, 0.24, 0.26, 0.99)] == [0, 0, 2, 2]


def test_most_market_firms_belong_to_no_named_field():
    policy = policy_with(sector_share=0.1)
    sector = plain(market_firms.market_sector)
    assert sector(policy, 0.4, 0.41) == 8
    assert [sector(policy, 0.4, 0.05 * k + 0.01) for k in range(8)] == list(range(8))


def test_a_quarters_coupon_is_a_quarter_of_the_years():
    assert plain(fiscal.coupon_due)(1000.0, 0.04) == 10.0
    assert plain(fiscal.coupon_due)(-5.0, 0.04) == 0.0


def test_a_super_deduction_of_75_takes_three_quarters_of_research_off_profit():
    assert plain(tax_relief.extra_deduction)(75.0, 8.0) == 6.0
    assert plain(tax_relief.extra_deduction)(0.0, 8.0) == 0.0


def test_an_early_holding_earns_its_deduction_once_after_two_years():
    earned = [plain(tax_relief.early_deduction)(70.0, 10.0, age, 8.0, True) for age in range(12)]
    assert earned == [0.0] * 8 + [7.0] + [0.0] * 3
    assert plain(tax_relief.early_deduction)(70.0, 10.0, 8, 8.0, False) == 0.0


def test_a_region_at_its_debt_cap_pays_grants_from_cash_only():
    share = plain(local_support.affordable_share)
    assert share(100.0, 40.0, 119.0, 100.0, 1.2) == 1.0
    assert share(100.0, 40.0, 130.0, 100.0, 1.2) == 0.4
    assert share(100.0, 500.0, 130.0, 100.0, 1.2) == 1.0
    assert share(100.0, -40.0, 130.0, 100.0, 1.2) == 0.0
    assert share(0.0, 0.0, 130.0, 100.0, 1.2) == 1.0


@pytest.mark.parametrize(
    ("stage", "venture", "grant"),
    ((0, 1, True), (3, 1, True), (4, 1, False), (5, 1, False), (3, 0, False), (-1, 1, False)),
)
def test_grants_go_to_ventures_from_proof_of_concept_to_the_market(stage, venture, grant):
    table = rows_of(FIRM, {"stage": stage, "venture": venture})
    may_have = plain(local_support.may_have_grant)
    assert may_have(table.code, 0, policy_with(label_benefit=0.0), 1, 0) == grant
    assert not may_have(table.code, 0, policy_with(label_benefit=1.0), 1, 0)  # without a certificate


def test_better_managers_decline_more_often_and_the_worst_never():
    declines = plain(guidance_funds.declines)
    assert declines(1.0, 0.3, 1.0, 0.29)
    assert not declines(1.0, 0.3, 1.0, 0.31)
    assert declines(1.0, 0.3, 0.7, 0.2)
    assert not declines(0.0, 0.3, 1.0, 0.0)


def fee(t, **fund):
    table = rows_of(FUND, {"size": 100.0, "cost_held": 40.0, "vintage": 0, "term": 32} | fund)
    return plain(capital_calls.quarterly_fee)(
        table.num, table.code, 0, t, policy_with(management_fee=0.02, fee_quarters=20)
    )


def test_a_fund_pays_two_percent_of_commitments_then_of_what_it_holds_then_nothing():
    assert (fee(0), fee(19), fee(20), fee(31), fee(32)) == (near(0.5), near(0.5), near(0.2), near(0.2), 0.0)


def test_knowledge_counts_relative_to_where_the_sector_began():
    region, memory = np.zeros((40, 6)), np.ones((80, 9))
    region[development.KNOWLEDGE_0 + 2, 3] = 50.0
    memory[development.KNOWLEDGE_REF, 2] = 25.0
    assert plain(development.knowledge_ratio)(region, memory, 2, 3) == 2.0
    assert plain(development.knowledge_ratio)(region, memory, 2, 0) == 0.0
