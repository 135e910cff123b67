"""Rounds: how a ticket is gathered from insiders, the lead and other funds, and how a round is paid and remembered."""

from __future__ import annotations

import numpy as np

from ..accounting.chart import EQUITY, EQUITY_LOCAL, F, FLOW, LG, OPERATING_CENTRAL, UNLISTED
from ..accounting.ledger import exact, pay
from ..agents.enterprise import (
    CASH, FIRST_ROUND, ID, LAST_ROUND, MEMBER_AT, ORIGIN, PRICE, REGION, ROUNDS, ROUND_AT_0, SECTOR, SHARES, STAGE,
)  # fmt: skip
from ..agents.government import BONDS_OUT, PROGRAMMES, PURSE, REVENUE
from ..agents.investor import (
    BOUGHT_AT, BOUGHT_STAGE, CLAUSE, CLOCK, COMPANY, COMPANY_ID, COST, COST_HELD, DEALS, DEPOSITS, DIRECT, FOCUS,
    FUND_ID, HELD_SHARES, HELD_VALUE, HOLDER, HOLDER_REGION, HOLDER_SECTOR, HOLDING_OPEN, INVESTED, ON_PLATFORM,
    ORIGINAL_SHARES, PACE, PACE_EARLY, SIZE,
)  # fmt: skip
from ..agents.population import HOUSEHOLDS, RAISED, RAISED_NEXT, TREASURY
from ..agents.programmes import is_certified
from ..agents.tally import (
    ADMINISTRATION, CENTRAL, COST_REDEMPTION, COST_STAKES, EQUITY_CERTIFIED, EQUITY_PAID, EQUITY_STAGE, FUNDED,
    FUNDED_FIRST, FUNDED_STAGE, LATER_ROUNDS, LATER_WAIT, LOCAL, LOCAL_STAKE, NO_MONEY, OUTLAY, PLATFORM_PAID,
    PRESSURE_SUM, REFUSED_EQUITY, ROUND, SMALL_ROUNDS, SMALL_SYNDICATE, add, note,
)  # fmt: skip
from ..agents.valuation import CLAUSE_SHARE, clause_odds, pair
from ..engine.draws import purpose, uniform
from ..engine.jit import kernel, rule
from ..engine.table import Codes, Cube, Ints, Matrix, Vector
from ..scenario.parameter import parameter
from .capital_calls import call_capital
from .guidance_terms import meet_duty
from .local_support import DEBT_CAP, LARGEST_STAKE, STAKE_SHARE, direct_stake

DEALS_EARLY = parameter("deals_per_quarter_early")
DEALS_LATE = parameter("deals_per_quarter_late")
CONCENTRATION = parameter("concentration_limit")
SYNDICATE = parameter("syndicate_minimum")
LATER_BAR = parameter("later_round_bar")
DRAW_SYNDICATE = purpose("syndicate order")
DRAW_CLAUSE = purpose("redemption clause")
EARLY, GROWTH, LATE = 0, 1, 2
CASE_COST = 0.05  # CNY mn a barred redemption clause, spent on enforcing the limit
MOST_GIVERS, MOST_INSIDERS = 64, 40  # funds in one round, and those of them that held shares before
SMALL_ROUND = 50.0  # CNY mn
ROUND_QUARTERS = 20.0  # over which rounds are remembered
ROUND_WEIGHT = 2.0 / (ROUND_QUARTERS + 1.0)  # of a quarter in that memory


