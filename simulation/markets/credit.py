"""Credit: banks score, price and ration loans out of a capital allocation;
loans are served, fall into arrears, default.
"""

from __future__ import annotations

import numpy as np

from ..accounting.chart import B, FLOW, INTEREST, LOANS, REPAYMENT
from ..accounting.ledger import exact, pay, repay
from ..agents.bank import (
    BOOK, BORROWER, BORROWER_ID, EQUITY, GRACE, INCOME, IN_ARREARS, IN_DEFAULT, LENDER, LENT_AT, LIGHTER, LOAN_KIND,
    LOAN_OPEN, LOAN_STATUS, NON_PERFORMING, N_BANKS, OVERDUE_INTEREST, PERFORMING, PRINCIPAL, QUARTERS, RATE,
    RECENT_LOSS, ROOM, loan_due, pledged_value,
)  # fmt: skip
from ..agents.enterprise import (
    ARREARS, BANK, CASH, DEBT, DEFAULTED_AT, FREE_ROW, ID, INTEREST_DUE, PRINCIPAL_DUE, PUBLIC, STAGE, VENTURE,
)  # fmt: skip
from ..agents.insolvency import recover_loan, sell_capital
from ..agents.tally import CENTRAL, CONCESSION, COST_RISK_WEIGHT, DEFAULT, DEFAULTED, note
from ..engine.draws import purpose, uniform
from ..engine.jit import kernel, rule
from ..engine.matching import best_first
from ..engine.table import Codes, Cube, Matrix, Vector
from ..scenario.parameter import parameter
from .lending import LTV, OFFER_ROWS, RISK_WEIGHT, apply_for_loans, pay_out, relative_weight
from .mechanism import Mechanism, Quarter, Stage
from .relending import quota_left
from .screening import APPLICANTS, choose_efforts

ALLOCATION = parameter("allocation")
ALLOCATION_MEMORY = parameter("allocation_memory")
GUIDANCE_WEIGHT = parameter("guidance_weight")
GUIDANCE_SHARE = parameter("guidance_share")
REQUIREMENT = parameter("capital_requirement")
IMPLICIT_GUARANTEE = parameter("implicit_guarantee")
RESOLUTION = parameter("resolution_hazard")
LEAVE = parameter("leave_after_default")
CAPITAL_SALE = parameter("capital_sale")

DRAW_RESOLUTION = purpose("defaulted loan resolved")
DRAW_LEAVE = purpose("leaves after default")


@rule
def lending_room(equity: float, recent: float, book: float, share: float, guidance: float, weight: float,
                 required: float) -> float:  # fmt: skip
    """New loans a bank may make: (A/required - w L)/w, A = a (1 + guidance)(E + losses) - losses, losses of the last 12
    q.
    """
    allocation = share * (1.0 + guidance) * (equity + recent) - recent
    return max(0.0, (allocation / required - weight * book) / weight)


@kernel
def bills(firm: Matrix, firm_code: Codes, firm_used: int, loan: Matrix, loan_code: Codes, used: int, bank: Matrix,
          policy: Matrix, t: int) -> None:  # fmt: skip
    """Add up each enterprise's debt, the interest and principal due this quarter, and what lower risk weights save."""
    for b in range(bank.shape[1]):
        bank[LIGHTER, b] = 0.0
    for i in range(firm_used):
        firm[DEBT, i] = 0.0
        firm[INTEREST_DUE, i] = 0.0
        firm[PRINCIPAL_DUE, i] = 0.0
    for row in range(used):
        if loan_code[LOAN_OPEN, row] == 0:
            continue
        i = loan_code[BORROWER, row]
        firm[DEBT, i] += loan[PRINCIPAL, row]
        bank[LIGHTER, loan_code[LENDER, row]] += loan[PRINCIPAL, row] * (1.0 - relative_weight(firm_code, i, t, policy))
        if loan_code[LOAN_STATUS, row] != IN_DEFAULT:
            firm[INTEREST_DUE, i] += loan[PRINCIPAL, row] * loan[RATE, row] / 4.0 + loan[OVERDUE_INTEREST, row]
            firm[PRINCIPAL_DUE, i] += loan_due(
                loan[PRINCIPAL, row], t - loan_code[LENT_AT, row], loan_code[QUARTERS, row], loan_code[GRACE, row]
            )


