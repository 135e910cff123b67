"""Market firms: existing firms that become high-tech enterprises, and those that leave by themselves."""

from __future__ import annotations

import math

import numpy as np

from ..accounting.chart import CAPITAL_STOCK, E, H, TRANSFER, UNLISTED
from ..accounting.ledger import annual_hazard, annual_to_quarter, exact
from ..agents.enterprise import (
    CAPITAL, CASH, DEBT, FIRST_SALE, FOUNDER_VALUE, ID, MARKET, MARKET_AT, NO_ORIGIN, N_REGIONS, N_SECTORS, ORIGIN,
    OUTPUT, POTENTIAL, REGION, SALES, SALES_TREND, SECTOR, STAGE, VALIDATED_AT, VENTURE,
)  # fmt: skip
from ..agents.founder import RANK_BITS
from ..agents.newcomer import REGION_SHARE, found, fresh_rows, pay_in, pick
from ..agents.population import MARKET_FIRMS
from ..agents.shareholders import pay_dividend
from ..agents.tally import STOPPED, add
from ..engine.blocks import BLOCK
from ..engine.draws import fill_uniforms, normal, purpose, uniform
from ..engine.jit import kernel, rule
from ..engine.table import Codes, Cube, Ints, Matrix, Vector
from ..scenario.parameter import parameter
from .mechanism import Quarter

SECTOR_SHARE = parameter("sector_share")
NAMED_SHARE = parameter("market_named_share")
POTENTIAL_MEAN = parameter("potential_mean")
CAPITAL_INTENSITY = parameter("capital_intensity")
EXIT_RATE = parameter("market_exit_rate")
ENTRY_GROWTH = parameter("market_entry_growth")
ENTRY_SALES = parameter("market_entry_sales")
ENTRY_SPREAD = parameter("market_entry_spread")
MATURE_OUTPUT = 8.0  # quarters of sales behind a firm that enters with a mature product
MATURE_AGE = 40  # quarters since its first sale

DRAW_SECTOR = purpose("sector")
DRAW_REGION = purpose("region")
DRAW_QUALITY = purpose("quality")
DRAW_POTENTIAL = purpose("potential")
DRAW_LEAVE = purpose("market firm leaves")


@rule
def market_sector(policy: Matrix, named: float, u: float) -> int:
    """Sector of a market firm: the eight named fields share `named`, in proportion to their project shares."""
    if u >= named:
        return N_SECTORS - 1
    total = 0.0
    for j in range(N_SECTORS - 1):
        total += policy[SECTOR_SHARE, j]
    below = 0.0
    for j in range(N_SECTORS - 1):
        below += named * policy[SECTOR_SHARE, j] / total
        if u < below:
            return j
    return N_SECTORS - 2


@kernel
def open_market_firms(rows: Ints, count: int, firm: Matrix, firm_code: Codes, policy: Matrix, seed: int, t: int,
                      size: float, bank: Matrix, flows: Vector, changes: Cube, account: Vector) -> None:  # fmt: skip
    """Existing firms become high-tech enterprises:
    M = S = size M_j e^(spread eps - spread^2/2), capital brought in kind.
    """
    for rank in range(count):
        i = rows[rank]
        identity = (t << RANK_BITS) | rank
        j = market_sector(policy, policy[NAMED_SHARE, 0], uniform(seed, DRAW_SECTOR, identity, 0))
        r = pick(policy, REGION_SHARE, N_REGIONS, uniform(seed, DRAW_REGION, identity, 0))
        found(
            firm, firm_code, i, identity, 0, j, r, NO_ORIGIN, normal(seed, DRAW_QUALITY, identity, 0), seed, t, policy,
            bank,
        )  # fmt: skip
        spread = policy[ENTRY_SPREAD, 0]
        sales = size * policy[POTENTIAL_MEAN, j] * math.exp(
            spread * normal(seed, DRAW_POTENTIAL, identity, 0) - spread * spread / 2.0
        )
        settle_in_market(firm, firm_code, i, sales, t, policy[CAPITAL_INTENSITY, j], changes)
        pay_in(flows, changes, account, firm, i, sales)


