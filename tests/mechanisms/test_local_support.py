"""Local support: who may have a grant, what a region can afford, and what it buys in rounds at home."""

from __future__ import annotations

import pytest

from simulation.accounting import chart
from simulation.agents import tally as tl
from simulation.agents.enterprise import CASH, FIRM, ID, SHARES
from simulation.agents.government import GRANTS_DUE, PROGRAMMES, PURSE
from simulation.agents.investor import COST, DIRECT, HELD_SHARES, HELD_VALUE, HOLDER_REGION, HOLDER_SECTOR, HOLDING
from simulation.agents.population import Population
from simulation.markets import local_support
from simulation.markets.rounds import pay_stake
from simulation.scenario.parameter import parameter
from tests.helpers.play import play_on, policy_now, policy_with, warmed
from tests.helpers.rules import plain
from tests.helpers.tables import rows_of

near = pytest.approx


def may(policy, t=40, **firm):
    table = rows_of(FIRM, {"stage": 1, "venture": 1, "id": 77} | firm)
    return plain(local_support.may_have_grant)(table.code, 0, policy, 1, t)


def test_where_grants_follow_the_list_only_listed_enterprises_have_them():
    open_, listed = policy_with(label_benefit=0.0), policy_with(label_benefit=0.2, dept_coordination=0.0)
    assert may(open_)
    assert not may(listed)
    assert may(listed, certified_until=40)
    assert not may(listed, certified_until=39)
    assert not may(open_, stage=4)


def test_an_admission_that_is_passed_on_opens_the_grant():
    policy = policy_with(label_benefit=0.2, dept_coordination=1.0)
    assert may(policy, admitted_at=40)
    assert not may(policy, admitted_at=-1)
    assert not may(policy_with(label_benefit=0.2, dept_coordination=0.0), admitted_at=0)


def test_grants_are_cut_pro_rata_to_what_fits_under_the_limit():
    share = plain(local_support.share_within)
    assert share(10.0, 90.0, 105.0, 1.0) == 1.0
    assert share(10.0, 95.0, 100.0, 1.0) == 0.5
    assert share(10.0, 120.0, 100.0, 1.0) == 0.0
    assert share(10.0, 120.0, 100.0, 0.0) == 1.0
    assert share(0.0, 120.0, 100.0, 1.0) == 1.0
    limit = plain(local_support.spending_limit)
    assert limit(50.0, -30.0, 10.0, -8.0) == 30.0
    assert limit(50.0, -70.0, 10.0, 8.0) == 2.0  # nothing of its own, but it may borrow


def test_a_stake_is_a_share_of_the_ticket_and_waits_for_cash_at_the_debt_cap():
    stake = plain(local_support.direct_stake)
    assert stake(100.0, 0.05, 0.0, 119.0, 100.0, 1.2) == 5.0
    assert stake(100.0, 0.05, 3.0, 121.0, 100.0, 1.2) == 3.0
    assert stake(100.0, 0.05, -3.0, 121.0, 100.0, 1.2) == 0.0
    assert stake(100.0, 0.0, 3.0, 0.0, 100.0, 1.2) == 0.0
    assert stake(100.0, 0.2, 30.0, 0.0, 100.0, 1.2) == 10.0  # never more than a tenth


def test_a_stake_is_bought_at_the_price_of_the_round():
    s = Population.empty(1, 1.0, 4)
    s.firm = rows_of(FIRM, {"stage": 1, "id": 9, "region": 4, "shares": 100.0, "price": 0.5})
    s.holding.reserve(4)
    s.region.num[PURSE, 4] = 20.0
    used = plain(pay_stake)(
        s.firm.num, s.firm.code, 0, 5.0, s.holding.num, s.holding.code, 0, 40, s.region.num, s.flows, s.changes, s.cost)  # fmt: skip
    assert used == 1
    assert (s.region.num[PURSE, 4], s.firm.num[CASH, 0], s.flows[chart.EQUITY_LOCAL]) == (15.0, 5.0, 5.0)
    assert (s.holding.num[HELD_SHARES, 0], s.firm.num[SHARES, 0]) == (10.0, 110.0)
    assert s.holding.num[[COST, HELD_VALUE], 0].tolist() == [5.0, 5.0]
    assert s.holding.code[[HOLDER_SECTOR, HOLDER_REGION, DIRECT], 0].tolist() == [chart.LG, 4, 1]
    assert s.changes[chart.UNLISTED, chart.LG, chart.FLOW] == 5.0
    assert s.cost[tl.COST_STAKES, tl.LOCAL, tl.OUTLAY] == 5.0 == s.region.num[PROGRAMMES, 4]
    assert len(HOLDING.columns) > 0


