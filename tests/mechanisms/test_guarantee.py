"""Guarantees: who bears how much of a loss, what it costs whom, and whether banks look less closely."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.accounting import chart
from simulation.accounting.ledger import UNIT, exact
from simulation.agents import tally as tl
from simulation.agents.bank import (
    ALLOWANCE,
    BANKS,
    BOOK,
    CALLED,
    COVERED,
    EFFORT_GUARANTEED,
    EFFORT_PLAIN,
    EQUITY,
    LENT_AT,
    LOAN,
    LOAN_OPEN,
    NON_PERFORMING,
    PAID_OUT,
    PRINCIPAL,
    PROTECTED,
    RECENT_LOSS,
    SHARE,
    years_left,
)  # fmt: skip
from simulation.agents.enterprise import CASH, FIRM, GUARANTEED
from simulation.agents.government import PURSE
from simulation.agents.guarantor import call_guarantee, guarantee_claim
from simulation.agents.insolvency import recover_loan
from simulation.agents.population import CONTINGENT, GUARANTEE_PAID, GUARANTEE_STOCK, TREASURY, Population
from simulation.economy.measures import measure
from simulation.markets.guarantee import (
    borrower_pays,
    coverage_now,
    expected_calls,
    is_for_guarantee,
    national_part,
    place_chance,
)  # fmt: skip
from tests.helpers.play import policy_with
from tests.helpers.rules import plain
from tests.helpers.tables import rows_of
from tests.mechanisms.programmes import policy_of, rows_each_quarter

SHARE_OF = st.floats(0.0, 1.0)


def near(value):
    return pytest.approx(value, rel=1e-12)


def part(listed=-1, validated=-1, patents=0.0, **values):
    firm = rows_of(FIRM, {"certified_until": listed, "validated_at": validated, "patents": patents})
    plan = {"guarantee_national_certified": 0.4, "guarantee_national_validated": 0.35, "guarantee_national_other": 0.3} | values
    return plain(national_part)(firm.num, firm.code, 0, policy_with(**plan), 60)


def test_the_national_fund_bears_most_for_firms_on_the_list():
    assert [part(listed=60), part(validated=50), part(patents=0.5), part(), part(listed=59)] == near([0.5, 0.4375, 0.4375, 0.375, 0.375])


def test_before_2024_it_bore_a_fifth_of_every_loan_that_is_a_quarter_of_the_guarantee():
    before = {"guarantee_national_certified": 0.2, "guarantee_national_validated": 0.2, "guarantee_national_other": 0.2}
    assert [part(listed=60, **before), part(**before)] == near([0.25, 0.25])


def test_provinces_keep_their_least_share():
    assert part(listed=60, guarantee_national_certified=0.6, guarantee_province=0.4) == near(0.5)


@pytest.mark.parametrize(
    ("chance", "listed", "priority"),
    [(0.3, True, False), (0.3, False, False), (1.0, True, True), (0.2 / 0.9, False, True)],
)
def test_certified_firms_come_first_where_they_have_priority(chance, listed, priority):
    assert plain(place_chance)(0.3, 100.0, 10.0, listed, priority) == near(chance)


@given(SHARE_OF, st.floats(1.0, 1e5), SHARE_OF)
def test_priority_moves_places_and_makes_none(places, seekers, part_certified):
    certified = part_certified * seekers
    given_ = certified * plain(place_chance)(places, seekers, certified, True, True)
    given_ += (seekers - certified) * plain(place_chance)(places, seekers, certified, False, True)
    assert given_ == pytest.approx(places * seekers, rel=1e-9, abs=1e-9)


def memory(paid: float, stock: float):
    state = Population.empty(1, 1.0, 4)
    state.memory[GUARANTEE_PAID, :4] = paid / 4.0
    state.memory[GUARANTEE_STOCK, 0] = stock
    return state.memory


def test_beyond_the_ceiling_of_payouts_nothing_new_is_guaranteed():
    policy = policy_with(guarantee_ceiling=0.04, guarantee_coverage=0.8)
    assert plain(coverage_now)(policy, memory(3.9, 100.0)) == 0.8
    assert plain(coverage_now)(policy, memory(4.1, 100.0)) == 0.0
    assert plain(coverage_now)(policy, memory(0.0, 0.0)) == 0.8


def test_guarantees_are_for_pilots_and_market_firms_below_the_cap():
    assert [bool(plain(is_for_guarantee)(stage, 9.0, 10.0)) for stage in range(6)] == [False, False, True, True, False, False]
    assert not plain(is_for_guarantee)(3, 10.0, 10.0)


def test_a_borrower_pays_interest_and_fee_less_subsidy():
    assert plain(borrower_pays)(0.04, 0.008, 0.8, 0.005) == near(0.0414)
    assert plain(borrower_pays)(0.04, 0.008, 0.0, 0.0) == 0.04


def test_guarantors_owe_their_part_of_principal_and_a_quarter_s_interest():
    assert plain(guarantee_claim)(100.0, 0.04, 0.8) == near(80.8)


@pytest.mark.parametrize(("age", "years"), [(0, 3.0), (4, 2.0), (12, 1.0), (20, 0.0), (25, 0.0)])
def test_the_average_yuan_of_a_loan_of_five_years_is_lent_for_three(age, years):
    assert plain(years_left)(age, 20, 4) == years


def test_expected_loss_is_part_times_yearly_loss_times_years():
    assert plain(expected_calls)(80.0, 0.01, 3.0) == near(2.4)


def defaulted(cash=0.0, cover=0.8, national=0.5, principal=100.0):
    """A bank, and one loan of a firm of region 2 that has defaulted."""
    s = Population.empty(1, 1.0, 4)
    s.firm = rows_of(FIRM, {"stage": 3, "cash": cash, "debt": principal, "region": 2, "defaulted_at": 40})
    s.bank = rows_of(BANKS, {"book": principal, "equity": 500.0})
    s.loan = rows_of(LOAN, {"open": 1, "principal": principal, "rate": 0.04, "covered": cover, "national": national})
    s.account[TREASURY] = s.region.num[PURSE, 2] = 1000.0
    return s


def call(s):
    return plain(call_guarantee)(0, 0, s.firm.code, s.loan.num, s.loan.code, s.bank.num, s.region.num, s.account, s.flows, s.tally, s.cost)


def recover(s):
    plain(recover_loan)(0, 0, s.firm.num, s.firm.code, s.loan.num, s.loan.code, s.bank.num, s.region.num, s.account, s.flows, s.changes,
                        s.tally, s.cost)  # fmt: skip
    return s


def test_a_payout_goes_from_both_guarantors_to_the_bank():
    s = defaulted()
    assert call(s) == exact(80.8)
    assert s.bank.num[EQUITY, 0] == 500.0 + exact(80.8)
    assert s.account[TREASURY] == 1000.0 - s.flows[chart.GUARANTEE_PAID_CENTRAL] == pytest.approx(1000.0 - 40.4)
    assert s.region.num[PURSE, 2] == 1000.0 - s.flows[chart.GUARANTEE_PAID_LOCAL] == pytest.approx(1000.0 - 40.4)
    assert s.cost[tl.COST_GUARANTEE, :, tl.OUTLAY].sum() == exact(80.8)
    assert (s.loan.code[CALLED, 0], s.loan.num[PRINCIPAL, 0]) == (1, 100.0)  # the bank goes on collecting the loan


def test_what_is_recovered_is_shared_as_the_loss_was():
    s = defaulted(cash=30.0)
    call(s)
    recover(s)
    assert s.flows[chart.RECOVERY] == pytest.approx(6.0)
    assert s.flows[chart.RECOVERY_CENTRAL] + s.flows[chart.RECOVERY_LOCAL] == exact(24.0)
    assert s.firm.num[CASH, 0] == 0.0
    assert s.bank.num[BOOK, 0] == 0.0
    # in the end the bank has lost a fifth of the 70 that are lost, and got 80% of a quarter's interest
    assert s.bank.num[EQUITY, 0] == pytest.approx(500.0 - 14.0 + 0.8)
    assert s.bank.num[RECENT_LOSS, 0] == pytest.approx(14.0)
    assert s.tally[tl.LOAN_LOSSES, 0] == 70.0
    assert s.cost[tl.COST_GUARANTEE, :, tl.RECEIPT].sum() == exact(24.0)


def test_without_a_guarantee_a_bank_bears_it_all():
    s = recover(defaulted(cash=30.0, cover=0.0))
    assert (s.flows[chart.RECOVERY], s.bank.num[EQUITY, 0], s.bank.num[RECENT_LOSS, 0]) == (30.0, 430.0, 70.0)


@given(st.integers(1, 2**30), st.integers(0, 2**30), SHARE_OF, SHARE_OF)
def test_no_yuan_is_lost_between_guarantors_bank_and_borrower(principal, cash, cover, national):
    s = defaulted(cash * UNIT, 0.8 * cover, national, principal * UNIT)
    before = s.firm.num[CASH, 0] + s.account[TREASURY] + s.region.num[PURSE, 2]
    call(s)
    recover(s)
    to_bank = s.flows[chart.GUARANTEE_PAID_CENTRAL] + s.flows[chart.GUARANTEE_PAID_LOCAL] + s.flows[chart.RECOVERY]
    assert before - (s.firm.num[CASH, 0] + s.account[TREASURY] + s.region.num[PURSE, 2]) == to_bank
    assert s.changes[chart.LOANS, chart.B].sum() == -principal * UNIT
    assert s.firm.num[CASH, 0] >= 0.0


@cache
def years_of(coverage: float, cost: float = 0.0001, **values: float):
    """Three years from 2024Q1: effort on plain and guaranteed loans (by size of bank), call rate, defaults, approvals, shares of loss."""
    policy = policy_of(guarantee_coverage=coverage, screening_cost=cost, **values)

    def look(s):
        size, m = s.bank.num[SHARE], measure(s, policy, 0)
        return (
            (size * s.bank.num[EFFORT_PLAIN]).sum(), (size * s.bank.num[EFFORT_GUARANTEED]).sum(), m["guarantee_call_rate"][0],
            m["default_rate"][0], m["loan_approval_rate"][0], s.cost[tl.COST_GUARANTEE, :, tl.OUTLAY].sum(),
            m["contingent_liabilities"][0], s.tally[tl.PREFERENTIAL_PAID, 0],
        )  # fmt: skip

    return rows_each_quarter(policy, 12, look)


def test_moral_hazard_banks_look_less_closely_at_what_others_insure():
    """Nothing says so: effort is what would have paid best on last quarter's applicants, and a guarantor's part pays nothing."""
    plain_, little, much = years_of(0.4)[:, 0].mean(), years_of(0.3)[:, 1].mean(), years_of(0.8)[:, 1].mean()
    assert much < little < plain_
    assert much >= 0.4


def test_where_screening_is_free_banks_look_at_everybody_with_full_effort():
    assert (years_of(0.8, 0.0)[1:, :2] == 1.0).all() or np.allclose(years_of(0.8, 0.0)[1:, :2], 1.0, rtol=1e-12)


def test_finding_less_effort_hardly_shows_in_defaults():
    """What banks could learn by looking is quality, on which the payments of firms without venture history do not depend."""
    careless, careful = years_of(0.8)[:, 3].mean(), years_of(0.8, 0.0)[:, 3].mean()
    assert careless == pytest.approx(careful, rel=0.1)


def test_more_coverage_moves_losses_to_the_public():
    little, much = years_of(0.3), years_of(0.8)
    assert much[:, 5].sum() > 1.1 * little[:, 5].sum() > 0.0  # loans guaranteed before 2024 are in both
    assert much[-1, 6] > 1.5 * little[-1, 6] > 0.0


def test_without_places_nothing_is_guaranteed():
    assert years_of(0.8, 0.0001, guarantee_share=0.0)[:, 7].sum() == 0.0


def test_the_books_of_guarantees_follow_the_loans():
    def look(s):
        num, code = s.loan.num[:, : s.loan.used], s.loan.code[:, : s.loan.used]
        live = (code[LOAN_OPEN] == 1) & (num[COVERED] > 0.0)
        part_ = num[PRINCIPAL] * num[COVERED]
        bad, own = s.bank.num[NON_PERFORMING], s.bank.num[ALLOWANCE]
        provided = 1.5 * (bad - s.bank.num[PROTECTED]) + s.bank.num[PAID_OUT]
        return (
            s.memory[GUARANTEE_STOCK, 0] - part_[live & (code[CALLED] == 0)].sum(),
            s.firm.num[GUARANTEED].sum() - num[PRINCIPAL][live].sum(), np.abs(own - provided).max(), s.memory[CONTINGENT, :2].min(),
            np.count_nonzero(live & (code[LENT_AT] == s.quarter)) - s.tally[tl.GUARANTEE_SEEKERS, 2],
        )  # fmt: skip

    rows = rows_each_quarter(policy_of(), 8, look)
    assert np.abs(rows[:, :3]).max() < 1e-2
    assert rows[:, 3].min() > 0.0
    assert (rows[:, 4] <= 0.0).all()  # a loan may end in the quarter in which it began