@rule
def settle_in_market(firm: Matrix, firm_code: Codes, i: int, sales: float, t: int, intensity: float,
                     changes: Cube) -> None:  # fmt: skip
    """Give firm i a mature, validated product and the capital that its sales need (in kind)."""
    firm[POTENTIAL, i] = sales
    firm[SALES, i] = sales
    firm[SALES_TREND, i] = sales
    firm[OUTPUT, i] = MATURE_OUTPUT * sales
    firm_code[STAGE, i] = MARKET
    firm_code[MARKET_AT, i] = t
    firm_code[FIRST_SALE, i] = t - MATURE_AGE
    firm_code[VALIDATED_AT, i] = t
    capital = exact(4.0 * intensity * sales)
    firm[CAPITAL, i] = capital
    firm[FOUNDER_VALUE, i] = capital
    changes[CAPITAL_STOCK, E, TRANSFER] += capital
    changes[UNLISTED, H, TRANSFER] += capital


@kernel
def leave_market(firm: Matrix, firm_code: Codes, used: int, hazard: float, seed: int, t: int, holding: Matrix,
                 holding_code: Codes, head: Ints, following: Ints, fund: Matrix, region: Matrix, account: Vector,
                 flows: Vector, changes: Cube, tally: Matrix) -> int:  # fmt: skip
    """Market firms without venture history and without debt leave at the given hazard:
    cash to the owners, capital in kind.
    """
    left = 0
    luck = np.empty(BLOCK)
    for i in range(used):
        if i % BLOCK == 0:
            fill_uniforms(seed, DRAW_LEAVE, firm_code[ID], i, min(used, i + BLOCK), t, luck)
        if luck[i % BLOCK] >= hazard:
            continue
        if firm_code[STAGE, i] != MARKET or firm_code[VENTURE, i] != 0 or firm[DEBT, i] > 0.0:
            continue
        left += 1
        pay_dividend(flows, firm, i, firm[CASH, i], holding, holding_code, head, following, fund, region, account)
        changes[CAPITAL_STOCK, E, TRANSFER] -= firm[CAPITAL, i]
        changes[UNLISTED, H, TRANSFER] -= firm[FOUNDER_VALUE, i]
        firm[CAPITAL, i] = 0.0
        firm[FOUNDER_VALUE, i] = 0.0
        firm_code[STAGE, i] = -1
        add(tally, STOPPED, firm_code[SECTOR, i], firm_code[REGION, i], firm_code[ORIGIN, i], 1.0)
    return left


@kernel
def count_market_firms(firm_code: Codes, used: int) -> int:
    """How many market firms without venture history there are."""
    count = 0
    for i in range(used):
        if firm_code[STAGE, i] >= MARKET and firm_code[VENTURE, i] == 0:
            count += 1
    return count


def play_market_firms(q: Quarter) -> None:
    """Market firms without venture history leave, are replaced, and grow in number."""
    s, p = q.state, q.policy
    head, following = q.holders()
    leave_market(
        s.firm.num, s.firm.code, s.firm.used, annual_hazard(p[EXIT_RATE, 0]), s.seed, s.quarter, s.holding.num,
        s.holding.code, head, following, s.fund.num, s.region.num, s.account, s.flows, s.changes, s.tally,
    )  # fmt: skip
    s.memory[MARKET_FIRMS, 0] *= 1.0 + annual_to_quarter(p[ENTRY_GROWTH, 0])
    missing = int(s.memory[MARKET_FIRMS, 0]) - count_market_firms(s.firm.code, s.firm.used)
    rows = fresh_rows(s.firm, missing)
    open_market_firms(
        rows, max(0, missing), s.firm.num, s.firm.code, p, s.seed, s.quarter, p[ENTRY_SALES, 0], s.bank.num, s.flows,
        s.changes, s.account,
    )  # fmt: skip
