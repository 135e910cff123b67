"""Public market: lock-ups end, holders sell what the market can pay, the price index moves, and savers subscribe."""

from __future__ import annotations

import math

import numpy as np

from ..accounting.chart import (
    E, F, FLOW, H, LG, LISTED, REVALUATION, SELL_CG, SELL_E, SELL_F, SELL_H, SELL_LG, SUBSCRIPTION_CR, SUBSCRIPTION_H,
    WITHDRAWAL_CR, WITHDRAWAL_H, X,
)  # fmt: skip
from ..accounting.ledger import exact, pay, pay_split
from ..agents.enterprise import (
    FOUNDER_CASH, FOUNDER_SHARES, FOUNDER_VALUE, LISTED_AT, POTENTIAL, PRICE, PUBLIC, PUBLIC_SHARES, PUBLIC_VALUE,
    SALES, SHARES, STAGE, average, clip,
)  # fmt: skip
from ..agents.government import PURSE
from ..agents.investor import (
    COMPANY, DEPOSITS, HELD_SHARES, HELD_VALUE, HOLDER, HOLDER_REGION, HOLDER_SECTOR, HOLDING_OPEN, ORIGINAL_SHARES,
    RECEIVED,
)  # fmt: skip
from ..agents.population import (
    CORPORATE, HOUSEHOLDS, LISTED_PRICE, LISTED_VALUE, PUBLIC_MARKET, REST, SUPPLY, SUPPLY_TREND, TREASURY,
)  # fmt: skip
from ..agents.shareholders import close_holding
from ..agents.tally import SELL_ORDERS
from ..agents.valuation import LISTED_MULTIPLE
from ..engine.draws import normals, purpose
from ..engine.jit import kernel, open_rule, rule
from ..engine.table import Codes, Cube, Ints, Matrix, Vector
from ..scenario.parameter import parameter
from .listing import LOCKUP, value_at_issue
from .mechanism import Mechanism, Quarter, Stage

FOUNDER_LOCKUP = parameter("founder_lockup")
SELL_SHARE = parameter("sell_share")
FOUNDER_SALE = parameter("founder_sale")
PRESSURE = parameter("index_pressure")
REVERSION = parameter("index_reversion")
NOISE = parameter("index_noise")
CASH_SHARE = parameter("public_cash_share")
HOUSEHOLD_PART = parameter("household_subscription")

DRAW_INDEX = purpose("listed price index")


@open_rule
def next_index(price: float, supply: float, trend: float, pressure: float, reversion: float, shock: float) -> float:
    """Listed price index: ln P' = ln P - chi clip(ln(supply/trend), -1.5, 1.5) - rho ln P + shock."""
    move = clip(math.log(max(supply, 1e-9) / max(trend, 1e-9)), -1.5, 1.5) if trend > 0.0 and supply > 0.0 else 0.0
    level = math.log(price)
    return math.exp(level - pressure * move - reversion * level + shock)


@open_rule
def subscription(trend: float, wanted: float, cash: float, price: float) -> float:
    """Net saving into the market: [supply trend + .25 (wanted cash - cash)] clip(1 + .5 ln P, .5, 1.5);
    at most half flows back.
    """
    flow = (trend + 0.25 * (wanted - cash)) * clip(1.0 + 0.5 * math.log(price), 0.5, 1.5)
    return max(flow, -0.5 * cash)


@rule
def offered_shares(holding: Matrix, h: int, share: float) -> float:
    """A quarter of the original holding is offered each quarter after the lock-up."""
    return float(min(holding[HELD_SHARES, h], share * holding[ORIGINAL_SHARES, h]))


@rule
def is_free(firm_code: Codes, i: int, t: int, lockup: float) -> bool:
    """Whether firm i is listed and a lock-up of so many quarters is over."""
    return bool(firm_code[STAGE, i] == PUBLIC and t - firm_code[LISTED_AT, i] >= lockup)


