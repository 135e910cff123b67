"""Lending: who applies for a loan, on what terms a bank would lend, and whom it serves while it has room."""

from __future__ import annotations

from ..accounting.chart import B, FLOW, LENDING, LOANS
from ..accounting.ledger import lend
from ..agents.bank import (
    BOOK, BORROWER, BORROWER_ID, EFFORT_GUARANTEED, EFFORT_PLAIN, GRACE, HURDLE, LENDER, LENT_AT, LIGHTER, LOAN_KIND,
    LOAN_OPEN, MLT_LOAN, PLATFORM_BANK, PRINCIPAL, QUARTERS, RATE, RELENT, ROOM, SUBSIDY, credit_need, is_approved,
    loan_rate, years_left,
)  # fmt: skip
from ..agents.enterprise import (
    ARREARS, BANK, CAPEX_WANTED, CAPITAL, CASH, CASH_FLOW, DEBT, DEFAULTED_AT, FIRST_LOAN, GAP, GUARANTEED, ID,
    MEMBER_AT, PATENTS, PILOT, SALES, STAGE,
)  # fmt: skip
from ..agents.information import information_units
from ..agents.population import LGD, REF_RATE
from ..agents.programmes import is_certified, label_weight, support
from ..agents.tally import (
    BANK_LIMIT, CREDIT_GAP, GUARANTEE, GUARANTEE_SEEKERS, HAS_ARREARS, LOANS_PAID, LOANS_SOUGHT, NEW_LOAN,
    NOT_PROFITABLE, NO_COLLATERAL, NO_NEED, PLATFORM_PAID, PREFERENTIAL_PAID, REFUSED_CREDIT, RELENDING, TOO_RISKY,
    note,
)  # fmt: skip
from ..engine.jit import kernel, rule
from ..engine.table import Codes, Cube, Ints, Matrix, Vector
from ..scenario.parameter import parameter
from .guarantee import BORROWER_CAP, FEE, borrower_pays, cover_offered, coverage_now, expected_calls, sign_guarantee
from .interest_subsidy import subsidy_promised
from .platform import bank_asked
from .relending import draw_relending, funding_cost, passed_on, ratio_offered
from .screening import (
    LOAN_GRACE, MATURITY, PD_MAXIMUM, SCREENING_COST, believed_risk, informed_risk, judge_efforts, luck_of_look,
)  # fmt: skip

LPR_5Y = parameter("lpr_5y")
SPREAD = parameter("loan_spread")
LTV = parameter("ltv_capital")
LTV_ORDERS = parameter("ltv_orders")
LTV_PATENTS = parameter("ltv_patents")
COVER_RATIO = parameter("debt_service_cover")
LIQUIDITY = parameter("liquidity_quarters")
RATE_ELASTICITY = parameter("rate_elasticity")
FINANCED = parameter("capex_financed")
DEPRECIATION = parameter("depreciation")
RISK_WEIGHT = parameter("risk_weight")
CERTIFIED_WEIGHT = parameter("risk_weight_cert")
SMALLEST_LOAN = parameter("smallest_loan")

# What the bank's file on an approved application says: rows of the matrix of offers
(AMOUNT, OFFERED_RATE, COVER, SUBSIDISED, REFINANCED, RISK_LOSS, PLAIN_AMOUNT, PLAIN_RATE, ASKED) = range(9)
OFFER_ROWS = 9


@rule
def relative_weight(firm_code: Codes, i: int, t: int, policy: Matrix) -> float:
    """Capital charge of a loan to firm i, against an ordinary one: a lower risk weight for certified firms."""
    return policy[CERTIFIED_WEIGHT, 0] / policy[RISK_WEIGHT, 0] if is_certified(firm_code, i, t) else 1.0


