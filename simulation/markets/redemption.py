"""Redemption: investors with a clause claim their money back;
founder and company pay what they can, the rest hangs over them.
"""

from __future__ import annotations

import math

from ..accounting.chart import F, FLOW, REDEMPTION_F, REDEMPTION_FOUNDER, UNLISTED, WRITE_OFF
from ..accounting.ledger import annual_to_quarter, exact, pay, share_out
from ..agents.enterprise import (
    ARREARS, CASH, FIRST_ROUND, GAP, ID, MARKET, PILOT, PROOF, REDEMPTION_DEBT, RETAINED, SECTOR, SHARES, STAGE, WEALTH,
)  # fmt: skip
from ..agents.investor import (
    CLAIM, CLAIMED_AT, CLAUSE, CLOCK, COST, DEPOSITS, ENFORCED, FUND_ID, HAS_CLAUSE, HELD_SHARES, HELD_VALUE, HOLDER,
    HOLDER_SECTOR, HOLDING_OPEN, ORIGINAL_SHARES, RECEIVED, TERM, VINTAGE,
)  # fmt: skip
from ..agents.population import HOUSEHOLDS
from ..agents.shareholders import close_holding
from ..agents.tally import EXITS, EXIT_HOLDINGS, EXIT_MONEY, EXIT_TIME, REDEMPTION, REDEMPTIONS, REDEMPTION_EXIT, note
from ..agents.valuation import BURN, value_company
from ..engine.draws import purpose, uniform
from ..engine.jit import kernel, rule
from ..engine.table import Codes, Cube, Ints, Matrix, Vector
from ..scenario.parameter import parameter
from .mechanism import Mechanism, Quarter, Stage

HAZARD = parameter("redemption_hazard")
QUARTERS = parameter("redemption_quarters")
INTEREST_RATE = parameter("redemption_rate")
EXCLUSION = parameter("founder_exclusion")
LAST_QUARTERS = parameter("secondary_last_quarters")

PAID_UP = 1e-6  # CNY mn: a claim below it counts as paid

DRAW_ENFORCE = purpose("redemption enforced")


@rule
def claim_of(cost: float, share_left: float, years: float, rate: float) -> float:
    """Redemption claim: cost of what is still held, with interest: cost x share x (1 + rate)^years."""
    return cost * share_left * math.pow(1.0 + rate, years)


@rule
def may_enforce(holding_code: Codes, h: int, quarters: float, t: int) -> bool:
    """Whether row h is held by a fund with a clause that is old enough."""
    has_clause = holding_code[CLAUSE, h] == HAS_CLAUSE and holding_code[HOLDER_SECTOR, h] == F
    return bool(has_clause and t - holding_code[CLOCK, h] >= quarters)


@rule
def enforces(h: int, i: int, firm: Matrix, firm_code: Codes, holding: Matrix, holding_code: Codes, fund: Matrix,
             fund_code: Codes, policy: Matrix, memory: Matrix, seed: int, t: int) -> bool:  # fmt: skip
    """Whether a holder that may enforce its clause does so now:
    claim above the value of the share, and a keyed hazard.
    """
    f = holding_code[HOLDER, h]
    late = 1.0 if t - fund_code[VINTAGE, f] >= fund_code[TERM, f] - policy[LAST_QUARTERS, 0] else 0.0
    u = uniform(seed, DRAW_ENFORCE, firm_code[ID, i], t, fund_code[FUND_ID, f], 0)
    if u >= policy[HAZARD, 0] * (1.0 + late):
        return False
    value, _ = value_company(firm, firm_code, i, 1.0, 0.0, 0.0, 1.0, 1.0, policy, memory, seed, t)
    years = (t - holding_code[CLOCK, h]) / 4.0
    claim = claim_of(
        holding[COST, h], holding[HELD_SHARES, h] / holding[ORIGINAL_SHARES, h], years, policy[INTEREST_RATE, 0]
    )
    return bool(claim > value * holding[HELD_SHARES, h] / firm[SHARES, i])


@rule
def means_of(firm: Matrix, firm_code: Codes, i: int, policy: Matrix) -> float:
    """What the company may pay: retained profit, out of cash above a quarter's needs, and nothing while a loan is in
    arrears.
    """
    if firm_code[ARREARS, i] > 0:
        return 0.0
    stage = firm_code[STAGE, i]
    need = firm[GAP, i] + (policy[BURN + stage, firm_code[SECTOR, i]] if stage <= PILOT else 0.0)
    return float(max(0.0, min(firm[RETAINED, i], firm[CASH, i] - need)))


