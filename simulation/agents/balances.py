"""Balances of the sectors, added up from the tables of their agents."""

from __future__ import annotations

import numpy as np

from ..accounting.chart import CG, CR, E, F, H, I, LG, SECTORS, X
from ..engine.jit import kernel
from ..engine.table import Floats, Matrix, Vector
from .enterprise import CASH
from .government import PURSE
from .insurer import OWN_FUNDS
from .investor import DEPOSITS
from .population import CORPORATE, HOUSEHOLDS, PUBLIC_MARKET, RESERVES, REST, TREASURY, Population


@kernel
def column_sum(column: Vector, used: int) -> float:
    """Sum of the first `used` entries (exact for ledger amounts)."""
    total = 0.0
    for i in range(used):
        total += column[i]
    return total


@kernel
def add_deposits(firm: Matrix, firms: int, fund: Matrix, funds: int, insurer: Matrix, region: Matrix, account: Vector,
                 held: Vector) -> None:  # fmt: skip
    """Add up the deposits of each sector (exact for ledger amounts)."""
    held[H] = account[HOUSEHOLDS]
    held[E] = column_sum(firm[CASH], firms) + account[CORPORATE]
    held[F] = column_sum(fund[DEPOSITS], funds)
    held[I] = column_sum(insurer[OWN_FUNDS], insurer.shape[1])
    held[LG] = column_sum(region[PURSE], region.shape[1])
    held[CG] = account[TREASURY]
    held[X] = account[PUBLIC_MARKET]
    held[CR] = account[REST]


def sector_deposits(state: Population) -> Floats:
    """Deposits of each sector (CNY mn); for the central government its account at the central bank."""
    held = np.zeros(len(SECTORS))
    add_deposits(
        state.firm.num, state.firm.used, state.fund.num, state.fund.used, state.insurer.num, state.region.num,
        state.account, held,
    )  # fmt: skip
    return held


def positions_of(held: Floats, state: Population) -> Floats:
    """What the flow lines of a sector must add up to: its deposits; for the rest of the economy, which holds the
    central
    bank, its deposits less the reserves and the Treasury account that the central bank owes.
    """
    positions = held.copy()
    positions[CR] -= state.account[RESERVES] + state.account[TREASURY]
    return positions


def total_deposits(state: Population) -> float:
    """Deposits at banks: those of every sector but the Treasury's account."""
    return at_banks(sector_deposits(state))


def at_banks(held: Floats) -> float:
    """Deposits at banks, of the deposits of all sectors."""
    return float(held.sum() - held[CG])
