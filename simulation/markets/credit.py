"""Credit: banks score, price and ration loans out of a capital allocation;
loans are served, fall into arrears, default.
"""

from __future__ import annotations

import math

import numpy as np

from ..accounting.chart import B, FLOW, INTEREST, LENDING, LOANS, REPAYMENT
from ..accounting.ledger import exact, lend, pay, repay
from ..agents.bank import (
    BOOK, BORROWER, BORROWER_ID, EQUITY, GRACE, INCOME, IN_ARREARS, IN_DEFAULT, LENDER, LENT_AT, LOAN_KIND, LOAN_OPEN,
    LOAN_STATUS, MLT_LOAN, NON_PERFORMING, OVERDUE_INTEREST, PERFORMING, PLATFORM_BANK, PRINCIPAL, QUARTERS, RATE,
    RECENT_LOSS, ROOM,
    credit_need, default_probability, is_approved, loan_due, loan_rate,
)  # fmt: skip
from ..agents.enterprise import (
    ARREARS, BANK, BIRTH, CAPEX_WANTED, CAPITAL, CASH, CASH_FLOW, DEBT, DEFAULTED_AT, FREE_ROW, GAP, ID, INTEREST_DUE,
    MEMBER_AT, PILOT, PRINCIPAL_DUE, PUBLIC, QUALITY, SALES, STAGE, VALIDATED_AT, VENTURE,
)  # fmt: skip
from ..agents.information import information_units
from ..agents.insolvency import recover_loan, sell_capital
from ..agents.investor import belief
from ..agents.population import LGD, REF_RATE
from ..agents.tally import (
    BANK_LIMIT, CREDIT_GAP, DEFAULT, DEFAULTED, HAS_ARREARS, LOANS_PAID, LOANS_SOUGHT, NEW_LOAN, NOT_PROFITABLE,
    NO_COLLATERAL, NO_NEED, PLATFORM_PAID, REFUSED_CREDIT, TOO_RISKY, note,
)  # fmt: skip
from ..engine.draws import normal, purpose, uniform
from ..engine.jit import kernel, rule
from ..engine.matching import best_first
from ..engine.table import Codes, Cube, Ints, Matrix, Vector
from ..scenario.parameter import parameter
from .mechanism import Mechanism, Quarter, Stage
from .platform import bank_asked

LPR_5Y = parameter("lpr_5y")
FUNDING_COST = parameter("mlf_1y")
SPREAD = parameter("loan_spread")
PD_INTERCEPT = parameter("pd_intercept")
PD_LEVERAGE = parameter("pd_leverage")
PD_QUALITY = parameter("pd_quality")
PD_PILOT = parameter("pd_stage2")
PD_AGE = parameter("pd_age")
PD_VALIDATED = parameter("pd_validated")
PD_MAXIMUM = parameter("pd_maximum")
BANK_SIGNAL = parameter("bank_signal")
LTV = parameter("ltv_capital")
LTV_ORDERS = parameter("ltv_orders")
COVER = parameter("debt_service_cover")
MATURITY = parameter("loan_quarters")
LOAN_GRACE = parameter("loan_grace")
LIQUIDITY = parameter("liquidity_quarters")
RATE_ELASTICITY = parameter("rate_elasticity")
FINANCED = parameter("capex_financed")
DEPRECIATION = parameter("depreciation")
ALLOCATION = parameter("allocation")
ALLOCATION_MEMORY = parameter("allocation_memory")
GUIDANCE_WEIGHT = parameter("guidance_weight")
GUIDANCE_SHARE = parameter("guidance_share")
RISK_WEIGHT = parameter("risk_weight")
REQUIREMENT = parameter("capital_requirement")
RESOLUTION = parameter("resolution_hazard")
LEAVE = parameter("leave_after_default")
CAPITAL_SALE = parameter("capital_sale")
SMALLEST_LOAN = parameter("smallest_loan")

