"""Guarantee: a national fund and local guarantors take over part of a bank's loss, for a fee of the borrower."""

from __future__ import annotations

from ..accounting.chart import GUARANTEE_FEE_CENTRAL, GUARANTEE_FEE_LOCAL
from ..accounting.ledger import exact, pay
from ..agents.bank import (
    BORROWER, CALLED, CALL_RISK, COVERED, GRACE, LENDER, LENT_AT, LOAN_OPEN, LOAN_STATUS, NATIONAL, PAID_OUT,
    PERFORMING, PRINCIPAL, PROTECTED, QUARTERS, years_left,
)  # fmt: skip
from ..agents.enterprise import (
    CASH, DEFAULTED_AT, GUARANTEED, ID, MARKET, PATENTS, PILOT, REGION, STAGE, VALIDATED_AT,
)  # fmt: skip
from ..agents.government import PROGRAMMES, PURSE
from ..agents.guarantor import call_guarantee
from ..agents.national import Values, share
from ..agents.population import (
    CONTINGENT, GUARANTEE_PAID, GUARANTEE_QUEUE, GUARANTEE_STOCK, LGD, TREASURY, Population,
)  # fmt: skip
from ..agents.programmes import GUARANTEE_PRIORITY, OFFER_GUARANTEE, has_priority, is_certified, is_known
from ..agents.tally import (
    CENTRAL, COST_GUARANTEE, COST_GUARANTEE_FEE, EXPECTED_LOSS, GUARANTEE_CALL, GUARANTEE_CALLS, GUARANTEE_SEEKERS,
    LOCAL, RECEIPT, note,
)  # fmt: skip
from ..engine.draws import purpose, uniform
from ..engine.jit import kernel, rule
from ..engine.table import Codes, Cube, Floats, Ints, Matrix, Vector
from ..scenario.parameter import parameter
from .mechanism import Mechanism, Quarter, Stage
from .screening import believed_risk

PLACES = parameter("guarantee_share")
COVERAGE = parameter("guarantee_coverage")
FEE = parameter("guarantee_fee")
NATIONAL_CERTIFIED = parameter("guarantee_national_certified")
NATIONAL_VALIDATED = parameter("guarantee_national_validated")
NATIONAL_OTHER = parameter("guarantee_national_other")
PROVINCE = parameter("guarantee_province")
BORROWER_CAP = parameter("guarantee_borrower_cap")
CEILING = parameter("guarantee_ceiling")
FULL = 0.8  # coverage at which the shares of guarantors are published: the bank bears 20% at least (GUAR03)

DRAW_PLACE = purpose("place in the guaranteed class")


@rule
def coverage_now(policy: Matrix, memory: Matrix) -> float:
    """Coverage of new guarantees: the lever's, or none while payouts of four quarters exceed the stock's ceiling."""
    paid = memory[GUARANTEE_PAID, 0] + memory[GUARANTEE_PAID, 1] + memory[GUARANTEE_PAID, 2] + memory[GUARANTEE_PAID, 3]
    return 0.0 if paid > policy[CEILING, 0] * memory[GUARANTEE_STOCK, 0] else float(policy[COVERAGE, 0])


@rule
def place_chance(places: float, seekers: float, certified: float, is_listed: bool, priority: bool) -> float:
    """Chance of an applicant to be guaranteed: the share of places, or for certified firms first where they have
    priority.

    places: share of applicants for whom there is a place; seekers, certified: applicants of last quarter, all and
    certified.
    """
    if not priority or certified <= 0.0 or seekers <= certified:
        return places
    if is_listed:
        return min(1.0, places * seekers / certified)
    return max(0.0, places * seekers - certified) / (seekers - certified)


@rule
def is_for_guarantee(stage: int, guaranteed: float, cap: float) -> bool:
    """Guarantees are for enterprises at the pilot or market stage whose guaranteed loans are below the cap (CNY mn)."""
    return PILOT <= stage <= MARKET and guaranteed < cap


