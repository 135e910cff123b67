"""Government guidance funds: central, national industry and local money offered to managers who raise a fund."""

from __future__ import annotations

import numpy as np

from ..accounting.chart import OPERATING_CENTRAL, OPERATING_LOCAL
from ..accounting.ledger import pay
from ..agents.government import GUIDANCE_BUDGET, PROGRAMMES, PURSE, REVENUE
from ..agents.investor import (
    CALLED, DISTRIBUTED, FAIR_VALUE, MANAGER, MANAGER_FOCUS, MANAGER_REGION, NATIONAL_OFFER, OFFER_CENTRAL, OFFER_LOCAL,
    PROMISE, RANK, RECORD, SIZE, TARGET,
)  # fmt: skip
from ..agents.population import CENTRAL_BUDGET, HOUSEHOLDS, NATIONAL_BUDGET, TREASURY
from ..agents.tally import (
    ADMINISTRATION, CENTRAL, COST_DUTY, COST_GGF_CENTRAL, COST_GGF_LOCAL, COST_SHARE_CAP, COST_TOLERANCE, LOCAL,
    MANAGER_DECLINED, OFFERED_GUIDANCE, OFFERS_DECLINED, REFUSED_FUNDRAISING,
)  # fmt: skip
from ..engine.draws import purpose, uniform, uniforms
from ..engine.jit import kernel, rule
from ..engine.table import Codes, Cube, Ints, Matrix, Vector
from ..scenario.parameter import parameter
from .fundraising import waiting_order
from .guidance_terms import DUTY_MULTIPLE, HERDING, TOLERANCE, hot_sector, promise_first_losses
from .mechanism import Mechanism, Quarter, Stage

CENTRAL_MONEY = parameter("ggf_central")
LOCAL_MONEY = parameter("ggf_local")
SHARE_CAP = parameter("ggf_share_cap")
NATIONAL_SHARE = parameter("national_growth_share")
DECLINE = parameter("guidance_decline")
LOCAL_DECLINE = parameter("local_decline")
MANAGEMENT = 0.01  # of the money committed, spent on running the guidance funds
MONITORING = 0.002  # of the money committed, spent on watching the share cap
AUDIT = 0.001  # of the money committed at full fault tolerance, spent on examining losses that are forgiven
COMPLIANCE = 0.005  # of the money under a return duty, spent on seeing it met

DRAW_DECLINE = purpose("manager declines guidance money")
DRAW_HERD = purpose("local fund follows the hot sector")


@rule
def declines(rank: float, share: float, discount: float, u: float) -> bool:
    """Better managers more often refuse government money: probability share x rank of the own record x discount."""
    return u < share * rank * discount


@kernel
def offer(order: Ints, manager: Matrix, manager_code: Codes, policy: Matrix, budgets: Vector, asks: Ints, seed: int,
          t: int, tally: Matrix) -> None:  # fmt: skip
    """Offer each raising manager up to the share cap of its target; the national fund serves growth and late managers
    only.

    budgets: [central, national, local by region]; what a manager declines goes to the next one. asks: the hot sector
    that a region's fund wants promised, or -1; a manager with a good record may decline that too.
    """
    for k in range(order.shape[0]):
        m = order[k]
        wanted = policy[SHARE_CAP, 0] * manager[TARGET, m]
        source = 1 if manager_code[MANAGER_FOCUS, m] > 0 and budgets[1] > 0.0 else 0
        amount = min(wanted, budgets[source])
        if amount > 0.0:
            tally[OFFERS_DECLINED, 0] += 1.0
            if declines(manager[RANK, m], policy[DECLINE, 0], 1.0, uniform(seed, DRAW_DECLINE, m, t, 0, 0)):
                tally[OFFERS_DECLINED, 1] += 1.0
                tally[REFUSED_FUNDRAISING, MANAGER_DECLINED] += 1.0
            else:
                manager[OFFER_CENTRAL, m] = amount
                manager_code[NATIONAL_OFFER, m] = source
                budgets[source] -= amount
        local = 2 + manager_code[MANAGER_REGION, m]
        amount = min(wanted, budgets[local])
        if amount > 0.0:
            tally[OFFERS_DECLINED, 0] += 1.0
            u = uniform(seed, DRAW_DECLINE, m, t, 0, 1)
            refuses = declines(manager[RANK, m], policy[DECLINE, 0], policy[LOCAL_DECLINE, 0], u)
            asked = asks[local - 2]
            if asked >= 0 and not refuses:
                u = uniform(seed, DRAW_DECLINE, m, t, 0, 2)
                refuses = declines(manager[RANK, m], policy[DECLINE, 0], 1.0, u)
            if refuses:
                tally[OFFERS_DECLINED, 1] += 1.0
                tally[REFUSED_FUNDRAISING, MANAGER_DECLINED] += 1.0
            else:
                manager[OFFER_LOCAL, m] = amount
                manager_code[PROMISE, m] = asked
                budgets[local] -= amount


def rank_managers(q: Quarter) -> None:
    """Own record = (distributed + fair value)/called of the youngest fund with a quarter of its money called;
    rank in 0-1.
    """
    s = q.state
    known = np.empty(s.manager.used, dtype=np.int64)
    rows = known[: read_records(s.fund.num, s.fund.code, s.fund.used, s.manager.num, s.manager.used, known)]
    if len(rows) > 1:
        order = rows[np.lexsort((rows, s.manager.num[RECORD, rows]))]
        s.manager.num[RANK, order] = np.arange(len(rows)) / (len(rows) - 1)


