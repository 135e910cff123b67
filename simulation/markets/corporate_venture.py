"""Corporate venture: leaders and listed companies buy shares of young enterprises whose fields fit their own.

Investors pay into the corporate partners' joint vehicle, which buys the stakes in the same quarter. The vehicle holds,
is paid and sells; each holding remembers whose money it was, and so does the enterprise (strategic share).
"""

from __future__ import annotations

import math

import numpy as np

from ..accounting.chart import E, EQUITY_E, FLOW, UNLISTED, VEHICLE_IN
from ..accounting.ledger import exact, pay
from ..agents.enterprise import (
    ARREARS, CAPEX_PAID, CASH, CASH_FLOW, CORPORATE_BUDGET, DEFAULTED_AT, FIT, ID, INTEREST_DUE, LEADER, MARKET, PILOT,
    PRICE, PRINCIPAL_DUE, PROTOTYPE, PUBLIC, SECTOR, SHARES, STAGE, STRATEGIC,
)  # fmt: skip
from ..agents.investor import COMPANY, HELD_SHARES, HOLDER_SECTOR, HOLDING_OPEN, INVESTOR
from ..agents.national import Values, money
from ..agents.population import CORPORATE, Population
from ..agents.tally import CORPORATE_ROUND, note
from ..agents.valuation import clause_odds, value_company
from ..engine.draws import purpose, uniform
from ..engine.jit import kernel, rule
from ..engine.matching import best_first, first_above
from ..engine.table import Codes, Cube, Floats, Ints, Matrix, Vector
from ..scenario.parameter import parameter
from .equity import highest_share, is_seeking, round_size
from .mechanism import Mechanism, Quarter, Stage
from .rounds import LATER_BAR, SYNDICATE, add_holding, count_round

PART = parameter("corporate_share")
PREMIUM = parameter("corporate_premium")
PATIENCE = parameter("corporate_carry")
MEETING = parameter("corporate_meeting")
MOST_OF_CASH = 0.25  # of its cash that an investor puts into one stake
MOST_PARTNERS = 7  # who join the investor that a firm has met

DRAW_MEETING = purpose("meets a corporate investor")
DRAW_INVESTOR = purpose("corporate investor met")
DRAW_PARTNER = purpose("partner of a corporate investor")


@rule
def invests(firm_code: Codes, i: int) -> bool:
    """Leaders on the market and listed companies invest, unless they owe banks overdue money."""
    stage = firm_code[STAGE, i]
    large = stage == PUBLIC or (stage == MARKET and firm_code[LEADER, i] == 1)
    return bool(large and firm_code[DEFAULTED_AT, i] < 0 and firm_code[ARREARS, i] == 0)


@rule
def next_budget(left: float, part: float, free_flow: float, quarters: float) -> float:
    """Money for stakes: what is left plus iota_c of the quarter's free cash flow, at most so many quarters of it."""
    fresh = part * max(0.0, free_flow)
    return min(left + fresh, quarters * fresh)


@rule
def strategic_value(value: float, premium: float, fit: float) -> float:
    """What an enterprise is worth to a corporate investor: v (1 + sigma_c match) (CNY mn)."""
    return value * (1.0 + premium * fit)


@kernel
def set_budgets(firm: Matrix, firm_code: Codes, used: int, policy: Matrix) -> float:
    """Budgets of the quarter out of cash flow after interest, principal and investment; returns their sum."""
    total = 0.0
    for i in range(used):
        if firm[CORPORATE_BUDGET, i] == 0.0 and not invests(firm_code, i):
            continue
        if invests(firm_code, i):
            free = firm[CASH_FLOW, i] - firm[INTEREST_DUE, i] - firm[PRINCIPAL_DUE, i] - firm[CAPEX_PAID, i]
            firm[CORPORATE_BUDGET, i] = next_budget(
                firm[CORPORATE_BUDGET, i], policy[PART, 0], free, policy[PATIENCE, 0]
            )
        else:
            firm[CORPORATE_BUDGET, i] = 0.0
        total += firm[CORPORATE_BUDGET, i]
    return total