@kernel
def price_companies(firm: Matrix, firm_code: Codes, used: int, multiple: float, index: float, memory: Matrix) -> None:
    """Market price a share of every listed company, and the value of the whole market."""
    total = 0.0
    for i in range(used):
        if firm_code[STAGE, i] == PUBLIC:
            value = value_at_issue(multiple, index, firm[SALES, i], firm[POTENTIAL, i])
            firm[PRICE, i] = value / firm[SHARES, i]
            total += value
    memory[LISTED_VALUE, 0] = total


@kernel
def add_orders(firm: Matrix, firm_code: Codes, used: int, holding: Matrix, holding_code: Codes, holdings: int,
               policy: Matrix, t: int) -> float:  # fmt: skip
    """Value of all sell orders of the quarter: holders past lock-up and founders past theirs."""
    total = 0.0
    for h in range(holdings):
        i = holding_code[COMPANY, h]
        if holding_code[HOLDING_OPEN, h] == 1 and is_free(firm_code, i, t, policy[LOCKUP, 0]):
            total += offered_shares(holding, h, policy[SELL_SHARE, 0]) * firm[PRICE, i]
    for i in range(used):
        if is_free(firm_code, i, t, policy[FOUNDER_LOCKUP, 0]):
            total += min(firm[FOUNDER_SHARES, i], policy[FOUNDER_SALE, 0] * firm[SHARES, i]) * firm[PRICE, i]
    return total


@kernel
def sell(firm: Matrix, firm_code: Codes, used: int, holding: Matrix, holding_code: Codes, holdings: int, fund: Matrix,
         fund_code: Codes, region: Matrix, account: Vector, flows: Vector, changes: Cube, multiples: Matrix, seen: Ints,
         served: float, policy: Matrix, t: int, tally: Matrix) -> float:  # fmt: skip
    """Execute the share `served` of every order; sellers are paid by the public market;
    returns what was sold (CNY mn).
    """
    sold_all = 0.0
    for h in range(holdings):
        i = holding_code[COMPANY, h]
        if holding_code[HOLDING_OPEN, h] == 0 or not is_free(firm_code, i, t, policy[LOCKUP, 0]):
            continue
        shares = offered_shares(holding, h, policy[SELL_SHARE, 0]) * served
        amount = exact(min(shares * firm[PRICE, i], account[PUBLIC_MARKET]))
        if amount <= 0.0:
            continue
        sector = holding_code[HOLDER_SECTOR, h]
        if sector == F:
            pay(flows, SELL_F, account, PUBLIC_MARKET, fund[DEPOSITS], holding_code[HOLDER, h], amount)
        elif sector == H:
            pay(flows, SELL_H, account, PUBLIC_MARKET, account, HOUSEHOLDS, amount)
        elif sector == E:
            pay(flows, SELL_E, account, PUBLIC_MARKET, account, CORPORATE, amount)
        elif sector == LG:
            pay(flows, SELL_LG, account, PUBLIC_MARKET, region[PURSE], holding_code[HOLDER_REGION, h], amount)
        else:
            pay(flows, SELL_CG, account, PUBLIC_MARKET, account, TREASURY, amount)
        holding[RECEIVED, h] += amount
        holding[HELD_VALUE, h] -= amount
        changes[LISTED, sector, FLOW] -= amount
        buy_public(firm, i, shares, amount, changes)
        holding[HELD_SHARES, h] -= shares
        sold_all += amount
        if holding[HELD_SHARES, h] <= 1e-9 * holding[ORIGINAL_SHARES, h]:
            firm[PUBLIC_SHARES, i] += holding[HELD_SHARES, h]
            close_holding(
                h, REVALUATION, t, holding, holding_code, fund, fund_code, firm_code, multiples, seen, changes, tally
            )
    for i in range(used):
        if not is_free(firm_code, i, t, policy[FOUNDER_LOCKUP, 0]):
            continue
        shares = min(firm[FOUNDER_SHARES, i], policy[FOUNDER_SALE, 0] * firm[SHARES, i]) * served
        amount = pay(
            flows, SELL_H, account, PUBLIC_MARKET, account, HOUSEHOLDS,
            min(shares * firm[PRICE, i], account[PUBLIC_MARKET]),
        )  # fmt: skip
        firm[FOUNDER_SHARES, i] -= shares
        firm[FOUNDER_VALUE, i] -= amount
        firm[FOUNDER_CASH, i] += amount
        changes[LISTED, H, FLOW] -= amount
        buy_public(firm, i, shares, amount, changes)
        sold_all += amount
    return sold_all


