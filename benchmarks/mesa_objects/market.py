"""The public market: lock-ups end, holders sell what the market can pay, prices move, and savers subscribe."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import mesa

from .chance import add_up, average, clip, purpose
from .listing import value_at_issue
from .money import MARKET, Account, exact
from .stages import PUBLIC

if TYPE_CHECKING:
    from .enterprise import Enterprise
    from .model import CycleObjects
    from .ownership import Holding


DRAW_INDEX = purpose("listed price index")


class PublicMarket(mesa.Agent):  # type: ignore[misc]
    """Investors in listed shares, as one."""

    model: CycleObjects

    def __init__(self, model: CycleObjects) -> None:
        super().__init__(model)
        self.account = Account(MARKET)

    def price_companies(self) -> None:
        """Market price a share of every listed company, and the value of the whole market."""
        total = 0.0
        for e in self.listed():
            value = value_at_issue(e)
            e.price = value / e.shares
            total += value
        self.model.memory.listed_value = total

    def listed(self) -> list[Enterprise]:
        return [e for e in self.model.register if e.stage == PUBLIC]

    def sellers(self) -> list[Holding]:
        """Holdings past the lock-up, in the order in which they were bought."""
        p, t = self.model.p, self.model.t
        holdings = (h for h in self.model.holdings if h.open and h.company.stage == PUBLIC)
        return [h for h in holdings if t - h.company.listed_at >= p.lockup]

    def founders(self) -> list[Enterprise]:
        """Listed companies whose founders may sell."""
        p, t = self.model.p, self.model.t
        return [e for e in self.listed() if t - e.listed_at >= p.founder_lockup]

    def offered_by(self, holding: Holding) -> float:
        """A share of the original holding is offered each quarter after the lock-up."""
        return float(min(holding.shares, self.model.p.sell_share * holding.original_shares))

    def offered_by_founders(self, e: Enterprise) -> float:
        return float(min(e.founder_shares, self.model.p.founder_sale * e.shares))

    def play(self) -> None:
        """Sell orders, the price level and subscriptions of the quarter."""
        model, p, memory = self.model, self.model.p, self.model.memory
        self.price_companies()
        orders = add_up(self.offered_by(h) * h.company.price for h in self.sellers())
        orders = add_up((self.offered_by_founders(e) * e.price for e in self.founders()), orders)
        served = min(1.0, self.account.balance / orders) if orders > 0.0 else 0.0
        model.tally.sell_orders += orders
        model.tally.sold += self.execute(served)
        supply, trend = memory.supply + orders, memory.supply_trend
        shock = p.index_noise * model.draws.normal(DRAW_INDEX, 0, model.t)
        memory.listed_price = self.next_price(supply, trend, shock)
        memory.supply_trend = supply if trend <= 0.0 else average(trend, supply, 8.0)
        self.subscribe()
        self.price_companies()

    def execute(self, served: float) -> float:
        """Serve that share of every order; returns what was sold (CNY mn)."""
        sold = 0.0
        for holding in self.sellers():
            sold += self.buy_from_holder(holding, self.offered_by(holding) * served)
        for e in self.founders():
            sold += self.buy_from_founders(e, self.offered_by_founders(e) * served)
        return sold

    def buy_from_holder(self, holding: Holding, shares: float) -> float:
        e = holding.company
        amount = exact(min(shares * e.price, self.account.balance))
        if amount <= 0.0:
            return 0.0
        holding.receive("SELL", self.account, amount)
        holding.value -= amount
        holding.shares -= shares
        e.public_shares += shares
        if holding.shares <= 1e-9 * holding.original_shares:
            e.public_shares += holding.shares
            holding.close()
        return amount

    def buy_from_founders(self, e: Enterprise, shares: float) -> float:
        model = self.model
        amount = model.ledger.pay("SELL", self.account, model.households, min(shares * e.price, self.account.balance))
        e.founder_shares -= shares
        e.public_shares += shares
        e.founder_cash += amount
        return float(amount)

    def next_price(self, supply: float, trend: float, shock: float) -> float:
        """ln P' = ln P - chi clip(ln(supply/trend), -1.5, 1.5) - rho ln P + shock."""
        p, level = self.model.p, math.log(self.model.memory.listed_price)
        move = 0.0
        if trend > 0.0 and supply > 0.0:
            move = clip(math.log(max(supply, 1e-9) / max(trend, 1e-9)), -1.5, 1.5)
        return math.exp(level - p.index_pressure * move - p.index_reversion * level + shock)

    def subscribe(self) -> None:
        """Savers bring what supply asks for, more when prices are high; at most half of the cash flows back."""
        model, p, memory = self.model, self.model.p, self.model.memory
        cash = self.account.balance
        mood = clip(1.0 + 0.5 * math.log(memory.listed_price), 0.5, 1.5)
        flow = (memory.supply_trend + 0.25 * (p.public_cash_share * memory.listed_value - cash)) * mood
        flow = max(flow, -0.5 * cash)
        rest, part = model.rest.deposits, p.household_subscription
        if flow >= 0.0:
            model.ledger.pay("XSUB", model.households, self.account, flow * part)
            model.ledger.pay("XSUB", rest, self.account, flow * (1.0 - part))
        else:
            model.ledger.pay_two(("XSUB", "XSUB"), self.account, (model.households, rest), -flow, part)
