"""First-use procurement: rules worked out by hand, who is served first, and how much of it only replaces other buyers."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.accounting import chart
from simulation.agents import population as pop
from simulation.agents import tally as tl
from simulation.agents.enterprise import (
    CATALOGUED_AT,
    FIRST_SALE,
    ID,
    ORDER_SHARE,
    PROCURED,
    SALES,
    STAGE,
    VALIDATED_AT,
    VENTURE,
)
from simulation.agents.government import BONDS_OUT, PURSE
from simulation.markets import procurement
from simulation.scenario.parameter import parameter
from tests.helpers.play import play_on, policy_now, warmed
from tests.helpers.rules import plain


def near(value):
    return pytest.approx(value, rel=1e-12)


def changed(state, **values):
    policy = policy_now(state)
    for name, value in values.items():
        policy[parameter(name)] = value
    return policy


def test_orders_pull_pioneers_in_proportion_and_not_at_all_without_orders():
    assert plain(procurement.pull_of_orders)(0.5) == 1.5
    assert plain(procurement.pull_of_orders)(0.0) == 1.0


def test_governments_expect_last_sales_and_new_pioneers_within_capacity():
    expected = plain(procurement.sales_expected)
    assert expected(4.0, 0.03, 24.0, 100.0) == near(4.6)
    assert expected(4.0, 0.03, 24.0, 4.2) == near(4.2)


def test_an_order_is_the_largest_share_or_what_is_left():
    order = plain(procurement.order_placed)
    assert order(10.0, 0.5, 100.0) == 0.5
    assert order(10.0, 0.5, 2.0) == near(0.2)
    assert order(0.0, 0.5, 2.0) == 0.0


def test_value_in_use_is_the_price_less_expected_damage():
    assert plain(procurement.value_in_use)(100.0, 0.05, 0.2) == near(99.0)


def bought(quarters: int = 1, **values: float):
    """The economy of 2024Q1 after so many quarters under a policy."""
    state = warmed(scale=0.03, quarters=12)
    return play_on(state, changed(state, **values), quarters)


def test_money_comes_half_from_the_centre_and_reaches_the_makers():
    state = bought(first_use_procurement=0.2)
    central, local = state.flows[chart.PROCURED_CENTRAL], state.flows[chart.PROCURED_LOCAL]
    assert central > 0.0
    assert central == pytest.approx(local, rel=1e-4)
    assert central + local == state.firm.num[PROCURED, : state.firm.used].sum()
    assert state.flows[chart.OPERATING_CENTRAL] >= 0.01 * central


@pytest.mark.parametrize("share", [0.05, 0.2, 0.3])
def test_governments_buy_no_more_than_their_share_of_what_these_products_sold(share, monkeypatch):
    sold = []  # when governments pay; a maker that is closed later in the quarter has no sales at its end

    def seen(rows, firm, *rest):
        sold.append(firm[SALES, rows].sum())
        return procurement_kernel(rows, firm, *rest)

    procurement_kernel = procurement.buy_products
    monkeypatch.setattr(procurement, "buy_products", seen)
    state = bought(first_use_procurement=share)
    code, num = state.firm.code[:, : state.firm.used], state.firm.num[:, : state.firm.used]
    t = state.quarter - 1
    young = (code[FIRST_SALE] >= 0) & (code[FIRST_SALE] < t) & (t - code[FIRST_SALE] <= 4) & (code[VENTURE] == 1)
    unvalidated = young & ((code[VALIDATED_AT] < 0) | (code[VALIDATED_AT] == t)) & (code[STAGE] != 1)
    assert num[PROCURED].sum() <= share * sold[-1] * (1.0 + 1e-6)
    assert num[PROCURED].sum() > 0.6 * share * sold[-1]
    assert not (num[PROCURED][~unvalidated] > 0.0).any()


def test_products_in_the_catalogue_are_served_before_others_and_then_by_id():
    state = bought(first_use_procurement=0.1)
    code, num = state.firm.code[:, : state.firm.used], state.firm.num[:, : state.firm.used]
    served = np.flatnonzero(num[ORDER_SHARE] > 0.0)
    listed = code[CATALOGUED_AT, served] >= 0
    assert listed.any()
    partly = served[num[ORDER_SHARE, served] < 0.5]
    assert len(partly) <= 1  # the last one served
    if not listed.all():
        t = state.quarter - 1
        waiting = (code[CATALOGUED_AT] >= 0) & (code[FIRST_SALE] >= 0) & (code[FIRST_SALE] < t) & (t - code[FIRST_SALE] <= 4)
        waiting &= (code[VALIDATED_AT] < 0) & (num[SALES] > 0.0) & (num[ORDER_SHARE] == 0.0) & (code[STAGE] >= 2) & (code[STAGE] <= 3)
        assert not waiting.any()
        others = served[~listed]
        assert len(others) == 1 or (num[ORDER_SHARE, others[np.argsort(code[ID, others])[:-1]]] == 0.5).all()


def test_a_region_at_its_debt_cap_buys_only_what_its_cash_covers():
    state = warmed(scale=0.03, quarters=12)
    policy = changed(state, first_use_procurement=0.3, local_debt_cap=0.0)
    region = state.region.num
    state.account[pop.HOUSEHOLDS] += region[PURSE].sum()
    region[PURSE] = 0.0
    assert region[BONDS_OUT].max() > 0.0
    play_on(state, policy, 1)
    assert 0.0 <= state.flows[chart.PROCURED_LOCAL] < 0.9 * state.flows[chart.PROCURED_CENTRAL]
    assert region[PURSE].min() >= 0.0


def test_refunds_for_products_that_failed_come_back_to_governments_as_receipts():
    state = warmed(scale=0.03, quarters=12)
    back = []
    play_on(state, changed(state, first_use_procurement=0.3, ins_cover=0.0), 16, each=lambda s, p: back.append(
        (s.flows[chart.REFUND_LOCAL] + s.flows[chart.REFUND_CENTRAL], s.cost[tl.COST_FIRST_USE, :, tl.RECEIPT].sum())))  # fmt: skip
    assert sum(paid for paid, _ in back) > 0.0
    assert all(paid == counted for paid, counted in back)


def first_year(share: float, quarters: int = 12) -> np.ndarray:
    """First orders and what governments bought of them, summed over quarters (CNY mn)."""
    state = warmed(scale=0.03, quarters=12)
    total = np.zeros(2)

    def look(s, _):
        total[0] += s.tally[tl.FIRST_ORDERS, 0]
        total[1] += s.flows[chart.PROCURED_CENTRAL] + s.flows[chart.PROCURED_LOCAL]

    play_on(state, changed(state, first_use_procurement=share), quarters, each=look)
    return total


def test_most_of_what_governments_buy_would_have_been_bought_anyway():
    """Found, not wished for: governments take a share of what is sold and pull only pioneers, so much of it replaces others.
    That part follows from the rule. Cheap capacity (intensity x .05) raises what a yuan adds only from .13 to .17.
    """
    little, much = first_year(0.0), first_year(0.3)
    assert little[1] == 0.0
    assert much[0] - little[0] < 0.5 * much[1]
