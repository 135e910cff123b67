"""Where the model has a solution on paper, the economy follows it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from simulation.accounting import chart
from simulation.agents import tally as tl
from simulation.agents.bank import OUTSIDE
from simulation.agents.enterprise import BIRTH, POTENTIAL, QUALITY, SECTOR, VENTURE, sales_growth
from simulation.agents.government import KNOWLEDGE_0, RESEARCH_0
from simulation.markets.public_market import next_index
from simulation.scenario.parameter import DEFAULTS, parameter
from tests.helpers.play import newborn, play_on, policy_now, policy_with, warmed
from tests.helpers.rules import plain

CALM = {"demand_noise": 0.0, "sector_demand_noise": 0.0, "cost_noise": 0.0, "index_noise": 0.0}
ALONE = {"projects_per_year": 0.0, "market_exit_rate": 0.0, "market_entry_growth": 0.0}
STEADY_ENTRY = {"funding_response": 0.0, "exit_response": 0.0, "conversion_response": 0.0, "founder_restart_hazard": 0.0}


def entrants(quarters=60, scale=0.02):
    """Tallies of entry by origin, and the traits of all that entered, when nothing moves the rate."""
    policy = policy_with(**STEADY_ENTRY)
    counts, traits = [], []

    def look(s, _):
        counts.append(s.tally[tl.ENTERED + 2, :3].copy())
        born = np.flatnonzero((s.firm.code[BIRTH, : s.firm.used] == s.quarter) & (s.firm.code[VENTURE, : s.firm.used] == 1))
        traits.extend(zip(s.firm.num[QUALITY, born], s.firm.num[POTENTIAL, born], s.firm.code[SECTOR, born], strict=True))

    play_on(newborn(policy, scale=scale), policy, quarters, each=look)
    return np.array(counts), np.array(traits)


def test_projects_enter_as_a_poisson_process_of_the_rate_asked_for():
    counts, traits = entrants()
    expected = DEFAULTS[parameter("projects_per_year"), 0] * 0.02 / 4.0
    total = counts.sum(axis=1)
    assert abs(total.mean() - expected) < 4.0 * math.sqrt(expected / len(total))
    assert stats.chi2.sf((total.var(ddof=1) / expected) * (len(total) - 1), len(total) - 1) > 0.001
    shares = counts.sum(axis=0) / counts.sum()
    assert shares == pytest.approx([0.29, 0.29, 0.42], abs=0.03)
    check_traits(traits)


def check_traits(traits) -> None:
    """Quality is standard normal, sectors come in their shares, and mean potential is that of the sector."""
    assert stats.kstest(traits[:, 0], "norm").pvalue > 0.001
    wanted = DEFAULTS[parameter("sector_share")] / DEFAULTS[parameter("sector_share")].sum()
    found = np.bincount(traits[:, 2].astype(int), minlength=9)
    assert stats.chisquare(found, wanted * found.sum()).pvalue > 0.001
    sector = int(np.argmax(found))
    spread = math.hypot(DEFAULTS[parameter("potential_spread"), sector], DEFAULTS[parameter("potential_noise"), 0])
    logs = np.log(traits[traits[:, 2] == sector, 1] / DEFAULTS[parameter("potential_mean"), sector])
    assert abs(logs.mean() + spread**2 / 2.0) < 4.0 * spread / math.sqrt(len(logs))


def test_a_calm_economy_of_mature_firms_stands_still():
    policy = policy_with(**CALM, **ALONE)
    sales = []
    play_on(newborn(policy), policy, 40, each=lambda s, p: sales.append(float(s.tally[tl.REVENUE].sum())))
    assert sales[:12] == [sales[0]] * 12
    assert sales[-1] == pytest.approx(sales[0], rel=2e-3)


def test_the_outside_book_grows_at_its_rate_net_of_losses():
    state = warmed()
    policy = policy_now(state)
    policy[parameter("outside_growth")] = 0.1
    before = float(state.bank.num[OUTSIDE].sum())
    play_on(state, policy, 4)
    assert float(state.bank.num[OUTSIDE].sum()) == pytest.approx(1.1 * before, rel=1e-9)


def test_consumption_is_its_share_of_household_income():
    state = warmed()
    play_on(state, policy_now(state), 1)
    flows = state.flows
    income = sum(flows[line] for line in (chart.WAGES, chart.DEPI_H, chart.OPERATING_CENTRAL, chart.OPERATING_LOCAL, chart.BANK_COST_H))
    assert flows[chart.CONSUMPTION] == pytest.approx(0.9 * income, abs=1e-5)


def test_taxes_are_shared_between_levels_as_the_law_says():
    state = warmed(scale=0.01)
    play_on(state, policy_now(state), 1)
    flows = state.flows
    assert flows[chart.VAT_CENTRAL] / (flows[chart.VAT_CENTRAL] + flows[chart.VAT_LOCAL]) == pytest.approx(0.5, abs=1e-6)
    assert flows[chart.CIT_CENTRAL] / (flows[chart.CIT_CENTRAL] + flows[chart.CIT_LOCAL]) == pytest.approx(0.6, abs=1e-6)


def test_knowledge_without_research_decays_by_its_yearly_rate():
    state = warmed()
    policy = policy_now(state)
    policy[parameter("knowledge_diffusion")] = 0.0
    before = state.region.num[KNOWLEDGE_0].copy()
    play_on(state, policy, 1)
    kept = (1.0 - policy[parameter("knowledge_decay"), 0]) ** 0.25
    assert state.region.num[KNOWLEDGE_0] == pytest.approx(kept * before + state.region.num[RESEARCH_0], rel=1e-12)


def test_a_bull_market_halves_its_excess_at_the_speed_of_reversion():
    level, quarters = 1.0, 0
    price = math.exp(level)
    while math.log(price) > 0.5:
        price = next_index(price, 0.0, 1.0, 0.1, 0.08, 0.0)
        quarters += 1
    assert quarters == math.ceil(math.log(0.5) / math.log(0.92))


def test_new_sales_follow_the_logistic_curve_of_pure_imitation():
    share, step = 0.01, 0.01
    for _ in range(int(40 / step)):
        share += step * plain(sales_growth)(0.0, 0.2, share, 1.0)
    exact = 1.0 / (1.0 + 99.0 * math.exp(-0.2 * 40))
    assert share == pytest.approx(exact, rel=2e-3)
