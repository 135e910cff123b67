"""The books close exactly, quarter after quarter, and whatever is broken on purpose stops the run by name."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from simulation.accounting import chart
from simulation.accounting.chart import LINES, SECTORS
from simulation.accounting.ledger import UNIT
from simulation.agents import population as pop
from simulation.agents.bank import ALLOWANCE, BOOK, EQUITY, OUTSIDE, OWED, OWED_BY_AGE, PRINCIPAL
from simulation.agents.enterprise import CAPITAL, CASH, FOUNDER_VALUE, PUBLIC, PUBLIC_VALUE, STAGE
from simulation.agents.government import BONDS_OUT, PURSE
from simulation.agents.insurer import OWN_FUNDS
from simulation.agents.investor import DEPOSITS, FAIR_VALUE, HELD_VALUE, HOLDING_OPEN
from simulation.agents.population import Population
from simulation.economy import quarter as schedule
from simulation.economy.books import check
from simulation.economy.quarter import play_quarter
from simulation.errors import IdentityError
from simulation.markets.mechanism import Mechanism, Stage
from tests.helpers.play import play_on, policy_now, schedule_of, warmed


@cache
def _closed() -> Population:
    state = warmed(scale=0.005)
    return play_on(state, policy_now(state), 6)


@pytest.fixture
def books() -> Population:
    """An economy whose quarter has just been closed, with holdings, loans, listed firms and bonds in it."""
    state = _closed().copy()
    state.quarter -= 1
    check(state)
    return state


def broken(state: Population) -> str:
    """What the run says when it stops."""
    with pytest.raises(IdentityError) as caught:
        check(state)
    return str(caught.value)


@pytest.mark.parametrize("line", LINES, ids=lambda line: f"{line.index}-{line.code}")
def test_a_wrong_entry_on_any_line_stops_the_run(books, line):
    books.flows[line.index] += UNIT
    message = broken(books)
    assert SECTORS[line.payer] in message or SECTORS[line.payee] in message or line.index == chart.SECONDARY_F
    assert f"quarter {books.quarter}" in message
    assert repr(UNIT) in message


@pytest.mark.parametrize("line", LINES, ids=lambda line: f"{line.index}-{line.code}")
def test_an_entry_that_is_no_number_stops_the_run(books, line):
    books.flows[line.index] = np.nan
    assert "broken" in broken(books)


def first(column_true) -> int:
    return int(np.flatnonzero(column_true)[0])


def listed(s: Population) -> int:
    return first(s.firm.code[STAGE, : s.firm.used] == PUBLIC)


def held(s: Population) -> int:
    return first(s.holding.code[HOLDING_OPEN, : s.holding.used] == 1)


# Where a stray yuan may lie: a name, and the place (array, row, column) in the population.
PLACES = {
    "deposits of an enterprise": lambda s: (s.firm.num, CASH, 3),
    "deposits of a fund": lambda s: (s.fund.num, DEPOSITS, 1),
    "deposits of the secondary fund": lambda s: (s.fund.num, DEPOSITS, 0),
    "purse of a local government": lambda s: (s.region.num, PURSE, 2),
    "own funds of an insurer": lambda s: (s.insurer.num, OWN_FUNDS, 1),
    "deposits of households": lambda s: (s.account, pop.HOUSEHOLDS),
    "deposits of the corporate vehicle": lambda s: (s.account, pop.CORPORATE),
    "deposits of market investors": lambda s: (s.account, pop.PUBLIC_MARKET),
    "treasury account": lambda s: (s.account, pop.TREASURY),
    "deposits of the rest": lambda s: (s.account, pop.REST),
    "bank reserves": lambda s: (s.account, pop.RESERVES),
    "bonds held by banks": lambda s: (s.account, pop.BANK_BONDS),
    "bonds held by others": lambda s: (s.account, pop.REST_BONDS),
    "bonds of the central government": lambda s: (s.account, pop.CENTRAL_BONDS),
    "bonds of a local government": lambda s: (s.region.num, BONDS_OUT, 4),
    "value of a holding": lambda s: (s.holding.num, HELD_VALUE, held(s)),
    "value of a fund": lambda s: (s.fund.num, FAIR_VALUE, 1),
    "value of founders' shares": lambda s: (s.firm.num, FOUNDER_VALUE, 3),
    "value of public shares": lambda s: (s.firm.num, PUBLIC_VALUE, listed(s)),
    "fixed capital": lambda s: (s.firm.num, CAPITAL, 3),
    "principal of a loan": lambda s: (s.loan.num, PRINCIPAL, 0),
    "book of a bank": lambda s: (s.bank.num, BOOK, 7),
    "outside book of a bank": lambda s: (s.bank.num, OUTSIDE, 7),
    "allowance of a bank": lambda s: (s.bank.num, ALLOWANCE, 7),
    "capital of a bank": lambda s: (s.bank.num, EQUITY, 7),
    "relending owed by a bank": lambda s: (s.bank.num, OWED, 7),
    "relending drawn a year ago": lambda s: (s.bank.num, OWED_BY_AGE[4], 7),
}


@pytest.mark.parametrize("amount", (UNIT, -UNIT, np.nan, np.inf), ids=("a yuan too much", "a yuan too little", "no number", "infinite"))
@pytest.mark.parametrize("place", PLACES)
def test_a_stray_amount_anywhere_stops_the_run(books, place, amount):
    array, *index = PLACES[place](books)
    array[tuple(index)] += amount
    assert "broken" in broken(books)


@pytest.mark.parametrize("change", list(range(len(chart.CHANGES))), ids=chart.CHANGES)
@pytest.mark.parametrize("instrument", (chart.LOANS, chart.UNLISTED, chart.LISTED, chart.CAPITAL_STOCK, chart.OUTSIDE))
def test_a_change_of_an_instrument_that_did_not_happen_stops_the_run(books, instrument, change):
    sector = chart.B if instrument in (chart.LOANS, chart.OUTSIDE) else chart.E if instrument == chart.CAPITAL_STOCK else chart.F
    books.changes[instrument, sector, change] += UNIT
    assert SECTORS[sector] in broken(books)


@pytest.mark.parametrize(("instrument", "sector"), ((chart.UNLISTED, chart.F), (chart.LOANS, chart.B), (chart.CAPITAL_STOCK, chart.E)))
def test_a_purchase_that_is_booked_as_a_gain_stops_the_run(books, instrument, sector):
    books.changes[instrument, sector, chart.FLOW] -= UNIT
    books.changes[instrument, sector, chart.REVALUATION] += UNIT
    assert "payments for an instrument" in broken(books)


def test_money_that_moves_past_the_lines_stops_the_run(books):
    books.firm.num[CASH, 0] -= UNIT
    books.account[pop.HOUSEHOLDS] += UNIT
    assert "deposits = flows" in broken(books)


OVERDRAWN = {  # whose deposits, as the check calls them, and a line on which they could pay the rest of the economy
    "deposits of an enterprise": ("enterprises", chart.INPUTS),
    "deposits of the corporate vehicle": ("corporate vehicle", chart.INPUTS),
    "purse of a local government": ("local governments", chart.SPENDING_LOCAL),
    "deposits of households": ("households", chart.CONSUMPTION),
    "deposits of market investors": ("public market", chart.WITHDRAWAL_CR),
    "treasury account": ("treasury", chart.SPENDING_CENTRAL),
}


@pytest.mark.parametrize("place", OVERDRAWN)
def test_nobody_but_the_rest_of_the_economy_may_be_overdrawn(books, place):
    who, line = OVERDRAWN[place]
    array, *index = PLACES[place](books)
    gone = array[tuple(index)] + UNIT
    array[tuple(index)] -= gone
    books.account[pop.REST] += gone
    books.flows[line] += gone
    if who == "treasury":
        books.account[pop.RESERVES] += gone
    if who == "corporate vehicle":  # it paid its partners back, and one of them bought inputs
        books.flows[chart.VEHICLE_OUT] += gone
    assert f"no negative cash' broken: {who}" in broken(books)


def test_a_fund_may_not_be_overdrawn_either(books):
    gone = books.fund.num[DEPOSITS, 1] + UNIT
    books.fund.num[DEPOSITS, 1] -= gone
    books.account[pop.HOUSEHOLDS] += gone
    books.flows[chart.MANAGEMENT_FEE] += gone
    assert "no negative cash' broken: funds" in broken(books)


def test_an_insurer_may_not_be_overdrawn_either(books):
    gone = books.insurer.num[OWN_FUNDS, 1] + UNIT
    books.insurer.num[OWN_FUNDS, 1] -= gone
    books.account[pop.HOUSEHOLDS] += gone
    books.flows[chart.INSURER_COST] += gone
    assert "no negative cash' broken: insurers" in broken(books)


def test_a_stock_too_large_to_add_exactly_stops_the_run(books):
    large = 2.0**32
    books.firm.num[CAPITAL, 3] += large
    books.changes[chart.CAPITAL_STOCK, chart.E, chart.REVALUATION] += large
    assert "adds inexactly" in broken(books)


def test_a_stage_that_loses_a_yuan_stops_its_own_quarter():
    def lose(q) -> None:
        q.state.firm.num[CASH, 0] -= UNIT

    leak = Stage("a yuan is lost", lose, "nobody knows where")
    mechanism = Mechanism("leak", "Where is it?", (leak,))
    state = warmed()
    policy = policy_now(state)
    with schedule_of((*schedule.SCHEDULE, (leak, mechanism))), pytest.raises(IdentityError, match="enterprises"):
        play_quarter(state, policy, False, {})


def test_the_identities_are_checked_in_every_quarter(monkeypatch):
    seen = []
    monkeypatch.setattr(schedule, "check", lambda state: seen.append(state.quarter))
    play_on(warmed(), policy_now(warmed()), 3)
    assert seen == [80, 81, 82]


def test_the_books_of_a_quarter_are_its_own(books):
    play_on(books, policy_now(books), 1)
    assert books.flows[chart.SALES] < 2.0 * _closed().flows[chart.SALES]
