"""Secondary market: funds late in life sell stakes at a discount to the standing secondary fund."""

from __future__ import annotations

import math

import numpy as np

from ..accounting.chart import F, REVALUATION, SECONDARY_F, UNLISTED
from ..accounting.ledger import exact, pay
from ..agents.enterprise import FIRST_ROUND, PROOF, QUEUE, STAGE, average, clip
from ..agents.investor import (
    BOUGHT_AT, CLAUSE, CLOCK, COMPANY, COMPANY_ID, COST, COST_HELD, DEPOSITS, FUND_ID, HELD_SHARES, HELD_VALUE, HOLDER,
    HOLDER_SECTOR, HOLDING_OPEN, INVESTED, ORIGINAL_SHARES, RECEIVED, TERM, VINTAGE,
)  # fmt: skip
from ..agents.population import ROUTE_LOSS
from ..agents.shareholders import close_holding
from ..agents.tally import (
    EXITS, EXIT_HOLDINGS, EXIT_MONEY, EXIT_TIME, SECONDARY_EXIT, SECONDARY_SALE, SECONDARY_TRADES, note,
)  # fmt: skip
from ..engine.draws import purpose, uniform
from ..engine.jit import kernel, open_rule
from ..engine.matching import best_first
from ..engine.table import Codes, Cube, Ints, Matrix, Vector
from ..scenario.parameter import parameter
from .mechanism import Mechanism, Quarter, Stage

OFFER_SHARE = parameter("secondary_offer_share")
EXTENSION_SHARE = parameter("secondary_extension_share")
FUND_AGE = parameter("secondary_fund_age")
DISCOUNT_BASE = parameter("secondary_discount_base")
DISCOUNT_SLOPE = parameter("secondary_discount_slope")

DRAW_OFFERED = purpose("stake offered")
DRAW_ORDER = purpose("order of secondary sales")


@open_rule
def discount_to_value(base: float, slope: float, cash: float, supply: float) -> float:
    """Discount to net asset value: clip(d0 - d1 ln(cash/supply), .05, .6)."""
    return clip(base - slope * math.log(max(cash, 1e-9) / max(supply, 1e-9)), 0.05, 0.6)


@kernel
def offer_stakes(holding: Matrix, holding_code: Codes, used: int, firm_code: Codes, fund_code: Codes, policy: Matrix,
                 seed: int, t: int, rows: Ints, order: Vector) -> tuple[int, float]:  # fmt: skip
    """Funds past an age offer each holding with a chance, higher in the extension;
    returns (count, net asset value offered).
    """
    count, supply = 0, 0.0
    for h in range(used):
        if holding_code[HOLDING_OPEN, h] == 0 or holding_code[HOLDER_SECTOR, h] != F or holding_code[HOLDER, h] <= 0:
            continue
        stage = firm_code[STAGE, holding_code[COMPANY, h]]
        f = holding_code[HOLDER, h]
        age = t - fund_code[VINTAGE, f]
        if stage < PROOF or stage > QUEUE or age < policy[FUND_AGE, 0]:
            continue
        if holding_code[CLAUSE, h] == 2 or holding[HELD_VALUE, h] <= 0.0:
            continue
        chance = policy[EXTENSION_SHARE, 0] if age >= fund_code[TERM, f] else policy[OFFER_SHARE, 0]
        who, seller, bought = holding_code[COMPANY_ID, h], fund_code[FUND_ID, f], holding_code[BOUGHT_AT, h]
        if uniform(seed, DRAW_OFFERED, who, t, seller, bought) < chance:
            rows[count] = h
            order[count] = uniform(seed, DRAW_ORDER, who, t, seller, bought)
            supply += holding[HELD_VALUE, h]
            count += 1
    return count, supply


