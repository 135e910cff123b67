"""Local support: grants of local governments for a share of their projects' and young firms' research."""

from __future__ import annotations

from ..accounting.chart import GRANT_ENTERPRISE
from ..accounting.ledger import pay
from ..agents.enterprise import CASH, ID, MARKET, PROOF, RD, REGION, STAGE, VENTURE
from ..agents.government import BONDS_OUT, GRANTS_DUE, PROGRAMMES, PURSE, REVENUE
from ..agents.programmes import GRANT_PRIORITY, has_priority, is_certified, support
from ..agents.tally import COST_GRANT, GRANT, LOCAL, OUTLAY, note
from ..engine.jit import kernel, rule
from ..engine.table import Codes, Cube, Matrix, Vector
from ..scenario.parameter import parameter
from .mechanism import Mechanism, Quarter, Stage

GRANT_RATE = parameter("local_pref_grant")
DEBT_CAP = parameter("local_debt_cap")


@rule
def is_eligible(firm_code: Codes, i: int, t: int, policy: Matrix) -> bool:
    """Grants go to enterprises with venture history up to the market stage; with priority, to certified ones only."""
    named = not has_priority(policy, GRANT_PRIORITY) or is_certified(firm_code, i, t)
    return bool(named and firm_code[VENTURE, i] == 1 and PROOF <= firm_code[STAGE, i] <= MARKET)


@rule
def affordable_share(due: float, purse: float, debt: float, revenue: float, cap: float) -> float:
    """Share of the grants due that is paid: all of it below the debt cap, above it only what cash covers."""
    if due <= 0.0 or debt <= cap * revenue:
        return 1.0
    return min(1.0, max(0.0, purse) / due)


@kernel
def pay_grants(firm: Matrix, firm_code: Codes, used: int, t: int, policy: Matrix, region: Matrix, flows: Vector,
               tally: Matrix, cost: Cube, event: Matrix, event_code: Codes, event_used: int) -> int:  # fmt: skip
    """Pay each eligible enterprise its share of last quarter's R&D, cut pro rata where a region is at its limits."""
    for r in range(region.shape[1]):
        region[GRANTS_DUE, r] = 0.0
    for i in range(used):
        if is_eligible(firm_code, i, t, policy):
            region[GRANTS_DUE, firm_code[REGION, i]] += policy[GRANT_RATE, firm_code[REGION, i]] / 100.0 * firm[RD, i]
    for r in range(region.shape[1]):
        due = region[GRANTS_DUE, r]
        region[GRANTS_DUE, r] = affordable_share(
            due, region[PURSE, r], region[BONDS_OUT, r], region[REVENUE, r], policy[DEBT_CAP, 0]
        )
    for i in range(used):
        if not is_eligible(firm_code, i, t, policy) or firm[RD, i] <= 0.0:
            continue
        r = firm_code[REGION, i]
        amount = policy[GRANT_RATE, r] / 100.0 * firm[RD, i] * region[GRANTS_DUE, r]
        paid = pay(flows, GRANT_ENTERPRISE, region[PURSE], r, firm[CASH], i, amount)
        if paid > 0.0:
            support(firm, i, paid)
            region[PROGRAMMES, r] += paid
            cost[COST_GRANT, LOCAL, OUTLAY] += paid
            event_used = note(event, event_code, event_used, GRANT, firm_code[ID, i], r, paid, 0.0)
    return event_used


def play(q: Quarter) -> None:
    """Local governments pay grants on last quarter's research."""
    s = q.state
    s.event.reserve(s.firm.used)
    s.event.used = pay_grants(
        s.firm.num, s.firm.code, s.firm.used, s.quarter, q.policy, s.region.num, s.flows, s.tally, s.cost, s.event.num,
        s.event.code, s.event.used,
    )  # fmt: skip


MECHANISM = Mechanism(
    key="local_support",
    question="What do local governments add to the research of their enterprises?",
    core=False,
    neutral={"local_pref_grant": 0.0, "conversion_grant": 0.0},
    stages=(Stage("local grants", play, "local governments pay grants on last quarter's research"),),
    lines=("GRANT",),
    events=("grant",),
    indicators=("public_cost",),
)
