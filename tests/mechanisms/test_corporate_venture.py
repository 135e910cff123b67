"""Corporate stakes: who pays, who holds, what a partner brings, and that every yuan has two sides."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from simulation.accounting.chart import EQUITY_E, E
from simulation.agents.enterprise import FIRM, FIT, ID, LEADER, MARKET, PUBLIC, SECTOR, STAGE, STRATEGIC
from simulation.agents.investor import (
    BOUGHT_AT,
    COMPANY,
    COMPANY_ID,
    COST,
    HELD_SHARES,
    HOLDER,
    HOLDER_SECTOR,
    HOLDING_OPEN,
    INVESTOR,
)
from simulation.agents.strategic import offtake
from simulation.agents.strategic import tests_allowed as allowed
from simulation.agents.tally import AMOUNT, CORPORATE_ROUND, OTHER, WHAT, WHO
from simulation.engine.table import Table
from simulation.markets.corporate_venture import next_budget, strategic_value
from simulation.markets.listing import has_fund
from simulation.scenario.parameter import parameter
from tests.helpers.play import play_on, policy_now, policy_with, series, warmed
from tests.helpers.rules import plain


def test_a_budget_is_a_share_of_free_cash_flow_saved_for_a_year():
    assert plain(next_budget)(0.0, 0.08, 100.0, 4.0) == 8.0
    assert plain(next_budget)(30.0, 0.08, 100.0, 4.0) == 32.0
    assert plain(next_budget)(30.0, 0.08, -5.0, 4.0) == 0.0


def test_a_fitting_enterprise_is_worth_more_to_its_partner():
    assert [plain(strategic_value)(100.0, 0.3, fit) for fit in (0.0, 0.5, 1.0)] == pytest.approx([100.0, 115.0, 130.0])


@pytest.mark.parametrize(("share", "tests", "orders"), [(0.0, 2.0, 1.0), (0.1, 2.0, 1.0), (0.11, 3.0, 1.5)])
def test_more_than_a_tenth_brings_a_third_test_and_off_take(share, tests, orders):
    firm, policy = Table(FIRM, 1, 1), policy_with()
    firm.num[STRATEGIC, 0] = share
    assert plain(allowed)(firm.num, 0, policy) == tests
    assert plain(offtake)(firm.num, 0, policy) == orders


@cache
def played(quarters: int = 6):
    """Every quarter of a stretch, as it stood at its end."""
    state, told = warmed(scale=0.02, quarters=8), []
    play_on(state, policy_now(state), quarters, each=lambda s, _: told.append(s.copy()))
    return told


def rounds(state):
    chosen = state.event.code[WHAT, : state.event.used] == CORPORATE_ROUND
    return state.event.code[:, : state.event.used][:, chosen], state.event.num[:, : state.event.used][:, chosen]


def stakes(state):
    used = state.holding.used
    return np.flatnonzero((state.holding.code[HOLDING_OPEN, :used] == 1) & (state.holding.code[INVESTOR, :used] >= 0))


def test_what_enterprises_pay_for_stakes_is_what_holdings_cost_and_events_tell():
    for state in played():
        codes, figures = rounds(state)
        assert state.flows[EQUITY_E] == figures[AMOUNT].sum()
        bought = (state.holding.code[BOUGHT_AT] == state.quarter) & (state.holding.code[INVESTOR] >= 0)
        assert state.holding.num[COST, bought].sum() == figures[AMOUNT].sum()
        assert set(state.holding.code[COMPANY_ID, bought]) == set(codes[WHO])
    assert sum(len(rounds(state)[0][WHO]) for state in played()) > 10


def test_the_vehicle_holds_and_the_holding_remembers_whose_money_it_was():
    state = played()[-1]
    rows = stakes(state)
    assert len(rows) > 10
    assert set(state.holding.code[HOLDER_SECTOR, rows]) == {E}
    assert set(state.holding.code[HOLDER, rows]) == {-1}


def test_investors_are_leaders_or_listed_and_their_fields_fit():
    for state in played():
        codes, _ = rounds(state)
        row = {int(identity): i for i, identity in enumerate(state.firm.code[ID, : state.firm.used]) if state.firm.code[STAGE, i] >= 0}
        for who, other in zip(codes[WHO].tolist(), codes[OTHER].tolist(), strict=True):
            if who in row and other in row:
                assert FIT[state.firm.code[SECTOR, row[who]], state.firm.code[SECTOR, row[other]]] > 0.0
                stage = state.firm.code[STAGE, row[other]]
                assert stage == PUBLIC or (stage >= MARKET and state.firm.code[LEADER, row[other]] == 1)


def test_the_strategic_share_is_that_of_the_largest_corporate_holder():
    state = played()[-1]
    play_on(state := state.copy(), policy_now(state), 1)
    holders: dict[int, dict[int, float]] = {}
    for h in stakes(state):
        held = holders.setdefault(int(state.holding.code[COMPANY, h]), {})
        by = int(state.holding.code[INVESTOR, h])
        held[by] = held.get(by, 0.0) + float(state.holding.num[HELD_SHARES, h])
    alive = [i for i in holders if 0 <= state.firm.code[STAGE, i] < PUBLIC]
    assert len(alive) > 10
    assert all(state.firm.num[STRATEGIC, i] > 0.0 for i in alive)
    assert set(np.flatnonzero(state.firm.num[STRATEGIC, : state.firm.used] > 0.0)) >= set(alive)


def test_a_corporate_investor_may_take_its_enterprise_public_as_a_fund_may():
    code = np.zeros((30, 1), dtype=np.int64)
    code[HOLDER_SECTOR], code[INVESTOR] = E, -1
    chain = np.array([0]), np.array([-1])
    assert not plain(has_fund)(0, *chain, code)
    code[INVESTOR] = 5
    assert plain(has_fund)(0, *chain, code)


def test_more_of_their_cash_flow_means_more_corporate_investment():
    def invested(share: float) -> float:
        state = warmed(scale=0.02, quarters=8)
        policy = policy_now(state)
        policy[parameter("corporate_share")] = share
        return float(series(state, policy, 4, "corporate_investment").sum())

    none, usual, most = (invested(share) for share in (0.0, 0.08, 0.25))
    assert none == 0.0 < usual < most