@kernel
def trade(chosen: Ints, discount: float, holding: Matrix, holding_code: Codes, used: int, firm_code: Codes,
          fund: Matrix, fund_code: Codes, t: int, flows: Vector, changes: Cube, multiples: Matrix, seen: Ints,
          tally: Matrix, event: Matrix, event_code: Codes, event_used: int) -> tuple[int, int]:  # fmt: skip
    """The secondary fund buys stakes in the order given until its cash is used up;
    returns (holdings used, events used).
    """
    for n in range(chosen.shape[0]):
        h = chosen[n]
        price = exact((1.0 - discount) * holding[HELD_VALUE, h])
        if price <= 0.0 or price > fund[DEPOSITS, 0]:
            continue
        f = holding_code[HOLDER, h]
        pay(flows, SECONDARY_F, fund[DEPOSITS], 0, fund[DEPOSITS], f, price)
        for c in range(holding_code.shape[0]):
            holding_code[c, used] = holding_code[c, h]
        holding[HELD_SHARES, used] = holding[HELD_SHARES, h]
        holding[ORIGINAL_SHARES, used] = holding[HELD_SHARES, h]
        holding[COST, used] = price
        holding[HELD_VALUE, used] = price
        holding_code[HOLDER, used] = 0
        holding_code[CLOCK, used] = t
        used += 1
        changes[UNLISTED, F, REVALUATION] += price
        fund[INVESTED, 0] += price
        fund[COST_HELD, 0] += price
        holding[RECEIVED, h] += price
        tally[EXIT_HOLDINGS, SECONDARY_EXIT] += 1.0
        tally[EXIT_MONEY, SECONDARY_EXIT] += price
        tally[SECONDARY_TRADES, 0] += holding[HELD_VALUE, h]
        tally[SECONDARY_TRADES, 1] += price
        i = holding_code[COMPANY, h]
        tally[EXIT_TIME, SECONDARY_EXIT] += float(t - firm_code[FIRST_ROUND, i])
        tally[EXITS, SECONDARY_EXIT] += 1.0
        event_used = note(
            event, event_code, event_used, SECONDARY_SALE, holding_code[COMPANY_ID, h], fund_code[FUND_ID, f], price,
            discount,
        )  # fmt: skip
        close_holding(
            h, REVALUATION, t, holding, holding_code, fund, fund_code, firm_code, multiples, seen, changes, tally
        )
    return used, event_used


def play(q: Quarter) -> None:
    """Old funds offer stakes; the secondary fund buys at a discount that depends on its cash."""
    s, p = q.state, q.policy
    rows, order = np.empty(s.holding.used, dtype=np.int64), np.empty(s.holding.used)
    count, supply = offer_stakes(
        s.holding.num, s.holding.code, s.holding.used, s.firm.code, s.fund.code, p, s.seed, s.quarter, rows, order
    )
    cash = float(s.fund.num[DEPOSITS, 0])
    if count == 0 or cash <= 0.0:
        return
    discount = discount_to_value(p[DISCOUNT_BASE, 0], p[DISCOUNT_SLOPE, 0], cash, supply)
    s.memory[ROUTE_LOSS, 2] = average(s.memory[ROUTE_LOSS, 2], discount, 8.0)
    chosen: Ints = rows[best_first(-order[:count], rows[:count])]
    s.holding.reserve(count)
    s.event.reserve(count)
    s.holding.used, s.event.used = trade(
        chosen, discount, s.holding.num, s.holding.code, s.holding.used, s.firm.code, s.fund.num, s.fund.code,
        s.quarter, s.flows, s.changes, s.multiples, s.multiples_seen, s.tally, s.event.num, s.event.code, s.event.used,
    )  # fmt: skip
    q.holdings_changed()


MECHANISM = Mechanism(
    key="secondary",
    question="Can a fund sell before its companies are ready to exit?",
    core=False,
    neutral={
        "s_fund_public": 0.0, "secondary_private": 0.0, "secondary_offer_share": 0.0, "secondary_extension_share": 0.0
    },
    stages=(Stage("secondary sales", play, "funds late in life sell stakes at a discount to the secondary fund"),),
    lines=("SEC", "CALL"),
    events=("secondary",),
    indicators=("exits_secondary", "secondary_discount"),
)
