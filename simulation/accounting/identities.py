"""The identities of the accounts, tested with == 0 in every quarter of every run."""

from __future__ import annotations

import numpy as np

from ..engine.table import Floats
from ..errors import IdentityError
from .chart import (
    ACQUISITION_CG, ACQUISITION_E, ACQUISITION_F, ACQUISITION_H, ACQUISITION_LG, B, CALL_E, CAPEX, CAPITAL_STOCK, CG,
    CR, DEPI_VEHICLE, DISTRIBUTION_E, DIVIDEND_E, E, EQUITY, EQUITY_E, EQUITY_LOCAL, F, FLOW, FOUNDER_CAPITAL,
    GAIN_E_CENTRAL, GAIN_E_LOCAL, H, INSTRUMENTS, ISSUE, LENDING, LG, LINES, LIQUIDATION, LISTED, LOANS, OUTSIDE,
    OUTSIDE_LENDING, RECOVERY, REDEMPTION_F, REDEMPTION_FOUNDER, RELENDING, RELENDING_DRAWN, RELENDING_REPAID,
    REPAYMENT, SECTORS, SELL_CG, SELL_E, SELL_F, SELL_H, SELL_LG, UNLISTED, VEHICLE_IN, VEHICLE_OUT, X, sector_flows,
)  # fmt: skip

LARGEST = 4e9  # CNY mn: far inside the range in which multiples of 2^-20 add exactly

# Which lines pay for an instrument (+ acquisition, - disposal) in the hands of a sector.
PAID_BY: dict[tuple[str, int], tuple[tuple[int, ...], tuple[int, ...]]] = {
    ("equity", H): ((FOUNDER_CAPITAL,), (ACQUISITION_H, SELL_H)),
    ("equity", E): ((EQUITY_E,), (ACQUISITION_E, SELL_E)),
    ("equity", F): ((EQUITY,), (ACQUISITION_F, SELL_F, REDEMPTION_F, REDEMPTION_FOUNDER)),
    ("equity", LG): ((EQUITY_LOCAL,), (ACQUISITION_LG, SELL_LG)),
    ("equity", CG): ((), (ACQUISITION_CG, SELL_CG)),
    ("equity", X): ((ISSUE, SELL_H, SELL_E, SELL_F, SELL_LG, SELL_CG), ()),
    ("loans", B): ((LENDING,), (REPAYMENT, RECOVERY)),
    ("outside_loans", B): ((OUTSIDE_LENDING,), ()),
    ("fixed_capital", E): ((CAPEX,), (LIQUIDATION,)),
    ("relending", CR): ((RELENDING_DRAWN,), (RELENDING_REPAID,)),
}
ROWS = {"equity": (UNLISTED, LISTED), "loans": (LOANS,), "outside_loans": (OUTSIDE,), "fixed_capital": (CAPITAL_STOCK,),
        "relending": (RELENDING,)}  # fmt: skip


def _demand_zero(identity: str, sector: str, line: str, quarter: int, gap: float) -> None:
    if gap != 0.0 or not abs(gap) <= LARGEST:
        raise IdentityError(f"identity '{identity}' broken: {sector}, {line}, quarter {quarter}, off by {gap!r} CNY mn")


def check_deposits(before: Floats, after: Floats, flows: Floats, quarter: int) -> None:
    """Change of each sector's deposits = its receipts less its payments (banks are closed by `check_banks`)."""
    gaps = ((after - before) - sector_flows(flows)).tolist()
    for sector, name in enumerate(SECTORS):
        gap = gaps[sector]
        if sector != B and (gap != 0.0 or not np.isfinite(gap)):
            own = [line for line in LINES if flows[line.index] and sector in (line.payer, line.payee)]
            active = " ".join(f"{line.code}:{flows[line.index]:.6f}" for line in own[:12])
            _demand_zero("deposits = flows", name, active, quarter, gap if np.isfinite(gap) else float("inf"))


def check_vehicle(before: float, after: float, flows: list[float], quarter: int) -> None:
    """Change of the corporate partners' joint vehicle = its own lines; most of them stay inside the enterprises."""
    lines_in = (VEHICLE_IN, DIVIDEND_E, ACQUISITION_E, SELL_E, DISTRIBUTION_E, DEPI_VEHICLE)
    lines_out = (VEHICLE_OUT, CALL_E, EQUITY_E, GAIN_E_LOCAL, GAIN_E_CENTRAL)
    net = sum(flows[line] for line in lines_in) - sum(flows[line] for line in lines_out)
    names = "CORP DIV MA SELL DIST CALL EQ GAIN"
    _demand_zero("corporate vehicle = its lines", "enterprises", names, quarter, after - before - net)


def check_banks(assets: float, liabilities: float, quarter: int) -> None:
    """Reserves + loans + outside loans + bonds = deposits + relending + allowance + own capital of all banks."""
    _demand_zero("balance sheet of banks", "banks", "all lines", quarter, assets - liabilities)


def check_stocks(before: Floats, after: Floats, changes: Floats, quarter: int) -> None:
    """Stock = stock before + flows + revaluation + write-offs + transfers, for every instrument and sector."""
    gaps = (after - before) - changes.sum(axis=2)
    for instrument, sector in zip(*np.nonzero(gaps), strict=True):
        gap = float(gaps[instrument, sector])
        _demand_zero("stock = stock before + changes", SECTORS[sector], INSTRUMENTS[instrument], quarter, gap)


def check_payments(changes: Floats, flows: list[float], quarter: int) -> None:
    """What was paid for an instrument on the flow lines = the flow part of its change, sector by sector."""
    paid_in = changes[:, :, FLOW].tolist()
    for (name, sector), (bought, sold) in PAID_BY.items():
        paid = sum(flows[line] for line in bought) - sum(flows[line] for line in sold)
        moved = sum(paid_in[row][sector] for row in ROWS[name])
        _demand_zero("payments for an instrument", SECTORS[sector], name, quarter, moved - paid)


def check_totals(pairs: dict[str, tuple[float, float]], quarter: int) -> None:
    """Two ways to add up the same stock agree (loan table and banks' books, bonds issued and held, fund value and
    holdings).
    """
    for name, (one, other) in pairs.items():
        _demand_zero(name, "two tables", name, quarter, one - other)


def check_signs(lowest: dict[str, float], largest: float, quarter: int) -> None:
    """Nobody but the rest of the economy has negative cash at the end of a quarter; no stock is beyond 4e9 CNY mn."""
    for name, value in lowest.items():
        if not value >= 0.0:
            raise IdentityError(f"identity 'no negative cash' broken: {name}, quarter {quarter}, {value!r} CNY mn")
    if not largest <= LARGEST:
        raise IdentityError(f"identity 'size' broken: a stock of {largest!r} CNY mn, quarter {quarter}, adds inexactly")
