"""Guarantors: the national fund and the local ones pay for defaulted loans and share what is recovered."""

from __future__ import annotations

from ..accounting.chart import (
    GUARANTEE_PAID_CENTRAL, GUARANTEE_PAID_LOCAL, RECOVERY_CENTRAL, RECOVERY_LOCAL,
)  # fmt: skip
from ..accounting.ledger import exact, pay
from ..engine.jit import rule
from ..engine.table import Codes, Cube, Matrix, Vector
from .bank import CALLED, COVERED, EQUITY, INCOME, LENDER, NATIONAL, PRINCIPAL, RATE
from .enterprise import CASH, REGION
from .government import PROGRAMMES, PURSE
from .population import TREASURY
from .tally import CENTRAL, COST_GUARANTEE, GUARANTEE_CALLS, LOCAL, OUTLAY, RECEIPT


@rule
def guarantee_claim(principal: float, rate: float, covered: float) -> float:
    """What guarantors owe the bank at default: their part of the principal and of one quarter's interest (CNY mn)."""
    return covered * principal * (1.0 + rate / 4.0)


@rule
def call_guarantee(row: int, i: int, firm_code: Codes, loan: Matrix, loan_code: Codes, bank: Matrix, region: Matrix,
                   account: Vector, flows: Vector, tally: Matrix, cost: Cube) -> float:  # fmt: skip
    """Guarantors pay the bank their part of the defaulted loan `row` of firm i, the national fund its share of it;
    returns what was paid. From then on the recovery of that part is theirs.
    """
    b, r = loan_code[LENDER, row], firm_code[REGION, i]
    owed = exact(guarantee_claim(loan[PRINCIPAL, row], loan[RATE, row], loan[COVERED, row]))
    central = pay(flows, GUARANTEE_PAID_CENTRAL, account, TREASURY, bank[EQUITY], b, owed * loan[NATIONAL, row])
    local = pay(flows, GUARANTEE_PAID_LOCAL, region[PURSE], r, bank[EQUITY], b, owed - central)
    bank[INCOME, b] += central + local
    region[PROGRAMMES, r] += local
    cost[COST_GUARANTEE, CENTRAL, OUTLAY] += central
    cost[COST_GUARANTEE, LOCAL, OUTLAY] += local
    tally[GUARANTEE_CALLS, 0] += owed
    loan_code[CALLED, row] = 1
    return owed


@rule
def guarantors_part(row: int, loan: Matrix, loan_code: Codes) -> float:
    """Share of a loan that belongs to guarantors because they have paid for it."""
    return float(loan[COVERED, row]) if loan_code[CALLED, row] == 1 else 0.0


@rule
def pay_guarantors(row: int, i: int, amount: float, firm: Matrix, firm_code: Codes, loan: Matrix, region: Matrix,
                   account: Vector, flows: Vector, cost: Cube) -> float:  # fmt: skip
    """Pay guarantors `amount` (CNY mn) of what is recovered from firm i, split as the payout; returns what was paid."""
    if amount <= 0.0:
        return 0.0
    r = firm_code[REGION, i]
    total = exact(amount)
    central = pay(flows, RECOVERY_CENTRAL, firm[CASH], i, account, TREASURY, total * loan[NATIONAL, row])
    local = pay(flows, RECOVERY_LOCAL, firm[CASH], i, region[PURSE], r, total - central)
    region[PROGRAMMES, r] -= local
    cost[COST_GUARANTEE, CENTRAL, RECEIPT] += central
    cost[COST_GUARANTEE, LOCAL, RECEIPT] += local
    return total
