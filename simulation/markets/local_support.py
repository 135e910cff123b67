"""Local support: grants for a share of projects' and young firms' research, and direct stakes in rounds at home."""

from __future__ import annotations


from ..accounting.chart import GRANT_ENTERPRISE
from ..accounting.ledger import exact, pay
from ..agents.enterprise import CASH, ID, MARKET, PROOF, RD, REGION, STAGE, VENTURE
from ..agents.government import (
    BONDS_OUT, GRANTS_DUE, OTHER, PROGRAMMES, PURSE, RECEIPTS, RECEIPTS_YEAR, REVENUE,
)  # fmt: skip
from ..agents.investor import BOOKED, DIRECT, HOLDER_REGION, RECEIVED
from ..agents.population import INDEX
from ..agents.programmes import (
    FOR_GRANT, GRANT_PRIORITY, award, has_priority, is_known, research_of_year,
)  # fmt: skip
from ..agents.tally import COST_GRANT, COST_STAKES, GRANT, LOCAL, OUTLAY, RECEIPT, note
from ..engine.jit import kernel, rule
from ..engine.table import Codes, Cube, Matrix, Vector
from ..scenario.parameter import parameter
from .mechanism import Mechanism, Quarter, Stage

GRANT_RATE = parameter("local_pref_grant")
DEBT_CAP = parameter("local_debt_cap")
STRICTNESS = parameter("local_limit_strictness")
STAKE_SHARE = parameter("direct_stake_share")
LARGEST_STAKE = 0.1  # of a round, that a local government may take directly


@rule
def is_eligible(firm_code: Codes, i: int) -> bool:
    """Grants go to enterprises with venture history up to the market stage."""
    return bool(firm_code[VENTURE, i] == 1 and PROOF <= firm_code[STAGE, i] <= MARKET)


@rule
def affordable_share(due: float, purse: float, debt: float, revenue: float, cap: float) -> float:
    """Share of the grants due that is paid: all of it below the debt cap, above it only what cash covers."""
    if due <= 0.0 or debt <= cap * revenue:
        return 1.0
    return min(1.0, max(0.0, purse) / due)


@rule
def may_have_grant(firm_code: Codes, i: int, policy: Matrix, seed: int, t: int) -> bool:
    """Where grants follow the list, firm i must be on it, or be admitted by an agency that passes admissions on."""
    if not is_eligible(firm_code, i):
        return False
    return not has_priority(policy, GRANT_PRIORITY) or is_known(firm_code, i, FOR_GRANT, policy, seed, t)


@rule
def spending_limit(taxes: float, other: float, receipts: float, room: float) -> float:
    """What a region may spend on programmes in a quarter: own resources and a quarter of its room to borrow (CNY mn).

    Own resources: taxes, other net revenue, receipts; room: debt cap x annual revenue less bonds outstanding.
    """
    return max(0.0, taxes + other + receipts) + max(0.0, room) / 4.0


@rule
def share_within(due: float, spent: float, limit: float, strictness: float) -> float:
    """Share of the money due that fits under the limit: 1 - b (1 - clip((limit - spent)/due, 0, 1)).

    Spent: on other programmes this quarter; strictness b: 1 keeps to the limit, 0 ignores it.
    """
    if due <= 0.0:
        return 1.0
    return 1.0 - strictness * (1.0 - min(1.0, max(0.0, limit - spent) / due))


@rule
def direct_stake(ticket: float, share: float, purse: float, debt: float, revenue: float, cap: float) -> float:
    """What a local government puts into a round in its region: share of ticket; at the debt cap from cash."""
    wanted = min(share, LARGEST_STAKE) * ticket
    return wanted if debt <= cap * revenue else min(wanted, max(0.0, purse))