@kernel
def find_stakes(firm: Matrix, firm_code: Codes, used: int, head: Ints, investors: Ints, cumulative: Matrix,
                introduced: Ints, fit: Matrix, pressures: Vector, policy: Matrix, memory: Matrix, seed: int, t: int,
                rows: Ints, buyers: Ints, tickets: Vector, values: Vector, scores: Vector) -> int:  # fmt: skip
    """Some enterprises that no fund served meet one investor whose field fits, those shown to a leader meet it.
    Lists those worth the ticket to it; returns how many.
    """
    n, clause, count = investors.shape[0], clause_odds(policy), 0
    chance = 1.0 - math.exp(-policy[MEETING, 0])
    for i in range(used):
        if not is_seeking(firm, firm_code, i, t, policy):
            continue
        j, a = firm_code[SECTOR, i], introduced[i]
        if a < 0:
            if cumulative[j, n - 1] <= 0.0 or uniform(seed, DRAW_MEETING, firm_code[ID, i], t) >= chance:
                continue
            target = uniform(seed, DRAW_INVESTOR, firm_code[ID, i], t) * cumulative[j, n - 1]
            a = investors[first_above(cumulative[j], 0, n, target)]
        match = fit[j, firm_code[SECTOR, a]]
        if match <= 0.0 or a == i or firm[CORPORATE_BUDGET, a] <= 0.0:
            continue
        value, _ = value_company(firm, firm_code, i, 1.0, 0.0, 0.0, 1.0, clause, policy, memory, seed, t)
        value = strategic_value(value, policy[PREMIUM, 0], match)
        ticket = round_size(firm, firm_code, i, policy)
        paid_for = value * pressures[group_of(firm_code, i)]
        if ticket > highest_share(firm_code, i, head[i] >= 0, False, policy) * paid_for:
            continue
        rows[count] = i
        buyers[count] = a
        tickets[count] = ticket
        values[count] = paid_for
        scores[count] = math.log(value / ticket)
        count += 1
    return count


@rule
def group_of(firm_code: Codes, i: int) -> int:
    """Place of firm i's stage among the three stage groups of the equity market."""
    stage = firm_code[STAGE, i]
    return 0 if stage <= PROTOTYPE else (1 if stage == PILOT else 2)


@kernel
def buy_stakes(order: Ints, rows: Ints, buyers: Ints, tickets: Vector, values: Vector, investors: Ints,
               cumulative: Matrix, firm: Matrix, firm_code: Codes, holding: Matrix, holding_code: Codes, used: int,
               policy: Matrix, memory: Matrix, seed: int, t: int, account: Vector, flows: Vector, changes: Cube,
               tally: Matrix, event: Matrix, event_code: Codes, event_used: int) -> tuple[int, int]:  # fmt: skip
    """Best stakes first: the investor met, then partners whose fields fit; below 60% of the ticket there is no round.
    Returns (holdings used, events used).
    """
    givers = np.empty(MOST_PARTNERS + 1, dtype=np.int64)
    gifts = np.empty(MOST_PARTNERS + 1)
    for o in range(order.shape[0]):
        k = order[o]
        i, lead = rows[k], buyers[k]
        total, n = gather_partners(
            i, lead, tickets[k], investors, cumulative, firm, firm_code, seed, t, givers, gifts
        )
        if n == 0 or total < policy[SYNDICATE, 0] * tickets[k]:
            continue
        post = max(values[k], total / policy[LATER_BAR, 0])
        price = (post - total) / firm[SHARES, i]
        firm[PRICE, i] = price
        for m in range(n):
            a = givers[m]
            pay(flows, VEHICLE_IN, firm[CASH], a, account, CORPORATE, gifts[m])
            paid = pay(flows, EQUITY_E, account, CORPORATE, firm[CASH], i, gifts[m])
            used = add_holding(holding, holding_code, used, -1, i, firm_code, paid / price, paid, t, 0)
            holding_code[HOLDER_SECTOR, used - 1] = E
            holding_code[INVESTOR, used - 1] = firm_code[ID, a]
            changes[UNLISTED, E, FLOW] += paid
            firm[SHARES, i] += paid / price
            firm[CORPORATE_BUDGET, a] -= paid
        count_round(firm, firm_code, i, total, t, memory, tally)
        event_used = note(
            event, event_code, event_used, CORPORATE_ROUND, firm_code[ID, i], firm_code[ID, lead], total, post - total
        )
    return used, event_used


@rule
def gather_partners(i: int, lead: int, ticket: float, investors: Ints, cumulative: Matrix, firm: Matrix,
                    firm_code: Codes, seed: int, t: int, givers: Ints, gifts: Vector) -> tuple[float, int]:  # fmt: skip
    """Collect a ticket from the investor met and from partners drawn by fit and budget; returns (total, givers)."""
    n, missing, j = 0, ticket, firm_code[SECTOR, i]
    last = cumulative[j, investors.shape[0] - 1]
    for draw in range(MOST_PARTNERS + 1):
        a = lead
        if draw > 0:
            if missing <= 0.0 or last <= 0.0:
                break
            target = uniform(seed, DRAW_PARTNER, firm_code[ID, i], t, 0, draw) * last
            a = investors[first_above(cumulative[j], 0, investors.shape[0], target)]
        able = min(firm[CORPORATE_BUDGET, a], MOST_OF_CASH * firm[CASH, a])
        for m in range(n):
            if givers[m] == a:
                able = 0.0
        amount = exact(min(missing, able))
        if amount > 0.0 and a != i:
            givers[n] = a
            gifts[n] = amount
            missing -= amount
            n += 1
    return ticket - missing, n