@rule
def cover_offered(firm: Matrix, firm_code: Codes, i: int, coverage: float, policy: Matrix, memory: Matrix, seed: int,
                  t: int, tally: Matrix) -> float:  # fmt: skip
    """Part of a loan to firm i that guarantors offer to cover this quarter, 0 without a place."""
    if not is_for_guarantee(firm_code[STAGE, i], firm[GUARANTEED, i], policy[BORROWER_CAP, 0]):
        return 0.0
    listed = is_known(firm_code, i, OFFER_GUARANTEE, policy, seed, t)
    tally[GUARANTEE_SEEKERS, 0] += 1.0
    tally[GUARANTEE_SEEKERS, 1] += 1.0 if listed else 0.0
    chance = place_chance(
        policy[PLACES, 0], memory[GUARANTEE_QUEUE, 0], memory[GUARANTEE_QUEUE, 1], listed,
        has_priority(policy, GUARANTEE_PRIORITY),
    )  # fmt: skip
    return coverage if uniform(seed, DRAW_PLACE, firm_code[ID, i], t) < chance else 0.0


@rule
def borrower_pays(rate: float, fee: float, covered: float, subsidy: float) -> float:
    """Yearly cost of a loan to the borrower: interest and guarantee fee, less the interest subsidy (shares of it)."""
    return rate + fee * covered - subsidy


@rule
def national_part(firm: Matrix, firm_code: Codes, i: int, policy: Matrix, t: int) -> float:
    """Part of a guarantee for firm i that the national fund bears; provinces keep their least share.

    Shares are published for a coverage of 80% of the loan and scaled with it, so the part is share / .8.
    """
    own = policy[NATIONAL_OTHER, 0]
    if is_certified(firm_code, i, t):
        own = policy[NATIONAL_CERTIFIED, 0]
    elif firm_code[VALIDATED_AT, i] >= 0 or firm[PATENTS, i] > 0.0:
        own = policy[NATIONAL_VALIDATED, 0]
    return float(min(own, FULL - policy[PROVINCE, 0]) / FULL)


@rule
def sign_guarantee(row: int, i: int, cover: float, yearly_loss: float, firm: Matrix, firm_code: Codes, loan: Matrix,
                   policy: Matrix, t: int) -> None:  # fmt: skip
    """Put loan `row` of firm i under guarantee; yearly_loss: PD LGD on public information, per yuan."""
    loan[COVERED, row] = cover
    loan[NATIONAL, row] = national_part(firm, firm_code, i, policy, t)
    loan[CALL_RISK, row] = yearly_loss
    firm[GUARANTEED, i] += loan[PRINCIPAL, row]


@rule
def expected_calls(covered: float, yearly_loss: float, years: float) -> float:
    """Expected loss of guarantors on `covered` (CNY mn) of a loan that is lent for so many more years on average."""
    return covered * yearly_loss * years


@kernel
def collect_fees(firm: Matrix, firm_code: Codes, loan: Matrix, loan_code: Codes, used: int, fee: float, t: int,
                 region: Matrix, account: Vector, flows: Vector, cost: Cube) -> None:  # fmt: skip
    """Borrowers pay the fee of a year in advance, at signing and on each anniversary, as far as cash goes."""
    for row in range(used):
        if loan[COVERED, row] <= 0.0 or loan_code[LOAN_OPEN, row] == 0 or loan_code[CALLED, row] == 1:
            continue
        if (t - loan_code[LENT_AT, row]) % 4 != 0:
            continue
        i = loan_code[BORROWER, row]
        r = firm_code[REGION, i]
        total = exact(min(fee * loan[COVERED, row] * loan[PRINCIPAL, row], firm[CASH, i]))
        central = pay(flows, GUARANTEE_FEE_CENTRAL, firm[CASH], i, account, TREASURY, total * loan[NATIONAL, row])
        local = pay(flows, GUARANTEE_FEE_LOCAL, firm[CASH], i, region[PURSE], r, total - central)
        region[PROGRAMMES, r] -= local
        cost[COST_GUARANTEE_FEE, CENTRAL, RECEIPT] += central
        cost[COST_GUARANTEE_FEE, LOCAL, RECEIPT] += local


