"""Interest subsidy: governments pay part of the interest of enterprises on the list, and of acquisition loans."""

from __future__ import annotations

import numpy as np

from ..accounting.chart import SUBSIDY_CENTRAL, SUBSIDY_LOCAL
from ..accounting.ledger import exact, pay
from ..agents.bank import (
    ACQUISITION_LOAN, BORROWER, LENDER, LOAN_KIND, LOAN_OPEN, LOAN_STATUS, PERFORMING, PRINCIPAL, RATE, SUBSIDY,
)  # fmt: skip
from ..agents.enterprise import CASH, ID, REGION
from ..agents.government import BONDS_OUT, PROGRAMMES, PURSE, REVENUE
from ..agents.population import TREASURY
from ..agents.programmes import FOR_INTEREST, award, interest_of_year, is_certified
from ..agents.tally import CENTRAL, COST_INTEREST, COST_MA_INTEREST, INTEREST_SUBSIDY, LOCAL, OUTLAY, note
from ..engine.jit import kernel, rule
from ..engine.table import Codes, Cube, Matrix, Vector
from ..scenario.parameter import parameter
from .coordination import co_fund, note_co_funding
from .local_support import DEBT_CAP, affordable_share
from .mechanism import Mechanism, Quarter, Stage

POINTS = parameter("interest_subsidy")
ACQUISITION_POINTS = parameter("ma_interest_subsidy")
CENTRAL_PART = 0.5  # of the subsidy of enterprises on the list; that of acquisition loans is all central


@rule
def subsidy_promised(firm_code: Codes, i: int, t: int, policy: Matrix) -> float:
    """Interest subsidy promised to firm i when it borrows (share a year): for enterprises on the list."""
    return policy[POINTS, 0] / 100.0 if is_certified(firm_code, i, t) else 0.0


@rule
def subsidy_due(principal: float, rate: float, promised: float) -> float:
    """Subsidy of a quarter (CNY mn): the points promised, at most the interest itself."""
    return principal * min(rate, promised) / 4.0


@rule
def central_part(kind: int) -> float:
    """Share of a loan's subsidy that the central government pays."""
    return 1.0 if kind == ACQUISITION_LOAN else CENTRAL_PART


@rule
def is_subsidised(row: int, loan: Matrix, loan_code: Codes) -> bool:
    """A subsidy is paid while the loan is open and served."""
    open_ = loan_code[LOAN_OPEN, row] == 1 and loan_code[LOAN_STATUS, row] == PERFORMING
    return bool(loan[SUBSIDY, row] > 0.0 and open_)


@kernel
def pay_subsidies(firm: Matrix, firm_code: Codes, loan: Matrix, loan_code: Codes, used: int, policy: Matrix, seed: int,
                  t: int, region: Matrix, account: Vector, flows: Vector, cost: Cube, event: Matrix, event_code: Codes,
                  event_used: int) -> int:  # fmt: skip
    """Repay borrowers part of the quarter's interest; a region at its limits cuts its part pro rata.
    Returns events used.
    """
    covered = np.zeros(region.shape[1])
    for row in range(used):
        if is_subsidised(row, loan, loan_code):
            due = subsidy_due(loan[PRINCIPAL, row], loan[RATE, row], loan[SUBSIDY, row])
            r = firm_code[REGION, loan_code[BORROWER, row]]
            covered[r] += due * (1.0 - central_part(loan_code[LOAN_KIND, row]))
    for r in range(region.shape[1]):
        covered[r] = affordable_share(
            covered[r], region[PURSE, r], region[BONDS_OUT, r], region[REVENUE, r], policy[DEBT_CAP, 0]
        )
    for row in range(used):
        if not is_subsidised(row, loan, loan_code):
            continue
        i, kind = loan_code[BORROWER, row], loan_code[LOAN_KIND, row]
        r = firm_code[REGION, i]
        lever = COST_MA_INTEREST if kind == ACQUISITION_LOAN else COST_INTEREST
        due = subsidy_due(loan[PRINCIPAL, row], loan[RATE, row], loan[SUBSIDY, row])
        from_centre = due * central_part(kind)
        wanted = from_centre + (due - from_centre) * covered[r]
        eligible = interest_of_year(firm, i)
        total = exact(award(firm, firm_code, i, FOR_INTEREST, wanted, eligible, policy, seed, t))
        if total <= 0.0:
            continue
        central = pay(flows, SUBSIDY_CENTRAL, account, TREASURY, firm[CASH], i, total * from_centre / wanted)
        local = pay(flows, SUBSIDY_LOCAL, region[PURSE], r, firm[CASH], i, total - central)
        region[PROGRAMMES, r] += local
        cost[lever, CENTRAL, OUTLAY] += central
        cost[lever, LOCAL, OUTLAY] += local
        event_used = note(
            event, event_code, event_used, INTEREST_SUBSIDY, firm_code[ID, i], loan_code[LENDER, row], total,
            loan[SUBSIDY, row],
        )  # fmt: skip
        added = co_fund(
            flows, SUBSIDY_LOCAL, firm, firm_code, i, FOR_INTEREST, central, eligible, policy, t, region, cost
        )
        event_used = note_co_funding(event, event_code, event_used, firm_code, i, FOR_INTEREST, added)
    return event_used


def play(q: Quarter) -> None:
    """Interest subsidies of the quarter."""
    s = q.state
    s.event.reserve(2 * s.loan.used)
    s.event.used = pay_subsidies(
        s.firm.num, s.firm.code, s.loan.num, s.loan.code, s.loan.used, q.policy, s.seed, s.quarter, s.region.num,
        s.account, s.flows, s.cost, s.event.num, s.event.code, s.event.used,
    )  # fmt: skip


MECHANISM = Mechanism(
    key="interest_subsidy",
    question="What does it bring when governments pay part of the interest?",
    core=False,
    neutral={"interest_subsidy": 0.0, "ma_interest_subsidy": 0.0},
    stages=(Stage("interest subsidies", play, "governments repay part of the quarter's interest"),),
    lines=("ISUB",),
    events=("interest_subsidy",),
    indicators=("preferential_loans", "public_cost"),
)
