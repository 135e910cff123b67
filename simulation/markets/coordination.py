"""Coordination: agencies that know each other's awards, and local governments that add to what the centre pays.

What coordination does to a programme stands in agents/programmes.py (award, is_offered, reaches_national_list) and in
`co_fund` below, which a programme calls after it has paid central money; this file pays transfers and running costs.
"""

from __future__ import annotations

import numpy as np

from ..accounting.chart import OPERATING_CENTRAL, TRANSFER_LOCAL
from ..accounting.ledger import exact, pay
from ..agents.enterprise import AIDED_AT, AID_0, CASH, ID, OVERLAP, REGION
from ..agents.government import BONDS_OUT, PROGRAMMES, PURSE, RECEIPTS, REVENUE, TRANSFER_DUE
from ..agents.national import Values, money
from ..agents.population import HOUSEHOLDS, TREASURY, Population
from ..agents.programmes import COORDINATION, LINKAGE, covered, open_year, support
from ..agents.tally import (
    ADMINISTRATION, CENTRAL, CO_FUNDED, COST_COORDINATION, COST_LINKAGE, LOCAL, OUTLAY, RECEIPT, note,
)  # fmt: skip
from ..engine.jit import rule
from ..engine.table import Codes, Cube, Floats, Matrix, Vector
from ..scenario.parameter import parameter
from .capital_calls import DEBT_CAP
from .mechanism import Mechanism, Quarter, Stage

MATCH = parameter("local_match")
COORDINATION_COST = 60.0  # CNY mn a year at full coordination of departments, times its square
LINKAGE_COST = 40.0  # CNY mn a year at full linkage of centre and regions, times its square


@rule
def co_funding(central: float, match: float, linkage: float, uncovered: float) -> float:
    """What a local government adds to central money: min(m_r VL x central money, uncovered eligible cost), CNY mn."""
    return max(0.0, min(match * linkage * central, uncovered))


@rule
def transfer_earned(central: float, match: float, linkage: float) -> float:
    """Central transfer to a region whose own match is small: (1 - m_r) VL x central money (CNY mn)."""
    return max(0.0, 1.0 - match) * linkage * central


@rule
def co_fund(flows: Vector, line: int, firm: Matrix, firm_code: Codes, i: int, programme: int, central: float,
            eligible: float, policy: Matrix, t: int, region: Matrix, cost: Cube) -> float:  # fmt: skip
    """The region of firm i adds to `central` money of a programme (after its award), on the programme's local `line`.

    Never beyond the uncovered eligible cost of the firm-year; at its debt cap the region pays from cash only. Earns the
    region a transfer, paid next quarter. Returns what was paid (CNY mn); nothing at vertical linkage 0.
    """
    r = firm_code[REGION, i]
    if policy[LINKAGE, 0] <= 0.0 or central <= 0.0:
        return 0.0
    open_year(firm, firm_code, i, t)
    wanted = co_funding(central, policy[MATCH, r], policy[LINKAGE, 0], eligible - covered(firm, i, programme))
    if region[BONDS_OUT, r] > policy[DEBT_CAP, 0] * region[REVENUE, r]:
        wanted = min(wanted, max(0.0, region[PURSE, r]))
    paid = pay(flows, line, region[PURSE], r, firm[CASH], i, wanted)
    firm[AID_0 + programme, i] += paid
    support(firm, i, paid)
    region[PROGRAMMES, r] += paid
    region[TRANSFER_DUE, r] += transfer_earned(central, policy[MATCH, r], policy[LINKAGE, 0])
    cost[COST_LINKAGE, LOCAL, OUTLAY] += paid
    return float(paid)


@rule
def note_co_funding(event: Matrix, event_code: Codes, used: int, firm_code: Codes, i: int, programme: int,
                    paid: float) -> int:  # fmt: skip
    """Write co-funding down as an event of firm i (figure: the programme); returns events used."""
    if paid <= 0.0:
        return used
    return note(event, event_code, used, CO_FUNDED, firm_code[ID, i], firm_code[REGION, i], paid, float(programme))


def play(q: Quarter) -> None:
    """The centre pays the transfers that regions earned last quarter, and both levels the cost of working together."""
    s, p = q.state, q.policy
    region, cost = s.region.num, s.cost
    for r in np.flatnonzero(region[TRANSFER_DUE] > 0.0).tolist():
        paid = pay(s.flows, TRANSFER_LOCAL, s.account, TREASURY, region[PURSE], r, region[TRANSFER_DUE, r])
        region[TRANSFER_DUE, r] = 0.0
        region[RECEIPTS, r] += paid
        region[PROGRAMMES, r] -= paid
        cost[COST_LINKAGE, CENTRAL, OUTLAY] += paid
        cost[COST_LINKAGE, LOCAL, RECEIPT] += paid
    for lever, yearly, degree in (
        (COST_COORDINATION, COORDINATION_COST, float(p[COORDINATION, 0])),
        (COST_LINKAGE, LINKAGE_COST, float(p[LINKAGE, 0])),
    ):
        amount = exact(yearly / 4.0 * degree * degree * s.scale)
        cost[lever, CENTRAL, ADMINISTRATION] += pay(
            s.flows, OPERATING_CENTRAL, s.account, TREASURY, s.account, HOUSEHOLDS, amount
        )


def measure(state: Population, policy: Floats) -> Values:
    """Public money above the eligible cost of the enterprises that were paid this quarter."""
    used = state.firm.used
    now = state.firm.code[AIDED_AT, :used] == state.quarter
    return {"overlap_waste": money(state, float(state.firm.num[OVERLAP, :used][now].sum()))}


MECHANISM = Mechanism(
    key="coordination",
    question="What is lost when agencies and levels of government do not know of each other?",
    core=False,
    neutral={"dept_coordination": 0.0, "vertical_linkage": 0.0},
    stages=(Stage("transfers and coordination", play, "transfers to regions that co-fund, cost of coordination"),),
    lines=("TRF", "OPER"),
    events=("co_funding",),
    indicators=("overlap_waste",),
    measure=measure,
)
