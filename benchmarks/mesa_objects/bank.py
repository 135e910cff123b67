"""Banks and loans: scoring, pricing, lending room, debt service, recovery, and how a bank closes its quarter."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import mesa

from .chance import logistic, purpose, quarterly_rate
from .money import BANKS, ENTERPRISES, Account, exact
from .stages import PILOT
from .valuation import belief

if TYPE_CHECKING:
    from .enterprise import Enterprise
    from .model import CycleObjects

PERFORMING, IN_ARREARS, IN_DEFAULT = range(3)
ORDINARY, FOR_ACQUISITION = range(2)

DRAW_BANK_SIGNAL = purpose("bank signal")


class Loan:
    """One loan of a bank to an enterprise."""

    def __init__(
        self, bank: Bank, borrower: Enterprise, rate: float, quarters: int, grace: int, kind: int = ORDINARY
    ) -> None:
        self.bank, self.borrower, self.rate, self.quarters, self.grace = bank, borrower, rate, quarters, grace
        self.kind = kind
        self.principal = self.overdue_interest = 0.0
        self.lent_at = bank.model.t
        self.status = PERFORMING
        self.open = True
        self.number = bank.model.next_loan_number()
        borrower.loans.append(self)
        bank.model.loans.append(self)

    def pay_out(self, amount: float) -> float:
        """The borrower's deposit, its debt and the bank's book rise together."""
        lent = exact(amount)
        self.borrower.cash.balance += lent
        self.principal += lent
        self.bank.book += lent
        self.bank.room -= lent
        self.bank.model.ledger.record("LNEW", BANKS, ENTERPRISES, lent)
        return lent

    def repay(self, code: str, amount: float) -> float:
        """Deposit, debt and the bank's book fall together."""
        paid = exact(amount)
        self.borrower.cash.balance -= paid
        self.principal -= paid
        self.bank.book -= paid
        self.bank.model.ledger.record(code, ENTERPRISES, BANKS, paid)
        return paid

    def interest_due(self) -> float:
        """Interest of the quarter with what is overdue."""
        return self.principal * self.rate / 4.0 + self.overdue_interest

    def principal_due(self) -> float:
        """Nothing in the grace period, then equal parts of what is left."""
        age = self.bank.model.t - self.lent_at
        return 0.0 if age <= self.grace else self.principal / max(1, self.quarters - age + 1)

    def pay_interest(self) -> bool:
        """Pay interest as far as cash goes; whether all of it was paid."""
        cash = self.borrower.cash
        owed = exact(self.interest_due())
        paid = self.bank.model.ledger.pay("INT", cash, self.bank.equity, min(owed, cash.balance))
        self.bank.income += paid
        self.overdue_interest = owed - paid
        return bool(paid >= owed)

    def pay_principal(self) -> bool:
        """Pay principal as far as cash goes; whether all that was due was paid."""
        due = exact(self.principal_due())
        paid = self.repay("LREP", min(due, self.borrower.cash.balance))
        if self.principal <= 0.0 and self.overdue_interest <= 0.0:
            self.close()
        return paid >= due

    def recover(self) -> None:
        """Take what cash is left up to the claim, and write the rest off."""
        bank, tally = self.bank, self.bank.model.tally
        paid = self.repay("RECO", min(self.principal, self.borrower.cash.balance))
        lost = self.principal
        bank.book -= lost
        bank.equity.balance -= lost
        bank.income -= lost
        bank.recent_loss += lost
        tally.loan_losses += lost
        tally.loan_claims += lost + paid
        self.principal = 0.0
        self.close()

    def close(self) -> None:
        self.open = False
        self.borrower.loans.remove(self)

    def move_to(self, acquirer: Enterprise) -> None:
        """Another enterprise takes over the debt."""
        self.borrower.loans.remove(self)
        self.borrower = acquirer
        acquirer.loans.append(self)
        acquirer.loans.sort(key=lambda loan: loan.number)


