"""Posting: every payment moves both sides in one call, on a declared line, in exact amounts.

Amounts are multiples of 2^-20 CNY mn (about one yuan). Such numbers add without error in float64 up to 8.6e9 CNY mn,
in any order, so every identity of the accounts is tested with == 0. Rounding is monotone: a payment capped by a
balance never overdraws it.
"""

from __future__ import annotations

import math

import numpy as np

from ..engine.jit import open_rule, rule
from ..engine.table import Vector

UNIT = 2.0**-20
_PER_UNIT = 2.0**20


@open_rule
def exact(amount: float) -> float:
    """The amount (CNY mn) rounded once to a multiple of 2^-20; NaN stays NaN so that a check can find it."""
    return float(np.floor(amount * _PER_UNIT + 0.5) * UNIT)


@open_rule
def pay(flows: Vector, line: int, payer: Vector, i: int, payee: Vector, k: int, amount: float) -> float:
    """Move `amount` (CNY mn) from balance payer[i] to balance payee[k] and record it on `line`; returns what moved."""
    moved = exact(amount)
    payer[i] -= moved
    payee[k] += moved
    flows[line] += moved
    return moved


@rule
def pay_split(flows: Vector, line_a: int, line_b: int, payer: Vector, i: int, payee_a: Vector, k_a: int,
              payee_b: Vector, k_b: int, amount: float, share_a: float) -> float:  # fmt: skip
    """Move `amount` to two payees, `share_a` of it to the first and the exact rest to the second;
    returns what moved.
    """
    moved = exact(amount)
    first = exact(moved * share_a)
    payer[i] -= moved
    payee_a[k_a] += first
    payee_b[k_b] += moved - first
    flows[line_a] += first
    flows[line_b] += moved - first
    return moved


@rule
def lend(flows: Vector, line: int, deposits: Vector, i: int, principal: Vector, row: int, book: Vector, b: int,
         amount: float) -> float:  # fmt: skip
    """Create a loan: the borrower's deposit, its debt and the bank's book rise together; returns what was lent."""
    lent = exact(amount)
    deposits[i] += lent
    principal[row] += lent
    book[b] += lent
    flows[line] += lent
    return lent


@rule
def repay(flows: Vector, line: int, deposits: Vector, i: int, principal: Vector, row: int, book: Vector, b: int,
          amount: float) -> float:  # fmt: skip
    """Repay principal: deposit, debt and the bank's book fall together; returns what was repaid."""
    paid = exact(amount)
    deposits[i] -= paid
    principal[row] -= paid
    book[b] -= paid
    flows[line] += paid
    return paid


@rule
def refinance(flows: Vector, line: int, owed: Vector, b: int, amount: float) -> float:
    """A bank borrows from the central bank: its debt rises now, bank reserves when the line is settled at the end of
    the quarter; returns what was borrowed.
    """
    drawn = exact(amount)
    owed[b] += drawn
    flows[line] += drawn
    return drawn


@rule
def pay_central_bank(flows: Vector, line: int, balance: Vector, b: int, amount: float) -> float:
    """A bank pays the central bank: `balance` (its capital, or its debt) falls now, bank reserves with the line;
    returns what was paid.
    """
    paid = exact(amount)
    balance[b] -= paid
    flows[line] += paid
    return paid


@rule
def share_out(weight: float, weights_left: float, left: float) -> float:
    """A holder's exact part of what is `left`: weight/weights_left of it; the last holder takes all of it."""
    if weight >= weights_left:
        return left
    return min(left, exact(left * weight / weights_left))


@open_rule
def annual_to_quarter(rate: float) -> float:
    """Quarterly rate that compounds to an annual rate: (1 + r)^(1/4) - 1."""
    return math.pow(1.0 + rate, 0.25) - 1.0


@open_rule
def annual_hazard(hazard: float) -> float:
    """Quarterly probability equal to an annual one: 1 - (1 - h)^(1/4)."""
    return 1.0 - math.pow(max(0.0, 1.0 - hazard), 0.25)