DRAW_BANK_SIGNAL = purpose("bank signal")
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
def bills(firm: Matrix, firm_used: int, loan: Matrix, loan_code: Codes, used: int, t: int) -> None:
    """Add up each enterprise's debt and the interest and principal due this quarter."""
    for i in range(firm_used):
        firm[DEBT, i] = 0.0
        firm[INTEREST_DUE, i] = 0.0
        firm[PRINCIPAL_DUE, i] = 0.0
    for row in range(used):
        if loan_code[LOAN_OPEN, row] == 0:
            continue
        i = loan_code[BORROWER, row]
        firm[DEBT, i] += loan[PRINCIPAL, row]
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
            bank[EQUITY, b], bank[RECENT_LOSS, b], bank[BOOK, b], policy[ALLOCATION, 0], guidance,
            policy[RISK_WEIGHT, 0], policy[REQUIREMENT, 0],
        )  # fmt: skip


@rule
def bank_view(firm: Matrix, firm_code: Codes, i: int, b: int, on_platform: float, policy: Matrix, memory: Matrix,
              seed: int, t: int, informed: bool) -> float:  # fmt: skip
    """Bank b's yearly default probability of firm i, on public information or with its own signal."""
    validated = firm_code[VALIDATED_AT, i] >= 0
    quality = 0.0
    if informed:
        units = information_units(firm_code, i, t, on_platform, policy, memory)
        draw = normal(seed, DRAW_BANK_SIGNAL, firm_code[ID, i], 0, b, 0)
        signal = firm[QUALITY, i] + policy[BANK_SIGNAL, 0] / math.sqrt(1.0 + units) * draw
        quality, _ = belief(signal, policy[BANK_SIGNAL, 0], units, 0.0)
    leverage = firm[DEBT, i] / max(1e-9, firm[DEBT, i] + firm[CAPITAL, i] + firm[CASH, i])
    return default_probability(
        policy[PD_INTERCEPT, 0], leverage, quality, 1.0 if firm_code[STAGE, i] == PILOT else 0.0,
        max(0.0, (t - firm_code[BIRTH, i]) / 4.0), 1.0 if validated else 0.0, policy[PD_LEVERAGE, 0],
        policy[PD_QUALITY, 0], policy[PD_PILOT, 0], policy[PD_AGE, 0], policy[PD_VALIDATED, 0],
    )  # fmt: skip


@rule
def loan_sought(firm: Matrix, firm_code: Codes, i: int, rate: float, policy: Matrix,
                memory: Matrix) -> tuple[float, float]:  # fmt: skip
    """What firm i would like to borrow for a year, and what its capital, orders and cash flow carry (CNY mn)."""
    worn = policy[DEPRECIATION, 0] * firm[CAPITAL, i]
    relative = rate / memory[REF_RATE, 0] if memory[REF_RATE, 0] > 0.0 else 1.0
    capex = firm[CAPEX_WANTED, i] + 3.0 * worn
    need = credit_need(
        capex, policy[LIQUIDITY, 0] * firm[GAP, i], firm[CASH, i], 4.0 * worn, policy[FINANCED, 0], relative,
        policy[RATE_ELASTICITY, 0],
    )  # fmt: skip
    carried = policy[LTV, 0] * firm[CAPITAL, i]
    if firm_code[STAGE, i] == PILOT:
        carried += policy[LTV_ORDERS, 0] * 4.0 * firm[SALES, i]
    else:
        service = rate / 4.0 + 1.0 / (policy[MATURITY, 0] - policy[LOAN_GRACE, 0])
        carried = min(carried, max(0.0, firm[CASH_FLOW, i]) / policy[COVER, 0] / service)
    return need, carried - firm[DEBT, i]


