"""Deliveries of challenges: who has solved a posed need is paid, the need's gap closes, a first order follows."""

from __future__ import annotations

from ..accounting.chart import BOUNTY_CENTRAL, BOUNTY_ENTERPRISE, BOUNTY_LOCAL, INPUTS, WAGES
from ..accounting.ledger import pay, pay_split
from ..agents.challenge import (
    BOUNTY, CENTRAL_PART, CHALLENGE_OPEN, DEADLINE, DELIVERED, POSTER, POSTER_ID, PUBLIC_PART, REST_DUE, SOLVER,
    SOLVER_ID, SOLVER_STAGE, UNDELIVERED,
)  # fmt: skip
from ..agents.enterprise import (
    CASH, CHALLENGE_UNTIL, COST_SAVING, FRONTIER_GAP, ID, MARKET, ORIGIN, OUTPUT, POSTED_UNTIL, PROOF, REGION,
    SALES_YEAR_0, SECTOR, STAGE, TAX_LOSS, USERS, VAT_CREDIT,
)  # fmt: skip
from ..agents.government import BONDS_OUT, PROGRAMMES, PURSE, REVENUE
from ..agents.orders import place_order
from ..agents.population import HOUSEHOLDS, REST, TREASURY
from ..agents.programmes import FOR_CHALLENGE, award, research_of_year
from ..agents.tally import (
    BOUNTIES_TAKEN, CENTRAL, CHALLENGES_RUN, COST_BOUNTY, DELIVERY, FIRST_ORDERS, GAPS_CLOSED, LOCAL, ORDER, OUTLAY,
    VALUE_ADDED, add, note,
)  # fmt: skip
from ..engine.jit import kernel, rule
from ..engine.table import Codes, Cube, Matrix, Vector
from ..scenario.parameter import parameter
from .coordination import co_fund, note_co_funding
from .local_support import DEBT_CAP, affordable_share
from .operations import INPUT_SHARE, production_cost

GAP_CLOSED = parameter("gap_closed")
SAVING = parameter("gap_saving")
FIRST_ORDER = parameter("first_order_share")


@rule
def pay_bounty(amount: float, public: float, central: float, lever: int, p: int, i: int, firm: Matrix, firm_code: Codes,
               policy: Matrix, seed: int, t: int, account: Vector, region: Matrix, flows: Vector, cost: Cube,
               tally: Matrix) -> tuple[float, float]:  # fmt: skip
    """Pay `amount` of a bounty to solver i: its part by poser p (-1 if it is gone), the rest by governments.

    public: part that is public; central: part of that which is central. Returns what was paid in all, and what of it
    the solver's region added to central money (CNY mn).
    """
    paid = 0.0
    if p >= 0:
        own = min((1.0 - public) * amount, firm[CASH, p])
        paid += pay(flows, BOUNTY_ENTERPRISE, firm[CASH], p, firm[CASH], i, own)
        tally[BOUNTIES_TAKEN, 0] += paid
    if public * amount <= 0.0:
        return float(paid), 0.0
    r, year = firm_code[REGION, i], research_of_year(firm, firm_code, i, policy)
    granted = award(firm, firm_code, i, FOR_CHALLENGE, public * amount, year, policy, seed, t)
    from_centre = pay(flows, BOUNTY_CENTRAL, account, TREASURY, firm[CASH], i, central * granted)
    due = (1.0 - central) * granted
    able = affordable_share(due, region[PURSE, r], region[BONDS_OUT, r], region[REVENUE, r], policy[DEBT_CAP, 0])
    locally = pay(flows, BOUNTY_LOCAL, region[PURSE], r, firm[CASH], i, able * due)
    region[PROGRAMMES, r] += locally
    cost[lever, CENTRAL, OUTLAY] += from_centre
    cost[lever, LOCAL, OUTLAY] += locally
    added = co_fund(flows, BOUNTY_LOCAL, firm, firm_code, i, FOR_CHALLENGE, from_centre, year, policy, t, region, cost)
    return paid + from_centre + locally + added, added


@rule
def present(firm_code: Codes, row: int, identity: int) -> bool:
    """Whether the enterprise that was in a row is still there and alive."""
    return bool(firm_code[ID, row] == identity and firm_code[STAGE, row] >= PROOF)