@kernel
def redeem(firm: Matrix, firm_code: Codes, used: int, holding: Matrix, holding_code: Codes, head: Ints, following: Ints,
           fund: Matrix, fund_code: Codes, policy: Matrix, memory: Matrix, seed: int, t: int, account: Vector,
           flows: Vector, changes: Cube, multiples: Matrix, seen: Ints, tally: Matrix, event: Matrix, event_code: Codes,
           event_used: int) -> int:  # fmt: skip
    """Enforce clauses, pay claims pro rata from founder and company, let old claims lapse; returns events used."""
    grow = annual_to_quarter(policy[INTEREST_RATE, 0])
    for i in range(used):
        stage = firm_code[STAGE, i]
        if head[i] < 0 or stage < PROOF or stage > MARKET:
            continue
        fresh, total, holders = 0.0, 0.0, 0
        h = head[i]
        while h >= 0:
            if holding_code[CLAUSE, h] == ENFORCED:
                holding[CLAIM, h] *= 1.0 + grow
            elif may_enforce(holding_code, h, policy[QUARTERS, 0], t) and enforces(
                h, i, firm, firm_code, holding, holding_code, fund, fund_code, policy, memory, seed, t
            ):
                years = (t - holding_code[CLOCK, h]) / 4.0
                left = holding[HELD_SHARES, h] / holding[ORIGINAL_SHARES, h]
                holding[CLAIM, h] = claim_of(holding[COST, h], left, years, policy[INTEREST_RATE, 0])
                holding_code[CLAUSE, h] = ENFORCED
                holding_code[CLAIMED_AT, h] = t
                fresh += holding[CLAIM, h]
                holders += 1
            if holding_code[CLAUSE, h] == ENFORCED:
                total += holding[CLAIM, h]
            h = following[h]
        if fresh > 0.0:
            tally[REDEMPTIONS, 0] += fresh
            tally[EXITS, REDEMPTION_EXIT] += 1.0
            tally[EXIT_TIME, REDEMPTION_EXIT] += float(t - firm_code[FIRST_ROUND, i])
            event_used = note(event, event_code, event_used, REDEMPTION, firm_code[ID, i], holders, fresh, 0.0)
        firm[REDEMPTION_DEBT, i] = 0.0
        if total > 0.0:
            pay_claims(
                i, total, firm, firm_code, holding, holding_code, head, following, fund, fund_code, policy, t, account,
                flows, changes, multiples, seen, tally,
            )  # fmt: skip
    return event_used


@rule
def pay_claims(i: int, total: float, firm: Matrix, firm_code: Codes, holding: Matrix, holding_code: Codes, head: Ints,
               following: Ints, fund: Matrix, fund_code: Codes, policy: Matrix, t: int, account: Vector, flows: Vector,
               changes: Cube, multiples: Matrix, seen: Ints, tally: Matrix) -> None:  # fmt: skip
    """The founder pays first, then the company; shares are cancelled pro rata to what is paid, old claims lapse."""
    by_founder = exact(min(total, firm[WEALTH, i]))
    by_company = exact(min(total - by_founder, means_of(firm, firm_code, i, policy))) if total > by_founder else 0.0
    share = min(1.0, (by_founder + by_company) / total)
    left = by_company
    left_founder = by_founder
    outstanding, claims = 0.0, total
    h = head[i]
    while h >= 0:
        if holding_code[CLAUSE, h] == ENFORCED and holding_code[HOLDING_OPEN, h] == 1:
            f = holding_code[HOLDER, h]
            from_company = share_out(holding[CLAIM, h], claims, left)
            from_founder = share_out(holding[CLAIM, h], claims, left_founder)
            paid = pay(flows, REDEMPTION_F, firm[CASH], i, fund[DEPOSITS], f, from_company)
            given = pay(flows, REDEMPTION_FOUNDER, account, HOUSEHOLDS, fund[DEPOSITS], f, from_founder)
            claims -= holding[CLAIM, h]
            left -= paid
            left_founder -= given
            holding[RECEIVED, h] += paid + given
            holding[HELD_VALUE, h] -= paid + given
            changes[UNLISTED, F, FLOW] -= paid + given
            tally[EXIT_MONEY, REDEMPTION_EXIT] += paid + given
            tally[REDEMPTIONS, 1] += paid + given
            cancelled = holding[HELD_SHARES, h] * share
            holding[HELD_SHARES, h] -= cancelled
            firm[SHARES, i] -= cancelled
            holding[CLAIM, h] = max(0.0, holding[CLAIM, h] - paid - given)
            lapsed = t - holding_code[CLAIMED_AT, h] >= policy[EXCLUSION, 0]
            if holding[CLAIM, h] < PAID_UP or lapsed:
                firm[SHARES, i] -= holding[HELD_SHARES, h]
                holding[CLAIM, h] = 0.0
                tally[EXIT_HOLDINGS, REDEMPTION_EXIT] += 1.0
                close_holding(
                    h, WRITE_OFF, t, holding, holding_code, fund, fund_code, firm_code, multiples, seen, changes, tally
                )
            else:
                outstanding += holding[CLAIM, h]
        h = following[h]
    firm[WEALTH, i] -= by_founder
    firm[RETAINED, i] = max(0.0, firm[RETAINED, i] - by_company)
    if outstanding <= 0.0:
        tally[REDEMPTIONS, 2] += 1.0
    firm[REDEMPTION_DEBT, i] = outstanding


def play(q: Quarter) -> None:
    """Holders with clauses enforce them."""
    s = q.state
    head, following = q.holders()
    s.event.reserve(s.firm.used)
    s.event.used = redeem(
        s.firm.num, s.firm.code, s.firm.used, s.holding.num, s.holding.code, head, following, s.fund.num, s.fund.code,
        q.policy, s.memory, s.seed, s.quarter, s.account, s.flows, s.changes, s.multiples, s.multiples_seen, s.tally,
        s.event.num, s.event.code, s.event.used,
    )  # fmt: skip
    q.holdings_changed()


MECHANISM = Mechanism(
    key="redemption",
    question="What do redemption clauses give investors, and take from founders?",
    core=False,
    neutral={"redemption_clause_share": 0.0},
    stages=(Stage("redemptions", play, "clauses worth more than the share are enforced; founder and company pay"),),
    lines=("RED",),
    events=("redemption",),
    indicators=("redemptions_claimed", "redemptions_paid", "redemption_claims_outstanding", "exits_redemption"),
)
