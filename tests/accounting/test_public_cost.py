"""What policies cost the public is what the flow lines say was paid, to the yuan, by lever and level of government."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from simulation.accounting import chart
from simulation.agents.enterprise import CERTIFIED_UNTIL
from simulation.agents.investor import FIRST_LOSS, GUIDED_FUND, KIND, LP_STATE
from simulation.agents.tally import (
    ADMINISTRATION,
    CALLED_CAPITAL,
    CENTRAL,
    CLAIM_HELD,
    CONCESSION,
    COST_ADVANCE,
    COST_BOUNTY,
    COST_CHALLENGES,
    COST_CONVERSION,
    COST_COORDINATION,
    COST_COVER,
    COST_DEPTH,
    COST_DUTY,
    COST_EVALUATION,
    COST_EVENTS,
    COST_FIRST_LOSS,
    COST_FIRST_USE,
    COST_GGF_CENTRAL,
    COST_GGF_LOCAL,
    COST_GRANT,
    COST_GUARANTEE,
    COST_GUARANTEE_FEE,
    COST_INCUBATOR,
    COST_INTEREST,
    COST_LINKAGE,
    COST_LISTING_GUIDANCE,
    COST_MA_INTEREST,
    COST_PLATFORM,
    COST_PREMIUM,
    COST_REDEMPTION,
    COST_RELENDING,
    COST_S_FUND,
    COST_SHARE_CAP,
    COST_STAKES,
    COST_STANDARDS,
    COST_TOLERANCE,
    COST_WINDOW,
    COSTED,
    DISTRIBUTED_CASH,
    EXPECTED_LOSS,
    LOCAL,
    OUTLAY,
    QUASI,
    RECEIPT,
)  # fmt: skip
from simulation.economy.run import play
from simulation.indicators.definitions import INDICATORS
from simulation.scenario.parameter import CATALOGUE, label, parameter
from tests.helpers.play import baseline, play_on, policy_now, warmed

QUARTERS = 24
YUAN = 1e-9  # CNY bn


@cache
def ledger():
    """Flow lines, public cost and tallies of every quarter, with all levers that cost money in force."""
    rows = []
    state = warmed(scale=0.01)
    state.firm.code[CERTIFIED_UNTIL, : state.firm.used : 3] = 1000
    policy = policy_now(state)
    for name, value in (("relending_quota", 500.0), ("ma_interest_subsidy", 1.0), ("offer_hazard", 0.08), ("risk_weight_cert", 0.7)):
        policy[parameter(name)] = value
    policy[parameter("redemption_limit")], policy[parameter("s_fund_public")] = 0.5, 40.0
    policy[parameter("jb_posts")], policy[parameter("jb_type")] = 200.0, 1.0
    state.fund.num[FIRST_LOSS, state.fund.code[KIND] == GUIDED_FUND] = 0.3  # so that some are paid within the window
    play_on(state, policy, QUARTERS, each=lambda s, p: rows.append((s.flows.copy(), s.cost.copy(), s.tally.copy())))
    return rows


def each_quarter(cost_of, lines, besides=lambda tally: 0.0):
    """Cost rows and the lines they came from, quarter by quarter, with what other state money contributed to the lines."""
    for flows, cost, tally in ledger():
        yield float(sum(cost[row] for row in cost_of)), float(sum(flows[line] for line in lines)) - besides(tally)


RECONCILED = {
    "central calls": ([(COST_GGF_CENTRAL, CENTRAL, OUTLAY), (COST_S_FUND, CENTRAL, OUTLAY), (COST_FIRST_LOSS, CENTRAL, OUTLAY)], [chart.CALL_CG], None),
    "central distributions": ([(COST_GGF_CENTRAL, CENTRAL, RECEIPT), (COST_S_FUND, CENTRAL, RECEIPT)], [chart.DISTRIBUTION_CG], None),
    "local calls": ([(COST_GGF_LOCAL, LOCAL, OUTLAY), (COST_FIRST_LOSS, LOCAL, OUTLAY)], [chart.CALL_LG], CALLED_CAPITAL),
    "local distributions": ([(COST_GGF_LOCAL, LOCAL, RECEIPT)], [chart.DISTRIBUTION_LG], DISTRIBUTED_CASH),
    "grants": ([(COST_GRANT, LOCAL, OUTLAY), (COST_CONVERSION, LOCAL, OUTLAY)], [chart.GRANT_ENTERPRISE, chart.GRANT_UNIVERSITY], None),
    "central interest subsidies": (
        [(COST_INTEREST, CENTRAL, OUTLAY), (COST_MA_INTEREST, CENTRAL, OUTLAY)], [chart.SUBSIDY_CENTRAL], None),
    "local subsidies of interest and premium, local bounties, co-funding": (
        [(lever, LOCAL, OUTLAY) for lever in (COST_INTEREST, COST_BOUNTY, COST_ADVANCE, COST_LINKAGE)],
        [chart.SUBSIDY_LOCAL, chart.BOUNTY_LOCAL, chart.PREMIUM_SUBSIDY_LOCAL], None),
    "transfers paid": ([(COST_LINKAGE, CENTRAL, OUTLAY)], [chart.TRANSFER_LOCAL], None),
    "transfers received": ([(COST_LINKAGE, LOCAL, RECEIPT)], [chart.TRANSFER_LOCAL], None),
    "central guarantee payouts": ([(COST_GUARANTEE, CENTRAL, OUTLAY)], [chart.GUARANTEE_PAID_CENTRAL], None),
    "local guarantee payouts": ([(COST_GUARANTEE, LOCAL, OUTLAY)], [chart.GUARANTEE_PAID_LOCAL], None),
    "central guarantee fees": ([(COST_GUARANTEE_FEE, CENTRAL, RECEIPT)], [chart.GUARANTEE_FEE_CENTRAL], None),
    "local guarantee fees": ([(COST_GUARANTEE_FEE, LOCAL, RECEIPT)], [chart.GUARANTEE_FEE_LOCAL], None),
    "recoveries of the national fund": ([(COST_GUARANTEE, CENTRAL, RECEIPT)], [chart.RECOVERY_CENTRAL], None),
    "recoveries of local guarantors": ([(COST_GUARANTEE, LOCAL, RECEIPT)], [chart.RECOVERY_LOCAL], None),
    "central administration": (
        [(lever, CENTRAL, ADMINISTRATION) for lever in (
            COST_GGF_CENTRAL, COST_SHARE_CAP, COST_WINDOW, COST_REDEMPTION, COST_EVENTS, COST_PLATFORM, COST_DEPTH,
            COST_CHALLENGES, COST_EVALUATION, COST_COVER, COST_FIRST_USE, COST_TOLERANCE, COST_COORDINATION, COST_LINKAGE,
            COST_INCUBATOR, COST_LISTING_GUIDANCE)] + [(COST_STANDARDS, CENTRAL, OUTLAY)],
        [chart.OPERATING_CENTRAL], None),
    "central bounties": ([(lever, CENTRAL, OUTLAY) for lever in (COST_BOUNTY, COST_ADVANCE)], [chart.BOUNTY_CENTRAL], None),
    "local administration": ([(lever, LOCAL, ADMINISTRATION) for lever in (
        COST_GGF_LOCAL, COST_SHARE_CAP, COST_FIRST_USE, COST_INCUBATOR, COST_TOLERANCE, COST_DUTY)], [chart.OPERATING_LOCAL], None),
    "direct stakes": ([(COST_STAKES, LOCAL, OUTLAY)], [chart.EQUITY_LOCAL], None),
    "premium subsidies": ([(COST_PREMIUM, CENTRAL, OUTLAY)], [chart.PREMIUM_SUBSIDY], None),
    "central first-use procurement": ([(COST_FIRST_USE, CENTRAL, OUTLAY)], [chart.PROCURED_CENTRAL], None),
    "local first-use procurement": ([(COST_FIRST_USE, LOCAL, OUTLAY)], [chart.PROCURED_LOCAL], None),
    "central refunds and claims": ([(COST_FIRST_USE, CENTRAL, RECEIPT)], [chart.REFUND_CENTRAL, chart.CLAIM_CENTRAL], None),
    "local refunds and claims": ([(COST_FIRST_USE, LOCAL, RECEIPT)], [chart.REFUND_LOCAL, chart.CLAIM_LOCAL], None),
}  # fmt: skip


@pytest.mark.parametrize("name", RECONCILED)
def test_cost_and_flow_lines_agree_to_the_yuan_in_every_quarter(name):
    cost_of, lines, other_state_money = RECONCILED[name]
    besides = (lambda tally: float(tally[other_state_money, LP_STATE])) if other_state_money is not None else (lambda tally: 0.0)
    pairs = list(each_quarter(cost_of, lines, besides))
    assert [cost - paid for cost, paid in pairs] == [0.0] * QUARTERS
    assert sum(cost for cost, _ in pairs) > 0.0


def test_every_yuan_of_outlay_administration_and_receipt_is_reconciled():
    known = {row for cost_of, _, _ in RECONCILED.values() for row in cost_of} | {(COST_STAKES, LOCAL, RECEIPT)}
    for component in (OUTLAY, ADMINISTRATION, RECEIPT):
        total = sum(cost[:, :, component] for _, cost, _ in ledger())
        assert {(int(lever), int(level), component) for lever, level in zip(*np.nonzero(total), strict=True)} <= known


def test_direct_stakes_return_no_more_than_local_governments_received_for_shares():
    for flows, cost, _ in ledger():
        assert cost[COST_STAKES, LOCAL, RECEIPT] <= flows[[chart.DIVIDEND_LG, chart.ACQUISITION_LG, chart.SELL_LG]].sum()
    assert sum(cost[COST_STAKES, LOCAL, RECEIPT] for _, cost, _ in ledger()) > 0.0


def test_no_cost_is_negative_but_a_promise_trued_up_and_a_gain_booked_where_it_is_given_up():
    for _, cost, _ in ledger():
        rest = cost.copy()
        rest[[COST_FIRST_LOSS, COST_GUARANTEE], :, EXPECTED_LOSS] = 0.0
        rest[[COST_GGF_CENTRAL, COST_GGF_LOCAL], :, CONCESSION] = 0.0
        assert rest.min() >= -1e-9
        assert abs(cost[:, :, CONCESSION].sum()) < 1e-9 or cost[:, :, CONCESSION].sum() > 0.0
    assert sum(cost for _, cost, _ in ledger())[COST_GUARANTEE, :, EXPECTED_LOSS].min() >= 0.0


def test_no_cost_is_charged_to_a_level_or_component_that_nobody_fills():
    total = sum(cost for _, cost, _ in ledger())
    assert {(int(lever), int(component)) for lever, component in zip(*np.nonzero(total[:, QUASI]), strict=True)} == {
        (COST_RELENDING, CONCESSION)}
    assert total[:, :, CLAIM_HELD].sum() == 0.0  # only at the horizon


@cache
def played():
    return play(baseline(), 1, 16, 0.005, detail=False)


def test_the_recorded_tables_reconcile_over_a_run():
    cost, flows = played().public_cost, played().flows
    levers = [label("parameter", name) for name in ("local_pref_grant", "conversion_grant")]
    paid = cost["amount"][np.isin(cost["lever"], levers)].sum()
    lines = flows["amount"][flows["code"] == "GRANT"].sum()
    assert abs(paid - lines) < YUAN


def test_the_indicator_is_the_present_value_of_what_was_charged_less_receipts():
    cost = played().public_cost
    back = [label("cost_component", name) for name in ("receipt", "in_kind")]
    sign = np.where(np.isin(cost["component"], back), -1.0, 1.0)
    running = cost["component"] != label("cost_component", "claim")
    charged = np.array([(cost["present_value"] * sign)[(cost["quarter"] == q) & running].sum() for q in played().quarters])
    column = list(INDICATORS).index("public_cost")
    assert played().indicators[:, column] == pytest.approx(charged, rel=1e-9, abs=YUAN)


def test_money_of_2024_counts_as_it_is_and_earlier_money_more():
    cost = played().public_cost
    ratio = cost["present_value"] / cost["amount"]
    assert ratio[cost["quarter"] == 12] == pytest.approx(1.0)
    assert ratio[cost["quarter"] == 8] == pytest.approx(1.03)


def test_at_the_horizon_the_public_s_claims_on_funds_are_counted():
    claims = played().public_cost["component"] == label("cost_component", "claim")
    assert set(played().public_cost["quarter"][claims]) == {15}
    assert played().public_cost["amount"][claims].min() > 0.0


def test_every_lever_that_may_cost_money_has_rows_of_its_own():
    assert len(set(COSTED)) == len(COSTED)
    assert set(COSTED) <= set(CATALOGUE)
