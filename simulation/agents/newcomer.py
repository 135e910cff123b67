"""What every newcomer among enterprises shares: a row, fixed traits, a main bank and its founders' money."""

from __future__ import annotations

import math

import numpy as np

from ..accounting.chart import FLOW, FOUNDER_CAPITAL, H, UNLISTED
from ..accounting.ledger import pay
from ..engine.draws import normal, purpose, uniform
from ..engine.jit import kernel, rule
from ..engine.table import Codes, Cube, Ints, Matrix, Table, Vector
from ..scenario.parameter import parameter
from .bank import N_BANKS, SHARE
from .enterprise import (
    BANK, BIRTH, CASH, FOUNDER_SHARES, FOUNDER_VALUE, ID, ORIGIN, PRICE, QUALITY, RD_INTENSITY, REGION, SECTOR, SHARES,
    STAGE, VENTURE, WEALTH,
)  # fmt: skip
from .population import HOUSEHOLDS

REGION_SHARE = parameter("region_share")
INTENSITY = parameter("rd_intensity")
INTENSITY_SPREAD = parameter("rd_intensity_spread")
WEALTH_OPENING = parameter("founder_wealth_opening")
FIRST_SHARES = 100.0  # shares of a new enterprise

DRAW_INTENSITY = purpose("research intensity")
DRAW_BANK = purpose("main bank")


@rule
def pick(shares: Matrix, row: int, count: int, u: float) -> int:
    """Index k drawn with probability shares[row, k]/sum at probability u."""
    total = 0.0
    for k in range(count):
        total += shares[row, k]
    below = 0.0
    for k in range(count):
        below += shares[row, k] / total
        if u < below:
            return k
    return count - 1


@rule
def main_bank(bank: Matrix, u: float) -> int:
    """A firm's main bank, drawn in proportion to bank size."""
    return pick(bank, SHARE, N_BANKS, u)


@rule
def found(firm: Matrix, firm_code: Codes, i: int, identity: int, venture: int, sector: int, region: int, origin: int,
          quality: float, seed: int, t: int, policy: Matrix, bank: Matrix) -> None:  # fmt: skip
    """Write the fixed traits of a new enterprise into row i; its founders hold all 100 shares."""
    firm_code[ID, i] = identity
    firm_code[VENTURE, i] = venture
    firm_code[SECTOR, i] = sector
    firm_code[REGION, i] = region
    firm_code[ORIGIN, i] = origin
    firm_code[BIRTH, i] = t
    firm_code[BANK, i] = main_bank(bank, uniform(seed, DRAW_BANK, identity, 0))
    firm[QUALITY, i] = quality
    firm[SHARES, i] = FIRST_SHARES
    firm[FOUNDER_SHARES, i] = FIRST_SHARES
    firm[WEALTH, i] = policy[WEALTH_OPENING, 0]
    spread = policy[INTENSITY_SPREAD, 0]
    draw = normal(seed, DRAW_INTENSITY, identity, 0)
    firm[RD_INTENSITY, i] = policy[INTENSITY, sector] * math.exp(spread * draw - spread * spread / 2.0)


@rule
def pay_in(flows: Vector, changes: Cube, account: Vector, firm: Matrix, i: int, amount: float) -> None:
    """Founders and families pay capital into firm i."""
    paid = pay(flows, FOUNDER_CAPITAL, account, HOUSEHOLDS, firm[CASH], i, amount)
    firm[FOUNDER_VALUE, i] += paid
    firm[PRICE, i] = firm[FOUNDER_VALUE, i] / firm[SHARES, i]
    changes[UNLISTED, H, FLOW] += paid


def fresh_rows(table: Table, count: int) -> Ints:
    """`count` rows for newcomers: rows of the dead first, lowest first, then new ones; all at their initial values."""
    if count <= 0:
        return np.zeros(0, dtype=np.int64)
    rows = np.empty(count, dtype=np.int64)
    free = find_free(table.code, table.used, rows)
    if free:
        table.renew(rows[:free])
    if free < count:
        first = table.append(count - free)
        rows[free:] = np.arange(first, table.used)
    return rows


@kernel
def find_free(code: Codes, used: int, rows: Ints) -> int:
    """Rows of the dead, lowest first, as many as `rows` has room for; returns how many."""
    count = 0
    for i in range(used):
        if count == rows.shape[0]:
            break
        if code[STAGE, i] < 0:
            rows[count] = i
            count += 1
    return count