@kernel
def remember_partners(firm: Matrix, firm_used: int, holding: Matrix, holding_code: Codes, used: int, head: Ints,
                      following: Ints) -> None:  # fmt: skip
    """Largest share of each enterprise that one corporate investor's money has bought and that is still held."""
    for i in range(firm_used):
        firm[STRATEGIC, i] = 0.0
    for h in range(used):
        if holding_code[HOLDING_OPEN, h] == 0 or holding_code[INVESTOR, h] < 0:
            continue
        i = holding_code[COMPANY, h]
        held = 0.0
        k = head[i]
        while k >= 0:
            if holding_code[INVESTOR, k] == holding_code[INVESTOR, h]:
                held += holding[HELD_SHARES, k]
            k = following[k]
        firm[STRATEGIC, i] = max(firm[STRATEGIC, i], held / firm[SHARES, i])


def investors_of(s: Population) -> tuple[Ints, Floats]:
    """Enterprises with a budget for stakes, and their cumulative weights (fit x budget) by sector of the candidate."""
    rows = np.flatnonzero(s.firm.num[CORPORATE_BUDGET, : s.firm.used] > 0.0)
    weights = FIT[:, s.firm.code[SECTOR, rows]] * s.firm.num[CORPORATE_BUDGET, rows]
    return rows, np.ascontiguousarray(np.cumsum(weights, axis=1))


def play(q: Quarter) -> None:
    """Corporate investors look at enterprises that seek equity and buy what fits."""
    s = q.state
    if set_budgets(s.firm.num, s.firm.code, s.firm.used, q.policy) > 0.0:
        buy(q)
    head, following = q.holders()
    remember_partners(
        s.firm.num, s.firm.used, s.holding.num, s.holding.code, s.holding.used, head, following
    )


def buy(q: Quarter) -> None:
    """The market for stakes of the quarter."""
    s, p = q.state, q.policy
    n = s.firm.used
    head, _ = q.holders()
    introduced = np.full(n, -1, dtype=np.int64)
    shown, met = q.scratch.get("introduced", (np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)))
    introduced[shown] = met
    pressures = np.array([q.scratch.get(f"pressure {k}", 1.0) for k in range(3)])
    investors, cumulative = investors_of(s)
    rows, buyers = np.empty(n, dtype=np.int64), np.empty(n, dtype=np.int64)
    tickets, values, scores = np.empty(n), np.empty(n), np.empty(n)
    count = find_stakes(
        s.firm.num, s.firm.code, n, head, investors, cumulative, introduced, FIT, pressures, p, s.memory, s.seed,
        s.quarter, rows, buyers, tickets, values, scores,
    )  # fmt: skip
    order = best_first(scores[:count], s.firm.code[ID, rows[:count]])
    s.holding.reserve((MOST_PARTNERS + 1) * count)
    s.event.reserve(count)
    before = s.holding.used
    s.holding.used, s.event.used = buy_stakes(
        order, rows, buyers, tickets, values, investors, cumulative, s.firm.num, s.firm.code, s.holding.num,
        s.holding.code, before, p, s.memory, s.seed, s.quarter, s.account, s.flows, s.changes, s.tally, s.event.num,
        s.event.code, s.event.used,
    )  # fmt: skip
    q.holdings_changed()
    bought = s.holding.code[COMPANY, before : s.holding.used]
    if len(shown):
        met[np.isin(shown, bought)] = -1  # who bought shares places no order besides


def measure(s: Population, p: Floats) -> Values:
    """Equity that enterprises bought directly."""
    return {"corporate_investment": money(s, s.flows[EQUITY_E])}


MECHANISM = Mechanism(
    key="corporate_venture",
    question="What do leading enterprises add as investors, beyond money?",
    core=False,
    neutral={"corporate_share": 0.0},
    stages=(Stage("corporate stakes", play, "leaders and listed companies buy shares of enterprises that fit them"),),
    lines=("EQ", "CORP"),
    events=("corporate_round",),
    indicators=("corporate_investment",),
    measure=measure,
)
