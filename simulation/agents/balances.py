"""Balances of the sectors, added up from the tables of their agents."""

from __future__ import annotations

import numpy as np

from ..accounting.chart import CG, CR, E, F, H, I, LG, SECTORS, X
from ..engine.jit import kernel
from ..engine.table import Floats, Vector
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


def sector_deposits(state: Population) -> Floats:
    """Deposits of each sector (CNY mn); for the central government its account at the central bank."""
    held = np.zeros(len(SECTORS))
    held[H] = state.account[HOUSEHOLDS]
    held[E] = column_sum(state.firm.num[CASH], state.firm.used) + state.account[CORPORATE]
    held[F] = column_sum(state.fund.num[DEPOSITS], state.fund.used)
    held[I] = column_sum(state.insurer.num[OWN_FUNDS], state.insurer.used)
    held[LG] = column_sum(state.region.num[PURSE], state.region.used)
    held[CG] = state.account[TREASURY]
    held[X] = state.account[PUBLIC_MARKET]
    held[CR] = state.account[REST]
    return held


def sector_positions(state: Population) -> Floats:
    """What the flow lines of a sector must add up to: its deposits; for the rest of the economy, which holds the
    central
    bank, its deposits less the reserves and the Treasury account that the central bank owes.
    """
    held = sector_deposits(state)
    held[CR] -= state.account[RESERVES] + state.account[TREASURY]
    return held


def total_deposits(state: Population) -> float:
    """Deposits at banks: those of every sector but the Treasury's account."""
    held = sector_deposits(state)
    return float(held.sum() - held[CG])