@kernel
def read_records(fund: Matrix, fund_code: Codes, funds: int, manager: Matrix, managers: int, known: Ints) -> int:
    """Write down each manager's record; returns how many have one (their rows in `known`)."""
    last = np.zeros(managers, dtype=np.int64)
    for f in range(1, funds):
        if fund[CALLED, f] > 0.0 and fund[CALLED, f] >= 0.25 * fund[SIZE, f]:
            last[fund_code[MANAGER, f]] = f
    count = 0
    for m in range(managers):
        manager[RECORD, m] = -1.0
        manager[RANK, m] = 0.5
        if last[m] > 0:
            manager[RECORD, m] = (fund[DISTRIBUTED, last[m]] + fund[FAIR_VALUE, last[m]]) / fund[CALLED, last[m]]
            known[count] = m
            count += 1
    return count


def play_offers(q: Quarter) -> None:
    """Guidance funds offer their budgets to raising managers, those who have waited longest first."""
    s, p = q.state, q.policy
    per_quarter = 1000.0 * s.scale / 4.0
    revenue = s.region.num[REVENUE]
    share = revenue / revenue.sum() if revenue.sum() > 0.0 else np.full(len(revenue), 1.0 / len(revenue))
    central = p[CENTRAL_MONEY, 0] * np.array([1.0 - p[NATIONAL_SHARE, 0], p[NATIONAL_SHARE, 0]])
    fresh = np.concatenate([central, p[LOCAL_MONEY, 0] * share]) * per_quarter
    carried = np.concatenate([s.account[[CENTRAL_BUDGET, NATIONAL_BUDGET]], s.region.num[GUIDANCE_BUDGET]])
    budgets = np.minimum(carried, 3.0 * fresh) + fresh
    s.tally[OFFERED_GUIDANCE, 0] += float(fresh.sum())
    q.scratch["guidance"] = budgets.copy()
    rank_managers(q)
    offer(waiting_order(q), s.manager.num, s.manager.code, p, budgets, sectors_asked(q), s.seed, s.quarter, s.tally)


def sectors_asked(q: Quarter) -> Ints:
    """By region, the hot sector if its fund follows the herd this quarter, else -1."""
    s = q.state
    regions = np.arange(s.region.used, dtype=np.int64)
    herd = uniforms(s.seed, DRAW_HERD, regions, s.quarter) < q.policy[HERDING, 0]
    return np.where(herd, hot_sector(s), -1).astype(np.int64)


def play_books(q: Quarter) -> None:
    """What was placed leaves the budgets; the rest is carried over for at most a year; running the funds costs 1%."""
    s, p = q.state, q.policy
    placed = q.scratch["placed"]
    promise_first_losses(s)
    left = q.scratch["guidance"] - placed
    s.account[CENTRAL_BUDGET], s.account[NATIONAL_BUDGET] = left[0], left[1]
    s.region.num[GUIDANCE_BUDGET] = left[2:]
    s.tally[OFFERED_GUIDANCE, 1] += float(placed.sum())
    pay_running_costs(placed, p, s.account, s.region.num, s.flows, s.cost)


@kernel
def pay_running_costs(placed: Vector, policy: Matrix, account: Vector, region: Matrix, flows: Vector,
                      cost: Cube) -> None:  # fmt: skip
    """Central and local governments pay for running the guidance funds and for seeing their terms kept."""
    audit, compliance = AUDIT * policy[TOLERANCE, 0], COMPLIANCE * policy[DUTY_MULTIPLE, 0]
    tasks = (
        (COST_GGF_CENTRAL, COST_GGF_LOCAL, MANAGEMENT), (COST_SHARE_CAP, COST_SHARE_CAP, MONITORING),
        (COST_TOLERANCE, COST_TOLERANCE, audit), (COST_DUTY, COST_DUTY, compliance),
    )  # fmt: skip
    for of_centre, of_regions, part in tasks:
        if of_centre != COST_DUTY:
            cost[of_centre, CENTRAL, ADMINISTRATION] += pay(
                flows, OPERATING_CENTRAL, account, TREASURY, account, HOUSEHOLDS, part * (placed[0] + placed[1])
            )
        for r in range(region.shape[1]):
            paid = pay(flows, OPERATING_LOCAL, region[PURSE], r, account, HOUSEHOLDS, part * placed[2 + r])
            region[PROGRAMMES, r] += paid
            cost[of_regions, LOCAL, ADMINISTRATION] += paid


MECHANISM = Mechanism(
    key="guidance_funds",
    question="Does public money guide private money early, and at what price?",
    core=False,
    neutral={"ggf_central": 0.0, "ggf_local": 0.0},
    stages=(
        Stage("guidance offers", play_offers, "central, national and local money is offered to raising managers"),
        Stage("guidance books", play_books, "placed money leaves the budgets, the rest is carried over"),
    ),
    lines=("CALL", "OPER", "DIST"),
    events=("first_loss",),
    indicators=("social_leverage", "managers_declining", "guidance_not_placed", "contingent_liabilities"),
)
