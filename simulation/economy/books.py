"""The books: stocks added up from the tables, and the identities of the quarter."""

from __future__ import annotations

import numpy as np

from ..accounting.chart import (
    B, BOUNTY_ENTERPRISE, CAPITAL_STOCK, CG, CR, E, F, H, INSTRUMENTS, LISTED, LOANS, ORDERS, OUTSIDE, RELENDING,
    SECONDARY_F, SECTORS, UNLISTED, X,
)  # fmt: skip
from ..accounting.identities import (
    check_banks, check_deposits, check_payments, check_signs, check_stocks, check_totals, check_vehicle,
)  # fmt: skip
from ..agents.balances import at_banks, column_sum, positions_of, sector_deposits
from ..agents.bank import ALLOWANCE, BOOK, EQUITY, OUTSIDE as OUTSIDE_BOOK, OWED, OWED_BY_AGE, PRINCIPAL
from ..agents.enterprise import CAPITAL, CASH, FOUNDER_VALUE, PUBLIC, PUBLIC_VALUE, STAGE
from ..agents.government import BONDS_OUT, PROGRAMMES, PURSE, RECEIPTS, TAXES
from ..agents.insurer import OWN_FUNDS
from ..agents.investor import COMPANY, DEPOSITS, FAIR_VALUE, HELD_VALUE, HOLDER_SECTOR, HOLDING_OPEN, PAID
from ..agents.population import BANK_BONDS, CENTRAL_BONDS, CORPORATE, PUBLIC_MARKET, RESERVES, REST_BONDS, Population
from ..agents.tally import BOUNTIES_TAKEN, ORDERS_TAKEN, SECONDARY_TRADES
from ..engine.jit import kernel
from ..engine.table import Codes, Floats, Matrix, Vector


@kernel
def add_stocks(firm: Matrix, firm_code: Codes, used: int, holding: Matrix, holding_code: Codes, holdings: int,
               loan: Matrix, loans: int, bank: Matrix, stocks: Matrix) -> None:  # fmt: skip
    """Add up every instrument by sector from the tables of agents and claims."""
    unlisted, capital = 0.0, 0.0  # the long sums, kept at hand
    for i in range(used):
        if firm_code[STAGE, i] == PUBLIC:
            stocks[LISTED, H] += firm[FOUNDER_VALUE, i]
            stocks[LISTED, X] += firm[PUBLIC_VALUE, i]
        else:
            unlisted += firm[FOUNDER_VALUE, i]
        capital += firm[CAPITAL, i]
    stocks[UNLISTED, H] += unlisted
    stocks[CAPITAL_STOCK, E] += capital
    for h in range(holdings):
        if holding_code[HOLDING_OPEN, h] == 1:
            listed = firm_code[STAGE, holding_code[COMPANY, h]] == PUBLIC
            stocks[LISTED if listed else UNLISTED, holding_code[HOLDER_SECTOR, h]] += holding[HELD_VALUE, h]
    stocks[LOANS, B] += column_sum(loan[PRINCIPAL], loans)
    stocks[OUTSIDE, B] += column_sum(bank[OUTSIDE_BOOK], bank.shape[1])
    stocks[RELENDING, CR] += column_sum(bank[OWED], bank.shape[1])


@kernel
def lowest(column: Vector, used: int) -> float:
    """Smallest of the first `used` entries; NaN if one of them is NaN."""
    least = 0.0
    for i in range(used):
        if not column[i] >= least:
            least = float(column[i])
            if least != least:
                return least
    return least


def stocks_of(state: Population) -> Floats:
    """Stocks by instrument and sector (CNY mn), shape (instruments, sectors)."""
    stocks = np.zeros((len(INSTRUMENTS), len(SECTORS)))
    add_stocks(
        state.firm.num, state.firm.code, state.firm.used, state.holding.num, state.holding.code, state.holding.used,
        state.loan.num, state.loan.used, state.bank.num, stocks,
    )  # fmt: skip
    return stocks


def rebase(state: Population) -> None:
    """Take the present stocks and deposits as the start of a new quarter, with no flows behind them."""
    state.stocks = stocks_of(state)
    state.deposits = positions_of(sector_deposits(state), state)
    state.vehicle = state.account[[CORPORATE]]
    for quarterly in (state.flows, state.changes, state.tally, state.cost, state.now):
        quarterly[:] = 0.0
    state.region.num[[TAXES, PROGRAMMES, RECEIPTS]] = 0.0
    state.event.used = 0


