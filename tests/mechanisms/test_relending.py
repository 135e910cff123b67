"""Relending: who may refinance what, what it costs whom, and when it goes back."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.accounting import chart
from simulation.agents.bank import BANKS, LOAN_OPEN, OWED, OWED_BY_AGE, RATE, RELENT
from simulation.agents.enterprise import FIRM
from simulation.agents.population import RESERVES
from simulation.agents.tally import CONCESSION, COST_RELENDING, LOANS_PAID, PREFERENTIAL_PAID, QUASI
from simulation.economy.books import net_worth_rows
from simulation.economy.measures import measure
from simulation.markets.relending import funding_cost, grow_older, is_for_equipment, passed_on, ratio_offered, saving
from tests.helpers.play import play_on, policy_with
from tests.helpers.rules import plain
from tests.helpers.tables import rows_of
from tests.mechanisms.programmes import grown, policy_of, rows_each_quarter

AMPLE = policy_with(relending_quota=1500, mlf_1y=0.025)


def near(value):
    return pytest.approx(value, rel=1e-12)


def test_a_yuan_of_relending_saves_the_gap_between_cost_of_funds_and_its_rate():
    assert plain(saving)(AMPLE) == near(0.0075)
    assert plain(saving)(policy_with(mlf_1y=0.01)) == 0.0  # dearer than money elsewhere: no saving, and no loss


def test_the_borrower_gets_the_part_of_the_saving_that_is_passed_on():
    assert plain(passed_on)(0.6, AMPLE) == near(0.7 * 0.6 * 0.0075)
    assert plain(funding_cost)(0.6, AMPLE) == near(0.025 - 0.6 * 0.0075)
    assert plain(passed_on)(0.0, AMPLE) == 0.0
    assert plain(funding_cost)(0.0, AMPLE) == 0.025


@given(st.floats(0.01, 1.0), st.floats(0.01, 0.05))
def test_a_bank_never_passes_on_more_than_it_saves(ratio, cost_of_funds):
    policy = policy_with(mlf_1y=cost_of_funds)
    assert plain(passed_on)(ratio, policy) <= cost_of_funds - plain(funding_cost)(ratio, policy) + 1e-15


def ratio(bank=0, left=100.0, listed=1000, first_loan=-1, capex=0.0, gap=0.0, policy=AMPLE):
    firm = rows_of(FIRM, {"certified_until": listed, "first_loan": first_loan, "capex_wanted": capex, "gap": gap})
    return plain(ratio_offered)(firm.num, firm.code, 0, bank, left, policy, 90)


def test_large_banks_refinance_first_loans_and_equipment_of_enterprises_on_the_list():
    assert ratio() == near(0.6)
    assert ratio(first_loan=50, capex=8.0, gap=3.0) == near(0.6)  # not its first, but mainly for equipment
    assert ratio(first_loan=50, capex=2.0, gap=3.0) == 0.0
    assert ratio(bank=20) == near(0.6)
    assert ratio(bank=21) == 0.0
    assert ratio(listed=89) == 0.0
    assert ratio(left=0.0) == 0.0
    assert ratio(policy=policy_with(mlf_1y=0.01)) == 0.0


def test_equipment_is_investment_of_a_year_that_is_no_less_than_the_outlays_it_covers():
    firm = rows_of(FIRM, {"capex_wanted": 3.0, "gap": 3.0}, {"capex_wanted": 2.9, "gap": 3.0}, {"capital": 100.0, "gap": 3.0})
    policy = policy_with(liquidity_quarters=1, depreciation=0.0125)
    assert [plain(is_for_equipment)(firm.num, i, policy) for i in range(3)] == [True, False, True]  # replacement counts


def ages(extended: bool) -> list[float]:
    """What falls due in each quarter after 100 were drawn."""
    bank = rows_of(BANKS, {"owed_0": 100.0})
    return [plain(grow_older)(0, extended, bank.num) for _ in range(16)]


def test_relending_is_for_a_year_and_may_be_extended_twice():
    assert np.flatnonzero(ages(False)).tolist() == [3]
    assert np.flatnonzero(ages(True)).tolist() == [11]
    assert sum(ages(True)) == sum(ages(False)) == 100.0


@cache
def with_quota():
    """Flows, relending owed, balance sheet and cost of each quarter under an ample quota."""
    def look(s):
        return s.flows.copy(), s.bank.num[OWED].copy(), net_worth_rows(s), s.cost[COST_RELENDING].copy(), s.account.copy()

    seen = []
    play_on(grown(), policy_of(relending_quota=1500), 14, each=lambda s, _: seen.append(look(s)))
    return seen


def test_what_banks_owe_is_what_they_drew_less_what_they_repaid():
    owed = float(grown().bank.num[OWED].sum())
    for flows, now, *_ in with_quota():
        owed += flows[chart.RELENDING_DRAWN] - flows[chart.RELENDING_REPAID]
        assert float(now.sum()) == owed
    assert owed > 0.0
    assert all(not now[21:].any() for _, now, *_ in with_quota())


def test_relending_is_a_claim_of_the_central_bank_on_banks():
    _, owed, rows, _, _ = with_quota()[-1]
    assert rows["relending", "banks"] == -float(owed.sum()) == -rows["relending", "rest"]


def test_interest_is_paid_on_what_was_owed_and_the_difference_to_market_rates_is_quasi_fiscal_cost():
    for (_, before, *_), (flows, _, _, cost, _) in zip(with_quota()[:-1], with_quota()[1:], strict=True):
        assert flows[chart.RELENDING_INTEREST] == pytest.approx(float(before.sum()) * 0.0175 / 4, abs=1e-4)
        assert cost[QUASI, CONCESSION] == near(float(before.sum()) * 0.0075 / 4)
        assert cost.sum() == cost[QUASI, CONCESSION]


def test_relending_goes_back_at_its_date_whatever_becomes_of_the_loans():
    """The quota is closed after a year: nothing is extended, all is repaid within a year, though the loans run on."""
    state = play_on(grown(), policy_of(relending_quota=1500), 4)
    owed = state.bank.num[list(OWED_BY_AGE)].sum(axis=1)
    repaid = []
    play_on(state, policy_of(relending_quota=0), 4, each=lambda s, _: repaid.append(s.flows[chart.RELENDING_REPAID]))
    assert repaid == [owed[3 - k :: 4].sum() for k in range(4)]
    assert state.bank.num[[OWED, *OWED_BY_AGE]].sum() == 0.0
    used = state.loan.used
    assert np.any((state.loan.code[RELENT, :used] == 1) & (state.loan.code[LOAN_OPEN, :used] == 1))


def test_reserves_move_by_what_crosses_the_central_bank_relending_included():
    """Reserves of a quarter's end = those of its beginning + drawn - repaid - interest + what the Treasury paid, net."""
    for (*_, before), (flows, *_, after) in zip(with_quota()[:-1], with_quota()[1:], strict=True):
        moved = after[RESERVES] - before[RESERVES]
        assert moved == float((chart.RESERVES * flows).sum())
        assert flows[[chart.RELENDING_DRAWN, chart.RELENDING_INTEREST]].min() > 0.0