@kernel
def set_room(bank: Matrix, policy: Matrix) -> None:
    """Lending room of each bank from its capital allocation."""
    for b in range(bank.shape[1]):
        guidance = policy[GUIDANCE_WEIGHT, 0] * (policy[GUIDANCE_SHARE, 0] - 1.0)
        bank[RECENT_LOSS, b] *= 1.0 - 1.0 / policy[ALLOCATION_MEMORY, 0]
        bank[ROOM, b] = lending_room(
            bank[EQUITY, b], bank[RECENT_LOSS, b], bank[BOOK, b] - bank[LIGHTER, b], policy[ALLOCATION, 0], guidance,
            policy[RISK_WEIGHT, 0], policy[REQUIREMENT, 0],
        )  # fmt: skip


@kernel
def serve_debt(firm: Matrix, firm_code: Codes, firm_used: int, loan: Matrix, loan_code: Codes, used: int, bank: Matrix,
               t: int, flows: Vector, changes: Cube, tally: Matrix, event: Matrix, event_code: Codes,
               event_used: int) -> int:  # fmt: skip
    """Interest first, then principal, as far as cash goes; one quarter short is arrears, two are default.
    Returns events used.
    """
    short = np.zeros(firm_used, dtype=np.int64)
    for row in range(used):
        if loan_code[LOAN_OPEN, row] == 0 or loan_code[LOAN_STATUS, row] == IN_DEFAULT:
            continue
        i, b = loan_code[BORROWER, row], loan_code[LENDER, row]
        owed = exact(loan[PRINCIPAL, row] * loan[RATE, row] / 4.0 + loan[OVERDUE_INTEREST, row])
        paid = pay(flows, INTEREST, firm[CASH], i, bank[EQUITY], b, min(owed, firm[CASH, i]))
        bank[INCOME, b] += paid
        loan[OVERDUE_INTEREST, row] = owed - paid
        if paid < owed:
            short[i] = 1
    for row in range(used):
        if loan_code[LOAN_OPEN, row] == 0 or loan_code[LOAN_STATUS, row] == IN_DEFAULT:
            continue
        i, b = loan_code[BORROWER, row], loan_code[LENDER, row]
        due = exact(
            loan_due(loan[PRINCIPAL, row], t - loan_code[LENT_AT, row], loan_code[QUARTERS, row], loan_code[GRACE, row])
        )
        paid = repay(flows, REPAYMENT, firm[CASH], i, loan[PRINCIPAL], row, bank[BOOK], b, min(due, firm[CASH, i]))
        changes[LOANS, B, FLOW] -= paid
        firm[DEBT, i] -= paid
        if paid < due:
            short[i] = 1
        if loan[PRINCIPAL, row] <= 0.0 and loan[OVERDUE_INTEREST, row] <= 0.0:
            loan_code[LOAN_OPEN, row] = 0
    for i in range(firm_used):
        if firm_code[STAGE, i] == FREE_ROW or firm_code[DEFAULTED_AT, i] >= 0:
            continue
        firm_code[ARREARS, i] = firm_code[ARREARS, i] + 1 if short[i] == 1 else 0
        if firm_code[ARREARS, i] >= 2:
            firm_code[DEFAULTED_AT, i] = t
            tally[DEFAULTED, 0] += firm[DEBT, i]
            tally[DEFAULTED, 1] += 1.0
            event_used = note(
                event, event_code, event_used, DEFAULT, firm_code[ID, i], firm_code[BANK, i], firm[DEBT, i], 0.0
            )
    return event_used


@kernel
def resolve(firm: Matrix, firm_code: Codes, loan: Matrix, loan_code: Codes, used: int, bank: Matrix, policy: Matrix,
            seed: int, t: int, region: Matrix, account: Vector, flows: Vector, changes: Cube, tally: Matrix,
            cost: Cube) -> None:  # fmt: skip
    """Defaulted loans of working firms are resolved at a hazard:
    cash, then the capital pledged at a discount, the rest is written off.
    """
    for b in range(bank.shape[1]):
        bank[NON_PERFORMING, b] = 0.0
    for row in range(used):
        if loan_code[LOAN_OPEN, row] == 0:
            continue
        i = loan_code[BORROWER, row]
        loan_code[LOAN_STATUS, row] = IN_DEFAULT if firm_code[DEFAULTED_AT, i] >= 0 else (
            IN_ARREARS if firm_code[ARREARS, i] > 0 else PERFORMING)  # fmt: skip
        working = firm_code[VENTURE, i] == 0 or firm_code[STAGE, i] == PUBLIC
        resolved = False
        if loan_code[LOAN_STATUS, row] == IN_DEFAULT and working:
            borrower, lent_at, kind = loan_code[BORROWER_ID, row], loan_code[LENT_AT, row], loan_code[LOAN_KIND, row]
            resolved = uniform(seed, DRAW_RESOLUTION, borrower, t, lent_at, kind) < policy[RESOLUTION, 0]
        if resolved:
            pledged = pledged_value(loan[PRINCIPAL, row], policy[LTV, 0], policy[CAPITAL_SALE, 0])
            wanted = min(pledged, max(0.0, loan[PRINCIPAL, row] - firm[CASH, i]))
            sell_capital(firm, i, wanted, policy[CAPITAL_SALE, 0], flows, changes, account)
            recover_loan(
                row, i, firm, firm_code, loan, loan_code, bank, region, account, flows, changes, tally, cost
            )
        elif loan_code[LOAN_STATUS, row] != PERFORMING:
            bank[NON_PERFORMING, loan_code[LENDER, row]] += loan[PRINCIPAL, row]