@rule
def loan_sought(firm: Matrix, firm_code: Codes, i: int, cost: float, cover: float, policy: Matrix, memory: Matrix,
                t: int) -> tuple[float, float]:  # fmt: skip
    """What firm i would like to borrow for a year at a yearly cost, and what its capital, orders and cash flow carry
    (CNY mn). Collateral is asked for the part of the loan that nobody guarantees.
    """
    worn = policy[DEPRECIATION, 0] * firm[CAPITAL, i]
    relative = cost / memory[REF_RATE, 0] if memory[REF_RATE, 0] > 0.0 else 1.0
    capex = firm[CAPEX_WANTED, i] + 3.0 * worn
    need = credit_need(
        capex, policy[LIQUIDITY, 0] * firm[GAP, i], firm[CASH, i], 4.0 * worn, policy[FINANCED, 0], relative,
        policy[RATE_ELASTICITY, 0],
    )  # fmt: skip
    carried = policy[LTV, 0] * firm[CAPITAL, i]
    carried += policy[LTV_PATENTS, 0] * label_weight(firm_code, i, t, memory) * firm[PATENTS, i]
    if firm_code[STAGE, i] == PILOT:
        carried += policy[LTV_ORDERS, 0] * 4.0 * firm[SALES, i]
        return need, carried / (1.0 - cover) - firm[DEBT, i]
    service = cost / 4.0 + 1.0 / (policy[MATURITY, 0] - policy[LOAN_GRACE, 0])
    carried = min(carried / (1.0 - cover), max(0.0, firm[CASH_FLOW, i]) / policy[COVER_RATIO, 0] / service)
    return need, carried - firm[DEBT, i]


@rule
def posted_rate(public: float, own_loss: float, policy: Matrix) -> float:
    """Rate posted for a public risk of which the bank bears own_loss at default, without relending (a year)."""
    return loan_rate(policy[LPR_5Y, 0], policy[SPREAD, 0], public, own_loss)


@rule
def cost_to(firm_code: Codes, i: int, rate: float, cover: float, policy: Matrix, t: int) -> float:
    """What a loan at `rate` costs firm i a year, with guarantee fee and interest subsidy."""
    return borrower_pays(rate, policy[FEE, 0] / 100.0, cover, subsidy_promised(firm_code, i, t, policy))


@rule
def cover_within_cap(firm: Matrix, firm_code: Codes, i: int, public: float, cover: float, policy: Matrix,
                     memory: Matrix, t: int) -> float:  # fmt: skip
    """The cover that is offered, or none if the loan would take the borrower beyond the guarantee cap."""
    if cover <= 0.0:
        return cover
    rate = posted_rate(public, memory[LGD, 0] * (1.0 - cover), policy)
    cost = cost_to(firm_code, i, rate, cover, policy, t)
    need, carried = loan_sought(firm, firm_code, i, cost, cover, policy, memory, t)
    return 0.0 if firm[GUARANTEED, i] + min(need, carried) > policy[BORROWER_CAP, 0] else cover


@rule
def reason_to_refuse(risk: float, rate: float, own_loss: float, funding: float, amount: float, policy: Matrix) -> int:
    """Why a bank refuses a loan (a reason of the tally), or -1 if it approves it."""
    if risk > policy[PD_MAXIMUM, 0]:
        return TOO_RISKY
    if not is_approved(risk, policy[PD_MAXIMUM, 0], rate, own_loss, funding):
        return NOT_PROFITABLE
    return NO_COLLATERAL if amount < policy[SMALLEST_LOAN, 0] else -1


@rule
def plain_amount(firm: Matrix, firm_code: Codes, i: int, plain: float, cover: float, risk: float, policy: Matrix,
                 memory: Matrix, t: int) -> float:  # fmt: skip
    """What the bank would lend firm i without relending, at the plain rate; 0 if it would refuse (CNY mn)."""
    cost, loss = cost_to(firm_code, i, plain, cover, policy, t), memory[LGD, 0] * (1.0 - cover)
    need, carried = loan_sought(firm, firm_code, i, cost, cover, policy, memory, t)
    reason = reason_to_refuse(risk, plain, loss, funding_cost(0.0, policy), min(need, carried), policy)
    return min(need, carried) if reason < 0 else 0.0


@rule
def wants_to_apply(firm: Matrix, firm_code: Codes, i: int, t: int) -> bool:
    """Enterprises from the pilot on apply once a year, or when cash does not cover the quarter; none in default."""
    if firm_code[STAGE, i] < PILOT or firm_code[DEFAULTED_AT, i] >= 0:
        return False
    return bool(firm[CASH, i] < firm[GAP, i] or (firm_code[ID, i] + t) % 4 == 0)