@rule
def end_work(c: int, challenge_code: Codes, used: int, firm_code: Codes, t: int, for_all: bool) -> bool:
    """Winner c stops working, with `for_all` the others of its challenge too; True if nobody works on it any more."""
    nobody = True
    for d in range(used):
        same = challenge_code[POSTER_ID, d] == challenge_code[POSTER_ID, c]
        if challenge_code[CHALLENGE_OPEN, d] == 0 or not same:
            continue
        if d != c and not for_all:
            nobody = False
            continue
        challenge_code[CHALLENGE_OPEN, d] = 0
        i = challenge_code[SOLVER, d]
        if firm_code[ID, i] == challenge_code[SOLVER_ID, d]:
            firm_code[CHALLENGE_UNTIL, i] = t - 1
    p = challenge_code[POSTER, c]
    if nobody and firm_code[ID, p] == challenge_code[POSTER_ID, c]:
        firm_code[POSTED_UNTIL, p] = -1
    return nobody


@rule
def order_first(p: int, i: int, amount: float, firm: Matrix, firm_code: Codes, policy: Matrix, account: Vector,
                flows: Vector, tally: Matrix) -> float:  # fmt: skip
    """Poser p gives solver i a first order (CNY mn), as far as its cash goes: a sale with its cost, a user, a lesson.

    Sales and purchases of the order enter both sides' tax bases with the next account.
    """
    paid = place_order(flows, firm, p, i, min(amount, firm[CASH, p]), tally)
    if paid <= 0.0:
        return 0.0
    inputs = policy[INPUT_SHARE, 0]
    bill = min(production_cost(firm, i, policy, True) * paid, firm[CASH, i])
    spent = pay_split(flows, INPUTS, WAGES, firm[CASH], i, account, REST, account, HOUSEHOLDS, bill, inputs)
    firm[OUTPUT, i] += paid
    firm[SALES_YEAR_0, i] += paid
    firm_code[USERS, i] += 1
    firm[VAT_CREDIT, i] -= paid - inputs * spent
    firm[TAX_LOSS, i] -= paid - spent
    firm[VAT_CREDIT, p] += paid
    firm[TAX_LOSS, p] += paid
    tally[FIRST_ORDERS, 0] += paid
    add(tally, VALUE_ADDED, firm_code[SECTOR, i], firm_code[REGION, i], firm_code[ORIGIN, i], paid - inputs * spent)
    add(tally, VALUE_ADDED, firm_code[SECTOR, p], firm_code[REGION, p], firm_code[ORIGIN, p], -paid)
    return paid


@kernel
def settle(firm: Matrix, firm_code: Codes, challenge: Matrix, challenge_code: Codes, used: int, policy: Matrix,
           seed: int, t: int, account: Vector, region: Matrix, flows: Vector, cost: Cube, tally: Matrix, event: Matrix,
           event_code: Codes, event_used: int) -> int:  # fmt: skip
    """Winners who passed their next test deliver; who died or is late has failed and keeps the advance."""
    for c in range(used):
        if challenge_code[CHALLENGE_OPEN, c] == 0:
            continue
        i, p = challenge_code[SOLVER, c], challenge_code[POSTER, c]
        alive = present(firm_code, i, challenge_code[SOLVER_ID, c])
        if not alive or firm_code[STAGE, i] <= challenge_code[SOLVER_STAGE, c]:
            if not alive or t >= challenge_code[DEADLINE, c]:
                nobody = end_work(c, challenge_code, used, firm_code, t, False)
                tally[CHALLENGES_RUN, UNDELIVERED] += 1.0 if nobody else 0.0
            continue
        end_work(c, challenge_code, used, firm_code, t, True)
        tally[CHALLENGES_RUN, DELIVERED] += 1.0
        there = present(firm_code, p, challenge_code[POSTER_ID, c]) and firm_code[STAGE, p] >= MARKET
        paid, added = pay_bounty(
            challenge[REST_DUE, c], challenge[PUBLIC_PART, c], challenge[CENTRAL_PART, c], COST_BOUNTY,
            p if there else -1, i, firm, firm_code, policy, seed, t, account, region, flows, cost, tally,
        )  # fmt: skip
        closed = policy[GAP_CLOSED, 0] * firm[FRONTIER_GAP, p] if there else 0.0
        poser = challenge_code[POSTER_ID, c]
        event_used = note(event, event_code, event_used, DELIVERY, firm_code[ID, i], poser, paid, closed)
        event_used = note_co_funding(event, event_code, event_used, firm_code, i, FOR_CHALLENGE, added)
        if not there:
            continue
        tally[GAPS_CLOSED, 1] += closed
        firm[FRONTIER_GAP, p] -= closed
        firm[COST_SAVING, p] = 1.0 - (1.0 - firm[COST_SAVING, p]) * (1.0 - policy[SAVING, 0])
        ordered = policy[FIRST_ORDER, 0] * challenge[BOUNTY, c]
        ordered = order_first(p, i, ordered, firm, firm_code, policy, account, flows, tally)
        if ordered > 0.0:
            event_used = note(event, event_code, event_used, ORDER, firm_code[ID, i], poser, ordered, 0.0)
    return event_used
