"""Coordination: who knows of whose awards, who adds to whose money, and what is paid twice."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.accounting import chart
from simulation.agents import programmes as pr
from simulation.agents import tally as tl
from simulation.agents.enterprise import ADMITTED_AT, AID_0, CASH, FIRM, OVERLAP, SUPPORT
from simulation.agents.government import PROGRAMMES, PURSE, RECEIPTS, TRANSFER_DUE
from simulation.agents.population import HOUSEHOLDS, TREASURY, Population
from simulation.markets import coordination
from simulation.markets.mechanism import Quarter
from simulation.scenario.parameter import parameter
from tests.helpers.play import play_on, policy_now, policy_with, warmed
from tests.helpers.rules import plain
from tests.helpers.tables import rows_of

near = pytest.approx
CHALLENGE, GRANT, CONVERSION, INTEREST, PREMIUM = range(5)


def firms(count=1, **values):
    return rows_of(FIRM, *({"id": 1000 + k, "stage": 1, "venture": 1} | values for k in range(count)))


def award(table, programme, wanted, eligible, policy, t=40, i=0):
    return plain(pr.award)(table.num, table.code, i, programme, wanted, eligible, policy, 1, t)


def test_agencies_that_know_nothing_of_each_other_pay_twice():
    table, policy = firms(), policy_with(dept_coordination=0.0)
    assert award(table, CHALLENGE, 8.0, 10.0, policy) == 8.0
    assert award(table, GRANT, 5.0, 10.0, policy) == 5.0
    assert table.num[OVERLAP, 0] == 3.0
    assert table.num[SUPPORT, 0] == 13.0


def test_agencies_that_know_of_each_other_pay_what_is_left_uncovered():
    table, policy = firms(), policy_with(dept_coordination=1.0)
    assert award(table, CHALLENGE, 8.0, 10.0, policy) == 8.0
    assert award(table, GRANT, 5.0, 10.0, policy) == 2.0
    assert award(table, CONVERSION, 5.0, 10.0, policy) == 0.0
    assert table.num[OVERLAP, 0] == 0.0


def test_programmes_for_another_cost_do_not_count():
    table, policy = firms(), policy_with(dept_coordination=1.0)
    award(table, CHALLENGE, 10.0, 10.0, policy)
    assert award(table, INTEREST, 3.0, 4.0, policy) == 3.0
    assert award(table, PREMIUM, 3.0, 4.0, policy) == 3.0


def test_a_new_year_opens_a_new_account():
    table, policy = firms(), policy_with(dept_coordination=1.0)
    assert award(table, CHALLENGE, 10.0, 10.0, policy, t=43) == 10.0
    assert award(table, GRANT, 5.0, 10.0, policy, t=44) == 5.0
    assert table.num[[AID_0 + CHALLENGE, AID_0 + GRANT], 0].tolist() == [0.0, 5.0]


def test_who_sees_whom_is_drawn_once_and_more_coordination_only_adds_to_it():
    few, many = (
        {i for i in range(2000) if plain(pr.sees)(i, GRANT, CHALLENGE, policy_with(dept_coordination=level), 1)} for level in (0.3, 0.6)
    )  # fmt: skip
    assert few < many
    assert len(few) / 2000 == near(0.3, abs=0.04)
    both = [plain(pr.sees)(i, *pair, policy_with(dept_coordination=0.5), 1) for pair in ((0, 1), (1, 0)) for i in range(200)]
    assert both[:200] == both[200:]


def test_nothing_wanted_leaves_no_trace():
    table = firms()
    before = table.code.copy()
    assert award(table, GRANT, 0.0, 10.0, policy_with()) == 0.0
    assert np.array_equal(before, table.code)


@pytest.mark.parametrize(("level", "quarters"), ((0.0, 4), (0.5, 2), (0.75, 1), (1.0, 0)))
def test_admissions_are_passed_on_the_sooner_the_closer_departments_work(level, quarters):
    assert plain(pr.passing_on_quarters)(level) == quarters


def test_an_admission_is_remembered_once_and_offered_when_it_has_been_passed_on():
    table = firms(400)
    for i in range(400):
        plain(pr.admit)(table.code, i, 40)
        plain(pr.admit)(table.code, i, 44)
    assert (table.code[ADMITTED_AT, :400] == 40).all()

    def share(t, level):
        policy = policy_with(dept_coordination=level)
        return np.mean([plain(pr.is_offered)(table.code, i, GRANT, policy, 1, t) for i in range(400)])

    assert share(41, 0.5) == 0.0
    assert share(42, 0.5) == near(0.5, abs=0.08)
    assert share(40, 1.0) == 1.0
    assert share(60, 0.0) == 0.0


def test_local_applications_reach_the_national_list_as_far_as_they_are_forwarded():
    def share(level):
        policy = policy_with(vertical_linkage=level)
        return np.mean([plain(pr.reaches_national_list)(i, policy, 1, 40) for i in range(3000)])

    assert (share(0.0), share(0.5), share(1.0)) == (near(0.5, abs=0.03), near(0.75, abs=0.03), 1.0)


# Local money beside central money


def state_with(region=2, cash=0.0, **values):
    state = Population.empty(1, 1.0, 4)
    state.firm = firms(region=region, cash=cash, **values)
    state.region.num[PURSE] = 100.0
    return state


def add(s, central, eligible, policy, programme=CHALLENGE):
    return plain(coordination.co_fund)(
        s.flows, chart.GRANT_ENTERPRISE, s.firm.num, s.firm.code, 0, programme, central, eligible, policy, 40, s.region.num, s.cost)  # fmt: skip


def test_a_rich_region_matches_central_money_and_earns_no_transfer():
    s, policy = state_with(), policy_with(vertical_linkage=0.5)
    policy[parameter("local_match"), :6] = (0.8, 1.0, 1.0, 0.5, 0.3, 0.3)
    assert award(s.firm, CHALLENGE, 10.0, 100.0, policy) == 10.0
    assert add(s, 10.0, 100.0, policy) == 5.0
    assert (s.region.num[PURSE, 2], s.firm.num[CASH, 0], s.flows[chart.GRANT_ENTERPRISE]) == (95.0, 5.0, 5.0)
    assert s.region.num[TRANSFER_DUE, 2] == 0.0
    assert s.cost[tl.COST_LINKAGE, tl.LOCAL, tl.OUTLAY] == 5.0 == s.region.num[PROGRAMMES, 2]


def test_a_poor_region_matches_less_and_is_paid_a_transfer_by_the_centre():
    s, policy = state_with(region=4), policy_with(vertical_linkage=1.0)
    policy[parameter("local_match"), :6] = (0.8, 1.0, 1.0, 0.5, 0.25, 0.25)
    assert add(s, 8.0, 100.0, policy) == 2.0
    assert s.region.num[TRANSFER_DUE, 4] == 6.0
    s.account[TREASURY] = 50.0
    coordination.play(Quarter(s, policy_with(dept_coordination=0.0, vertical_linkage=0.0), False, {}))
    assert (s.account[TREASURY], s.region.num[PURSE, 4], s.flows[chart.TRANSFER_LOCAL]) == (44.0, 104.0, 6.0)
    assert (s.region.num[TRANSFER_DUE, 4], s.region.num[RECEIPTS, 4]) == (0.0, 6.0)
    assert s.cost[tl.COST_LINKAGE, tl.CENTRAL, tl.OUTLAY] == 6.0 == s.cost[tl.COST_LINKAGE, tl.LOCAL, tl.RECEIPT]


def test_local_money_never_exceeds_what_the_award_leaves_uncovered():
    s, policy = state_with(), policy_with(vertical_linkage=1.0, local_match=1.0)
    award(s.firm, CHALLENGE, 8.0, 10.0, policy)
    assert add(s, 8.0, 10.0, policy) == 2.0
    assert add(s, 8.0, 10.0, policy) == 0.0
    assert s.firm.num[OVERLAP, 0] == 0.0


def test_without_linkage_nothing_is_added():
    s = state_with()
    assert add(s, 8.0, 10.0, policy_with(vertical_linkage=0.0)) == 0.0
    assert s.flows.sum() == s.cost.sum() == s.region.num[TRANSFER_DUE].sum() == 0.0


def test_working_together_costs_60_and_40_million_a_year_times_the_squares():
    s = Population.empty(1, 0.1, 4)
    s.account[TREASURY] = 10.0
    coordination.play(Quarter(s, policy_with(dept_coordination=0.5, vertical_linkage=1.0), False, {}))
    assert s.cost[tl.COST_COORDINATION, tl.CENTRAL, tl.ADMINISTRATION] == near(0.1 * 60.0 / 4.0 * 0.25, abs=1e-6)
    assert s.cost[tl.COST_LINKAGE, tl.CENTRAL, tl.ADMINISTRATION] == near(0.1 * 40.0 / 4.0, abs=1e-6)
    assert s.account[HOUSEHOLDS] == s.flows[chart.OPERATING_CENTRAL] == 10.0 - s.account[TREASURY]


# In the whole economy: generous grants of two programmes for the same research

GENEROUS = {"conversion_grant": 5.0, "local_pref_grant": 30.0, "label_benefit": 0.0, "local_limit_strictness": 0.0}


def wasted(level: float) -> tuple[float, float]:
    """(public money above eligible cost, grants paid) of eight quarters."""
    state = warmed(scale=0.01)
    policy = policy_now(state)
    for name, value in (GENEROUS | {"dept_coordination": level}).items():
        policy[parameter(name)] = value
    waste, grants = [], []

    def look(s, p):
        waste.append(coordination.measure(s, p)["overlap_waste"][0])
        grants.append(float(s.flows[chart.GRANT_ENTERPRISE]))

    play_on(state, policy, 8, each=look)
    return sum(waste), sum(grants)


def test_departments_that_know_of_each_other_waste_less():
    apart, half, together = wasted(0.0), wasted(0.5), wasted(1.0)
    assert apart[0] > half[0] > together[0]
    assert together[0] == near(0.0, abs=1e-9)
    assert together[1] < apart[1]


def test_finding_a_programme_that_pays_too_much_by_itself_is_stopped_too_once_departments_meet():
    """A conversion grant of 5 mn exceeds a year's research of a small project by itself: an informed agency looks first."""
    table = firms(stage=0, sector=8)
    eligible = plain(pr.research_of_year)(table.num, table.code, 0, policy_with())
    assert eligible < 5.0
    assert award(table, CONVERSION, 5.0, eligible, policy_with(dept_coordination=0.0)) == 5.0
    assert award(firms(stage=0, sector=8), CONVERSION, 5.0, eligible, policy_with(dept_coordination=1.0)) == near(eligible)