@kernel
def apply_for_loans(firm: Matrix, firm_code: Codes, used: int, bank: Matrix, policy: Matrix, memory: Matrix, seed: int,
                    t: int, left: float, rows: Ints, offers: Matrix, margins: Vector, desk: Cube,
                    tally: Matrix) -> int:  # fmt: skip
    """Enterprises apply; banks look, price and approve or refuse. Returns how many pass."""
    count = 0
    coverage = coverage_now(policy, memory)
    for i in range(used):
        if not wants_to_apply(firm, firm_code, i, t):
            continue
        if firm_code[ARREARS, i] > 0:
            tally[REFUSED_CREDIT, HAS_ARREARS] += 1.0
            continue
        b = bank_asked(firm_code, i, bank, policy, seed, t)
        public = believed_risk(firm, firm_code, i, 0.0, policy, t)
        cover = cover_offered(firm, firm_code, i, coverage, policy, memory, seed, t, tally)
        cover = cover_within_cap(firm, firm_code, i, public, cover, policy, memory, t)
        loss = memory[LGD, 0] * (1.0 - cover)
        plain = posted_rate(public, loss, policy)
        refinanced = ratio_offered(firm, firm_code, i, b, left, policy, t)
        rate, funding = plain - passed_on(refinanced, policy), funding_cost(refinanced, policy)
        cost = cost_to(firm_code, i, rate, cover, policy, t)
        need, carried = loan_sought(firm, firm_code, i, cost, cover, policy, memory, t)
        if need < policy[SMALLEST_LOAN, 0]:
            tally[REFUSED_CREDIT, NO_NEED] += 1.0
            continue
        tally[LOANS_SOUGHT, 0] += 1.0
        tally[CREDIT_GAP, 0] += need
        units = information_units(firm_code, i, t, bank[PLATFORM_BANK, b], policy, memory)
        draw = luck_of_look(firm_code, i, b, seed)
        effort = bank[EFFORT_GUARANTEED if cover > 0.0 else EFFORT_PLAIN, b]
        risk = informed_risk(firm, firm_code, i, draw, effort, units, policy, t)
        weight = policy[RISK_WEIGHT, 0] * relative_weight(firm_code, i, t, policy)
        if policy[SCREENING_COST, 0] > 0.0:
            judge_efforts(
                firm, firm_code, i, b, draw, units, rate, loss, funding, weight, 1 if cover > 0.0 else 0,
                bank[HURDLE, b], policy, t, desk,
            )  # fmt: skip
        reason = reason_to_refuse(risk, rate, loss, funding, min(need, carried), policy)
        if reason >= 0:
            tally[REFUSED_CREDIT, reason] += 1.0
            tally[CREDIT_GAP, 1] += need
            continue
        offers[ASKED, count] = b
        rows[count], margins[count] = i, (rate - risk * loss - funding) / weight
        offers[AMOUNT, count], offers[OFFERED_RATE, count] = min(need, carried), rate
        offers[COVER, count], offers[REFINANCED, count] = cover, refinanced
        offers[SUBSIDISED, count] = subsidy_promised(firm_code, i, t, policy)
        offers[RISK_LOSS, count] = public * memory[LGD, 0]
        if refinanced > 0.0:
            offers[PLAIN_AMOUNT, count] = plain_amount(firm, firm_code, i, plain, cover, risk, policy, memory, t)
            offers[PLAIN_RATE, count] = plain
        count += 1
    return count


@rule
def grant_loan(row: int, i: int, b: int, amount: float, rate: float, quarters: int, grace: int, kind: int, t: int,
               weight: float, firm: Matrix, firm_code: Codes, loan: Matrix, loan_code: Codes, bank: Matrix,
               flows: Vector, changes: Cube) -> float:  # fmt: skip
    """Write a loan into `row` and pay it out; returns what was lent. weight: its capital charge, ordinary = 1."""
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
    bank[ROOM, b] -= lent * weight
    bank[LIGHTER, b] += lent * (1.0 - weight)
    if firm_code[FIRST_LOAN, i] < 0:
        firm_code[FIRST_LOAN, i] = t
    changes[LOANS, B, FLOW] += lent
    return lent


