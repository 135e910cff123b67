"""The industry-finance platform: who joins, whom members meet and ask, what it costs, and what more institutions add."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from simulation.accounting.chart import OPERATING_CENTRAL
from simulation.agents.bank import PLATFORM_BANK, SHARE
from simulation.agents.enterprise import BANK, FIRM, ID, MEMBER_AT, PROOF, STAGE
from simulation.agents.information import information_units, meeting_chance
from simulation.agents.investor import MANAGER, ON_PLATFORM, TARGET
from simulation.agents.population import PAST_PLATFORM
from simulation.agents.tally import ADMINISTRATION, CENTRAL, COST_DEPTH, COST_PLATFORM, PLATFORM_PAID
from simulation.engine.table import Table
from simulation.markets.mechanism import Quarter
from simulation.markets.platform import bank_asked, cooperating_banks, joining_chance, name_institutions, play_platform
from simulation.scenario.parameter import parameter
from tests.helpers.play import play_on, policy_now, policy_with, series, warmed
from tests.helpers.rules import plain

N, DEPTH = parameter("platform_institutions"), parameter("platform_depth")


def one_firm(**codes: int) -> Table:
    table = Table(FIRM, 1, 1)
    table.code[STAGE, 0], table.code[ID, 0] = PROOF, 77
    for name, value in codes.items():
        table.code[{"member_at": MEMBER_AT, "bank": BANK}[name], 0] = value
    return table


def test_where_nobody_comes_or_goes_members_follow_the_equation_of_diffusion():
    m = 0.0
    for _ in range(9):
        m += joining_chance(m, 0.0365, 0.1) * (1.0 - m)
    assert m == pytest.approx(0.387, abs=0.001)


@pytest.mark.parametrize(("institutions", "banks"), [(0, 0), (5, 4), (22, 15), (60, 30), (100, 30)])
def test_seven_in_ten_institutions_are_banks_until_there_are_no_more_of_them(institutions, banks):
    assert cooperating_banks(float(institutions), 0.7, 30) == banks


def test_more_institutions_add_less_and_less_to_a_member_s_meetings():
    member, memory = one_firm(member_at=80), np.zeros((80, 9))
    chances = [plain(meeting_chance)(member.code, 0, 90, policy_with(platform_institutions=n), memory) for n in (0, 5, 22, 60)]
    steps = np.diff(chances) / (5, 17, 38)
    assert (np.diff(chances) > 0.0).all()
    assert (np.diff(steps) < 0.0).all()


def test_without_institutions_a_member_meets_no_more_than_anybody():
    member, other, memory = one_firm(member_at=80), one_firm(), np.zeros((80, 9))
    policy = policy_with(platform_institutions=0)
    assert plain(meeting_chance)(member.code, 0, 90, policy, memory) == plain(meeting_chance)(other.code, 0, 90, policy, memory)


@pytest.mark.parametrize(("member_at", "on_platform", "units"), [(80, 1.0, 0.2), (80, 0.0, 0.0), (-1, 1.0, 0.0)])
def test_only_a_financier_on_the_platform_sees_its_members_better(member_at, on_platform, units):
    firm, policy = one_firm(member_at=member_at), policy_with(information_platform=0.5, platform_depth=0.4)
    assert plain(information_units)(firm.code, 0, 90, on_platform, policy, np.zeros((80, 9))) == pytest.approx(units)


@cache
def grown():
    return warmed(scale=0.01, quarters=8)


def test_a_member_turns_to_a_bank_of_the_platform_as_often_as_the_platform_is_deep():
    bank = grown().bank.num.copy()
    outside = int(np.flatnonzero(bank[PLATFORM_BANK] == 0.0)[0])
    firm, policy = one_firm(member_at=80, bank=outside), policy_with(platform_depth=0.4)
    asked = [plain(bank_asked)(firm.code, 0, bank, policy, 1, t) for t in range(400)]
    turned = np.array([bank[PLATFORM_BANK, b] == 1.0 for b in asked])
    assert turned.mean() == pytest.approx(0.4, abs=0.08)
    assert {b for b, t in zip(asked, turned, strict=True) if not t} == {outside}


def test_who_is_no_member_or_whose_bank_is_there_stays_with_its_bank():
    bank, policy = grown().bank.num.copy(), policy_with(platform_depth=1)
    outside, inside = int(np.flatnonzero(bank[PLATFORM_BANK] == 0.0)[0]), int(np.flatnonzero(bank[PLATFORM_BANK])[0])
    for firm, own in ((one_firm(bank=outside), outside), (one_firm(member_at=80, bank=inside), inside)):
        assert {plain(bank_asked)(firm.code, 0, bank, policy, 1, t) for t in range(50)} == {own}


def test_the_largest_banks_and_managers_come_first_and_more_institutions_keep_those_who_are_there():
    state, before = grown().copy(), set()
    for institutions in (5, 22, 60, 100):
        name_institutions(state, float(institutions), 0.7)
        there = state.bank.num[PLATFORM_BANK] == 1.0
        assert state.bank.num[SHARE, there].min() >= state.bank.num[SHARE, ~there].max(initial=0.0)
        used = state.fund.used
        present = set(state.fund.code[MANAGER, 1:used][state.fund.code[ON_PLATFORM, 1:used] == 1].tolist())
        assert before <= present
        before = present
    absent = set(range(state.manager.used)) - before
    assert min(state.manager.num[TARGET, list(before)], default=np.inf) >= max(state.manager.num[TARGET, list(absent)])


def test_nobody_is_a_member_before_the_platform_exists():
    state = warmed(scale=0.01)
    assert (state.firm.code[MEMBER_AT, : state.firm.used] == -1).all()
    assert grown().firm.code[MEMBER_AT, : grown().firm.used].max() == 87


def test_each_institution_and_the_square_of_depth_are_paid_for():
    state = grown().copy()
    policy = policy_now(state)
    policy[N], policy[DEPTH] = 20.0, 0.5
    state.flows[:], state.cost[:] = 0.0, 0.0
    play_platform(Quarter(state, policy, False, {}))
    cost = state.cost[:, CENTRAL, ADMINISTRATION]
    assert cost[COST_PLATFORM] == pytest.approx(3 * 20 / 4 * 0.01, abs=1e-6)
    assert cost[COST_DEPTH] == pytest.approx(80 * 0.25 / 4 * 0.01, abs=1e-6)
    assert state.flows[OPERATING_CENTRAL] == cost.sum()


def test_what_is_measured_are_closed_deals_between_members():
    state, paid, measured = grown().copy(), [], []
    play_on(state, policy_now(state), 3, each=lambda s, _: (paid.append(s.tally[PLATFORM_PAID].sum()), measured.append(s.past[PAST_PLATFORM, 0])))
    assert paid == measured
    assert min(paid) > 0.0


def financing(institutions: float) -> float:
    state = warmed(scale=0.02, quarters=12)
    policy = policy_now(state)
    policy[N] = institutions
    return float(series(state, policy, 6, "platform_financing").mean())


def test_more_institutions_finance_more_through_the_platform_each_adding_less():
    few, now, many = (financing(n) for n in (5, 22, 60))
    assert few < now < many
    assert (now - few) / 17 > (many - now) / 38


def loans_after(institutions: float) -> float:
    state = warmed(scale=0.02, quarters=12)
    policy = policy_now(state)
    policy[N], policy[DEPTH] = institutions, 1.0
    return float(series(state, policy, 8, "mlt_loans")[-1, 0])


def test_a_narrow_deep_platform_crowds_its_banks():
    """Found, against the purpose: members turn to a few large banks, whose room runs out; with all banks on it, not so."""
    none, narrow, wide = (loans_after(n) for n in (0, 5, 60))
    assert narrow < 0.98 * none
    assert wide > 0.99 * none