@rule
def call_loan(row: int, i: int, firm_code: Codes, loan: Matrix, loan_code: Codes, bank: Matrix, region: Matrix,
              account: Vector, flows: Vector, tally: Matrix, cost: Cube, event: Matrix, event_code: Codes,
              event_used: int) -> int:  # fmt: skip
    """Guarantors pay for loan `row` of firm i if it is guaranteed and not paid for yet; returns events used."""
    if loan[COVERED, row] <= 0.0 or loan_code[LOAN_OPEN, row] == 0 or loan_code[CALLED, row] == 1:
        return event_used
    paid = call_guarantee(row, i, firm_code, loan, loan_code, bank, region, account, flows, tally, cost)
    return note(
        event, event_code, event_used, GUARANTEE_CALL, firm_code[ID, i], loan_code[LENDER, row], paid,
        loan[NATIONAL, row],
    )  # fmt: skip


@rule
def call_guarantees(i: int, loan_head: Ints, loan_next: Ints, firm_code: Codes, loan: Matrix, loan_code: Codes,
                    bank: Matrix, region: Matrix, account: Vector, flows: Vector, tally: Matrix, cost: Cube,
                    event: Matrix, event_code: Codes, event_used: int) -> int:  # fmt: skip
    """Guarantors pay for the loans of a firm that is about to be wound up; returns events used."""
    row = loan_head[i]
    while row >= 0:
        event_used = call_loan(
            row, i, firm_code, loan, loan_code, bank, region, account, flows, tally, cost, event, event_code, event_used
        )
        row = loan_next[row]
    return event_used


@kernel
def pay_calls(firm_code: Codes, loan: Matrix, loan_code: Codes, used: int, bank: Matrix, region: Matrix,
              account: Vector, flows: Vector, tally: Matrix, cost: Cube, event: Matrix, event_code: Codes,
              event_used: int) -> int:  # fmt: skip
    """Guarantors pay for the loans of enterprises that have defaulted; returns events used."""
    for row in range(used):
        i = loan_code[BORROWER, row]
        if loan[COVERED, row] > 0.0 and firm_code[DEFAULTED_AT, i] >= 0:
            event_used = call_loan(
                row, i, firm_code, loan, loan_code, bank, region, account, flows, tally, cost, event, event_code,
                event_used,
            )  # fmt: skip
    return event_used


@kernel
def value_guarantees(firm: Matrix, firm_used: int, loan: Matrix, loan_code: Codes, used: int, bank: Matrix,
                     memory: Matrix, t: int, cost: Cube) -> None:  # fmt: skip
    """Add up what is guaranteed, by borrower and bank, and what guarantors must expect to lose on it; the change of
    that expected loss is public cost, so that it is trued up as loans default or run off.
    """
    for i in range(firm_used):
        firm[GUARANTEED, i] = 0.0
    for b in range(bank.shape[1]):
        bank[PROTECTED, b] = 0.0
        bank[PAID_OUT, b] = 0.0
    stock, central, local = 0.0, 0.0, 0.0
    for row in range(used):
        if loan[COVERED, row] <= 0.0 or loan_code[LOAN_OPEN, row] == 0:
            continue
        b = loan_code[LENDER, row]
        part = exact(loan[PRINCIPAL, row] * loan[COVERED, row])
        firm[GUARANTEED, loan_code[BORROWER, row]] += loan[PRINCIPAL, row]
        if loan_code[LOAN_STATUS, row] != PERFORMING or loan_code[CALLED, row] == 1:
            bank[PROTECTED, b] += part
        if loan_code[CALLED, row] == 1:
            bank[PAID_OUT, b] += part
            continue
        years = years_left(t - loan_code[LENT_AT, row], loan_code[QUARTERS, row], loan_code[GRACE, row])
        loss = expected_calls(part, loan[CALL_RISK, row], years)
        stock += part
        central += loss * loan[NATIONAL, row]
        local += loss * (1.0 - loan[NATIONAL, row])
    cost[COST_GUARANTEE, CENTRAL, EXPECTED_LOSS] += central - memory[CONTINGENT, 0]
    cost[COST_GUARANTEE, LOCAL, EXPECTED_LOSS] += local - memory[CONTINGENT, 1]
    memory[GUARANTEE_STOCK, 0] = stock
    memory[CONTINGENT, 0] = central
    memory[CONTINGENT, 1] = local