@kernel
def pay_grants(firm: Matrix, firm_code: Codes, used: int, policy: Matrix, region: Matrix, index: float,
               strictness: float, seed: int, t: int, flows: Vector, tally: Matrix, cost: Cube, event: Matrix,
               event_code: Codes, event_used: int) -> int:  # fmt: skip
    """Pay each eligible enterprise its share of last quarter's R&D, cut pro rata where a region is at its limits."""
    for r in range(region.shape[1]):
        region[GRANTS_DUE, r] = 0.0
    for i in range(used):
        if firm[RD, i] > 0.0 and may_have_grant(firm_code, i, policy, seed, t):
            region[GRANTS_DUE, firm_code[REGION, i]] += policy[GRANT_RATE, firm_code[REGION, i]] / 100.0 * firm[RD, i]
    for r in range(region.shape[1]):
        due = region[GRANTS_DUE, r]
        region[GRANTS_DUE, r] = affordable_share(
            due, region[PURSE, r], region[BONDS_OUT, r], region[REVENUE, r], policy[DEBT_CAP, 0]
        )
        room = policy[DEBT_CAP, 0] * region[REVENUE, r] - region[BONDS_OUT, r]
        limit = spending_limit(region[REVENUE, r] / 4.0, region[OTHER, r] * index, region[RECEIPTS_YEAR, r] / 4.0, room)
        region[GRANTS_DUE, r] = min(region[GRANTS_DUE, r], share_within(due, region[PROGRAMMES, r], limit, strictness))
    for i in range(used):
        if firm[RD, i] <= 0.0 or not may_have_grant(firm_code, i, policy, seed, t):
            continue
        r = firm_code[REGION, i]
        amount = policy[GRANT_RATE, r] / 100.0 * firm[RD, i] * region[GRANTS_DUE, r]
        amount = award(
            firm, firm_code, i, FOR_GRANT, amount, research_of_year(firm, firm_code, i, policy), policy, seed, t
        )
        paid = pay(flows, GRANT_ENTERPRISE, region[PURSE], r, firm[CASH], i, amount)
        if paid > 0.0:
            region[PROGRAMMES, r] += paid
            cost[COST_GRANT, LOCAL, OUTLAY] += paid
            event_used = note(event, event_code, event_used, GRANT, firm_code[ID, i], r, paid, 0.0)
    return event_used


def play(q: Quarter) -> None:
    """Local governments pay grants on last quarter's research; before the opening budgets balance by themselves."""
    s = q.state
    strictness = 0.0 if q.burn_in else float(q.policy[STRICTNESS, 0])
    s.event.reserve(s.firm.used)
    s.event.used = pay_grants(
        s.firm.num, s.firm.code, s.firm.used, q.policy, s.region.num, s.account[INDEX], strictness, s.seed, s.quarter,
        s.flows, s.tally, s.cost, s.event.num, s.event.code, s.event.used,
    )  # fmt: skip


@kernel
def book_receipts(holding: Matrix, holding_code: Codes, used: int, region: Matrix, cost: Cube) -> None:
    """What direct stakes have received and governments have not yet booked lowers what their programmes cost."""
    for h in range(used):
        if holding_code[DIRECT, h] == 1 and holding[RECEIVED, h] > holding[BOOKED, h]:
            fresh = exact(holding[RECEIVED, h] - holding[BOOKED, h])
            holding[BOOKED, h] = holding[RECEIVED, h]
            region[PROGRAMMES, holding_code[HOLDER_REGION, h]] -= fresh
            region[RECEIPTS, holding_code[HOLDER_REGION, h]] += fresh
            cost[COST_STAKES, LOCAL, RECEIPT] += fresh


def play_stakes(q: Quarter) -> None:
    """What direct stakes paid their local governments this quarter is booked as a receipt."""
    s = q.state
    book_receipts(s.holding.num, s.holding.code, s.holding.used, s.region.num, s.cost)


MECHANISM = Mechanism(
    key="local_support",
    question="What do local governments add to the research of their enterprises?",
    core=False,
    neutral={"local_pref_grant": 0.0, "conversion_grant": 0.0, "direct_stake_share": 0.0},
    stages=(
        Stage("local grants", play, "local governments pay grants on last quarter's research"),
        Stage("local stakes", play_stakes, "what direct stakes paid is booked as a receipt of their governments"),
    ),
    lines=("GRANT", "EQ"),
    events=("grant", "local_stake"),
    indicators=("public_cost",),
)
