"""What a company pays to those who own it, and what their holdings are worth: the same steps for every occasion."""

from __future__ import annotations

from ..accounting.chart import (
    ACQUISITION_CG, ACQUISITION_E, ACQUISITION_F, ACQUISITION_H, ACQUISITION_LG, CG, DIVIDEND_CG, DIVIDEND_E,
    DIVIDEND_F, DIVIDEND_H, DIVIDEND_LG, DIVIDEND_X, E, F, FLOW, H, LG, LISTED, UNLISTED,
)  # fmt: skip
from ..accounting.ledger import exact
from ..engine.jit import rule
from ..engine.table import Codes, Cube, Ints, Matrix, Vector
from .enterprise import CASH, FOUNDER_CASH, FOUNDER_SHARES, FOUNDER_VALUE, PUBLIC_SHARES, SHARES, STAGE
from .government import PURSE
from .investor import (
    CLAUSE, COMPANY, COST, COST_HELD, DEPOSITS, FOCUS, HAS_CLAUSE, HELD_SHARES, HELD_VALUE, HOLDER, HOLDER_REGION,
    HOLDER_SECTOR, HOLDING_OPEN, INVESTOR, KIND, RECEIVED, SECONDARY_FUND,
)  # fmt: skip
from .population import CORPORATE, HOUSEHOLDS, PUBLIC_MARKET, TREASURY
from .tally import CLOSED_BELOW


@rule
def pay_holding(flows: Vector, line_e: int, line_f: int, line_lg: int, line_cg: int, holding: Matrix,
                holding_code: Codes, h: int, fund: Matrix, region: Matrix, account: Vector,
                amount: float) -> int:  # fmt: skip
    """Credit an exact `amount` to whoever holds row h; the payer's side is the caller's.
    Returns the line it went on.
    """
    sector = holding_code[HOLDER_SECTOR, h]
    holding[RECEIVED, h] += amount
    if sector == F:
        fund[DEPOSITS, holding_code[HOLDER, h]] += amount
        line = line_f
    elif sector == LG:
        region[PURSE, holding_code[HOLDER_REGION, h]] += amount
        line = line_lg
    elif sector == CG:
        account[TREASURY] += amount
        line = line_cg
    elif sector == E:
        account[CORPORATE] += amount
        line = line_e
    else:
        account[HOUSEHOLDS] += amount
        line = DIVIDEND_H if line_f == DIVIDEND_F else ACQUISITION_H
    flows[line] += amount
    return line


@rule
def pay_dividend(flows: Vector, firm: Matrix, i: int, amount: float, holding: Matrix, holding_code: Codes, head: Ints,
                 following: Ints, fund: Matrix, region: Matrix, account: Vector) -> float:  # fmt: skip
    """Pay `amount` (CNY mn) of firm i to its shareholders pro rata; founders and households take the remainder."""
    total = exact(amount)
    if total <= 0.0:
        return 0.0
    left = total
    shares = firm[SHARES, i]
    h = head[i]
    while h >= 0:
        part = min(left, exact(total * holding[HELD_SHARES, h] / shares))
        if part > 0.0:
            pay_holding(
                flows, DIVIDEND_E, DIVIDEND_F, DIVIDEND_LG, DIVIDEND_CG, holding, holding_code, h, fund, region,
                account, part,
            )  # fmt: skip
            left -= part
        h = following[h]
    pay_the_rest(flows, firm, i, total, left, account)
    return total


@rule
def clause_held(i: int, head: Ints, following: Ints, holding: Matrix, holding_code: Codes) -> float:
    """Share of the funds' shares in firm i that carry a redemption clause not yet enforced."""
    held, covered = 0.0, 0.0
    h = head[i]
    while h >= 0:
        if holding_code[HOLDER_SECTOR, h] == F:
            held += holding[HELD_SHARES, h]
            if holding_code[CLAUSE, h] == HAS_CLAUSE:
                covered += holding[HELD_SHARES, h]
        h = following[h]
    return covered / held if held > 0.0 else 0.0


@rule
def pay_owners(flows: Vector, firm: Matrix, i: int, amount: float, account: Vector) -> float:
    """Pay `amount` (CNY mn) of firm i, of which no fund and no former partner holds shares; returns what was paid."""
    total = exact(amount)
    if total <= 0.0:
        return 0.0
    pay_the_rest(flows, firm, i, total, total, account)
    return total