@kernel
def remember_calls(memory: Matrix, tally: Matrix) -> None:
    """The quarter's payouts and applicants are what guarantors know next quarter."""
    for k in range(3, 0, -1):
        memory[GUARANTEE_PAID, k] = memory[GUARANTEE_PAID, k - 1]
    memory[GUARANTEE_PAID, 0] = tally[GUARANTEE_CALLS, 0]
    memory[GUARANTEE_QUEUE, 0] = tally[GUARANTEE_SEEKERS, 0]
    memory[GUARANTEE_QUEUE, 1] = tally[GUARANTEE_SEEKERS, 1]


@kernel
def cover_opening_loans(firm: Matrix, firm_code: Codes, loan: Matrix, loan_code: Codes, used: int, policy: Matrix,
                        loss: float, seed: int, t: int) -> None:  # fmt: skip
    """Loans of the opening for which a guarantee is meant are guaranteed as often as new ones; guarantors have paid for
    those in default.
    """
    for row in range(used):
        i = loan_code[BORROWER, row]
        small = loan[PRINCIPAL, row] <= policy[BORROWER_CAP, 0]
        if not small or not is_for_guarantee(firm_code[STAGE, i], 0.0, policy[BORROWER_CAP, 0]):
            continue
        if uniform(seed, DRAW_PLACE, firm_code[ID, i], t, 0, 1) < policy[PLACES, 0]:
            yearly = believed_risk(firm, firm_code, i, 0.0, policy, t) * loss
            sign_guarantee(row, i, policy[COVERAGE, 0], yearly, firm, firm_code, loan, policy, t)
            loan_code[CALLED, row] = 1 if firm_code[DEFAULTED_AT, i] >= 0 else 0


def open_guarantees(s: Population, policy: Floats) -> None:
    """Guarantees of the opening, with books that remember no payouts."""
    cover_opening_loans(
        s.firm.num, s.firm.code, s.loan.num, s.loan.code, s.loan.used, policy, s.memory[LGD, 0], s.seed, s.quarter
    )
    s.memory[[GUARANTEE_PAID, GUARANTEE_QUEUE]] = 0.0
    value_guarantees(
        s.firm.num, s.firm.used, s.loan.num, s.loan.code, s.loan.used, s.bank.num, s.memory, s.quarter, s.cost
    )


def play_fees(q: Quarter) -> None:
    """Fees of new guarantees and of anniversaries."""
    s = q.state
    collect_fees(
        s.firm.num, s.firm.code, s.loan.num, s.loan.code, s.loan.used, q.policy[FEE, 0] / 100.0, s.quarter,
        s.region.num, s.account, s.flows, s.cost,
    )  # fmt: skip


def play_calls(q: Quarter) -> None:
    """Payouts for enterprises that have defaulted."""
    s = q.state
    s.event.reserve(s.loan.used)
    s.event.used = pay_calls(
        s.firm.code, s.loan.num, s.loan.code, s.loan.used, s.bank.num, s.region.num, s.account, s.flows, s.tally,
        s.cost, s.event.num, s.event.code, s.event.used,
    )  # fmt: skip


def play_books(q: Quarter) -> None:
    """Stock, expected loss, and what banks need not provide for."""
    s = q.state
    value_guarantees(
        s.firm.num, s.firm.used, s.loan.num, s.loan.code, s.loan.used, s.bank.num, s.memory, s.quarter, s.cost
    )
    remember_calls(s.memory, s.tally)


def measure(s: Population, policy: Floats) -> Values:
    """Calls on guarantees over guarantees outstanding."""
    return {
        "guarantee_call_rate": share(4.0 * float(s.tally[GUARANTEE_CALLS, 0]), float(s.memory[GUARANTEE_STOCK, 0])),
    }


MECHANISM = Mechanism(
    key="guarantee",
    question="Who bears a bank's loss, and does the bank still look before it lends?",
    core=False,
    neutral={"guarantee_share": 0.0, "guarantee_coverage": 0.0, "guarantee_fee": 0.0},
    stages=(
        Stage("guarantee fees", play_fees, "borrowers pay a year's fee on guaranteed loans in advance"),
        Stage("guarantee payouts", play_calls, "guarantors pay banks for loans of enterprises that have defaulted"),
        Stage("guarantee books", play_books, "guaranteed stock and its expected loss are valued"),
    ),
    lines=("GFEE", "GPAY", "RECO"),
    events=("guarantee", "guarantee_call"),
    indicators=("guarantee_call_rate",),
    measure=measure,
)