class Bank(mesa.Agent):  # type: ignore[misc]
    """One of thirty banks; deposits, reserves and bonds are pooled over banks."""

    model: CycleObjects

    def __init__(self, model: CycleObjects, number: int, share: float) -> None:
        super().__init__(model)
        self.number, self.share = number, share
        self.equity = Account(BANKS)
        self.book = self.outside = self.allowance = self.recent_loss = self.room = self.income = 0.0
        self.bad_loans = 0.0

    def allocation(self) -> float:
        """Capital set aside for the enterprises of the model; losses of the last 12 quarters come off it one to one."""
        p = self.model.p
        guidance = p.guidance_weight * (p.guidance_share - 1.0)
        return float(p.allocation * (1.0 + guidance) * (self.equity.balance + self.recent_loss) - self.recent_loss)

    def set_room(self) -> None:
        """New loans that the allocation still carries."""
        p = self.model.p
        self.recent_loss *= 1.0 - 1.0 / p.allocation_memory
        self.room = max(0.0, (self.allocation() / p.capital_requirement - p.risk_weight * self.book) / p.risk_weight)

    def view(self, e: Enterprise, *, informed: bool) -> float:
        """Yearly default probability of an enterprise, on public information or with the bank's own signal."""
        p = self.model.p
        validated = e.validated_at >= 0
        quality = 0.0
        if informed:
            units = p.information_validated if validated else 0.0
            draw = self.model.draws.normal(DRAW_BANK_SIGNAL, e.identity, 0, self.number)
            quality, _ = belief(e.quality + p.bank_signal / math.sqrt(1.0 + units) * draw, p.bank_signal, units, 0.0)
        debt = e.debt
        leverage = debt / max(1e-9, debt + e.capital + e.cash.balance)
        age = max(0.0, (self.model.t - e.birth) / 4.0)
        score = p.pd_intercept + p.pd_leverage * leverage - p.pd_quality * quality
        score += p.pd_stage2 if e.stage == PILOT else 0.0
        score -= p.pd_age * math.log(1.0 + age / 2.0)
        return logistic(score - (p.pd_validated if validated else 0.0))

    def run_outside_book(self) -> None:
        """Interest, losses and growth of loans to the rest of the economy."""
        p, model = self.model.p, self.model
        earned = model.ledger.pay("INTO", model.rest.deposits, self.equity, self.outside * p.outside_yield / 4.0)
        lost = exact(self.outside * p.outside_loss / 4.0)
        self.income += earned - lost
        self.equity.balance -= lost
        lent = exact(self.outside * quarterly_rate(p.outside_growth) + lost)
        self.outside += lent - lost
        model.rest.deposits.balance += lent
        model.ledger.record("LOUT", BANKS, "rest", lent)

    def gain(self, amount: float) -> None:
        """A part of the income, or of the bill, that banks share."""
        self.equity.balance += amount
        self.income += amount

    def weighted(self) -> float:
        """Risk-weighted assets (CNY mn)."""
        p = self.model.p
        return float(p.risk_weight * self.book + p.outside_risk_weight * self.outside)

    def close_quarter(self) -> None:
        """Allowance, operating cost, income tax and dividend."""
        p, model = self.model.p, self.model
        allowance = exact(p.npl_coverage * self.bad_loans)
        self.gain(self.allowance - allowance)
        self.allowance = allowance
        cost = exact(p.bank_cost_share * max(0.0, self.income))
        net = self.income - cost
        tax = exact(p.cit_rate * max(0.0, net))
        central = model.ledger.pay("CIT", self.equity, model.central.treasury, tax * p.central_income_tax_share)
        region = model.regions[self.number % len(model.regions)]
        region.taxes += model.ledger.pay("CIT", self.equity, region.purse, tax - central)
        surplus = self.equity.balance - cost - p.opening_capital_ratio * self.weighted()
        dividend = max(0.0, p.bank_payout * max(0.0, net - tax) + surplus / 4.0)
        out = exact(cost + dividend)
        to_households = model.ledger.pay("BDIV", self.equity, model.households, 0.7 * out)
        model.ledger.pay("BDIV", self.equity, model.rest.deposits, out - to_households)
