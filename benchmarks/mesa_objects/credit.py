"""Credit: enterprises ask their main bank, banks score, price and ration; loans are served or default."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from .bank import IN_ARREARS, IN_DEFAULT, PERFORMING, Bank, Loan
from .chance import average, purpose
from .money import share_out
from .stages import PILOT, PUBLIC

if TYPE_CHECKING:
    from .enterprise import Enterprise
    from .model import CycleObjects


DRAW_RESOLUTION = purpose("defaulted loan resolved")


class Application(NamedTuple):
    """A loan application that the bank approves."""

    enterprise: Enterprise
    amount: float
    rate: float
    margin: float


def bill(model: CycleObjects) -> None:
    """Interest and principal due of every enterprise this quarter."""
    model.loans = [loan for loan in model.loans if loan.open]
    for e in model.register:
        e.interest_due = e.principal_due = 0.0
    for loan in model.loans:
        if loan.status != IN_DEFAULT:
            loan.borrower.interest_due += loan.interest_due()
            loan.borrower.principal_due += loan.principal_due()


def applies(e: Enterprise) -> bool:
    """Once a year, or when cash will not cover the quarter; not after a default."""
    if e.stage < PILOT or e.defaulted_at >= 0:
        return False
    return e.cash.balance < e.gap or (e.identity + e.model.t) % 4 == 0


def need_and_means(e: Enterprise, rate: float) -> tuple[float, float]:
    """What an enterprise would borrow for a year, and what its capital, orders and cash flow carry (CNY mn)."""
    p, usual = e.model.p, e.model.memory.reference["loan_rate"]
    worn = p.depreciation * e.capital
    capex = e.capex_wanted + 3.0 * worn
    wanted = max(max(0.0, capex + p.liquidity_quarters * e.gap - e.cash.balance), p.capex_financed * (4.0 * worn))
    need = wanted * math.pow(rate / usual if usual > 0.0 else 1.0, -p.rate_elasticity)
    carried = p.ltv_capital * e.capital
    if e.stage == PILOT:
        carried += p.ltv_orders * 4.0 * e.sales
    else:
        service = rate / 4.0 + 1.0 / (p.loan_quarters - p.loan_grace)
        carried = min(carried, max(0.0, e.cash_flow) / p.debt_service_cover / service)
    return need, carried - e.debt


def ask(e: Enterprise) -> Application | None:
    """An application, and the bank's answer."""
    model, p = e.model, e.model.p
    tally, loss = model.tally, model.memory.lgd
    if e.arrears > 0:
        tally.refusals["in arrears"] += 1
        return None
    rate = p.lpr_5y + p.loan_spread + e.bank.view(e, informed=False) * loss
    need, carried = need_and_means(e, rate)
    if need < p.smallest_loan:
        tally.refusals["no need"] += 1
        return None
    tally.loans_sought += 1.0
    tally.credit_sought += need
    risk = e.bank.view(e, informed=True)
    margin = rate - risk * loss - p.mlf_1y
    amount = min(need, carried)
    if risk > p.pd_maximum or margin < 0.0 or amount < p.smallest_loan:
        unsafe = "does not pay" if margin < 0.0 else "no collateral or cash flow"
        tally.refusals["risk too high" if risk > p.pd_maximum else unsafe] += 1
        tally.credit_refused += need
        return None
    return Application(e, amount, rate, margin / p.risk_weight)


def lend(model: CycleObjects) -> None:
    """Banks serve the best risk-adjusted margin first, until their room is used up."""
    p, tally = model.p, model.tally
    for bank in model.banks:
        bank.set_room()
    approved = [answer for e in model.register if applies(e) and (answer := ask(e)) is not None]
    approved.sort(key=lambda a: (-a.margin, a.enterprise.identity))
    for application in approved:
        e, bank = application.enterprise, application.enterprise.bank
        amount = min(application.amount, bank.room)
        if amount < p.smallest_loan:
            tally.credit_refused += application.amount
            tally.refusals["bank at its limit"] += 1
            continue
        tally.credit_refused += application.amount - amount
        lent = Loan(bank, e, application.rate, int(p.loan_quarters), int(p.loan_grace)).pay_out(amount)
        tally.loans_granted += 1.0
        tally.loans_paid += lent
        tally.loans_paid_rate += lent * application.rate
        tally.loans_paid_spread += lent * (application.rate - p.lpr_5y)
        tally.note("loan", e.identity, lent, application.rate)


def serve_debt(model: CycleObjects) -> None:
    """Interest first, then principal, as far as cash goes; one quarter short is arrears, two are default."""
    served = [loan for loan in model.loans if loan.open and loan.status != IN_DEFAULT]
    short = {loan.borrower.identity for loan in served if not loan.pay_interest()}
    short |= {loan.borrower.identity for loan in served if not loan.pay_principal()}
    for e in model.register:
        if e.defaulted_at >= 0:
            continue
        e.arrears = e.arrears + 1 if e.identity in short else 0
        if e.arrears >= 2:
            e.defaulted_at = model.t
            model.tally.defaulted += e.debt
            model.tally.note("default", e.identity, e.debt)


def resolve(model: CycleObjects) -> None:
    """Defaulted loans of enterprises that work on are settled at a hazard: cash, then capital, then write-off."""
    p = model.p
    for loan in model.loans:
        if not loan.open:
            continue
        e = loan.borrower
        loan.status = IN_DEFAULT if e.defaulted_at >= 0 else IN_ARREARS if e.arrears > 0 else PERFORMING
        due = model.draws.uniform(DRAW_RESOLUTION, e.identity, model.t, loan.lent_at, loan.kind) < p.resolution_hazard
        if loan.status == IN_DEFAULT and due and (not e.venture or e.stage == PUBLIC):
            pledged = p.capital_sale * loan.principal / p.ltv_capital
            e.sell_capital(min(pledged, max(0.0, loan.principal - e.cash.balance)), p.capital_sale)
            loan.recover()


def learn_losses(model: CycleObjects) -> None:
    """Banks learn what share of their claims they lose."""
    tally, memory = model.tally, model.memory
    if tally.loan_claims > 0.0:
        memory.lgd = average(memory.lgd, tally.loan_losses / tally.loan_claims, 8.0)


def count_bad_loans(model: CycleObjects) -> None:
    """Principal of each bank's loans in arrears or default."""
    for bank in model.banks:
        bank.bad_loans = 0.0
    for loan in model.loans:
        if loan.open and loan.status != PERFORMING:
            loan.bank.bad_loans += loan.principal


def share_among_banks(banks: list[Bank], amount: float) -> list[float]:
    """Exact parts of an amount in proportion to size; the last bank takes the remainder."""
    parts: list[float] = []
    left, weights = amount, sum(bank.share for bank in banks)
    for bank in banks[:-1]:
        part = share_out(bank.share, weights, left)
        parts.append(part)
        weights, left = weights - bank.share, left - part
    return [*parts, left]