def check(state: Population) -> None:
    """Test every identity of the quarter; a violation stops the run."""
    t = state.quarter
    deposits, stocks = sector_deposits(state), stocks_of(state)
    account, flows, used = state.account, state.flows.tolist(), state.fund.used
    bank = state.bank.num.sum(axis=1).tolist()
    check_deposits(state.deposits, positions_of(deposits, state), state.flows, t)
    check_vehicle(float(state.vehicle[0]), float(account[CORPORATE]), flows, t)
    check_stocks(state.stocks, stocks, state.changes, t)
    check_payments(state.changes, flows, t)
    assets = float(account[RESERVES]) + bank[BOOK] + bank[OUTSIDE_BOOK] + float(account[BANK_BONDS])
    check_banks(assets, at_banks(deposits) + bank[OWED] + bank[ALLOWANCE] + bank[EQUITY], t)
    check_totals(
        {
            "loan table = banks' books": (float(stocks[LOANS, B]), bank[BOOK]),
            "relending by age = relending owed": (sum(bank[row] for row in OWED_BY_AGE), bank[OWED]),
            "bonds issued = bonds held": (
                float(state.region.num[BONDS_OUT].sum() + account[CENTRAL_BONDS]),
                float(account[BANK_BONDS] + account[REST_BONDS]),
            ),
            "secondary sales = what sellers got": (
                flows[SECONDARY_F], float(state.tally[SECONDARY_TRADES, 1])
            ),
            "bounties of enterprises paid = received": (
                float(state.flows[BOUNTY_ENTERPRISE]), float(state.tally[BOUNTIES_TAKEN, 0])
            ),
            "orders paid by enterprises = orders taken": (
                float(state.flows[ORDERS]), float(state.tally[ORDERS_TAKEN, 0])
            ),
            "fund value = holdings": (
                column_sum(state.fund.num[FAIR_VALUE], used),
                float(stocks[UNLISTED, F] + stocks[LISTED, F]),
            ),
        },
        t,
    )
    check_signs(
        {
            "enterprises": lowest(state.firm.num[CASH], state.firm.used),
            "funds": lowest(state.fund.num[DEPOSITS], used),
            "insurers": lowest(state.insurer.num[OWN_FUNDS], state.insurer.used),
            "local governments": float(state.region.num[PURSE].min()),
            "corporate vehicle": float(account[CORPORATE]),
            "public market": float(account[PUBLIC_MARKET]),
            "households": float(deposits[H]),
            "treasury": float(deposits[CG]),
            "bank bonds": float(account[BANK_BONDS]),
        },
        float(max(np.abs(deposits).max(), np.abs(stocks).max())),
        t,
    )


def net_worth_rows(state: Population) -> dict[tuple[str, str], float]:
    """The balance-sheet matrix (CNY mn) as {(instrument, sector): amount};
    each instrument but fixed capital adds to zero.
    """
    deposits, stocks, account = sector_deposits(state), stocks_of(state), state.account
    name = dict(enumerate(SECTORS))
    rows: dict[tuple[str, str], float] = {}
    for sector, held in enumerate(deposits):
        if held and sector != CG:
            rows["deposits", name[sector]] = float(held)
    rows["deposits", "banks"] = -at_banks(deposits)
    rows["reserves", "banks"], rows["reserves", "rest"] = float(account[RESERVES]), -float(account[RESERVES])
    rows["treasury_account", "central"], rows["treasury_account", "rest"] = float(deposits[CG]), -float(deposits[CG])
    rows["loans", "banks"], rows["loans", "enterprises"] = float(stocks[LOANS, B]), -float(stocks[LOANS, B])
    outside = float(stocks[OUTSIDE, B])
    rows["outside_loans", "banks"], rows["outside_loans", "rest"] = outside, -outside
    owed = float(stocks[RELENDING, CR])
    rows["relending", "banks"], rows["relending", "rest"] = -owed, owed
    local = float(state.region.num[BONDS_OUT].sum())
    rows["bonds", "banks"], rows["bonds", "rest"] = float(account[BANK_BONDS]), float(account[REST_BONDS])
    rows["bonds", "local"], rows["bonds", "central"] = -local, -float(account[CENTRAL_BONDS])
    for instrument in (UNLISTED, LISTED):
        for sector, held in enumerate(stocks[instrument]):
            if held:
                rows[INSTRUMENTS[instrument], name[sector]] = float(held)
        own = rows.get((INSTRUMENTS[instrument], "enterprises"), 0.0)
        rows[INSTRUMENTS[instrument], "enterprises"] = own - float(stocks[instrument].sum())
    rows["fixed_capital", "enterprises"] = float(stocks[CAPITAL_STOCK, E])
    value = float(deposits[F] + stocks[UNLISTED, F] + stocks[LISTED, F])
    rows["fund_interests", "funds"] = -value
    paid = partner_shares(state)
    for holder, part in paid.items():
        rows["fund_interests", holder] = value * part
    units = float(deposits[X] + stocks[LISTED, X])
    rows["market_fund_units", "market"], rows["market_fund_units", "households"] = -units, units
    return rows


def partner_shares(state: Population) -> dict[str, float]:
    """Share of each sector in the value of all funds, by what its partners paid into each fund."""
    used = state.fund.used
    value = state.fund.num[DEPOSITS, :used] + state.fund.num[FAIR_VALUE, :used]
    paid = np.array([state.fund.num[row, :used] for row in PAID])
    total = paid.sum(axis=0)
    weights = np.where(total > 0.0, paid / np.where(total > 0.0, total, 1.0), 0.0) @ value
    whole = float(weights.sum())
    if whole <= 0.0:
        return {"households": 1.0}
    parts = weights / whole
    return {
        "households": float(parts[0]), "enterprises": float(parts[1]), "central": float(parts[2]),
        "local": float(parts[3] + parts[4]),
    }  # fmt: skip