def played(quarters=12, **values):
    state = warmed(scale=0.01)
    policy = policy_now(state)
    for name, value in values.items():
        policy[parameter(name)] = value
    rows = []

    def look(s, p):
        kind = s.event.code[tl.WHAT, : s.event.used]
        amount, who = s.event.num[tl.AMOUNT, : s.event.used], s.event.code[tl.WHO, : s.event.used]
        rounds = dict(zip(who[kind == tl.ROUND].tolist(), amount[kind == tl.ROUND].tolist(), strict=True))
        stakes = dict(zip(who[kind == tl.LOCAL_STAKE].tolist(), amount[kind == tl.LOCAL_STAKE].tolist(), strict=True))
        rows.append((rounds, stakes, s.flows.copy(), s.cost.copy(), s.region.num[GRANTS_DUE].copy()))

    play_on(state, policy, quarters, each=look)
    return state, rows


@pytest.mark.parametrize("share", (0.05, 0.2))
def test_a_stake_is_never_more_than_a_tenth_of_its_round_and_its_money_is_accounted_for(share):
    state, rows = played(direct_stake_share=share)
    assert sum(len(stakes) for _, stakes, *_ in rows) > 20
    for rounds, stakes, flows, cost, _ in rows:
        assert all(stakes[who] <= 0.1 * rounds[who] + 1e-6 for who in stakes)
        assert sum(stakes.values()) == flows[chart.EQUITY_LOCAL] == cost[tl.COST_STAKES, tl.LOCAL, tl.OUTLAY]
        received = flows[[chart.DIVIDEND_LG, chart.ACQUISITION_LG, chart.SELL_LG]].sum()
        assert 0.0 <= cost[tl.COST_STAKES, tl.LOCAL, tl.RECEIPT] <= received
    bought = set(state.holding.code[DIRECT, : state.holding.used].tolist())
    assert bought == {0, 1}
    assert set(state.firm.code[ID, : state.firm.used].tolist()) >= set(rows[-1][1])


def test_a_stingy_limit_cuts_grants_and_no_limit_leaves_them():
    state = warmed(scale=0.01)
    assert (state.region.num[GRANTS_DUE] == 1.0).all()  # before the opening budgets balance by themselves
    _, loose = played(4, label_benefit=0.0, local_limit_strictness=0.0, local_pref_grant=30.0)
    _, tight = played(4, label_benefit=0.0, local_limit_strictness=1.0, local_pref_grant=30.0)
    assert all((due == 1.0).all() for *_, due in loose)
    assert min(float(due.min()) for *_, due in tight) <= 1.0
    paid = [sum(float(flows[chart.GRANT_ENTERPRISE]) for _, _, flows, *_ in rows) for rows in (tight, loose)]
    assert paid[0] <= paid[1]


def test_finding_stakes_come_on_top_of_what_funds_invest():
    """A ticket is what an enterprise needs, so funds need not pay what a region buys; but they are short of money, and what
    they save goes into other rounds: over two years their investment moves by less than three hundredths.
    """
    none, many = (sum(flows for _, _, flows, *_ in played(8, direct_stake_share=share)[1]) for share in (0.0, 0.1))
    assert many[chart.EQUITY_LOCAL] == near(0.1 * (many[chart.EQUITY] + many[chart.EQUITY_LOCAL]), rel=0.05)
    assert many[chart.EQUITY] == near(float(none[chart.EQUITY]), rel=0.03)