@kernel
def close_rounds(order: Ints, rows: Ints, tickets: Vector, leads: Ints, values: Vector, funds: Ints, group: int,
                 pressure: float, firm: Matrix, firm_code: Codes, head: Ints, following: Ints, holding: Matrix,
                 holding_code: Codes, used: int, fund: Matrix, fund_code: Codes, policy: Matrix, memory: Matrix,
                 seed: int, t: int, account: Vector, region: Matrix, flows: Vector, changes: Cube, cost: Cube,
                 tally: Matrix, event: Matrix, event_code: Codes, event_used: int) -> tuple[int, int]:  # fmt: skip
    """Lead by lead, best first: insiders up to pro rata, the lead, then other funds in keyed order;
    below 60% no round.
    """
    givers = np.empty(MOST_GIVERS, dtype=np.int64)
    gifts = np.empty(MOST_GIVERS)
    for o in range(order.shape[0]):
        k = order[o]
        i, lead, ticket = rows[k], leads[k], tickets[k]
        most = policy[DEALS_EARLY, 0] if group == EARLY else policy[DEALS_LATE, 0]
        if fund_code[DEALS, lead] >= most or budget_of(fund, fund_code, lead, group) <= 0.0:
            tally[REFUSED_EQUITY, NO_MONEY] += 1.0
            continue
        r = firm_code[REGION, i]
        stake = direct_stake(
            ticket, policy[STAKE_SHARE, 0], region[PURSE, r], region[BONDS_OUT, r], region[REVENUE, r],
            policy[DEBT_CAP, 0],
        )  # fmt: skip
        asked = ticket - stake
        total, n = gather(
            firm, firm_code, i, lead, asked, group, funds, fund, fund_code, head, following, holding, holding_code,
            policy, seed, t, givers, gifts,
        )  # fmt: skip
        if total < policy[SYNDICATE, 0] * asked:
            tally[REFUSED_EQUITY, SMALL_SYNDICATE] += 1.0
            continue
        fund_code[DEALS, lead] += 1
        wish = uniform(seed, DRAW_CLAUSE, firm_code[ID, i], t)
        clause = wish < clause_odds(policy)
        if wish < policy[CLAUSE_SHARE, 0] and not clause:
            cost[COST_REDEMPTION, CENTRAL, ADMINISTRATION] += pay(
                flows, OPERATING_CENTRAL, account, TREASURY, account, HOUSEHOLDS, CASE_COST)
        stake = exact(min(stake, total * LARGEST_STAKE / (1.0 - LARGEST_STAKE)))
        total += stake
        post = max(values[k] * pressure, total / policy[LATER_BAR, 0])
        used = pay_round(
            firm, firm_code, i, post, total, n, givers, gifts, clause, group, holding, holding_code, used, fund,
            fund_code, t, account, region, flows, changes, cost, tally,
        )  # fmt: skip
        if stake > 0.0:
            used = pay_stake(
                firm, firm_code, i, stake, holding, holding_code, used, t, region, flows, changes, cost
            )
            event_used = note(event, event_code, event_used, LOCAL_STAKE, firm_code[ID, i], r, stake, post - total)
        count_round(firm, firm_code, i, total, t, memory, tally)
        tally[PRESSURE_SUM, 0] += post / values[k]
        tally[PRESSURE_SUM, 1] += 1.0
        event_used = note(
            event, event_code, event_used, ROUND, firm_code[ID, i], fund_code[FUND_ID, lead], total, post - total
        )
    return used, event_used


@rule
def budget_of(fund: Matrix, fund_code: Codes, f: int, group: int) -> float:
    """What fund f may lead with in this stage group this quarter."""
    own = fund[PACE, f] if fund_code[FOCUS, f] == group else 0.0
    return own + (fund[PACE_EARLY, f] if group == EARLY else 0.0)


@rule
def spend_pace(fund: Matrix, fund_code: Codes, f: int, group: int, amount: float) -> None:
    """Take an investment off the quarter's pace, ring-fenced early money first."""
    early = min(fund[PACE_EARLY, f], amount) if group == EARLY else 0.0
    fund[PACE_EARLY, f] -= early
    fund[PACE, f] = max(0.0, fund[PACE, f] - (amount - early))


@rule
def gather(firm: Matrix, firm_code: Codes, i: int, lead: int, ticket: float, group: int, funds: Ints, fund: Matrix,
           fund_code: Codes, head: Ints, following: Ints, holding: Matrix, holding_code: Codes, policy: Matrix,
           seed: int, t: int, givers: Ints, gifts: Vector) -> tuple[float, int]:  # fmt: skip
    """Collect a ticket: insiders up to their share, the lead, other funds of the focus from a keyed start;
    returns (total, givers).
    """
    n, missing = 0, ticket
    h = head[i]
    while h >= 0 and n < MOST_INSIDERS:
        f = holding_code[HOLDER, h]
        if holding_code[HOLDER_SECTOR, h] == F and f > 0 and f != lead and fund[PACE, f] > 0.0:
            share = ticket * holding[HELD_SHARES, h] / firm[SHARES, i]
            for k in range(n):
                if givers[k] == f:
                    share = gifts[k] + share
            missing, n = give(f, min(share, fund[PACE, f]), missing, n, fund, policy, givers, gifts)
        h = following[h]
    missing, n = give(lead, budget_of(fund, fund_code, lead, group), missing, n, fund, policy, givers, gifts)
    count = funds.shape[0]
    start = int(uniform(seed, DRAW_SYNDICATE, firm_code[ID, i], t) * count)
    for step in range(count):
        if missing <= 0.0 or n >= MOST_GIVERS:
            break
        f = funds[(start + step) % count]
        if f != lead and fund_code[FOCUS, f] == group:
            missing, n = give(f, budget_of(fund, fund_code, f, group), missing, n, fund, policy, givers, gifts)
    return ticket - missing, n


@rule
def give(f: int, able: float, missing: float, n: int, fund: Matrix, policy: Matrix, givers: Ints,
         gifts: Vector) -> tuple[float, int]:  # fmt: skip
    """Fund f offers what it can, at most a quarter of its size over all its gifts to this round;
    returns (missing, givers).
    """
    given = 0.0
    place = n
    for k in range(n):
        if givers[k] == f:
            given = gifts[k]
            place = k
    amount = exact(min(missing, able - given, policy[CONCENTRATION, 0] * fund[SIZE, f] - given))
    if amount <= 0.0:
        return missing, n
    givers[place] = f
    gifts[place] = given + amount
    return missing - amount, max(n, place + 1)


