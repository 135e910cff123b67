"""Procurement: governments buy new products before anybody else has validated them, half of them for the centre."""

from __future__ import annotations

import numpy as np

from ..accounting.chart import OPERATING_CENTRAL, OPERATING_LOCAL, PROCURED_CENTRAL, PROCURED_LOCAL
from ..accounting.ledger import pay
from ..agents.enterprise import (
    CAPITAL, CASH, CATALOGUED_AT, FAILURE, FIRST_SALE, ID, MARKET, ORDER_SHARE, PILOT, POTENTIAL, PROCURED, REGION,
    SALES, SECTOR, STAGE, VALIDATED_AT, VENTURE, capacity,
)  # fmt: skip
from ..agents.government import BONDS_OUT, PROGRAMMES, PURSE, REVENUE
from ..agents.population import HOUSEHOLDS, TREASURY
from ..agents.tally import ADMINISTRATION, CENTRAL, COST_FIRST_USE, FIRST_USE, IN_KIND, LOCAL, OUTLAY, note
from ..engine.jit import kernel, rule
from ..engine.table import Codes, Cube, Ints, Matrix, Vector
from ..scenario.parameter import parameter
from .local_support import DEBT_CAP, affordable_share
from .mechanism import Mechanism, Quarter, Stage

PROCUREMENT = parameter("first_use_procurement")
PRODUCT_SHARE = parameter("procurement_product_share")
CENTRAL_SHARE = parameter("procurement_central_share")
ADMINISTRATION_SHARE = parameter("procurement_administration")
DAMAGE = parameter("damage")
INNOVATION = parameter("innovation")
INTENSITY = parameter("capital_intensity")
FIRST_YEAR = 4  # quarters after the first sale in which an order is one of the first


@rule
def pull_of_orders(order_share: float) -> float:
    """What government orders add to the adoption by pioneers: 1 + the part of the product's sales they take."""
    return 1.0 + order_share


@rule
def sales_expected(sales: float, pioneers: float, potential: float, possible: float) -> float:
    """Sales that governments expect: last quarter's and those of new pioneers, p_0 (M - S), within capacity."""
    return min(sales + pioneers * max(0.0, potential - sales), possible)


@rule
def order_placed(expected: float, largest_share: float, left: float) -> float:
    """Part of a product's sales that governments order: the largest share, or what is left of what they may buy."""
    return min(largest_share, left / expected) if expected > 0.0 else 0.0


@rule
def value_in_use(price: float, failure: float, damage: float) -> float:
    """What governments have of a purchase: price (1 - f delta_u) (CNY mn)."""
    return price * (1.0 - failure * damage)


@kernel
def choose_products(rows: Ints, firm: Matrix, firm_code: Codes, policy: Matrix) -> None:
    """Governments may buy a share of all first-year sales; products are served in the order given until it is used."""
    left = 0.0
    for n in range(rows.shape[0]):
        left += policy[PROCUREMENT, 0] * expected_of(firm, firm_code, rows[n], policy)
    for n in range(rows.shape[0]):
        i = rows[n]
        expected = expected_of(firm, firm_code, i, policy)
        firm[ORDER_SHARE, i] = order_placed(expected, policy[PRODUCT_SHARE, 0], left)
        left = max(0.0, left - firm[ORDER_SHARE, i] * expected)


@rule
def expected_of(firm: Matrix, firm_code: Codes, i: int, policy: Matrix) -> float:
    """Expected sales of firm i this quarter (CNY mn)."""
    possible = capacity(firm[CAPITAL, i], policy[INTENSITY, firm_code[SECTOR, i]])
    return sales_expected(firm[SALES, i], policy[INNOVATION, 0], firm[POTENTIAL, i], possible)


