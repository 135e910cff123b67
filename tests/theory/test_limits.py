"""Limits in which the whole economy must do something simple: close a tap, and what it fed dries up."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simulation.accounting import chart
from simulation.agents import population as pop
from simulation.agents import tally as tl
from simulation.agents.enterprise import BIRTH, ID, QUEUE, SERIAL, STAGE
from simulation.agents.investor import BOUGHT_AT, CLAUSE, COST_HELD, FUND_ALIVE, HOLDING_OPEN, STATUS
from simulation.economy.run import Recorder, advance
from simulation.engine.table import Floats
from simulation.scenario.load import load_scenario
from simulation.scenario.parameter import parameter
from tests.helpers.play import baseline, newborn, play_on, policy_now, policy_with, warmed

SCALE = 0.01
SPENDING = {  # a lever that spends, and the rows in which its cost is charged
    "ggf_central": tl.COST_GGF_CENTRAL, "ggf_local": tl.COST_GGF_LOCAL, "rd_super_deduction": tl.COST_RD_DEDUCTION,
    "vc_tax_deduction": tl.COST_VC_DEDUCTION, "local_pref_grant": tl.COST_GRANT, "conversion_grant": tl.COST_CONVERSION,
    "redemption_limit": tl.COST_REDEMPTION,
}  # fmt: skip


def changed(policy: Floats, **values: float) -> Floats:
    for name, value in values.items():
        policy[parameter(name)] = value
    return policy


def watched(state, policy, quarters, look) -> list:
    """What `look` sees after each quarter."""
    rows: list = []
    play_on(state, policy, quarters, each=lambda s, p: rows.append(look(s)))
    return rows


def grown(quarters=0):
    """The baseline economy and its policy."""
    state = warmed(scale=SCALE, quarters=quarters)
    return state, policy_now(state)


NO_MONEY = {
    "private_commitments": 0.0, "state_commitments": 0.0, "ggf_central": 0.0, "ggf_local": 0.0, "s_fund_public": 0.0, "secondary_private": 0.0,
}  # fmt: skip


def test_without_outside_money_no_fund_closes_and_the_equity_stock_decays():
    state, policy = grown()
    state.memory[pop.WAITING_MONEY] = 0.0
    held = float(state.fund.num[COST_HELD, : state.fund.used].sum())

    def look(s):
        alive = np.count_nonzero(s.fund.code[STATUS, 1 : s.fund.used] == FUND_ALIVE)
        return s.tally[tl.COMMITMENTS].sum(), s.flows[chart.EQUITY], alive, s.fund.num[COST_HELD, : s.fund.used].sum()

    rows = watched(state, changed(policy, **NO_MONEY), 48, look)
    assert sum(row[0] for row in rows) == 0.0
    assert rows[0][1] > 0.0  # dry powder is still invested,
    assert [row[1] for row in rows[16:]] == [0.0] * 32  # but not beyond the investing period
    assert [row[2] for row in rows] == sorted((row[2] for row in rows), reverse=True)
    assert rows[-1][2] == 0
    assert rows[-1][3] < 0.25 * held


def test_without_outside_money_or_banks_no_venture_is_financed():
    policy = policy_with(**NO_MONEY, allocation=0.0)
    rows = watched(newborn(policy, scale=SCALE), policy, 40, lambda s: (s.flows[chart.EQUITY], s.tally[tl.LOANS_PAID, 0], s.tally[tl.ENTERED].sum()))
    assert sum(row[0] for row in rows) == sum(row[1] for row in rows) == 0.0
    assert sum(row[2] for row in rows) > 100


def test_banks_without_an_allocation_make_no_new_loans():
    state, policy = grown()
    rows = watched(state, changed(policy, allocation=0.0, offer_hazard=0.0), 12, lambda s: (s.tally[tl.LOANS_PAID, 0], s.flows[chart.LENDING]))
    assert rows == [(0.0, 0.0)] * 12


def test_without_offers_there_is_no_acquisition():
    state, policy = grown()
    lines = (chart.ACQUISITION_H, chart.ACQUISITION_E, chart.ACQUISITION_F, chart.ACQUISITION_LG, chart.ACQUISITION_CG)
    rows = watched(state, changed(policy, offer_hazard=0.0), 24, lambda s: (s.tally[tl.EXITS, tl.ACQUISITION_EXIT], sum(s.flows[k] for k in lines)))
    assert rows == [(0.0, 0.0)] * 24


def test_a_full_limit_on_redemption_leaves_old_clauses_and_allows_no_new_one():
    state, policy = grown()
    first = state.quarter
    play_on(state, changed(policy, redemption_limit=1.0), 8)
    code = state.holding.code[:, : state.holding.used]
    clauses, bought = code[CLAUSE][code[HOLDING_OPEN] == 1], code[BOUGHT_AT][code[HOLDING_OPEN] == 1]
    assert (bought >= first).sum() > 20
    assert (clauses[bought >= first] == 0).all()
    assert (clauses[bought < first] > 0).any()


def test_founders_who_do_not_restart_found_nothing():
    state, policy = grown()
    first = state.quarter
    rows = watched(state, changed(policy, founder_restart_hazard=0.0), 16, lambda s: s.tally[tl.ENTERED_SERIAL].sum())
    used = state.firm.used
    assert rows == [0.0] * 16
    assert state.founder.used > 0
    assert not ((state.firm.code[BIRTH, :used] >= first) & (state.firm.code[SERIAL, :used] > 0)).any()


def test_blind_tests_pass_everybody_alike():
    policy = policy_with(test_quality=0.0, test_intercept_0=0.0, test_intercept_1=math.log(3.0))
    rows = watched(newborn(policy, scale=0.05), policy, 40, lambda s: (s.tally[tl.TESTED, :2].copy(), s.tally[tl.PASSED, :2].copy()))
    tested, passed = sum(row[0] for row in rows), sum(row[1] for row in rows)
    for stage, chance in enumerate((0.5, 0.75)):
        assert tested[stage] > 300
        assert abs(passed[stage] / tested[stage] - chance) < 4.0 * math.sqrt(chance * (1.0 - chance) / tested[stage])


@pytest.mark.parametrize("window", (0.0, 3.0))
def test_partners_who_ignore_outcomes_and_overhang_commit_the_same_every_quarter(window):
    state, policy = grown()
    usual = policy[parameter("private_commitments"), 0] * 1000.0 * SCALE / 4.0
    policy = changed(policy, outcome_weight=0.0, overhang=0.0, ipo_window=window)
    assert watched(state, policy, 16, lambda s: float(s.now[pop.PAST_COMMITTED])) == pytest.approx([usual] * 16, rel=1e-12)


def test_partners_who_ignore_outcomes_answer_to_dry_powder_alone():
    state, policy = grown()
    base = policy[parameter("private_commitments"), 0] * 1000.0 * SCALE / 4.0
    policy = changed(policy, outcome_weight=0.0, overhang=0.5)
    before = [state.past[pop.PAST_DRY, 0] / state.memory[pop.REF_DRY, 0]]
    rows = watched(state, policy, 12, lambda s: (float(s.now[pop.PAST_COMMITTED]), s.past[pop.PAST_DRY, 0] / s.memory[pop.REF_DRY, 0]))
    dry = before + [row[1] for row in rows[:-1]]
    assert [row[0] for row in rows] == pytest.approx([base / math.sqrt(relative) for relative in dry], rel=1e-9)


def test_a_deduction_from_gains_costs_nothing_where_nobody_gains():
    no_exits = {"ipo_window": 0.0, "offer_hazard": 0.0, "secondary_offer_share": 0.0, "secondary_extension_share": 0.0, "redemption_clause_share": 0.0}
    policy = policy_with(vc_tax_deduction=100.0, **no_exits)
    rows = watched(newborn(policy, scale=SCALE), policy, 32, lambda s: (s.cost[tl.COST_VC_DEDUCTION].sum(), s.flows[chart.EQUITY]))
    assert sum(row[1] for row in rows) > 0.0
    assert sum(row[0] for row in rows) == 0.0


def test_with_the_window_closed_nobody_lists_and_the_queue_drains():
    state, policy = grown(quarters=8)
    waiting = np.flatnonzero(state.firm.code[STAGE, : state.firm.used] == QUEUE)
    known = set(state.firm.code[ID, waiting].tolist())
    assert len(known) >= 5

    def look(s):
        queue = s.firm.code[ID, np.flatnonzero(s.firm.code[STAGE, : s.firm.used] == QUEUE)]
        return s.tally[tl.LISTED_BOARD].sum(), len(known & set(queue.tolist())), float(s.tally[tl.FILED].sum()), s.memory[pop.LISTING_WAIT, 0]

    rows = watched(state, changed(policy, ipo_window=0.0), 32, look)
    assert sum(row[0] for row in rows) == 0.0
    assert rows[-1][1] < 0.4 * len(known)
    assert sum(row[2] for row in rows[4:]) < 32  # only those who have no alternative still file
    assert rows[-1][3] > 39.0


@pytest.mark.parametrize("lever", SPENDING)
def test_a_lever_that_does_nothing_costs_nothing(lever):
    policy = policy_with(**{lever: 0.0})
    rows = watched(newborn(policy, scale=0.005), policy, 40, lambda s: float(np.abs(s.cost[SPENDING[lever]]).sum()))
    assert sum(rows) == 0.0


def test_managers_and_enterprises_without_qualms_never_refuse_state_money():
    state, policy = grown()
    rows = watched(state, changed(policy, guidance_decline=0.0, enterprise_refusal=0.0), 12, lambda s: (
        s.tally[tl.REFUSED_FUNDRAISING, tl.MANAGER_DECLINED], s.tally[tl.REFUSED_EQUITY, tl.ENTERPRISE_REFUSED], s.tally[tl.OFFERED_GUIDANCE, 1]))  # fmt: skip
    assert [row[:2] for row in rows] == [(0.0, 0.0)] * 12
    assert sum(row[2] for row in rows) > 0.0


def test_a_policy_that_changes_nothing_changes_nothing():
    same = load_scenario("baseline", {"ipo_window": 0.3, "ggf_local": 190, "lockup": 4})
    states = [warmed(scale=SCALE, quarters=12) for _ in range(2)]
    figures = []
    for state, scenario in zip(states, (baseline(), same), strict=True):
        recorder = Recorder(False)
        advance(state, scenario, 24, recorder)
        figures.append(np.array(recorder.indicators))
    assert states[0].hash() == states[1].hash()
    assert np.array_equal(figures[0], figures[1], equal_nan=True)
