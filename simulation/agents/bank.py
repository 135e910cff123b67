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
LIGHTER = BANKS.column("lighter", "CNY mn", "ordinary loans' worth of capital charge saved by lower weights")
EFFORT_PLAIN = BANKS.column("effort_plain", "share", "screening effort on loans without a guarantee", 1.0)
EFFORT_GUARANTEED = BANKS.column("effort_guaranteed", "share", "screening effort on guaranteed loans", 1.0)
HURDLE = BANKS.column("hurdle", "a year", "weighted margin of the best loan for which there was no room last quarter")
PROTECTED = BANKS.column("protected", "CNY mn", "guaranteed part of its bad loans")
PAID_OUT = BANKS.column("paid_out", "CNY mn", "principal that guarantors have paid on bad loans not yet resolved")
OWED = BANKS.column("owed", "CNY mn", "relending owed to the central bank")
RELENDING_QUARTERS = 12  # a year, and two extensions of a year
OWED_BY_AGE = [
    BANKS.column(f"owed_{age}", "CNY mn", f"relending drawn {age} quarters ago") for age in range(RELENDING_QUARTERS)
]
OWED_0 = OWED_BY_AGE[0]

LOAN = Layout("loan", "one loan of a bank to an enterprise")
PRINCIPAL = LOAN.column("principal", "CNY mn", "principal outstanding")
RATE = LOAN.column("rate", "share/year", "interest rate")
OVERDUE_INTEREST = LOAN.column("overdue_interest", "CNY mn", "interest due and not paid; memorandum, no accrual")
COVERED = LOAN.column("covered", "share", "part of the principal under public guarantee")
NATIONAL = LOAN.column("national", "share", "part of the guarantee that the national fund bears")
CALL_RISK = LOAN.column("call_risk", "share/year", "yearly loss expected at signing, per yuan guaranteed")
SUBSIDY = LOAN.column("subsidy", "share/year", "interest subsidy promised at signing")
LOAN_OPEN = LOAN.code("open", "1 while outstanding")
BORROWER = LOAN.code("borrower", "row of the enterprise")
BORROWER_ID = LOAN.code("borrower_id", "id of the enterprise")
LENDER = LOAN.code("lender", "bank")
LENT_AT = LOAN.code("lent_at", "quarter of payout")
QUARTERS = LOAN.code("quarters", "maturity in quarters")
GRACE = LOAN.code("grace", "quarters without repayment")
LOAN_KIND = LOAN.code("kind", "0 medium and long term, 1 acquisition")
LOAN_STATUS = LOAN.code("status", "0 performing, 1 non-performing, 2 defaulted")
CALLED = LOAN.code("called", "1 once guarantors have paid")
RELENT = LOAN.code("relent", "1 if part of it was refinanced by the central bank at signing")
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


@rule
def pledged_value(principal: float, loan_to_value: float, price: float) -> float:
    """What a loan's collateral brings: the capital pledged for it, principal / LTV, at `price` a yuan (CNY mn)."""
    return price * principal / loan_to_value


@rule
def years_left(age: int, quarters: int, grace: int) -> float:
    """Years for which the average yuan of a loan is still lent: full until the grace ends, then falling to nothing."""
    return (max(0, grace - age) + 0.5 * max(0, quarters - max(age, grace))) / 4.0


@rule
def weighted_loans(weight: float, book: float, lighter: float) -> float:
    """Risk-weighted loans to model enterprises (CNY mn); lighter: what the lower weight of some of them saves."""
    return weight * (book - lighter)