@kernel
def buy_products(rows: Ints, firm: Matrix, firm_code: Codes, policy: Matrix, region: Matrix, account: Vector,
                 flows: Vector, cost: Cube, event: Matrix, event_code: Codes, event_used: int) -> int:  # fmt: skip
    """Governments pay for what was ordered and delivered, in the order given and up to their share of what these
    products sold; a region at its debt cap buys what its cash covers. Returns events used.
    """
    central_part = policy[CENTRAL_SHARE, 0]
    due = np.zeros(region.shape[1])
    left = 0.0
    for n in range(rows.shape[0]):
        left += policy[PROCUREMENT, 0] * firm[SALES, rows[n]]
    for n in range(rows.shape[0]):
        i = rows[n]
        firm[PROCURED, i] = min(firm[ORDER_SHARE, i] * firm[SALES, i], left)
        left -= firm[PROCURED, i]
        due[firm_code[REGION, i]] += (1.0 - central_part) * firm[PROCURED, i]
    for r in range(region.shape[1]):
        due[r] = affordable_share(
            due[r], region[PURSE, r], region[BONDS_OUT, r], region[REVENUE, r], policy[DEBT_CAP, 0]
        )
    for n in range(rows.shape[0]):
        i = rows[n]
        r = firm_code[REGION, i]
        order = firm[PROCURED, i]
        if order <= 0.0:
            continue
        by_centre = min(central_part * order, max(0.0, account[TREASURY]))
        by_region = min((1.0 - central_part) * order * due[r], max(0.0, region[PURSE, r]))
        central = pay(flows, PROCURED_CENTRAL, account, TREASURY, firm[CASH], i, by_centre)
        local = pay(flows, PROCURED_LOCAL, region[PURSE], r, firm[CASH], i, by_region)
        firm[PROCURED, i] = central + local
        run = policy[ADMINISTRATION_SHARE, 0]
        central_run = pay(
            flows, OPERATING_CENTRAL, account, TREASURY, account, HOUSEHOLDS, min(run * central, account[TREASURY])
        )
        local_run = pay(
            flows, OPERATING_LOCAL, region[PURSE], r, account, HOUSEHOLDS, min(run * local, region[PURSE, r])
        )
        region[PROGRAMMES, r] += local + local_run
        cost[COST_FIRST_USE, CENTRAL, OUTLAY] += central
        cost[COST_FIRST_USE, LOCAL, OUTLAY] += local
        cost[COST_FIRST_USE, CENTRAL, ADMINISTRATION] += central_run
        cost[COST_FIRST_USE, LOCAL, ADMINISTRATION] += local_run
        damage = policy[DAMAGE, 0]
        cost[COST_FIRST_USE, CENTRAL, IN_KIND] += value_in_use(central, firm[FAILURE, i], damage)
        cost[COST_FIRST_USE, LOCAL, IN_KIND] += value_in_use(local, firm[FAILURE, i], damage)
        event_used = note(event, event_code, event_used, FIRST_USE, firm_code[ID, i], r, central + local, 0.0)
    return event_used


def play_choice(q: Quarter) -> None:
    """Governments choose unvalidated products in their first year of sale: those in the catalogue first, then by id."""
    s, p = q.state, q.policy
    s.firm.num[[ORDER_SHARE, PROCURED], : s.firm.used] = 0.0
    if p[PROCUREMENT, 0] <= 0.0:
        return
    code = s.firm.code[:, : s.firm.used]
    first_year = (code[FIRST_SALE] >= 0) & (s.quarter - code[FIRST_SALE] <= FIRST_YEAR)
    new = (code[VENTURE] == 1) & (code[VALIDATED_AT] < 0) & (code[STAGE] >= PILOT) & (code[STAGE] <= MARKET)
    rows = np.flatnonzero(first_year & new)
    order = np.lexsort((code[ID, rows], code[CATALOGUED_AT, rows] < 0))
    q.scratch["first-use products"] = rows[order]
    choose_products(rows[order], s.firm.num, s.firm.code, p)


def play_orders(q: Quarter) -> None:
    """Governments pay for what they ordered."""
    s = q.state
    rows = q.scratch.get("first-use products", np.zeros(0, dtype=np.int64))
    s.event.reserve(len(rows))
    s.event.used = buy_products(
        rows, s.firm.num, s.firm.code, q.policy, s.region.num, s.account, s.flows, s.cost, s.event.num, s.event.code,
        s.event.used,
    )  # fmt: skip


MECHANISM = Mechanism(
    key="procurement",
    question="Who buys what nobody has tried, and does a public first order bring private ones?",
    core=False,
    neutral={"first_use_procurement": 0.0},
    stages=(
        Stage("governments choose first-use products", play_choice, "catalogue first, then by id, up to their share"),
        Stage("governments buy", play_orders, "half the centre, half the region of the maker; 1% administration"),
    ),
    lines=("PROC", "OPER"),
    events=("first_use",),
    indicators=("first_orders",),
)