def new_loans(**values):
    """Rates of the loans of 2024Q1 to enterprises that could refinance them, and to all."""
    state = play_on(grown(), policy_of(**values), 1)
    fresh = np.flatnonzero((state.loan.code[LOAN_OPEN, : state.loan.used] == 1) & (state.loan.num[RATE, : state.loan.used] > 0))
    return {(int(state.loan.code[2, row]), int(state.loan.code[4, row])): float(state.loan.num[RATE, row]) for row in fresh}


def test_without_pass_through_no_borrower_s_rate_changes():
    cheaper, usual = new_loans(relending_quota=1500), new_loans(relending_quota=0)
    kept = new_loans(relending_quota=1500, relending_pass_through=0)
    both = kept.keys() & usual.keys()
    assert len(both) > 0.99 * len(usual)
    assert {key: kept[key] for key in both} == {key: usual[key] for key in both}
    moved = {key: cheaper[key] - usual[key] for key in cheaper.keys() & usual.keys() if cheaper[key] != usual[key]}
    assert moved
    assert list(moved.values()) == pytest.approx([-0.7 * 0.6 * 0.0075] * len(moved))


def totals(quota: float, elasticity: float = 0.5):
    """New loans, those refinanced, the share of the quota in use, and quasi-fiscal cost, over two years (CNY mn)."""
    policy = policy_of(relending_quota=quota, rate_elasticity=elasticity)
    rows = rows_each_quarter(policy, 8, lambda s: (
        s.tally[LOANS_PAID, 0], s.tally[PREFERENTIAL_PAID, 1], measure(s, policy, 0)["relending_drawn_share"][0],
        s.cost[COST_RELENDING, QUASI, CONCESSION]))  # fmt: skip
    return rows.sum(axis=0)[[0, 1, 3]], rows[-1, 2]


def test_finding_more_relending_replaces_other_loans_and_adds_next_to_none():
    """Banks' room for technology loans decides how much is lent, not its price: twice the quota doubles refinanced loans and
    what they cost the public, while new loans in all move by less than a fifth of that."""
    (few_all, few_cheap, few_cost), few_used = totals(20)
    (many_all, many_cheap, many_cost), _ = totals(40)
    assert few_used > 90.0
    assert many_cheap > 1.3 * few_cheap
    assert many_cost > 1.3 * few_cost
    assert abs(many_all - few_all) < 0.2 * (many_cheap - few_cheap)


def test_without_a_response_to_rates_relending_moves_no_loan_while_room_is_ample():
    state = grown()
    policy = {quota: policy_of(relending_quota=quota, rate_elasticity=0, guidance_share=2.5) for quota in (0, 1500)}
    paid = [play_on(state.copy(), policy[quota], 1).tally[LOANS_PAID, 0] for quota in policy]
    assert paid[0] == pytest.approx(paid[1], rel=2e-3)