@kernel
def apply_for_loans(firm: Matrix, firm_code: Codes, used: int, bank: Matrix, policy: Matrix, memory: Matrix, seed: int,
                    t: int, rows: Ints, lenders: Ints, amounts: Vector, rates: Vector, margins: Vector,
                    tally: Matrix) -> int:  # fmt: skip
    """Enterprises apply once a year, or when cash will not cover the quarter; banks approve or refuse.
    Returns how many pass.
    """
    count = 0
    loss = memory[LGD, 0]
    for i in range(used):
        stage = firm_code[STAGE, i]
        if stage < PILOT or firm_code[DEFAULTED_AT, i] >= 0:
            continue
        short = firm[CASH, i] < firm[GAP, i]
        if not short and (firm_code[ID, i] + t) % 4 != 0:
            continue
        if firm_code[ARREARS, i] > 0:
            tally[REFUSED_CREDIT, HAS_ARREARS] += 1.0
            continue
        b = bank_asked(firm_code, i, bank, policy, seed, t)
        known = bank_view(firm, firm_code, i, b, 0.0, policy, memory, seed, t, False)
        rate = loan_rate(policy[LPR_5Y, 0], policy[SPREAD, 0], known, loss)
        need, carried = loan_sought(firm, firm_code, i, rate, policy, memory)
        if need < policy[SMALLEST_LOAN, 0]:
            tally[REFUSED_CREDIT, NO_NEED] += 1.0
            continue
        tally[LOANS_SOUGHT, 0] += 1.0
        tally[CREDIT_GAP, 0] += need
        risk = bank_view(firm, firm_code, i, b, bank[PLATFORM_BANK, b], policy, memory, seed, t, True)
        reason = -1
        if risk > policy[PD_MAXIMUM, 0]:
            reason = TOO_RISKY
        elif not is_approved(risk, policy[PD_MAXIMUM, 0], rate, loss, policy[FUNDING_COST, 0]):
            reason = NOT_PROFITABLE
        elif min(need, carried) < policy[SMALLEST_LOAN, 0]:
            reason = NO_COLLATERAL
        if reason >= 0:
            tally[REFUSED_CREDIT, reason] += 1.0
            tally[CREDIT_GAP, 1] += need
            continue
        rows[count] = i
        lenders[count] = b
        amounts[count] = min(need, carried)
        rates[count] = rate
        margins[count] = (rate - risk * loss - policy[FUNDING_COST, 0]) / policy[RISK_WEIGHT, 0]
        count += 1
    return count


@rule
def grant_loan(row: int, i: int, b: int, amount: float, rate: float, quarters: int, grace: int, kind: int, t: int,
               firm: Matrix, firm_code: Codes, loan: Matrix, loan_code: Codes, bank: Matrix, flows: Vector,
               changes: Cube) -> float:  # fmt: skip
    """Write a loan into `row` and pay it out; returns what was lent."""
    loan[RATE, row] = rate
    loan_code[LOAN_OPEN, row] = 1
    loan_code[BORROWER, row] = i
    loan_code[BORROWER_ID, row] = firm_code[ID, i]
    loan_code[LENDER, row] = b
    loan_code[LENT_AT, row] = t
    loan_code[QUARTERS, row] = quarters
    loan_code[GRACE, row] = grace
    loan_code[LOAN_KIND, row] = kind
    lent = lend(flows, LENDING, firm[CASH], i, loan[PRINCIPAL], row, bank[BOOK], b, amount)
    firm[DEBT, i] += lent
    bank[ROOM, b] -= lent
    changes[LOANS, B, FLOW] += lent
    return lent


