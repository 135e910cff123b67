"""Terms of guidance money: what partners are promised, what it costs the public, and what it does to choices."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.accounting import chart
from simulation.accounting.ledger import UNIT
from simulation.agents import investor as inv
from simulation.agents import tally as tl
from simulation.agents.enterprise import FIRM
from simulation.agents.government import PROGRAMMES, PURSE
from simulation.agents.population import (
    CORPORATE,
    FUND_LOSS,
    HOUSEHOLDS,
    MEAN_MULTIPLE,
    PAST_EQUITY,
    TREASURY,
    Population,
)
from simulation.markets import guidance_terms as terms
from simulation.markets.distribution import give_back
from simulation.markets.guidance_funds import offer
from simulation.scenario.parameter import DEFAULTS, parameter
from tests.helpers.play import play_on, policy_now, policy_with, warmed
from tests.helpers.rules import plain
from tests.helpers.tables import rows_of

SECTORS = 9
near = pytest.approx


def fund(paid=(60.0, 20.0, 10.0, 10.0, 0.0), **values):
    """A state with one fund that has guidance money (row 1), its partners having committed and paid the same."""
    state = Population.empty(1, 1.0, 4)
    money = {f"committed_{k}": p for k, p in enumerate(paid)} | {f"paid_{k}": p for k, p in enumerate(paid)}
    usual = {"status": 1, "kind": 1, "region": 3, "vintage": 0, "called": sum(paid), "size": sum(paid)}
    state.fund = rows_of(inv.FUND, {"kind": 2}, usual | money | values)
    return state


# What private partners expect


def test_a_first_loss_lifts_losses_and_a_give_up_lifts_gains():
    rule = plain(inv.partner_terms)
    assert rule(0.6, 0.5, 0.25) == near(0.8)
    assert rule(2.0, 0.5, 0.25) == near(2.25)
    assert rule(1.7, 0.0, 0.0) == 1.7
    assert rule(0.3, 0.0, 0.0) == 0.3


def test_terms_count_after_carry_and_before_tax():
    # 2.7 back, carry .24613438464, 2.45386561536 kept; a quarter more of the gain 1.45386561536; a fifth of the gain is tax
    kept = 2.45386561536 + 0.25 * 1.45386561536
    assert plain(inv.net_with_terms)(3.0, 0.02, 0.08, 0.2, 5.0, 0.2, 0.5, 0.25) == near(kept - 0.2 * (kept - 1.0))
    assert plain(inv.net_with_terms)(0.0, 0.02, 0.08, 0.2, 5.0, 0.2, 0.5, 0.25) == 0.5


def test_the_bar_is_the_same_as_ever_at_the_usual_tolerance_and_wider_with_more():
    assert plain(terms.early_bar)(0.28, 0.2, 0.3) == 0.34
    assert plain(terms.early_bar)(0.28, 0.2, 1.0) == near(0.48)


# What they are paid


def test_in_a_gain_guidance_money_gives_half_of_its_part_to_private_partners():
    s = fund(give_up=0.5, deposits=30.0, distributed=90.0)
    plain(give_back)(1, 30.0, s.fund.num, s.fund.code, 20, s.account, s.region.num, s.flows, s.tally, s.cost)
    # 10 return capital: 6, 2, 1, 1; 20 are gain: 13.5, 4.5, 1, 1
    assert (s.account[HOUSEHOLDS], s.account[CORPORATE], s.account[TREASURY], s.region.num[PURSE, 3]) == (19.5, 6.5, 2.0, 2.0)
    assert s.cost[tl.COST_GIVE_UP, [tl.CENTRAL, tl.LOCAL], tl.CONCESSION].tolist() == [1.0, 1.0]
    assert s.cost[:, :, tl.CONCESSION].sum() == 0.0  # moved from the money to the lever that gave it up
    assert s.fund.num[inv.PRIVATE_BACK, 1] == 26.0


AMOUNTS = st.integers(1, 2**40).map(lambda units: units * UNIT)


@given(st.lists(AMOUNTS | st.just(0.0), min_size=5, max_size=5).filter(any), st.floats(0.001, 3.0), st.floats(0.0, 1.0))
def test_no_yuan_is_lost_whatever_is_given_up(paid, multiple, give_up):
    cash = np.floor(sum(paid) * multiple / UNIT) * UNIT
    s = fund(tuple(paid), give_up=give_up, deposits=cash)
    plain(give_back)(1, cash, s.fund.num, s.fund.code, 20, s.account, s.region.num, s.flows, s.tally, s.cost)
    assert s.flows.sum() == cash
    assert s.fund.num[inv.DEPOSITS, 1] == 0.0
    assert s.account[HOUSEHOLDS] + s.account[CORPORATE] + s.account[TREASURY] + s.region.num[PURSE, 3] == cash


def end(s, worth=20.0):
    policy = policy_with()
    return plain(terms.settle_first_loss)(
        1, worth, s.fund.num, s.fund.code, policy, s.account, s.region.num, s.flows, s.memory, s.tally, s.cost)  # fmt: skip


def test_a_fund_that_ends_in_loss_has_half_of_it_paid_by_both_guidance_partners():
    s = fund(first_loss=0.5, promised=3.0, private_back=40.0, distributed=50.0)
    assert end(s) == 12.0  # of 80 paid in 40 came back and 16 come in kind: 24 are lost
    assert (s.account[HOUSEHOLDS], s.account[CORPORATE], s.account[TREASURY], s.region.num[PURSE, 3]) == (9.0, 3.0, -6.0, -6.0)
    assert s.fund.num[inv.DEPOSITS, 1] == 0.0
    assert s.flows[[chart.CALL_CG, chart.CALL_LG, chart.DISTRIBUTION_H, chart.DISTRIBUTION_E]].tolist() == [6.0, 6.0, 9.0, 3.0]
    assert s.region.num[PROGRAMMES, 3] == 6.0
    assert s.cost[tl.COST_FIRST_LOSS, :2, tl.OUTLAY].tolist() == [6.0, 6.0]
    assert s.cost[tl.COST_FIRST_LOSS, :2, tl.EXPECTED_LOSS].tolist() == [-1.5, -1.5]  # what was expected is trued up
    assert s.fund.num[inv.PROMISED, 1] == 0.0
    assert s.memory[FUND_LOSS, 0] == near(0.05 + (0.3 - 0.05) * 2.0 / 41.0)


def test_a_fund_that_ends_in_gain_costs_nothing_more():
    s = fund(first_loss=0.5, promised=3.0, private_back=90.0)
    assert end(s) == 0.0
    assert s.flows.sum() == 0.0
    assert s.cost.sum() == -3.0


def test_a_region_at_its_debt_cap_pays_a_first_loss_from_cash_only():
    s = fund(first_loss=0.5, private_back=40.0)
    s.region.num[[PURSE, 1], 3] = (2.5, 1e9)
    assert end(s) == 8.5
    assert s.region.num[PURSE, 3] == 0.0


# How funds choose


def test_an_open_duty_and_a_promise_pull_towards_home_and_the_hot_sector():
    s = fund(duty_left=10.0, promised_sector=5)
    s.firm = rows_of(FIRM, {"region": 3, "sector": 5}, {"region": 3, "sector": 1}, {"region": 0, "sector": 1}, {"region": 0, "sector": 8})
    policy = policy_with(local_bonus=0.3)
    bonus = [plain(terms.lead_bonus)(s.fund.num, s.fund.code, 1, s.firm.code, i, 40, policy) for i in range(4)]
    assert bonus == near([0.6, 0.3, 0.0, 0.0])


def test_guidance_money_prefers_the_list_in_the_eight_fields_where_it_serves_the_list_first():
    s = fund()
    s.firm = rows_of(FIRM, {"sector": 1, "certified_until": 44}, {"sector": 8, "certified_until": 44}, {"sector": 1})
    for benefit, expected in ((1.0, [0.3, 0.0, 0.0]), (0.2, [0.0, 0.0, 0.0])):
        policy = policy_with(lead_bonus_label=0.3, label_benefit=benefit)
        bonus = [plain(terms.lead_bonus)(s.fund.num, s.fund.code, 1, s.firm.code, i, 40, policy) for i in range(3)]
        assert bonus == expected


def test_money_spent_at_home_meets_the_duty_and_money_spent_elsewhere_does_not():
    s = fund(duty_left=10.0)
    for region, left in ((0, 10.0), (3, 6.0), (3, 2.0), (3, 0.0)):
        plain(terms.meet_duty)(s.fund.num, s.fund.code, 1, region, 4.0)
        assert s.fund.num[inv.DUTY_LEFT, 1] == left


def test_an_open_duty_ties_search_to_the_region_as_far_as_money_is_left_for_it():
    cases = ((0.0, 60.0), (30.0, 60.0), (90.0, 60.0), (5.0, 0.0))
    assert [plain(terms.duty_share)(duty, dry) for duty, dry in cases] == [0.0, 0.5, 1.0, 1.0]


def test_the_strictest_guidance_partner_sets_the_early_mandate():
    policy = policy_with(early_mandate=0.1, early_mandate_central=0.7)
    for national, central, expected in ((0, 10.0, 0.7), (1, 10.0, 0.1), (0, 0.0, 0.1)):
        s = fund((60.0, 20.0, central, 10.0, 0.0), national=national)
        assert plain(terms.mandate_of)(s.fund.num, s.fund.code, 1, policy) == expected


def test_the_hot_sector_is_the_field_whose_money_rose_most():
    s = fund()
    assert terms.hot_sector(s) == -1
    s.arrays["past_length"][0] = 8
    assert terms.hot_sector(s) == -1
    s.past[PAST_EQUITY[2], :4] = 10.0
    s.past[PAST_EQUITY[4], :8] = 90.0
    s.past[PAST_EQUITY[8], :4] = 999.0  # the rest of technology manufacturing is never a fashion
    assert terms.hot_sector(s) == 2


def offered(asks, decline=0.6, managers=400):
    """Managers of rising records in one region, and what they were offered and promised."""
    table = rows_of(inv.MANAGERS, *({"target": 100.0, "rank": k / managers, "region": 1} for k in range(managers)))
    budgets = np.zeros(8)
    budgets[3] = 1e9
    policy = policy_with(guidance_decline=decline)
    tally = np.zeros((len(tl.TALLY.columns), 9))
    offer(np.arange(managers), table.num, table.code, policy, budgets, np.full(6, asks), 1, 40, tally)
    return table


def test_a_fund_that_follows_the_herd_asks_for_a_promise_and_is_refused_more_often_by_the_best():
    free, herding = offered(-1), offered(5)
    takes = [np.flatnonzero(table.num[inv.OFFER_LOCAL, : table.used] > 0.0) for table in (free, herding)]
    assert set(takes[1]) < set(takes[0])
    assert set(herding.code[inv.PROMISE, takes[1]].tolist()) == {5}
    assert (free.code[inv.PROMISE, : free.used] == -1).all()
    assert len(takes[1]) / len(takes[0]) < 0.85


# In the whole economy

PLAYED = 12


def years(**values):
    """Eight quarters after the burn-in under a changed policy, quarter by quarter: what private partners think and commit."""
    state = warmed(scale=0.01)
    policy = policy_now(state)
    for name, value in values.items():
        policy[parameter(name)] = value
    rows = []
    play_on(state, policy, PLAYED, each=lambda s, p: rows.append((s.memory[MEAN_MULTIPLE, :6].copy(), s.tally[tl.COMMITMENTS].copy(), s.cost.copy())))
    return state, rows


def test_a_first_loss_moves_private_commitments_and_only_through_what_partners_expect():
    _, without = years()
    _, with_it = years(first_loss=0.5)
    assert (with_it[0][0][3:] > without[0][0][3:]).all()  # backed funds promise more,
    assert (with_it[0][0][:3] >= without[0][0][:3]).all()  # others only through the pooled mean
    deaf = [years(first_loss=level, outcome_weight=0.0, outcome_elasticity=0.0)[1] for level in (0.0, 0.5)]
    assert [row[1].tolist() for row in deaf[0]] == [row[1].tolist() for row in deaf[1]]


def test_what_is_promised_is_charged_when_funds_close_and_stands_as_a_liability():
    state, rows = years(first_loss=0.5)
    charged = sum(float(cost[tl.COST_FIRST_LOSS, :, tl.EXPECTED_LOSS].sum()) for _, _, cost in rows)
    alive = state.fund.code[inv.STATUS, : state.fund.used] == inv.FUND_ALIVE
    assert charged == near(float(state.fund.num[inv.PROMISED, : state.fund.used][alive].sum()))
    assert charged > 0.0
    new = (state.fund.code[inv.VINTAGE, : state.fund.used] >= state.quarter - PLAYED) & (state.fund.code[inv.KIND, : state.fund.used] == 1)
    assert (state.fund.num[inv.FIRST_LOSS, : state.fund.used][new] == 0.5).all()
    assert (state.fund.num[inv.FIRST_LOSS, 1 : state.fund.used][~new[1:]] == 0.0).all()  # older funds keep their terms


def test_duties_are_met_at_home():
    state, _ = years(reinvest_multiple=2.0)
    fund, used = state.fund.num, state.fund.used
    local = fund[inv.COMMITTED_0 + inv.LP_LOCAL, :used]
    new = (state.fund.code[inv.VINTAGE, :used] >= state.quarter - PLAYED) & (local > 0.0)
    assert (fund[inv.DUTY_LEFT, :used][new] <= 2.0 * local[new]).all()
    assert (fund[inv.DUTY_LEFT, :used][new] < 2.0 * local[new]).any()


def test_every_default_lies_where_the_specification_puts_it():
    for name, value in {"first_loss": 0.0, "upside_giveup": 0.2, "reinvest_multiple": 1.2, "fault_tolerance": 0.3}.items():
        assert math.isclose(DEFAULTS[parameter(name), 0], value)


def test_where_no_guidance_money_is_offered_private_partners_do_not_wait_for_it():
    def placed(**values):
        _, rows = years(**values)
        return sum(float(commitments[:2].sum()) for _, commitments, _ in rows)

    without, usual = placed(ggf_central=0.0, ggf_local=0.0), placed()
    assert without > 0.6 * usual
