"""The chart of accounts: every line has two ends, a word for people, and a meaning of its own."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.accounting import chart
from simulation.accounting.chart import LINES, N_LINES, PAYEE, PAYER, RESERVES, SECTORS, sector_flows
from simulation.economy.quarter import MECHANISMS
from simulation.scenario.parameter import label

FLOWS = st.lists(st.integers(0, 2**40).map(lambda units: units * 2.0**-20), min_size=N_LINES, max_size=N_LINES).map(np.array)


def test_lines_are_numbered_in_order():
    assert [line.index for line in LINES] == list(range(N_LINES))
    assert PAYER.tolist() == [line.payer for line in LINES]
    assert PAYEE.tolist() == [line.payee for line in LINES]


def test_no_two_lines_say_the_same():
    assert [word for word, count in Counter(line.meaning for line in LINES).items() if count > 1] == []
    ends = Counter((line.code, line.payer, line.payee) for line in LINES)
    assert {key[0] for key, count in ends.items() if count > 1} <= {"GEN", "BOND", "XSUB", "CPN", "CORP", "DEPI"}


@pytest.mark.parametrize("line", LINES, ids=lambda line: f"{line.code}-{line.index}")
def test_a_line_can_be_shown_to_people(line):
    assert label("ledger_code", line.code) != ""
    assert label("account_sector", SECTORS[line.payer]) != label("account_sector", SECTORS[line.payee]) or line.payer == line.payee
    assert line.meaning[0].islower()


def test_every_line_has_a_name_by_which_it_is_posted():
    named = {value for value in vars(chart).values() if isinstance(value, int)} | set(chart.DEPOSIT_INTEREST.values())
    assert set(range(N_LINES)) <= named


def test_mechanisms_name_lines_that_exist():
    codes = {line.code for line in LINES}
    assert {code for mechanism in MECHANISMS.values() for code in mechanism.lines} <= codes


def test_every_line_belongs_to_a_mechanism():
    named = {code for mechanism in MECHANISMS.values() for code in mechanism.lines}
    assert {line.code for line in LINES} - named == set()


@given(FLOWS)
def test_what_one_sector_pays_another_receives(flows):
    assert sector_flows(flows).sum() == 0.0


def test_a_payment_is_taken_from_its_payer_and_given_to_its_payee():
    flows = np.zeros(N_LINES)
    flows[chart.EQUITY] = 8.0
    net = sector_flows(flows)
    assert (net[chart.F], net[chart.E], np.abs(net).sum()) == (-8.0, 8.0, 16.0)


@pytest.mark.parametrize(
    ("line", "effect"),
    [
        ("SPENDING_CENTRAL", 1.0), ("VAT_CENTRAL", -1.0), ("CALL_CG", 1.0), ("BOND_CENTRAL_BANK", -1.0), ("REPAID_CENTRAL_REST", 1.0),
        ("OPEN_MARKET", 1.0), ("RELENDING_DRAWN", 1.0), ("RELENDING_REPAID", -1.0), ("RELENDING_INTEREST", -1.0),
        ("GUARANTEE_PAID_CENTRAL", 1.0), ("GUARANTEE_PAID_LOCAL", 0.0), ("SUBSIDY_CENTRAL", 1.0), ("RECOVERY_CENTRAL", -1.0), ("SALES", 0.0), ("VAT_LOCAL", 0.0), ("LENDING", 0.0), ("BOND_LOCAL_BANK", 0.0),
    ],
)  # fmt: skip
def test_bank_reserves_rise_when_the_treasury_pays_and_fall_when_it_is_paid(line, effect):
    assert RESERVES[getattr(chart, line)] == effect