@kernel
def pay_out(order: Ints, rows: Ints, lenders: Ints, amounts: Vector, rates: Vector, firm: Matrix, firm_code: Codes,
            loan: Matrix, loan_code: Codes, used: int, bank: Matrix, policy: Matrix, t: int, flows: Vector,
            changes: Cube, tally: Matrix, event: Matrix, event_code: Codes,
            event_used: int) -> tuple[int, int]:  # fmt: skip
    """Banks serve the best risk-adjusted margin first until their room is used up;
    returns (loans used, events used).
    """
    for o in range(order.shape[0]):
        k = order[o]
        i, b = rows[k], lenders[k]
        if bank[ROOM, b] < policy[SMALLEST_LOAN, 0]:
            b = firm_code[BANK, i]  # a member goes back to its own bank with what the platform knows of it
        amount = min(amounts[k], bank[ROOM, b])
        if amount < policy[SMALLEST_LOAN, 0]:
            tally[CREDIT_GAP, 1] += amounts[k]
            tally[REFUSED_CREDIT, BANK_LIMIT] += 1.0
            continue
        tally[CREDIT_GAP, 1] += amounts[k] - amount
        lent = grant_loan(
            used, i, b, amount, rates[k], int(policy[MATURITY, 0]), int(policy[LOAN_GRACE, 0]), MLT_LOAN, t, firm,
            firm_code, loan, loan_code, bank, flows, changes,
        )  # fmt: skip
        used += 1
        tally[LOANS_SOUGHT, 1] += 1.0
        tally[LOANS_PAID, 0] += lent
        if bank[PLATFORM_BANK, b] > 0.0 and firm_code[MEMBER_AT, i] >= 0:
            tally[PLATFORM_PAID, 0] += lent
        tally[LOANS_PAID, 1] += lent * rates[k]
        tally[LOANS_PAID, 2] += lent * (rates[k] - policy[LPR_5Y, 0])
        event_used = note(event, event_code, event_used, NEW_LOAN, firm_code[ID, i], b, lent, rates[k])
    return used, event_used


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
            seed: int, t: int, account: Vector, flows: Vector, changes: Cube, tally: Matrix) -> None:  # fmt: skip
    """Defaulted loans of working firms are resolved at a hazard:
    cash, then capital at a discount, the rest is written off.
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
            sell_capital(
                firm, i, max(0.0, loan[PRINCIPAL, row] - firm[CASH, i]), policy[CAPITAL_SALE, 0], flows, changes,
                account,
            )  # fmt: skip
            recover_loan(row, i, firm, loan, loan_code, bank, flows, changes, tally)
        elif loan_code[LOAN_STATUS, row] != PERFORMING:
            bank[NON_PERFORMING, loan_code[LENDER, row]] += loan[PRINCIPAL, row]


@rule
def is_leaving(seed: int, identity: int, t: int, share: float) -> bool:
    """Whether a firm without venture history closes after its defaulted debt is resolved."""
    return uniform(seed, DRAW_LEAVE, identity, t) < share


def play_bills(q: Quarter) -> None:
    """Debt service due this quarter."""
    s = q.state
    bills(s.firm.num, s.firm.used, s.loan.num, s.loan.code, s.loan.used, s.quarter)


def play_lending(q: Quarter) -> None:
    """Applications, approvals and payout."""
    s, p = q.state, q.policy
    set_room(s.bank.num, p)
    n = s.firm.used
    rows, lenders = np.empty(n, dtype=np.int64), np.empty(n, dtype=np.int64)
    amounts, rates, margins = np.empty(n), np.empty(n), np.empty(n)
    count = apply_for_loans(
        s.firm.num, s.firm.code, n, s.bank.num, p, s.memory, s.seed, s.quarter, rows, lenders, amounts, rates, margins,
        s.tally,
    )  # fmt: skip
    order = best_first(margins[:count], s.firm.code[ID, rows[:count]])
    s.loan.reserve(count)
    s.event.reserve(count)
    s.loan.used, s.event.used = pay_out(
        order, rows, lenders, amounts, rates, s.firm.num, s.firm.code, s.loan.num, s.loan.code, s.loan.used, s.bank.num,
        p, s.quarter, s.flows, s.changes, s.tally, s.event.num, s.event.code, s.event.used,
    )  # fmt: skip


def play_service(q: Quarter) -> None:
    """Interest and principal, arrears, defaults and resolution."""
    s, p = q.state, q.policy
    s.event.reserve(s.firm.used)
    s.event.used = serve_debt(
        s.firm.num, s.firm.code, s.firm.used, s.loan.num, s.loan.code, s.loan.used, s.bank.num, s.quarter, s.flows,
        s.changes, s.tally, s.event.num, s.event.code, s.event.used,
    )  # fmt: skip
    resolve(
        s.firm.num, s.firm.code, s.loan.num, s.loan.code, s.loan.used, s.bank.num, p, s.seed, s.quarter, s.account,
        s.flows, s.changes, s.tally,
    )  # fmt: skip


MECHANISM = Mechanism(
    key="credit",
    question="Who gets a loan, at what rate, and who pays it back?",
    stages=(
        Stage("bills", play_bills, "debt, interest and principal due are added up"),
        Stage("bank lending", play_lending, "enterprises apply, banks score, price and ration; loans are paid out"),
        Stage("debt service", play_service, "interest, principal, arrears, default, resolution"),
    ),
    lines=("LNEW", "LREP", "INT", "RECO", "LIQ"),
    events=("loan", "default"),
    indicators=("mlt_loans", "mean_loan_rate", "loan_approval_rate", "borrower_share", "npl_ratio", "default_rate"),
)