@rule
def pay_the_rest(flows: Vector, firm: Matrix, i: int, total: float, left: float, account: Vector) -> None:
    """Take a dividend off firm i and give what is `left` of it to the public, pro rata, and to its founders."""
    public = min(left, exact(total * firm[PUBLIC_SHARES, i] / firm[SHARES, i]))
    account[PUBLIC_MARKET] += public
    flows[DIVIDEND_X] += public
    account[HOUSEHOLDS] += left - public
    flows[DIVIDEND_H] += left - public
    firm[CASH, i] -= total


@rule
def pay_price(flows: Vector, changes: Cube, buyer_cash: Vector, b: int, firm: Matrix, i: int, price: float,
              holding: Matrix, holding_code: Codes, head: Ints, following: Ints, fund: Matrix, region: Matrix,
              account: Vector) -> float:  # fmt: skip
    """Pay the acquisition `price` of unlisted firm i from buyer_cash[b] to its shareholders;
    their stakes fall by what they get.
    """
    total = exact(price)
    left = total
    shares = firm[SHARES, i]
    h = head[i]
    while h >= 0:
        part = min(left, exact(total * holding[HELD_SHARES, h] / shares))
        pay_holding(
            flows, ACQUISITION_E, ACQUISITION_F, ACQUISITION_LG, ACQUISITION_CG, holding, holding_code, h, fund, region,
            account, part,
        )  # fmt: skip
        holding[HELD_VALUE, h] -= part
        changes[UNLISTED, holding_code[HOLDER_SECTOR, h], FLOW] -= part
        left -= part
        h = following[h]
    account[HOUSEHOLDS] += left
    flows[ACQUISITION_H] += left
    firm[FOUNDER_VALUE, i] -= left
    firm[FOUNDER_CASH, i] += left
    changes[UNLISTED, H, FLOW] -= left
    buyer_cash[b] -= total
    return left


@rule
def founder_part(firm: Matrix, i: int) -> float:
    """Share of the company that founders and the university hold."""
    return float(firm[FOUNDER_SHARES, i] / firm[SHARES, i])


@rule
def book_change(changes: Cube, instrument: int, sector: int, kind: int, values: Vector, k: int,
                new_value: float) -> float:  # fmt: skip
    """Set values[k] to the exact `new_value` and record the difference as a change of `kind`."""
    value = exact(new_value)
    changes[instrument, sector, kind] += value - values[k]
    values[k] = value
    return value


@rule
def instrument_of(stage: int) -> int:
    """Listed equity once a company is public, unlisted before."""
    return LISTED if stage == 5 else UNLISTED


@rule
def close_holding(h: int, kind: int, t: int, holding: Matrix, holding_code: Codes, fund: Matrix, fund_code: Codes,
                  firm_code: Codes, multiples: Matrix, seen: Ints, changes: Cube, tally: Matrix) -> None:  # fmt: skip
    """Close row h: what is left of its value goes as a change of `kind`;
    funds remember the gross multiple of the holding.
    """
    sector = holding_code[HOLDER_SECTOR, h]
    changes[instrument_of(firm_code[STAGE, holding_code[COMPANY, h]]), sector, kind] -= holding[HELD_VALUE, h]
    holding[HELD_VALUE, h] = 0.0
    holding[HELD_SHARES, h] = 0.0
    holding_code[HOLDING_OPEN, h] = 0
    f = holding_code[HOLDER, h]
    if sector != F or holding[COST, h] <= 0.0:
        return
    fund[COST_HELD, f] = max(0.0, fund[COST_HELD, f] - holding[COST, h])
    if fund_code[KIND, f] == SECONDARY_FUND:
        return
    multiple = holding[RECEIVED, h] / holding[COST, h]
    k = fund_code[FOCUS, f] + 3 * fund_code[KIND, f]
    multiples[k, seen[k] % multiples.shape[1]] = multiple
    seen[k] += 1
    tally[CLOSED_BELOW, 0] += 1.0 if multiple < 1.0 else 0.0
    tally[CLOSED_BELOW, 1] += 1.0 if multiple >= 10.0 else 0.0
    tally[CLOSED_BELOW, 2] += 1.0


@rule
def has_fund(i: int, head: Ints, following: Ints, holding_code: Codes) -> bool:
    """Whether a fund, or a corporate investor directly, holds shares of firm i."""
    h = head[i]
    while h >= 0:
        if holding_code[HOLDER_SECTOR, h] == F or holding_code[INVESTOR, h] >= 0:
            return True
        h = following[h]
    return False
