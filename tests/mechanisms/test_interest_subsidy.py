"""Interest subsidies: who gets how much, from whom, and what it moves."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from simulation.accounting import chart
from simulation.agents.bank import ACQUISITION_LOAN, LOAN_KIND, LOAN_OPEN, MLT_LOAN, SUBSIDY
from simulation.agents.enterprise import CASH, FIRM, SUPPORT
from simulation.agents.population import Population
from simulation.agents.tally import COST_INTEREST, COST_MA_INTEREST, LOANS_PAID, PREFERENTIAL_PAID
from simulation.economy.measures import measure
from simulation.markets.interest_subsidy import central_part, subsidy_due, subsidy_promised
from tests.helpers.play import play_on, policy_with
from tests.helpers.rules import plain
from tests.helpers.tables import rows_of
from tests.mechanisms.programmes import grown, policy_of, rows_each_quarter


def test_only_enterprises_on_the_list_are_promised_a_subsidy():
    firm = rows_of(FIRM, {"certified_until": 90}, {"certified_until": 89}, {})
    promised = [plain(subsidy_promised)(firm.code, i, 90, policy_with(interest_subsidy=1.5)) for i in range(3)]
    assert promised == [0.015, 0.0, 0.0]


def test_a_subsidy_is_points_of_principal_and_never_more_than_the_interest():
    assert plain(subsidy_due)(400.0, 0.04, 0.015) == pytest.approx(1.5)
    assert plain(subsidy_due)(400.0, 0.01, 0.015) == pytest.approx(1.0)


def test_the_centre_pays_half_and_all_of_what_goes_to_acquisitions():
    assert (plain(central_part)(MLT_LOAN), plain(central_part)(ACQUISITION_LOAN)) == (0.5, 1.0)


@cache
def year(points: float, acquisitions: float = 0.0) -> Population:
    state = grown()
    state.loan.num[SUBSIDY] = 0.0  # promises of earlier years
    return play_on(state, policy_of(interest_subsidy=points, ma_interest_subsidy=acquisitions, offer_hazard=0.08, vertical_linkage=0), 6)


def test_both_governments_pay_what_borrowers_receive():
    s = year(1.0)
    assert s.flows[chart.SUBSIDY_CENTRAL] == pytest.approx(s.flows[chart.SUBSIDY_LOCAL], rel=1e-3)
    assert s.flows[chart.SUBSIDY_CENTRAL] > 0.0
    assert s.cost[COST_INTEREST].sum() == s.flows[chart.SUBSIDY_CENTRAL] + s.flows[chart.SUBSIDY_LOCAL]
    assert s.firm.num[SUPPORT, : s.firm.used].sum() > 0.0
    assert s.firm.num[CASH, : s.firm.used].min() >= 0.0


def test_acquisition_loans_are_subsidised_by_the_centre_alone():
    s = year(0.0, 2.0)
    used = s.loan.used
    subsidised = (s.loan.code[LOAN_OPEN, :used] == 1) & (s.loan.num[SUBSIDY, :used] > 0.0)
    assert set(s.loan.code[LOAN_KIND, :used][subsidised]) == {ACQUISITION_LOAN}
    assert s.cost[COST_MA_INTEREST].sum() == s.flows[chart.SUBSIDY_CENTRAL] > 0.0
    assert s.flows[chart.SUBSIDY_LOCAL] == 0.0


def borrowed(points: float):
    """New loans in all and of the subsidised, preferential loans outstanding, over two years (CNY mn)."""
    policy = policy_of(interest_subsidy=points)
    rows = rows_each_quarter(policy, 8, lambda s: (
        s.tally[LOANS_PAID, 0], s.tally[PREFERENTIAL_PAID, 2], measure(s, policy, 0)["preferential_loans"][0]))  # fmt: skip
    return rows.sum(axis=0)[:2], rows[-1, 2]


def test_finding_subsidised_borrowers_take_more_and_others_less():
    """Cheaper loans are asked for in larger amounts; where banks' room is short they crowd others out."""
    (few, listed_few), _ = borrowed(0.05)
    (many, listed_many), outstanding = borrowed(3.0)
    assert listed_many > 1.2 * listed_few
    assert many - few < 0.8 * (listed_many - listed_few)
    assert outstanding > 0.0


def test_a_subsidy_promised_is_paid_after_the_programme_ends():
    state = play_on(grown(), policy_of(interest_subsidy=1.0), 4)
    paid = []
    play_on(state, policy_of(interest_subsidy=0.0), 4, each=lambda s, _: paid.append(s.flows[chart.SUBSIDY_CENTRAL]))
    assert min(paid) > 0.0
    assert np.diff(paid).max() <= 0.0  # no new promises