@rule
def pay_round(firm: Matrix, firm_code: Codes, i: int, post: float, total: float, n: int, givers: Ints, gifts: Vector,
              clause: bool, group: int, holding: Matrix, holding_code: Codes, used: int, fund: Matrix, fund_code: Codes,
              t: int, account: Vector, region: Matrix, flows: Vector, changes: Cube, cost: Cube,
              tally: Matrix) -> int:  # fmt: skip
    """Call the money, pay it to the company and issue shares = shares x total/(post - total); returns holdings used."""
    price = (post - total) / firm[SHARES, i]
    firm[PRICE, i] = price
    for k in range(n):
        f, amount = givers[k], gifts[k]
        spend_pace(fund, fund_code, f, group, amount)
        call_capital(f, amount, fund, fund_code, account, region, flows, tally, cost)
        pay(flows, EQUITY, fund[DEPOSITS], f, firm[CASH], i, amount)
        used = add_holding(holding, holding_code, used, f, i, firm_code, amount / price, amount, t, 1 if clause else 0)
        changes[UNLISTED, F, FLOW] += amount
        firm[SHARES, i] += amount / price
        if fund_code[ON_PLATFORM, f] == 1 and firm_code[MEMBER_AT, i] >= 0:
            tally[PLATFORM_PAID, 1] += amount
        fund[INVESTED, f] += amount
        fund[COST_HELD, f] += amount
        meet_duty(fund, fund_code, f, firm_code[REGION, i], amount)
    return used


@rule
def pay_stake(firm: Matrix, firm_code: Codes, i: int, amount: float, holding: Matrix, holding_code: Codes, used: int,
              t: int, region: Matrix, flows: Vector, changes: Cube, cost: Cube) -> int:  # fmt: skip
    """The local government buys shares at the price of the round, without a clause; returns holdings used."""
    r, price = firm_code[REGION, i], firm[PRICE, i]
    paid = pay(flows, EQUITY_LOCAL, region[PURSE], r, firm[CASH], i, amount)
    used = add_holding(holding, holding_code, used, -1, i, firm_code, paid / price, paid, t, 0)
    holding_code[HOLDER_SECTOR, used - 1] = LG
    holding_code[HOLDER_REGION, used - 1] = r
    holding_code[DIRECT, used - 1] = 1
    changes[UNLISTED, LG, FLOW] += paid
    firm[SHARES, i] += paid / price
    region[PROGRAMMES, r] += paid
    cost[COST_STAKES, LOCAL, OUTLAY] += paid
    return used


@rule
def add_holding(holding: Matrix, holding_code: Codes, used: int, f: int, i: int, firm_code: Codes, shares: float,
                paid: float, t: int, clause: int) -> int:  # fmt: skip
    """Write a new holding of fund f in company i; returns holdings used."""
    holding[HELD_SHARES, used] = shares
    holding[ORIGINAL_SHARES, used] = shares
    holding[COST, used] = paid
    holding[HELD_VALUE, used] = paid
    holding_code[HOLDING_OPEN, used] = 1
    holding_code[HOLDER, used] = f
    holding_code[HOLDER_SECTOR, used] = F
    holding_code[COMPANY, used] = i
    holding_code[COMPANY_ID, used] = firm_code[ID, i]
    holding_code[BOUGHT_AT, used] = t
    holding_code[CLOCK, used] = t
    holding_code[BOUGHT_STAGE, used] = firm_code[STAGE, i]
    holding_code[CLAUSE, used] = clause
    return used + 1


@rule
def count_round(firm: Matrix, firm_code: Codes, i: int, total: float, t: int, memory: Matrix, tally: Matrix) -> None:
    """Book a closed round in the tallies and in what investors remember about later rounds."""
    stage, j = firm_code[STAGE, i], firm_code[SECTOR, i]
    add(tally, FUNDED, j, firm_code[REGION, i], firm_code[ORIGIN, i], 1.0)
    add(tally, EQUITY_PAID, j, firm_code[REGION, i], firm_code[ORIGIN, i], total)
    tally[FUNDED_STAGE, stage] += 1.0
    tally[EQUITY_STAGE, stage] += total
    if is_certified(firm_code, i, t):
        tally[EQUITY_CERTIFIED, 0] += total
    if total <= SMALL_ROUND:
        tally[SMALL_ROUNDS, 0] += 1.0
    if firm_code[ROUND_AT_0 + stage, i] < 0:
        memory[RAISED, stage] += ROUND_WEIGHT
        for before in range(stage):
            since = firm_code[ROUND_AT_0 + before, i]
            if since >= 0:
                k = pair(before, stage)
                memory[RAISED_NEXT, k] += ROUND_WEIGHT
                tally[LATER_ROUNDS, k] += 1.0
                tally[LATER_WAIT, k] += float(t - since)
        firm_code[ROUND_AT_0 + stage, i] = t
    if firm_code[FIRST_ROUND, i] < 0:
        firm_code[FIRST_ROUND, i] = t
        tally[FUNDED_FIRST, 0] += 1.0
    firm_code[LAST_ROUND, i] = t
    firm_code[ROUNDS, i] += 1
