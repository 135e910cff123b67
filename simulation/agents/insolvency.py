"""How an enterprise ends: capital sold, banks first, then shareholders; what is left of every claim is written off."""

from __future__ import annotations

from ..accounting.chart import B, CAPITAL_STOCK, E, FLOW, H, LIQUIDATION, LOANS, RECOVERY, UNLISTED, WRITE_OFF
from ..accounting.ledger import exact, pay, repay
from ..engine.jit import rule
from ..engine.table import Codes, Cube, Ints, Matrix, Vector
from .bank import (
    BOOK, EQUITY, INCOME, LENDER, LOAN_OPEN, LOAN_STATUS, NON_PERFORMING, OVERDUE_INTEREST, PERFORMING, PRINCIPAL,
    RECENT_LOSS,
)  # fmt: skip
from .enterprise import CAPITAL, CASH, DEAD, DEBT, FOUNDER_VALUE, ORIGIN, REGION, SALES, SECTOR, STAGE
from .guarantor import guarantors_part, pay_guarantors
from .population import REST
from .shareholders import close_holding, pay_dividend
from .tally import LOAN_LOSSES, STOPPED, add


@rule
def sell_capital(firm: Matrix, i: int, wanted: float, price: float, flows: Vector, changes: Cube,
                 account: Vector) -> float:  # fmt: skip
    """Sell as much capital of firm i as raises `wanted` (CNY mn) at `price` a yuan of book value;
    returns the proceeds.
    """
    sold = exact(min(firm[CAPITAL, i], wanted / price)) if price > 0.0 else 0.0
    proceeds = pay(flows, LIQUIDATION, account, REST, firm[CASH], i, sold * price)
    firm[CAPITAL, i] -= sold
    changes[CAPITAL_STOCK, E, FLOW] -= proceeds
    changes[CAPITAL_STOCK, E, WRITE_OFF] -= sold - proceeds
    return proceeds


@rule
def recover_loan(row: int, i: int, firm: Matrix, firm_code: Codes, loan: Matrix, loan_code: Codes, bank: Matrix,
                 region: Matrix, account: Vector, flows: Vector, changes: Cube, tally: Matrix,
                 cost: Cube) -> float:  # fmt: skip
    """Pay what cash is left up to the claim, to the bank and, for the part they have paid for, to guarantors; write
    the rest off and close the loan; returns what the bank writes off.
    """
    b = loan_code[LENDER, row]
    claim, theirs = float(loan[PRINCIPAL, row]), guarantors_part(row, loan, loan_code)
    recovered = min(claim, firm[CASH, i])
    shared = pay_guarantors(row, i, theirs * recovered, firm, firm_code, loan, region, account, flows, cost)
    paid = repay(flows, RECOVERY, firm[CASH], i, loan[PRINCIPAL], row, bank[BOOK], b, recovered - shared)
    lost = float(loan[PRINCIPAL, row])
    bank[BOOK, b] -= lost
    bank[EQUITY, b] -= lost
    bank[INCOME, b] -= lost
    bank[RECENT_LOSS, b] += lost - exact(theirs * claim)
    firm[DEBT, i] -= claim
    loan[PRINCIPAL, row] = 0.0
    loan[OVERDUE_INTEREST, row] = 0.0
    loan_code[LOAN_OPEN, row] = 0
    changes[LOANS, B, FLOW] -= paid
    changes[LOANS, B, WRITE_OFF] -= lost
    tally[LOAN_LOSSES, 0] += claim - recovered
    tally[LOAN_LOSSES, 1] += claim
    return lost


@rule
def liquidate(i: int, price: float, t: int, firm: Matrix, firm_code: Codes, loan: Matrix, loan_code: Codes,
              loan_head: Ints, loan_next: Ints, holding: Matrix, holding_code: Codes, head: Ints, following: Ints,
              fund: Matrix, fund_code: Codes, bank: Matrix, region: Matrix, account: Vector, flows: Vector,
              changes: Cube, multiples: Matrix, seen: Ints, tally: Matrix, cost: Cube) -> None:  # fmt: skip
    """Wind firm i up: sell all capital, banks first, shareholders pro rata, write off the rest;
    the firm is dead after it.
    """
    sell_capital(firm, i, firm[CAPITAL, i] * price, price, flows, changes, account)
    scrap = firm[CAPITAL, i]
    firm[CAPITAL, i] = 0.0
    changes[CAPITAL_STOCK, E, WRITE_OFF] -= scrap
    row = loan_head[i]
    while row >= 0:
        if loan_code[LOAN_OPEN, row] == 1:
            if loan_code[LOAN_STATUS, row] != PERFORMING:
                bank[NON_PERFORMING, loan_code[LENDER, row]] -= loan[PRINCIPAL, row]
            recover_loan(
                row, i, firm, firm_code, loan, loan_code, bank, region, account, flows, changes, tally, cost
            )
        row = loan_next[row]
    pay_dividend(flows, firm, i, firm[CASH, i], holding, holding_code, head, following, fund, region, account)
    h = head[i]
    while h >= 0:
        close_holding(
            h, WRITE_OFF, t, holding, holding_code, fund, fund_code, firm_code, multiples, seen, changes, tally
        )
        h = following[h]
    changes[UNLISTED, H, WRITE_OFF] -= firm[FOUNDER_VALUE, i]
    firm[FOUNDER_VALUE, i] = 0.0
    firm[DEBT, i] = 0.0
    firm[SALES, i] = 0.0
    add(tally, STOPPED, firm_code[SECTOR, i], firm_code[REGION, i], firm_code[ORIGIN, i], 1.0)
    firm_code[STAGE, i] = DEAD
