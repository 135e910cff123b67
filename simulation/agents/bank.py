"""Banks and loans: columns and the rules of credit scoring, pricing and lending."""

from __future__ import annotations

import math

from ..engine.jit import rule
from ..engine.table import Layout
from .enterprise import logistic

BANKS = Layout("bank", "a bank; deposits, reserves and bonds are pooled over banks")
EQUITY = BANKS.column("equity", "CNY mn", "own capital, net of the allowance")
BOOK = BANKS.column("book", "CNY mn", "loans to model enterprises, gross")
OUTSIDE = BANKS.column("outside", "CNY mn", "loans to the rest of the economy")
ALLOWANCE = BANKS.column("allowance", "CNY mn", "loan-loss allowance")
NON_PERFORMING = BANKS.column("non_performing", "CNY mn", "enterprise loans in arrears or default")
RECENT_LOSS = BANKS.column("recent_loss", "CNY mn", "losses on enterprise loans, fading over 12 quarters")
SHARE = BANKS.column("share", "share", "share of the banking market")
ROOM = BANKS.column("room", "CNY mn", "lending room left this quarter")
INCOME = BANKS.column("income", "CNY mn/q", "net income of the quarter")
PLATFORM_BANK = BANKS.column("platform_bank", "0 or 1", "1 if it is on the industry-finance platform")
N_BANKS = 30

LOAN = Layout("loan", "one loan of a bank to an enterprise")
PRINCIPAL = LOAN.column("principal", "CNY mn", "principal outstanding")
RATE = LOAN.column("rate", "share/year", "interest rate")
OVERDUE_INTEREST = LOAN.column("overdue_interest", "CNY mn", "interest due and not paid; memorandum, no accrual")
LOAN_OPEN = LOAN.code("open", "1 while outstanding")
BORROWER = LOAN.code("borrower", "row of the enterprise")
BORROWER_ID = LOAN.code("borrower_id", "id of the enterprise")
LENDER = LOAN.code("lender", "bank")
LENT_AT = LOAN.code("lent_at", "quarter of payout")
QUARTERS = LOAN.code("quarters", "maturity in quarters")
GRACE = LOAN.code("grace", "quarters without repayment")
LOAN_KIND = LOAN.code("kind", "0 medium and long term, 1 acquisition")
LOAN_STATUS = LOAN.code("status", "0 performing, 1 non-performing, 2 defaulted")
MLT_LOAN, ACQUISITION_LOAN = 0, 1
PERFORMING, IN_ARREARS, IN_DEFAULT = 0, 1, 2


@rule
def default_probability(intercept: float, leverage: float, quality: float, pilot: float, age: float, validated: float,
                        by_leverage: float, by_quality: float, by_pilot: float, by_age: float,
                        by_validated: float) -> float:  # fmt: skip
    """A bank's estimate of the yearly default probability.

    logistic(b0 + b1 lev - b2 z + b3 [pilot] - b4 ln(1 + age/2) - b5 [validated]); leverage = debt/(debt + K + cash),
    age in years.
    """
    score = intercept + by_leverage * leverage - by_quality * quality + by_pilot * pilot
    return logistic(score - by_age * math.log(1.0 + age / 2.0) - by_validated * validated)


@rule
def loan_rate(base: float, spread: float, public_risk: float, loss_given_default: float) -> float:
    """Posted yearly rate: prime rate + spread + PD LGD on public information, so that screening pays."""
    return base + spread + public_risk * loss_given_default


@rule
def is_approved(risk: float, highest: float, rate: float, loss_given_default: float, funding: float) -> bool:
    """Whether a bank lends: PD <= limit and rate - PD LGD - funding cost >= 0."""
    return risk <= highest and rate - risk * loss_given_default - funding >= 0.0


@rule
def credit_need(capex: float, outlays: float, cash: float, replacement: float, financed: float, relative_rate: float,
                elasticity: float) -> float:  # fmt: skip
    """Loan sought: max([capex of 4 q + outlays - cash]+, financed x replacement) (rate/rate*)^-eps, CNY mn."""
    return max(max(0.0, capex + outlays - cash), financed * replacement) * math.pow(relative_rate, -elasticity)


@rule
def loan_due(principal: float, age: int, quarters: int, grace: int) -> float:
    """Principal due this quarter: nothing in the grace period, then equal parts of what is left."""
    if age <= grace:
        return 0.0
    return principal / max(1, quarters - age + 1)
