"""Holdings: shares of one company in the hands of a fund, or of the partners to whom a fund gave them in kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .money import CENTRAL, ENTERPRISES, FUNDS, HOUSEHOLDS, LOCAL, Account, share_out
from .stages import PUBLIC

if TYPE_CHECKING:
    from .enterprise import Enterprise
    from .fund import Fund
    from .model import CycleObjects

NO_CLAUSE, HAS_CLAUSE, ENFORCED = 0, 1, 2
PARTNER_SECTORS = (HOUSEHOLDS, ENTERPRISES, CENTRAL, LOCAL, LOCAL)


class Holding:
    """Shares of one company bought in one round."""

    def __init__(
        self, company: Enterprise, fund: Fund | None, sector: str, region: int, shares: float, cost: float
    ) -> None:
        self.company, self.fund, self.sector, self.region = company, fund, sector, region
        self.shares = self.original_shares = shares
        self.cost = self.value = cost
        self.received = self.claim = 0.0
        self.clause = NO_CLAUSE
        self.claimed_at = -1
        self.bought_at = self.clock = company.model.t
        self.bought_stage = company.stage
        self.open = True
        company.holdings.append(self)
        company.model.holdings.append(self)
        if fund is not None:
            fund.holdings.append(self)

    @property
    def model(self) -> CycleObjects:
        return self.company.model

    @property
    def account(self) -> Account:
        """Where money for these shares goes."""
        model = self.model
        if self.fund is not None:
            return self.fund.cash
        if self.sector == LOCAL:
            return model.regions[self.region].purse
        if self.sector == CENTRAL:
            return model.central.treasury
        return model.vehicle.account if self.sector == ENTERPRISES else model.households

    def receive(self, code: str, payer: Account, amount: float) -> float:
        """Take money for these shares from somebody; returns what was paid."""
        paid = self.model.ledger.pay(code, payer, self.account, amount)
        self.received += paid
        return paid

    def close(self) -> None:
        """The shares are gone; the fund remembers what they gave back for a yuan of cost."""
        self.value = self.shares = 0.0
        self.open = False
        self.company.holdings.remove(self)
        if self.fund is None:
            return
        self.fund.holdings.remove(self)
        if self.cost <= 0.0:
            return
        self.fund.cost_held = max(0.0, self.fund.cost_held - self.cost)
        if not self.fund.is_secondary:
            self.model.remember_multiple(self.fund.type, self.received / self.cost)

    def fair_price(self) -> float:
        """Price a share: market price less a discount in lock-up; last round, halved when cash runs out without one."""
        company, p, t = self.company, self.model.p, self.model.t
        if company.stage == PUBLIC:
            locked = t - company.listed_at < p.lockup
            return float(company.price * (1.0 - p.lockup_discount) if locked else company.price)
        if company.cash.balance < 2.0 * company.need() and t - company.last_round >= 2:
            return float(company.price * p.mark_down)
        return company.price

    def hand_over(self) -> None:
        """Split these shares among the fund's partners in kind, pro rata to what they paid in; clauses lapse.

        What guidance money gets counts against its cost; later cash from it is not counted again.
        """
        fund, p, tally = self.fund, self.model.p, self.model.tally
        assert fund is not None
        left_value, left_shares, left_cost = self.value, self.shares, self.cost
        weights = sum(fund.paid)
        for partner, weight in enumerate(fund.paid):
            if weight <= 0.0:
                continue
            last, part = weight >= weights, weight / weights
            value = share_out(weight, weights, left_value)
            shares, cost = (left_shares, left_cost) if last else (left_shares * part, left_cost * part)
            weights, left_value = weights - weight, left_value - value
            left_shares, left_cost = left_shares - shares, left_cost - cost
            if fund.lever(partner):
                tally.charge(fund.lever(partner), "in_kind", p.horizon_claims_share * value)
            given = Holding(self.company, None, PARTNER_SECTORS[partner], fund.region, shares, cost)
            given.value = value
            given.bought_at, given.clock, given.bought_stage = self.bought_at, self.clock, self.bought_stage

    def sell_to(self, buyer: Fund, price: float) -> None:
        """Another fund takes over the shares; its clock starts anew."""
        bought = Holding(self.company, buyer, FUNDS, 0, self.shares, price)
        bought.clause, bought.bought_at, bought.bought_stage = self.clause, self.bought_at, self.bought_stage
        buyer.invested += price
        buyer.cost_held += price