@rule
def buy_public(firm: Matrix, i: int, shares: float, amount: float, changes: Cube) -> None:
    """The public takes over shares of company i for `amount`."""
    firm[PUBLIC_SHARES, i] += shares
    firm[PUBLIC_VALUE, i] += amount
    changes[LISTED, X, FLOW] += amount


@kernel
def subscribe(account: Vector, flows: Vector, amount: float, household: float) -> None:
    """Savers put money into the public market, or take it back if `amount` is negative."""
    if amount >= 0.0:
        pay(flows, SUBSCRIPTION_H, account, HOUSEHOLDS, account, PUBLIC_MARKET, amount * household)
        pay(flows, SUBSCRIPTION_CR, account, REST, account, PUBLIC_MARKET, amount * (1.0 - household))
    else:
        pay_split(
            flows, WITHDRAWAL_H, WITHDRAWAL_CR, account, PUBLIC_MARKET, account, HOUSEHOLDS, account, REST, -amount,
            household,
        )  # fmt: skip


def play(q: Quarter) -> None:
    """Sell orders, the index and subscriptions of the quarter."""
    s, p = q.state, q.policy
    multiple = p[LISTED_MULTIPLE, 0]
    price_companies(s.firm.num, s.firm.code, s.firm.used, multiple, s.memory[LISTED_PRICE, 0], s.memory)
    orders = add_orders(
        s.firm.num, s.firm.code, s.firm.used, s.holding.num, s.holding.code, s.holding.used, p, s.quarter
    )
    served = min(1.0, s.account[PUBLIC_MARKET] / orders) if orders > 0.0 else 0.0
    sold = sell(
        s.firm.num, s.firm.code, s.firm.used, s.holding.num, s.holding.code, s.holding.used, s.fund.num, s.fund.code,
        s.region.num, s.account, s.flows, s.changes, s.multiples, s.multiples_seen, served, p, s.quarter, s.tally,
    )  # fmt: skip
    q.holdings_changed()
    s.tally[SELL_ORDERS, 0] += orders
    s.tally[SELL_ORDERS, 1] += sold
    supply = s.memory[SUPPLY, 0] + orders
    trend = s.memory[SUPPLY_TREND, 0]
    shock = p[NOISE, 0] * normals(s.seed, DRAW_INDEX, np.zeros(1, dtype=np.int64), s.quarter)[0]
    s.memory[LISTED_PRICE, 0] = next_index(
        s.memory[LISTED_PRICE, 0], supply, trend, p[PRESSURE, 0], p[REVERSION, 0], shock
    )
    s.memory[SUPPLY_TREND, 0] = supply if trend <= 0.0 else average(trend, supply, 8.0)
    wanted = p[CASH_SHARE, 0] * s.memory[LISTED_VALUE, 0]
    amount = subscription(s.memory[SUPPLY_TREND, 0], wanted, s.account[PUBLIC_MARKET], s.memory[LISTED_PRICE, 0])
    subscribe(s.account, s.flows, amount, p[HOUSEHOLD_PART, 0])
    price_companies(s.firm.num, s.firm.code, s.firm.used, multiple, s.memory[LISTED_PRICE, 0], s.memory)


MECHANISM = Mechanism(
    key="public_market",
    question="Can the market absorb what is sold, and at what price?",
    stages=(
        Stage("public market", play, "holders sell while cash lasts, the index moves, savers subscribe"),
    ),
    lines=("SELL", "XSUB"),
    indicators=("listed_price_index", "sell_orders_rationed"),
)