@rule
def sign_programmes(row: int, i: int, b: int, k: int, refinanced: float, offers: Matrix, firm: Matrix, firm_code: Codes,
                    loan: Matrix, loan_code: Codes, bank: Matrix, policy: Matrix, t: int, flows: Vector, changes: Cube,
                    tally: Matrix, event: Matrix, event_code: Codes,
                    event_used: int) -> tuple[float, int]:  # fmt: skip
    """Sign what comes with the new loan `row`: guarantee, relending, promised subsidy.
    Returns (relending drawn, events used).
    """
    lent, drawn = loan[PRINCIPAL, row], 0.0
    loan[SUBSIDY, row] = offers[SUBSIDISED, k]
    tally[PREFERENTIAL_PAID, 2] += lent if offers[SUBSIDISED, k] > 0.0 else 0.0
    if offers[COVER, k] > 0.0:
        sign_guarantee(row, i, offers[COVER, k], offers[RISK_LOSS, k], firm, firm_code, loan, policy, t)
        years = years_left(0, int(policy[MATURITY, 0]), int(policy[LOAN_GRACE, 0]))
        support(firm, i, expected_calls(offers[COVER, k] * lent, offers[RISK_LOSS, k], years))
        tally[PREFERENTIAL_PAID, 0] += lent
        tally[GUARANTEE_SEEKERS, 2] += 1.0
        event_used = note(event, event_code, event_used, GUARANTEE, firm_code[ID, i], b, lent, offers[COVER, k])
    if refinanced > 0.0:
        loan_code[RELENT, row] = 1
        drawn = draw_relending(b, refinanced * lent, bank, flows, changes)
        tally[PREFERENTIAL_PAID, 1] += lent
        event_used = note(event, event_code, event_used, RELENDING, firm_code[ID, i], b, drawn, loan[RATE, row])
    return drawn, event_used


@kernel
def pay_out(order: Ints, rows: Ints, offers: Matrix, margins: Vector, left: float, firm: Matrix, firm_code: Codes,
            loan: Matrix, loan_code: Codes, used: int, bank: Matrix, policy: Matrix, t: int, flows: Vector,
            changes: Cube, tally: Matrix, event: Matrix, event_code: Codes,
            event_used: int) -> tuple[int, int]:  # fmt: skip
    """Banks serve the best risk-adjusted margin first until their room is used up; relending until its quota is, then
    on ordinary terms. Returns (loans used, events used).
    """
    for b in range(bank.shape[1]):
        bank[HURDLE, b] = 0.0
    for o in range(order.shape[0]):
        k = order[o]
        i = rows[k]
        b = int(offers[ASKED, k])
        weight = relative_weight(firm_code, i, t, policy)
        sought, rate, refinanced = offers[AMOUNT, k], offers[OFFERED_RATE, k], offers[REFINANCED, k]
        no_room = bank[ROOM, b] / weight < policy[SMALLEST_LOAN, 0] and b != firm_code[BANK, i]
        if no_room:
            b = firm_code[BANK, i]  # a member goes back to its own bank with what the platform knows of it
        amount = min(sought, bank[ROOM, b] / weight)
        if refinanced > 0.0 and (no_room or refinanced * amount > left):
            sought, rate, refinanced = offers[PLAIN_AMOUNT, k], offers[PLAIN_RATE, k], 0.0
            amount = min(sought, bank[ROOM, b] / weight)
        if amount < policy[SMALLEST_LOAN, 0]:
            tally[CREDIT_GAP, 1] += offers[AMOUNT, k]
            tally[REFUSED_CREDIT, BANK_LIMIT if sought > 0.0 else NOT_PROFITABLE] += 1.0
            bank[HURDLE, b] = max(bank[HURDLE, b], margins[k] if sought > 0.0 else 0.0)
            continue
        tally[CREDIT_GAP, 1] += sought - amount
        lent = grant_loan(
            used, i, b, amount, rate, int(policy[MATURITY, 0]), int(policy[LOAN_GRACE, 0]), MLT_LOAN, t, weight, firm,
            firm_code, loan, loan_code, bank, flows, changes,
        )  # fmt: skip
        tally[LOANS_SOUGHT, 1] += 1.0
        tally[LOANS_PAID, 0] += lent
        if bank[PLATFORM_BANK, b] > 0.0 and firm_code[MEMBER_AT, i] >= 0:
            tally[PLATFORM_PAID, 0] += lent
        tally[LOANS_PAID, 1] += lent * rate
        tally[LOANS_PAID, 2] += lent * (rate - policy[LPR_5Y, 0])
        event_used = note(event, event_code, event_used, NEW_LOAN, firm_code[ID, i], b, lent, rate)
        drawn, event_used = sign_programmes(
            used, i, b, k, refinanced, offers, firm, firm_code, loan, loan_code, bank, policy, t, flows, changes, tally,
            event, event_code, event_used,
        )  # fmt: skip
        left -= drawn
        used += 1
    return used, event_used