@rule
def is_leaving(seed: int, identity: int, t: int, share: float) -> bool:
    """Whether a firm without venture history closes after its defaulted debt is resolved."""
    return uniform(seed, DRAW_LEAVE, identity, t) < share


def play_bills(q: Quarter) -> None:
    """Debt service due this quarter."""
    s = q.state
    bills(
        s.firm.num, s.firm.code, s.firm.used, s.loan.num, s.loan.code, s.loan.used, s.bank.num, q.policy, s.quarter
    )


def play_lending(q: Quarter) -> None:
    """Applications, approvals and payout."""
    s, p = q.state, q.policy
    set_room(s.bank.num, p)
    lighter = float(s.bank.num[LIGHTER].sum()) * p[RISK_WEIGHT, 0]
    s.cost[COST_RISK_WEIGHT, CENTRAL, CONCESSION] += lighter * p[IMPLICIT_GUARANTEE, 0] / 4.0
    n, left = s.firm.used, quota_left(s, p)
    rows, offers, margins = np.empty(n, dtype=np.int64), np.zeros((OFFER_ROWS, n)), np.empty(n)
    desk = np.zeros((N_BANKS, 2, APPLICANTS + 1))
    count = apply_for_loans(
        s.firm.num, s.firm.code, n, s.bank.num, p, s.memory, s.seed, s.quarter, left, rows, offers, margins, desk,
        s.tally,
    )  # fmt: skip
    choose_efforts(s.bank.num, desk, p)
    order = best_first(margins[:count], s.firm.code[ID, rows[:count]])
    s.loan.reserve(count)
    s.event.reserve(3 * count)
    s.loan.used, s.event.used = pay_out(
        order, rows, offers, margins, left, s.firm.num, s.firm.code, s.loan.num, s.loan.code, s.loan.used, s.bank.num,
        p, s.quarter, s.flows, s.changes, s.tally, s.event.num, s.event.code, s.event.used,
    )  # fmt: skip


def play_service(q: Quarter) -> None:
    """Interest and principal, arrears, defaults."""
    s = q.state
    s.event.reserve(s.firm.used)
    s.event.used = serve_debt(
        s.firm.num, s.firm.code, s.firm.used, s.loan.num, s.loan.code, s.loan.used, s.bank.num, s.quarter, s.flows,
        s.changes, s.tally, s.event.num, s.event.code, s.event.used,
    )  # fmt: skip


def play_resolution(q: Quarter) -> None:
    """Defaulted loans are resolved."""
    s, p = q.state, q.policy
    resolve(
        s.firm.num, s.firm.code, s.loan.num, s.loan.code, s.loan.used, s.bank.num, p, s.seed, s.quarter, s.region.num,
        s.account, s.flows, s.changes, s.tally, s.cost,
    )  # fmt: skip


MECHANISM = Mechanism(
    key="credit",
    question="Who gets a loan, at what rate, and who pays it back?",
    stages=(
        Stage("bills", play_bills, "debt, interest and principal due are added up"),
        Stage("bank lending", play_lending, "enterprises apply, banks score, price and ration; loans are paid out"),
        Stage("debt service", play_service, "interest, principal, arrears, default"),
        Stage("bad loans", play_resolution, "defaulted loans of working enterprises are resolved"),
    ),
    lines=("LNEW", "LREP", "INT", "RECO", "LIQ"),
    events=("loan", "default"),
    indicators=("mlt_loans", "mean_loan_rate", "loan_approval_rate", "borrower_share", "npl_ratio", "default_rate"),
)
