"""Owners, banks and partners get their exact part of every payment; nothing is left over and nothing appears."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.accounting import chart
from simulation.accounting.ledger import UNIT
from simulation.agents import investor as inv
from simulation.agents.bank import BANKS, BOOK, EQUITY, LOAN, LOAN_OPEN, PRINCIPAL, RECENT_LOSS
from simulation.agents.enterprise import CAPITAL, CASH, DEAD, FIRM, FOUNDER_CASH, FOUNDER_VALUE, STAGE
from simulation.agents.government import PROGRAMMES, PURSE
from simulation.agents.insolvency import liquidate, sell_capital
from simulation.agents.population import CORPORATE, HOUSEHOLDS, PUBLIC_MARKET, REST, TREASURY, Population
from simulation.agents.shareholders import close_holding, pay_dividend, pay_price
from simulation.agents.tally import CENTRAL, COST_GGF_CENTRAL, COST_GGF_LOCAL, LOCAL, OUTLAY, RECEIPT
from simulation.engine.claims import chains
from simulation.markets.capital_calls import call_capital
from simulation.markets.distribution import give_back
from tests.helpers.rules import plain
from tests.helpers.tables import rows_of

HOLDERS = (chart.F, chart.E, chart.LG, chart.CG, chart.H)
AMOUNTS = st.integers(1, 2**40).map(lambda units: units * UNIT)


def company(cash=1000.0, capital=0.0, shares=10.0, loan=0.0):
    """One company of 100 shares: five holders of `shares` each, one of every sector, and founders with the rest."""
    state = Population.empty(1, 1.0, 4)
    founders = 100.0 - len(HOLDERS) * shares
    state.firm = rows_of(
        FIRM, {"stage": 3, "cash": cash, "capital": capital, "shares": 100.0, "founder_shares": founders, "founder_value": 7.0, "debt": loan})  # fmt: skip
    state.holding = rows_of(HOLDING, *(
        {"open": 1, "holder": 1 if sector == chart.F else -1, "holder_sector": sector, "holder_region": 2, "shares": shares, "cost": 4.0,
         "value": 5.0} for sector in HOLDERS))  # fmt: skip
    state.fund = rows_of(inv.FUND, {"kind": 2}, {"focus": 2, "kind": 1, "cost_held": 4.0})
    state.bank = rows_of(BANKS, {"book": loan, "equity": 100.0})
    state.loan = rows_of(LOAN, {"open": int(loan > 0.0), "principal": loan})
    head, following = chains(state.holding, inv.COMPANY, inv.HOLDING_OPEN, 1)
    return SimpleNamespace(s=state, head=head, following=following, firm=state.firm.num, holding=state.holding)


HOLDING = inv.HOLDING


def received(s) -> dict[int, float]:
    """What each kind of holder got, all deposits having been nothing before."""
    return {
        chart.F: s.fund.num[inv.DEPOSITS, 1], chart.E: s.account[CORPORATE], chart.LG: s.region.num[PURSE, 2], chart.CG: s.account[TREASURY],
        chart.H: s.account[HOUSEHOLDS], chart.X: s.account[PUBLIC_MARKET],
    }  # fmt: skip


def dividend(c, amount):
    return plain(pay_dividend)(
        c.s.flows, c.firm, 0, amount, c.holding.num, c.holding.code, c.head, c.following, c.s.fund.num, c.s.region.num, c.s.account)  # fmt: skip


def test_a_dividend_goes_to_every_holder_by_shares():
    c = company()
    dividend(c, 200.0)
    assert received(c.s) == {chart.F: 20.0, chart.E: 20.0, chart.LG: 20.0, chart.CG: 20.0, chart.H: 120.0, chart.X: 0.0}
    assert c.firm[CASH, 0] == 800.0
    assert c.s.flows[chart.DIVIDEND_H] == 120.0
    assert c.s.flows.sum() == 200.0


@given(AMOUNTS, st.floats(0.0, 20.0))
def test_no_yuan_of_a_dividend_is_lost(amount, shares):
    c = company(cash=amount, shares=shares)
    assert dividend(c, amount) == amount
    assert sum(received(c.s).values()) == amount == c.s.flows.sum()
    assert c.firm[CASH, 0] == 0.0
    assert c.holding.num[inv.RECEIVED, :5].sum() <= amount


def test_nothing_is_paid_out_of_nothing():
    assert dividend(company(), 0.0) == dividend(company(), -5.0) == 0.0


def buy(c, price, cash):
    buyer = np.array([cash])
    left = plain(pay_price)(c.s.flows, c.s.changes, buyer, 0, c.firm, 0, price, c.holding.num, c.holding.code, c.head, c.following,
                            c.s.fund.num, c.s.region.num, c.s.account)  # fmt: skip
    return buyer[0], left


def test_an_acquirer_pays_holders_and_founders_by_shares():
    c = company()
    assert buy(c, 300.0, 500.0) == (200.0, 150.0)
    assert received(c.s)[chart.F] == c.s.flows[chart.ACQUISITION_F] == 30.0
    assert received(c.s)[chart.H] == 180.0
    assert c.firm[FOUNDER_CASH, 0] == 150.0
    assert c.firm[FOUNDER_VALUE, 0] == 7.0 - 150.0
    assert c.s.changes[chart.UNLISTED, chart.F, chart.FLOW] == -30.0


@given(AMOUNTS, st.floats(0.0, 20.0))
def test_no_yuan_of_an_acquisition_price_is_lost(price, shares):
    c = company(shares=shares)
    cash, _ = buy(c, price, price)
    assert cash == 0.0
    assert sum(received(c.s).values()) == price == -c.s.changes.sum()


def close(c, kind=chart.WRITE_OFF, paid=10.0):
    c.holding.num[inv.RECEIVED, 0] = paid
    s = c.s
    plain(close_holding)(
        0, kind, 40, s.holding.num, s.holding.code, s.fund.num, s.fund.code, s.firm.code, s.multiples, s.multiples_seen, s.changes, s.tally)  # fmt: skip
    return s


def test_a_closed_holding_leaves_its_multiple_in_the_memory_of_partners():
    s = close(company())
    assert s.multiples[2 + 3, 0] == 2.5  # late focus, backed by the state: cost 4, received 10
    assert s.multiples_seen.tolist() == [0, 0, 0, 0, 0, 1]
    assert s.changes[chart.UNLISTED, chart.F, chart.WRITE_OFF] == -5.0
    assert (s.holding.code[inv.HOLDING_OPEN, 0], s.holding.num[inv.HELD_VALUE, 0]) == (0, 0.0)
    assert s.fund.num[inv.COST_HELD, 1] == 0.0


def test_capital_is_sold_for_as_much_as_is_wanted_at_a_loss():
    c = company(cash=0.0, capital=100.0)
    proceeds = plain(sell_capital)(c.firm, 0, 12.0, 0.25, c.s.flows, c.s.changes, c.s.account)
    assert proceeds == 12.0 == c.firm[CASH, 0] == -c.s.account[REST]
    assert c.firm[CAPITAL, 0] == 52.0
    assert c.s.changes[chart.CAPITAL_STOCK, chart.E, chart.WRITE_OFF] == -36.0
    assert plain(sell_capital)(c.firm, 0, 99.0, 0.25, c.s.flows, c.s.changes, c.s.account) == 13.0  # all that is left


def wind_up(c):
    s = c.s
    loan_head, loan_next = chains(s.loan, LOAN_OPEN + 1, LOAN_OPEN, 1)
    plain(liquidate)(0, 0.25, 40, s.firm.num, s.firm.code, s.loan.num, s.loan.code, loan_head, loan_next, s.holding.num, s.holding.code, c.head,
                     c.following, s.fund.num, s.fund.code, s.bank.num, s.region.num, s.account, s.flows, s.changes, s.multiples,
                     s.multiples_seen, s.tally, s.cost)  # fmt: skip
    return s


def test_banks_are_paid_before_the_owners_when_a_company_ends():
    s = wind_up(company(cash=20.0, capital=80.0, loan=60.0))  # 20 + 80/4 = 40 for a claim of 60
    assert s.flows[chart.RECOVERY] == 40.0
    assert (s.bank.num[EQUITY, 0], s.bank.num[BOOK, 0], s.bank.num[RECENT_LOSS, 0]) == (80.0, 0.0, 20.0)
    assert sum(received(s).values()) == 0.0
    assert (s.firm.code[STAGE, 0], s.firm.num[CASH, 0], s.loan.num[PRINCIPAL, 0]) == (DEAD, 0.0, 0.0)


def test_owners_share_what_the_banks_leave():
    s = wind_up(company(cash=20.0, capital=80.0, loan=10.0))
    assert (s.bank.num[EQUITY, 0], s.flows[chart.RECOVERY]) == (100.0, 10.0)
    assert received(s)[chart.F] == 3.0
    assert sum(received(s).values()) == 30.0
    assert s.changes[chart.UNLISTED].sum() == -5 * 5.0 - 7.0


def fund_with(committed, paid=(0.0,) * 5):
    state = Population.empty(1, 1.0, 4)
    values = {f"committed_{k}": c for k, c in enumerate(committed)} | {f"paid_{k}": p for k, p in enumerate(paid)}
    state.fund = rows_of(inv.FUND, {"kind": 2}, {"status": 1, "region": 3, "deposits": float(sum(paid)), "vintage": 0} | values)
    return state


def call(s, amount):
    return plain(call_capital)(1, amount, s.fund.num, s.fund.code, s.account, s.region.num, s.flows, s.tally, s.cost)


def test_a_call_asks_every_partner_for_its_share():
    s = fund_with((30.0, 20.0, 10.0, 25.0, 15.0))
    assert call(s, 50.0) == 50.0
    assert [s.fund.num[row, 1] for row in inv.PAID] == [15.0, 10.0, 5.0, 12.5, 7.5]
    assert (s.account[HOUSEHOLDS], s.account[CORPORATE], s.account[TREASURY], s.region.num[PURSE, 3]) == (-15.0, -10.0, -5.0, -20.0)
    assert s.cost[COST_GGF_CENTRAL, CENTRAL, OUTLAY] == 5.0
    assert s.cost[COST_GGF_LOCAL, LOCAL, OUTLAY] == 12.5  # other state money is no lever's cost
    assert s.region.num[PROGRAMMES, 3] == 20.0


COMMITMENTS = st.lists(AMOUNTS | st.just(0.0), min_size=5, max_size=5).filter(any)


@given(COMMITMENTS, AMOUNTS)
def test_a_call_is_met_to_the_last_yuan(committed, amount):
    s = fund_with(committed)
    call(s, amount)
    assert s.fund.num[inv.DEPOSITS, 1] == amount == s.flows.sum() == s.fund.num[inv.CALLED, 1]
    assert s.account[HOUSEHOLDS] + s.account[CORPORATE] + s.account[TREASURY] + s.region.num[PURSE, 3] == -amount


@given(COMMITMENTS, st.floats(0.001, 1.0))
def test_a_distribution_reaches_the_partners_to_the_last_yuan(paid, part):
    s = fund_with((0.0,) * 5, paid)
    cash = np.floor(sum(paid) * part / UNIT) * UNIT
    plain(give_back)(1, cash, s.fund.num, s.fund.code, 20, s.account, s.region.num, s.flows, s.tally, s.cost)
    assert s.flows.sum() == cash == sum(paid) - s.fund.num[inv.DEPOSITS, 1]
    assert s.cost[COST_GGF_CENTRAL, CENTRAL, RECEIPT] == s.account[TREASURY]


@pytest.mark.parametrize("kind", (chart.WRITE_OFF, chart.TRANSFER, chart.REVALUATION))
def test_a_holding_in_kind_leaves_no_multiple(kind):
    c = company()
    c.holding.code[inv.HOLDER_SECTOR, 0] = chart.LG
    assert close(c, kind).multiples_seen.sum() == 0
